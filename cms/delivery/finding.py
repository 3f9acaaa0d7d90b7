"""From an address of the site to the document that it shows."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Q
from wagtail.contrib.redirects.models import Redirect

from cms.content import api as content
from cms.core import languages
from cms.core.errors import NotFound

# A redirect may lead to a redirect; further than that it is a mistake.
MAX_HOPS = 4


def page_id_of(html_path: str, principals: frozenset[str]) -> int:
    """The page of a document by its address: with the language's prefix, or without for the deployment's own language.

    Addresses that have moved are followed. Raises NotFound where these principals see nothing.
    """
    path, visible = normalised(html_path), content.visible(principals)
    for _hop in range(MAX_HOPS):
        found = visible.filter(path=path).values_list("page_id", flat=True).first()
        if found is not None:
            return found
        redirect = _redirect(path)
        if redirect is None:
            break
        page_id, link = redirect
        if page_id is not None:
            if visible.filter(page_id=page_id).exists():
                return page_id
            break
        path = link
    raise NotFound


def normalised(html_path: str) -> str:
    """The address as documents have it: `"guides/one"` is `"/en/guides/one/"` where English is the own language."""
    try:
        path = unquote(urlsplit(html_path.replace("//", "/")).path)
    except ValueError:
        raise NotFound from None
    if "\0" in path:
        raise NotFound
    parts = [part for part in path.split("/") if part]
    if not parts or parts[0] not in languages.codes():
        parts.insert(0, settings.LANGUAGE_CODE)
    return f"/{'/'.join(parts)}/"


def _redirect(path: str) -> tuple[int | None, str] | None:
    """(page, path) of where Wagtail's redirects send this address; one of the two is there."""
    old = Redirect.normalise_path(path)
    rows = Redirect.objects.filter(Q(old_path=old)).values_list("redirect_page_id", "redirect_link")
    for page_id, link in rows:
        if page_id is not None:
            return page_id, ""
        target = urlsplit(link)
        if not target.netloc or target.netloc == urlsplit(settings.BASE_URL).netloc:
            return None, normalised(target.path)
    return None
