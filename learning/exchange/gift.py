"""GIFT, Moodle's text format for questions (its documentation: “GIFT format” at docs.moodle.org), read and written.

Read in two steps: the file is cut into questions at blank lines outside of braces, then each question is read by itself. A
backslash takes the meaning from `~ = # { } :` and itself; `\\n` is a new line.

What the format says and we can't keep is in an item's `losses`; a question that isn't GIFT, or of a type that has no
counterpart, is left out with the reason, and the others are read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.utils.translation import gettext as _

from . import choices
from .faults import MAX_ANSWERS, MAX_QUESTIONS, FileRefused, Unreadable, decoded
from .items import RIGHT, WRONG, Choice, Item, LeftOut, Number, Place, Reading, Remark
from .words import plain

# What the format has no place for: reading a file leaves these as they are where the question is there already.
SILENT = frozenset(
    {"points", "units", "case", "criteria", "show_criteria", "max_words", "model_answer", "notes"}
)
SPECIAL = "~=#{}:"
FORMATS = ("html", "moodle", "plain", "markdown")
BLANK = "_____"
# Where a meaning was taken away, the character stands as one of these private ones until the text is taken out.
_HIDDEN = {char: chr(0xE000 + index) for index, char in enumerate([*SPECIAL, "\\"])}
_SHOWN = {hidden: char for char, hidden in _HIDDEN.items()} | {"\ue010": "\n"}
_WRITTEN = {hidden: f"\\{char}" for char, hidden in _HIDDEN.items()} | {"\ue010": "\\n"}
_FORMAT = re.compile(rf"\s*\[({'|'.join(FORMATS)})\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,7})?)%")
_TRUTH = re.compile(r"\s*(TRUE|FALSE|T|F)\s*(?:#(.*))?$", re.IGNORECASE | re.DOTALL)
_NOTE = re.compile(r"\[(id|tag):([^\]]{1,200})\]")


@dataclass(frozen=True)
class _Chunk:
    """The lines of one question, with what stood in comments before it."""

    text: str
    line: int
    category: str
    notes: tuple[tuple[str, str], ...]


def read(data: bytes) -> Reading:
    """What a GIFT file holds. Raises FileRefused: `encoding`, `too_large`, `binary`, `no_questions`, `too_many`."""
    items, left_out = [], []
    for chunk in _chunks(_hide(decoded(data))):
        place = Place(line=chunk.line)
        try:
            items.append(_question(chunk, place))
        except Unreadable as problem:
            name = _show(_name_of(chunk.text)[0]) or _show(chunk.text.strip().splitlines()[0])[:80]
            left_out.append(LeftOut(place, name, Remark(problem.code, problem.words)))
        if len(items) > MAX_QUESTIONS:
            raise FileRefused(
                _("The file holds more than %(most)s questions.") % {"most": MAX_QUESTIONS}, code="too_many"
            )
    if not items and not left_out:
        raise FileRefused(_("There is no question in this file."), code="no_questions")
    return Reading(tuple(items), tuple(left_out), SILENT)


# Characters without their meaning -----------------------------------------------------------------------------------


def _hide(text: str) -> str:
    """The text with each escaped character as a private one. Private ones of the file's own are dropped."""
    text = re.sub("[\ue000-\ue010]", "", text)
    text = re.sub(r"\\([~=#{}:\\])", lambda found: _HIDDEN[found[1]], text)
    return text.replace("\\n", "\ue010")


def _show(text: str) -> str:
    return re.sub("[\ue000-\ue010]", lambda found: _SHOWN[found[0]], text).strip()


def _as_written(text: str) -> str:
    """The text with its backslashes: in comments they have no meaning."""
    return re.sub("[\ue000-\ue010]", lambda found: _WRITTEN[found[0]], text)


# Cutting into questions ---------------------------------------------------------------------------------------------


def _chunks(text: str) -> Iterator[_Chunk]:
    category, notes, lines, first, depth = "", [], [], 0, 0

    def finished() -> Iterator[_Chunk]:
        nonlocal lines, notes, depth
        if lines:
            yield _Chunk("\n".join(lines), first, category, tuple(notes))
            notes = []
        lines, depth = [], 0

    for number, line in enumerate([*text.split("\n"), ""], 1):
        bare = line.strip()
        if bare.startswith("//"):
            notes += _NOTE.findall(_as_written(bare))
            continue
        if bare.startswith("$CATEGORY:") and depth == 0:
            yield from finished()
            category = category_of(_show(bare.removeprefix("$CATEGORY:")))
            continue
        if not bare and depth == 0:
            yield from finished()
            notes = []  # a comment that stands by itself is about no question
            continue
        if not lines:
            first = number
        lines.append(line)
        depth = max(0, depth + line.count("{") - line.count("}"))
    # A brace that is never closed would swallow what follows: blank lines end these questions after all.
    for start, text in _between_blank_lines(lines):
        yield _Chunk(text, first + start, category, tuple(notes))
        notes = []


