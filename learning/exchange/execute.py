"""Taking a file of questions into a bank."""

from datetime import datetime

from wagtail.log_actions import log
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.core.errors import NotPermitted
from cms.core.imports.process import PageProcess
from cms.core.tasks import job
from learning.catalogue.bank_pages import BankQuestionPage, QuestionBankPage

from . import existing
from .formats import read
from .items import Item
from .models import QuestionImport
from .plan import Action, Plan, Step, plan, title_of

LOG_ACTION = "learning.import"


def may_import(user, bank: QuestionBankPage) -> bool:
    """Whether somebody may add questions to a bank: to its source, for translations follow that."""
    return (
        user.is_active
        and bank.alias_of_id is None
        and bank.locale_id == source_of(bank).locale_id
        and bank.permissions_for_user(user).can_add_subpage()
    )


def may_publish(user, bank: QuestionBankPage) -> bool:
    return bank.permissions_for_user(user).can_publish_subpage()


def source_of(bank: QuestionBankPage) -> QuestionBankPage:
    """The bank in the language that it was first written in."""
    return bank.get_translations(inclusive=True).order_by("pk").first()


def upload(
    *, user, bank: QuestionBankPage, data: bytes, kind: str, file_name: str, publish: bool, now: datetime
) -> QuestionImport:
    """Keep a file for whoever uploaded it. Raises FileRefused, and NotPermitted."""
    record = QuestionImport(
        user=user,
        bank=bank,
        data=data,
        format=kind,
        file_name=file_name[-200:],
        publish=publish,
        created_at=now,
    )
    PROCESS.permit(record)
    read(data, kind)
    record.save()
    return record


class QuestionImports(PageProcess):
    model = QuestionImport
    related = ("user", "bank__locale")

    def permit(self, record):
        may = may_import(record.user, record.bank)
        if not may or (record.publish and not may_publish(record.user, record.bank)):
            raise NotPermitted()

    def planned(self, record) -> Plan:
        return plan(read(bytes(record.data), record.format), existing.known(record.bank, record.user))

    def page_id(self, record):
        return record.bank_id

    def revisions(self, plan):
        return {step.stored.page_id: step.stored.revision_id for step in plan.writing if step.stored}

    def enqueue(self, pk):
        run.enqueue(pk)

    def write(self, record, plan, now, told):
        steps = plan.writing
        pages = BankQuestionPage.objects.in_bulk([step.stored.page_id for step in steps if step.stored])
        for done, step in enumerate(steps, 1):
            page = pages[step.stored.page_id].get_latest_revision_as_object() if step.stored else None
            _write(record, step, page)
            told(done, len(steps))
        if steps:
            counts = {name: plan.counts[name] for name in (Action.CREATE, Action.UPDATE)}
            log(
                instance=record.bank,
                action=LOG_ACTION,
                user=record.user,
                data={"file": record.file_name, **counts},
            )


PROCESS = QuestionImports()


@job(attempts=3)
def run(pk: str) -> None:
    PROCESS.run(pk)


def _write(record: QuestionImport, step: Step, page: BankQuestionPage | None) -> None:
    """One question as a draft of whoever confirmed it, published if that was asked for."""
    new = page is None
    if new:
        page = BankQuestionPage(locale=record.bank.locale, owner=record.user, live=False)
        page.external_id = step.item.key
    _fill(page, step.item, step.child)
    # Wagtail would look for references anew after each row of a page: once is enough.
    with disable_reference_index_auto_update():
        if new:
            record.bank.add_child(instance=page)
        revision = page.save_revision(user=record.user, log_action=True, clean=False)
    if record.publish:
        revision.publish(user=record.user)
    elif new:
        ReferenceIndex.create_or_update_for_object(page)


def _fill(page: BankQuestionPage, item: Item, child) -> None:
    page.title = page.draft_title = item.name or title_of(item)
    page.tags = ", ".join(item.tags)
    page.question = BankQuestionPage.question.field.to_python([child])
