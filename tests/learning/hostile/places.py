"""Every address of learning, from the resolver: pages, API, admin, verification. What stands for its parameters, and what is sent.

A route that is added tomorrow is walked as well. One with a parameter that nothing stands for here, or that takes a write
that nothing is sent for, fails the tests until somebody says what.
"""

import json
import re
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from uuid import UUID

from django.urls import URLResolver, get_resolver, reverse

from tests.learning.factories import right, stable

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# What names one person's own. An id that was never given stands beside each.
PRIVATE = frozenset({"attempt", "enrolment", "certificate", "uuid", "pk"})
ABSENT = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Route:
    """`name` with its namespace; `route` as it is written; what the view answers to besides GET, where that is known."""

    name: str
    route: str
    parameters: tuple[str, ...]
    view: object

    @property
    def is_api(self) -> bool:
        return "api/" in self.route or self.name == "jwks"

    @property
    def methods(self) -> tuple[str, ...]:
        """Of an API's view those that it has; a page's may take any."""
        return tuple(each for each in UNSAFE if not self.is_api or hasattr(self.view, each.lower()))


def routes() -> list[Route]:
    """All routes whose view is learning's."""

    def walk(resolver, namespace, before):
        for pattern in resolver.url_patterns:
            here = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern, inner, here)
                continue
            view = getattr(pattern.callback, "view_class", pattern.callback)
            if view.__module__.startswith("learning."):
                assert pattern.name, f"{here} has no name"
                yield Route(f"{namespace}{pattern.name}", here, tuple(pattern.pattern.converters), view)

    return list(walk(get_resolver(), "", ""))


def key_of(route: Route, world) -> tuple:
    """What `key` in a route means is said by what stands before it: the victim's, and the same of another course."""
    before = re.search(r"([\w-]+)/<uuid:key>", route.route).group(1)
    found = {
        "courses": world.courses,
        "course-people": world.courses,
        "achievements": world.courses,
        "units": world.units,
        "quizzes": world.quizzes,
    }
    assert before in found, f"{route.name}: what stands for {before}/<uuid:key>? Say so here."
    return found[before]


def assignments(route: Route, world) -> list[dict]:
    """Values for a route's parameters: everything of the victim's, in every mixture of parents."""
    values = {
        "attempt": world.attempts,
        "enrolment": world.enrolments,
        "certificate": [world.certificate.uuid],
        "uuid": [world.certificate.uuid],
        "pk": [world.upload.pk],
        "quiz": world.quizzes,
        "question": [world.single, world.essay],
        "kind": ["pdf"],
        "block": [stable("thought")],
        "page_id": [world.page_ids[route.name]] if route.name in world.page_ids else [world.main.course.pk],
        "bank_id": [world.bank.pk],
        # Who holds a code or a token holds what it opens; none is guessed.
        "code": ["0000-0000"],
        "token": ["x"],
        "thumbprint": ["x"],
        "number": [1],
    }
    lists = []
    for name in route.parameters:
        assert name == "key" or name in values, f"{route.name}: what stands for {name}? Say so here."
        lists.append(key_of(route, world) if name == "key" else values[name])
    return [dict(zip(route.parameters, each, strict=True)) for each in product(*lists)]


def address(route: Route, values: dict) -> str:
    return reverse(route.name, kwargs=values)


def without(values: dict) -> dict | None:
    """The same address for something that was never there; None where nothing in it is anybody's own."""
    own = PRIVATE & values.keys()
    return {**values, **dict.fromkeys(own, ABSENT)} if own else None


# What is sent -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Write:
    """A request that takes effect: `by` the victim or whoever runs the course (`boss`), at `values`, with `body`.

    `status` is what it then comes to; `changes` whether something is other afterwards.
    """

    by: str
    values: dict
    body: dict | None
    status: tuple[int, ...] = (200, 201, 204, 302)
    changes: bool = True


