"""What must be true of documents. Run by `manage.py check_invariants`."""

from django.db.models import F
from wagtail.models import Page

from cms.core.invariants import invariant
from cms.core.language_models import hidden_codes
from cms.core.pages import BasePage

from . import contents
from .compile import digest_of
from .models import ContentItem, Contents, ContentVersion, Edition, Hold, Mark


@invariant("content: a live page has a current version, a mark or a hold")
def live_pages_are_published():
    live = {
        page.pk: page
        for page in Page.objects.filter(live=True, alias_of__isnull=True, depth__gte=2).exclude(
            locale__language_code__in=hidden_codes()
        )
        if issubclass(page.specific_class or Page, BasePage)
    }
    known = set(
        ContentItem.objects.filter(status="live", current__isnull=False).values_list("page_id", flat=True)
    )
    known |= set(Mark.objects.values_list("page_id", flat=True)) | set(
        Hold.objects.values_list("page_id", flat=True)
    )
    for pk in sorted(live.keys() - known):
        yield f"page {pk} is live and has neither document, mark nor hold"


@invariant("content: a live item has a live page, or a mark")
def live_items_have_pages():
    live = set(Page.objects.filter(live=True, alias_of__isnull=True).values_list("pk", flat=True))
    marked = set(Mark.objects.values_list("page_id", flat=True))
    for item in ContentItem.objects.filter(status="live"):
        if item.page_id not in live | marked:
            yield f"item {item} is live, its page {item.page_id} is not"


@invariant("content: what is stale is marked to be compiled")
def stale_items_are_marked():
    marked = Mark.objects.values("page_id")
    for item in ContentItem.objects.filter(stale=True, status="live").exclude(page_id__in=marked):
        yield f"item {item} is stale and nothing will compile it"


@invariant("content: every digest is that of its body")
def digests_are_true():
    for version in ContentVersion.objects.iterator(chunk_size=200):
        if digest_of(version.body) != version.digest:
            yield f"version {version.item_id} v{version.number} was changed after it was written"


@invariant("content: an item points to a version of its own")
def pointers_are_own():
    for item in ContentItem.objects.filter(current__isnull=False).exclude(current__item=F("pk")):
        yield f"item {item} points to a version of another item"


@invariant("content: access is what the restrictions say")
def access_is_right():
    from cms.core import audiences

    from .access import audiences_of_keys

    items = list(ContentItem.objects.filter(status="live"))
    wanted = audiences_of_keys({item.key for item in items})
    for item in items:
        if item.access_key != audiences.key(wanted[item.key]):
            yield f"item {item} has access {item.access_key!r}, the restrictions say {audiences.key(wanted[item.key])!r}"


@invariant("content: contents are what the items say")
def contents_are_right():
    before = {(row.root_key, row.locale): row.digest for row in Contents.objects.all()}
    for root_key in {key for key, _ in before}:
        for locale, made in contents.assemble(root_key).items():
            if before.get((root_key, locale)) != (made and made.digest):
                yield f"contents {root_key}/{locale} differ from the items"


@invariant("content: a root says which edition readers see")
def roots_say_their_edition():
    newest = {}
    for edition in Edition.objects.order_by("number"):
        newest[edition.root_key] = (edition.number, edition.released_at)
    for item in ContentItem.objects.filter(key=F("root_key")):
        said = (item.edition_number, item.edition_released_at)
        if said != newest.get(item.key, (None, None)):
            yield f"item {item} says edition {item.edition_number}, the newest is {newest.get(item.key)}"


@invariant("content: of a root's editions the newest alone is open")
def newest_edition_is_open():
    for edition in Edition.objects.order_by("root_key", "-number"):
        following = Edition.objects.filter(root_key=edition.root_key, number=edition.number + 1).exists()
        if following == (edition.frozen_at is None):
            yield f"{edition} is {'open' if following else 'frozen'}"