def _between_blank_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(index of the first line, text) of each run of lines that aren't blank."""
    start, run = 0, []
    for index, line in enumerate([*lines, ""]):
        if line.strip():
            start = start if run else index
            run.append(line)
        elif run:
            yield start, "\n".join(run)
            run = []


def category_of(path: str) -> str:
    """`$course$/top/Doors/Front` is `Doors/Front`: the first parts name places of the other system."""
    parts = [part.strip() for part in path.split("/")]
    while parts and (parts[0] in ("", "top") or parts[0].startswith("$")):
        parts.pop(0)
    return "/".join(part for part in parts if part)


# Reading a question -------------------------------------------------------------------------------------------------


def _question(chunk: _Chunk, place: Place) -> Item:
    name, text = _name_of(chunk.text)
    text, style = _style_of(text)
    before, answers, after = _parts(text)
    general, answers = _general_feedback(answers)
    told = [plain(_show(part), style) for part in (before, after)]
    losses = [loss for _words, found in told for loss in found]
    prompt = f" {BLANK} ".join(words for words, _found in told) if after.strip() else told[0][0]
    if not prompt.strip():
        raise Unreadable("no_prompt", _("The question has no text."))
    explanation, more = plain(_show(general), style)
    item = Item(
        kind="",
        prompt=prompt.strip(),
        place=place,
        name=_show(name),
        key=next((value for kind, value in chunk.notes if kind == "id"), ""),
        tags=tuple(value for kind, value in chunk.notes if kind == "tag"),
        category=chunk.category,
        explanation=explanation,
        losses=(*losses, *more),
    )
    return _answered(item, answers, style)


def _name_of(text: str) -> tuple[str, str]:
    """(the name between double colons, the rest)."""
    found = re.match(r"\s*::(.*?)::(.*)$", text, re.DOTALL)
    return (found[1], found[2]) if found else ("", text)


def _style_of(text: str, inherited: str = "moodle") -> tuple[str, str]:
    """(the text, how it is formatted)."""
    found = _FORMAT.match(text)
    return (text[found.end() :], found[1].lower()) if found else (text, inherited)


def _parts(text: str) -> tuple[str, str, str]:
    """(before the answers, the answers, after them)."""
    opening, closing = text.find("{"), text.rfind("}")
    if opening < 0:
        raise Unreadable("description", _("This is a text without a question."))
    if closing < opening:
        raise Unreadable("open_brace", _("A brace is opened and never closed."))
    inner = text[opening + 1 : closing]
    if "{" in inner or "}" in inner:
        raise Unreadable("several_answers", _("A question can have one group of answers in braces only."))
    return text[:opening], inner, text[closing + 1 :]


def _general_feedback(answers: str) -> tuple[str, str]:
    """(what is told whatever was answered, the answers)."""
    answers, _marks, general = answers.partition("####")
    return general, answers


def _answered(item: Item, answers: str, style: str) -> Item:
    bare = answers.strip()
    if not bare:
        return replace(item, kind="essay")
    if bare.startswith("#"):
        return _numeric(item, bare[1:])
    truth = _TRUTH.match(bare)
    if truth and "=" not in bare and "~" not in bare:
        return _true_false(item, truth, style)
    given = list(_given(answers, style))
    if not given:
        raise Unreadable("no_answers", _("No answer is marked by “=” or “~”."))
    if all(mark == "=" for mark, _choice, _raw in given):
        if all("->" in raw for _mark, _choice, raw in given):
            return _matching(item, [raw for _mark, _choice, raw in given], style)
        return short_answer(item, [choice for _mark, choice, _raw in given])
    options = replace(item, options=tuple(choice for _mark, choice, _raw in given))
    if not any(option.share > WRONG for option in options.options):
        raise Unreadable("nothing_right", _("No answer is right."))
    # With “=” one option is chosen; shares alone mean that several can be.
    return choices.chosen_from(options, one=any(mark == "=" for mark, _choice, _raw in given))


def _given(answers: str, style: str) -> Iterator[tuple[str, Choice, str]]:
    """(mark, answer, as written) of each answer."""
    pieces = re.split(r"([=~])", answers)
    if pieces[0].strip():
        raise Unreadable("no_answers", _("No answer is marked by “=” or “~”."))
    if len(pieces) > 2 * MAX_ANSWERS + 1:
        raise Unreadable("too_many_answers", _("The question has too many answers."))
    for mark, raw in zip(pieces[1::2], pieces[2::2], strict=True):
        share, rest = _share(raw, RIGHT if mark == "=" else WRONG)
        rest, own = _style_of(rest, style)
        text, _hash, feedback = rest.partition("#")
        feedback, told = _style_of(feedback, own)
        choice = Choice(plain(_show(text), own)[0], share, plain(_show(feedback), told)[0])
        if not choice.text and "->" not in raw:
            raise Unreadable("empty_answer", _("An answer has no text."))
        yield mark, choice, rest


