"""Questions as files describe them, and as pages store them: both ways. Pure.

A stored question is a stream's child as revisions hold it: `{type, value, id}`, children of its value likewise.
"""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from learning.assessment import registry
from learning.assessment.decimals import MAX_PLACES, spelled

from .faults import Unreadable
from .items import RIGHT, WRONG, Choice, Criterion, Gap, Item, Number, Remark, Unit

MAX_TITLE = 255
MAX_KEY = 100
MAX_TAGS = 300
MAX_WEIGHT = 20
_GAP = re.compile(r"\[\[(\d{1,2})\]\]")
_MARK = re.compile(r"\[(\d{1,2})\]")


# What can be kept ---------------------------------------------------------------------------------------------------


def fitted(item: Item, locale: str) -> Item:
    """The item as a bank of this language can keep it; what that costs is in its `losses`. Storing it loses nothing more."""
    item = _in_lines(_tagged(item))
    item = replace(item, name=one_line(item.name)[:MAX_TITLE], key=one_line(item.key)[:MAX_KEY])
    match item.kind:
        case "short_answer":
            return _in_percents(item)
        case "numeric":
            return _in_percents(_with_short_factors(item))
        case "matching":
            return _sorted_into_categories(item)
        case "fill_in":
            return _with_gaps(item, locale)
    return item


def one_line(text: str) -> str:
    return " ".join(text.split())


def _tagged(item: Item) -> Item:
    """The category's own name becomes a tag: a quiz draws by tags."""
    own = [*item.tags, item.category.rpartition("/")[2]]
    words = dict.fromkeys(one_line(tag.replace(",", " ")).casefold() for tag in own)
    kept = []
    for word in words:
        if word and len(", ".join([*kept, word])) <= MAX_TAGS:
            kept.append(word)
        elif word:
            item = item.losing(Remark("tags", _("There are more tags than can be kept.")))
    return replace(item, tags=tuple(sorted(kept)), category="")


def _in_lines(item: Item) -> Item:
    """Texts that stand in one line here."""
    return replace(
        item,
        options=tuple(replace(each, text=one_line(each.text)) for each in item.options),
        pairs=tuple((one_line(left), one_line(right)) for left, right in item.pairs),
        extras=tuple(map(one_line, item.extras)),
        sequence=tuple(map(one_line, item.sequence)),
        groups=tuple((one_line(name), tuple(map(one_line, members))) for name, members in item.groups),
        units=tuple(replace(each, symbol=one_line(each.symbol)) for each in item.units),
        criteria=tuple(replace(each, text=one_line(each.text)) for each in item.criteria),
        gaps=tuple(
            replace(
                gap,
                accepted=tuple(replace(each, text=one_line(each.text)) for each in gap.accepted),
                options=tuple(replace(each, text=one_line(each.text)) for each in gap.options),
            )
            for gap in item.gaps
        ),
    )


def _in_percents(item: Item) -> Item:
    options = tuple(replace(each, share=_whole(each.share)) for each in item.options)
    numbers = tuple(replace(each, share=_whole(each.share)) for each in item.numbers)
    if (options, numbers) != (item.options, item.numbers):
        item = item.losing(_rounded())
    return replace(item, options=options, numbers=numbers)


def _rounded() -> Remark:
    return Remark("rounded", _("Shares are whole per cents here; they were rounded."))


def _whole(share: Fraction) -> Fraction:
    return Fraction(min(max(round(share * 100), 1), 100), 100)


def _with_short_factors(item: Item) -> Item:
    places = Decimal(1).scaleb(-MAX_PLACES)
    units = tuple(
        each
        if -each.factor.as_tuple().exponent <= MAX_PLACES
        else replace(each, factor=each.factor.quantize(places, ROUND_HALF_EVEN).normalize())
        for each in item.units
    )
    if units != item.units:
        item = item.losing(Remark("unit_rounded", _("A unit's factor was rounded to 12 places.")))
    return replace(item, units=units)


def _sorted_into_categories(item: Item) -> Item:
    """A matching question whose right sides repeat is one with categories here."""
    rights = [right for _left, right in item.pairs] + list(item.extras)
    folded = [right.casefold() for right in rights]
    if len(set(folded)) == len(folded):
        return item
    return as_categories(item).losing(
        Remark("categories", _("Its right sides repeat: it becomes a question with categories."))
    )


def as_categories(item: Item) -> Item:
    """A matching question as one that sorts its left sides into its right ones."""
    rights = [right for _left, right in item.pairs] + list(item.extras)
    folded = [right.casefold() for right in rights]
    names = {right.casefold(): right for right in reversed(rights)}
    groups = tuple(
        (names[each], tuple(left for left, right in item.pairs if right.casefold() == each))
        for each in dict.fromkeys(folded)
    )
    return replace(item, kind="categorise", groups=groups, pairs=(), extras=())


