"""Other pages inside a page, by reference: written once, right everywhere."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from ..compilation import current
from .compiled import CompiledMixin


class PageEmbedBlock(CompiledMixin, blocks.PageChooserBlock):
    """A page shown in place. Compiles to `{id, key, title, url, type, locale}` and the chosen `fields` of its body.

    Compiles to None where the page isn't there for every reader of the document; templates then show nothing.
    """

    def __init__(self, *args, fields=(), **kwargs):
        self.fields = tuple(fields)
        super().__init__(*args, **kwargs)

    def get_api_representation(self, value, context=None):
        found = current().embed(value.pk) if value else None
        if found is None:
            return None
        body = found.pop("body")
        return {**found, **{name: body[name] for name in self.fields if name in body}}

    class Meta:
        icon = "doc-empty-inverse"
        label = _("Page")


class PageLinkBlock(CompiledMixin, blocks.PageChooserBlock):
    """A way to another page: `{id, key, title, url, type, locale}`, or None where not every reader could follow it."""

    def get_api_representation(self, value, context=None):
        return current().link(value.pk) if value else None

    class Meta:
        icon = "link"
        label = _("Page")


class SnippetBlock(CompiledMixin, SnippetChooserBlock):
    """A snippet by reference: changed once, right everywhere. Compiles to what its `compiled(locale)` gives, else None."""

    def get_api_representation(self, value, context=None):
        compilation = current()
        snippet = compilation.snippet(value) if value else None
        return snippet.compiled(compilation.locale) if snippet else None

    class Meta:
        icon = "snippet"
