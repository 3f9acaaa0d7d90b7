"""The mail of an alert: what is new for somebody's saved searches, and how to hear of it no more."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext, override

from cms.core import languages, mailing

from ..models import SavedSearch
from ..repository.library import Library

# More of one search than that is read on the site.
MOST_TITLES = 20
SALT = "guides.alert"


def compose(person, found: Sequence[tuple[SavedSearch, Sequence[UUID]]], seen: Library) -> EmailMessage:
    """One mail of all that is new, `(search, keys)`, in the person's language, else in the first search's."""
    locale = mailing.language_of(person, found[0][0].locale)
    told = seen.told({key for _search, keys in found for key in keys}, locale)
    with override(locale):
        stop_all = _stop_url([search.pk for search, _keys in found])
        context = {
            "site": settings.WAGTAIL_SITE_NAME,
            "searches": [
                _described(search, [told[key] for key in keys], seen, locale) for search, keys in found
            ],
            "list_url": settings.BASE_URL + reverse("guides:searches"),
        }
        subject = ngettext(
            "%(count)s new entry for your saved searches",
            "%(count)s new entries for your saved searches",
            len(told),
        ) % {"count": len(told)}
        body = render_to_string("mail/saved_searches.txt", context)
    headers = {
        # RFC 8058: mail programs offer one press, which turns off the alerts that this mail tells of.
        "List-Unsubscribe": f"<{stop_all}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, body, to=[person.email], headers=headers)


def _described(search: SavedSearch, practices, seen: Library, locale: str) -> dict:
    return {
        "name": search.name,
        "entries": [
            {
                "title": each.title,
                "url": settings.BASE_URL + languages.swap_prefix(each.path, locale),
                "language": "" if each.locale == locale else languages.name(each.locale),
            }
            for each in practices[:MOST_TITLES]
        ],
        "more": max(0, len(practices) - MOST_TITLES),
        "url": settings.BASE_URL + seen.address(search, locale),
        "stop_url": _stop_url([search.pk]),
    }


def _stop_url(search_pks: Collection[int]) -> str:
    return settings.BASE_URL + reverse("guides:stop_alert", kwargs={"token": stop_token(search_pks)})


def stop_token(search_pks: Collection[int]) -> str:
    """What turns the alerts of these searches off, and nothing else, for whoever holds it. It doesn't expire.

    It names them by their primary keys, which aren't given twice: with fifty public ids a header's line would be too long.
    """
    return signing.Signer(salt=SALT).sign_object(sorted(search_pks), compress=True)


def searches_of_token(token: str) -> list[int] | None:
    """The primary keys that a token names; None for one that wasn't made here."""
    try:
        return signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