def writes(world) -> dict[tuple[str, str], Write]:
    """By (name of the route, method). What takes no effect here says by which status."""
    main, lesson, quiz = {"key": world.main.key}, world.main.unit("lesson"), world.main.unit("quiz")
    unit, at_quiz = {"key": lesson}, {"key": quiz}
    opened, handed_in = {"attempt": world.open}, {"attempt": world.submitted}
    own, request = {"enrolment": world.active}, {"enrolment": world.requested}
    certificate = {"certificate": world.certificate.uuid}
    asked = {"question": None, "source": 1, "target": 2}
    points = {stable("who"): 1, stable("what"): 1}
    event = {
        "id": "11111111-1111-4111-8111-111111111111",
        "course": str(world.main.key),
        "unit": str(lesson),
        "verb": "progressed",
        "occurred_at": "2026-01-01T00:00:00Z",
        "seconds": 5,
        "data": {"position": 4000},
    }
    api = {
        ("enrolment", "POST"): Write("victim", {"key": world.other.key}, {}),
        ("enrolment", "DELETE"): Write("victim", main, None),
        ("edition", "POST"): Write("victim", main, {}, changes=False),
        ("following", "PUT"): Write("victim", {"key": world.announced.key}, None),
        ("following", "DELETE"): Write("victim", main, None, changes=False),
        ("check", "POST"): Write(
            "victim", {**unit, "question": stable("asked")}, {"response": right("asked")}
        ),
        ("note", "PUT"): Write("victim", unit, {"text": "Other words", "version": 1}),
        ("reflection", "PUT"): Write(
            "victim", {**unit, "block": stable("thought")}, {"text": "Other words", "version": 1}
        ),
        ("bookmark", "PUT"): Write("victim", {"key": world.main.unit("second")}, {"section": ""}),
        ("bookmark", "DELETE"): Write("victim", unit, None),
        ("feedback", "PUT"): Write("victim", unit, {"useful": False, "comment": "No"}),
        ("feedback", "DELETE"): Write("victim", unit, None),
        ("events", "POST"): Write("victim", {}, {"events": [event]}),
        ("attempts", "POST"): Write("victim", {"key": world.main.unit("extra")}, {}),
        ("answer", "PUT"): Write(
            "victim", {**opened, "question": world.essay}, {"response": {"text": "New"}, "sequence": 99}
        ),
        ("submission", "POST"): Write("victim", opened, {"answers": {}}),
        ("own-certificate", "PATCH"): Write("victim", certificate, {"name_shown": True}),
        ("extra-time", "POST"): Write("boss", own, {"quiz": None, "minutes": 5, "reason": "Why"}),
        ("decision", "POST"): Write("boss", request, {"decision": "approve", "reason": "Why"}),
        ("waivers", "POST"): Write("boss", own, {"unit": str(world.main.unit("second")), "reason": "Why"}),
        ("mark", "PUT"): Write(
            "boss",
            {**handed_in, "question": world.essay},
            {"points": points, "revision": 0, "finish": False, "comment": "", "notes": ""},
        ),
        ("regrades", "POST"): Write(
            "boss", at_quiz, {**asked, "token": "x", "reason": "Why"}, (404, 409), changes=False
        ),
        ("regrade-plan", "POST"): Write("boss", at_quiz, asked, (404, 409), changes=False),
        ("invitations", "POST"): Write("victim", {}, {"invitation": "x"}, (409,), changes=False),
        ("own-reminders", "PUT"): Write("victim", {}, {"wanted": False}),
    }
    report = {"key": world.main.key}
    pages = {
        "enrol": Write("victim", {"key": world.other.key}, {}),
        "withdraw": Write("victim", main, {}),
        "edition": Write("victim", main, {}, changes=False),
        "follow": Write("victim", {"key": world.announced.key}, {"following": "yes"}),
        "people": Write(
            "boss",
            {"key": world.asked.key},
            {"enrolment": [str(world.requested)], "decision": "approve", "reason": ""},
        ),
        "people_keys": Write("boss", main, {"revoke": str(world.enrolment_key.uuid)}),
        "people_invitations": Write("boss", main, {"revoke": str(world.invitation.uuid)}),
        "invited": Write("victim", {}, {}, changes=False),
        "report_learner": Write(
            "boss",
            {**report, **own},
            {"decision": "waive", "unit": str(world.main.unit("second")), "reason": "Why"},
        ),
        "report_mark": Write(
            "boss",
            {**report, **handed_in},
            {
                "question": world.essay,
                "revision": "0",
                "go": "draft",
                **{f"points.{name}": "1" for name in points},
            },
        ),
        "report_regrade": Write(
            "boss", {**report, "quiz": quiz}, {"source": "1", "target": "2", "token": "x"}, (400,), False
        ),
        "done": Write("victim", {"key": world.main.unit("second")}, {}),
        "check": Write(
            "victim",
            {**unit, "question": stable("asked")},
            {f"q-{stable('asked')}": right("asked")["option"]},
        ),
        "note": Write("victim", unit, {"text": "Other words", "version": "1"}),
        "reflection": Write(
            "victim", {**unit, "block": stable("thought")}, {"text": "Other words", "version": "1"}
        ),
        "bookmark": Write("victim", unit, {"keep": "no"}),
        "feedback": Write("victim", unit, {"useful": "no", "comment": "No"}),
        "start": Write("victim", {"key": world.main.unit("extra")}, {}),
        "choose_reminders": Write("victim", {}, {"reminders": "no"}),
        "stop_reminders": Write("victim", {"token": "x"}, {}, (404,), changes=False),
        "certificate": Write("victim", certificate, {"choice": "1", "name_shown": "yes"}),
        "attempt": Write(
            "victim",
            opened,
            {f"q-{world.single}": right("single")["option"], "question": "1", "go": "submit"},
        ),
    }
    admin = {
        "certificate": Write("boss", {"uuid": world.certificate.uuid}, {"reason": "Why"}),
        "running_course": Write(
            "boss",
            main,
            {"kind": "user", "pk": str(world.people["instructor"].pk), "permissions": ["view_report"]},
        ),
        "changed_sources": Write("boss", {"page_id": world.main.course.pk}, {}, (200, 302, 400), False),
        "question_imports": Write("boss", {"bank_id": world.bank.pk}, {"format": ""}, changes=False),
        "question_import": Write(
            "boss", {"bank_id": world.bank.pk, "pk": world.upload.pk}, {"digest": "x"}, changes=False
        ),
    }
    return {
        **{(f"learning-api:{name}", method): each for (name, method), each in api.items()},
        **{(f"learning:{name}", "POST"): each for name, each in pages.items()},
        **{(name, "POST"): each for name, each in admin.items()},
    }


def said(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def send(client, route: Route, method: str, values: dict, body=None):
    """The answer to one request, in JSON to the API and as a form to pages."""
    where = address(route, values)
    if method in ("GET", "HEAD"):
        return client.generic(method, where)
    if route.is_api:
        return client.generic(method, where, _json(body), content_type="application/json")
    if method == "POST":
        return client.post(where, body or {})
    return client.generic(method, where)


def _json(body) -> str:
    return "" if body is None else json.dumps(body)


def comparable(response, values: dict) -> SimpleNamespace:
    """Status, whereabouts and text of an answer, without what is made anew for each and with the ids that were asked for
    by one name."""
    text, place = said(response), response.get("Location", "")
    for name in PRIVATE & values.keys():
        text, place = (each.replace(str(values[name]), "ID") for each in (text, place))
    text = re.sub(
        r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|"csrf\w*": "\w+"|"request_id":"\w+"', "", text
    )
    return SimpleNamespace(status=response.status_code, place=place, text=text)
