"""Courses, lessons and quizzes as documents: everything that learning asks of `cms.content` goes through here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db.models import OuterRef, Subquery, Sum
from django.utils.dateparse import parse_date

from cms.content import api as content
from cms.core import languages
from cms.core.errors import NotFound

from . import publishing, rules, syllabus
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
    )


@dataclass(frozen=True)
class CourseDocument:
    """A course as one reader meets it: the item in their language or its fallback, and the source's rules."""

    item: object
    body: dict
    rules: CourseRules
    locales: tuple[str, ...]
    minutes: int
    edition: int | None

    @property
    def key(self) -> UUID:
        return self.item.key


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


# Editions and syllabuses ----------------------------------------------------------------------------------------


def source_versions(edition, keys: Iterable[UUID], source_locale: str) -> dict:
    """The source language's versions that an edition holds, by key. One statement."""
    return content.pinned_versions(edition=edition, keys=list(keys), locale=source_locale)


def source_bodies(edition, keys: Iterable[UUID], source_locale: str) -> dict[UUID, dict]:
    versions = source_versions(edition, keys, source_locale)
    return {key: content.body(version) for key, version in versions.items()}


def syllabus_of(edition, source_locale: str) -> Syllabus:
    """The syllabus of an edition: the sealed one, else as it stands now."""
    sealed = SealedSyllabus.objects.filter(edition=edition).first()
    return Syllabus.from_json(sealed.rules) if sealed else _draft(edition, source_locale)


def _draft(edition, source_locale) -> Syllabus:
    rows = content.structure(edition)
    bodies = source_bodies(edition, [row.key for row in rows], source_locale)
    return syllabus.build(bodies.get(edition.root_key, {}), rows, bodies)


def seal(edition, source_locale: str) -> Syllabus:
    """Fix an edition's structure and rules, for somebody is on it now. In the caller's transaction."""
    sealed = SealedSyllabus.objects.filter(edition=edition).first()
    if sealed is None:
        content.seal(edition)
        draft = _draft(edition, source_locale)
        publishing.remember_units(draft, source_locale)
        sealed, _ = SealedSyllabus.objects.get_or_create(edition=edition, defaults={"rules": draft.to_json()})
    return Syllabus.from_json(sealed.rules)


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

    Raises NotFound where it is gone, or where this reader may not see it or something it shows, now.
    """
    version, source = _both(edition, key, reader.locale)
    if content.freshen([version.item, source.item]):
        version, source = _both(edition, key, reader.locale)
    if not reader.may_see(version.item.access_key) or not may_see_embeds(version, reader):
        raise NotFound
    return UnitDocument(
        version=version, body=content.body(version), source=source, reader_locale=reader.locale
    )


def _both(edition, key, locale):
    """The version in the reader's language (or its fallback's) and the source's."""
    version = content.pinned_versions(edition=edition, keys=[key], locale=locale).get(key)
    if version is None:
        raise NotFound
    source_locale = version.item.source_locale
    if version.item.locale == source_locale:
        return version, version
    return version, content.pinned_versions(edition=edition, keys=[key], locale=source_locale)[key]


def may_see_embeds(version, reader: Reader) -> bool:
    """Whether the reader may see, now, all that the version shows from elsewhere. One statement, usually."""
    items = _items().filter(key__in=version.embeds.values("key"))
    return all(
        reader.may_see(access_key) for access_key in items.values_list("access_key", flat=True).distinct()
    )


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
