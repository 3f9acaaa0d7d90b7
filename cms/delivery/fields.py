"""The parameter `fields`: what of an item is sent. Wagtail's grammar, over documents. Pure.

`*` all, `_` none (each in the first place), `-name` without, `name(inner,…)` members of an image, a file or a linked page: those
named and the id; `name(*,-inner)` all but, `name(_,inner)` strictly those.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from wagtail.api.v2.utils import FieldsParameterParseError, parse_fields_parameter

from cms.rest.parameters import refuse

# The members of `meta` in their order.
META = (
    "type",
    "detail_url",
    "html_url",
    "slug",
    "show_in_menus",
    "seo_title",
    "search_description",
    "first_published_at",
    "alias_of",
    "parent",
    "locale",
    "key",
    "version",
    "digest",
    "published_at",
    "updated_at",
    "direction",
    "translations",
    "outdated",
    "fallback_for",
    "access",
    "edition",
    "supersedes",
    "superseded_by",
    "files",
)
# Those that are there only where they say something.
SOMETIMES = ("fallback_for", "edition", "supersedes", "superseded_by")
DETAIL_ONLY = frozenset({"parent"})
# What an item of a list shows unless asked: Wagtail's defaults, and what we add to `meta`.
LIST_META = frozenset(META) - DETAIL_ONLY - {"show_in_menus", "seo_title", "search_description", "alias_of"}
LIST_BODY = frozenset({"title"})

# What is inside an image or a linked page.
INNER = {
    "image": ("id", "alt", "width", "height", "credit", "focal_point", "renditions"),
    "page": ("id", "key", "title", "url", "type", "locale"),
    "file": ("id", "title", "url", "size", "sha256"),
}

MAX_NESTING = 4


@dataclass(frozen=True)
class Inner:
    """Which members of an object are kept."""

    names: frozenset[str]

    def of(self, value):
        if isinstance(value, dict):
            return {name: inner for name, inner in value.items() if name in self.names}
        return value


@dataclass(frozen=True)
class Selection:
    """`everything`: all members, so that a stored body is sent as it is. Else the named ones.

    `markdown`: rich text is wanted as Markdown instead of display HTML.
    """

    everything: bool
    with_id: bool
    meta: frozenset[str]
    body: frozenset[str]
    inner: dict[str, Inner] = field(default_factory=dict)
    markdown: bool = False

    @property
    def needs_body(self) -> bool:
        # A title is in the envelope too.
        return self.everything or bool(self.body - {"title"}) or bool(self.inner)

    def of_body(self, body: dict) -> dict:
        """The selected members of a parsed body in its order."""
        return {
            name: self.inner[name].of(value) if name in self.inner else value
            for name, value in body.items()
            if name in self.body
        }


def select(
    parameter: str | None,
    *,
    known: Collection[str],
    objects: Iterable[tuple[str, str]] = (),
    detail: bool,
) -> Selection:
    """The selection that a `fields` parameter asks for.

    `known` names the members of a body, `objects` says which of them hold an `"image"` or a `"page"`. Raises BadInput
    (`unknown_field`, `bad_parameter`) with the name of what is wrong.
    """
    meta = frozenset(META) if detail else frozenset(META) - DETAIL_ONLY
    if parameter is None:
        if detail:
            return Selection(True, True, meta, frozenset(known))
        return Selection(False, True, LIST_META, LIST_BODY)
    config = _parse(parameter)
    names, inner = _names(config, known=known, meta=meta, detail=detail)
    objects = dict(objects)
    for name in inner:
        if name not in objects:
            raise refuse("fields", _("“%(name)s” has no fields of its own to choose from.") % {"name": name})
    chosen = {
        name: _inner(name, parts, INNER[objects[name]]) for name, parts in inner.items() if name in names
    }
    body = names & frozenset(known)
    return Selection(
        everything=names >= meta | frozenset(known) | {"id"} and not chosen,
        with_id="id" in names,
        meta=names & meta,
        body=body,
        inner=chosen,
    )


def _parse(parameter: str):
    depth = deepest = 0
    for character in parameter:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_NESTING:
        raise refuse("fields", _("It is nested too deeply."))
    try:
        return parse_fields_parameter(parameter)
    except FieldsParameterParseError as error:
        raise refuse("fields", str(error)) from None


def _names(config, *, known, meta, detail):
    everything = frozenset(known) | meta | {"id"}
    if detail:
        names = set(everything)
    else:
        names = {"id", *LIST_META, *LIST_BODY}
    if config and config[0][0] == "*":
        names, config = set(everything), config[1:]
    elif config and config[0][0] == "_":
        names, config = set(), config[1:]
    unknown = sorted({name for name, *_rest in config} - everything)
    if unknown:
        raise refuse(
            "fields",
            _("There is no such field: %(names)s.") % {"names": ", ".join(unknown)},
            code="unknown_field",
        )
    inner = {}
    for name, negated, parts in config:
        if negated:
            names.discard(name)
        else:
            names.add(name)
            if parts:
                inner[name] = parts
    return frozenset(names), inner


def _inner(name: str, parts, members: tuple[str, ...]) -> Inner:
    names = {"id"}
    if parts[0][0] == "*" or all(negated for _name, negated, _parts in parts):
        names = set(members)
    elif parts[0][0] == "_":
        names = set()
    if parts[0][0] in ("*", "_"):
        parts = parts[1:]
    for each, negated, deeper in parts:
        if each not in members:
            raise refuse(
                "fields",
                _("There is no such field: %(names)s.") % {"names": f"{name}({each})"},
                code="unknown_field",
            )
        if deeper:
            raise refuse("fields", _("“%(name)s” has no fields of its own to choose from.") % {"name": each})
        if negated:
            names.discard(each)
        else:
            names.add(each)
    return Inner(frozenset(names))


def parse_names(
    parameter: str | None, *, meta: Collection[str], body: Collection[str], default: Collection[str]
) -> frozenset[str]:
    """The same grammar for things that have no objects inside: the names that are sent. Raises BadInput likewise."""
    if parameter is None:
        return frozenset(default)
    config = _parse(parameter)
    everything = frozenset({"id", *meta, *body})
    names = set(default)
    if config and config[0][0] == "*":
        names, config = set(everything), config[1:]
    elif config and config[0][0] == "_":
        names, config = set(), config[1:]
    for name, negated, parts in config:
        if name not in everything:
            raise refuse(
                "fields", _("There is no such field: %(names)s.") % {"names": name}, code="unknown_field"
            )
        if parts:
            raise refuse("fields", _("“%(name)s” has no fields of its own to choose from.") % {"name": name})
        names = names - {name} if negated else names | {name}
    return frozenset(names)
