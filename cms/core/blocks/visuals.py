"""Figures and tables."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.images.blocks import ImageBlock
from wagtail_localize.segments import StringSegmentValue

from ..compilation import current
from . import examples, groups
from .compiled import CompiledMixin


def placed_image(image) -> dict | None:
    """The compiled value of an image block: with the alternative text given in its place, else the image's own."""
    described = current().image(image)
    if described is not None:
        described["alt"] = "" if image.decorative else (image.contextual_alt_text or described["alt"])
    return described


class FigureBlock(CompiledMixin, blocks.StructBlock):
    """`{image, caption, credit, number}`. `image.alt` is the text given here, else the image's own description."""

    counted = True
    listed_in = "figures"
    anchor = "figure"

    image = ImageBlock(label=_("Image"), required=True)
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=200)

    def get_api_representation(self, value, context=None):
        described = placed_image(value["image"])
        return {
            "image": described,
            "caption": value["caption"],
            "credit": value["credit"] or (described or {}).get("credit", ""),
            "number": current().count("figure"),
        }

    def entry_title(self, compiled):
        # Without a caption it bears no number in the page either.
        return (compiled["image"] and compiled["caption"]) or None

    def example(self):
        return {
            "image": examples.image(),
            "caption": "The square seen from the station",
            "credit": "A painter",
            "number": 1,
        }

    class Meta:
        icon = "image"
        label = _("Figure")
        description = _("An image with its caption and credit. Numbered.")
        group = groups.PICTURES
        template = "blocks/figure.html"


class TableBlock(CompiledMixin, TypedTableBlock):
    """`{caption, columns, rows, number}`: column headings and cells as plain text. The first column heads its row."""

    listed_in = "tables"
    anchor = "table"

    text = blocks.CharBlock(label=_("Text"), required=False, max_length=1000)

    def get_api_representation(self, value, context=None):
        if not value:
            return None
        return {
            "caption": value.caption or "",
            "columns": [column["heading"] for column in value.columns],
            "rows": [[str(cell) for cell in row["values"]] for row in value.row_data],
            "number": current().count("table"),
        }

    def problems(self, value):
        if value.columns and any(text for path, text in _texts(value) if path.startswith("r")):
            return []
        return [_("The table is empty. Fill it in, or take it out.")]

    def get_context(self, value, parent_context=None):
        # The stock template context renders cells; ours shows the compiled value.
        context = blocks.Block.get_context(self, value, parent_context=parent_context)
        context["value"] = self.shown(value, parent_context)
        return context

    def render(self, value, context=None):
        return blocks.Block.render(self, value, context=context)

    def example(self):
        return {
            "caption": "Who knows what",
            "columns": ["Who", "Before", "During"],
            "rows": [
                ["Steward", "Knows the doors", "Opens them"],
                ["Neighbour", "Knows the steward", "Calls"],
            ],
            "number": 1,
        }

    # Translation: wagtail-localize copies tables as they are unless the block names its texts.

    def get_translatable_segments(self, value):
        return [StringSegmentValue(path, text) for path, text in _texts(value) if text]

    def restore_translated_segments(self, value, segments):
        translated = {segment.path: segment.render_text() for segment in segments}
        return TypedTable(
            columns=[
                {**column, "heading": translated.get(f"h{index}", column["heading"])}
                for index, column in enumerate(value.columns)
            ],
            row_data=[
                {
                    **row,
                    "values": [
                        translated.get(f"r{number}c{index}", cell) for index, cell in enumerate(row["values"])
                    ],
                }
                for number, row in enumerate(value.row_data)
            ],
            caption=translated.get("caption", value.caption),
        )

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("Rows and columns of words. The first column heads its row. Numbered.")
        group = groups.PICTURES
        template = "blocks/table.html"


def _texts(table):
    """The texts of a table by position: `caption`, `h<column>`, `r<row>c<column>`."""
    yield "caption", table.caption or ""
    for index, column in enumerate(table.columns):
        yield f"h{index}", column["heading"]
    for number, row in enumerate(table.row_data):
        for index, cell in enumerate(row["values"]):
            yield f"r{number}c{index}", str(cell or "")
