"""What is asked when an edition of a course is released: what becomes of those who are under way."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.content.api import ReleaseChoice, register_release_choice

from .catalogue.documents import COURSE
from .flows import editions


def field(root) -> forms.Field:
    return forms.ChoiceField(
        label=_("People who are on an earlier edition"),
        choices=editions.Rule.choices,
        initial=editions.Rule.STAY,
        widget=forms.RadioSelect,
        help_text=_(
            "Whoever stays can read on and finish there, and move by themselves. What is done stays done, and a course that "
            "was completed stays completed."
        ),
    )


def apply(edition, value: str | None, by) -> None:
    editions.decide(edition, value or editions.Rule.STAY, by)


def register() -> None:
    """Ask it. Called once, when the app is ready."""
    register_release_choice(ReleaseChoice("under_way", COURSE, field, apply))
