"""Questions of the files as pages store them: by way of what files of other systems are read into."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from home.guides.importing import api as importing
from learning.exchange import values
from learning.exchange.items import RIGHT, WRONG, Choice, Criterion, Gap, Item, Number, Unit

_BLANK = re.compile(r"\[(\d+)\]")


def stored(kind: str, value: Mapping, image: Callable[[], Mapping]) -> dict:
    """The stored value of a question. `image` gives a hotspot's picture in its place.

    Raises ValueError where the editor's form wouldn't take it, and KeyError for a type that there isn't.
    """
    if kind == "hotspot":
        inner = _hotspot(value, image())
    else:
        item = Item(
            kind=kind,
            prompt=value["prompt"],
            explanation=value.get("explanation", ""),
            points=value.get("points", 1),
            **_PARTS[kind](value),
        )
        inner = values.stored(item)["value"]
    problems = values.problems({"type": kind, "value": inner})
    if problems:
        raise ValueError(f"{value['prompt']}: {' '.join(problems)}")
    return inner


def _choices(options) -> tuple[Choice, ...]:
    return tuple(
        Choice(each["text"], RIGHT if each.get("correct") else WRONG, each.get("feedback", ""))
        for each in options
    )


def _accepted(texts) -> tuple[Choice, ...]:
    """Plain words are worth everything; `{text, percent}` less."""
    return tuple(
        Choice(each, RIGHT)
        if isinstance(each, str)
        else Choice(each["text"], Fraction(each.get("percent", 100), 100))
        for each in texts
    )


def _number(entry) -> Number:
    share = Fraction(entry.get("percent", 100), 100)
    if "lowest" in entry:
        return Number(share, lowest=Decimal(str(entry["lowest"])), highest=Decimal(str(entry["highest"])))
    return Number(
        share,
        value=Decimal(str(entry["number"])),
        tolerance=Decimal(str(entry.get("tolerance", 0))),
        in_percent=entry.get("tolerance_in") == "percent",
    )


def _gap(entry) -> Gap:
    if "options" in entry:
        return Gap(options=_choices(entry["options"]))
    return Gap(accepted=_accepted(entry["accepted"]))


_PARTS: dict[str, Callable[[Mapping], dict]] = {
    "single_choice": lambda value: {"options": _choices(value["options"])},
    "multiple_choice": lambda value: {"options": _choices(value["options"])},
    "true_false": lambda value: {"truth": value["answer"]},
    "short_answer": lambda value: {"options": _accepted(value["accepted"])},
    "numeric": lambda value: {
        "numbers": tuple(map(_number, value["answers"])),
        "units": tuple(
            Unit(each["symbol"], Decimal(str(each.get("factor", 1)))) for each in value.get("units", ())
        ),
    },
    "matching": lambda value: {
        "pairs": tuple((each["left"], each["right"]) for each in value["pairs"]),
        "extras": tuple(value.get("extras", ())),
    },
    "ordering": lambda value: {"sequence": tuple(value["items"])},
    "categorise": lambda value: {
        "groups": tuple((each["name"], tuple(each["items"])) for each in value["categories"])
    },
    "fill_in": lambda value: {
        "text": _BLANK.sub(r"[[\1]]", value["text"]),
        "gaps": tuple(map(_gap, value["blanks"])),
    },
    "essay": lambda value: {
        "criteria": tuple(
            Criterion(each["text"], each["points"], each.get("guidance", "")) for each in value["rubric"]
        ),
        "max_words": value.get("max_words", 0),
        "model_answer": value.get("model_answer", ""),
        "notes": value.get("notes", ""),
    },
}


def _hotspot(value, image) -> dict:
    """Places in per cent of the picture's width and height; no file of another system has this type."""
    regions = []
    for region in value["regions"]:
        ((shape, place),) = region.items()
        measures = {name: str(place[name]) for name in place if name not in ("name", "correct")}
        regions.append(
            importing.stream_child(
                shape, {"name": place["name"], "correct": place.get("correct", False), **measures}
            )
        )
    return {
        "prompt": value["prompt"],
        "image": image,
        "regions": regions,
        "explanation": value.get("explanation", ""),
        "points": value.get("points", 1),
    }
