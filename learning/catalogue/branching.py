"""Where the choices of a scenario lead, and what is wrong with them. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

FEWEST_CHOICES, MOST_CHOICES = 2, 4


@dataclass(frozen=True)
class Choice:
    """Leads to the step of that code; or ends the scenario, with what comes of it."""

    leads_to: str
    consequence: str


@dataclass(frozen=True)
class Step:
    code: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Fault:
    """A sentence about `field` ("code", "choices", "leads_to" or "consequence") of a step, or of a choice in it."""

    step: int
    choice: int | None
    field: str
    message: str


def faults(steps: Sequence[Step]) -> list[Fault]:
    """What keeps learners from going through a scenario: it begins with its first step and has to come to an end."""
    found = [*_codes(steps), *_choices(steps)]
    return found or _ways(steps)


def _codes(steps):
    times = Counter(step.code for step in steps)
    for number, step in enumerate(steps):
        if times[step.code] > 1:
            sentence = _("Another step has the code “%(code)s” as well.") % {"code": step.code}
            yield Fault(number, None, "code", sentence)


def _choices(steps):
    codes = {step.code for step in steps}
    for number, step in enumerate(steps):
        if not FEWEST_CHOICES <= len(step.choices) <= MOST_CHOICES:
            sentence = _("A step has %(fewest)s to %(most)s choices.") % {
                "fewest": FEWEST_CHOICES,
                "most": MOST_CHOICES,
            }
            yield Fault(number, None, "choices", sentence)
        for place, choice in enumerate(step.choices):
            if choice.leads_to and choice.leads_to not in codes:
                sentence = _("There is no step with the code “%(code)s”.") % {"code": choice.leads_to}
                yield Fault(number, place, "leads_to", sentence)
            elif choice.leads_to and choice.consequence:
                sentence = _("This choice leads to a step: tell there what comes of it.")
                yield Fault(number, place, "consequence", sentence)
            elif not choice.leads_to and not choice.consequence:
                sentence = _("Give the step that this leads to, or tell here what comes of it in the end.")
                yield Fault(number, place, "leads_to", sentence)


def _ways(steps) -> list[Fault]:
    """Steps that nobody reaches, and steps from which there is no way to an end."""
    if not steps:
        return []
    onwards = {step.code: {choice.leads_to for choice in step.choices} for step in steps}
    reached = _closure({steps[0].code}, lambda code: onwards.get(code, ()))
    ending = _closure({""}, lambda target: [code for code, targets in onwards.items() if target in targets])
    found = []
    for number, step in enumerate(steps):
        if step.code not in reached:
            found.append(Fault(number, None, "code", _("No choice leads from the first step to this one.")))
        elif step.code not in ending:
            found.append(Fault(number, None, "choices", _("From here no choice ever comes to an end.")))
    return found


def _closure(begin: set[str], following) -> set[str]:
    found, waiting = set(begin), list(begin)
    while waiting:
        new = set(following(waiting.pop())) - found
        found |= new
        waiting += new
    return found
