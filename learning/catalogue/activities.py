"""What a learner does inside a lesson without being graded: reflections and flash cards. Scenarios have a file of their own."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from cms.core.blocks import CompiledMixin, CompiledStreamBlock, TextBlock, groups, placed_image
from cms.rest.block_schemas import TEXT, nullable, obj, reference


class ReflectionBlock(CompiledMixin, blocks.StructBlock):
    """`{prompt, guidance}`, `guidance` as display HTML. What learners write is a note of theirs, under the block's id."""

    anchor = "reflection"

    prompt = blocks.TextBlock(label=_("What learners think about"), rows=2, max_length=1000)
    guidance = TextBlock(
        label=_("Guidance"),
        required=False,
        help_text=_("Shown to learners once they have written something. What others found, for example."),
    )

    class Meta:
        icon = "edit"
        label = _("Reflection")
        description = _("A question to think about. What learners write, they alone see.")
        group = groups.ACTIVITIES
        template = "learning/blocks/reflection.html"
        preview_value = {
            "prompt": "Who in your place would notice first that something is unusual?",
            "guidance": "<p>Many think of guards. Cleaners and neighbours are there more often.</p>",
        }


_EXAMPLE = {
    "front": "The golden hour",
    "back": "The first hour after an incident, in which help does most.",
}

_SIDE = obj({"text": TEXT, "image": nullable(reference("Image"))})


class CardBlock(CompiledMixin, blocks.StructBlock):
    """`{front, back}`, each `{text, image}`; `image.alt` is the text given here, else the image's own description."""

    # One level: where translations are made, pictures are not found further in.
    front = blocks.TextBlock(label=pgettext_lazy("of a card", "Front"), rows=2, max_length=500)
    front_image = ImageBlock(label=_("Picture in front"), required=False)
    back = blocks.TextBlock(label=pgettext_lazy("of a card", "Back"), rows=2, max_length=500)
    back_image = ImageBlock(label=_("Picture on the back"), required=False)

    def get_api_representation(self, value, context=None):
        return {
            side: {"text": value[side], "image": placed_image(value.get(f"{side}_image"))}
            for side in ("front", "back")
        }

    api_schema = obj({"front": _SIDE, "back": _SIDE})

    class Meta:
        icon = "copy"
        label = _("Card")
        description = _("A question or a term in front, the answer on the back.")
        group = groups.ACTIVITIES
        template = "learning/blocks/card.html"
        preview_value = _EXAMPLE


class FlashCardsBlock(CompiledMixin, blocks.StructBlock):
    """`{title, cards: [{type, value: {front, back}, id}]}`, in the order in which they were written."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    cards = CompiledStreamBlock([("card", CardBlock())], label=_("Cards"), min_num=1, max_num=30)

    def problems(self, value):
        return [] if value["cards"] else [_("There are no cards. Write one, or take the block out.")]

    class Meta:
        icon = "copy"
        label = _("Flash cards")
        description = _("Cards to learn terms by: one thinks of the answer, then turns the card.")
        group = groups.ACTIVITIES
        template = "learning/blocks/flash_cards.html"
        preview_value = {
            "title": "Words to know",
            "cards": [{"type": "card", "value": _EXAMPLE, "id": "example"}],
        }
