"""Files to take along: what somebody translates, in the formats that translators' tools read."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet
from wagtail.models import Locale
from wagtail_localize.models import Translation

from cms.core.errors import NotFound, NotPermitted
from cms.translation import access, flows, originals

from . import existing, po, xliff

WRITE = {"xliff": xliff.write, "po": po.write}
#: Media types by format, and how files are called.
MEDIA = {
    "xliff": "application/xliff+xml",
    "po": "text/x-gettext-translation; charset=utf-8",
    "tmx": "application/xml",
}
ENDINGS = {"xliff": "xlf", "po": "po", "tmx": "tmx"}


@dataclass(frozen=True)
class Export:
    """A file's bytes and how many paragraphs it has."""

    data: bytes
    paragraphs: int


def of_thing(user, translation: Translation, kind: str, *, with_chapters: bool) -> Export:
    """One thing, or a page with all that stands below it and was written in its language.

    Raises NotPermitted, and NotFound `no_paragraphs`. The same few statements, however many paragraphs.
    """
    found = own(user, translation.target_locale)
    found = existing.below(found, translation) if with_chapters else found.filter(pk=translation.pk)
    return _export(found, translation.source.locale, translation.target_locale, kind)


def outdated(user, locale: Locale) -> Mapping[str, int]:
    """How many things somebody translates into a language are outdated, by the code of the language that they were written in."""
    found = existing.outdated(existing.own(user, locale), locale)
    codes = found.values("source__locale__language_code").annotate(number=Count("pk"))
    return dict(codes.order_by("-number").values_list("source__locale__language_code", "number"))


def of_outdated(user, source: Locale, target: Locale, kind: str) -> Export:
    """Everything outdated that was written in a language. What was published since it was last taken apart is taken apart anew
    first, each in a transaction of its own: its new paragraphs are what there is to translate. Raises NotPermitted, and NotFound
    `no_paragraphs`."""
    found = wanted(user, source, target)
    late = found.filter(source__in=originals.moved_on())
    for uuid in list(late.values_list("uuid", flat=True)):
        # Nobody who writes to one waits for the others, and what is done stays done where one fails.
        with transaction.atomic():
            flows.bring_up_to_date(by=user, uuid=uuid)
    return _export(found, source, target, kind)


def wanted(user, source: Locale, target: Locale) -> QuerySet[Translation]:
    """What is outdated of what somebody translates between two languages. Raises NotPermitted."""
    return existing.outdated(own(user, target), target).filter(source__locale=source)


def own(user, locale: Locale) -> QuerySet[Translation]:
    if not access.rights_of(user).may_translate(locale.pk):
        raise NotPermitted()
    return existing.own(user, locale)


def _export(found: QuerySet[Translation], source: Locale, target: Locale, kind: str) -> Export:
    things = existing.things(found.filter(source__locale=source))
    paragraphs = sum(len(thing.paragraphs) for thing in things)
    if not paragraphs:
        raise NotFound(code="no_paragraphs")
    return Export(WRITE[kind](things, source.language_code, target.language_code), paragraphs)
