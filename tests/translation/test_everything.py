"""Every text of every block and field is taken apart for translation and comes back translated, or it is written here why not.

Models, fields and blocks are found, not listed: one that is added tomorrow and forgotten fails.
"""

import copy
import json
import uuid
from dataclasses import dataclass, field

import pytest
from django.apps import apps
from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField, get_translatable_fields
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.ingest import ingest_segments
from wagtail_localize.strings import StringValue

from cms.core.blocks import FileBlock, PageEmbedBlock, PageLinkBlock, SnippetBlock, TableBlock
from learning.catalogue.blocks import ChapterBlock, LessonPracticeBlock, SectionNameBlock
from learning.catalogue.scenarios import StepCodeBlock
from tests import world

WORDS = "Words that nobody else says"
TRANSLATED = "Des mots que personne d’autre ne dit"

# Why there is nothing to translate in a block, by its class.
NO_TEXT_IN_BLOCKS = {
    blocks.BooleanBlock: "yes or no",
    blocks.IntegerBlock: "a number",
    blocks.DecimalBlock: "a number",
    blocks.DateBlock: "a day, written as each language does when it is shown",
    blocks.ChoiceBlock: "a code; what it is called stands in the interface's catalogues",
    blocks.URLBlock: "an address; a translation may override it",
    blocks.PageChooserBlock: "a page, found in the reader's language by its key",
    blocks.ChooserBlock: "a picture; its words are its own, and its alternative text stands beside it",
    PageLinkBlock: "a page, found in the reader's language by its key",
    PageEmbedBlock: "a document, shown in the reader's language",
    SnippetBlock: "translated by itself, or labelled in each language",
    FileBlock: "a file; a translation may override it",
    ChapterBlock: "a document, shown in the reader's language",
    LessonPracticeBlock: "a document, shown in the reader's language",
    StepCodeBlock: "a code by which steps lead to each other; it must be the same in every language",
    SectionNameBlock: "the id of a heading, which is the same in every language",
}
# Why there is nothing to translate in a field, by its class.
NO_TEXT_IN_FIELDS = {
    models.BooleanField: "yes or no",
    models.IntegerField: "a number",
    models.PositiveIntegerField: "a number",
    models.PositiveSmallIntegerField: "a number",
    models.DateField: "a day",
    models.JSONField: "codes",
    models.URLField: "an address; a translation may override it",
    models.ForeignKey: "something else, whose words are its own",
    models.OneToOneField: "something else, whose words are its own",
    models.BigAutoField: "a key",
}
# And of single fields of texts, by their names: of all models, or of one.
NOT_TRANSLATED = {
    "slug": "an address: in step with the original's or typed, by what is chosen for the language",
    "GoodPracticePage.credit": "a name, which is written as whoever bears it does",
    "ResourcePage.publisher": "a name",
    "BankQuestionPage.tags": "words by which editors find questions of a bank",
    "BankQuestionPage.external_id": "a code of another system",
    "CoursePage.code": "a code",
    "GlossaryTerm.code": "a code",
    "Tool.code": "a code",
    "Recommendation.code": "a code",
}
# And of single blocks.
BLOCKS_NOT_TRANSLATED = {
    "QuizPage.draws.draw.tag": "words by which questions of a bank are found, as they stand with them",
}
# Texts below a model that aren't rows of each language.
ROWS_WITHOUT_TEXT: dict[str, str] = {}

MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, TranslatableMixin) and model is not Page and not model._meta.proxy
]


def name_of(model, each) -> str:
    return f"{model.__name__}.{each.name}"


def fields_of(model):
    """Concrete fields that editors fill in; Wagtail's own machinery for revisions and locks isn't."""
    machinery = {each.name for each in Page._meta.concrete_fields} - {
        "title",
        "slug",
        "seo_title",
        "search_description",
    }
    for each in model._meta.concrete_fields:
        if each.editable and not (issubclass(model, Page) and each.name in machinery):
            yield each


def is_text(each) -> bool:
    return isinstance(each, models.CharField | models.TextField) and not isinstance(each, models.URLField)


FIELDS = {name_of(model, each): (model, each) for model in MODELS for each in fields_of(model)}
STREAMS = {name: found for name, found in FIELDS.items() if isinstance(found[1], StreamField)}
TEXTS = {
    name: found
    for name, found in FIELDS.items()
    if is_text(found[1]) and not found[1].choices and name not in STREAMS
}


def handling(model, name):
    return next((each for each in get_translatable_fields(model) if each.field_name == name), None)


def reason_of(model, each):
    return NOT_TRANSLATED.get(name_of(model, each)) or NOT_TRANSLATED.get(each.name)


# Fields --------------------------------------------------------------------------------------------------------------


