"""The columns of a file: what each is called and what stands in it. `docs/importing-practices.md` describes them."""

from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum, auto
from functools import cache

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cms.core import languages
from home.vocabulary.api import folded
from home.vocabulary.models import Taxonomy

from ..models import GoodPracticePage


class Kind(StrEnum):
    """What stands in a column's cells."""

    KEY = auto()
    SLUG = auto()
    LANGUAGE = auto()
    RESOURCE = auto()
    PASSED = auto()
    TEXT = auto()
    PROSE = auto()
    CHOICE = auto()
    YEAR = auto()
    DATE = auto()
    CONSENT = auto()
    NAMES = auto()
    ROLES = auto()
    REFERENCES = auto()


@dataclass(frozen=True)
class Column:
    """`name` is the practice's field, or the list that terms are taken from."""

    name: str
    label: str
    kind: Kind
    note: str
    example: str = ""


def _field(name: str, kind: Kind, note: str, example: str = "") -> Column:
    return Column(name, GoodPracticePage._meta.get_field(name).verbose_name, kind, note, example)


_TEXT = _("Plain text in one line.")
_PROSE = _(
    "Plain text or a small Markdown: a paragraph a line, “- ” for lists, **bold**, *italic*, [words](https://…)."
)
_NAMES = _("Codes or names, separated by “;” or “|”.")
_YEAR = _("A year, such as 2019.")

#: In the order of the template; those that the repository's list is exported with come first.
COLUMNS = (
    Column("key", _("key"), Kind.KEY, _("Which practice it is. Empty: found by its slug, else new.")),
    Column(
        "slug",
        _("slug"),
        Kind.SLUG,
        _("The end of its address. Empty: made from the title."),
        "stewards-at-the-door",
    ),
    _field("title", Kind.TEXT, _("Required for a new practice."), "Stewards at the door"),
    Column("url", _("address"), Kind.PASSED, _("Only in exports; passed over.")),
    Column("language", _("language"), Kind.LANGUAGE, _("Code or name. Empty: the repository’s own.")),
    Column("kind", _("kind"), Kind.RESOURCE, _("Rows of another kind than good-practice are passed over.")),
    _field("summary", Kind.TEXT, _TEXT, "Volunteers who welcome, know the exits and notice what is unusual."),
    _field("place", Kind.TEXT, _TEXT, "A coastal city"),
    _field("evidence", Kind.CHOICE, _("promising, self-assessed or evaluated."), "promising"),
    _field("scale", Kind.CHOICE, _("local, regional, national or international."), "local"),
    _field("period_from", Kind.YEAR, _YEAR, "2019"),
    _field("period_to", Kind.YEAR, _YEAR, "2021"),
    *(
        Column(name.value, name.label, Kind.NAMES, _NAMES)
        for name in Taxonomy
        if name not in (Taxonomy.REGION, Taxonomy.COUNTRY)
    ),
    Column(
        "region", Taxonomy.REGION.label, Kind.NAMES, _("As above. Regions of countries come by themselves.")
    ),
    Column(
        "country", Taxonomy.COUNTRY.label, Kind.NAMES, _("ISO 3166 codes of two or three letters, or names.")
    ),
    Column("instrument", _("legal instrument"), Kind.NAMES, _("Symbols such as S/RES/2341, or titles.")),
    Column("organisation", _("organisation"), Kind.NAMES, _("Codes, names or abbreviations.")),
    _field("context", Kind.PROSE, _PROSE, "Services were open to everybody, and nobody knew whom to call."),
    _field(
        "description",
        Kind.PROSE,
        _PROSE,
        "Stewards were trained together with the police:\n- two evenings\n- one exercise",
    ),
    _field(
        "stakeholder_roles",
        Kind.ROLES,
        _("One a line: “role: what they did”."),
        "Steward: welcomes at the door\nPolice contact: trains the stewards",
    ),
    _field("results", Kind.PROSE, _PROSE, "Two thirds of the sites keep a plan."),
    _field("lessons_learned", Kind.PROSE, _PROSE, "Begin with those who are there already."),
    _field("transferability", Kind.PROSE, _PROSE, "It suits every place with regular guests."),
    _field(
        "human_rights",
        Kind.PROSE,
        _("As above. Required before publication."),
        "Nobody is asked for identification or turned away.",
    ),
    _field("gender", Kind.PROSE, _PROSE, "Women and men serve in pairs."),
    _field("legal_basis", Kind.PROSE, _PROSE, "Assembly rules of the place."),
    _field("misuse_note", Kind.PROSE, _PROSE, "Names of stewards stay with the site."),
    _field(
        "references",
        Kind.REFERENCES,
        _("One a line: a title, and its address if it has one."),
        "Guide for stewards https://example.org/guide",
    ),
    _field("source_note", Kind.TEXT, _TEXT, "Told by the site itself."),
    _field("credit", Kind.TEXT, _TEXT),
    _field("original_language", Kind.CHOICE, _("Code or name of a language."), "en"),
    _field("consent", Kind.CONSENT, _("yes. Required for a new practice."), "yes"),
    _field("tlp", Kind.CHOICE, _("CLEAR, GREEN, AMBER or AMBER+STRICT. Empty: CLEAR."), "CLEAR"),
    _field("review_due_on", Kind.DATE, _("A day, as 2027-01-31."), "2027-01-31"),
)
BY_NAME = {column.name: column for column in COLUMNS}


def title(name: str) -> str:
    """What a column is called, in the language that is spoken."""
    return capfirst(str(BY_NAME[name].label))


@cache
def _headings() -> dict[str, frozenset[str]]:
    """Names of columns by what a heading may be: a name, or a label in any language."""
    found = defaultdict(set)
    for code in languages.codes():
        with override(code):
            for column in COLUMNS:
                found[folded(str(column.label))].add(column.name)
    # A name means its column, whatever labels there are.
    return {text: frozenset(names) for text, names in found.items()} | {
        folded(name): frozenset({name}) for name in BY_NAME
    }


def named(heading: str) -> str | None:
    """The name of the column with this heading, or None for a heading of none or of several."""
    names = meant(heading)
    return next(iter(names)) if len(names) == 1 else None


def meant(heading: str) -> frozenset[str]:
    """The names of the columns that may have this heading: languages have the same word for some."""
    return _headings().get(folded(heading), frozenset())


def nearest(heading: str) -> str | None:
    """The name of the column whose heading differs little from this one."""
    close = get_close_matches(folded(heading)[:80], _headings(), n=1, cutoff=0.7)
    return min(_headings()[close[0]]) if close else None
