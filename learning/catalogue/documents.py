"""Courses, lessons and quizzes as documents: everything that learning asks of `cms.content` goes through here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.utils.dateparse import parse_date

from cms.content import api as content
from cms.core import languages
from cms.core.errors import NotFound
from cms.core.language_models import hidden_codes
from learning.assessment.quiz import Quiz, merged, needs_merging

from . import banks, identity, publishing, rules, syllabus
from .rows import SealedSyllabus
from .syllabus import Syllabus

COURSE = "learning.CoursePage"
LESSON = "learning.LessonPage"
QUIZ = "learning.QuizPage"


class Reader:
    """Who reads, in which language. What they may see is looked up once, and only where something is restricted."""

    def __init__(self, *, principals, locale: str):
        self._principals = principals
        self.locale = locale

    @cached_property
    def principals(self) -> frozenset[str]:
        """Principals, or what gives them when they are first needed."""
        return self._principals() if callable(self._principals) else self._principals

    @cached_property
    def access(self) -> frozenset[str]:
        return content.access_keys(self.principals)

    def may_see(self, access_key: str) -> bool:
        return not access_key or access_key in self.access


@dataclass(frozen=True)
class CourseRules:
    """What the source language's page says of a course. Moments are the starts and ends of days in the site's zone."""

    status: str
    opens_at: datetime | None
    closes_at: datetime | None
    enrolment_mode: str
    days: int | None = None

    def is_open(self, now: datetime) -> bool:
        return rules.is_open(status=self.status, opens_at=self.opens_at, closes_at=self.closes_at, now=now)

    def status_at(self, now: datetime) -> str:
        return rules.effective_status(
            status=self.status, opens_at=self.opens_at, closes_at=self.closes_at, now=now
        )


def course_rules(body: dict) -> CourseRules:
    return CourseRules(
        status=body["status"],
        opens_at=rules.opening_moment(parse_date(body["opens_on"] or ""), settings.TIME_ZONE),
        closes_at=rules.closing_moment(parse_date(body["closes_on"] or ""), settings.TIME_ZONE),
        enrolment_mode=body["enrolment_mode"],
        days=body.get("days_allowed"),
    )


@dataclass(frozen=True)
class CourseDocument:
    """A course as one reader meets it: the item in their language or its fallback, and the source's rules."""

    item: object
    body: dict
    source: object
    source_body: dict
    rules: CourseRules
    locales: tuple[str, ...]
    minutes: int
    edition: int | None

    @property
    def key(self) -> UUID:
        return self.item.key


@dataclass(frozen=True)
class Prerequisite:
    """A course that has to be completed before another, with a valid certificate where that is stated.

    `link` says where readers of the other find it; None where not all of them may see it.
    """

    course: UUID
    certificate: bool
    link: dict | None


@dataclass(frozen=True)
class QuizWindow:
    """When a quiz can be taken, beside what holds for its course. Moments are the starts and ends of days in the site's zone."""

    opens_at: datetime | None
    closes_at: datetime | None

    def at(self, now: datetime) -> str:
        """`ahead`, `open` or `over`."""
        if self.opens_at is not None and now < self.opens_at:
            return "ahead"
        return "over" if self.closes_at is not None and now >= self.closes_at else "open"


def quiz_window(body: dict) -> QuizWindow:
    return QuizWindow(
        opens_at=rules.opening_moment(parse_date(body.get("opens_on") or ""), settings.TIME_ZONE),
        closes_at=rules.closing_moment(parse_date(body.get("closes_on") or ""), settings.TIME_ZONE),
    )


def courses(reader: Reader, keys: Collection[UUID] | None = None) -> list[CourseDocument]:
    """The courses that the reader may see, by title; all or those of `keys`.

    One statement; two more for signed-in people where one of them is restricted.
    """
    items = _items().filter(type=COURSE, status="live").select_related("current")
    items = items.defer("current__private", "current__text").annotate(unit_minutes=_unit_minutes())
    if keys is not None:
        items = items.filter(key__in=keys)
    by_key: dict[UUID, dict] = {}
    for item in items:
        if reader.may_see(item.access_key):
            by_key.setdefault(item.key, {})[item.locale] = item
    if content.freshen([item for found in by_key.values() for item in found.values()]):
        return courses(reader, keys)
    documents = [_course_document(found, reader.locale) for found in by_key.values()]
    return sorted(documents, key=lambda each: (each.item.title.casefold(), str(each.key)))


