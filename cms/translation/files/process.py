"""Taking a file of translations over: once, all of it or nothing, and only what was shown."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationContext, TranslationSource

from cms.core.errors import NotPermitted
from cms.core.imports.process import Process, Stale
from cms.core.tables.faults import refused
from cms.core.tasks import job
from cms.translation import access, words
from cms.translation.models import Work

from . import existing, inline, memory, po, xliff
from .contents import Part
from .models import TranslationImport
from .plan import Action, Plan, Step, plan

LOG_ACTION = "translation.import"
Format = TranslationImport.Format
_READ = {Format.PO: po.read, Format.XLIFF: xliff.read}
_WRITTEN = [
    "data",
    "translation_type",
    "tool_name",
    "last_translated_by",
    "updated_at",
    "has_error",
    "field_error",
]
ROWS = 500


def recognised(data: bytes, name: str) -> str:
    """The format of a file, by its name, else by how it begins. Raises FileRefused for none of ours."""
    ending = name.lower().rpartition(".")[2]
    if ending in ("xlf", "xliff", "mqxliff", "sdlxliff"):
        return Format.XLIFF
    if ending in ("po", "pot"):
        return Format.PO
    start = data[:2000].decode("utf-8", errors="ignore")
    if "<xliff" in start:
        return Format.XLIFF
    if "msgid" in start:
        return Format.PO
    raise refused(_("The file is neither PO nor XLIFF."))


def upload(
    *,
    user,
    locale: Locale,
    translation: Translation | None,
    data: bytes,
    kind: str,
    file_name: str,
    now: datetime,
) -> TranslationImport:
    """Keep a file for whoever uploaded it. Raises FileRefused, and NotPermitted."""
    record = TranslationImport(
        user=user,
        locale=locale,
        translation=translation,
        data=data,
        format=kind,
        file_name=file_name[-200:],
        created_at=now,
    )
    PROCESS.permit(record)
    if kind == Format.TMX:
        memory.planned(record)
    else:
        _READ[kind](data)
    record.save()
    return record


class TranslationImports(Process):
    model = TranslationImport
    related = ("user", "locale", "translation__source__locale", "translation__target_locale")
    #: Rows are written some hundreds at a time: a guide takes a second.
    at_once = 5_000

    def permit(self, record):
        if not access.rights_of(record.user).may_translate(record.locale_id):
            raise NotPermitted()
        own = existing.own(record.user, record.locale)
        if record.translation_id is not None and not own.filter(pk=record.translation_id).exists():
            raise NotPermitted()

    def hold(self, record):
        """Whoever writes paragraphs of the same things, or into the same memory, waits."""
        if record.format == Format.TMX:
            Locale.objects.select_for_update().get(pk=record.locale_id)
            return
        wanted = self._wanted(record, self._parts(record))
        held = list(Translation.objects.select_for_update().filter(pk__in=wanted.values("pk")).order_by("pk"))
        # Nobody hands one in meanwhile.
        works = Work.objects.filter(translation__in=held)
        list(works.select_for_update().only("pk").order_by("pk"))
        contexts = TranslationContext.objects.filter(
            object__in=TranslationSource.objects.filter(pk__in=[each.source_id for each in held]).values(
                "object"
            )
        )
        rows = StringTranslation.objects.filter(locale=record.locale_id, context__in=contexts.values("pk"))
        list(rows.select_for_update().only("pk").order_by("pk"))

    def planned(self, record):
        if record.format == Format.TMX:
            return memory.planned(record)
        parts = self._parts(record)
        known = {thing.key: thing for thing in existing.things(self._wanted(record, parts))}
        return plan(
            parts,
            known,
            record.locale.language_code,
            overwrite=record.overwrite,
            reviews=access.rights_of(record.user).may_review(record.locale_id),
        )

    def enqueue(self, pk):
        run.enqueue(pk)

    def write(self, record, plan, now, told):
        if record.format == Format.TMX:
            memory.write(record, plan, now, told)
        else:
            _write(record, plan, told)

    def _parts(self, record) -> list[Part]:
        return _READ[record.format](bytes(record.data))

    def _wanted(self, record, parts: Collection[Part]) -> QuerySet[Translation]:
        own = existing.own(record.user, record.locale)
        if record.translation is not None:
            own = existing.below(own, record.translation)
        return existing.of_keys(own, [part.key for part in parts])


PROCESS = TranslationImports()


@job(attempts=3)
def run(pk: str) -> None:
    PROCESS.run(pk)


def _write(record: TranslationImport, confirmed: Plan, told) -> None:
    steps, now = confirmed.writing, timezone.now()
    for start in range(0, len(steps), ROWS):
        batch = steps[start : start + ROWS]
        _write_rows(record, batch, now)
        told(start + len(batch), len(steps))
    _retitle(record, steps)
    ids = sorted({step.thing.translation_id for step in steps})
    # What was approved is another text now.
    Work.objects.filter(translation__in=ids, stage=Work.Stage.APPROVED).update(stage=Work.Stage.OPEN)
    words.recount_all(ids)
    _note(record, steps)


def _write_rows(record: TranslationImport, steps: list[Step], now: datetime) -> None:
    """Three statements at most. Raises Stale where somebody has written the first translation of a paragraph since it was planned:
    there was no row to lock then."""
    rows = {
        (step.paragraph.context_id, step.paragraph.string_id): StringTranslation(
            translation_of_id=step.paragraph.string_id,
            context_id=step.paragraph.context_id,
            locale_id=record.locale_id,
            data=step.new,
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            tool_name=record.format,
            last_translated_by=record.user,
            updated_at=now,
        )
        for step in steps
    }
    new = [place for place, step in zip(rows, steps, strict=True) if step.action == Action.CREATE]
    StringTranslation.objects.bulk_create([rows[place] for place in new], ignore_conflicts=True)
    there = StringTranslation.objects.filter(
        locale=record.locale_id,
        context__in={context for context, _string in new},
        translation_of__in={string for _context, string in new},
    )
    found = {
        (context, string): data
        for context, string, data in there.values_list("context_id", "translation_of_id", "data")
    }
    # A row without a text is no translation yet: it is written like one that gives way.
    if any(found.get(place) not in ("", rows[place].data) for place in new):
        raise Stale()
    written = {place for place in new if found[place]}
    StringTranslation.objects.bulk_create(
        [row for place, row in rows.items() if place not in written],
        update_conflicts=True,
        unique_fields=["locale", "translation_of", "context"],
        update_fields=_WRITTEN,
    )


def _retitle(record: TranslationImport, steps: list[Step]) -> None:
    """A page's draft is called as its title is translated: wagtail-localize does so for each row that is saved alone."""
    titles = {step.thing.key: step.new for step in steps if step.paragraph.path == "title"}
    pages = list(Page.objects.filter(translation_key__in=titles, locale=record.locale_id))
    for page in pages:
        page.draft_title = inline.plain(inline.from_html(titles[str(page.translation_key)]))[:255]
    Page.objects.bulk_update(pages, ["draft_title"], batch_size=ROWS)


def _note(record: TranslationImport, steps: list[Step]) -> None:
    """In the history of each page that was translated."""
    written: dict[str, int] = {}
    for step in steps:
        written[step.thing.key] = written.get(step.thing.key, 0) + 1
    for page in Page.objects.filter(translation_key__in=written, locale=record.locale_id).order_by("path"):
        log(
            instance=page,
            action=LOG_ACTION,
            user=record.user,
            data={"file": record.file_name, "written": written[str(page.translation_key)]},
        )
