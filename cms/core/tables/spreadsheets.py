"""Texts in cells of spreadsheets: never taken for formulas, and back again as they were.

Spreadsheets take what begins with one of a few signs for a formula (OWASP, CSV injection): an apostrophe before it makes it
text. What begins with apostrophes and then such a sign gets one more, so that taking one away gives every text back.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(value: object) -> str:
    """A value as a spreadsheet takes it: as text, never as a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given. Texts that it never makes stay as they are."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
