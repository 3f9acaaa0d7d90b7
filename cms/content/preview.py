"""Drafts as documents: an envelope that was never saved around a body compiled in memory."""

from django.utils import timezone

from .compile import Compiled
from .envelope import fill
from .models import ContentItem
from .sources import source_locale_of


def draft_item(page, compiled: Compiled) -> ContentItem:
    """The envelope that the page would get if it were published now. A page that isn't in the tree yet has no address."""
    item = ContentItem(key=page.translation_key, locale=page.locale.language_code)
    fill(
        item,
        page,
        timezone.now(),
        audience=compiled.audience,
        minutes=compiled.minutes,
        source_locale=source_locale_of(page),
        remember_access=False,
    )
    return item
