"""Reflections, scenarios and flash cards of a lesson: what the editor is told, what is published, what learners see."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.content import api as content
from learning.catalogue import branching
from learning.catalogue.branching import Choice, Step
from learning.models import LessonPage
from tests import world as building
from tests.learning import factories
from tests.learning.factories import flash_cards, reflection, scenario, stable, step, translate
from tests.learning.pages.test_pages import Visitor

END = Choice("", "It ends.")


def to(*codes):
    return tuple(Choice(code, "") for code in codes)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], []),
        ([Step("a", (END, END))], []),
        ([Step("a", (*to("b"), END)), Step("b", (*to("a"), END))], []),
        ([Step("a", (END,) * 4)], []),
        ([Step("a", (END,))], [(0, None, "choices", "2 to 4")]),
        ([Step("a", (END,) * 5)], [(0, None, "choices", "2 to 4")]),
        ([Step("a", (*to("x"), END))], [(0, 0, "leads_to", "no step with the code “x”")]),
        ([Step("a", (END, Choice("", "")))], [(0, 1, "leads_to", "Give the step")]),
        ([Step("a", (END, Choice("a", "Words")))], [(0, 1, "consequence", "tell there")]),
        ([Step("a", (END, END)), Step("b", (END, END))], [(1, None, "code", "No choice leads")]),
        # Two steps that lead to one another only, apart from the way.
        (
            [Step("a", (END, END)), Step("b", to("c", "c")), Step("c", to("b", "b"))],
            [(1, None, "code", "No choice leads"), (2, None, "code", "No choice leads")],
        ),
        ([Step("a", (*to("b"), END)), Step("b", to("b", "b"))], [(1, None, "choices", "comes to an end")]),
        (
            [Step("a", to("b", "b")), Step("b", to("a", "a"))],
            [(0, None, "choices", "comes to an end"), (1, None, "choices", "comes to an end")],
        ),
        (
            [Step("a", (END, END)), Step("a", (END, END))],
            [(0, None, "code", "as well"), (1, None, "code", "as well")],
        ),
    ],
)
def test_faults_of_a_scenario(steps, expected):
    found = branching.faults(steps)
    assert [(each.step, each.choice, each.field) for each in found] == [each[:3] for each in expected]
    assert all(words in each.message for each, (*_place, words) in zip(found, expected, strict=True))


def in_editor(entry):
    block = LessonPage._meta.get_field("body").stream_block.child_blocks["scenario"]
    return block.clean(block.to_python(entry["value"]))


def test_the_editor_tells_at_the_choice_what_is_wrong():
    assert in_editor(scenario())["title"] == "A bag"
    with pytest.raises(StructBlockValidationError) as refused:
        in_editor(scenario(step("bag", "(It is gone.)", "nowhere")))
    errors = refused.value.as_json_data()["blockErrors"]["steps"]["blockErrors"][0]["blockErrors"]
    choice = errors["choices"]["blockErrors"][1]["blockErrors"]
    assert choice["leads_to"]["messages"] == ["There is no step with the code “nowhere”."]


def test_the_editor_tells_at_the_step_that_nobody_reaches_it():
    with pytest.raises(StructBlockValidationError) as refused:
        in_editor(scenario(step("bag", "(One)", "(Two)"), step("lost", "(One)", "(Two)")))
    errors = refused.value.as_json_data()["blockErrors"]["steps"]["blockErrors"]
    assert list(errors) == [1] and list(errors[1]["blockErrors"]) == ["code"]


def test_an_end_of_blank_paragraphs_is_none():
    entry = scenario(step("bag", "(One)", "(Two)"))
    entry["value"]["steps"][0]["value"]["choices"][1]["value"]["consequence"] = '<p data-block-key="a"> </p>'
    with pytest.raises(StructBlockValidationError):
        in_editor(entry)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (scenario(step("bag", "(One)", "nowhere")), "Step 1: There is no step with the code “nowhere”."),
        (flash_cards() | {"value": {"title": "Words", "cards": []}}, "There are no cards."),
    ],
)
def test_the_gate_refuses_what_came_in_by_another_door(site, committed, entry, sentence):
    world = factories.course(site, committed)
    page = LessonPage.objects.get(pk=world.pages["first"].pk)
    before = content.item(key=page.translation_key, locale="en").current
    with pytest.raises(ValidationError, match=sentence), committed():
        building.publish(page, body=[entry])
    assert content.item(key=page.translation_key, locale="en").current == before


@pytest.fixture
def world(site, committed):
    body = [reflection(), scenario(), flash_cards(("Soft target", "A place that is open to all."))]
    return factories.course(site, committed, {"M": [("first", "lesson", {"body": body, "sample": True})]})


def body_of(page, code="en"):
    return content.body(content.item(key=page.translation_key, locale=code).current)["body"]


def test_the_document_leads_by_ids(world):
    _reflection, found, cards = body_of(world.pages["first"])
    first, second = found["value"]["steps"]
    assert [choice["leads_to"] for choice in first["choices"]] == [second["id"], None]
    assert second["choices"][0]["leads_to"] == first["id"] == stable("step:bag")
    assert "code" not in first
    assert [strip_tags(choice["consequence"]) for choice in first["choices"]] == ["", "It is gone."]
    assert cards["value"]["cards"][0]["value"] == {
        "front": {"text": "Soft target", "image": None},
        "back": {"text": "A place that is open to all.", "image": None},
    }


def test_a_translation_has_other_words_and_the_same_ways(world, committed):
    page = world.pages["first"]
    factories.translated_course(committed, world)
    texts = {
        "Who notices first?": "Qui remarque en premier ?",
        "Choice 0 at bag": "Demander",
        "Soft target": "Cible vulnérable",
    }
    translate(committed, LessonPage.objects.get(pk=page.pk), "fr", texts)
    source, found = body_of(page), body_of(page, "fr")
    assert found[0]["value"]["prompt"] == "Qui remarque en premier ?"
    assert found[1]["value"]["steps"][0]["choices"][0]["text"] == "Demander"
    assert found[2]["value"]["cards"][0]["value"]["front"]["text"] == "Cible vulnérable"

    def ways(body):
        return [
            (each["id"], [(choice["id"], choice["leads_to"]) for choice in each["choices"]])
            for each in body[1]["value"]["steps"]
        ]

    assert ways(found) == ways(source)
    assert [each["id"] for each in found] == [each["id"] for each in source]


def test_a_card_has_its_picture_with_its_own_description(site, committed):
    entry = flash_cards()
    picture = {"image": building.image().pk, "alt_text": "A square with stalls", "decorative": False}
    entry["value"]["cards"][0]["value"]["front_image"] = picture
    world = factories.course(site, committed, {"M": [("first", "lesson", {"body": [entry], "sample": True})]})
    (cards,) = body_of(world.pages["first"])
    assert cards["value"]["cards"][0]["value"]["front"]["image"]["alt"] == "A square with stalls"


def soup(visitor, path):
    return BeautifulSoup(visitor.get(path), "html.parser")


def test_every_choice_leads_to_something_on_the_page(world, learner):
    page = soup(Visitor(learner), f"units/{world.unit('first')}/")
    scenario = page.select_one("section.scenario")
    targets = {each["id"] for each in scenario.select(".scenario-step")}
    links = {each["href"] for each in scenario.select("a[href^='#']")}
    assert links == {f"#{each}" for each in targets}
    assert page.select_one("script[src*='learning/scenario']") is not None
    card = page.select_one("details.flash-card")
    assert card.summary.get_text(strip=True).startswith("Soft target") and not card.has_attr("open")


def test_lessons_without_a_scenario_fetch_no_script_for_it(site, committed, learner):
    world = factories.course(site, committed, {"M": [("first", "lesson", {"sample": True})]})
    page = soup(Visitor(learner), f"units/{world.unit('first')}/")
    assert page.select_one("script[src*='learning/scenario']") is None
