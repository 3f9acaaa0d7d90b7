"""What packages above want to be asked when an edition of their kind of root is released."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.forms import Field

from cms.core.errors import BadInput

_choices: dict[tuple[str, str], "ReleaseChoice"] = {}


@dataclass(frozen=True)
class ReleaseChoice:
    """`type` is the root's (`app.Model`); `field(root)` gives the form's field; `apply(edition, value, by)` runs in the
    transaction of the release, last, with what was chosen or None, and may raise a DomainError: nothing is released then."""

    name: str
    type: str
    field: Callable[..., Field]
    apply: Callable[..., None]


def register_release_choice(choice: ReleaseChoice) -> None:
    """Ask this with each release of a type of root. Raises ValueError for a second one of a name."""
    place = (choice.type, choice.name)
    if place in _choices:
        raise ValueError(f"{choice.type} is asked for {choice.name!r} already")
    _choices[place] = choice


def choices_of(root) -> list[ReleaseChoice]:
    """What is asked of a root's page, in the order of registration."""
    label = root.specific_class._meta.label
    return [choice for (type_, _name), choice in _choices.items() if type_ == label]


def apply_choices(root, edition, values: Mapping[str, str], by) -> None:
    """Tell each choice of the root's type what was chosen. Raises BadInput `unknown_choice`."""
    known = choices_of(root)
    if values.keys() - {choice.name for choice in known}:
        raise BadInput(code="unknown_choice")
    for choice in known:
        choice.apply(edition, values.get(choice.name), by)
