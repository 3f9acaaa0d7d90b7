"""Files that go with a submission: taken in, served to who may have them, removed."""

from collections.abc import Collection
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.media import api as media

from ..models import Submission, SubmissionFile
from .submitting import MOST_BYTES, MOST_FILES

REASONS = {
    media.RefusalReason.UNKNOWN_KIND: gettext_lazy(
        "It is none of the kinds that are taken: PDF, Word (.docx), PNG, JPEG, WebP."
    ),
    media.RefusalReason.UNREADABLE: gettext_lazy("It can’t be opened; it may be damaged."),
    media.RefusalReason.PROTECTED: gettext_lazy("It is protected: save it without a password."),
    media.RefusalReason.MACROS: gettext_lazy("It holds a program (macros): save it without."),
    media.RefusalReason.MOVING: gettext_lazy("It is a moving picture: only still ones are taken."),
    media.RefusalReason.TOO_LARGE: gettext_lazy("It unpacks to more than can be taken."),
}


def keep(submission: Submission, files: Collection, now: datetime) -> list[tuple[str, str]]:
    """Store what can be kept of these uploaded files, without metadata; `[(name, why not)]` of the others. What is there
    already stays as it is: a form may be sent again because the answer got lost.

    The submission's row is held by the caller: two requests don't count past each other.
    """
    refused = []
    known = set(submission.files.values_list("sha256", flat=True))
    full = _("There are %(most)s files already.") % {"most": MOST_FILES}
    for place, file in enumerate(files):
        if place >= MOST_FILES <= len(known):
            refused.append((file.name, full))
            continue
        why, clean = _looked_at(file)
        if clean and clean.sha256 in known:
            continue
        if clean and len(known) >= MOST_FILES:
            why = full
        elif clean:
            _store(submission, file.name, clean, now)
            known.add(clean.sha256)
        if why:
            refused.append((file.name, why))
    return refused


def _looked_at(file) -> tuple[str, media.Clean | None]:
    """`(why not, the file without metadata)`: one of the two."""
    if file.size > MOST_BYTES:
        return _("It is larger than %(size)s.") % {"size": filesizeformat(MOST_BYTES)}, None
    if not file.size:
        return str(REASONS[media.RefusalReason.UNREADABLE]), None
    try:
        return "", media.cleaned(file)
    except media.Refused as refusal:
        return str(REASONS[refusal.reason]), None


def _store(submission: Submission, name: str, clean, now: datetime) -> None:
    row = SubmissionFile(
        submission=submission,
        kind=clean.kind,
        name=media.safe_name(name, clean.kind),
        size=len(clean.content),
        sha256=clean.sha256,
        added_at=now,
    )
    row.file.save(row.name, ContentFile(clean.content), save=False)
    row.save()


def remove(files: QuerySet[SubmissionFile]) -> None:
    """Delete these rows, and once that is certain what is stored."""
    for row in files:
        storage, name = row.file.storage, row.file.name
        row.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))


def answer(row: SubmissionFile) -> FileResponse:
    """The file, to be kept and not opened in the page; check who asks before. Raises Http404 where nothing is stored."""
    try:
        file = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        file, as_attachment=True, filename=row.name, content_type=media.ATTACHMENT_KINDS[row.kind][0]
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(response, private=True, no_store=True)
    return response
