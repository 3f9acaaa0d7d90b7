"""Executing a plan: all of its rows in one transaction, or none."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.cache import caches
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.core.errors import Conflict, DomainError, NotFound, NotPermitted
from cms.core.tasks import job

from ..models import GoodPracticePage, PracticeImport, PracticeIndexPage
from ..models.imports import WAITS
from . import existing, writing
from .columns import BY_NAME, Kind
from .parse import Row
from .plan import Action, Plan, Step, plan

#: More rows than this are written in the background: each takes some hundredths of a second.
AT_ONCE = 200
LOG_ACTION = "guides.import"
KEEP_UNFINISHED = timedelta(days=1)
KEEP_FINISHED = timedelta(days=7)

State = PracticeImport.State
Told = Callable[[int, int], None]


class Stale(Conflict):
    """What would be written isn't what was confirmed: something was changed since."""

    code = "import_stale"
    message = _("Something was changed in the meantime. This is the plan as it is now.")


class Faulty(Conflict):
    """The plan has errors."""

    code = "import_faulty"
    message = _("Nothing is imported while a row has an error.")


class Spent(Conflict):
    """It was executed already, or waited too long."""

    code = "import_spent"
    message = _("This file was imported already, or waited too long. Upload it again.")


def upload(
    *, user, index: PracticeIndexPage, rows: list[Row], file_name: str, submit: bool, now: datetime
) -> PracticeImport:
    """Keep a file's rows for whoever uploaded it. Raises NotPermitted."""
    _permit(user, index)
    return PracticeImport.objects.create(
        user=user,
        index=index,
        file_name=file_name[-200:],
        rows=[[row.line, row.cells] for row in rows],
        submit=submit,
        created_at=now,
    )


def planned(record: PracticeImport) -> Plan:
    """What executing it now would do, for its person. The same few statements, however many rows."""
    rows = [Row(line, cells) for line, cells in record.rows]
    return plan(rows, existing.known(record.index, rows, record.user))


def confirm(pk: UUID, *, user, digest: str, now: datetime) -> PracticeImport:
    """Execute what this person has seen as the plan with this digest; a long one goes into the queue.

    Raises NotFound for somebody else's, Spent, NotPermitted, Faulty and Stale; nothing is changed then.
    """
    with transaction.atomic():
        record = _locked(pk)
        if record is None or record.user_id != user.pk:
            raise NotFound()
        if record.state != State.PLANNED or record.expired(now):
            raise Spent()
        confirmed = _confirmed(record, digest)
        if len(confirmed.writing) > AT_ONCE:
            record.state, record.digest = State.QUEUED, digest
            record.save(update_fields=["state", "digest"])
            run.enqueue(str(record.pk))
        else:
            _write(record, confirmed, now)
    return record


@job(attempts=3)
def run(pk: str) -> None:
    """Execute a confirmed plan in the background. A second run, after a worker was lost, finds it as it was or done."""
    waiting = PracticeImport.objects.filter(pk=pk, state__in=[State.QUEUED, State.RUNNING])
    if not waiting.update(state=State.RUNNING):
        return
    try:
        with transaction.atomic():
            record = _locked(UUID(pk))
            if record is not None and record.state == State.RUNNING:
                _write(record, _confirmed(record, record.digest), timezone.now(), told=_tell(record))
    except OperationalError:
        raise  # the database was busy: it is tried again
    except Exception as error:
        reason = error.code if isinstance(error, DomainError) else "fault"
        waiting.update(state=State.FAILED, reason=reason, finished_at=timezone.now())
        if not isinstance(error, DomainError):
            raise


def progress(record: PracticeImport) -> int:
    """How many rows have been written so far; they show when all are. Told by the process that writes."""
    return caches["progress"].get(f"import-{record.pk}", 0)


def forget(now: datetime) -> None:
    """Delete what waited too long, and what was done a while ago."""
    imports = PracticeImport.objects
    imports.filter(state=State.PLANNED, created_at__lt=now - WAITS).delete()
    imports.filter(state__in=[State.QUEUED, State.RUNNING], created_at__lt=now - KEEP_UNFINISHED).delete()
    imports.filter(finished_at__lt=now - KEEP_FINISHED).delete()


def _locked(pk: UUID) -> PracticeImport | None:
    return (
        PracticeImport.objects.select_for_update(of=("self",))
        .select_related("user", "index__locale")
        .filter(pk=pk)
        .first()
    )


