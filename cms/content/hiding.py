"""Languages that aren't ready: nothing in them has a document that readers meet, and translators go on working.

So every list, count, menu, feed, sitemap and file is right by itself, as it is for what was unpublished.
"""

from django.db import transaction
from wagtail.models import Locale, Page

from cms.core.models import Language

from . import contents, dependants
from .models import ContentItem
from .turns import take_turn
from .withdrawing import retire_items


def settle(locale: Locale) -> None:
    """Bring a language to what is chosen for it now: withdrawn in the transaction of the choice, or marked to be compiled
    by the sweep, a few pages at a time."""
    code = locale.language_code
    with transaction.atomic():
        take_turn()
        live = ContentItem.objects.select_related("current").filter(
            locale=code, status=ContentItem.Status.LIVE
        )
        if Language.objects.filter(locale=locale, hidden=True).exists():
            retire_items(live)
        else:
            pages = Page.objects.filter(locale=locale, live=True, alias_of=None, depth__gt=1)
            missing = pages.exclude(pk__in=live.values("page_id")).order_by("path")
            dependants.mark_pages(missing.values_list("pk", flat=True), reason="language", at_once=False)
        tell_site()


def tell_site() -> None:
    """The site's contents say which languages there are: bring them up to date."""
    sites = ContentItem.objects.filter(depth=contents.SITE_DEPTH, status=ContentItem.Status.LIVE)
    for root_key in set(sites.values_list("key", flat=True)):
        contents.rebuild(root_key)
