"""Every block that an editor can pick says what it is for, and shows what it will look like."""

import re

import pytest
from django.template.loader import get_template
from django.urls import reverse
from wagtail import blocks, hooks
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from cms.core.blocks import groups
from cms.core.pages import BasePage
from home.guides.models import ChapterPage
from learning.models import QuizPage

GROUPS = {str(value) for name, value in vars(groups).items() if name.isupper()}


def picked(block, path):
    """`(path, block)` of what a picker offers, at any depth."""
    if isinstance(block, blocks.StreamBlock):
        for name, child in block.child_blocks.items():
            yield f"{path}.{name}", child
    inner = (
        {"item": block.child_block}
        if isinstance(block, blocks.ListBlock)
        else getattr(block, "child_blocks", {})
    )
    for name, child in inner.items():
        yield from picked(child, f"{path}.{name}")


PICKED = {
    path: block
    for model in get_page_models()
    if issubclass(model, BasePage)
    for field in model._meta.local_concrete_fields
    if isinstance(field, StreamField)
    for path, block in picked(field.stream_block, f"{model.__name__}.{field.name}")
}


def test_there_are_blocks_of_all_kinds():
    assert {
        "ChapterPage.body.figure",
        "LessonPage.body.check.question.single_choice.options.option",
        "QuizPage.questions.true_false",
        "HomePage.doors.door",
    } <= PICKED.keys()


@pytest.fixture(scope="module")
def icons():
    found = []
    for register in hooks.get_hooks("register_icons"):
        found = register(found)
    return {re.search(r'id="icon-([\w-]+)"', get_template(each).render()).group(1) for each in found}


@pytest.mark.parametrize("path", PICKED)
def test_it_has_a_description_a_group_and_an_icon(path, icons):
    block = PICKED[path]
    assert str(block.get_description()).endswith(".")
    assert str(block.meta.group) in GROUPS
    assert block.meta.icon in icons and block.meta.icon != "placeholder"
    assert block.is_previewable


@pytest.fixture
def editor(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("editor@example.org", "secret"))
    return client


def content(editor, block):
    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    html = response.content.decode()
    assert "/static/site/site.css" in html
    return re.search(r'<div class="prose hue-1">(.*)</div></div>', html, re.DOTALL).group(1)


@pytest.mark.parametrize("path", PICKED)
def test_its_preview_shows_something(editor, path):
    html = content(editor, PICKED[path])
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()
    assert len(text) > 5, html
    assert "None" not in text
    assert "<dl>" not in html, "shown as a list of its parts: it has no template"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("ChapterPage.body.figure", '<img src="/static/site/example.svg"'),
        ("ChapterPage.body.table", '<th scope="row">Steward</th>'),
        ("ChapterPage.body.practice", "Stewards trained with the police"),
        ("ChapterPage.body.tool", "A walk around the building"),
        ("ChapterPage.body.recommendation", "Recommendation 1"),
        ("ChapterPage.body.legal", "S/RES/2341"),
        ("ChapterPage.body.stakeholders", "Site managers"),
        ("ChapterPage.body.media", "<audio"),
        ("ChapterPage.body.download", "The plan on one page"),
        ("LessonPage.body.chapter", "Start with the people"),
        ("LessonPage.body.check", "Trust comes before technology."),
    ],
)
def test_what_refers_to_something_shows_an_example(editor, path, shown):
    html = content(editor, PICKED[path])
    assert shown in html
    assert "not translated yet" not in html


def test_an_example_is_shown_in_the_preview_alone(db):
    block = ChapterPage._meta.get_field("body").stream_block.child_blocks["recommendation"]
    assert "Meet the neighbours" not in block.render(None, context={"example": block.example()})


def test_what_a_new_block_begins_with():
    chapter = ChapterPage._meta.get_field("body").stream_block.child_blocks
    assert chapter["heading"].get_default()["level"] == "2"
    assert list(chapter["checklist"].get_default()["items"]) in ([""], [None])
    assert len(chapter["stakeholders"].get_default()["rows"]) == 1
    question = QuizPage._meta.get_field("questions").stream_block.child_blocks["single_choice"].get_default()
    assert question["points"] == 1
    assert [child.block_type for child in question["options"]] == ["option", "option"]
    assert not any(child.value["correct"] for child in question["options"])
