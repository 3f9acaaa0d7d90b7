"""What differs between editions: rules over values."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from cms.content import comparison
from cms.content.comparison import Place, compare, paragraphs, revision, word_changes

KEYS = [uuid.UUID(int=number) for number in range(12)]


def place(number, parent=None, title=None, version=None, locale="en"):
    return Place(
        key=KEYS[number],
        parent=None if parent is None else KEYS[parent],
        title=title or f"Page {number}",
        locale=locale,
        number="",
        url="",
        version=number if version is None else version,
        digest=str(number if version is None else version),
    )


def keys(places):
    return [KEYS.index(each.key) for each in places]


def pairs(found):
    return [KEYS.index(pair.after.key) for pair in found]


def test_added_and_removed():
    found = compare([place(0), place(1, 0), place(2, 0)], [place(0), place(2, 0), place(3, 0)], {})
    assert (keys(found.added), keys(found.removed), found.moved) == ([3], [1], [])
    assert found.counts == {"added": 1, "removed": 1, "moved": 0, "retitled": 0, "revised": 0}


def test_moved_below_another_page():
    before = [place(0), place(1, 0), place(2, 1), place(3, 0)]
    found = compare(before, [place(0), place(1, 0), place(3, 0), place(2, 3)], {})
    assert pairs(found.moved) == [2]


def test_the_fewest_explain_the_order_of_siblings():
    before = [place(0), *(place(each, 0) for each in (1, 2, 3, 4, 5))]
    found = compare(before, [place(0), *(place(each, 0) for each in (5, 1, 2, 3, 4))], {})
    assert pairs(found.moved) == [5]


def test_what_was_put_between_moves_nobody():
    found = compare(
        [place(0), place(1, 0), place(2, 0)], [place(0), place(1, 0), place(3, 0), place(2, 0)], {}
    )
    assert found.moved == []


def test_titles_and_texts_are_compared_in_one_language():
    before = [place(0), place(1, title="Trust", version=10)]
    retitled = compare(before, [place(0), place(1, title="Trust first", version=10)], {})
    assert pairs(retitled.retitled) == [1]
    other = compare(
        before, [place(0), place(1, title="Confiance", version=11, locale="fr")], {10: ["a"], 11: ["b"]}
    )
    assert other.is_empty


def test_a_text_that_may_not_be_read_is_not_compared():
    before, after = [place(0, version=1)], [place(0, version=2)]
    assert compare(before, after, {2: ["new"]}).is_empty
    assert pairs(compare(before, after, {1: ["old"], 2: ["new"]}).revised) == [0]
    # Another picture or address: nothing that could be shown as words.
    assert compare(before, after, {1: ["same"], 2: ["same"]}).is_empty


def test_paragraphs_of_a_body():
    body = {
        "title": "Title",
        "summary": "Short.",
        "body": [
            {"type": "heading", "value": {"text": "Trust", "level": 2, "anchor": "s1-trust"}, "id": "x"},
            {"type": "text", "value": "<p>One &amp; <b>two</b>.</p><ul><li>Three</li></ul>", "id": "y"},
            {"type": "table", "value": {"caption": "Roles", "rows": [["Steward", "Doors"]]}, "id": "z"},
            {
                "type": "practice",
                "value": {"key": "k", "url": "/en/x/", "title": "Stewards", "body": {"title": "Not ours"}},
                "id": "p",
            },
        ],
        "glossary": [{"term": "risk"}],
    }
    assert paragraphs(body) == [
        "Short.",
        "Trust",
        "One & two.",
        "Three",
        "Roles",
        "Steward | Doors",
        "Stewards",
    ]


def test_a_changed_paragraph_shows_its_words():
    [change] = revision(("Stewards open all doors.",), ("Stewards open two doors.",))
    assert change.kind == "changed"
    assert [(piece.kind, piece.text) for piece in change.pieces] == [
        ("same", "Stewards open "),
        ("gone", "all"),
        ("new", "two"),
        ("same", " doors."),
    ]


def test_unlike_paragraphs_go_and_come():
    found = revision(
        ("Stay.", "About cats and dogs.", "End."), ("Stay.", "Nothing in common here.", "End.", "More.")
    )
    assert [change.kind for change in found] == ["removed", "added", "added"]


def test_chinese_is_compared_by_character():
    [change] = revision(("社区与场所合作。",), ("社区同场所合作。",))
    assert [(piece.kind, piece.text) for piece in change.pieces] == [
        ("same", "社区"),
        ("gone", "与"),
        ("new", "同"),
        ("same", "场所合作。"),
    ]


def test_long_stretches_that_stayed_are_cut():
    words = " ".join(f"w{number}" for number in range(100))
    [change] = revision((f"{words} old",), (f"{words} new",))
    assert change.pieces[0].text.startswith(" … ") and change.pieces[0].text.endswith("w99 ")
    assert len(change.pieces[0].text.split()) == comparison.AROUND + 1


def test_texts_without_end_are_not_compared_word_by_word():
    old, new = "a " * 5000, "b " * 5000
    assert [piece.kind for piece in word_changes(old, new)] == ["gone", "new"]


TEXTS = st.text(alphabet="ab 与同.<", max_size=40)


@given(TEXTS, TEXTS)
def test_pieces_together_are_both_texts(before, after):
    pieces = word_changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6))
def test_nothing_comes_of_nothing(before, after):
    found = revision(tuple(before), tuple(after))
    assert (found == ()) == (before == after)
    kinds = [change.kind for change in found]
    assert len(after) - len(before) == kinds.count("added") - kinds.count("removed")


@given(st.permutations(list(range(1, 9))))
def test_without_what_moved_the_order_is_kept(order):
    before = [place(0), *(place(each, 0) for each in range(1, 9))]
    found = compare(before, [place(0), *(place(each, 0) for each in order)], {})
    stayed = [each for each in order if each not in pairs(found.moved)]
    assert stayed == sorted(stayed)
