"""The languages that a deployment names, with their own names."""

from collections.abc import Iterable

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

# As the site has always written them; of others Django knows the names.
NAMES = {
    "ar": "العربية",
    "zh-hans": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}


def named_languages(codes: Iterable[str]) -> list[tuple[str, str]]:
    """`[(code, own name)]` in the order given, which is that of every list of languages. Raises ImproperlyConfigured for
    none, for one that comes twice and for one that Django doesn't know: addresses couldn't begin with it."""
    codes = [code.strip().lower() for code in codes]
    if not codes:
        raise ImproperlyConfigured("LANGUAGES must name one language at least")
    for code in codes:
        if codes.count(code) > 1:
            raise ImproperlyConfigured(f"LANGUAGES names {code!r} twice")
        if "name_local" not in LANG_INFO.get(code, {}):
            raise ImproperlyConfigured(f"LANGUAGES names {code!r}, which is no language that Django knows")
    return [(code, NAMES.get(code) or _capital(LANG_INFO[code]["name_local"])) for code in codes]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
