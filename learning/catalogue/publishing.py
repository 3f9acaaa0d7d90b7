"""Rows under keys, written when the source language's page is published."""

from django.apps import apps
from django.db.models import F
from django.utils import timezone
from guardian.models import GroupObjectPermission, UserObjectPermission

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
