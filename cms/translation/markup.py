"""Texts of translations as inline HTML: what may be in them, and what they need of their original. Pure."""

import re
from dataclasses import dataclass
from html import unescape

from django.utils.translation import gettext as _
from wagtail_localize.strings import StringValue, extract_ids

from cms.core.errors import BadInput

LONGEST_TEXT = 20_000
_BREAK, _TAG = re.compile(r"<br\b[^>]*>"), re.compile(r"<[^>]*>")
_TAGS = re.compile(r"(<[^>]*>)")
_AMPERSAND = re.compile(r"&amp;(?![#A-Za-z0-9])")


@dataclass(frozen=True)
class Run:
    """A tag of inline HTML, or words between two, without entities."""

    text: str
    is_tag: bool = False
    ends_line: bool = False


def runs(html: str) -> list[Run]:
    """`runs("A <b>c</b>")`: the words `A `, the tag `<b>`, `c`, `</b>`."""
    found = []
    for part in _TAGS.split(html):
        if part.startswith("<"):
            found.append(Run(part, is_tag=True, ends_line=bool(_BREAK.match(part))))
        elif part:
            found.append(Run(unescape(part)))
    return found


def first_runs(html: str, most: int) -> list[Run]:
    """The runs of a text up to so many characters of words, with an ellipsis where it was cut."""
    found = []
    for run in runs(html):
        if not run.is_tag and len(run.text) > most:
            return [*found, Run(f"{run.text[:most].rstrip()}…")]
        most -= 0 if run.is_tag else len(run.text)
        found.append(run)
    return found


def tags_of(html: str) -> list[tuple[str, str]]:
    """What a translator puts around words, in order: `("<b>", "</b>")`; the second is empty for what stands alone."""
    opened: list[int] = []
    found: list[tuple[str, str]] = []
    for run in runs(html):
        if not run.is_tag:
            continue
        if run.text.startswith("</"):
            if opened:
                place = opened.pop()
                found[place] = (found[place][0], run.text)
            continue
        if not (run.ends_line or run.text.endswith("/>")):
            opened.append(len(found))
        found.append((run.text, ""))
    return found


def is_plain(source: str) -> bool:
    """Whether a text has no tags: then its translation is typed and shown in plain words."""
    return "<" not in source


def plain(html: str) -> str:
    """The words of inline HTML, in one line."""
    return " ".join(unescape(_TAG.sub("", _BREAK.sub(" ", html))).split())


def typed(text: str, source: str) -> str:
    """A translation as it is put into a field to be typed on; what `cleaned_text` takes. Ampersands are plain ones also between
    tags, unless they would begin an entity then."""
    return StringValue(text).render_text() if is_plain(source) else _AMPERSAND.sub("&", text)


def cleaned_text(text: str, source: str) -> str:
    """What was typed as inline HTML: a plain original is translated in plain words, another one with its tags.

    Raises BadInput.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput(_("This is too long."), code="too_long")
    if "\0" in text:
        raise BadInput(_("There is a character in it that can’t be kept."), code="bad_markup")
    if is_plain(source):
        return StringValue.from_plaintext(text).data
    try:
        return StringValue.from_translated_html(text).data
    except ValueError as error:
        raise BadInput(str(error), code="bad_markup") from None


def problem_of(source: str, text: str) -> str:
    """What a translation lacks of its original's links, or has too many, in a sentence; "" for nothing. Pure."""
    if not text:
        return ""
    wanted, found = extract_ids(source), extract_ids(text)
    if missing := sorted(wanted - found):
        return _("A link of the original is missing: %(ids)s.") % {"ids": ", ".join(missing)}
    if unknown := sorted(found - wanted):
        return _("The original has no such link: %(ids)s.") % {"ids": ", ".join(unknown)}
    return ""
