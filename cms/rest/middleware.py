"""What every answer carries: the request's id and a Content-Security-Policy."""

import re
import uuid
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from cms.core.errors import BadInput
from cms.core.language_models import met

from . import problems
from .logs import request_id
from .reading import ReadView

# What we take over from a caller or a proxy; anything else could forge a log line or a header.
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# What Django's session keys are made of.
_SESSION = re.compile(r"[A-Za-z0-9]{1,64}")


def request_id_for(meta) -> str:
    """The id of a request with these headers: the caller's where it is harmless, else a new one."""
    given = meta.get("HTTP_X_REQUEST_ID", "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


class RequestIdMiddleware:
    """Takes `X-Request-ID` where it is harmless, else makes one; tells it in the answer and to the logs.

    An address with a NUL is refused here for everybody: databases raise on it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = request_id_for(request.META)
        token = request_id.set(request.id)
        if not _SESSION.fullmatch(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "0")):
            # No key of ours: it would only trouble the database.
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        try:
            if "\0" in request.path_info:
                response = problems.plain(400, "bad_input", BadInput.message)
            else:
                response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = request.id
        return response


def policy(**directives: str) -> str:
    """A policy as a header's value: names with underscores for hyphens. What isn't named is forbidden."""
    return "; ".join(
        f"{name.replace('_', '-')} {value}".rstrip()
        for name, value in {"default-src": "'none'", **directives}.items()
    )


# Our own pages: everything from us, nothing inline. Wagtail's panels show previews in a frame of the same origin.
PAGES = {
    "script_src": "'self'",
    "style_src": "'self'",
    "img_src": "'self' data:",
    "font_src": "'self'",
    "media_src": "'self'",
    "connect_src": "'self'",
    "manifest_src": "'self'",
    "worker_src": "'self'",
    "frame_src": "'self'",
    "form_action": "'self'",
    "base_uri": "'none'",
    "object_src": "'none'",
    "frame_ancestors": "'self'",
}
# Wagtail's admin starts its widgets with inline scripts and styles, and frames previews and the user bar.
ADMIN = {
    **PAGES,
    "script_src": "'self' 'unsafe-inline'",
    "style_src": "'self' 'unsafe-inline'",
    "img_src": "'self' data: blob:",
    "base_uri": "'self'",
}
API_DOCS = {**PAGES, "frame_ancestors": "'none'"}
# Data, not pages: should a browser ever show it as one, nothing runs.
API = {"frame_ancestors": "'none'"}


class ContentSecurityPolicyMiddleware:
    """Sets the policy of the part of the site that answers, unless the view has set a stricter one itself."""

    def __init__(self, get_response):
        self.get_response = get_response
        # Behind TLS a stray http:// address in old content is fetched over https.
        secure = {"upgrade_insecure_requests": ""} if urlsplit(settings.BASE_URL).scheme == "https" else {}
        # The editor's preview may show another front end in its frame.
        other = urlsplit(settings.HEADLESS_PREVIEW_URL)
        frames = {"frame_src": f"'self' {other.scheme}://{other.netloc}"} if other.netloc else {}
        self.policies = (
            ("/admin/", policy(**{**ADMIN, **frames}, **secure)),
            ("/api/docs/", policy(**API_DOCS, **secure)),
            ("/api/", policy(**API)),
            ("/", policy(**PAGES, **secure)),
        )

    def __call__(self, request):
        response = self.get_response(request)
        if "Content-Security-Policy" not in response:
            path = request.path_info
            response["Content-Security-Policy"] = next(
                (value for prefix, value in self.policies if path.startswith(prefix)), self.policies[-1][1]
            )
        return response


# What is read there is the same for everybody, and read by programs.
DELIVERY = "/api/v2/"
# Parts of the site that have no language in their address: what isn't there isn't looked for below /en/ either.
WITHOUT_LANGUAGE = (
    "/api/",
    "/admin/",
    "/accounts/",
    "/_allauth/",
    "/media/",
    "/files/",
    "/documents/",
    "/health/",
    "/static/",
)


@lru_cache(maxsize=2000)
def _match(path: str, urlconf: str) -> ResolverMatch:
    """Looking an address up takes half as long as finding its document: those asked for last are remembered."""
    return resolve(path, urlconf)


class DirectMiddleware:
    """Answers what everybody may read before sessions, languages, CSRF tokens and messages come to their turn.

    So a cookie can't make a difference there, by construction; and these take longer together than finding a document.
    Only views that are made for it (`ReadView`) are called from here.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(DELIVERY):
            return self.get_response(request)
        try:
            match = _match(request.path_info, settings.ROOT_URLCONF)
        except Resolver404:
            return self.get_response(request)
        if not issubclass(getattr(match.func, "cls", type(None)), ReadView):
            return self.get_response(request)
        request.resolver_match = match
        # Problems are in the deployment's own language, whatever this thread spoke last.
        if translation.get_language() != settings.LANGUAGE_CODE:
            translation.activate(settings.LANGUAGE_CODE)
        return match.func(request, *match.args, **match.kwargs)


ACCOUNTS = "/accounts/"


def _language_led_from(request) -> str | None:
    """The language prefix of `next`, else of the page of ours that the reader came from."""
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    paths = [request.GET.get("next", ""), came_from.path if came_from.netloc == request.get_host() else ""]
    known = dict(settings.LANGUAGES)
    return next((code for path in paths for code in [path.lstrip("/").split("/")[0]] if code in known), None)


class LanguageMiddleware(LocaleMiddleware):
    """Django's, but for parts of the site whose addresses have no language: a 404 there stays one, and pages about the
    account go on in the language of the page that led there."""

    def process_request(self, request):
        super().process_request(request)
        if request.path_info.startswith(ACCOUNTS) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            code = _language_led_from(request)
            if code:
                translation.activate(code)
                request.LANGUAGE_CODE = code
                # Later steps have no `next`: the choice travels in Django's own cookie.
                request.language_led_from = code

    def process_response(self, request, response):
        if response.status_code == 404 and request.path_info.startswith(WITHOUT_LANGUAGE):
            response.headers.setdefault("Content-Language", translation.get_language())
            return response
        if response.status_code == 404 and not translation.get_language_from_path(request.path_info):
            # Django looks for it below the language that the browser asks for.
            translation.activate(met(translation.get_language()))
        if code := getattr(request, "language_led_from", None):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                code,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
            )
        return super().process_response(request, response)