def _with_gaps(item: Item, locale: str) -> Item:
    gaps = tuple(
        replace(
            gap,
            points=min(gap.points, MAX_WEIGHT),
            accepted=tuple(replace(each, share=_whole(each.share)) for each in gap.accepted),
        )
        for gap in item.gaps
    )
    if any(new.points != old.points for new, old in zip(gaps, item.gaps, strict=True)):
        item = item.losing(Remark("weights", _("A gap weighs 20 at most here.")))
    if any(new.accepted != old.accepted for new, old in zip(gaps, item.gaps, strict=True)):
        item = item.losing(_rounded())
    text = _MARK.sub(lambda found: found[0] if _is_gap(found) else f"({found[1]})", item.text)
    if text != item.text:
        item = item.losing(Remark("brackets", _("Numbers in brackets that are no gap stand in parentheses.")))
    prompt = item.prompt
    if not prompt:
        with override(locale):
            prompt = _("Fill in the blanks.")
    return replace(item, gaps=gaps, text=text, prompt=prompt)


def _is_gap(found: re.Match) -> bool:
    return found.string[: found.start()].endswith("[") and found.string[found.end() :].startswith("]")


# Into pages ---------------------------------------------------------------------------------------------------------


def stored(item: Item, former: Mapping | None = None) -> dict:
    """A fitted item as a stream's child. Parts that `former` has too keep their ids, so that translations and answers
    that name them stay right."""
    value = {
        "prompt": item.prompt,
        **_INTO[item.kind](item),
        "explanation": item.explanation,
        "points": item.points,
    }
    child = {"type": item.kind, "value": value, "id": str(uuid.uuid4())}
    return _keeping(child, former) if former else child


def problems(child: Mapping) -> list[str]:
    """Why the editor's form wouldn't take a stored question; empty where it would."""
    block = _block(child["type"])
    value = block.to_python(child["value"])
    try:
        block.clean(value)
    except ValidationError as error:
        return list(_sentences(error, block, value))
    return [str(each) for each in block.problems(value)]


@cache
def _block(kind: str):
    return registry.get(kind).block()


def _sentences(error: ValidationError, block, value):
    """Each sentence of a block's error, with the name of the part that it is about."""
    inner = getattr(error, "block_errors", None)
    if inner is None:
        yield from (f"{block.label}: {message}" for message in error.messages)
        return
    for part, each in inner.items():
        if isinstance(part, int):
            yield from _sentences(each, value[part].block, value[part].value)
        else:
            yield from _sentences(each, block.child_blocks[part], value[part])
    yield from (str(message) for message in getattr(error, "non_block_errors", None) or ())


def _child(kind: str, value) -> dict:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def _percent(share: Fraction) -> int:
    return int(share * 100)


def _accepted(choices) -> list[dict]:
    return [_child("answer", {"text": each.text, "percent": _percent(each.share)}) for each in choices]


def _options(item: Item) -> dict:
    return {
        "options": [
            _child("option", {"text": each.text, "correct": each.share > WRONG, "feedback": each.feedback})
            for each in item.options
        ]
    }


def _number(number: Number) -> dict:
    if number.value is None:
        bounds = {"lowest": spelled(number.lowest), "highest": spelled(number.highest)}
        return _child("range", {**bounds, "percent": _percent(number.share)})
    return _child(
        "number",
        {
            "number": spelled(number.value),
            "tolerance": spelled(number.tolerance),
            "tolerance_in": "percent" if number.in_percent else "units",
            "percent": _percent(number.share),
        },
    )


def _blank(gap: Gap) -> dict:
    if gap.options:
        options = [
            _child("option", {"text": each.text, "correct": each.share > WRONG}) for each in gap.options
        ]
        return _child("chosen", {"options": options, "weight": gap.points})
    return _child(
        "typed",
        {"accepted": _accepted(gap.accepted), "case_sensitive": gap.case, "weight": gap.points},
    )


_INTO: dict[str, Callable[[Item], dict]] = {
    "single_choice": _options,
    "multiple_choice": _options,
    "true_false": lambda item: {"answer": item.truth},
    "short_answer": lambda item: {"accepted": _accepted(item.options), "case_sensitive": item.case},
    "numeric": lambda item: {
        "answers": [_number(each) for each in item.numbers],
        "units": [
            _child("unit", {"symbol": each.symbol, "factor": spelled(each.factor)}) for each in item.units
        ],
    },
    "matching": lambda item: {
        "pairs": [_child("pair", {"left": left, "right": right}) for left, right in item.pairs],
        "extras": [_child("extra", text) for text in item.extras],
    },
    "ordering": lambda item: {"items": [_child("item", text) for text in item.sequence]},
    "categorise": lambda item: {
        "categories": [
            _child("category", {"name": name, "items": [_child("item", text) for text in members]})
            for name, members in item.groups
        ]
    },
    "fill_in": lambda item: {
        "text": _GAP.sub(r"[\1]", item.text),
        "blanks": [_blank(gap) for gap in item.gaps],
    },
    "essay": lambda item: {
        "max_words": item.max_words,
        "rubric": [
            _child("criterion", {"text": each.text, "points": each.points, "guidance": each.description})
            for each in item.criteria
        ],
        "show_rubric": item.show_criteria,
        "model_answer": item.model_answer,
        "notes": item.notes,
    },
}
KINDS = frozenset(_INTO)


