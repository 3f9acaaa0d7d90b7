"""Reasons as the admin shows them."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def listed(sentence: str, reasons: Iterable[str]) -> SafeString:
    """A sentence and its reasons as a list."""
    return format_html(
        "{}<ul>{}</ul>", sentence, format_html_join("", "<li>{}</li>", ((each,) for each in reasons))
    )