def _unit_minutes():
    """What lessons and quizzes of a course add up to in its source language."""
    units = _items().filter(
        root_key=OuterRef("key"), locale=OuterRef("source_locale"), status="live", type__in=[LESSON, QUIZ]
    )
    return Subquery(units.order_by().values("root_key").annotate(total=Sum("minutes")).values("total"))


def _course_document(found: dict, locale: str) -> CourseDocument:
    source_locale = next(iter(found.values())).source_locale
    chosen = next(found[code] for code in languages.fallback_chain(locale, source_locale) if code in found)
    source = found.get(source_locale, chosen)
    source_body = content.body(source.current)
    return CourseDocument(
        item=chosen,
        body=content.body(chosen.current),
        source=source,
        source_body=source_body,
        rules=course_rules(source_body),
        locales=tuple(code for code in languages.codes() if code in found),
        minutes=source_body["effort_minutes"] or chosen.unit_minutes or 0,
        edition=chosen.edition_number,
    )


def course(reader: Reader, key: UUID) -> CourseDocument:
    """One course. Raises NotFound where this reader sees none."""
    found = courses(reader, [key])
    if not found:
        raise NotFound
    return found[0]


def prerequisites(document: CourseDocument) -> list[Prerequisite]:
    """The courses that come before one, hidden ones included. No statement for a course without any, else one."""
    stated = document.source_body.get("prerequisites") or []
    if not stated:
        return []
    named = content.private_part(document.source.current)
    links = {
        each["id"]: each["course"] for each in document.body.get("prerequisites") or [] if each["course"]
    }
    return [
        Prerequisite(UUID(named[each["id"]]["course"]), each["certificate"], links.get(each["id"]))
        for each in stated
        if named.get(each["id"], {}).get("course")
    ]


def rules_of(keys: Collection[UUID]) -> dict[UUID, CourseRules]:
    """The rules of now of published courses, whoever may see them. One statement."""
    items = _items().filter(type=COURSE, status="live", key__in=keys, locale=F("source_locale"))
    items = items.select_related("current").defer("current__private", "current__text")
    return {item.key: course_rules(content.body(item.current)) for item in items}


# Editions and syllabuses ----------------------------------------------------------------------------------------


def source_versions(edition, keys: Iterable[UUID], source_locale: str) -> dict:
    """The source language's versions that an edition holds, by key. One statement."""
    return content.pinned_versions(edition=edition, keys=list(keys), locale=source_locale)


def secrets_in_other_languages(edition, keys: Iterable[UUID], source_locale: str) -> dict[UUID, list[dict]]:
    """The private parts of units in all languages but the source's, as an edition holds them. One statement."""
    found = content.pinned_private_parts(edition=edition, keys=list(keys))
    return {
        key: [private for locale, private in sorted(by_locale.items()) if locale != source_locale]
        for key, by_locale in found.items()
    }


def graded_by(quiz: Quiz, edition, key: UUID, source_locale: str) -> Quiz:
    """The quiz with the keys that its attempts are graded by: with the accepted texts of all languages.

    No statement for a quiz without questions that are answered in words, else one; another one for what it drew.
    """
    if not needs_merging(quiz.questions):
        return quiz
    others = list(secrets_in_other_languages(edition, [key], source_locale).get(key, []))
    if quiz.drawn:
        others += banks.other_secrets([UUID(question) for question in quiz.drawn])
    return merged(quiz, others)


def graded_by_published(quiz: Quiz, key: UUID, known: dict[UUID, list[dict]]) -> Quiz:
    """The same with what is published now in the other languages: for regrading. `known` remembers what was read before."""
    if not needs_merging(quiz.questions):
        return quiz
    if key not in known:
        items = _items().filter(key=key, current__isnull=False).exclude(locale=F("source_locale"))
        found = items.select_related("current").order_by("locale")
        known[key] = [content.private_part(item.current) for item in found]
    others = list(known[key])
    for drawn in map(UUID, sorted(quiz.drawn)):
        if drawn not in known:
            known[drawn] = banks.other_secrets([drawn])
        others += known[drawn]
    return merged(quiz, others)


