"""Sections of a lesson, and which of them a place lies in."""

from hypothesis import given
from hypothesis import strategies as st

from learning.reading.sections import section_at, sections


def heading(name, level=2):
    return {
        "type": "heading",
        "id": name,
        "value": {"text": name.title(), "level": level, "number": "1", "anchor": f"s1-{name}"},
    }


def text(words):
    return {"type": "text", "id": "t", "value": words}


def test_headings_and_chapters_with_their_own():
    chapter = {
        "type": "chapter",
        "id": "12345678-rest",
        "value": {"title": "A chapter", "body": [text("x" * 100), heading("inner")]},
    }
    gone = {"type": "chapter", "id": "gone", "value": None}
    found = sections({"body": [heading("first"), chapter, gone, heading("last", 3)]})
    assert [(each.id, each.anchor, each.level) for each in found] == [
        ("first", "s1-first", 2),
        ("12345678-rest", "12345678-title", 2),
        ("inner", "12345678-s1-inner", 3),
        ("last", "s1-last", 3),
    ]
    assert found[0].begins_bp == 0


def test_nothing_has_no_sections():
    assert sections({}) == sections({"body": []}) == sections({"body": [text("x")]}) == []
    assert section_at([], 5_000) is None


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=8), st.integers(0, 10_000))
def test_a_place_lies_in_the_last_section_that_begins_before_it(sizes, position):
    body = [block for n, size in enumerate(sizes) for block in (heading(f"h{n}"), text("x" * size))]
    found = sections({"body": body})
    begins = [each.begins_bp for each in found]
    assert begins == sorted(begins)
    assert all(0 <= each <= 10_000 for each in begins)
    assert section_at(found, position).begins_bp == max(each for each in begins if each <= position)
