"""JSON in and out: fast, strict about what comes in, and in one spelling."""

import math
from decimal import Decimal

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from cms.core.errors import BadInput

from .errors import TooLarge

MAX_DEPTH = 32
MAX_VALUES = 100_000


def encode(value) -> bytes:
    """JSON of our own data: moments in UTC with Z, decimals and lazy translations as text."""
    return orjson.dumps(value, default=_default, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _default(value):
    if isinstance(value, Promise | Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")


def decode(body: bytes):
    """The value of a JSON text from outside. Raises BadInput with a sentence that says what is wrong with it.

    Refused beside what isn't JSON: NaN and numbers beyond a double, NUL in any text, nesting deeper than 32, more than
    100,000 values.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(_("The body is not valid JSON."), code="bad_json") from error
    _inspect(value)
    return value


def _inspect(value) -> None:
    level, count = [value], 0
    for _depth in range(MAX_DEPTH):
        inner = []
        for each in level:
            if isinstance(each, str):
                _no_nul(each)
            elif isinstance(each, dict):
                for name in each:
                    _no_nul(name)
                inner.extend(each.values())
            elif isinstance(each, list):
                inner.extend(each)
            elif isinstance(each, float) and not math.isfinite(each):
                raise BadInput(_("The body holds a number that is too large."), code="bad_json")
        count += len(level)
        if count > MAX_VALUES:
            raise BadInput(_("The body holds too many values."), code="bad_json")
        if not inner:
            return
        level = inner
    raise BadInput(_("The body is nested too deeply."), code="bad_json")


def _no_nul(text: str) -> None:
    if "\0" in text:
        raise BadInput(_("Text may not contain the character NUL."), code="bad_json")


class JsonParser(BaseParser):
    """Reads a body of at most `view.max_body` bytes; see `decode`."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        limit = parser_context["view"].max_body
        request = parser_context["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise TooLarge
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        return decode(body)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else encode(data)


class OnlyJson(BaseContentNegotiation):
    """There is one representation: it is sent whatever `Accept` says, so that a browser can look at an address."""

    def select_parser(self, request, parsers):
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
