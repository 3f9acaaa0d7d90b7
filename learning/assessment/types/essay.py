"""A longer text, read and marked by a person."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import groups

from .. import texts
from ..question import MAX_POINTS, QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import BadResponse, QuestionType, register
from ..shapes import ID, TEXT, child_id, exact, public, shape


class CriterionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Criterion"), max_length=300)
    points = blocks.IntegerBlock(label=_("Points at most"), min_value=1, max_value=MAX_POINTS, default=1)
    guidance = blocks.TextBlock(
        label=_("For whoever marks"),
        required=False,
        default="",
        rows=2,
        max_length=1000,
        help_text=_("What earns how many points. Learners never see it."),
    )

    class Meta:
        icon = "tasks"
        label = _("Criterion")
        description = _("One thing that is looked for, with its points.")
        group = groups.QUESTIONS
        template = "blocks/previews/criterion.html"
        preview_value = {"text": "Names who is asked, and when", "points": 3, "guidance": ""}


class RubricBlock(blocks.StreamBlock):
    criterion = CriterionBlock()

    class Meta:
        label = _("Rubric")
        max_num = 12


class EssayBlock(QuestionBlock):
    prompt = prompt_block()
    max_words = blocks.IntegerBlock(
        label=_("Words at most"),
        min_value=0,
        max_value=5000,
        default=0,
        help_text=_("A guide for learners; 0 for none. Longer texts are taken as well."),
    )
    rubric = RubricBlock(
        required=False,
        help_text=_("What is looked for. The points of all criteria add up to the question's."),
    )
    show_rubric = blocks.BooleanBlock(
        label=_("Learners see the criteria"), required=False, default=True, help_text=_("With their points.")
    )
    model_answer = blocks.TextBlock(
        label=_("Model answer"),
        required=False,
        default="",
        rows=4,
        max_length=5000,
        help_text=_("Shown to learners only where and when the quiz shows right answers."),
    )
    notes = blocks.TextBlock(
        label=_("Notes for whoever marks"),
        required=False,
        default="",
        rows=3,
        max_length=2000,
        help_text=_("Learners never see them."),
    )
    explanation = explanation_block()
    points = points_block()

    type_name = "essay"

    class Meta:
        icon = "doc-full"
        label = _("Essay")
        description = _("A longer text that a person reads and marks.")
        preview_value = {
            "prompt": "How would you begin in your own place?",
            "max_words": 200,
            "show_rubric": True,
            "rubric": [
                {"type": "criterion", "value": {"text": "Names who is asked", "points": 2}, "id": "a"},
                {"type": "criterion", "value": {"text": "Says what is done first", "points": 1}, "id": "b"},
            ],
            "model_answer": "I would ask the stewards and the neighbours, and walk around the building with them.",
            "points": 3,
        }


@register
class Essay(QuestionType):
    """A person gives the points, by the criteria of the rubric where there is one. What was left empty earns nothing."""

    name = "essay"
    template = "learning/questions/essay.html"
    graded_by_people = True
    schema = shape(
        {
            "text": {
                "type": "string",
                "maxLength": texts.MAX_LONG,
                "description": "Plain text; empty to take it back.",
            }
        },
        {"text": "I would ask the stewards first."},
    )
    public_schema = public(
        {
            "max_words": {"type": "integer", "description": "A guide; 0 for none."},
            "criteria": {
                "type": "array",
                "description": "What is looked for, where learners may know.",
                "items": {
                    "type": "object",
                    "properties": {"id": ID, "text": TEXT, "points": {"type": "integer"}},
                    "required": ["id", "text", "points"],
                    "additionalProperties": False,
                },
            },
        },
        {
            "prompt": "How would you begin in your own place?",
            "max_words": 200,
            "criteria": [{"id": "a", "text": "Names who is asked", "points": 2}],
        },
    )

    def block(self):
        return EssayBlock()

    def public(self, value):
        criteria = _criteria(value) if value["show_rubric"] else []
        return {
            "prompt": value["prompt"],
            "max_words": value["max_words"] or 0,
            "criteria": [{name: each[name] for name in ("id", "text", "points")} for each in criteria],
        }

    def secret(self, value):
        """`rubric` [{id, text, points, guidance}], `model_answer` and `notes` for whoever marks."""
        return {
            **common_secret(value),
            "rubric": _criteria(value),
            "model_answer": value["model_answer"] or "",
            "notes": value["notes"] or "",
        }

    def problems(self, value):
        criteria = _criteria(value)
        problems = []
        if any(not each["text"].strip() or each["points"] < 1 for each in criteria):
            problems.append(_("Each criterion has a text and at least one point."))
        total = sum(each["points"] for each in criteria)
        if criteria and total != value["points"]:
            problems.append(
                _("The criteria add up to %(total)s points; the question is worth %(points)s.")
                % {"total": total, "points": value["points"]}
            )
        return problems

    def check(self, response, public):
        return {"text": texts.taken(exact(response, "text")["text"], texts.MAX_LONG, lines=True)}

    def grade(self, response, key):
        raise BadResponse(_("A person marks this answer."))

    def answer(self, key):
        return {"text": key["model_answer"]} if key["model_answer"] else None

    def answer_in(self, key, texts):
        return self.answer(texts)

    def identity(self, public):
        return frozenset(each["id"] for each in public["criteria"])

    def tally(self, responses, public, key):
        """Nothing: no two texts are the same."""
        return []

    def parse_form(self, data, name):
        typed = data.get(name, "").strip()
        return {"text": typed} if typed else None

    def nothing(self):
        return {"text": ""}


def _criteria(value) -> list[dict]:
    return [
        {
            "id": child_id(child, index),
            "text": child.value["text"] or "",
            "points": child.value["points"] or 0,
            "guidance": child.value["guidance"] or "",
        }
        for index, child in enumerate(value["rubric"] or [])
    ]
