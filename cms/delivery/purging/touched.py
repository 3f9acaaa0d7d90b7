"""What a change touches: the surrogate keys of all answers that are made of it, and the addresses that name it alone."""

from collections.abc import Collection

from cms.content.models import ContentItem

from ..items import PAGES
from ..rows import key_text

# Any document may stand in these: lists, menus, the feed, what redirects lead to.
ALWAYS = ("pages", "changes", "site", "redirects")


def of_item(item: ContentItem) -> tuple[set[str], set[str]]:
    """(keys, paths) of a document that was published, changed or withdrawn. One statement."""
    keys = {*ALWAYS, f"key-{key_text(item.key)}"}
    if item.root_key:
        keys.add(f"contents-{key_text(item.root_key)}")
    # Details name what they hang below.
    below = ContentItem.objects.filter(parent_id=item.page_id, status=ContentItem.Status.LIVE)
    keys |= {f"key-{key_text(key)}" for key in below.values_list("key", flat=True)}
    return keys, {item.path, f"{PAGES}{item.page_id}/", f"{PAGES}{item.page_id}/contents/", "/api/v2/site/"}


def of_image(pk: int) -> Collection[str]:
    return {"images", f"image-{pk}"}


def of_file(pk: int) -> Collection[str]:
    return {"documents", f"document-{pk}"}


def of_taxonomy(name: str) -> Collection[str]:
    return {"taxonomies", f"taxonomy-{name}"}


REDIRECTS = frozenset({"redirects"})
COLLECTIONS = frozenset({"images", "documents"})
