"""What a cell says: its text as a value that can be compared with what is stored, and back as words. Pure.

Values by kind of column: text, prose (HTML) and choices are strings, years are numbers or None, days ISO strings, consent is a
boolean, names are sorted tuples of codes, roles are tuples of `(role, part)`, references of `(title, url)`. All of them can
be written as JSON.
"""

import re
from datetime import date
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cms.core import languages, richtext
from home import markdown
from home.vocabulary.api import Ambiguous, Names, Unnamed, folded

from ..blocks import ReferenceBlock, StakeholderRoleBlock
from ..models import GoodPracticePage, ResourcePage
from ..reviews import reviewing
from .columns import BY_NAME, Column, Kind

#: More than anybody writes into a cell; each may have to be looked for.
MOST_VALUES = 60
# Looking for the nearest name takes milliseconds: a file of nothing but slips is told of the first.
MOST_SUGGESTIONS = 100

#: A cell that leaves alone what is there: empty, in a column whose field can't be.
UNTOUCHED = object()
_GOOD_PRACTICE = gettext_lazy("Good practice")
YES = ("yes", "y", "true", "1")
_URL = re.compile(r"(?:^|\s)(https?://\S+)$", re.IGNORECASE)
_is_url = URLValidator(schemes=["http", "https"])


class Bad(ValueError):
    """Raised for a cell that says nothing its column could hold; the message is for people."""


class Reader:
    """Reads cells with the names of a vocabulary, labels of `locale` first."""

    def __init__(self, names: Names):
        self.names = names
        self.suggestions_left = MOST_SUGGESTIONS

    def read(self, column: Column, text: str, locale: str):
        """A cell's value, or UNTOUCHED. Raises Bad."""
        if column.kind == Kind.NAMES:
            return self._names(column, text, locale)
        return _READ[column.kind](column, text)

    def _names(self, column, text, locale):
        found = set()
        parts = [part.strip() for part in re.split(r"[;|\n]", text)]
        parts = [part for part in parts if part]
        if len(parts) > MOST_VALUES:
            raise Bad(_("There are more than %(most)s values.") % {"most": MOST_VALUES})
        for part in parts:
            # What every practice is needs no term.
            if column.name == "resource_type" and is_practice(part):
                continue
            try:
                found.add(self.names.find(column.name, part, locale))
            except Ambiguous as error:
                raise Bad(
                    _("“%(name)s” may be any of %(codes)s: give the code.")
                    % {"name": part[:80], "codes": ", ".join(error.codes)}
                ) from None
            except Unnamed:
                raise Bad(self._unknown(column.name, part)) from None
        return tuple(sorted(found))

    def _unknown(self, name, part):
        message = _("“%(name)s” is unknown.") % {"name": part[:80]}
        if self.suggestions_left > 0:
            self.suggestions_left -= 1
            close = self.names.nearest(name, part)
            if close:
                message += " " + _("Do you mean “%(name)s”?") % {"name": close}
        return message

    def shown(self, column: Column, value, locale: str) -> str:
        """A value as words of a language."""
        if value in (None, "", (), False):
            return _("No") if value is False else ""
        if column.kind == Kind.PROSE:
            return richtext.words(value)
        if column.kind == Kind.NAMES:
            return "; ".join(self.names.label(column.name, code, locale) for code in value)
        if column.kind == Kind.CHOICE:
            return str(dict(_field(column).choices).get(value, value))
        if column.kind == Kind.CONSENT:
            return _("Yes")
        if column.kind == Kind.ROLES:
            return "\n".join(f"{role}: {part}" for role, part in value)
        if column.kind == Kind.REFERENCES:
            return "\n".join(f"{title} {url}".strip() for title, url in value)
        return str(value)


def _field(column):
    return GoodPracticePage._meta.get_field(column.name)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _text(column, text):
    value, most = one_line(text), _field(column).max_length
    if len(value) > most:
        raise Bad(
            _("The text has %(count)s characters; %(most)s is the most.")
            % {"count": len(value), "most": most}
        )
    return value


def _prose(column, text):
    return prose(markdown.rich_text(text, markdown.web_link))


def prose(html: str) -> str:
    """Stored rich text, comparable: without the editor's own marks and its empty paragraphs."""
    return richtext.storable(html).replace("<p></p>", "")


