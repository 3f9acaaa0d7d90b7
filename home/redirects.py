"""Moved addresses lead on only to what the reader may see: else a redirect would tell that there is something."""

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect

from cms.content import api as content

from .chrome import Chrome


class VisibleRedirectMiddleware(RedirectMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != 404:
            return response
        redirect = get_redirect(request, request.path) or get_redirect(request, request.get_full_path())
        if redirect is not None and redirect.redirect_page_id:
            visible = content.visible(Chrome(request).principals, listed=False)
            if not visible.filter(page_id=redirect.redirect_page_id).exists():
                return response
        return super().process_response(request, response)
