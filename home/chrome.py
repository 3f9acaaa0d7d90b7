"""What surrounds every page: name, menu, languages, who is signed in. Written once, for documents and for all else.

Where a template has a `reading`, everything comes from it. Elsewhere (search, accounts, errors) the site's contents
document gives it, at one statement, and only if a template asks.
"""

from functools import cached_property

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from cms.content import api as content
from cms.core import audiences, languages


class Chrome:
    """Lazy throughout: an address that isn't needed costs nothing, and nobody's session is opened to find that out."""

    def __init__(self, request, reading=None):
        self.request = request
        self.reading = reading

    @cached_property
    def locale(self) -> str:
        """The language of the interface, which is the one that was asked for."""
        if self.reading is not None:
            return self.reading.locale
        code = get_language() or settings.LANGUAGE_CODE
        return code if code in languages.codes() else settings.LANGUAGE_CODE

    @property
    def direction(self) -> str:
        return languages.direction(self.locale)

    @cached_property
    def site(self) -> dict:
        """`{home: {title, url}, menu: [{title, url, locale, current}], languages, site_name, footer}`."""
        if self.reading is not None:
            return self.reading.site
        known = getattr(self.request, "site_document", None)
        return content.site_contents(
            locale=self.locale,
            principals=self.principals,
            here=self.request.path,
            document=known if known and known["locale"] == self.locale else None,
        )

    @property
    def site_name(self) -> str:
        return self.site["site_name"] or settings.WAGTAIL_SITE_NAME

    @property
    def home_url(self) -> str:
        return self.site["home"]["url"] or f"/{self.locale}/"

    @cached_property
    def languages(self) -> list[dict]:
        """All languages that readers meet, in the official order, as `Reading.translations` has them.

        Where an address has no language in it, `url` is empty: the switcher then posts the choice instead.
        """
        if self.reading is not None:
            return self.reading.translations
        path = self.request.path
        prefixed = path.split("/")[1] in languages.codes()
        query = self.request.META.get("QUERY_STRING", "")
        return [
            {
                "locale": code,
                "name": languages.name(code),
                "url": languages.swap_prefix(path, code) + (f"?{query}" if query else "") if prefixed else "",
                "direction": languages.direction(code),
                "exists": True,
                "outdated": False,
                "current": code == self.locale,
            }
            for code in self.site["languages"]
        ]

    @cached_property
    def language_name(self) -> str:
        return languages.name(self.locale)

    @cached_property
    def person(self):
        """The user who is signed in, or None. Without a session's cookie nothing is looked up."""
        if settings.SESSION_COOKIE_NAME not in self.request.COOKIES:
            return None
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def principals(self) -> frozenset[str]:
        return audiences.principals_of(self.person)

    @cached_property
    def is_editor(self) -> bool:
        return self.person is not None and self.person.has_perm("wagtailadmin.access_admin")

    @property
    def has_messages(self) -> bool:
        """Whether there can be a message at all: they travel in a cookie or in the session."""
        return not {"messages", settings.SESSION_COOKIE_NAME}.isdisjoint(self.request.COOKIES)

    @cached_property
    def base_url(self) -> str:
        return settings.WAGTAILADMIN_BASE_URL

    @property
    def sign_in_next(self) -> str:
        """Where signing in leads back to: this page, or the front page from a page about accounts."""
        path = self.request.path
        return self.home_url if path.startswith(self.account_url) else path

    @cached_property
    def account_url(self) -> str:
        return _address("account_login").removesuffix("login/")

    @cached_property
    def search_url(self) -> str:
        return _address("search")

    @cached_property
    def learning_url(self) -> str:
        return _address("learning:my_learning")


def _address(name: str) -> str:
    """The address of a view, empty where the deployment hasn't got it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def context(request) -> dict:
    """Context processor: `chrome`, which does nothing until a template asks it something."""
    return {"chrome": Chrome(request)}
