"""How many words a translation has and how many of them are done: kept in `Work`, so that no list computes them.

Whatever changes segments or translations without signals (`bulk_create`, `update`) calls `recount`; what forgets to is found
by `sweep`.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from html import unescape

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationContext

from . import access, holding
from .models import Work

# Scripts that write no spaces between words: a character counts as one.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_BREAK, _TAG = re.compile(r"<br\b[^>]*>"), re.compile(r"<[^>]*>")
SWEPT_AT_ONCE = 50
SWEEP_EVERY = timedelta(minutes=10)


def count(html: str) -> int:
    """The words of a segment: one at least, so that every segment counts for something. Pure."""
    text = unescape(_TAG.sub("", _BREAK.sub(" ", html)))
    spaced = sum(any(character.isalnum() for character in word) for word in _UNSPACED.sub(" ", text).split())
    return max(1, spaced + len(_UNSPACED.findall(text)))


def recount(translation_ids: Collection[int]) -> None:
    """Count the words of these translations anew. Seven statements at most, however long they are; for fifty at a time.

    What isn't whole any more is neither in review nor approved.
    """
    with transaction.atomic():
        # Whoever counts the same at the same time waits here, and then reads what the other has written.
        works = {
            work.translation_id: work
            for work in Work.objects.select_for_update()
            .filter(translation__in=translation_ids)
            .order_by("pk")
        }
        rows = Translation.objects.filter(pk__in=translation_ids).values_list(
            "pk", "source_id", "target_locale_id"
        )
        totals, done = _counted(list(rows))
        missing, changed = [], []
        for pk, total in totals.items():
            work = works.get(pk)
            if work is None:
                missing.append(Work(translation_id=pk, words_total=total, words_done=done[pk]))
                continue
            stage = work.stage if done[pk] == total else Work.Stage.OPEN
            if (total, done[pk], stage) != (work.words_total, work.words_done, work.stage):
                work.words_total, work.words_done, work.stage = total, done[pk], stage
                changed.append(work)
        if missing:
            Work.objects.bulk_create(missing, ignore_conflicts=True)
        if changed:
            Work.objects.bulk_update(changed, ["words_total", "words_done", "stage"])


def _counted(translations: list[tuple[int, int, int]]) -> tuple[dict[int, int], dict[int, int]]:
    """Words in all and words done, by translation. Two statements."""
    sources = {source for _pk, source, _locale in translations}
    segments = StringSegment.objects.filter(source__in=sources)
    places = defaultdict(list)
    for source, string, context, text in segments.values_list(
        "source_id", "string_id", "context_id", "string__data"
    ):
        places[source].append((string, context, count(text)))
    written = set(
        StringTranslation.objects.filter(
            context__in=segments.values("context"),
            locale__in={locale for _pk, _source, locale in translations},
            has_error=False,
        ).values_list("translation_of_id", "context_id", "locale_id")
    )
    totals = {pk: sum(words for *_, words in places[source]) for pk, source, _locale in translations}
    done = {
        pk: sum(words for string, context, words in places[source] if (string, context, locale) in written)
        for pk, source, locale in translations
    }
    return totals, done


# Who rewrote a text (a primary key; None: nobody known), and when.
Rewriting = tuple[int | None, datetime]
# By the place, a context and a locale; none: it says what it said.
Texts = dict[tuple[int, int], list[Rewriting]]


class _Pending(threading.local):
    """What this thread has to count at its next commit. What was rolled back is counted once too often, which is harmless."""

    def __init__(self):
        self.sources: set[int] = set()
        self.texts: Texts = {}

    def take(self) -> tuple[set[int], Texts]:
        taken = self.sources, self.texts
        self.sources, self.texts = set(), {}
        return taken


_pending = _Pending()


def source_changed(source_id: int) -> None:
    """A source has other segments: count all its translations when the transaction is through, once."""
    _pending.sources.add(source_id)
    transaction.on_commit(_flush)


def text_changed(context_id: int, locale_id: int, *, rewritten: bool, by: int | None = None) -> None:
    """A paragraph has another translation, or none any more; `rewritten`: its text is another one, by this user."""
    _pending.texts.setdefault((context_id, locale_id), []).extend([(by, timezone.now())] if rewritten else [])
    transaction.on_commit(_flush)


def _flush() -> None:
    """Registered once a change; the first call counts, the others find nothing."""
    sources, texts = _pending.take()
    found = _translations_of(texts) if texts else {}
    if rewritten := {pk: rewritings for pk, rewritings in found.items() if rewritings}:
        _reopen(rewritten)
    ids = set(found)
    if sources:
        ids.update(Translation.objects.filter(source__in=sources).values_list("pk", flat=True))
    recount_all(ids)


def _reopen(rewritten: dict[int, list[Rewriting]]) -> None:
    """What was approved is another text now. So is what is in review, if it was rewritten since it was handed in by somebody
    who doesn't review that language."""
    closed = [Work.Stage.IN_REVIEW, Work.Stage.APPROVED]
    with transaction.atomic():
        works = holding.works_of(translation__in=rewritten, stage__in=closed)
        locales = dict(
            Translation.objects.filter(pk__in=[work.translation_id for work in works]).values_list(
                "pk", "target_locale_id"
            )
        )
        again = []
        for work in works:
            writers = {
                by
                for by, at in rewritten[work.translation_id]
                if work.submitted_at is None or at > work.submitted_at
            }
            if work.stage == Work.Stage.APPROVED or not _all_review(writers, locales[work.translation_id]):
                again.append(work.pk)
        if again:
            Work.objects.filter(pk__in=again).update(stage=Work.Stage.OPEN)


def _all_review(users: Collection[int | None], locale_id: int) -> bool:
    people = get_user_model().objects.in_bulk(users) if users else {}
    return all(access.rights_of(people.get(pk)).may_review(locale_id) for pk in users)


def _translations_of(texts: Texts) -> dict[int, list[Rewriting]]:
    """The translations in which these places stand, with those who rewrote a text. Two statements."""
    contexts = {context for context, _locale in texts}
    objects = dict(TranslationContext.objects.filter(pk__in=contexts).values_list("pk", "object_id"))
    places = defaultdict(list)
    for (context, locale), rewritings in texts.items():
        if context in objects:
            places[objects[context], locale] += rewritings
    rows = Translation.objects.filter(
        source__object__in=set(objects.values()), target_locale__in={locale for _key, locale in places}
    )
    return {
        pk: places[key, locale]
        for pk, key, locale in rows.values_list("pk", "source__object_id", "target_locale_id")
        if (key, locale) in places
    }


def recount_all(translation_ids: Iterable[int]) -> None:
    """The same for any number of them, some at a time."""
    ids = sorted(translation_ids)
    for start in range(0, len(ids), SWEPT_AT_ONCE):
        recount(ids[start : start + SWEPT_AT_ONCE])


def sweep(now: datetime) -> int:
    """Count what has no work yet, and what was written or taken apart lately without anybody saying so; how many.

    Looks back twice its interval, so that one run that didn't take place does no harm.
    """
    since = now - 2 * SWEEP_EVERY
    texts = StringTranslation.objects.filter(updated_at__gte=since, context__isnull=False)
    pairs = set(texts.values_list("context__object_id", "locale_id").distinct())
    lately = Translation.objects.filter(
        Q(work__isnull=True)
        | Q(source__last_updated_at__gte=since)
        | Q(source__object__in={key for key, _locale in pairs}, target_locale__in={pk for _key, pk in pairs})
    )
    ids = set(lately.values_list("pk", flat=True))
    recount_all(ids)
    return len(ids)