def source_bodies(edition, keys: Iterable[UUID], source_locale: str) -> dict[UUID, dict]:
    versions = source_versions(edition, keys, source_locale)
    return {key: content.body(version) for key, version in versions.items()}


def syllabus_of(edition, source_locale: str) -> Syllabus:
    """The syllabus of an edition: the sealed one, else as it stands now."""
    sealed = SealedSyllabus.objects.filter(edition=edition).first()
    return Syllabus.from_json(sealed.rules) if sealed else _draft(edition, source_locale)[0]


def _draft(edition, source_locale) -> tuple[Syllabus, dict[UUID, dict]]:
    """(the syllabus as it stands now, the bodies that it was read from)."""
    rows = content.structure(edition)
    bodies = source_bodies(edition, [row.key for row in rows], source_locale)
    return syllabus.build(bodies.get(edition.root_key, {}), rows, bodies), bodies


def seal(edition, source_locale: str) -> Syllabus:
    """Fix an edition's structure and rules, for somebody is on it now. In the caller's transaction."""
    sealed = SealedSyllabus.objects.filter(edition=edition).first()
    if sealed is None:
        # Nobody publishes between what is read here and the end of the transaction: what came before is in the edition, what
        # comes after finds it sealed.
        content.take_turn()
        if not content.seal(edition):  # somebody did while we waited
            sealed = SealedSyllabus.objects.filter(edition=edition).first()
    if sealed is None:
        draft, bodies = _draft(edition, source_locale)
        publishing.remember_units(draft, source_locale)
        sealed = SealedSyllabus.objects.create(edition=edition, rules=draft.to_json())
        drawing = [key for key, body in bodies.items() if body.get("draws")]
        _fix_pools(edition, drawing, source_locale)
    return Syllabus.from_json(sealed.rules)


def _fix_pools(edition, quizzes: list[UUID], source_locale: str) -> None:
    """Fix what the quizzes that draw from banks may give. No statement without one."""
    versions = source_versions(edition, quizzes, source_locale) if quizzes else {}
    banks.fix(
        edition,
        {key: (content.body(version), content.private_part(version)) for key, version in versions.items()},
    )


# Units ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitDocument:
    """A lesson or quiz in a reader's language, or whole in its fallback's, and its source."""

    version: object
    body: dict
    source: object
    reader_locale: str

    @property
    def item(self):
        return self.version.item

    @property
    def locale(self) -> str:
        return self.item.locale

    @property
    def is_fallback(self) -> bool:
        return self.locale != self.reader_locale

    @cached_property
    def private(self) -> dict:
        return content.private_part(self.version)

    @cached_property
    def source_body(self) -> dict:
        return content.body(self.source)

    @cached_property
    def source_private(self) -> dict:
        return content.private_part(self.source)


def unit(edition, key: UUID, reader: Reader) -> UnitDocument:
    """The document of a unit that somebody on this edition reads.

    Raises NotFound where it is gone, or where this reader may not see it, now. What it shows and this reader may not see,
    or what was withdrawn, isn't in it: whatever version they are on.
    """
    version, source = _both(edition, key, reader.locale)
    if content.freshen([version.item, source.item]):
        version, source = _both(edition, key, reader.locale)
    if not reader.may_see(version.item.access_key):
        raise NotFound
    return UnitDocument(
        version=version, body=visible_body(version, reader), source=source, reader_locale=reader.locale
    )


def _both(edition, key, locale):
    """The version in the reader's language (or its fallback's) and the source's."""
    version = content.pinned_versions(edition=edition, keys=[key], locale=locale).get(key)
    if version is None:
        raise NotFound
    source_locale = version.item.source_locale
    if version.item.locale == source_locale:
        return version, version
    source = content.pinned_versions(edition=edition, keys=[key], locale=source_locale)[key]
    if version.item.type == LESSON and not identity.fits(content.body(version), content.body(source)):
        # It asks other questions than those that count: whole in the source's language instead.
        return source, source
    return version, source


