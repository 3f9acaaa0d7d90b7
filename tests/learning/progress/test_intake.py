"""What clients send is read or refused, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.progress import intake
from learning.progress.intake import Incoming, Refused

LANGUAGES = ("en", "fr")
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
GOOD = {
    "id": "11111111-1111-4111-8111-111111111111",
    "course": "22222222-2222-4222-8222-222222222222",
    "unit": "33333333-3333-4333-8333-333333333333",
    "verb": "opened",
    "language": "fr",
    "occurred_at": "2026-03-01T12:00:00+03:00",
    "seconds": 60,
    "data": {},
}


def parse(raw):
    return intake.parse(raw, languages=LANGUAGES, default_language="en")


@given(_json)
def test_anything_at_all_is_refused_and_breaks_nothing(raw):
    with pytest.raises(Refused):
        parse(raw)


@given(st.sampled_from(sorted(GOOD)), _json)
def test_anything_in_one_field_is_read_or_refused(name, value):
    try:
        event = parse({**GOOD, name: value})
    except Refused:
        return
    assert isinstance(event, Incoming)
    assert event.language in LANGUAGES
    assert event.seconds is None or event.seconds >= 0
    assert event.occurred_at is None or event.occurred_at.tzinfo is not None


@given(_json)
def test_the_digest_of_anything_is_stable_and_salted(value):
    raw = {**GOOD, "data": value}
    again = dict(reversed(raw.items()))
    assert intake.digest(raw, b"salt") == intake.digest(again, b"salt")
    assert intake.digest(raw, b"salt") != intake.digest(raw, b"other")


def test_what_is_left_out_has_a_default():
    event = parse({name: GOOD[name] for name in ("id", "course", "unit", "verb")})
    assert (event.language, event.occurred_at, event.seconds, event.data) == ("en", None, None, {})