def _choice(column, text):
    if not text:
        return "" if _field(column).blank else UNTOUCHED
    value = _choices(column.name).get(folded(text))
    if value is None and column.name == "tlp" and folded(text).removeprefix("tlp:") == "red":
        raise Bad(_("What is TLP:RED isn’t kept here at all."))
    if value is None:
        allowed = ", ".join(value for value, _label in _field(column).choices)
        raise Bad(_("“%(value)s” is none of: %(allowed)s.") % {"value": text[:80], "allowed": allowed})
    return value


@cache
def _choices(name: str) -> dict[str, str]:
    """A choice's value by what it may be called: itself, or its label in any language."""
    found = {}
    for code in languages.codes():
        with override(code):
            for value, label in GoodPracticePage._meta.get_field(name).choices:
                found.setdefault(folded(str(label)), value)
                found[folded(value)] = value
    return found


def language(text: str) -> str | None:
    """The code of a language, by its code or its own name."""
    return _choices("original_language").get(folded(text))


@cache
def _in_every_language(label) -> frozenset[str]:
    found = set()
    for code in languages.codes():
        with override(code):
            found.add(folded(str(label)))
    return frozenset(found)


def is_practice(text: str) -> bool:
    """Whether this is the name of the kind that good practices are."""
    code = GoodPracticePage.resource_type_code
    return folded(text) in {code, *_in_every_language(_GOOD_PRACTICE)}


def is_resource(text: str) -> bool:
    """Whether this is another kind of the repository's entries, by its code or label."""
    return any(folded(text) in {kind.value, *_in_every_language(kind.label)} for kind in ResourcePage.Kind)


def _year(column, text):
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4 or not 1900 <= int(text) <= 2200:
        raise Bad(_("“%(value)s” is no year from 1900 to 2200.") % {"value": text[:80]})
    return int(text)


def _date(column, text):
    if not text:
        return ""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise Bad(_("“%(value)s” is no day. Write it as 2027-01-31.") % {"value": text[:80]})


def _consent(column, text):
    if not text:
        return UNTOUCHED
    if folded(text) in YES or folded(text) in _in_every_language(reviewing.Answer.YES.label):
        return True
    raise Bad(_("Only a practice whose source agreed to publication is imported: yes."))


def _lines(text: str) -> list[str]:
    found = [line for each in text.splitlines() if (line := one_line(each))]
    if len(found) > MOST_VALUES:
        raise Bad(_("There are more than %(most)s values.") % {"most": MOST_VALUES})
    return found


def _roles(column, text):
    found = []
    for line in _lines(text):
        role, colon, part = (each.strip() for each in line.partition(":"))
        if not (role and colon and part):
            raise Bad(_("Write each line as “role: what they did”, unlike “%(line)s”.") % {"line": line[:80]})
        found.append((_short(StakeholderRoleBlock, "role", role), _short(StakeholderRoleBlock, "part", part)))
    return tuple(found)


def _references(column, text):
    found = []
    for line in _lines(text):
        match = _URL.search(line)
        url, title = (match.group(1), line[: match.start()].strip()) if match else ("", line)
        if not title:
            raise Bad(_("“%(line)s” has no title.") % {"line": line[:80]})
        try:
            if url:
                _is_url(url)
        except ValidationError:
            raise Bad(_("“%(url)s” is no address.") % {"url": url[:80]}) from None
        found.append((_short(ReferenceBlock, "title", title), url))
    return tuple(found)


def _short(block, name: str, text: str) -> str:
    most = block.base_blocks[name].field.max_length
    if len(text) > most:
        raise Bad(
            _("The text has %(count)s characters; %(most)s is the most.") % {"count": len(text), "most": most}
        )
    return text


_READ = {
    Kind.TEXT: _text,
    Kind.PROSE: _prose,
    Kind.CHOICE: _choice,
    Kind.YEAR: _year,
    Kind.DATE: _date,
    Kind.CONSENT: _consent,
    Kind.ROLES: _roles,
    Kind.REFERENCES: _references,
}

#: Columns whose cells are values of a practice; the others say which one it is.
VALUES = tuple(column for column in BY_NAME.values() if column.kind == Kind.NAMES or column.kind in _READ)
