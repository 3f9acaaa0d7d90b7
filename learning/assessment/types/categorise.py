"""Things to be sorted into categories."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import described, groups

from ..placing import Placing
from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import register
from ..shapes import (
    OPTIONS,
    child_id,
    choices_by_part,
    in_order,
    public,
    shape,
    veiled,
)


class MembersBlock(blocks.StreamBlock):
    item = described(
        blocks.CharBlock(label=_("Item"), max_length=300),
        icon="tag",
        group=groups.QUESTIONS,
        description=_("Something that belongs to this category."),
        preview_value="A bollard",
    )

    class Meta:
        label = _("Items")
        max_num = 20


class CategoryBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Category"), max_length=200)
    items = MembersBlock(required=False, help_text=_("What belongs here; a category may stay empty."))

    class Meta:
        icon = "folder-open-inverse"
        label = _("Category")
        description = _("A category with what belongs to it.")
        group = groups.QUESTIONS
        template = "blocks/previews/category.html"
        preview_value = {
            "name": "Built",
            "items": [{"type": "item", "value": "A bollard", "id": "a"}],
        }


class CategoriesBlock(blocks.StreamBlock):
    category = CategoryBlock()

    class Meta:
        label = _("Categories")
        default = [("category", {"name": "", "items": [("item", "")]})] * 2
        min_num = 2
        max_num = 10


class CategoriseBlock(QuestionBlock):
    prompt = prompt_block()
    categories = CategoriesBlock(
        help_text=_("Learners see the categories in this order, and all items in an order of their own.")
    )
    explanation = explanation_block()
    points = points_block()

    type_name = "categorise"

    class Meta:
        icon = "folder-open-inverse"
        label = _("Categories")
        description = _("Things that have to be sorted into categories.")
        preview_value = {
            "prompt": "What is what?",
            "categories": [
                {
                    "type": "category",
                    "value": {"name": "Built", "items": [{"type": "item", "value": "A bollard", "id": "1"}]},
                    "id": "a",
                },
                {
                    "type": "category",
                    "value": {
                        "name": "Done by people",
                        "items": [
                            {"type": "item", "value": "A round at night", "id": "2"},
                            {"type": "item", "value": "A talk at the door", "id": "3"},
                        ],
                    },
                    "id": "b",
                },
            ],
        }


@register
class Categorise(Placing):
    """The share of items in their category among all, rounded down; a wrong place costs nothing."""

    name = "categorise"
    template = "learning/questions/categorise.html"
    answered, places, right = "items", "categories", "places"
    schema = shape(
        {
            "items": choices_by_part(
                "The id of the category by the id of the item; any number of them.", {"1": "a"}
            )
        },
        {"items": {"1": "a"}},
    )
    public_schema = public(
        {"categories": OPTIONS, "items": OPTIONS},
        {
            "prompt": "What is what?",
            "categories": [{"id": "a", "text": "Built"}, {"id": "b", "text": "Done by people"}],
            "items": [{"id": "1", "text": "A bollard"}, {"id": "2", "text": "A round at night"}],
        },
    )
    shuffled = ("items",)

    def block(self):
        return CategoriseBlock()

    def public(self, value):
        categories = _categories(value)
        return {
            "prompt": value["prompt"],
            "categories": [{"id": each["id"], "text": each["text"]} for each in categories],
            "items": in_order(item for each in categories for item in each["items"]),
        }

    def secret(self, value):
        return {
            **common_secret(value),
            "places": {item["id"]: each["id"] for each in _categories(value) for item in each["items"]},
        }

    def problems(self, value):
        categories = _categories(value)
        names = [each["text"].strip().casefold() for each in categories]
        texts = [item["text"].strip().casefold() for each in categories for item in each["items"]]
        problems = [] if len(categories) >= 2 else [_("A question needs at least two categories.")]
        if len(texts) < 2:
            problems.append(_("A question needs at least two items."))
        if not all(names) or not all(texts):
            problems.append(_("A category or an item has no text."))
        if len(set(names)) < len(names) or len(set(texts)) < len(texts):
            problems.append(_("Two categories or two items say the same."))
        return problems


def _categories(value) -> list[dict]:
    """`{id, text, items: [{id, text}]}` in the editor's order."""
    categories = []
    for number, category in enumerate(value["categories"] or []):
        identifier = child_id(category, number)
        items = [
            {"id": veiled(child.id or f"{identifier}-{index}", "item"), "text": child.value or ""}
            for index, child in enumerate(category.value["items"] or [])
        ]
        categories.append({"id": identifier, "text": category.value["name"] or "", "items": items})
    return categories
