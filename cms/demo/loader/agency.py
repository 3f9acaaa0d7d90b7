"""A guide whose translations an agency sent as XLIFF files: taken over as in the admin, and published by a reviewer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import Translation

from cms.core.errors import Conflict
from cms.core.tables.faults import Fault, FileRefused
from cms.translation import access, deciding, flows
from cms.translation.files import process

AGENCY, MANAGER = "agency", "translation-manager"
# The second decides about languages that the first doesn't read.
REVIEWERS = ("translation-reviewer", "admin")


class Unfit(Exception):
    """Raised for a file that doesn't fit its guide, or isn't all of it: its message has a line for each reason, which begins with
    the file's path, and with the line where there is one."""


def bring_in(pages: Sequence[Page], file: Path, language: str, people: Mapping[str, object]) -> None:
    """Translate a guide and what stands below it, in the order of the tree, by a file; `people` are the accounts by name.

    Raises Unfit. Nothing was written then, unless it was for a translation that is missing.
    """
    now = timezone.now()
    started = [flows.start(by=people[MANAGER], key=page.translation_key, locale=language) for page in pages]
    _take_over(file, started[0], people[AGENCY], now)
    locale = started[0].target_locale_id
    reviewer = next(user for name in REVIEWERS if access.rights_of(user := people[name]).may_review(locale))
    for translation in started:
        try:
            flows.hand_in(by=people[AGENCY], uuid=translation.uuid, now=now)
            deciding.approve(by=reviewer, uuid=translation.uuid, now=now)
        except Conflict as error:
            told = [str(error.message), *error.extra.get("problems", ())]
            raise Unfit(f"{file}: {translation.source.object_repr}: {' '.join(told)}") from error


def _take_over(file: Path, guide: Translation, user, now: datetime) -> None:
    """What somebody does who uploads the file at the guide, looks at what it would do, and lets it be done."""
    data = file.read_bytes()
    try:
        record = process.upload(
            user=user,
            locale=guide.target_locale,
            translation=guide,
            data=data,
            kind=process.recognised(data, file.name),
            file_name=file.name,
            now=now,
        )
    except FileRefused as error:
        raise _unfit(file, error.faults) from None
    plan = process.PROCESS.planned(record)
    if plan.faults:
        raise _unfit(file, plan.faults)
    process.PROCESS.confirm(record.pk, user=user, digest=plan.digest(), now=now)


def _unfit(file: Path, faults: Sequence[Fault]) -> Unfit:
    return Unfit("\n".join(f"{file}:{fault.line or 1}: {fault.message}" for fault in faults))