def _share(raw: str, usual: Fraction) -> tuple[Fraction, str]:
    found = _WEIGHT.match(raw)
    if not found:
        return usual, raw
    share = Fraction(found[1]) / 100
    if not -1 <= share <= 1:
        raise Unreadable("bad_share", _("A share is between -100 and 100 per cent."))
    return share, raw[found.end() :]


def _true_false(item: Item, truth: re.Match, style: str) -> Item:
    """`{T#said to who was wrong#said to who was right}`."""
    wrong, _hash, right = (truth[2] or "").partition("#")
    said = [plain(_show(each), style)[0] for each in (right, wrong)]
    item = replace(item, kind="true_false", truth=truth[1].upper().startswith("T"))
    return with_told(item, *said)


def with_told(item: Item, right: str, wrong: str) -> Item:
    """Where a statement has no explanation of its own, what was said to those who were right becomes it."""
    if right and not item.explanation:
        item, right = replace(item, explanation=right), ""
    if right or wrong:
        item = item.losing(
            Remark("two_feedbacks", _("What is said to those who are wrong has no place of its own here."))
        )
    return item


def short_answer(item: Item, accepted: list[Choice]) -> Item:
    if any(choice.share <= WRONG for choice in accepted):
        item = item.losing(
            Remark("wrong_texts", _("Texts that earn nothing, and what is said to them, are left out."))
        )
    texts = tuple(choice for choice in accepted if choice.share > WRONG)
    if not any(choice.share == RIGHT for choice in texts):
        raise Unreadable("nothing_right", _("No answer is right."))
    if any(choice.feedback for choice in texts):
        item = item.losing(Remark("feedback_on_texts", _("What is said to single texts has no place here.")))
    return replace(item, kind="short_answer", options=tuple(replace(each, feedback="") for each in texts))


def _matching(item: Item, pairs: list[str], style: str) -> Item:
    found, extras = [], []
    for raw in pairs:
        left, _arrow, right = raw.partition("->")
        left, right = plain(_show(left), style)[0], plain(_show(right), style)[0]
        if not right:
            raise Unreadable("empty_answer", _("An answer has no text."))
        if left:
            found.append((left, right))
        else:
            extras.append(right)
    if len(found) < 2:
        raise Unreadable("too_few_pairs", _("A matching question needs at least two pairs."))
    return replace(item, kind="matching", pairs=tuple(found), extras=tuple(extras))


def _numeric(item: Item, answers: str) -> Item:
    """`#1822:5`, `#1..5`, or several of them after “=” with shares."""
    pieces = [answers] if "=" not in answers else re.split("[=~]", answers)[1:]
    numbers, told = [], False
    for raw in pieces:
        share, rest = _share(raw, RIGHT)
        written, _hash, feedback = rest.partition("#")
        told = told or bool(feedback.strip())
        if not written.strip() and not feedback.strip():
            continue
        if not written.strip() or share <= WRONG:
            told = True  # “~#…” says something to everybody else
            continue
        numbers.append(number_of(_show(written), share))
    if not any(number.share == RIGHT for number in numbers):
        raise Unreadable("nothing_right", _("No answer is right."))
    if told:
        item = item.losing(
            Remark("feedback_on_numbers", _("What is said to single numbers has no place here."))
        )
    return replace(item, kind="numeric", numbers=tuple(numbers))


def number_of(written: str, share: Fraction) -> Number:
    """`3.14`, `3.14:0.01` or `3..4`. Raises Unreadable `bad_number`."""
    if ".." in written:
        lowest, highest = sorted(map(_decimal, written.split("..", 1)))
        return Number(share, lowest=lowest, highest=highest)
    value, _colon, tolerance = written.partition(":")
    tolerance = _decimal(tolerance) if tolerance.strip() else Decimal(0)
    if tolerance < 0:
        raise Unreadable("bad_number", _("A tolerance is not negative."))
    return Number(share, value=_decimal(value), tolerance=tolerance)


def _decimal(written: str) -> Decimal:
    try:
        number = Decimal(written.strip()[:40])
    except InvalidOperation:
        number = Decimal("NaN")
    if len(written.strip()) > 40 or not number.is_finite() or abs(number.adjusted()) > 15:
        raise Unreadable("bad_number", _("“%(text)s” is no number.") % {"text": written.strip()[:40]})
    return number


