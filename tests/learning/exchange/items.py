"""Items of every type that a bank can hold, for properties."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from learning.exchange.items import RIGHT, WRONG, Choice, Criterion, Gap, Item, Number, Unit
from learning.exchange.values import one_line

# What formats give a meaning, what spreadsheets do, letters of several scripts, and a new line.
_CHARS = st.sampled_from(list("abcXYZ019 .,;:~=#{}[]%\\/|\"'*<>&+-@$_!?\néüßДжاب中文🙂"))
_AWKWARD = st.sampled_from(
    [
        *(
            "%50%of it",
            "[html]<b>",
            "-> there",
            "a -> b",
            "\\n",
            "\\",
            "TRUE",
            "=1+1",
            "// no comment",
            "[x] y",
        ),
        *("#1 typed", "::name::", "{}", "####", "| bar |", "'=1", "@cmd", "$CATEGORY: x", "+1", "-1", "100%"),
    ]
)


def words(most: int = 40, *, lines: bool = False, empty: bool = False):
    """Texts as forms keep them: without blanks around, inner ones single."""
    raw = st.one_of(st.text(_CHARS, max_size=most), _AWKWARD)

    def tidy(text):
        parts = [one_line(part) for part in text.split("\n")]
        return "\n".join(part for part in parts if part) if lines else one_line(text)

    return raw.map(tidy).filter(lambda text: empty or text)


def distinct(least: int, most: int):
    return st.lists(words(), min_size=least, max_size=most, unique_by=str.casefold)


percents = st.integers(1, 99).map(lambda number: Fraction(number, 100))
decimals = st.decimals(-1000, 1000, places=3).map(lambda number: Decimal(f"{number:f}"))


@st.composite
def single(draw):
    texts = draw(distinct(2, 5))
    right = draw(st.integers(0, len(texts) - 1))
    return {
        "options": tuple(
            Choice(text, RIGHT if index == right else WRONG, draw(words(empty=True)))
            for index, text in enumerate(texts)
        )
    }


@st.composite
def multiple(draw):
    texts = draw(distinct(2, 5))
    right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=1))
    return {
        "options": tuple(
            Choice(text, RIGHT if index in right else WRONG, draw(words(empty=True)))
            for index, text in enumerate(texts)
        )
    }


@st.composite
def accepted(draw):
    texts = [text for text in draw(distinct(1, 4)) if text.strip("* ")] or ["answer"]
    return tuple(Choice(text, RIGHT if index == 0 else draw(percents)) for index, text in enumerate(texts))


@st.composite
def number(draw, share):
    if draw(st.booleans()):
        low, high = sorted([draw(decimals), draw(decimals)])
        return Number(share, lowest=low, highest=high)
    tolerance = draw(st.decimals(0, 10, places=2))
    return Number(share, value=draw(decimals), tolerance=tolerance, in_percent=draw(st.booleans()))


@st.composite
def numeric(draw):
    numbers = (draw(number(RIGHT)), *(draw(number(draw(percents))) for _ in range(draw(st.integers(0, 2)))))
    symbols = draw(distinct(0, 3))
    units = tuple(
        Unit(symbol, Decimal(1) if index == 0 else draw(st.decimals(Decimal("0.01"), 1000, places=2)))
        for index, symbol in enumerate(symbols)
    )
    return {"numbers": numbers, "units": units}


@st.composite
def matching(draw):
    lefts, rights = draw(distinct(2, 4)), draw(distinct(5, 6))
    pairs = tuple(zip(lefts, rights, strict=False))
    return {"pairs": pairs, "extras": tuple(rights[len(lefts) :])}


@st.composite
def categorise(draw):
    names, members = draw(distinct(2, 3)), draw(distinct(2, 5))
    places = [draw(st.integers(0, len(names) - 1)) for _ in members]
    return {
        "groups": tuple(
            (name, tuple(each for each, place in zip(members, places, strict=True) if place == index))
            for index, name in enumerate(names)
        )
    }


@st.composite
def fill_in(draw):
    gaps = []
    for _ in range(draw(st.integers(1, 3))):
        weight = draw(st.integers(1, 20))
        if draw(st.booleans()):
            gaps.append(Gap(accepted=draw(accepted()), points=weight, case=draw(st.booleans())))
        else:
            options = tuple(Choice(each.text, each.share) for each in draw(single())["options"])
            gaps.append(Gap(options=options, points=weight))
    text = " ".join(
        f"{draw(st.sampled_from(['one', 'Wort', 'слово']))} [[{n + 1}]]" for n in range(len(gaps))
    )
    return {"text": text, "gaps": tuple(gaps)}


@st.composite
def essay(draw):
    criteria = tuple(
        Criterion(draw(words()), draw(st.integers(1, 5)), draw(words(lines=True, empty=True)))
        for _ in range(draw(st.integers(0, 3)))
    )
    own = {"points": sum(each.points for each in criteria)} if criteria else {}
    return own | {
        "criteria": criteria,
        "show_criteria": draw(st.booleans()),
        "max_words": draw(st.integers(0, 5000)),
        "model_answer": draw(words(lines=True, empty=True)),
        "notes": draw(words(lines=True, empty=True)),
    }


PARTS = {
    "single_choice": single(),
    "multiple_choice": multiple(),
    "true_false": st.fixed_dictionaries({"truth": st.booleans()}),
    "short_answer": st.fixed_dictionaries({"options": accepted(), "case": st.booleans()}),
    "numeric": numeric(),
    "matching": matching(),
    "ordering": distinct(2, 5).map(lambda texts: {"sequence": tuple(texts)}),
    "categorise": categorise(),
    "fill_in": fill_in(),
    "essay": essay(),
}
tags = st.lists(
    words(12).map(lambda tag: one_line(tag.replace(",", " ").casefold())).filter(bool),
    max_size=3,
    unique=True,
).map(lambda found: tuple(sorted(found)))


@st.composite
def items(draw, kinds=tuple(PARTS)):
    kind = draw(st.sampled_from(kinds))
    common = {
        "name": draw(words(empty=True)),
        "key": draw(st.sampled_from(["", "q-17", "0c2b7a2e-7c0c-4b3e-9f53-6a3a0b3c8f11"])),
        "explanation": draw(words(lines=True, empty=True)),
        "points": draw(st.integers(1, 100)),
        "tags": draw(tags),
    }
    return Item(kind=kind, prompt=draw(words(lines=True)), **common | draw(PARTS[kind]))
