"""A scenario with branches in the editor: steps with choices, each of which leads to another step or to an end."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.core.blocks import CompiledMixin, TextBlock, groups
from cms.rest.block_schemas import HTML, TEXT, array, nullable, obj

from . import branching


class StepCodeBlock(blocks.CharBlock):
    """The short code of a step, which is the same in every language."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 20, **kwargs})

    def clean(self, value):
        return super().clean(value).strip()

    def get_translatable_segments(self, value):
        return []

    def restore_translated_segments(self, value, segments):
        return value


class ScenarioChoiceBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Choice"), rows=2, max_length=300)
    leads_to = StepCodeBlock(
        label=_("Leads to the step"),
        required=False,
        help_text=_("The code of a step. Leave it empty where the scenario ends with this choice."),
    )
    consequence = TextBlock(
        label=_("What comes of it"),
        required=False,
        help_text=_("At an end only: steps tell it in their text."),
    )

    class Meta:
        icon = "redirect"
        label = _("Choice")
        description = _("Something that one can do, leading to another step or to an end.")
        group = groups.ACTIVITIES
        template = "blocks/previews/scenario_choice.html"
        preview_value = {"text": "Ask whether you can help", "leads_to": "answer"}


class ScenarioStepBlock(blocks.StructBlock):
    code = StepCodeBlock(
        label=_("Code"), help_text=_("Short, for choices to lead here; learners don’t see it.")
    )
    text = TextBlock(label=pgettext_lazy("in a scenario", "What happens"))
    choices = blocks.StreamBlock(
        [("choice", ScenarioChoiceBlock())],
        label=_("Choices"),
        min_num=branching.FEWEST_CHOICES,
        max_num=branching.MOST_CHOICES,
    )

    class Meta:
        icon = "redirect"
        label = _("Step")
        description = _("What happens, and what one can do.")
        group = groups.ACTIVITIES
        template = "blocks/previews/scenario_step.html"
        preview_value = {
            "code": "bag",
            "text": "<p>A bag stands alone beside the bench.</p>",
            "choices": [
                {"type": "choice", "value": {"text": "Ask whose it is", "leads_to": "answer"}, "id": "a"},
                {"type": "choice", "value": {"text": "Carry it outside", "leads_to": "outside"}, "id": "b"},
            ],
        }


class ScenarioBlock(CompiledMixin, blocks.StructBlock):
    """`{title, situation, steps: [{id, text, choices: [{id, text, leads_to, consequence}]}]}`; it begins with the first step.

    `leads_to` is the id of a step, the same in every language; None at an end, where `consequence` tells what comes of it.
    """

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    situation = TextBlock(label=_("Situation"))
    steps = blocks.StreamBlock(
        [("step", ScenarioStepBlock())],
        label=_("Steps"),
        min_num=1,
        max_num=20,
        help_text=_("The scenario begins with the first step."),
    )

    def get_api_representation(self, value, context=None):
        steps = list(value["steps"] or [])
        ids = {step.value["code"]: _id(step, number) for number, step in reversed(list(enumerate(steps)))}
        return {
            "title": value["title"],
            "situation": _html(self, "situation", value),
            "steps": [
                {
                    "id": _id(step, number),
                    "text": _html(step.block, "text", step.value),
                    "choices": [
                        {
                            "id": _id(choice, place, f"{number}-"),
                            "text": choice.value["text"],
                            "leads_to": ids.get(choice.value["leads_to"]),
                            "consequence": _html(choice.block, "consequence", choice.value),
                        }
                        for place, choice in enumerate(step.value["choices"] or [])
                    ],
                }
                for number, step in enumerate(steps)
            ],
        }

    def clean(self, value):
        """Each fault is told at its place. Raises StructBlockValidationError."""
        cleaned = super().clean(value)
        found = branching.faults(_steps(cleaned))
        if found:
            raise StructBlockValidationError({"steps": _errors(cleaned["steps"], found)})
        return cleaned

    def problems(self, value):
        if not value["steps"]:
            return [_("The scenario has no steps.")]
        return [
            _("Step %(number)s: %(fault)s") % {"number": each.step + 1, "fault": each.message}
            for each in branching.faults(_steps(value))
        ]

    api_schema = obj(
        {
            "title": TEXT,
            "situation": HTML,
            "steps": array(
                obj(
                    {
                        "id": TEXT,
                        "text": HTML,
                        "choices": array(
                            obj(
                                {
                                    "id": TEXT,
                                    "text": TEXT,
                                    "leads_to": nullable(
                                        {**TEXT, "description": "The id of a step; null at an end."}
                                    ),
                                    "consequence": HTML,
                                }
                            )
                        ),
                    }
                ),
                description="It begins with the first.",
            ),
        }
    )

    class Meta:
        icon = "redirect"
        label = _("Scenario")
        description = _("A situation in which learners choose what they would do, and see what comes of it.")
        group = groups.ACTIVITIES
        template = "learning/blocks/scenario.html"
        preview_value = {
            "title": "A bag beside the bench",
            "situation": "<p>Twenty minutes before the service, a bag stands alone at the entrance.</p>",
            "steps": [
                {
                    "type": "step",
                    "id": "example",
                    "value": {
                        "code": "bag",
                        "text": "<p>People walk past it. What do you do?</p>",
                        "choices": [
                            {
                                "type": "choice",
                                "id": "example-a",
                                "value": {
                                    "text": "Ask aloud whose it is",
                                    "leads_to": "",
                                    "consequence": "<p>Somebody comes back for it.</p>",
                                },
                            },
                            {
                                "type": "choice",
                                "id": "example-b",
                                "value": {
                                    "text": "Carry it outside",
                                    "leads_to": "",
                                    "consequence": "<p>What nobody knows, nobody moves. Keep people away and call.</p>",
                                },
                            },
                        ],
                    },
                }
            ],
        }


def _id(child, number: int, before: str = "") -> str:
    return child.id or f"new-{before}{number}"


def _html(block, name: str, value) -> str:
    return block.child_blocks[name].get_api_representation(value[name])


def _steps(value) -> list[branching.Step]:
    return [
        branching.Step(
            step.value["code"],
            tuple(
                branching.Choice(
                    choice.value["leads_to"],
                    strip_tags(_html(choice.block, "consequence", choice.value)).strip(),
                )
                for choice in step.value["choices"] or []
            ),
        )
        for step in value["steps"] or []
    ]


def _errors(steps, found: list[branching.Fault]) -> StreamBlockValidationError:
    """The faults where they are: at the field of a step, or of a choice in it."""
    by_step = defaultdict(list)
    for fault in found:
        by_step[fault.step].append(fault)
    return StreamBlockValidationError({number: _in_step(here) for number, here in by_step.items()})


def _in_step(found: list[branching.Fault]) -> StructBlockValidationError:
    fields: dict[str, list] = defaultdict(list)
    by_choice: dict[int, dict] = defaultdict(dict)
    for fault in found:
        if fault.choice is None:
            fields[fault.field].append(fault.message)
        else:
            by_choice[fault.choice][fault.field] = ValidationError(fault.message)
    errors = {name: ValidationError(messages) for name, messages in fields.items()}
    if by_choice:
        within = {place: StructBlockValidationError(here) for place, here in by_choice.items()}
        own = fields.get("choices")
        errors["choices"] = StreamBlockValidationError(
            within, non_block_errors=own and [ValidationError(own)]
        )
    elif "choices" in errors:
        errors["choices"] = StreamBlockValidationError(non_block_errors=[errors["choices"]])
    return StructBlockValidationError(errors)
