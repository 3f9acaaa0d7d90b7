"""The questions of a bank as their latest drafts say, in the same few statements however many there are."""

import json
from collections.abc import Collection, Mapping

from wagtail.models import Revision, WorkflowState

from learning.catalogue.bank_pages import BankQuestionPage, QuestionBankPage
from learning.catalogue.pools import tags_in

from . import values
from .faults import Unreadable
from .items import Item
from .plan import Busy, Known, Stored


def known(bank: QuestionBankPage, user) -> Known:
    """What a plan has to know of a bank, for somebody."""
    return Known(bank.locale.language_code, tuple(stored(bank, user)))


def stored(bank: QuestionBankPage, user) -> list[Stored]:
    pages = list(BankQuestionPage.objects.child_of(bank).order_by("path"))
    drafts = _drafts(pages)
    reviewed = _under_review(pages)
    return [_stored(page, drafts.get(page.pk), user, str(page.pk) in reviewed) for page in pages]


def _stored(page, draft: Mapping | None, user, reviewed: bool) -> Stored:
    children = _children(draft["question"]) if draft else list(page.question.raw_data)
    about = draft or {"title": page.title, "tags": page.tags, "external_id": page.external_id}
    key = str(page.translation_key)
    external_id = about.get("external_id") or ""
    child = children[0] if len(children) == 1 else None
    busy = Busy.REVIEW if reviewed else None
    if page.locked and page.locked_by_id != user.pk:
        busy = Busy.LOCKED
    return Stored(
        page_id=page.pk,
        key=key,
        external_id=external_id,
        title=about["title"],
        revision_id=page.latest_revision_id,
        kind=child["type"] if child else "",
        prompt=_asked(child) if child else "",
        item=_item(child, about, external_id or key) if child else None,
        child=child,
        editable=page.permissions_for_user(user).can_edit(),
        busy=busy,
        drafted=page.live and page.has_unpublished_changes,
    )


def _children(written) -> list[Mapping]:
    return json.loads(written) if isinstance(written, str) else list(written or ())


def _asked(child: Mapping) -> str:
    text = child["value"].get("text") if child["type"] == "fill_in" else ""
    item = _item(child, {"title": "", "tags": ""}, "") if text else None
    return item.text if item else child["value"].get("prompt") or ""


def _item(child: Mapping, about: Mapping, key: str) -> Item | None:
    try:
        return values.item_of(
            child, name=about["title"], key=key, tags=tuple(tags_in(about.get("tags") or ""))
        )
    except Unreadable:
        return None


def _drafts(pages: Collection[BankQuestionPage]) -> dict[int, Mapping]:
    contents = dict(
        Revision.objects.filter(pk__in=[page.latest_revision_id for page in pages]).values_list(
            "pk", "content"
        )
    )
    return {
        page.pk: contents[page.latest_revision_id] for page in pages if page.latest_revision_id in contents
    }


def _under_review(pages) -> set[str]:
    if not pages:
        return set()
    states = WorkflowState.objects.active().filter(
        base_content_type=pages[0].get_base_content_type(), object_id__in=[str(page.pk) for page in pages]
    )
    return set(states.values_list("object_id", flat=True))
