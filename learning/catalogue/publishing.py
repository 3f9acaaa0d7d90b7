"""Rows under keys, written when the source language's page is published."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db.models import F
from django.utils import timezone
from guardian.models import GroupObjectPermission, UserObjectPermission

from cms.content import api as content

from . import sections
from .identity import ChangedSource, changed_sources, is_patch, withdrawn
from .rows import Course, Unit
from .syllabus import KINDS, Syllabus

COURSE = "learning.CoursePage"


def follow_rules(page) -> None:
    """After a publication in any language: the rules of all translations are those of the source's live page.

    The documents of the translations are compiled after this, so what they say of rules is what holds.
    """
    names = getattr(page, "rule_fields", ())
    if not names:
        return
    items = apps.get_model("content", "ContentItem").objects.filter(
        key=page.translation_key, locale=F("source_locale")
    )
    source_id = items.values_list("page_id", flat=True).first()
    model = type(page)
    values = model.objects.filter(pk=source_id).values(*names).first() if source_id else None
    if values is not None:
        model.objects.filter(translation_key=page.translation_key).exclude(pk=source_id).update(**values)


def remember(item) -> None:
    """Make or update the row of a published course, lesson or quiz. In the transaction of its publication."""
    if item.locale != item.source_locale:
        return
    if item.type == COURSE:
        Course.objects.update_or_create(
            key=item.key,
            defaults={"source_locale": item.source_locale, "title": item.title},
            create_defaults={
                "source_locale": item.source_locale,
                "title": item.title,
                "created_at": timezone.now(),
            },
        )
    elif item.type in KINDS and item.type != "learning.ModulePage":
        Unit.objects.get_or_create(
            key=item.key,
            defaults={
                "kind": KINDS[item.type].value,
                "source_locale": item.source_locale,
                "created_at": timezone.now(),
            },
        )


def hold_back(item, version, previous) -> None:
    """Let a publication flow to those who are on the sealed, current edition if it is a patch of what they have; else they
    keep what they have, and it waits for the next edition. In the transaction of the publication.
    """
    if item.type not in _HELD or previous is None or version.pk == previous.pk:
        return
    edition = content.current_edition(item.root_key) if item.root_key else None
    if edition is None or edition.sealed_at is None or not edition.rows.filter(key=item.key).exists():
        return
    pinned = content.held_back(edition).get((item.key, item.locale))
    kept = pinned or previous
    rule_names = apps.get_model(item.type).rule_fields
    before, after = _parts(kept), _parts(version)
    if is_patch(before, after, rule_names) and not sources_waiting(kept, before[0], after[0]):
        # What is withdrawn isn't read, whatever is kept; when it comes back it is what they had.
        if pinned is None or not withdrawn(before[0], after[0]):
            content.let_flow(edition, item)
    else:
        content.hold_back(edition, item, kept)


_HELD = ("learning.LessonPage", "learning.QuizPage")


def _parts(version) -> tuple[dict, dict]:
    return content.body(version), content.private_part(version)


@dataclass(frozen=True)
class WaitingSource:
    """A source that a lesson shows and that means something else since a moment, so that the lesson's new version waits."""

    changed: ChangedSource
    since: datetime


def sources_waiting(kept, before: Mapping, after: Mapping) -> list[WaitingSource]:
    """What a lesson shows from elsewhere and what changed its meaning between the version that learners keep, whose body is
    `before`, and the one with the body `after`. None where nothing says something else, else at most two statements; one
    more where something came back."""
    found = _spans(kept, before, after)
    return _waiting(kept, found, _changes([span for _changed, span in found]))


def _changes(spans) -> Mapping[content.Span, datetime]:
    return content.changes_of_meaning(spans, sections.told)


def _spans(kept, before: Mapping, after: Mapping) -> list[tuple[ChangedSource, content.Span]]:
    """What says something else, each with the versions of it that came since."""
    found = []
    for each in changed_sources(before, after, content.earlier_bodies(kept)):
        # What was never seen, or was shown before versions were told, is looked at from the day of the kept version on.
        told = each.before and each.before.get("version")
        section = (each.after.get("section") or {}).get("id", "")
        span = content.Span(UUID(each.after["key"]), each.after["locale"], told or kept.created_at, section)
        found.append((each, span))
    return found


def _waiting(kept, spans, moments) -> list[WaitingSource]:
    return [
        WaitingSource(each, moments.get(span, kept.created_at))
        for each, span in spans
        if each.is_other or span in moments
    ]


@dataclass(frozen=True)
class Waiting:
    """A lesson or quiz of which learners keep an earlier version: `item` with its `current` version, which waits, and `kept`.

    `own` says whether its own questions, keys, limits or blocks wait: they come with the next edition. Else it is only
    `sources` that changed, or what was `withdrawn` meanwhile (as it was shown), and that can be taken over.
    """

    item: object
    kept: object
    own: bool
    sources: list[WaitingSource]
    withdrawn: list[Mapping]


def waiting_in(edition, keys: Collection[tuple[UUID, str]] | None = None) -> list[Waiting]:
    """What waits in the current edition of a course, all of it or that of these keys and languages.

    Two statements where nothing else than the courses' own waits, else at most four; one more for each lesson in which
    something came back that can't be seen in what its learners keep.
    """
    held = content.held_back(edition)
    if keys is not None:
        held = {key: version for key, version in held.items() if key in keys}
    if not held:
        return []
    items = apps.get_model("content", "ContentItem").objects.filter(
        pk__in=[version.item_id for version in held.values()], current__isnull=False
    )
    looked_at = []
    for item in items.select_related("current").order_by("tree_path", "locale"):
        kept = held[item.key, item.locale]
        before, after = _parts(kept), _parts(item.current)
        own = not is_patch(before, after, apps.get_model(item.type).rule_fields)
        gone = withdrawn(before[0], after[0])
        looked_at.append((item, kept, own, gone, _spans(kept, before[0], after[0])))
    moments = _changes([span for *_rest, spans in looked_at for _changed, span in spans])
    return [
        Waiting(item, kept, own, _waiting(kept, spans, moments), gone)
        for item, kept, own, gone, spans in looked_at
    ]


def waiting(page) -> tuple[int, Waiting] | None:
    """(the number of the edition that keeps an earlier version of a page, what waits); None where learners have what is
    published."""
    item = apps.get_model("content", "ContentItem").objects.filter(page_id=page.pk).first()
    edition = content.current_edition(item.root_key) if item and item.root_key else None
    found = waiting_in(edition, [(item.key, item.locale)]) if edition else []
    return (edition.number, found[0]) if found else None


def course_page_id(item) -> int | None:
    """The id of the course's page, in the language of one of its units' items, else in its source's."""
    roots = apps.get_model("content", "ContentItem").objects.filter(key=item.root_key)
    found = dict(roots.values_list("locale", "page_id"))
    return found.get(item.locale) or found.get(item.source_locale)


def remember_units(syllabus: Syllabus, source_locale: str) -> None:
    """Make the rows that a syllabus refers to where they are missing. One statement."""
    now = timezone.now()
    Unit.objects.bulk_create(
        [
            Unit(key=unit.key, kind=unit.kind, source_locale=source_locale, created_at=now)
            for unit in syllabus.units
        ],
        ignore_conflicts=True,
    )


def forget_permissions(course: Course) -> None:
    """Delete the object permissions on a course that is deleted: one made again under its key inherits none."""
    for permissions in (UserObjectPermission, GroupObjectPermission):
        permissions.objects.filter(
            content_type__app_label="learning", content_type__model="course", object_pk=str(course.pk)
        ).delete()