def test_models_and_fields_are_found():
    assert {"ChapterPage", "LessonPage", "QuizPage", "Tool", "GlossaryTerm", "HomePage"} <= {
        model.__name__ for model in MODELS
    }
    assert {"ChapterPage.title", "Tool.text", "GlossaryTerm.definition", "GuidePage.foreword"} <= TEXTS.keys()
    assert {"ChapterPage.body", "QuizPage.questions", "HomePage.doors"} <= STREAMS.keys()


def of_kind(reasons, kind):
    return next((reasons[each] for each in kind.__mro__ if each in reasons), None)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_text_or_holds_none(name):
    _model, each = FIELDS[name]
    known = name in TEXTS or name in STREAMS or (is_text(each) and each.choices)
    assert known or of_kind(NO_TEXT_IN_FIELDS, type(each)), (
        f"say in NO_TEXT_IN_FIELDS why {name} holds no text"
    )


@pytest.mark.parametrize("name", TEXTS)
def test_a_field_comes_back_translated(name, db):
    model, each = TEXTS[name]
    found = handling(model, each.name)
    if reason_of(model, each):
        assert found is None or isinstance(found, SynchronizedField)
        return
    assert isinstance(found, TranslatableField), f"say in NOT_TRANSLATED why {name} isn’t translated"
    rich = isinstance(each, RichTextField)
    original = model(**{each.name: f"<p>{WORDS}</p>" if rich else WORDS})
    translated = _round_trip(original, each.name)
    assert getattr(translated, each.name) == (f"<p>{TRANSLATED}</p>" if rich else TRANSLATED)


@pytest.mark.parametrize("model", MODELS)
def test_rows_below_hold_no_text_of_a_language(model):
    """Child rows that aren't of a language are copied: their texts would be the original's in every language."""
    for found in get_translatable_fields(model):
        relation = found.get_field(model)
        if not isinstance(relation, models.ManyToOneRel) or issubclass(
            relation.related_model, TranslatableMixin
        ):
            continue
        texts = [
            each
            for each in relation.related_model._meta.concrete_fields
            if is_text(each) and not each.choices
        ]
        for each in texts:
            name = name_of(relation.related_model, each)
            assert name in ROWS_WITHOUT_TEXT, f"say in ROWS_WITHOUT_TEXT why {name} isn’t translated"


def test_no_reason_is_left_over():
    names = {each.name for _model, each in FIELDS.values()} | FIELDS.keys()
    assert NOT_TRANSLATED.keys() <= names
    assert BLOCKS_NOT_TRANSLATED.keys() <= LEAVES.keys()
    kinds = {kind for _model, _each, leaf in LEAVES.values() for kind in type(leaf.block).__mro__}
    assert NO_TEXT_IN_BLOCKS.keys() <= kinds
    kinds = {kind for _model, each in FIELDS.values() for kind in type(each).__mro__}
    assert NO_TEXT_IN_FIELDS.keys() <= kinds


# Blocks --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    """A block that holds no others, and the way to it: `(block, name of the child)` from the outermost."""

    name: str
    block: blocks.Block
    way: tuple = field(default=(), repr=False)


def leaves(block, name, way=()):
    own = hasattr(block, "get_translatable_segments")
    if isinstance(block, blocks.ListBlock) and not own:
        yield from leaves(block.child_block, f"{name}[]", (*way, (block, None)))
    elif isinstance(block, blocks.BaseStreamBlock | blocks.BaseStructBlock) and not own:
        for child, inner in block.child_blocks.items():
            yield from leaves(inner, f"{name}.{child}", (*way, (block, child)))
    else:
        yield Leaf(name, block, way)


LEAVES = {
    leaf.name: (model, each, leaf)
    for name, (model, each) in STREAMS.items()
    for leaf in leaves(each.stream_block, name)
}
TEXT_BLOCKS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock, blocks.BlockQuoteBlock)


def stored(leaf: Leaf, value, picture=None):
    """What a stream stores that holds this leaf alone, filled with `value`."""
    for block, child in reversed(leaf.way):
        if isinstance(block, blocks.BaseStreamBlock):
            value = [{"type": child, "value": value, "id": str(uuid.uuid4())}]
        elif isinstance(block, blocks.ListBlock):
            value = [{"type": "item", "value": value, "id": str(uuid.uuid4())}]
        elif isinstance(block, ImageBlock):
            value = {"image": picture, "alt_text": "", "decorative": False, child: value}
        else:
            value = {child: value}
    return value


def read(leaf: Leaf, value):
    """What a stored stream holds in the place of the leaf."""
    for block, child in leaf.way:
        value = value[child] if isinstance(block, blocks.BaseStructBlock) else value[0]["value"]
    return value


def in_picture(leaf: Leaf) -> bool:
    return any(isinstance(block, ImageBlock) for block, _child in leaf.way)


def table(words):
    return {
        "caption": words,
        "columns": [{"type": "text", "heading": words}, {"type": "text", "heading": words}],
        "rows": [{"values": [words, words]}, {"values": [words, ""]}],
    }


