"""Numbers as people write them, without floats. Pure."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from .registry import BadResponse

MAX_LENGTH = 40
MAX_DIGITS = 24
MAX_PLACES = 12

_GROUPING = " \u00a0\u2009\u202f'\u2019\u066c"
_MINUS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_ARABIC_POINT = "\u066b"
_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+|\d+\.", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+", re.ASCII)
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)


def parsed(text) -> str:
    """A typed number in one spelling: `parsed("١٬٢٣٤٫٥٠") == "1234.5"`.

    Digits of any script; a point, a comma or the Arabic decimal sign before the fraction; spaces, apostrophes and the
    Arabic sign between thousands. Where both point and comma occur the last is the decimal sign. One comma before three
    digits may mean either, so it is refused, as are exponents, NaN and more than 24 digits. Raises BadResponse.
    """
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise BadResponse(_("Write a number, for example 12.5."))
    sign, digits = _in_ascii(text)
    if _AMBIGUOUS.fullmatch(digits):
        raise BadResponse(
            _("It isn't clear whether the comma separates thousands. Write the number without it.")
        )
    whole, point, fraction = _parts(digits).partition(".")
    if " " in whole:
        whole = whole.replace(" ", "") if _GROUPED.fullmatch(whole) else "?"
    plain = whole + point + fraction
    if not _PLAIN.fullmatch(plain) or sum(map(str.isdigit, plain)) > MAX_DIGITS or len(fraction) > MAX_PLACES:
        raise BadResponse(_("Write a number, for example 12.5."))
    return spelled(Decimal(sign + plain))


def _in_ascii(text: str) -> tuple[str, str]:
    """(sign, the rest) with ASCII digits, `,` and `.` as they are, one space between thousands, `|` the Arabic point."""
    signs = []
    for char in text.strip():
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            signs.append(str(digit))
        elif char in _MINUS:
            signs.append("-")
        elif char in _GROUPING:
            signs.append(" ")
        elif char == _ARABIC_POINT:
            signs.append("|")
        elif unicodedata.category(char) != "Cf":  # marks of direction stand around numbers in Arabic
            signs.append(unicodedata.normalize("NFKC", char))
    digits = "".join(signs).strip()
    if digits[:1] in ("-", "+"):
        return digits[0].replace("+", ""), digits[1:].strip()
    return "", digits


def _parts(digits: str) -> str:
    """With a point before the fraction and spaces between thousands."""
    if "|" in digits:
        return digits.replace("|", ".") if "." not in digits else "?"
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        if digits.rindex(",") > digits.rindex("."):
            digits = digits.replace(".", " ").replace(",", ".")
        else:
            digits = digits.replace(",", " ")
    elif points > 1 or commas > 1:
        digits = digits.replace(".", " ").replace(",", " ")
    return digits.replace(",", ".")


def spelled(number: Decimal) -> str:
    """A decimal in one spelling, without exponent or needless zeros."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "", "-") else text


def stored(value) -> str:
    """An editor's number as keys hold it; empty for none or for what isn't a number."""
    try:
        number = Decimal(value) if value is not None else None
    except (InvalidOperation, TypeError, ValueError):
        return ""
    if number is None or not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        return ""
    return spelled(number)
