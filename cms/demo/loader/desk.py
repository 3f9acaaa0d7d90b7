"""What is under way at the translation desk: through the functions that people's clicks call."""

from collections.abc import Mapping
from datetime import date, timedelta

import yaml
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from cms.translation import deciding, flows, words, writing
from cms.translation.models import Work

from . import files

TRANSLATOR, REVIEWER, MANAGER = "translator", "translation-reviewer", "translation-manager"


def load(users: Mapping[str, object]) -> int:
    """Load what there is for these accounts, by their names; how many translations are under way. Once."""
    words.recount_all(Translation.objects.values_list("pk", flat=True))
    if Work.objects.filter(translator=users[TRANSLATOR]).exists():
        return 0
    today = timezone.localdate()
    data = yaml.safe_load((files.CONTENT / "translation_desk.yaml").read_text())
    for entry in data["in_progress"] + data["not_started"] + data["sent_back"]:
        translation = flows.start(
            by=users["admin"], key=_page(entry["page"]).translation_key, locale=entry["language"]
        )
        _write(translation, entry.get("texts", {}), users[TRANSLATOR])
        _assign(translation, users, today + timedelta(days=entry["days"]))
        _discuss(translation, entry.get("comments", ()), users)
        if "reason" in entry:
            _send_back(translation, entry["reason"], users)
    for entry in data["in_review"]:
        translation = Translation.objects.get(
            source__object=_page(entry["page"]).translation_key,
            target_locale__language_code=entry["language"],
        )
        _assign(translation, users, None)
        flows.hand_in(by=users[TRANSLATOR], uuid=translation.uuid, now=timezone.now())
    for entry in data["outdated"]:
        page = _page(entry["page"])
        for name, text in entry["texts"].items():
            setattr(page, name, text)
        page.save_revision(log_action=True).publish()
    return sum(len(entries) for name, entries in data.items() if name != "outdated")


def _page(path: str) -> Page:
    """A page of the source language by its path in pages.yaml."""
    return Page.objects.get(url_path__endswith=f"/{path}/", locale__language_code=files.SOURCE).specific


def _assign(translation: Translation, users, due_on: date | None) -> None:
    # A day that has passed was one to come when it was given.
    given = min(timezone.localdate(), due_on or date.max)
    flows.assign(
        by=users[MANAGER], uuid=translation.uuid, person=users[TRANSLATOR], due_on=due_on, today=given
    )


def _write(translation: Translation, texts: Mapping[str, str], person) -> None:
    segments = StringSegment.objects.filter(source=translation.source, context__path__in=texts)
    for segment in segments.select_related("context"):
        StringTranslation.objects.create(
            translation_of_id=segment.string_id,
            context=segment.context,
            locale=translation.target_locale,
            data=texts[segment.context.path],
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            last_translated_by=person,
        )


def _discuss(translation: Translation, comments, users) -> None:
    for each in comments:
        segments = StringSegment.objects.filter(source=translation.source)
        segment = segments.filter(context__path=each["field"]).earliest("order")
        writing.comment(by=users[each["by"]], uuid=translation.uuid, segment_id=segment.pk, text=each["text"])


def _send_back(translation: Translation, reason: str, users) -> None:
    now = timezone.now()
    flows.hand_in(by=users[TRANSLATOR], uuid=translation.uuid, now=now)
    deciding.send_back(by=users[REVIEWER], uuid=translation.uuid, reason=reason, now=now)