def sample(block, words):
    if isinstance(block, TableBlock):
        return table(words)
    if isinstance(block, blocks.RichTextBlock):
        return f"<ul><li>{words}<ul><li>{words}</li></ul></li></ul><p>{words}</p>"
    return words


def _round_trip(original, name):
    """The original with every text of a field translated."""
    segments = [each for each in extract_segments(original) if each.path.partition(".")[0] == name]
    translated = [
        StringSegmentValue(
            each.path, StringValue(each.string.data.replace(WORDS, TRANSLATED)), attrs=each.attrs
        ).with_order(each.order)
        if isinstance(each, StringSegmentValue)
        else each
        for each in segments
        if not isinstance(each, OverridableSegmentValue)
    ]
    copied = copy.copy(original)
    ingest_segments(original, copied, None, None, translated)
    return copied


def _filled(leaf_name, value, picture=None):
    model, each, leaf = LEAVES[leaf_name]
    original = model()
    setattr(original, each.name, each.to_python(json.dumps(stored(leaf, value, picture))))
    return original, each, leaf


def is_translated(leaf) -> bool:
    own = hasattr(leaf.block, "get_translatable_segments")
    return (isinstance(leaf.block, TEXT_BLOCKS) or own) and not of_kind(NO_TEXT_IN_BLOCKS, type(leaf.block))


def test_blocks_are_found():
    assert {
        "ChapterPage.body.text",
        "ChapterPage.body.table",
        "ChapterPage.body.figure.image.alt_text",
        "LessonPage.body.check.question.single_choice.options.option.text",
    } <= LEAVES.keys()


@pytest.mark.parametrize("name", LEAVES)
def test_a_block_comes_back_translated(name, db):
    model, each, leaf = LEAVES[name]
    if name in BLOCKS_NOT_TRANSLATED:
        assert isinstance(handling(model, each.name), SynchronizedField)
        return
    if not is_translated(leaf):
        assert of_kind(NO_TEXT_IN_BLOCKS, type(leaf.block)), (
            f"say in NO_TEXT_IN_BLOCKS why {name} holds no text"
        )
        if isinstance(leaf.block, TEXT_BLOCKS):
            original, _each, _leaf = _filled(name, WORDS)
            assert WORDS not in {
                segment.string.data
                for segment in extract_segments(original)
                if isinstance(segment, StringSegmentValue)
            }
        return
    assert isinstance(handling(model, each.name), TranslatableField), (
        f"{name} holds text, and its field isn’t translated"
    )
    picture = world.image().pk if in_picture(leaf) else None
    original, each, leaf = _filled(name, sample(leaf.block, WORDS), picture)
    translated = getattr(_round_trip(original, each.name), each.name).get_prep_value()
    assert WORDS not in json.dumps(translated, default=str)
    shown = read(leaf, translated)
    before = json.dumps(sample(leaf.block, WORDS))
    assert json.dumps(shown, ensure_ascii=False).count(TRANSLATED) == before.count(WORDS)


@pytest.mark.parametrize("name", [name for name, (_model, _each, leaf) in LEAVES.items() if leaf.way])
def test_a_block_that_was_never_filled_stops_nothing(name, db):
    """What was added to a block later is None in everything that was written before."""
    original, each, _leaf = _filled(name, None)
    _round_trip(original, each.name)


# wagtail-localize's own traps, at a depth that no block of ours has yet --------------------------------------------------


class Inner(blocks.StructBlock):
    picture = ImageBlock(required=False)
    lines = blocks.ListBlock(blocks.CharBlock())
    groups = blocks.ListBlock(blocks.ListBlock(blocks.CharBlock()))
    note = blocks.CharBlock(required=False)
    value = blocks.CharBlock(required=False)


class Deep(blocks.StreamBlock):
    outer = blocks.StructBlock([("middle", blocks.StructBlock([("inner", Inner())]))])


def deep(value):
    from cms.translation.extraction import Extractor

    stream = Deep().to_python(
        [{"type": "outer", "id": str(uuid.uuid4()), "value": {"middle": {"inner": value}}}]
    )
    found = Extractor(None).handle_stream_block(stream)
    return sorted(each.string.data for each in found if isinstance(each, StringSegmentValue))


def item(value):
    return {"type": "item", "id": str(uuid.uuid4()), "value": value}


def test_lists_and_pictures_are_found_two_structs_deep(db):
    value = {
        "picture": {"image": world.image().pk, "alt_text": "Seen", "decorative": False},
        "lines": [item("First"), item("Second")],
        "groups": [item([item("Third")]), item([item("Fourth")])],
        "note": None,
        "value": "Fifth",
    }
    assert deep(value) == sorted(["First", "Second", "Third", "Fourth", "Fifth", "Seen"])


@pytest.mark.parametrize("value", [{}, {"picture": None}, {"lines": []}, {"note": None, "value": None}])
def test_nothing_is_found_where_there_is_nothing(db, value):
    assert [each for each in deep(value) if each] == []
