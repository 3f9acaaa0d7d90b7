"""What a file would do to a bank: the rules, without a database."""

from dataclasses import replace

import pytest

from learning.exchange import gift, plan, tables, values
from learning.exchange.items import RIGHT, Choice, Item, Place, Reading
from learning.exchange.plan import Action, Busy, Known, Stored

CHOICE = Item(
    "single_choice",
    "Who?",
    key="k-1",
    name="A name",
    tags=("doors",),
    options=(Choice("A", RIGHT), Choice("B")),
)
SORTED = Item("categorise", "What?", key="k-2", name="Sorted", groups=(("X", ("a",)), ("Y", ("b",))))


def stored(item, /, **more):
    about = {"title": item.name, "revision_id": 5, "kind": item.kind, "prompt": item.prompt}
    about |= {"item": item, "child": values.stored(item), "external_id": item.key}
    return Stored(page_id=1, key="0c2b", **about | more)


def planned(*items, known=None, silent=frozenset()):
    numbered = tuple(replace(item, place=Place(line=line)) for line, item in enumerate(items, 1))
    return plan.plan(
        Reading(numbered, (), silent), Known("en", (stored(CHOICE),) if known is None else known)
    )


def actions(found):
    return [step.action for step in found.steps], [each.reason.code for each in found.left_out]


CHANGED = replace(CHOICE, prompt="Who, then?")


def test_by_its_key_in_either_spelling():
    for key in ("k-1", "0c2b"):
        assert actions(planned(replace(CHOICE, key=key))) == ([Action.UNCHANGED], [])
        assert actions(planned(replace(CHANGED, key=key))) == ([Action.UPDATE], [])


def test_by_type_and_text_or_new():
    assert actions(planned(replace(CHOICE, key="", prompt=" WHO? ", options=CHANGED.options[::-1]))) == (
        [Action.UNCHANGED],
        [],
    )
    assert actions(planned(replace(CHOICE, key="", kind="multiple_choice"))) == ([Action.CREATE], [])
    assert actions(planned(replace(CHANGED, key="other"))) == ([Action.CREATE], [])


@pytest.mark.parametrize(
    ("item", "more", "code"),
    [
        (CHANGED, {"editable": False}, "not_permitted"),
        (CHOICE, {"editable": False}, "not_permitted"),
        (CHANGED, {"busy": Busy.LOCKED}, "locked"),
        (CHANGED, {"busy": Busy.REVIEW}, "review"),
        (CHANGED, {"item": None}, "other_type"),
        (replace(CHANGED, kind="multiple_choice"), {}, "other_type"),
        (replace(CHANGED, options=CHOICE.options[:1]), {}, "not_valid"),
    ],
)
def test_what_stands_in_the_way(item, more, code):
    found = planned(item, known=(stored(CHOICE, **more),))
    assert actions(found) == ([], [code])
    assert found.left_out[0].reason.words and found.left_out[0].place.line == 1


def test_what_is_busy_but_unchanged_stands_in_nobody_s_way():
    assert actions(planned(CHOICE, known=(stored(CHOICE, busy=Busy.LOCKED),))) == ([Action.UNCHANGED], [])


def test_twice_in_a_file():
    assert actions(planned(CHANGED, replace(CHANGED, key="0c2b"))) == ([Action.UPDATE], ["twice"])
    new = Item("true_false", "So?")
    assert actions(planned(new, replace(new, truth=False))) == ([Action.CREATE], ["twice"])


def test_what_a_file_cannot_tell_stays():
    found = planned(replace(CHANGED, points=1, name="", tags=()), known=(stored(replace(CHOICE, points=7)),),
                    silent=frozenset({"points"}))  # fmt: skip
    (step,) = found.steps
    assert (step.item.points, step.item.name, step.item.tags) == (7, "A name", ("doors",))
    assert [column for column, _old, _new in plan.shown(step)] == ["Question"]


def test_categories_written_as_pairs_are_found_again():
    text, _losses = gift.write([SORTED])
    found = plan.plan(gift.read(text.encode()), Known("en", (stored(SORTED),)))
    assert actions(found) == ([Action.UNCHANGED], [])


def test_a_draft_that_waits_is_told():
    (step,) = planned(CHANGED, known=(stored(CHOICE, drafted=True),)).steps
    assert [remark.code for remark in step.remarks] == ["drafted"]


def test_the_digest_is_that_of_the_effect():
    first = planned(CHANGED)
    assert first.digest() == planned(CHANGED).digest()
    others = (
        planned(replace(CHANGED, points=2)),
        planned(CHANGED, Item("true_false", "So?")),
        planned(CHANGED, known=(stored(CHOICE, revision_id=6),)),
        planned(CHANGED, known=()),
    )
    assert first.digest() not in {each.digest() for each in others}


def test_an_export_of_everything_changes_nothing():
    known = (stored(CHOICE), replace(stored(SORTED), page_id=2, key="1d3c"))
    found = plan.plan(tables.read(tables.write([CHOICE, SORTED]).encode()), Known("en", known))
    assert actions(found) == ([Action.UNCHANGED] * 2, [])
