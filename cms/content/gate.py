"""The gate: what stands against publishing a page. One function, asked by the form, the hook, `save()` and the compiler."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.core import audiences
from cms.core.blocks import PageEmbedBlock
from cms.core.pages import BasePage
from cms.core.problems import Problem

from .access import audience_of_page, known_audiences
from .models import ContentItem
from .walk import walk_page


def publication_problems(page: Page) -> list[Problem]:
    """Reasons against publishing `page` as it stands, each with the field and the block where it is.

    Pages that aren't documents (the tree's root) have none. An alias has none: it compiles to nothing.
    """
    if not isinstance(page, BasePage) or page.alias_of_id:
        return []
    problems = [*page.own_problems(), *_block_problems(page)]
    if page.translation_key and page.pk:
        problems += _embed_problems(page)
    return problems


def _block_problems(page):
    for field, block, value, block_id in walk_page(page):
        check = getattr(block, "problems", None)
        if callable(check) and value is not None:
            for message in check(value):
                yield Problem("block", message, field, block_id)


def _embed_problems(page):
    """The strictest wins: nothing may be shown in something that more people can read."""
    embedded = {}
    for field, block, value, block_id in walk_page(page):
        if isinstance(block, PageEmbedBlock) and value:
            embedded.setdefault(value.translation_key, (field, block_id, value.title))
    if not embedded:
        return
    rows = ContentItem.objects.filter(key__in=embedded, status=ContentItem.Status.LIVE).values_list(
        "key", "access_key"
    )
    access = dict(rows)
    known = known_audiences(access.values())
    ours = audience_of_page(page)
    for key, (field, block_id, title) in embedded.items():
        if key in access and not audiences.implies(ours, known.get(access[key], frozenset([frozenset()]))):
            message = _(
                "“%(title)s” is restricted: it can't be shown in a page that more people may read."
            ) % {"title": title}
            yield Problem("restricted_embed", message, field, block_id)
