"""Two learners who do the same at the same moments, one on the pages, one through the API."""

from dataclasses import dataclass
from datetime import timedelta

from tests.learning.parity.state import state_of
from tests.learning.parity.telling import AppTells, PagesTell


class Clock:
    """Stands in for `timezone.now`."""

    def __init__(self, now):
        self.moment = now

    def __call__(self):
        return self.moment

    def move(self, **time):
        self.moment += timedelta(**time)


@dataclass(frozen=True)
class Each:
    """What each of them brings of their own, such as an invitation."""

    pages: str
    app: str


#: The lists of what is somebody's own, and which facts each of them shows.
LISTS = {
    "courses": {"Enrolment": ("state", "required_done", "required_total")},
    "kept": {"Bookmark": ("unit", "section"), "Note": ("unit", "text")},
    "held": {
        "Enrolment": ("state",),
        "Certificate": ("title", "revoked_at"),
        "ReminderChoice": ("since",),
    },
}


def _shown(state: dict, about: str) -> list:
    """The facts of a state that a list shows."""
    return [
        [row[name] for name in names] for model, names in LISTS[about].items() for row in state.get(model, ())
    ]


class Twins:
    def __init__(self, on_pages, with_app, clock):
        self.clock = clock
        self.pages, self.app = PagesTell(on_pages, set()), AppTells(with_app, set())
        self.both = (self.pages, self.app)

    def states(self) -> list[dict]:
        return [state_of(each.user) for each in self.both]

    def each_does(self, act, given):
        return [
            getattr(person, act)(*(getattr(each, side) if isinstance(each, Each) else each for each in given))
            for person, side in zip(self.both, ("pages", "app"), strict=True)
        ]

    def do(self, act: str, *given, moves=True):
        """Both do it: the page offered it, nobody was refused, it came to the same, and both are told the same where a list of
        theirs shows something else now. `moves` says that it changes something."""
        self.clock.move(minutes=1)
        before = self.states()
        on_pages, with_app = self.each_does(act, given)
        assert (on_pages, with_app) == ("", ""), (act, given)
        assert self.pages.offered, f"{act}: the page {self.pages.path} didn't offer it"
        after = self.agree(act)
        assert not moves or after != before, f"{act} changed nothing"
        for about in LISTS:
            if _shown(before[0], about) != _shown(after[0], about):
                self.told(about)

    def refused(self, act: str, *given, code: str, says: str):
        """Both are refused for the same reason, and nothing has changed."""
        self.clock.move(minutes=1)
        before = self.states()
        on_pages, with_app = self.each_does(act, given)
        assert with_app == code, (act, with_app)
        assert says in on_pages, (act, on_pages)
        assert self.agree(act) == before, act

    def agree(self, act="") -> list[dict]:
        """What is stored of both is the same; it."""
        on_pages, with_app = states = self.states()
        assert on_pages == with_app, act
        return states

    def told(self, about: str, *given):
        """Both are told the same of something; what it is."""
        on_pages, with_app = self.each_does(about, given)
        assert on_pages == with_app, about
        return on_pages

    def sign_in(self):
        for each in self.both:
            each.sign_in()
