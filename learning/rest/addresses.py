"""Root-relative addresses in documents made absolute, as everything that leaves through the API has them. Pure."""

import re

_HTML_ADDRESS = re.compile(r'((?:href|src)=")/(?!/)')
_ADDRESS_NAMES = frozenset({"url"})


def absolute(path: str, base: str) -> str:
    """`absolute("/en/x/", "https://here") == "https://here/en/x/"`; an empty path stays empty."""
    return f"{base}{path}" if path.startswith("/") else path


def absolute_document(value, base: str):
    """A compiled value with absolute addresses: under `url`, and in links of display HTML."""
    if isinstance(value, dict):
        return {
            name: absolute(inner, base)
            if name in _ADDRESS_NAMES and isinstance(inner, str)
            else absolute_document(inner, base)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [absolute_document(inner, base) for inner in value]
    if isinstance(value, str) and "<" in value:
        return _HTML_ADDRESS.sub(rf"\1{base}/", value)
    return value
