"""What a quiz draws from question banks, in the editor."""

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.content import api as content
from cms.core.blocks import CompiledMixin, groups
from cms.core.compilation import current

from . import banks, pools


class DrawBlock(CompiledMixin, blocks.StructBlock):
    """Compiles to `{count}`; which bank and tag lies in the private part, for it may tell what is asked."""

    bank = blocks.PageChooserBlock("learning.QuestionBankPage", label=_("Bank"))
    tag = blocks.CharBlock(
        label=_("Tag"),
        required=False,
        max_length=60,
        help_text=_("Only questions with this tag. Empty: all."),
    )
    count = blocks.IntegerBlock(label=_("Questions"), min_value=1, max_value=100, default=5)

    class Meta:
        icon = "help"
        label = _("Draw from a bank")
        description = _("So many questions of a bank, chosen anew for each attempt.")
        group = groups.QUESTIONS
        template = "learning/blocks/draw.html"
        preview_value = {"bank": None, "tag": "doors", "count": 5}


class DrawsBlock(blocks.StreamBlock):
    """Compiles to `[{id, count}]`."""

    draw = DrawBlock()

    def get_api_representation(self, value, context=None):
        compiled = []
        for index, child in enumerate(value or []):
            draw_id = child.id or f"new-{index}"
            bank = child.value["bank"]
            current().secret(
                draw_id,
                {"bank": str(bank.translation_key) if bank else "", "tag": child.value["tag"] or ""},
            )
            compiled.append({"id": draw_id, "count": child.value["count"]})
        return compiled

    class Meta:
        icon = "help"
        label = _("Draws")


def draw_problems(draws) -> list[str]:
    """What stands against publishing a quiz: banks with fewer published questions than are drawn from them."""
    if not draws:
        return []
    found = banks.published_questions(
        {child.value["bank"].translation_key for child in draws if child.value["bank"]}
    )
    problems = []
    for child in draws:
        bank, tag, count = child.value["bank"], child.value["tag"] or "", child.value["count"] or 0
        questions = [
            (item.key, content.body(item.current)) for item in (found[bank.translation_key] if bank else ())
        ]
        have = len(pools.pool(questions, tag))
        if have < count:
            problems.append(
                translate("“%(bank)s” has %(have)s published questions to draw %(count)s from.")
                % {"bank": bank.title if bank else translate("No bank"), "have": have, "count": count}
            )
    return problems
