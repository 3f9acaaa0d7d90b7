"""Everything outdated in a language where that is much: gathered in the background, to be taken along when it is there.

Originals are taken apart one by one, each in a transaction of its own, and what is still to be done is asked of the database each
time: whoever goes on after a crash goes on where it was. The files are written then, some translations at a time, each as large
as may be brought back at once; several come in a ZIP archive.
"""

import io
import logging
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from cms.core.errors import DomainError, NotFound
from cms.core.tasks import is_due, job
from cms.translation import flows, originals

from . import existing, exporting, texts
from .contents import Thing
from .models import OutdatedExport

logger = logging.getLogger(__name__)

#: What is answered at once: taking an original apart takes some tenths of a second, a thing's file some hundredths.
LATE_AT_ONCE, THINGS_AT_ONCE = 5, 50
#: How long one task goes on, in seconds.
SLICE = 20
#: Translations that are read at once, and paragraphs of one file: 10 MB may be brought back.
READ_AT_ONCE, PARAGRAPHS_A_FILE = 100, 5_000
#: Of all files together. What is more is exported guide by guide.
MOST_PARAGRAPHS = 100_000
MOST_BYTES = 50 * 1024 * 1024
KEEP = timedelta(days=1)

State = OutdatedExport.State
_OPEN = (State.QUEUED, State.RUNNING)


class TooMuch(DomainError):
    """More is outdated than one export holds."""

    code = "too_much"


def is_long(user, source: Locale, target: Locale) -> bool:
    """Whether it takes longer than somebody waits for an answer. Two statements. Raises NotPermitted."""
    found = exporting.wanted(user, source, target)
    return (
        found.count() > THINGS_AT_ONCE or found.filter(source__in=originals.moved_on()).count() > LATE_AT_ONCE
    )


@transaction.atomic
def begin(*, user, source: Locale, target: Locale, kind: str, now: datetime) -> OutdatedExport:
    """Ask for it. What this person has asked for already and isn't finished is returned as it is; where its task failed for
    good it goes on. Raises NotPermitted, and NotFound `no_paragraphs` where nothing is outdated."""
    found = exporting.wanted(user, source, target)
    asked = {"user": user, "source": source, "target": target, "format": kind}
    # A second press waits for the first, and finds what it asked for.
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))
    known = OutdatedExport.objects.filter(**asked, state__in=_OPEN).first()
    if known is not None:
        if not is_due(go_on, str(known.pk)):
            go_on.enqueue(str(known.pk))
        return known
    if not found.exists():
        raise NotFound(code="no_paragraphs")
    total = found.filter(source__in=originals.moved_on()).count()
    export = OutdatedExport.objects.create(**asked, total=total, created_at=now)
    go_on.enqueue(str(export.pk))
    return export


@job(attempts=10, queue="default")
def go_on(pk: str) -> None:
    """Take originals apart for some seconds and leave the rest to another task; after the last, write the files."""
    ends = time.monotonic() + SLICE
    OutdatedExport.objects.filter(pk=pk, state=State.QUEUED).update(state=State.RUNNING)
    running = OutdatedExport.objects.filter(pk=pk, state=State.RUNNING)
    try:
        while take_next_apart(pk):
            if time.monotonic() > ends:
                go_on.enqueue(pk)
                return
        export = running.select_related("user", "source", "target").first()
        if export is not None:
            written = _write(export)
            running.update(state=State.DONE, finished_at=timezone.now(), **written)
    except OperationalError:
        raise  # the database was busy: it is tried again
    except Exception as error:
        reason = error.code if isinstance(error, DomainError) else "fault"
        running.update(state=State.FAILED, reason=reason, finished_at=timezone.now())
        if not isinstance(error, DomainError):
            raise


