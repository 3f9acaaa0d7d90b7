"""A text with blanks: words to type or to choose."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import groups

from .. import texts
from ..accepted import AcceptedStreamBlock, accepted_of, accepted_problems
from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import BadResponse, QuestionType, register
from ..shapes import (
    ID,
    OPTIONS,
    TEXT,
    child_id,
    exact,
    in_order,
    most_frequent,
    posted_parts,
    public,
    shape,
    share,
    tallied,
)

_MARK = re.compile(r"\[(\d{1,2})\]")
MAX_TYPED = 200


def _weight_block():
    return blocks.IntegerBlock(
        label=_("Weight"),
        min_value=1,
        max_value=20,
        default=1,
        help_text=_("The question's points are shared out by the weights of its blanks."),
    )


class TypedBlankBlock(blocks.StructBlock):
    accepted = AcceptedStreamBlock()
    case_sensitive = blocks.BooleanBlock(label=_("Capitals count"), required=False)
    weight = _weight_block()

    class Meta:
        icon = "edit"
        label = _("Words to type")
        description = _("A blank in which learners type a word or a few.")
        group = groups.QUESTIONS
        template = "blocks/previews/typed_blank.html"
        preview_value = {
            "accepted": [{"type": "answer", "value": {"text": "neighbours", "percent": 100}, "id": "a"}]
        }


class BlankOptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Text"), max_length=200)
    correct = blocks.BooleanBlock(label=_("This is right"), required=False)

    class Meta:
        icon = "radio-full"
        label = _("Option")
        description = _("Words that can be chosen for a blank, right or wrong.")
        group = groups.QUESTIONS
        template = "blocks/previews/option.html"
        preview_value = {"text": "the neighbours", "correct": True}


class BlankOptionsBlock(blocks.StreamBlock):
    option = BlankOptionBlock()

    class Meta:
        label = _("Options")
        default = [("option", {"text": "", "correct": False})] * 2
        min_num = 2
        max_num = 20


class ChosenBlankBlock(blocks.StructBlock):
    options = BlankOptionsBlock(help_text=_("At least one of them is right."))
    weight = _weight_block()

    class Meta:
        icon = "arrow-down"
        label = _("Words to choose")
        description = _("A blank for which learners choose among options.")
        group = groups.QUESTIONS
        template = "blocks/previews/chosen_blank.html"
        preview_value = {
            "options": [
                {"type": "option", "value": {"text": "before", "correct": True}, "id": "a"},
                {"type": "option", "value": {"text": "after", "correct": False}, "id": "b"},
            ]
        }


class BlanksBlock(blocks.StreamBlock):
    typed = TypedBlankBlock()
    chosen = ChosenBlankBlock()

    class Meta:
        label = _("Blanks")
        min_num = 1
        max_num = 20


class FillInBlock(QuestionBlock):
    prompt = prompt_block()
    text = blocks.TextBlock(
        label=_("Text with blanks"),
        rows=4,
        max_length=3000,
        help_text=_(
            "Write [1] where the first of the blanks below stands, [2] for the second, and so on. "
            "A translation may have them in another order."
        ),
    )
    blanks = BlanksBlock()
    explanation = explanation_block()
    points = points_block()

    type_name = "fill_in"

    class Meta:
        icon = "edit"
        label = _("Fill in the blanks")
        description = _("A text with blanks: words to type or to choose.")
        preview_value = {
            "prompt": "Fill in the blanks.",
            "text": "Trust comes [1] technology. Ask the [2] first.",
            "blanks": [
                {
                    "type": "chosen",
                    "value": {
                        "options": [
                            {"type": "option", "value": {"text": "before", "correct": True}, "id": "x"},
                            {"type": "option", "value": {"text": "after", "correct": False}, "id": "y"},
                        ]
                    },
                    "id": "a",
                },
                {
                    "type": "typed",
                    "value": {
                        "accepted": [
                            {"type": "answer", "value": {"text": "neighbours", "percent": 100}, "id": "z"}
                        ]
                    },
                    "id": "b",
                },
            ],
        }


@register
class FillIn(QuestionType):
    """Each blank gives its weight, a typed one the share that its accepted text is worth; the question's points are given
    by the sum over that of all weights, rounded down. A wrong blank costs nothing."""

    name = "fill_in"
    template = "learning/questions/fill_in.html"
    schema = shape(
        {
            "blanks": {
                "type": "object",
                "additionalProperties": {"type": "string", "maxLength": MAX_TYPED},
                "description": "By the id of the blank: what was typed, or the id of the option chosen.",
            }
        },
        {"blanks": {"a": "x", "b": "neighbours"}},
    )
    public_schema = public(
        {
            "parts": {
                "type": "array",
                "description": "The text in order: words, and blanks by id; those with options are chosen from.",
                "items": {
                    "anyOf": [
                        {
                            "type": "object",
                            "properties": {"text": TEXT},
                            "required": ["text"],
                            "additionalProperties": False,
                        },
                        {
                            "type": "object",
                            "properties": {"id": ID, "options": OPTIONS},
                            "required": ["id"],
                            "additionalProperties": False,
                        },
                    ]
                },
            }
        },
        {
            "prompt": "Fill in the blanks.",
            "parts": [
                {"text": "Trust comes "},
                {"id": "a", "options": [{"id": "x", "text": "before"}, {"id": "y", "text": "after"}]},
                {"text": " technology. Ask the "},
                {"id": "b"},
                {"text": " first."},
            ],
        },
    )
    merges = True

    def block(self):
        return FillInBlock()

    def public(self, value):
        blanks = _blanks(value)
        parts = []
        for index, piece in enumerate(_MARK.split(value["text"] or "")):
            if index % 2 == 0:
                parts += [{"text": piece}] if piece else []
            elif 1 <= int(piece) <= len(blanks):
                parts.append(_public_blank(blanks[int(piece) - 1]))
            else:
                parts.append({"text": f"[{piece}]"})
        return {"prompt": value["prompt"], "parts": parts}

    def secret(self, value):
        return {
            **common_secret(value),
            "blanks": {blank["id"]: _secret_blank(blank) for blank in _blanks(value)},
        }

    def problems(self, value):
        blanks = _blanks(value)
        marks = [int(number) for number in _MARK.findall(value["text"] or "")]
        problems = [] if blanks else [_("The text has no blanks.")]
        if sorted(marks) != list(range(1, len(blanks) + 1)):
            problems.append(
                _("The text has to have each of its blanks once: from [1] to [%(count)s].")
                % {"count": len(blanks)}
            )
        for blank in blanks:
            if "accepted" in blank:
                problems += accepted_problems(blank["accepted"])
                continue
            options = [option["text"].strip().casefold() for option in blank["options"]]
            if len(options) < 2 or not all(options) or len(set(options)) < len(options):
                problems.append(_("A blank to choose for needs at least two options that differ."))
            if not blank["right"]:
                problems.append(_("Mark at least one option of each blank as right."))
        return problems

    def check(self, response, public):
        given = exact(response, "blanks")["blanks"]
        blanks = {part["id"]: part.get("options") for part in public["parts"] if "id" in part}
        if not isinstance(given, dict) or not set(given) <= set(blanks):
            raise BadResponse()
        checked = {name: _checked(given[name], blanks[name]) for name in sorted(given)}
        return {"blanks": {name: each for name, each in checked.items() if each}}

    def grade(self, response, key):
        earned = sum(
            key["blanks"][name]["weight"] * _percent(each, key["blanks"][name])
            for name, each in response["blanks"].items()
            if name in key["blanks"]
        )
        of_all = sum(blank["weight"] for blank in key["blanks"].values()) * texts.FULL
        return share(key["points"], earned, of_all)

    def verdicts(self, response, key):
        verdicts = {}
        for name, each in response["blanks"].items():
            worth = _percent(each, key["blanks"][name]) if name in key["blanks"] else 0
            verdicts[name] = "right" if worth == texts.FULL else "partly" if worth else "wrong"
        return verdicts

    def answer(self, key):
        return {
            "blanks": {
                name: texts.best(blank["accepted"]) if "accepted" in blank else blank["right"][0]
                for name, blank in key["blanks"].items()
            }
        }

    def answer_in(self, key, texts):
        return self.answer(texts)

    def merge(self, key, others):
        others = list(others)
        return {
            **key,
            "blanks": {name: _merged(name, blank, others) for name, blank in key["blanks"].items()},
        }

    def identity(self, public):
        blanks = [part for part in public["parts"] if "id" in part]
        options = [option["id"] for blank in blanks for option in blank.get("options", [])]
        return frozenset([*(blank["id"] for blank in blanks), *options])

    def tally(self, responses, public, key):
        given = [response["blanks"] for response, _points in responses]
        rows = []
        for part in public["parts"]:
            if "id" not in part or part["id"] not in key["blanks"]:
                continue
            name, blank = part["id"], key["blanks"][part["id"]]
            answers = [blanks[name] for blanks in given if name in blanks]
            if "options" in part:
                choices = [
                    (each["id"], each["text"], each["id"] in blank["right"]) for each in part["options"]
                ]
                rows += tallied(answers, choices, part=name)
            else:
                rows += most_frequent(
                    (
                        (texts.folded(each, case=blank["case"]), _percent(each, blank) == texts.FULL)
                        for each in answers
                    ),
                    part=name,
                )
        return rows

    def parse_form(self, data, name):
        blanks = posted_parts(data, name)
        return {"blanks": blanks} if blanks else None

    def nothing(self):
        return {"blanks": {}}


def _blanks(value) -> list[dict]:
    """In the editor's order: `{id, weight, accepted, case}` or `{id, weight, options: [{id, text}], right: [id]}`."""
    blanks = []
    for index, child in enumerate(value["blanks"] or []):
        blank = {"id": child_id(child, index), "weight": child.value["weight"] or 1}
        if child.block_type == "typed":
            blank["accepted"] = accepted_of(child.value["accepted"])
            blank["case"] = bool(child.value["case_sensitive"])
        else:
            options = [
                (option.id or f"{blank['id']}-{number}", option.value)
                for number, option in enumerate(child.value["options"] or [])
            ]
            blank["options"] = [{"id": name, "text": option["text"] or ""} for name, option in options]
            blank["right"] = sorted(name for name, option in options if option["correct"])
        blanks.append(blank)
    return blanks


def _public_blank(blank: Mapping) -> dict:
    if "accepted" in blank:
        return {"id": blank["id"]}
    return {"id": blank["id"], "options": in_order(blank["options"])}


def _secret_blank(blank: Mapping) -> dict:
    names = ("weight", "accepted", "case") if "accepted" in blank else ("weight", "right")
    return {name: blank[name] for name in names}


def _checked(given, options) -> str:
    if options is None:
        return texts.taken(given, MAX_TYPED)
    if given != "" and given not in [option["id"] for option in options]:
        raise BadResponse()
    return given


def _percent(given: str, blank: Mapping) -> int:
    if "accepted" in blank:
        return texts.percent(given, blank["accepted"], case=blank["case"])
    return texts.FULL if given in blank["right"] else 0


def _merged(name: str, blank: Mapping, others: list[Mapping]) -> Mapping:
    found = [other["blanks"][name] for other in others if name in other["blanks"]]
    if "accepted" not in blank:
        return blank
    return {
        **blank,
        "accepted": texts.merged(
            blank["accepted"], [each["accepted"] for each in found if "accepted" in each]
        ),
    }
