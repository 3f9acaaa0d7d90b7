"""How a block's template comes to the compiled value, in pages and in the editor's previews."""

from django.utils.translation import get_language
from wagtail import blocks

from ..compilation import current


class CompiledMixin:
    """Give the block's template the value that the API gives, as `value`."""

    #: Whether the compiled value has a `number`, counted within the page.
    counted = False
    #: The index that lists it: "case_studies", "tables" or "figures"; empty for none.
    listed_in = ""
    #: What its place in the page is called: `#<anchor>-<id of the block>`.
    anchor = ""

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        context["value"] = self.shown(value, parent_context)
        context["compilation"] = current()
        return context

    def entry_title(self, compiled) -> str | None:
        """What an index calls it, from its compiled value. None where there is nothing to list."""
        return compiled and (compiled.get("caption") or compiled.get("title") or "")

    def shown(self, value, parent_context=None):
        """What the template gets: the compiled value, or the example where the editor previews the block."""
        if parent_context and parent_context.get("example_of") is self:
            return parent_context["example"]
        return self.get_api_representation(value)

    def example(self):
        """A compiled value for the preview, for blocks that refer to something: where there may be nothing yet.

        None: the preview shows `preview_value`.
        """
        return None

    def get_preview_context(self, value, parent_context=None):
        context = {
            **(parent_context or {}),
            "text_language": get_language(),
            "interface_locale": "",
            "block_id": "example",
        }
        example = self.example()
        return context if example is None else {**context, "example_of": self, "example": example}

    def problems(self, value) -> list[str]:
        """What stands against publishing this value; sentences for the editor."""
        return []


class CompiledStreamBlock(blocks.StreamBlock):
    """A stream whose compiled value is `[{type, value, id}]`, with ids as stored: they are the same in every language."""

    def get_api_representation(self, value, context=None):
        if value is None:
            return []
        return [
            {
                "type": child.block.name,
                "value": child.block.get_api_representation(child.value, context=context),
                "id": child.id,
            }
            for child in value
        ]


def described(block: blocks.Block, **meta) -> blocks.Block:
    """A plain block with what the picker shows of it: `group`, `icon`, `description`, `preview_value`.

    Given to the constructor they would stand in migrations.
    """
    for name, value in meta.items():
        setattr(block.meta, name, value)
    return block