@transaction.atomic
def take_next_apart(pk: str) -> bool:
    """Take one original apart that was published since; whether there was one. One that fails stops no other: it is exported
    as it was taken apart before. Raises NotPermitted where the person may not translate any more."""
    rows = OutdatedExport.objects.select_for_update(of=("self",)).select_related("user", "source", "target")
    export = rows.filter(pk=pk, state=State.RUNNING).first()
    if export is None:
        return False
    late = exporting.wanted(export.user, export.source, export.target).filter(source__in=originals.moved_on())
    translation = late.exclude(source__in=export.failed).order_by("pk").first()
    if translation is None:
        return False
    try:
        with transaction.atomic():
            flows.bring_up_to_date(by=export.user, uuid=translation.uuid)
    except OperationalError:
        raise
    except Exception:
        logger.exception("the original of translation %s could not be taken apart", translation.pk)
        export.failed.append(translation.source_id)
    export.done += 1
    export.total = max(export.total, export.done)
    export.save(update_fields=["done", "total", "failed"])
    return True


def _write(export: OutdatedExport) -> dict:
    """The fields of a finished export. Raises NotPermitted, NotFound `no_paragraphs` and TooMuch."""
    found = exporting.wanted(export.user, export.source, export.target)
    ids, paragraphs, archive = [], 0, io.BytesIO()
    ending = exporting.ENDINGS[export.format]
    codes = export.source.language_code, export.target.language_code
    names, data = [], b""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as into:
        for things in _portions(_things(found)):
            for data in _files(things, export.format, codes):
                names.append(f"outdated-{codes[1]}-{len(names) + 1}.{ending}")
                into.writestr(names[-1], data)
            ids += [thing.translation_id for thing in things]
            paragraphs += sum(len(thing.paragraphs) for thing in things)
            if paragraphs > MOST_PARAGRAPHS or archive.tell() > MOST_BYTES:
                raise TooMuch()
    if not paragraphs:
        raise NotFound(code="no_paragraphs")
    one = len(names) == 1
    return {
        "data": data if one else archive.getvalue(),
        "files": len(names),
        "translations": ids,
        "paragraphs": paragraphs,
    }


def _things(found: QuerySet[Translation]) -> Iterator[Thing]:
    """Pages in the order of the tree, then snippets; some are in memory at a time. Five statements for each hundred."""
    rows = list(found.order_by("pk").values_list("pk", "source__object_id"))
    places: dict = {}
    for start in range(0, len(rows), READ_AT_ONCE):
        keys = [key for _pk, key in rows[start : start + READ_AT_ONCE]]
        pages = Page.objects.filter(translation_key__in=keys).order_by("-path")
        places |= dict(pages.values_list("translation_key", "path"))
    rows.sort(key=lambda row: (places.get(row[1], "~"), row[0]))
    for start in range(0, len(rows), READ_AT_ONCE):
        ids = [pk for pk, _key in rows[start : start + READ_AT_ONCE]]
        yield from existing.things(Translation.objects.filter(pk__in=ids))


def _portions(things: Iterator[Thing]) -> Iterator[list[Thing]]:
    """As many as make one file; what is larger alone is one."""
    portion, size = [], 0
    for thing in things:
        if portion and size + len(thing.paragraphs) > PARAGRAPHS_A_FILE:
            yield portion
            portion, size = [], 0
        portion.append(thing)
        size += len(thing.paragraphs)
    if size:
        yield portion


def _files(things: list[Thing], kind: str, codes: tuple[str, str]) -> Iterator[bytes]:
    """One file, or several where it would be too large to be brought back."""
    data = exporting.WRITE[kind](things, *codes)
    if len(data) <= texts.MOST_BYTES or len(things) == 1:
        yield data
        return
    half = len(things) // 2
    yield from _files(things[:half], kind, codes)
    yield from _files(things[half:], kind, codes)


def download(export: OutdatedExport) -> bytes | None:
    """The file, or the archive of several, for its person; None where something in it is gone, or theirs to see no more. Raises
    NotPermitted."""
    own = exporting.own(export.user, export.target)
    seen = own.filter(pk__in=export.translations).count()
    return bytes(export.data) if seen == len(export.translations) else None


def forget(now: datetime) -> None:
    """Delete what was asked for a day ago: it isn't what is outdated any more."""
    OutdatedExport.objects.filter(created_at__lt=now - KEEP).delete()
