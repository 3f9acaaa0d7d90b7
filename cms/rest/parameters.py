"""Query parameters: read strictly. What isn't known is an error that names it, never ignored."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from cms.core import languages
from cms.core.errors import BadInput
from cms.core.language_models import offered

# `_` is what jQuery sends against caches, `format=json` what clients of Wagtail's API send.
HARMLESS = frozenset({"_", "format"})
MAX_LENGTH = 1000


def refuse(name: str, sentence, *, code: str = "bad_parameter") -> BadInput:
    """The error for a parameter that can't be used: 400, with `parameter` and the sentence in `errors`."""
    return BadInput(
        _("“%(name)s”: %(sentence)s") % {"name": name, "sentence": sentence},
        code=code,
        parameter=name,
        errors={name: [sentence]},
    )


def check(query: QueryDict, allowed: Collection[str], repeatable: Collection[str] = ()) -> None:
    """Refuse parameters that aren't `allowed`, that come twice without being `repeatable`, or that can't be text."""
    for name, values in query.lists():
        if name not in allowed:
            if name not in HARMLESS:
                raise refuse(_printable(name), _("There is no such parameter."), code="unknown_parameter")
            if name == "format" and values != ["json"]:
                raise refuse(name, _("The answer can only be JSON."))
        if len(values) > 1 and name not in repeatable:
            raise refuse(name, _("Give it once."))
        for value in values:
            if "\0" in value or len(value) > MAX_LENGTH:
                raise refuse(name, _("That is no value that it can have."))


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:60])


def whole_number(
    query: Mapping, name: str, default: int | None = None, *, least: int = 0, most: int = 2**31 - 1
):
    """A whole number of `least` to `most` in plain digits; `default` where the parameter isn't given."""
    value = query.get(name)
    if value is None:
        return default
    # Digits alone: int() also takes "1_000", " 7 " and digits of other scripts.
    if not (value.isascii() and value.isdigit()) or len(value) > 19 or not least <= int(value) <= most:
        raise refuse(
            name, _("It must be a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        )
    return int(value)


def boolean(query: Mapping, name: str) -> bool | None:
    """`true`, `1`, `false` or `0`, as in Wagtail's API; None where the parameter isn't given."""
    value = query.get(name)
    if value is None:
        return None
    try:
        return {"true": True, "1": True, "false": False, "0": False}[value]
    except KeyError:
        raise refuse(name, _("It must be true or false.")) from None


def choice(query: Mapping, name: str, choices: Collection[str], default: str | None = None) -> str | None:
    value = query.get(name)
    if value is None:
        return default
    if value not in choices:
        raise refuse(name, _("It must be one of: %(choices)s.") % {"choices": ", ".join(choices)})
    return value


def locale(query: Mapping, name: str = "locale") -> str | None:
    """A language code of the deployment; None where the parameter isn't given."""
    value = query.get(name)
    if value is not None and value not in languages.codes():
        raise unknown_locale(name)
    return value


def locales(query: Mapping, name: str) -> list[str]:
    """Language codes separated by commas, in their order; empty where the parameter isn't given."""
    value = query.get(name)
    if value is None:
        return []
    found = list(dict.fromkeys(value.split(",")))
    if not set(found) <= set(languages.codes()):
        raise unknown_locale(name)
    return found


def unknown_locale(name: str) -> BadInput:
    codes = ", ".join(code for code, _name in offered())
    return refuse(
        name,
        _("There is no such language here; there are: %(codes)s.") % {"codes": codes},
        code="unknown_locale",
    )


def uuid(query: Mapping, name: str) -> UUID | None:
    value = query.get(name)
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise refuse(name, _("It must be a UUID.")) from None


def moment(query: Mapping, name: str) -> datetime | None:
    """A moment in ISO 8601; a day is its beginning, and without an offset it is read as UTC."""
    value = query.get(name)
    if value is None:
        return None
    try:
        # A plus in an address is a blank to whoever decodes it.
        found = parse_datetime(value.replace(" ", "+")) or parse_datetime(value)
        day = None if found else parse_date(value)
    except ValueError:
        found = day = None
    if day:
        found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if found is None:
        raise refuse(name, _("It must be a moment such as 2026-11-22T15:30:00Z."))
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise refuse(name, _("It must be a moment such as 2026-11-22T15:30:00Z.")) from None
