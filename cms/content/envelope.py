"""The envelope around a body: what a page's place and settings say of its document, beside its content."""

from datetime import datetime
from uuid import UUID

from wagtail.models import Page

from cms.core import audiences
from cms.core.audiences import Audience
from cms.core.pages import BasePage

from .access import prefixes, remember
from .compile import canonical, digest_of
from .models import ContentItem
from .together import once

# Envelope columns that readers see: a change of one is a change of the document without a new version.
ENVELOPE = (
    "path",
    "title",
    "slug",
    "seo_title",
    "search_description",
    "show_in_menus",
    "own_number",
    "in_contents",
    "root_key",
    "listed",
    "outdated",
)


def fill(
    item: ContentItem,
    page: BasePage,
    now: datetime,
    *,
    audience: Audience,
    minutes: int,
    source_locale: str,
    remember_access: bool = True,
) -> None:
    """The envelope as the page has it. Drafts that aren't in the tree yet hang below nothing."""
    item.page_id = page.pk
    item.type = page._meta.label
    item.listed = page.listed
    item.access_key = remember(audience) if remember_access else audiences.key(audience)
    item.slug = page.slug
    item.tree_path = page.path
    item.depth = page.depth
    item.parent_id, item.path, item.root_key = _address(page)
    item.title = page.title
    item.seo_title = page.seo_title
    item.search_description = page.search_description
    item.show_in_menus = page.show_in_menus
    item.in_contents = page.in_contents
    item.own_number = page.own_number
    item.minutes = minutes
    item.first_published_at = page.first_published_at or now
    item.source_locale = source_locale
    if item.pk is None:
        item.published_at = item.updated_at = now


def _address(page) -> tuple[int | None, str, UUID | None]:
    """The parent's id, the root-relative address and the key of the contents root (its own if the page is one)."""
    above = prefixes(page.path)[:-1]
    chain = once(
        ("ancestors", *above[-1:]),
        lambda: list(Page.objects.filter(path__in=above, depth__gte=2).order_by("depth")),
    )
    ancestors = [*chain, page]
    home = ancestors[0]
    path = f"/{page.locale.language_code}/" + page.url_path[len(home.url_path) :]
    roots = [ancestor for ancestor in ancestors if getattr(ancestor.specific_class, "contents_root", False)]
    parent_id = ancestors[-2].pk if len(ancestors) > 1 else None
    return parent_id, path, roots[-1].translation_key if roots else None


def envelope_digest(item: ContentItem) -> str:
    """A digest of what readers see of the envelope."""
    seen = {name: str(getattr(item, name)) for name in ENVELOPE}
    # Only where there is one: what was stored before this was known hasn't changed.
    if item.outdated_since:
        seen["outdated_since"] = item.outdated_since.isoformat()
    return digest_of(canonical(seen))