def _permit(user, index: PracticeIndexPage) -> None:
    if not user.is_active or index.alias_of_id or not index.permissions_for_user(user).can_add_subpage():
        raise NotPermitted()


def _confirmed(record: PracticeImport, digest: str) -> Plan:
    """The plan as it is now, if it is the one with this digest. Locks what it would change."""
    _permit(record.user, record.index)
    # Nobody adds a page to the repository meanwhile.
    Page.objects.select_for_update().get(pk=record.index_id)
    found = planned(record)
    if found.faults:
        raise Faulty()
    if found.digest() != digest:
        raise Stale()
    revisions = {step.stored.page_id: step.stored.revision_id for step in found.writing if step.stored}
    locked = Page.objects.select_for_update().filter(pk__in=revisions).order_by("pk")
    if dict(locked.values_list("pk", "latest_revision_id")) != revisions:
        raise Stale()
    return found


def _write(record: PracticeImport, confirmed: Plan, now: datetime, told: Told | None = None) -> None:
    """Write a plan's rows as drafts of the person who confirmed it, and submit them if that was asked for."""
    user, index, steps = record.user, record.index, confirmed.writing
    workflow = index.get_workflow() if record.submit else None
    pages = _drafts([step.stored.page_id for step in steps if step.stored])
    for done, step in enumerate(steps, 1):
        page = pages[step.stored.page_id] if step.stored else _new(step, index, user)
        writing.fill(page, *_filling(step, page, confirmed.reader.names))
        # Wagtail would look for references anew after each row of a page: once is enough.
        with disable_reference_index_auto_update():
            if not step.stored:
                index.add_child(instance=page)
            page.save_revision(user=user, log_action=True, clean=False)
        if not step.stored:
            ReferenceIndex.create_or_update_for_object(page)
        if workflow is not None:
            workflow.start(page, user)
        if told is not None:
            told(done, len(steps))
    counts = confirmed.counts
    if steps:
        data = {"file": record.file_name, **{name: counts[name] for name in (Action.CREATE, Action.UPDATE)}}
        log(instance=index, action=LOG_ACTION, user=user, data=data)
    record.state, record.counts, record.rows, record.finished_at = State.DONE, counts, [], now
    record.save(update_fields=["state", "counts", "rows", "finished_at"])


def _new(step: Step, index, user) -> GoodPracticePage:
    return GoodPracticePage(slug=step.slug, locale=index.locale, owner=user, live=False)


def _drafts(page_ids: list[int]) -> dict[int, GoodPracticePage]:
    """The latest drafts of these pages. What was never drafted is as it is live."""
    pages = GoodPracticePage.objects.in_bulk(page_ids)
    contents = dict(
        Revision.objects.filter(pk__in=[page.latest_revision_id for page in pages.values()]).values_list(
            "pk", "content"
        )
    )
    return {
        pk: page.with_content_json(contents[page.latest_revision_id])
        if page.latest_revision_id in contents
        else page
        for pk, page in pages.items()
    }


def _filling(step: Step, page: GoodPracticePage, names) -> tuple[dict, dict]:
    """`(values by field, primary keys by kind of row)` of what a step changes."""
    values, lists = {}, {}
    for change in step.changes:
        kind = BY_NAME[change.column].kind
        if kind == Kind.NAMES:
            lists[change.column] = [names.ids[change.column, code] for code in change.new]
        else:
            values[change.column] = _STORED.get(kind, lambda value: value)(change.new)
    rows = {f"{name}s": lists.pop(name) for name in ("instrument", "organisation") if name in lists}
    if lists:
        own = {
            pk: name for (name, _code), pk in names.ids.items() if name not in ("instrument", "organisation")
        }
        kept = [row.term_id for row in page.practice_terms.all() if own.get(row.term_id) not in lists]
        rows["terms"] = kept + [pk for pks in lists.values() for pk in pks]
    return values, rows


_STORED = {
    Kind.DATE: lambda value: date.fromisoformat(value) if value else None,
    Kind.ROLES: lambda value: [writing.role(*each) for each in value],
    Kind.REFERENCES: lambda value: [writing.reference(*each) for each in value],
}


def _tell(record: PracticeImport) -> Told:
    """A note of how far it is, outside of the transaction: nobody sees what that holds before its end."""

    def told(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            caches["progress"].set(f"import-{record.pk}", done, 3600)

    return told
