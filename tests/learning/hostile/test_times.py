"""Moments, seconds and numbers as clients send them: kept within what can be, or refused in words. Never believed.

Every field of every write that holds one: which they are is found in what is sent (`places.writes`).
"""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from learning.models import Enrolment, Event, UnitRecord
from tests.learning.hostile import places
from tests.learning.hostile.stored import belongings, differences, dump, undone
from tests.learning.hostile.test_fields import BY_NAME, spots
from tests.learning.hostile.test_other_people import asked

HUGE = 10**400
STRANGE = [
    -1,
    -(10**9),
    10**9,
    2**31,
    2**63,
    HUGE,
    1.5,
    True,
    "",
    "1",
    "NaN",
    "1e999",
    "next year",
    None,
    [],
    {},
]
MOMENTS = [
    *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999-23:59", "0001-01-01T00:00:00+23:59"),
    *("2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "20260101T000000Z", "\0"),
]


def numbers_in(body):
    """Paths of what holds a number or a moment."""
    for path in spots(body):
        spot = body
        for step in path:
            spot = spot[step]
        for name, value in spot.items():
            if name.endswith("_at") or (isinstance(value, int) and not isinstance(value, bool)):
                yield (*path, name)


def changed(body, path, value):
    found = json.loads(json.dumps(body))
    spot = found
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    return found


def test_fields_that_hold_numbers_are_found(theirs):
    found = {
        path[-1]
        for (name, _method), write in places.writes(theirs).items()
        if name.startswith("learning-api:")
        for path in numbers_in(write.body or {})
    }
    assert found >= {"seconds", "occurred_at", "position", "minutes", "sequence", "version", "revision"}


def test_no_strange_number_breaks_anything_or_is_believed(theirs, client_of):
    """Where it is refused nothing is changed; where it is taken only what the sender could have changed anyhow is."""
    now = timezone.now()
    for (name, method), write in places.writes(theirs).items():
        if not name.startswith("learning-api:"):
            continue
        before = dump()
        for path in numbers_in(write.body or {}):
            for value in (*STRANGE, *MOMENTS):
                body = changed(write.body, path, value)
                found, after = asked(client_of(write.by), BY_NAME[name], method, write.values, body)
                place = (name, path, value, found.status, found.text[:200])
                assert found.status < 500, place
                if found.status >= 400:
                    assert after is None or not differences(before, after), place
                if after is not None:
                    for model, pk in differences(before, after):
                        row = after.get((model, pk), {})
                        if model is Event:
                            assert row["effective_at"] <= now + timedelta(minutes=5), place
                        if model in (Enrolment, UnitRecord):
                            assert 0 <= row["seconds"] < 24 * 3600, place
                    assert not differences(before, after) & belongings(before, theirs.people["fellow"]), place


@pytest.mark.parametrize(
    "raw", ['{"minutes": NaN}', '{"minutes": Infinity}', '{"minutes": 1e999}', "[" * 5000]
)
def test_what_is_no_json_is_refused(theirs, client_of, raw):
    for (name, method), write in places.writes(theirs).items():
        if not name.startswith("learning-api:") or write.body is None:
            continue
        where = places.address(BY_NAME[name], write.values)
        with undone() as written:
            response = client_of(write.by).generic(method, where, raw, content_type="application/json")
        assert (response.status_code, written.any) == (400, False), (name, method)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2000-01-01", "2026-02-30", "never", "-1"])
@pytest.mark.parametrize("uses", ["", "-1", "1e9", "99999999999999999999", "NaN"])
def test_the_last_day_and_uses_of_a_key(theirs, client_of, day, uses):
    """A day or a number that can't be is refused; the farthest day is a day."""
    data = {"label": "New", "last_day": day, "max_uses": uses}
    route = BY_NAME["learning:people_keys"]
    found, after = asked(client_of("boss"), route, "POST", {"key": theirs.main.key}, data)
    sound = day == "9999-12-31" and uses == ""
    assert found.status == (200 if sound else 400), found.text[:300]
    assert (after is not None) is sound


@pytest.mark.parametrize("version", [*map(str, STRANGE[:7]), "NaN", "9" * 5000, "\u0663"])
def test_numbers_in_forms(theirs, client_of, version):
    """Of each form: every field that holds digits."""
    for (name, _method), write in places.writes(theirs).items():
        if name.startswith("learning-api:") or not write.body:
            continue
        for field, value in write.body.items():
            if isinstance(value, str) and value.isdigit():
                found, _after = asked(
                    client_of(write.by), BY_NAME[name], "POST", write.values, {**write.body, field: version}
                )
                assert found.status < 500, (name, field)
