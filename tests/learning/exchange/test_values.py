"""Items and stored questions: both ways without a loss, as the editor would take them, ids kept."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from learning.exchange import values
from learning.exchange.faults import Unreadable
from learning.exchange.items import RIGHT, WRONG, Choice, Gap, Item, Unit
from tests.learning.exchange.items import items


def ids(child):
    """Every id in a stored question, by what it stands for."""
    value = child["value"]
    found = {str(value): child["id"]} if not isinstance(value, dict) else {}
    if isinstance(value, dict):
        found[value.get("text") or value.get("left") or value.get("name") or value.get("prompt")] = child[
            "id"
        ]
        for part in value.values():
            for inner in part if isinstance(part, list) else ():
                found |= ids(inner)
    return found


@given(items())
def test_stored_and_read_again_an_item_is_the_same(item):
    fitted = values.fitted(item, "en")
    assert not fitted.losses and fitted == item
    child = values.stored(item)
    assert values.item_of(child, name=item.name, key=item.key, tags=item.tags) == item


@given(items())
def test_the_editor_takes_what_is_stored(item):
    found = values.problems(values.stored(item))
    # Words that are the same to learners, and stars alone, are for people to sort out.
    assert [each for each in found if "say the same" not in each and "star alone" not in each] == []


@given(items())
def test_the_same_item_again_keeps_every_id(item):
    former = values.stored(item)
    assert values.stored(item, former) == former


CHOICE = Item(
    "single_choice", "Who?", options=(Choice("A", RIGHT), Choice("B", WRONG, "no"), Choice("C", WRONG))
)


def test_options_keep_their_ids_by_what_they_say_then_by_their_place():
    former = values.stored(CHOICE)
    moved = replace(CHOICE, options=(Choice("C"), Choice("A, spelled well", RIGHT), Choice("B")))
    before, after = ids(former), ids(values.stored(moved, former))
    assert (after["C"], after["B"], after["Who?"]) == (before["C"], before["B"], before["Who?"])
    assert after["A, spelled well"] == before["A"]


def test_an_option_more_gets_an_id_of_its_own():
    former = values.stored(CHOICE)
    more = replace(CHOICE, options=(Choice("New"), *CHOICE.options))
    before, after = ids(former), ids(values.stored(more, former))
    assert [after[text] == before[text] for text in "ABC"] == [True] * 3
    assert after["New"] not in before.values()


def test_another_type_is_another_question():
    former = values.stored(CHOICE)
    assert values.stored(replace(CHOICE, kind="multiple_choice"), former)["id"] != former["id"]


def test_right_sides_that_repeat_make_categories():
    item = Item("matching", "What?", pairs=(("a", "X"), ("b", "Y"), ("c", "x")), extras=("Z",))
    found = values.fitted(item, "en")
    assert found.kind == "categorise"
    assert found.groups == (("X", ("a", "c")), ("Y", ("b",)), ("Z", ()))
    assert [loss.code for loss in found.losses] == ["categories"]


def test_a_category_becomes_a_tag():
    found = values.fitted(replace(CHOICE, category="Site/Front doors", tags=("b, c", "B  c", "a")), "en")
    assert (found.tags, found.category) == (("a", "b c", "front doors"), "")


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (Item("short_answer", "?", options=(Choice("a", RIGHT), Choice("b", Fraction(1, 3)))), "rounded"),
        (Item("numeric", "?", units=(Unit("m"), Unit("x", Decimal(1) / 3))), "unit_rounded"),
        (Item("fill_in", "", text="[[1]]", gaps=(Gap(options=CHOICE.options, points=50),)), "weights"),
        (Item("fill_in", "", text="[[1]] see [2]", gaps=(Gap(options=CHOICE.options),)), "brackets"),
        (replace(CHOICE, tags=tuple(f"a rather long tag {n}" for n in range(30))), "tags"),
    ],
)
def test_what_does_not_fit_is_made_to_and_told(item, code):
    found = values.fitted(item, "en")
    assert code in {loss.code for loss in found.losses}
    assert replace(values.fitted(replace(found, losses=()), "en")) == found


def test_blanks_without_a_prompt_get_one_in_the_bank_s_language():
    item = Item("fill_in", "", text="[[1]]", gaps=(Gap(options=CHOICE.options),))
    assert values.fitted(item, "en").prompt == "Fill in the blanks."


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (replace(CHOICE, prompt="x" * 1001), "Question"),
        (replace(CHOICE, options=CHOICE.options[:1]), "2"),
        (replace(CHOICE, options=(Choice("x" * 501, RIGHT), Choice("b"))), "Text"),
        (replace(CHOICE, options=(Choice("a", RIGHT), Choice("A"))), "say the same"),
        (replace(CHOICE, points=101), "Points"),
        (replace(CHOICE, kind="multiple_choice", options=(Choice("a"), Choice("b"))), "at least one"),
        (Item("fill_in", "x", text="no mark", gaps=(Gap(options=CHOICE.options),)), "blank"),
    ],
)
def test_what_the_editor_would_not_take_is_said_in_words(item, says):
    assert any(says in each for each in values.problems(values.stored(item)))


def test_a_question_on_a_picture_is_in_no_file():
    with pytest.raises(Unreadable) as caught:
        values.item_of({"type": "hotspot", "value": {"prompt": "Where?"}, "id": "x"})
    assert caught.value.code == "no_counterpart"
