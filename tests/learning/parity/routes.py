"""Every route of the learning platform, from the resolver, and which of the API does what which page does."""

from uuid import uuid4

from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

PAGES, API = ("learning", "verification"), ("learning-api",)

#: What a learner does and reads on the pages, and the same through the API.
SAME = {
    "GET learning:my_learning": ["GET own-enrolments"],
    "POST learning:enrol": ["POST enrolment"],
    "GET learning:withdraw": ["GET enrolment"],
    "POST learning:withdraw": ["DELETE enrolment"],
    "GET learning:edition": ["GET edition"],
    "POST learning:edition": ["POST edition"],
    "POST learning:follow": ["PUT following", "DELETE following"],
    "GET learning:invited": ["POST invitations"],
    "POST learning:invited": ["POST enrolment"],
    "GET learning:unit": [
        "GET unit",
        "POST events",
        "GET note",
        "GET reflection",
        "GET bookmark",
        "GET feedback",
        "GET attempts",
    ],
    "POST learning:done": ["POST events"],
    "POST learning:check": ["POST check"],
    "POST learning:note": ["PUT note"],
    "POST learning:reflection": ["PUT reflection"],
    "POST learning:bookmark": ["PUT bookmark", "DELETE bookmark"],
    "POST learning:feedback": ["PUT feedback", "DELETE feedback"],
    "POST learning:start": ["POST attempts"],
    "GET learning:attempt": ["GET attempt"],
    "POST learning:attempt": ["PUT answer", "POST submission"],
    "GET learning:notebook": ["GET own-bookmarks", "GET own-notes"],
    "GET learning:certificates": ["GET own-certificates", "GET own-reminders"],
    "POST learning:choose_reminders": ["PUT own-reminders"],
    "GET learning:certificate": ["GET own-certificate"],
    "POST learning:certificate": ["PATCH own-certificate"],
    "GET learning:certificate_file": ["GET own-certificate-file"],
    "GET learning:transcript": ["GET own-transcript"],
    "GET learning:transcript_file": ["GET own-transcript-pdf"],
    "GET verification:certificate": ["GET certificate"],
    # The catalogue and the page of a course answer at the addresses of their documents.
    "GET page": ["GET courses", "GET course", "GET following", "GET progress"],
}

_LINK = "a mail's link, which opens in a browser; its secret goes from there into the session"
_STOP = "a mail's link for mail programs, which need no account; apps have own-reminders"
#: What only one side has, and why.
ONLY_PAGES = {
    "GET learning:invitation": _LINK,
    "GET learning:stop_reminders": _STOP,
    "POST learning:stop_reminders": _STOP,
    "GET learning:notes_file": "own-notes as a file of text: an app makes its own of them",
    "GET verification:ask": "a field for a code",
}
_BADGE = "what programs fetch that check a badge; it names no learner"
ONLY_API = {
    "GET me": "who is signed in: every page says it at its top",
    **dict.fromkeys(
        (f"GET badge-{name}" for name in ("issuer", "keys", "key", "status", "achievement", "image")), _BADGE
    ),
}

#: For people who run courses, whose rights and pages have tests of their own.
RUNNING_PAGES = {
    "GET learning:course_feedback",
    "GET learning:people",
    "POST learning:people",
    "GET learning:people_invitations",
    "POST learning:people_invitations",
    "GET learning:people_keys",
    "POST learning:people_keys",
    "GET learning:report",
    "GET learning:report_export",
    "GET learning:report_items",
    "GET learning:report_items_export",
    "GET learning:report_learner",
    "POST learning:report_learner",
    "GET learning:report_learners",
    "GET learning:report_mark",
    "POST learning:report_mark",
    "GET learning:report_marking",
    "GET learning:report_regrade",
    "POST learning:report_regrade",
}
RUNNING_API = {
    "GET course-feedback",
    "POST decision",
    "POST extra-time",
    "GET items",
    "GET items-export",
    "PUT mark",
    "GET marking",
    "GET marking-sheet",
    "POST regrade-plan",
    "GET regrades",
    "POST regrades",
    "GET report",
    "GET report-export",
    "GET report-learner",
    "GET report-learners",
    "GET requests",
    "POST waivers",
}


def _patterns(namespaces, resolver=None):
    """(name with its namespace, pattern)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if not isinstance(pattern, URLResolver):
            continue
        if pattern.namespace in namespaces:
            for inner in pattern.url_patterns:
                yield f"{pattern.namespace}:{inner.name}", inner
        else:
            yield from _patterns(namespaces, pattern)


def page_routes() -> set[str]:
    """`{"POST learning:enrol", …}`; which methods a page takes is asked of it."""
    found, client = set(), Client()
    stands_for = {"uuid": uuid4(), "str": "x", "slug": "pdf"}
    for name, pattern in _patterns(PAGES):
        converters = pattern.pattern.converters
        values = {each: stands_for[_kind(converter)] for each, converter in converters.items()}
        answer = client.options(reverse(name, kwargs=values))
        assert answer.status_code == 405, f"{name} doesn't say which methods it takes"
        methods = {each.strip() for each in answer["Allow"].split(",")} - {"HEAD", "OPTIONS"}
        found |= {f"{method} {name}" for method in methods}
    return found


def _kind(converter) -> str:
    return {"UUIDConverter": "uuid", "SlugConverter": "slug"}.get(type(converter).__name__, "str")


def api_routes() -> set[str]:
    """`{"PUT note", …}`, without their namespace."""
    return {
        f"{method.upper()} {pattern.name}"
        for _name, pattern in _patterns(API)
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(pattern.callback.cls, method)
    }
