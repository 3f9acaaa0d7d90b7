"""The languages of a deployment: order, direction, fallback. Pure."""

from django.conf import settings
from django.conf.global_settings import LANGUAGES_BIDI


def codes() -> list[str]:
    """Language codes in the official order (ar, zh-hans, en, fr, ru, es)."""
    return [code for code, _ in settings.LANGUAGES]


def choices() -> list[tuple[str, str]]:
    """`(code, own name)` of every language, for fields: what is chosen from is the deployment's, not a migration's."""
    return list(settings.LANGUAGES)


def name(code: str) -> str:
    """The language's own name: `name("fr") == "Français"`. An unknown code is returned as it is."""
    return dict(settings.LANGUAGES).get(code, code)


def direction(code: str) -> str:
    """`"rtl"` or `"ltr"`."""
    return "rtl" if code.partition("-")[0] in LANGUAGES_BIDI else "ltr"


def fallback_chain(code: str, source: str | None = None) -> list[str]:
    """Where to look when `code` is missing: the source's language, then the deployment's own, then the rest in order."""
    chain = []
    for candidate in [code, source, settings.LANGUAGE_CODE, *codes()]:
        if candidate and candidate not in chain:
            chain.append(candidate)
    return chain


def swap_prefix(path: str, code: str) -> str:
    """The same address under another language: `swap_prefix("/en/guides/", "ar") == "/ar/guides/"`."""
    _, _, rest = path.lstrip("/").partition("/")
    return f"/{code}/{rest}"