# Writing ------------------------------------------------------------------------------------------------------------


def write(items: Iterable[Item]) -> tuple[str, tuple[LeftOut, ...]]:
    """A GIFT file, and what of the items it doesn't hold: types and parts that the format has no place for."""
    written, left_out, category = [], [], ""
    for item in items:
        try:
            text, losses = _written(item)
        except Unreadable as problem:
            left_out.append(LeftOut(item.place, item.name, Remark(problem.code, problem.words)))
            continue
        left_out += [LeftOut(item.place, item.name, loss) for loss in losses]
        if item.category != category:
            category = item.category
            written.append(f"$CATEGORY: {_escaped(category) or 'top'}")
        written.append(text)
    return "\n\n".join(written) + "\n", tuple(left_out)


def _written(item: Item) -> tuple[str, list[Remark]]:
    losses = []
    if item.points != 1:
        losses.append(Remark("points", _("The format has no place for points.")))
    notes = [*([f"[id:{item.key}]"] if item.key else []), *(f"[tag:{tag}]" for tag in item.tags)]
    if not all(_NOTE.fullmatch(note) for note in notes):
        losses.append(Remark("tags", _("The format has no brackets in keys and tags.")))
        notes = [note for note in notes if _NOTE.fullmatch(note)]
    comment = f"// {' '.join(notes)}\n" if notes else ""
    answers = _answers_of(item, losses)
    general = f"####{_escaped(item.explanation)}" if item.explanation else ""
    name = f"::{_escaped(item.name)}::" if item.name else ""
    return f"{comment}{name}[plain]{_escaped(item.prompt)} {{{answers}{general}}}", losses


def _answers_of(item: Item, losses: list[Remark]) -> str:
    match item.kind:
        case "single_choice":
            return "".join(_option("=" if each.share > WRONG else "~", each) for each in item.options)
        case "multiple_choice":
            return "".join(
                _option(f"~%{_percent(each.share)}%", each) for each in choices.shares_of(item.options)
            )
        case "true_false":
            return "TRUE" if item.truth else "FALSE"
        case "short_answer":
            if item.case:
                losses.append(Remark("case", _("The format can't say that capitals count.")))
            if all("->" in each.text for each in item.options):
                raise Unreadable("arrow", _("The format takes “->” for the middle of a pair."))
            return "".join(_option(f"=%{_percent(each.share)}%", each) for each in item.options)
        case "numeric":
            if item.units:
                losses.append(Remark("units", _("The format has no place for units.")))
            if any(each.in_percent for each in item.numbers):
                losses.append(
                    Remark(
                        "percent",
                        _("A tolerance in per cent is written as a number: the format has no other."),
                    )
                )
            return "#" + "".join(f"=%{_percent(each.share)}%{_number(each)}" for each in item.numbers)
        case "matching":
            return _pairs([*item.pairs, *(("", extra) for extra in item.extras)])
        case "categorise":
            losses.append(
                Remark("categories", _("It is written as a matching question, whose right sides repeat."))
            )
            return _pairs([(member, name) for name, members in item.groups for member in members or ("",)])
        case "essay":
            if item.criteria or item.notes or item.model_answer or item.max_words:
                losses.append(Remark("rubric", _("The format has no place for what an essay is graded by.")))
            return ""
    raise Unreadable("no_counterpart", _("The format has no question of this type."))


def _pairs(pairs: list[tuple[str, str]]) -> str:
    if any("->" in left for left, _right in pairs):
        raise Unreadable("arrow", _("The format takes “->” for the middle of a pair."))
    return "".join(f"\n  =%100%[plain]{_escaped(left)} -> {_escaped(right)}" for left, right in pairs) + "\n"


def _option(mark: str, choice: Choice) -> str:
    # What begins like a share or a format isn't taken for one behind a share or a format of its own.
    if choice.text.startswith("%") and "%" not in mark:
        mark += "%100%" if mark == "=" else "%0%"
    plainly = "[plain]" if _FORMAT.match(choice.text) else ""
    feedback = f"#[plain]{_escaped(choice.feedback)}" if choice.feedback else ""
    return f"\n  {mark}{plainly}{_escaped(choice.text)}{feedback}"


def _percent(share: Fraction) -> str:
    """At most five places, as Moodle writes them: 33.33333."""
    return f"{float(share * 100):.5f}".rstrip("0").rstrip(".")


def _number(number: Number) -> str:
    if number.value is None:
        return f"{number.lowest:f}..{number.highest:f}"
    tolerance = abs(number.value) * number.tolerance / 100 if number.in_percent else number.tolerance
    return f"{number.value:f}:{tolerance.normalize():f}"


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")
