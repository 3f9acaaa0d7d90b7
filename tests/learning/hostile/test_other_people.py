"""Another person's attempt, enrolment, certificate, note, request or import: to everybody else it isn't there.

Every route of learning with everything of the victim's for its parameters, in every mixture of parents, by every method, as
every kind of person. What is asked for by an id answers as an id that was never given; nothing of the victim's is told, and
nothing is changed but what is the asker's own.
"""

import pytest
from django.core.cache import cache

from tests.learning.hostile import places
from tests.learning.hostile.conftest import MARK
from tests.learning.hostile.stored import belongings, differences, dump, undone

ROUTES = places.routes()
STRANGERS = (
    "anonymous",
    "registered",
    "member",
    "of another group",
    "fellow",
    "instructor",
    "fellow who instructs elsewhere",
    "editor",
)
TOLD = (MARK, "Zebra")


def asked(client, route, method, values, body):
    """(the answer in a form that can be compared, what is stored afterwards or None where nothing was written)."""
    cache.clear()
    client.cookies.pop("messages", None)
    with undone() as written:
        response = places.send(client, route, method, values, body)
        found = places.comparable(response, values)
        return found, dump() if written.any else None


def test_what_is_sent_takes_effect(theirs, client_of):
    """The other tests would pass if nothing that they send were ever taken: of the victim, or of who runs the course, it is."""
    wanted = places.writes(theirs)
    by_name = {route.name: route for route in ROUTES}
    before = dump()
    for (name, method), write in wanted.items():
        found, after = asked(client_of(write.by), by_name[name], method, write.values, write.body)
        assert found.status in write.status, (name, method, found)
        changed = differences(before, after) if after is not None else set()
        assert bool(changed) is write.changes, (name, method, found)


def test_every_write_is_known(theirs, client_of):
    """A method that an API has, or a page takes, and that nothing is sent for: say in `places.writes` what is."""
    wanted = places.writes(theirs)
    boss = client_of("boss")
    for route in ROUTES:
        for method in route.methods:
            if (route.name, method) in wanted:
                continue
            found, after = asked(boss, route, method, places.assignments(route, theirs)[0], {})
            assert not route.is_api, (route.name, method)
            # Forms are posted; to some pages what else comes is a GET.
            assert after is None and (method != "POST" or found.status == 405), (route.name, method)


@pytest.mark.long
def test_the_victim_and_who_runs_the_course_are_told(theirs, client_of):
    found = {
        who: {
            route.name
            for route in ROUTES
            for values in places.assignments(route, theirs)
            if any(mark in asked(client_of(who), route, "GET", values, None)[0].text for mark in TOLD)
        }
        for who in ("victim", "boss")
    }
    api, page = "learning-api:", "learning:"
    assert found["victim"] >= {
        *(
            f"{api}{name}"
            for name in ("note", "reflection", "feedback", "attempt", "me", "own-notes", "own-certificate")
        ),
        *(f"{page}{name}" for name in ("unit", "notebook", "certificate", "transcript")),
    }
    assert found["boss"] >= {
        *(f"{api}{name}" for name in ("report-learner", "marking-sheet", "requests", "report-export")),
        *(f"{page}{name}" for name in ("report_learner", "report_mark", "people", "people_invitations")),
        *("certificates", "certificate", "question_imports"),
    } - {"question_imports"}


@pytest.mark.parametrize("who", STRANGERS)
def test_nothing_of_the_victim_is_told_or_changed(theirs, client_of, who):
    client, person, victim = client_of(who), theirs.people[who], theirs.people["victim"]
    wanted = places.writes(theirs)
    before = dump()
    kept, had = belongings(before, victim), belongings(before, person)
    wrong = []
    for route in ROUTES:
        for values in places.assignments(route, theirs):
            # By no other method does anything change, whoever asks: `test_every_write_is_known`.
            for method in ("GET", *(each for each in places.UNSAFE if (route.name, each) in wanted)):
                body = wanted[route.name, method].body if method != "GET" else None
                found, after = asked(client, route, method, values, body)
                absent = places.without(values) if found.status != 405 else None
                nothing = asked(client, route, method, absent, body)[0] if absent else found
                changed = differences(before, after) if after is not None else set()
                own = had | belongings(after, person) if changed else set()
                held = {
                    "it breaks": found.status < 500,
                    "something of the victim's is told": not [
                        mark for mark in TOLD if mark in found.text + found.place
                    ],
                    "something of the victim's is changed": not changed & kept,
                    "the victim has something new": not changed or belongings(after, victim) == kept,
                    "what is nobody's own is changed": changed <= own,
                    "it is told from what was never there": found == nothing,
                }
                place = (method, places.address(route, values), found.status, nothing.status)
                wrong += [(sentence, *place) for sentence, holds in held.items() if not holds]
    assert not wrong