def visible_body(version, reader: Reader) -> dict:
    """The body of a version without what it shows from elsewhere and this reader may not see, or nobody any more, now.

    One statement, usually.
    """
    rows = _items().filter(key__in=version.embeds.values("key"))
    seen, hides = set(), False
    for key, locale, status, access_key in rows.values_list("key", "locale", "status", "access_key"):
        if status == "live" and reader.may_see(access_key):
            seen.add((str(key), locale))
        else:
            hides = True
    body = content.body(version)
    return identity.without(body, lambda key, locale: (key, locale) not in seen) if hides else body


def outline_titles(course_key: UUID, locale: str) -> dict[UUID, dict]:
    """What the contents of a course say of each key in a language: title, address, minutes, language, access."""
    loaded = content.load_contents([course_key], locale).get(str(course_key))
    return {UUID(node["key"]): node for node in content.flatten(loaded["node"])} if loaded else {}


def pinned_titles(edition, keys: Collection[UUID], locale: str) -> dict[UUID, dict]:
    """The same from the versions that an edition holds: for what the contents of today don't have."""
    versions = content.pinned_versions(edition=edition, keys=keys, locale=locale)
    return {
        key: {
            "title": content.body(version)["title"],
            "url": version.item.path,
            "minutes": version.item.minutes,
            "locale": version.item.locale,
            "access": version.item.access_key,
        }
        for key, version in versions.items()
    }


# Standing of courses for those who are on them -----------------------------------------------------------------


def standing(keys: Collection[UUID], reader: Reader) -> dict[UUID, CourseRules]:
    """The rules of now for the courses among `keys` that the reader may read, retired ones included.

    The access of now governs all editions; a course that was only retired stays with those who are on it.
    """
    found: dict[UUID, CourseRules] = {}
    refused = set()
    items = _items().filter(key__in=keys, current__isnull=False).select_related("current")
    for item in items.defer("current__private", "current__text"):
        if not reader.may_see(item.access_key):
            refused.add(item.key)
        elif item.locale == item.source_locale:
            found[item.key] = course_rules(content.body(item.current))
    return {key: rules for key, rules in found.items() if key not in refused}


def sample(key: UUID, reader: Reader):
    """The item of a sample lesson that the reader may see without enrolling. Raises NotFound."""
    found = content.best_items(keys=[key], locale=reader.locale, principals=reader.principals).get(key)
    if found is None or found.type != LESSON:
        raise NotFound
    return found


def is_visible(key: UUID, reader: Reader) -> bool:
    """Whether a lesson or quiz is there at all for this reader, enrolled or not."""
    return bool(
        content.best_items(keys=[key], locale=reader.locale, principals=reader.principals, listed=False)
    )


def _items():
    return apps.get_model("content", "ContentItem").objects


def course_of_unit(key: UUID) -> UUID | None:
    """The key of the course that a unit is published in."""
    return _items().filter(key=key, root_key__isnull=False).values_list("root_key", flat=True).first()


def course_path(key: UUID, reader: Reader) -> str | None:
    """The address, in the reader's language, of the course that a unit or course belongs to, if they may see it."""
    root = _items().filter(key=key).values_list("root_key", flat=True).first()
    found = courses(reader, [root]) if root else []
    return languages.swap_prefix(found[0].item.path, reader.locale) if found else None


def catalogue_path(reader: Reader) -> str:
    """The address of the course catalogue in the reader's language; empty where there is none."""
    rows = _items().filter(type="learning.CourseIndexPage", status="live").order_by("pk")
    for path, access in rows.values_list("path", "access_key"):
        if reader.may_see(access):
            return languages.swap_prefix(path, reader.locale)
    return ""


def public_items(course_key: UUID) -> list:
    """A course's items in its languages with what they last said, retired ones too, where it is for everybody; of languages
    that readers don't meet its own alone. One statement."""
    items = _items().filter(key=course_key, type=COURSE, access_key="", current__isnull=False)
    items = items.exclude(~Q(locale=F("source_locale")), locale__in=hidden_codes())
    return list(items.select_related("current").defer("current__private", "current__text"))
