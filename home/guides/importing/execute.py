"""Executing a plan: all of its rows in one transaction, or none."""

from datetime import date, datetime

from wagtail.log_actions import log
from wagtail.models import ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.core.errors import NotPermitted
from cms.core.imports.process import PageProcess, Told
from cms.core.tasks import job

from ..models import GoodPracticePage, PracticeImport, PracticeIndexPage
from . import existing, writing
from .columns import BY_NAME, Kind
from .parse import Row
from .plan import Action, Plan, Step, plan

LOG_ACTION = "guides.import"


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


class PracticeImports(PageProcess):
    model = PracticeImport
    related = ("user", "index__locale")

    def permit(self, record):
        _permit(record.user, record.index)

    def planned(self, record) -> Plan:
        """The same few statements, however many rows."""
        rows = [Row(line, cells) for line, cells in record.rows]
        return plan(rows, existing.known(record.index, rows, record.user))

    def page_id(self, record):
        return record.index_id

    def revisions(self, plan):
        return {step.stored.page_id: step.stored.revision_id for step in plan.writing if step.stored}

    def enqueue(self, pk):
        run.enqueue(pk)

    def write(self, record, plan, now, told):
        _write(record, plan, told)


PROCESS = PracticeImports()


@job(attempts=3)
def run(pk: str) -> None:
    PROCESS.run(pk)


def _permit(user, index: PracticeIndexPage) -> None:
    if not user.is_active or index.alias_of_id or not index.permissions_for_user(user).can_add_subpage():
        raise NotPermitted()


def _write(record: PracticeImport, confirmed: Plan, told: Told) -> None:
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
        told(done, len(steps))
    counts = confirmed.counts
    if steps:
        data = {"file": record.file_name, **{name: counts[name] for name in (Action.CREATE, Action.UPDATE)}}
        log(instance=index, action=LOG_ACTION, user=user, data=data)


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
