"""How a block's template comes to the compiled value."""

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
        context["value"] = self.get_api_representation(value)
        context["compilation"] = current()
        return context

    def entry_title(self, compiled) -> str | None:
        """What an index calls it, from its compiled value. None where there is nothing to list."""
        return compiled and (compiled.get("caption") or compiled.get("title") or "")

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
