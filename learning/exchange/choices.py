"""What shares of options mean here: which question type says the same, and what gets lost. Pure.

Other systems give each option a share of its own. Here one option is right (single choice), or each right option is worth the
same and each wrong one takes the same away (multiple choice; `assessment.types.multiple_choice` has the rule).
"""

from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from .items import RIGHT, WRONG, Choice, Item, Remark

# Files round thirds and sevenths to a few digits.
CLOSE = Fraction(1, 100)


def chosen_from(item: Item, *, one: bool) -> Item:
    """The item as single or multiple choice; `one` says whether its file lets learners choose one option only."""
    positive = [option for option in item.options if option.share > WRONG]
    if one and any(option.share < WRONG for option in item.options):
        item = item.losing(Remark("penalties", _("Options that take points away earn nothing here.")))
    if one and len(positive) == 1:
        return _with(item, "single_choice", positive)
    if one:
        return _one_of_several(item, positive)
    return _several(item, positive)


def _with(item: Item, kind: str, right: list[Choice]) -> Item:
    options = tuple(replace(option, share=RIGHT if option in right else WRONG) for option in item.options)
    return replace(item, kind=kind, options=options)


def _one_of_several(item: Item, positive: list[Choice]) -> Item:
    """Learners choose one, and several earn something: the best is right, or all the best have to be chosen."""
    best = [option for option in positive if option.share == max(each.share for each in positive)]
    if len(best) == 1:
        return _with(item, "single_choice", best).losing(
            Remark("partial_credit", _("Options that earn a part of the points earn nothing here."))
        )
    return _with(item, "multiple_choice", best).losing(
        Remark(
            "any_of_several",
            _("One of several right options was enough; here all of them have to be chosen."),
        )
    )


def _several(item: Item, positive: list[Choice]) -> Item:
    made = _with(item, "multiple_choice", positive)
    wrong = [option for option in item.options if option.share <= WRONG]
    even = Fraction(1, len(positive)) if positive else WRONG
    if any(abs(option.share - even) > CLOSE for option in positive):
        made = made.losing(
            Remark(
                "uneven_shares", _("Right options were worth different shares; here each is worth the same.")
            )
        )
    penalty = Fraction(-1, len(wrong)) if wrong else WRONG
    if any(abs(option.share - penalty) > CLOSE for option in wrong):
        made = made.losing(
            Remark(
                "penalties",
                _(
                    "Here choosing all options earns nothing: each wrong one takes away its share of the points."
                ),
            )
        )
    return made


def shares_of(options: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The options of our multiple choice with the shares that say its rule to other systems."""
    right = sum(option.share > WRONG for option in options)
    wrong = len(options) - right
    return tuple(
        replace(option, share=Fraction(1, right) if option.share > WRONG else Fraction(-1, wrong))
        for option in options
    )
