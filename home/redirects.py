"""Moved addresses lead on only to what the reader may see: else a redirect would tell that there is something."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from cms.content import api as content

from .chrome import Chrome


class VisibleRedirectMiddleware(RedirectMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != 404:
            return response
        redirect = _redirect(request)
        if redirect is None or _leads_to_hidden(redirect, request):
            return response
        return super().process_response(request, response)


def _redirect(request) -> Redirect | None:
    """The one that Wagtail will follow: addresses are stored without their last slash."""
    path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    return get_redirect(request, path) or get_redirect(request, urlsplit(path).path)


def _leads_to_hidden(redirect, request) -> bool:
    principals = Chrome(request).principals
    if redirect.redirect_page_id:
        visible = content.visible(principals, listed=False)
        return not visible.filter(page_id=redirect.redirect_page_id).exists()
    path = content.led_to(redirect.redirect_link, request.path)
    return path is not None and bool(content.hidden_paths([path], principals, listed=False))
