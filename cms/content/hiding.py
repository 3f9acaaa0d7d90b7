"""Languages that aren't ready: nothing in them has a document that readers meet, and translators go on working.

So every list, count, menu, feed, sitemap and file is right by itself, as it is for what was unpublished. Of what is published in
them there is a withdrawn document, without a body where there never was one: it says how the translation stands.
"""

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from cms.core.models import Language
from cms.core.pages import BasePage

from . import contents, dependants
from .access import audience_of_page
from .envelope import fill
from .models import ContentItem
from .sources import source_locale_of, translation_state
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


def note_state(page: BasePage) -> None:
    """A page was published in a language that isn't ready: note of which version of its source it was made, as its document
    would. Nobody is told. When the language is shown, its document goes on from there."""
    code, source_locale = page.locale.language_code, source_locale_of(page)
    if code == source_locale:
        return
    item = ContentItem.objects.filter(page_id=page.pk).first()
    item = item or ContentItem.objects.filter(key=page.translation_key, locale=code).first()
    if item is None:
        item = ContentItem(key=page.translation_key, locale=code, status=ContentItem.Status.RETIRED)
        fill(
            item,
            page,
            timezone.now(),
            audience=audience_of_page(page),
            minutes=0,
            source_locale=source_locale,
        )
        # It stands in no contents.
        item.root_key = None
    item.page_id, item.source_locale = page.pk, source_locale
    translation_state(item, page)
    item.save()
