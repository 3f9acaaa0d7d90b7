"""What only the server says (scores, states, people, moments, numbers) is refused or ignored in whatever is posted.

Over every write that learning takes (`places.writes`): the fields at the top, and in each object inside.
"""

import copy
import re
from datetime import datetime
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model

from learning.models import Learner
from tests.learning.hostile import places
from tests.learning.hostile.stored import belongings, differences, dump
from tests.learning.hostile.test_other_people import ROUTES, asked

BY_NAME = {route.name: route for route in ROUTES}
FORGED = {
    **dict.fromkeys(("score", "score_bp", "points", "of_points", "progress", "progress_bp", "number"), 7777),
    **dict.fromkeys(("passed", "counted", "graded", "admitted", "correct"), True),
    **dict.fromkeys(("state", "status"), "completed"),
    **dict.fromkeys(
        ("issued_at", "completed_at", "submitted_at", "started_at", "saved_at", "deadline_at", "expires_at"),
        "2001-02-03T04:05:06Z",
    ),
    **dict.fromkeys(
        ("enrolled_at", "received_at", "effective_at", "done_at", "passed_at", "waived_at", "finished_at"),
        "2001-02-03T04:05:06Z",
    ),
    **dict.fromkeys(
        ("edition", "seed", "max_attempts", "required_done", "required_total", "revision_of"), 7777
    ),
    **dict.fromkeys(("code", "digest", "salt", "role", "verdict"), "forged"),
}
# Ids and moments inside of texts and JSON.
ANEW = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d[T ][\d:.]+(\+00:00|Z)?")
# Names of people's rows; what they are given is the victim's.
OWNERS = (
    "user",
    "user_id",
    "learner",
    "learner_id",
    "actor",
    "marker",
    "enrolment",
    "enrolment_id",
    "holder",
)


def forged(theirs) -> dict:
    other = theirs.people["fellow"]
    learner = Learner.objects.get(user=other)
    owner = {"learner": str(learner.uuid), "actor": str(learner.uuid), "marker": str(learner.uuid)}
    return {**FORGED, **dict.fromkeys(OWNERS, other.pk), **owner}


def spots(body, path=()):
    """Paths of all objects in a body, itself first."""
    if isinstance(body, dict):
        yield path
        for name, each in body.items():
            yield from spots(each, (*path, name))
    elif isinstance(body, list):
        for index, each in enumerate(body):
            yield from spots(each, (*path, index))


def stuffed(body, path, fields):
    """The body with more fields at a place; what it says there itself stays."""
    found = copy.deepcopy(body)
    spot = found
    for step in path:
        spot = spot[step]
    for name, value in fields.items():
        spot.setdefault(name, value)
    return found


def effect(before, after) -> list:
    """What was changed, without what differs each time: ids of new rows, moments, digests."""
    if after is None:
        return []
    people = get_user_model()

    def plain(model, row):
        links = {
            f.attname: f.related_model for f in model._meta.concrete_fields if f.remote_field is not None
        }
        return {
            name: ANEW.sub("", repr(value))
            for name, value in row.items()
            if not isinstance(value, datetime | UUID | bytes | memoryview)
            and name not in (model._meta.pk.attname, "digest", "salt", "seed", "code", "badge_salt")
            and links.get(name, people) is people
        }

    return sorted(
        (model.__name__, str(plain(model, after.get((model, pk)) or {})))
        for model, pk in differences(before, after)
    )


def test_every_write_is_stuffed(theirs):
    """Of each: how many objects there are to stuff. One that takes no body is stuffed as if it did."""
    assert all(list(spots(each.body or {})) for each in places.writes(theirs).values())


@pytest.mark.parametrize("part", range(4))
def test_what_the_server_owns_is_refused_or_ignored(theirs, client_of, part):
    before = dump()
    fellow = belongings(before, theirs.people["fellow"])
    fields = forged(theirs)
    wanted = sorted(places.writes(theirs).items(), key=lambda each: each[0])
    for (name, method), write in wanted[part::4]:
        route, client = BY_NAME[name], client_of(write.by)
        body = write.body if write.body is not None else {}
        _honest, after = asked(client, route, method, write.values, body)
        done = effect(before, after)
        one_by_one = [{each: value} for each, value in fields.items()] if route.is_api else []
        for path in spots(body):
            for more in (fields, *one_by_one) if not path else (fields,):
                forgery = stuffed(body, path, more)
                if forgery == body:
                    continue
                found, after = asked(client, route, method, write.values, forgery)
                place = (name, method, path, list(more)[:1], found.status)
                assert found.status < 500, place
                if after is not None:
                    assert not (came := effect(before, after)) or came == done, (place, set(came) ^ set(done))
                    assert belongings(after, theirs.people["fellow"]) == fellow, place
                    assert not differences(before, after) & fellow, place
                if route.is_api and write.body is not None and not path:
                    # An API says so; a form's browser sends what it likes.
                    assert found.status == 400, place
