"""Pairs that belong together."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import described, groups

from ..placing import Placing
from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import register
from ..shapes import (
    OPTIONS,
    child_id,
    choices_by_part,
    in_order,
    public,
    shape,
    veiled,
)


class PairBlock(blocks.StructBlock):
    left = blocks.CharBlock(label=_("This"), max_length=300)
    right = blocks.CharBlock(label=_("belongs to"), max_length=300)

    class Meta:
        icon = "link"
        label = _("Pair")
        description = _("Two texts that belong together.")
        group = groups.QUESTIONS
        template = "blocks/previews/pair.html"
        preview_value = {"left": "The steward", "right": "opens the doors"}


class PairsBlock(blocks.StreamBlock):
    pair = PairBlock()

    class Meta:
        label = _("Pairs")
        default = [("pair", {"left": "", "right": ""})] * 2
        min_num = 2
        max_num = 20


class ExtrasBlock(blocks.StreamBlock):
    extra = described(
        blocks.CharBlock(label=_("Text"), max_length=300),
        icon="cross",
        group=groups.QUESTIONS,
        description=_("A text that belongs to nothing."),
        preview_value="counts the money",
    )

    class Meta:
        label = _("Texts that belong to nothing")
        max_num = 10


class MatchingBlock(QuestionBlock):
    prompt = prompt_block()
    pairs = PairsBlock(
        help_text=_("Learners see the first texts in this order, and the second in an order of their own.")
    )
    extras = ExtrasBlock(
        required=False, help_text=_("They stand among the second texts and make guessing harder.")
    )
    explanation = explanation_block()
    points = points_block()

    type_name = "matching"

    class Meta:
        icon = "link"
        label = _("Matching")
        description = _("Texts that have to be put together in pairs.")
        preview_value = {
            "prompt": "Who does what?",
            "pairs": [
                {"type": "pair", "value": {"left": "The steward", "right": "opens the doors"}, "id": "a"},
                {"type": "pair", "value": {"left": "The neighbour", "right": "sees who comes"}, "id": "b"},
            ],
            "extras": [{"type": "extra", "value": "counts the money", "id": "c"}],
        }


@register
class Matching(Placing):
    """The share of right pairs among all, rounded down; a wrong one costs nothing. A text may be used more than once."""

    name = "matching"
    template = "learning/questions/matching.html"
    answered, places, right = "pairs", "choices", "pairs"
    schema = shape(
        {
            "pairs": choices_by_part(
                "The id of the choice by the id of the item; any number of them.", {"a": "z"}
            )
        },
        {"pairs": {"a": "z"}},
    )
    public_schema = public(
        {"items": OPTIONS, "choices": OPTIONS},
        {
            "prompt": "Who does what?",
            "items": [{"id": "a", "text": "The steward"}],
            "choices": [{"id": "y", "text": "counts the money"}, {"id": "z", "text": "opens the doors"}],
        },
    )
    shuffled = ("choices",)

    def block(self):
        return MatchingBlock()

    def public(self, value):
        pairs = _pairs(value)
        return {
            "prompt": value["prompt"],
            "items": [{"id": item, "text": left} for item, left, _choice, _right in pairs],
            "choices": in_order(
                [{"id": choice, "text": right} for _item, _left, choice, right in pairs] + _extras(value)
            ),
        }

    def secret(self, value):
        return {
            **common_secret(value),
            "pairs": {item: choice for item, _left, choice, _right in _pairs(value)},
        }

    def problems(self, value):
        pairs, extras = _pairs(value), _extras(value)
        lefts = [left.strip().casefold() for _item, left, _choice, _right in pairs]
        rights = [right.strip().casefold() for _item, _left, _choice, right in pairs]
        rights += [extra["text"].strip().casefold() for extra in extras]
        problems = [] if len(pairs) >= 2 else [_("A question needs at least two pairs.")]
        if not all(lefts) or not all(rights):
            problems.append(_("A text is missing in a pair or among the extras."))
        if len(set(lefts)) < len(lefts):
            problems.append(_("Two pairs begin with the same text."))
        if len(set(rights)) < len(rights):
            problems.append(_("Two texts to choose say the same: make it a question with categories."))
        return problems


def _pairs(value) -> list[tuple[str, str, str, str]]:
    """`(item id, its text, choice id, its text)` of each pair, in the editor's order."""
    pairs = []
    for index, child in enumerate(value["pairs"] or []):
        identifier = child_id(child, index)
        pairs.append(
            (
                veiled(identifier, "item"),
                child.value["left"] or "",
                veiled(identifier, "choice"),
                child.value["right"] or "",
            )
        )
    return pairs


def _extras(value) -> list[dict]:
    return [
        {"id": veiled(child_id(child, index), "extra"), "text": child.value or ""}
        for index, child in enumerate(value["extras"] or [])
    ]
