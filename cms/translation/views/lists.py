"""The board, what waits for one person, and how something begins to be translated."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages

from cms.core import languages

from .. import digests, flows
from ..board import Board, Cell, Filters, Item
from ..state import State
from .base import DeskMixin, DeskPage

PAGE_SIZE = 50
# Of each list of one's own work; the board shows the rest.
MOST_SHOWN = 50


class BoardView(DeskPage):
    """Things by languages. `?language=`, `?translator=`, `?guide=`, `?state=`, `?sent_back=1`, `?p=`."""

    template_name = "wagtailadmin/translation/board.html"

    def get_context_data(self, **kwargs):
        board = Board(self.request.user, timezone.now())
        filters = self._filters(board)
        page = Paginator(board.chosen(filters), PAGE_SIZE).get_page(self.request.GET.get("p"))
        shown = [pk for pk, code in board.locales.items() if not filters.language or code == filters.language]
        return super().get_context_data(**kwargs) | {
            "board": board,
            "filters": filters,
            "filtered": filters != Filters(),
            "items": page,
            "rows": [(item, [_place(item, pk) for pk in shown]) for item in page],
            "columns": [languages.name(board.locales[pk]) for pk in shown],
            "totals": [
                total
                for total in board.totals(board.within(filters.guide))
                if total.states and filters.language in ("", total.code)
            ],
            "startable": {pk for pk in shown if self.rights.may_translate(pk) or self.rights.may_manage()},
            "language_choices": [(code, languages.name(code)) for code in board.locales.values()],
            "states": State.choices,
            "elided_page_range": page.paginator.get_elided_page_range(page.number),
            "rights": self.rights,
        }

    def _filters(self, board: Board) -> Filters:
        """What was asked for; what nobody could choose counts for nothing."""
        asked = self.request.GET
        translator = asked.get("translator", "")
        known = {str(pk): pk for pk, _name in board.translators}
        return Filters(
            language=_one_of(asked.get("language"), board.locales.values()),
            translator=known.get(translator),
            guide=_one_of(asked.get("guide"), [path for path, _title in board.guides]),
            state=_one_of(asked.get("state"), State.values),
            sent_back=asked.get("sent_back") == "1",
        )


def _one_of(value, choices) -> str:
    return value if value in choices else ""


def _place(item: Item, locale_id: int) -> Cell | None:
    """None in the column of the language that it is written in."""
    return item.cells.get(locale_id)


class Mine(DeskPage):
    """What this person has taken, what waits for their review, and what nobody has taken in their languages.

    POST `mails`, "on" or "off": whether they get mails of what waits for their review.
    """

    page_title = _("My work")
    template_name = "wagtailadmin/translation/mine.html"

    def post(self, request, *args, **kwargs):
        wanted = {"on": True, "off": False}.get(request.POST.get("mails"))
        if wanted is not None and self.rights.reviews:
            digests.choose(request.user, wanted)
            messages.success(request, _("Saved."))
        return redirect("translation:mine")

    def get_context_data(self, **kwargs):
        board = Board(self.request.user, timezone.now())
        cells = [(item, cell) for item in board.items for cell in item.cells.values()]
        open_states = (State.NOT_STARTED, State.IN_PROGRESS, State.OUTDATED)
        mine = [each for each in cells if each[1].translator_id == self.request.user.pk]
        review = [
            each
            for each in cells
            if each[1].state == State.IN_REVIEW and self.rights.may_review(each[1].locale_id)
        ]
        free = [
            each
            for each in cells
            if (each[1].state in open_states or each[1].sent_back)
            and each[1].translator_id is None
            and not each[1].by_hand
            and self.rights.may_translate(each[1].locale_id)
        ]
        return super().get_context_data(**kwargs) | {
            "mine": _first([each for each in mine if each[1].state in open_states or each[1].sent_back]),
            "handed_in": _first([each for each in mine if each[1].state == State.IN_REVIEW]),
            "review": _first(review),
            "free": _first(free),
            "mails": digests.wants(self.request.user) if self.rights.reviews else None,
            "rights": self.rights,
        }


def _first(cells: list[tuple[Item, Cell]]) -> dict:
    """The most urgent: what was sent back, then by the day that they are due, then the oldest. `more` counts the rest."""
    day, moment = timezone.now().date().max, timezone.now()
    ordered = sorted(
        cells,
        key=lambda each: (not each[1].sent_back, each[1].due_on or day, each[1].since or moment),
    )
    return {"rows": ordered[:MOST_SHOWN], "more": max(0, len(ordered) - MOST_SHOWN)}


class Start(DeskMixin, View):
    """POST `start`: a translation key and a language code with a space between. Leads to the work."""

    http_method_names = ["post"]

    def post(self, request):
        key, _space, code = request.POST.get("start", "").partition(" ")
        try:
            key = UUID(key)
        except ValueError:
            raise Http404 from None
        found = []
        if self.do(lambda: found.append(flows.start(by=request.user, key=key, locale=code))):
            return redirect("translation:work", uuid=found[0].uuid)
        return redirect("translation:board")
