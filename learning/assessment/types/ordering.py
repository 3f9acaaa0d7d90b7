"""Things to be put in order."""

from itertools import pairwise

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import described, groups

from ..question import QuestionBlock, common_secret, explanation_block, points_block, prompt_block
from ..registry import BadResponse, QuestionType, register
from ..shapes import OPTIONS, child_id, exact, in_order, posted_parts, public, shape, share, tallied, veiled

MAX_ITEMS = 20


class ItemsBlock(blocks.StreamBlock):
    item = described(
        blocks.CharBlock(label=_("Item"), max_length=300),
        icon="list-ol",
        group=groups.QUESTIONS,
        description=_("One of the things that have an order."),
        preview_value="Walk around the building",
    )

    class Meta:
        label = _("Items")
        default = [("item", "")] * 3
        min_num = 2
        max_num = MAX_ITEMS


class OrderingBlock(QuestionBlock):
    prompt = prompt_block()
    items = ItemsBlock(help_text=_("In the right order. Learners get them in another."))
    explanation = explanation_block()
    points = points_block()

    type_name = "ordering"

    class Meta:
        icon = "list-ol"
        label = _("Ordering")
        description = _("Things that have to be put in the right order.")
        preview_value = {
            "prompt": "In which order do you go about it?",
            "items": [
                {"type": "item", "value": "Meet the neighbours", "id": "a"},
                {"type": "item", "value": "Walk around the building", "id": "b"},
                {"type": "item", "value": "Write the plan", "id": "c"},
            ],
        }


@register
class Ordering(QuestionType):
    """The share of neighbours that follow each other as they should, rounded down.

    Of n items n − 1 follow another. So the right order earns all points, the reverse none, and one item out of place
    costs the two or three places where it is missing or in the way, wherever the rest has moved by that.
    """

    name = "ordering"
    template = "learning/questions/ordering.html"
    schema = shape(
        {
            "items": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "maxItems": MAX_ITEMS,
                "description": "The ids of all items in the order that was given to them.",
            }
        },
        {"items": ["b", "a", "c"]},
    )
    public_schema = public(
        {"items": OPTIONS},
        {
            "prompt": "In which order do you go about it?",
            "items": [{"id": "a", "text": "Write the plan"}, {"id": "b", "text": "Meet the neighbours"}],
        },
    )
    shuffled = ("items",)

    def block(self):
        return OrderingBlock()

    def public(self, value):
        return {"prompt": value["prompt"], "items": in_order(_items(value))}

    def secret(self, value):
        return {**common_secret(value), "order": [item["id"] for item in _items(value)]}

    def problems(self, value):
        texts = [item["text"].strip().casefold() for item in _items(value)]
        problems = [] if len(texts) >= 2 else [_("A question needs at least two items.")]
        if not all(texts):
            problems.append(_("An item has no text."))
        if len(set(texts)) < len(texts):
            problems.append(_("Two items say the same."))
        return problems

    def check(self, response, public):
        given = exact(response, "items")["items"]
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise BadResponse()
        if sorted(given) != sorted(item["id"] for item in public["items"]):
            raise BadResponse(_("Give each item a place of its own."))
        return {"items": given}

    def grade(self, response, key):
        follows = _followers(key["order"])
        hits = sum(pair in follows for pair in _followers(response["items"]))
        return share(key["points"], hits, len(key["order"]) - 1)

    def verdicts(self, response, key):
        """An item is right where it follows the one that it should, or begins as it should."""
        before = dict(zip(key["order"], [None, *key["order"]], strict=False))
        given = [None, *response["items"]]
        return {
            item: "right" if before.get(item) == previous else "wrong"
            for previous, item in zip(given, response["items"], strict=False)
        }

    def answer(self, key):
        return {"items": key["order"]}

    def identity(self, public):
        return frozenset(item["id"] for item in public["items"])

    def tally(self, responses, public, key):
        """By place (`part` is its number from 1): which items were put there."""
        given = [response["items"] for response, _points in responses]
        return [
            row
            for place, right in enumerate(key["order"])
            for row in tallied(
                (items[place] for items in given if place < len(items)),
                [(item["id"], item["text"], item["id"] == right) for item in public["items"]],
                part=str(place + 1),
            )
        ]

    def parse_form(self, data, name):
        """From the number of each item's place. Places that can't be told from one another are left to `check`."""
        places = posted_parts(data, name)
        if not places:
            return None
        numbers = list(places.values())
        if len(set(numbers)) < len(numbers) or not all(each.isascii() and each.isdigit() for each in numbers):
            return {"items": []}
        return {"items": sorted(places, key=lambda item: int(places[item][:6]))}


def _items(value) -> list[dict]:
    return [
        {"id": veiled(child_id(child, index), "item"), "text": child.value or ""}
        for index, child in enumerate(value["items"] or [])
    ]


def _followers(items) -> set[tuple[str, str]]:
    return set(pairwise(items))
