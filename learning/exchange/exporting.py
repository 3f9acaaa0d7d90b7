"""Questions to take along: a bank's, or a quiz's own. With their answers, so for people who may edit them alone."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cms.core.errors import NotPermitted
from learning.catalogue.bank_pages import QuestionBankPage
from learning.catalogue.unit_pages import QuizPage

from . import existing, gift, tables, values
from .faults import Unreadable
from .items import Item, LeftOut, Place, Remark
from .plan import title_of

#: Media types by format.
FORMATS = {"csv": "text/csv; charset=utf-8", "gift": "text/plain; charset=utf-8"}


@dataclass(frozen=True)
class Export:
    """A file's text, and what it doesn't hold of which question."""

    text: str
    losses: tuple[LeftOut, ...]


def of_bank(bank: QuestionBankPage, user, kind: str) -> Export:
    """The latest drafts of the questions of a bank that this person may edit. Raises NotPermitted."""
    _permit(bank, user)
    children = [
        (each.title, each.item.key if each.item else "", each.item.tags if each.item else (), each.child)
        for each in existing.stored(bank, user)
        if each.editable and each.child
    ]
    return _export(children, kind)


def of_quiz(quiz: QuizPage, user, kind: str) -> Export:
    """The questions of a quiz's latest draft; none of those that it draws. Raises NotPermitted."""
    _permit(quiz, user)
    draft = quiz.get_latest_revision()
    written = draft.content["questions"] if draft else list(quiz.questions.raw_data)
    children = json.loads(written) if isinstance(written, str) else written
    return _export([("", child["id"], (), child) for child in children], kind)


def _permit(page, user) -> None:
    if not user.is_active or not page.permissions_for_user(user).can_edit():
        raise NotPermitted()


def _export(children: Iterable[tuple[str, str, tuple[str, ...], Mapping]], kind: str) -> Export:
    items: list[Item] = []
    losses: list[LeftOut] = []
    for number, (name, key, tags, child) in enumerate(children, 1):
        place = Place(question=number)
        try:
            item = values.item_of(child, name=name, key=key, tags=tags)
        except Unreadable as problem:
            title = name or values.one_line(child["value"].get("prompt") or "")
            losses.append(LeftOut(place, title, Remark(problem.code, problem.words)))
        else:
            items.append(replace(item, place=place))
    if kind == "csv":
        return Export(tables.write(items), tuple(losses))
    text, lost = gift.write(items)
    titles = {item.place: title_of(item) for item in items}
    losses += [replace(each, name=titles[each.place]) for each in lost]
    return Export(text, tuple(sorted(losses, key=lambda each: each.place.question)))