def _keeping(new: dict, old: Mapping) -> dict:
    if new["type"] != old["type"]:
        return new
    return {**new, "id": old.get("id") or new["id"], "value": _keeping_in(new["value"], old["value"])}


def _keeping_in(new, old):
    if isinstance(new, dict) and isinstance(old, dict):
        return {name: _keeping_in(part, old.get(name)) for name, part in new.items()}
    if isinstance(new, list) and isinstance(old, list):
        return _keeping_children(new, old)
    return new


def _keeping_children(new: list[dict], old: list[dict]) -> list[dict]:
    """Children that say the same are the same. Where as many are left on both sides, they follow each other in order."""
    left, pairs = list(old), {}
    for index, child in enumerate(new):
        same = next((each for each in left if _called(each) == _called(child)), None)
        if same is not None:
            left.remove(same)
            pairs[index] = same
    if len(new) == len(old):
        for index in range(len(new)):
            if index not in pairs:
                pairs[index] = left.pop(0)
    return [_keeping(child, pairs[index]) if index in pairs else child for index, child in enumerate(new)]


def _called(child: Mapping) -> tuple[str, str]:
    value = child["value"]
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("text", "left", "name", "symbol") if name in value), None) or (
            json.dumps(value, sort_keys=True, default=str)
        )
    return child["type"], str(value)


# Out of pages -------------------------------------------------------------------------------------------------------


def item_of(child: Mapping, *, name: str = "", key: str = "", tags: tuple[str, ...] = ()) -> Item:
    """A stored question as an item. Raises Unreadable `no_counterpart` for a type that no file holds."""
    kind, value = child["type"], child["value"]
    read = _OUT_OF.get(kind)
    if read is None:
        raise Unreadable("no_counterpart", _("No file can hold a question of this type."))
    return Item(
        kind=kind,
        prompt=value.get("prompt") or "",
        name=name,
        key=key,
        tags=tuple(sorted(tags)),
        explanation=value.get("explanation") or "",
        points=value.get("points") or 1,
        **read(value),
    )


def _choices(children) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            child["value"].get("text") or "",
            RIGHT if child["value"].get("correct") else WRONG,
            child["value"].get("feedback") or "",
        )
        for child in children or ()
    )


def _texts(children) -> tuple[Choice, ...]:
    return tuple(
        Choice(child["value"].get("text") or "", Fraction(child["value"].get("percent") or 0, 100))
        for child in children or ()
    )


def _decimal(value) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _number_of(child: Mapping) -> Number:
    value = child["value"]
    share = Fraction(value.get("percent") or 0, 100)
    if child["type"] == "range":
        return Number(share, lowest=_decimal(value.get("lowest")), highest=_decimal(value.get("highest")))
    return Number(
        share,
        value=_decimal(value.get("number")),
        tolerance=_decimal(value.get("tolerance")),
        in_percent=value.get("tolerance_in") == "percent",
    )


def _gap_of(child: Mapping) -> Gap:
    value = child["value"]
    weight = value.get("weight") or 1
    if child["type"] == "chosen":
        return Gap(options=_choices(value.get("options")), points=weight)
    return Gap(accepted=_texts(value.get("accepted")), points=weight, case=bool(value.get("case_sensitive")))


def _plain(children) -> tuple[str, ...]:
    return tuple(child["value"] or "" for child in children or ())


_OUT_OF: dict[str, Callable[[Mapping], dict]] = {
    "single_choice": lambda value: {"options": _choices(value.get("options"))},
    "multiple_choice": lambda value: {"options": _choices(value.get("options"))},
    "true_false": lambda value: {"truth": bool(value.get("answer"))},
    "short_answer": lambda value: {
        "options": _texts(value.get("accepted")),
        "case": bool(value.get("case_sensitive")),
    },
    "numeric": lambda value: {
        "numbers": tuple(_number_of(child) for child in value.get("answers") or ()),
        "units": tuple(
            Unit(child["value"].get("symbol") or "", _decimal(child["value"].get("factor")))
            for child in value.get("units") or ()
        ),
    },
    "matching": lambda value: {
        "pairs": tuple(
            (child["value"].get("left") or "", child["value"].get("right") or "")
            for child in value.get("pairs") or ()
        ),
        "extras": _plain(value.get("extras")),
    },
    "ordering": lambda value: {"sequence": _plain(value.get("items"))},
    "categorise": lambda value: {
        "groups": tuple(
            (child["value"].get("name") or "", _plain(child["value"].get("items")))
            for child in value.get("categories") or ()
        )
    },
    "fill_in": lambda value: {
        "text": _MARK.sub(r"[[\1]]", value.get("text") or ""),
        "gaps": tuple(_gap_of(child) for child in value.get("blanks") or ()),
    },
    "essay": lambda value: {
        "max_words": value.get("max_words") or 0,
        "criteria": tuple(
            Criterion(
                child["value"].get("text") or "",
                child["value"].get("points") or 0,
                child["value"].get("guidance") or "",
            )
            for child in value.get("rubric") or ()
        ),
        "show_criteria": bool(value.get("show_rubric", True)),
        "model_answer": value.get("model_answer") or "",
        "notes": value.get("notes") or "",
    },
}
