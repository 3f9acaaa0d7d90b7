"""Languages that readers don't meet, at the addresses that aren't documents' (documents aren't there in them: 404).

People are led on to the same page in the site's own language, so that what a mail or a certificate leads to is still found; what
they send on the way arrives. What programs read in one language isn't there.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers

from cms.content import api as content
from cms.core import languages

# Documents and feeds aren't there then, which their views say: most without a statement. A choice of language may be made
# from everywhere.
OWN_WAY = frozenset({"page", "edition", "edition_changes", "feed", "set_language"})
# Without a language in their addresses: they speak the one that is chosen or that the browser asks for.
SPOKEN = ("/accounts/", "/_allauth/")


def is_met(request: HttpRequest, code: str) -> bool:
    """Whether readers meet this language. A statement, which `Chrome` makes use of; none for the site's own."""
    if code == settings.LANGUAGE_CODE:
        return True
    document = next(iter(content.load_contents([], code).values()), None)
    request.site_document = document
    return code in content.languages_of(document)


class HiddenLanguageMiddleware:
    """Asks before each view but documents' whether its language is one that readers meet."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs) -> HttpResponse | None:
        code, path = translation.get_language(), request.path_info
        if path.startswith(SPOKEN):
            if not is_met(request, code):
                _speak_own(request)
        elif (
            translation.get_language_from_path(path)
            and request.resolver_match.view_name not in OWN_WAY
            and not is_met(request, code)
        ):
            return _led_on(request)
        return None


def _speak_own(request) -> None:
    translation.activate(settings.LANGUAGE_CODE)
    request.LANGUAGE_CODE = settings.LANGUAGE_CODE
    request.language_led_from = None


def _led_on(request) -> HttpResponse:
    path = languages.swap_prefix(request.get_full_path(), settings.LANGUAGE_CODE)
    response = HttpResponseRedirect(path)
    if request.method not in ("GET", "HEAD"):
        # The method and what was sent are kept.
        response.status_code = 307
    patch_vary_headers(response, ["Cookie"])
    # The language may be shown tomorrow.
    response["Cache-Control"] = "private, no-store"
    return response
