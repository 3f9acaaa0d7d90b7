"""Options that are chosen from: what single and multiple choice have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import groups

from .registry import BadResponse
from .shapes import child_id, in_order, tallied


@dataclass(frozen=True)
class Option:
    id: str
    text: str
    right: bool
    remark: str


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Text"), max_length=500)
    correct = blocks.BooleanBlock(label=_("This is right"), required=False)
    feedback = blocks.TextBlock(
        label=_("Feedback"),
        required=False,
        default="",
        rows=2,
        max_length=1000,
        help_text=_("Shown to those who chose it, when the quiz's rules allow."),
    )

    class Meta:
        icon = "radio-full"
        label = _("Option")
        description = _("An answer to choose, right or wrong, with what is said to those who chose it.")
        group = groups.QUESTIONS
        template = "blocks/previews/option.html"
        preview_value = {"text": "Who opens in the morning", "correct": True}


class OptionsBlock(blocks.StreamBlock):
    """A stream, not a list: its children keep their ids in every language and through every way of editing."""

    option = OptionBlock()

    class Meta:
        label = _("Options")
        default = [("option", {"text": "", "correct": False, "feedback": ""})] * 2
        min_num = 2
        max_num = 20


def options_of(value) -> list[Option]:
    """The options of a stored question, in the editor's order."""
    return [
        Option(
            id=child_id(child, index),
            text=child.value["text"],
            right=bool(child.value["correct"]),
            remark=child.value["feedback"] or "",
        )
        for index, child in enumerate(value["options"] or [])
    ]


def public_options(options: Iterable[Option]) -> list[dict]:
    """`[{id, text}]` in the order of the ids, which tells nothing."""
    return in_order({"id": option.id, "text": option.text} for option in options)


def secret_options(options: Iterable[Option]) -> dict:
    ordered = sorted(options, key=lambda option: option.id)
    return {
        "right": [option.id for option in ordered if option.right],
        "wrong": [option.id for option in ordered if not option.right],
        "remarks": {option.id: option.remark for option in ordered if option.remark},
    }


def option_problems(options: list[Option]) -> list[str]:
    problems = []
    if len(options) < 2:
        problems.append(_("A question needs at least two options."))
    texts = [option.text.strip().casefold() for option in options]
    if any(not text for text in texts):
        problems.append(_("An option has no text."))
    if len(set(texts)) < len(texts):
        problems.append(_("Two options say the same."))
    return problems


def known_option(chosen, public: Mapping) -> str:
    """The chosen id, if it is one of the question's. Raises BadResponse."""
    if not isinstance(chosen, str) or chosen not in {option["id"] for option in public["options"]}:
        raise BadResponse(_("That is not one of the options."))
    return chosen


def option_ids(public: Mapping) -> frozenset[str]:
    return frozenset(option["id"] for option in public["options"])


def tallied_options(chosen: Iterable[str], public: Mapping, key: Mapping) -> list[dict]:
    return tallied(
        chosen, [(option["id"], option["text"], option["id"] in key["right"]) for option in public["options"]]
    )
