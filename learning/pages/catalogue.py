"""The catalogue's filters on its page: facets with numbers, what is chosen, and the addresses of each further step."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from cms.core import languages
from learning.catalogue.choices import Level, Status
from learning.reading import filters
from learning.reading.filters import Filters


def asked(query: Mapping, *, signed_in: bool) -> Filters:
    """What an address asks for; parameters that are no filter are left to others. Raises BadRequest for a value that a
    filter can't have. Without somebody nothing can be theirs."""
    options = _options()
    for name, each in options.items():
        if query.get(name, "") not in ("", *each):
            raise BadRequest(name)
    words = query.get("q", "").strip()
    if len(words) > filters.LONGEST_WORDS or "\0" in words or query.get("mine", "") not in ("", "1"):
        raise BadRequest
    values = {name: query.get(name, "") for name in options}
    return Filters(**values, q=words, mine=signed_in and query.get("mine") == "1")


def _options() -> dict[str, tuple[str, ...]]:
    return {
        "language": tuple(languages.codes()),
        "level": filters.LEVELS,
        "status": filters.STATUSES,
        "length": filters.LENGTHS,
    }


def listing(courses: list[dict], chosen: Filters, own: Collection, *, signed_in: bool) -> dict:
    """What the page shows around its list: `{all, total, q, hidden, facets, chosen, courses}`. `courses` are those that fit."""
    options = {**_options(), **({"mine": (True,)} if signed_in else {})}
    # Languages are offered in which there is a course: none that readers don't meet.
    spoken = {code for course in courses for code in course["locales"]}
    options["language"] = tuple(code for code in options["language"] if code in spoken)
    counts = filters.counts(courses, chosen, own, options)
    found = [course for course in courses if filters.fits(course, chosen, own)]
    facets = [_facet(name, values, counts[name], chosen) for name, values in options.items()]
    return {
        "all": len(courses),
        "total": len(found),
        "q": chosen.q,
        "hidden": [
            {"name": name, "value": value} for name, value in _pairs(chosen.without("q")) if name != "q"
        ],
        "facets": facets,
        "chosen": _chips(chosen),
        "courses": [{**course, "mine": course["key"] in own} for course in found],
    }


def _pairs(chosen: Filters) -> list[tuple[str, str]]:
    names = (*_options(), "mine")
    return [
        (name, "1" if name == "mine" else getattr(chosen, name)) for name in names if getattr(chosen, name)
    ]


def _facet(name, values, counts, chosen: Filters) -> dict:
    present = getattr(chosen, name)
    return {
        "label": _title(name),
        "terms": [
            {
                "label": _label(name, value),
                "count": counts[value],
                "chosen": value == present,
                "url": _address(
                    chosen.without(name) if value == present else replace(chosen, **{name: value})
                ),
            }
            for value in values
        ],
    }


def _chips(chosen: Filters) -> list[dict]:
    found = [
        {"label": _label(name, getattr(chosen, name)), "url": _address(chosen.without(name))}
        for name, _value in _pairs(chosen)
    ]
    if chosen.q:
        found.append({"label": f"“{chosen.q}”", "url": _address(chosen.without("q"))})
    return found


def _address(chosen: Filters) -> str:
    """Relative to the page; `?` alone is the page without filters."""
    return f"?{chosen.query}"


def _title(name: str) -> str:
    return {
        "language": _("Language"),
        "level": _("Level"),
        "status": _("Enrolment"),
        "length": _("Length"),
        "mine": _("Your courses"),
    }[name]


def _label(name: str, value) -> str:
    match name:
        case "language":
            return languages.name(value)
        case "level":
            return str(Level(value).label)
        case "status":
            return str(Status(value).label)
        case "length":
            return {
                filters.SHORT: _("up to an hour"),
                filters.MEDIUM: _("one to four hours"),
                filters.LONG: _("more than four hours"),
            }[value]
    return _("Enrolled or completed")
