"""Questions as a table, one a row: CSV, read and written. Pure. `docs/importing-questions.md` describes the columns.

What is a list stands one a line in its cell. In such a line `|` separates parts; `\\|`, `\\\\` and `\\n` are a bar, a backslash
and a new line of the text itself.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.tables import delimited
from cms.core.tables import faults as tables
from cms.core.tables.spreadsheets import guarded, unguarded

from .faults import MAX_BYTES, MAX_QUESTIONS, MAX_TEXT, FileRefused, Unreadable
from .gift import number_of
from .items import RIGHT, WRONG, Choice, Criterion, Gap, Item, LeftOut, Number, Place, Reading, Remark, Unit
from .values import KINDS

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Column:
    """`parts` are those of an item that it tells."""

    name: str
    label: str
    note: str
    parts: tuple[str, ...]


COLUMNS = (
    Column(
        "key",
        gettext_lazy("key"),
        gettext_lazy("Which question it is. Empty: found by type and text, else new."),
        ("key",),
    ),
    Column(
        "type",
        gettext_lazy("type"),
        gettext_lazy("Name of a question type, such as single_choice."),
        ("kind",),
    ),
    Column(
        "title",
        gettext_lazy("title"),
        gettext_lazy("For editors alone. Empty: the first words of the question."),
        ("name",),
    ),
    Column("question", gettext_lazy("question"), gettext_lazy("What is asked."), ("prompt",)),
    Column(
        "text",
        gettext_lazy("text with blanks"),
        gettext_lazy("For fill_in: [[1]] stands where the first blank is."),
        ("text",),
    ),
    Column(
        "answers",
        gettext_lazy("answers"),
        gettext_lazy("One a line: “[x] right”, “[ ] wrong”, “[50] worth half”; pairs as “this | that”."),
        ("options", "truth", "numbers", "pairs", "extras", "sequence", "groups", "gaps"),
    ),
    Column("capitals", gettext_lazy("capitals count"), gettext_lazy("yes or no."), ("case",)),
    Column("units", gettext_lazy("units"), gettext_lazy("One a line: “centimetres | 0.01”."), ("units",)),
    Column(
        "criteria",
        gettext_lazy("criteria"),
        gettext_lazy("One a line: “points | criterion | for whoever marks”."),
        ("criteria",),
    ),
    Column(
        "show_criteria",
        gettext_lazy("learners see the criteria"),
        gettext_lazy("yes or no."),
        ("show_criteria",),
    ),
    Column("max_words", gettext_lazy("words at most"), gettext_lazy("A number; 0 for none."), ("max_words",)),
    Column("model_answer", gettext_lazy("model answer"), gettext_lazy("Text."), ("model_answer",)),
    Column("notes", gettext_lazy("notes for whoever marks"), gettext_lazy("Text."), ("notes",)),
    Column(
        "explanation", gettext_lazy("explanation"), gettext_lazy("Why the answer is right."), ("explanation",)
    ),
    Column("points", gettext_lazy("points"), gettext_lazy("1 to 100. Empty: 1."), ("points",)),
    Column("tags", gettext_lazy("tags"), gettext_lazy("Separated by commas."), ("tags",)),
)
NAMES = frozenset(column.name for column in COLUMNS)
REQUIRED = ("type", "question", "answers")


# Writing ------------------------------------------------------------------------------------------------------------


def write(items: Iterable[Item]) -> str:
    """A CSV file of items, each a row. No cell is a formula to a spreadsheet."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([column.name for column in COLUMNS])
    for item in items:
        cells = cells_of(item)
        writer.writerow([guarded(cells[column.name]) for column in COLUMNS])
    # The mark tells spreadsheets that it is UTF-8.
    return "\ufeff" + target.getvalue()


def cells_of(item: Item) -> dict[str, str]:
    """What each column says of an item."""
    is_essay = item.kind == "essay"
    return {
        "key": item.key,
        "type": item.kind,
        "title": item.name,
        "question": item.prompt,
        "text": item.text,
        "answers": "\n".join(_answers_of(item)),
        "capitals": _said(item.case) if item.kind == "short_answer" else "",
        "units": "\n".join(_line(each.symbol, f"{each.factor:f}") for each in item.units),
        "criteria": "\n".join(_line(str(each.points), each.text, each.description) for each in item.criteria),
        "show_criteria": _said(item.show_criteria) if is_essay else "",
        "max_words": str(item.max_words) if is_essay else "",
        "model_answer": item.model_answer,
        "notes": item.notes,
        "explanation": item.explanation,
        "points": str(item.points),
        "tags": ", ".join(item.tags),
    }


def _said(yes: bool) -> str:
    return YES if yes else NO


def _line(*parts: str) -> str:
    """Parts of a line, without empty ones at its end."""
    kept = list(parts)
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return " | ".join(map(_escaped, kept)).strip()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _marked(share: Fraction, *parts: str) -> str:
    mark = "x" if share == RIGHT else " " if share == WRONG else str(int(share * 100))
    return f"[{mark}] {_line(*parts)}"


def _answers_of(item: Item) -> list[str]:
    match item.kind:
        case "true_false":
            return ["true" if item.truth else "false"]
        case "numeric":
            return [_number_line(each) for each in item.numbers]
        case "matching":
            return [_line(*pair) for pair in item.pairs] + [f"| {_escaped(extra)}" for extra in item.extras]
        case "ordering":
            return [_escaped(each) for each in item.sequence]
        case "categorise":
            return [_line(name, *members) for name, members in item.groups]
        case "fill_in":
            return [line for number, gap in enumerate(item.gaps, 1) for line in _gap_lines(number, gap)]
    return [_marked(each.share, each.text, each.feedback) for each in item.options]


def _number_line(number: Number) -> str:
    if number.value is None:
        return _marked(number.share, f"{number.lowest:f}..{number.highest:f}")
    tolerance = f"{number.tolerance:f}{'%' if number.in_percent else ''}"
    return _marked(
        number.share, f"{number.value:f}", tolerance if number.tolerance or number.in_percent else ""
    )


def _gap_lines(number: int, gap: Gap) -> list[str]:
    words = [f"#{number}", "chosen" if gap.options else "typed"]
    words += ["capitals"] if gap.case else []
    words += [f"weight={gap.points}"] if gap.points != 1 else []
    return [" ".join(words)] + [_marked(each.share, each.text) for each in gap.options or gap.accepted]


# Reading ------------------------------------------------------------------------------------------------------------


def read(data: bytes) -> Reading:
    """What a CSV file holds. Raises FileRefused: `too_large`, `bad_table`, `no_questions`, `too_many`."""
    if len(data) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 5 MB."), code="too_large")
    try:
        rows = list(_rows(data))
    except tables.FileRefused as error:
        fault = error.faults[0]
        raise FileRefused(fault.message, code="bad_table", place=Place(line=fault.line or 0)) from None
    if not rows:
        raise FileRefused(_("There is no question in this file."), code="no_questions")
    items, left_out = [], []
    for line, cells in rows:
        place = Place(line=line)
        try:
            items.append(_item(cells, place))
        except Unreadable as problem:
            name = cells.get("title") or cells["question"][:80]
            left_out.append(LeftOut(place, name, Remark(problem.code, str(problem.words))))
    silent = {part for column in COLUMNS if column.name not in rows[0][1] for part in column.parts}
    return Reading(tuple(items), tuple(left_out), frozenset(silent))


def _rows(data: bytes):
    """`(line, {column: text})` of each row, of the columns that the file has. Raises FileRefused of tables."""
    lines = delimited.lines(data, lambda cell: cell.lower() in NAMES)
    filled = ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells))
    line, headings = next(filled, (1, []))
    names = [heading.strip().lower() for heading in headings]
    while names and not names[-1]:
        names.pop()
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise tables.refused(_("There is no column “%(name)s”.") % {"name": unknown[0][:60]}, line)
    if len(set(names)) < len(names):
        raise tables.refused(_("A column is there twice."), line)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise tables.refused(_("The column “%(name)s” is missing.") % {"name": missing[0]}, line)
    for count, (line, cells) in enumerate(filled, 1):
        if count > MAX_QUESTIONS:
            raise FileRefused(
                _("The file holds more than %(most)s questions.") % {"most": MAX_QUESTIONS}, code="too_many"
            )
        if any(cell.strip() for cell in cells[len(names) :]):
            raise tables.refused(_("There is something in a column without a heading."), line)
        texts = [_text(cell, line) for cell in cells] + [""] * (len(names) - len(cells))
        yield line, dict(zip(names, texts, strict=False))


def _text(cell: str, line: int) -> str:
    if len(cell) > MAX_TEXT:
        raise tables.refused(_("A cell has more than %(most)s characters.") % {"most": MAX_TEXT}, line)
    if "\0" in cell:
        raise tables.refused(_("There is a NUL character, which no text has. Save the file as UTF-8."), line)
    return unguarded(cell.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _item(cells: Mapping[str, str], place: Place) -> Item:
    kind = cells["type"].strip().lower()
    if kind not in KINDS:
        raise Unreadable("no_counterpart", _("“%(type)s” is no type of question.") % {"type": kind[:40]})
    item = Item(
        kind=kind,
        prompt=cells["question"],
        place=place,
        name=cells.get("title", ""),
        key=cells.get("key", ""),
        text=cells.get("text", ""),
        case=_yes(cells.get("capitals", ""), usual=False),
        units=tuple(_unit(line) for line in _lines(cells.get("units", ""))),
        criteria=tuple(_criterion(line) for line in _lines(cells.get("criteria", ""))),
        show_criteria=_yes(cells.get("show_criteria", ""), usual=True),
        max_words=_count(cells.get("max_words", ""), usual=0),
        model_answer=cells.get("model_answer", ""),
        notes=cells.get("notes", ""),
        explanation=cells.get("explanation", ""),
        points=_count(cells.get("points", ""), usual=1),
        tags=tuple(tag.strip() for tag in cells.get("tags", "").split(",") if tag.strip()),
    )
    if not item.prompt:
        raise Unreadable("no_prompt", _("The question has no text."))
    return replace(item, **_READ[kind](_lines(cells["answers"])))


def _yes(cell: str, *, usual: bool) -> bool:
    word = cell.lower()
    if word not in ("", YES, NO):
        raise Unreadable("bad_cell", _("“%(text)s” is neither yes nor no.") % {"text": cell[:40]})
    return word == YES if word else usual


def _count(cell: str, *, usual: int) -> int:
    if not cell:
        return usual
    if not re.fullmatch(r"\d{1,5}", cell, re.ASCII):
        raise Unreadable("bad_cell", _("“%(text)s” is no whole number.") % {"text": cell[:40]})
    return int(cell)


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.split("\n") if line.strip()]


def _split(line: str) -> list[str]:
    """The parts of a line, unescaped."""
    parts, part, escaping = [], [], False
    for char in line:
        if escaping:
            part.append("\n" if char == "n" else char)
            escaping = False
        elif char == "\\":
            escaping = True
        elif char == "|":
            parts.append("".join(part).strip())
            part = []
        else:
            part.append(char)
    return [*parts, "".join(part).strip()]


def _most(line: str, count: int) -> list[str]:
    """The parts of a line, `count` at most, empty ones for those that aren't there. Raises Unreadable."""
    parts = _split(line)
    if len(parts) > count:
        raise Unreadable(
            "bad_line", _("“%(line)s” has too many parts: write “\\|” for a bar.") % {"line": line[:80]}
        )
    return parts + [""] * (count - len(parts))


def _unit(line: str) -> Unit:
    symbol, factor = _most(line, 2)
    return Unit(symbol, number_of(factor, RIGHT).value or Decimal(0)) if factor else Unit(symbol)


def _criterion(line: str) -> Criterion:
    points, text, description = _most(line, 3)
    return Criterion(text, _count(points, usual=0), description)


_MARKED = re.compile(r"\[(x|X| ?|\d{1,3})\] ?(.*)", re.DOTALL)


def _share(line: str) -> tuple[Fraction, str]:
    found = _MARKED.fullmatch(line)
    if not found or (found[1].isdigit() and int(found[1]) > 100):
        raise Unreadable(
            "bad_line",
            _("“%(line)s” has to begin with “[x]”, “[ ]” or per cents as “[50]”.") % {"line": line[:80]},
        )
    mark = found[1].strip().lower()
    return (RIGHT if mark == "x" else Fraction(int(mark or 0), 100)), found[2]


def _choices(lines: list[str], parts: int = 2) -> tuple[Choice, ...]:
    found = []
    for line in lines:
        share, rest = _share(line)
        text, feedback = _most(rest, 2) if parts == 2 else (_most(rest, 1)[0], "")
        found.append(Choice(text, share, feedback))
    return tuple(found)


def _options(lines: list[str]) -> dict:
    options = _choices(lines)
    if any(option.share not in (RIGHT, WRONG) for option in options):
        raise Unreadable("bad_line", _("An option is right or wrong: “[x]” or “[ ]”."))
    return {"options": options}


def _accepted(lines: list[str]) -> tuple[Choice, ...]:
    accepted = _choices(lines, parts=1)
    if any(each.share == WRONG for each in accepted):
        raise Unreadable("bad_line", _("A text that is accepted is worth something: “[x]” or “[50]”."))
    return accepted


def _truth(lines: list[str]) -> dict:
    word = " ".join(lines).lower()
    if word not in ("true", "false"):
        raise Unreadable("bad_line", _("The answer is true or false."))
    return {"truth": word == "true"}


def _numbers(lines: list[str]) -> dict:
    numbers = []
    for line in lines:
        share, rest = _share(line)
        number, tolerance = _most(rest, 2)
        in_percent = tolerance.endswith("%")
        # A range has no tolerance; what stands in its place makes it no number.
        written = f"{number}:{tolerance.removesuffix('%').strip()}" if tolerance else number
        found = number_of(written, share)
        numbers.append(Number(share, found.value, found.tolerance, in_percent, found.lowest, found.highest))
    return {"numbers": tuple(numbers)}


def _matching(lines: list[str]) -> dict:
    pairs, extras = [], []
    for line in lines:
        left, right = _most(line, 2)
        if left:
            pairs.append((left, right))
        else:
            extras.append(right)
    return {"pairs": tuple(pairs), "extras": tuple(extras)}


def _sequence(lines: list[str]) -> dict:
    return {"sequence": tuple(_most(line, 1)[0] for line in lines)}


def _groups(lines: list[str]) -> dict:
    split = [_split(line) for line in lines]
    return {"groups": tuple((parts[0], tuple(parts[1:])) for parts in split)}


_GAP = re.compile(r"#(\d{1,2}) (typed|chosen)( capitals)?(?: weight=(\d{1,3}))?")


def _gaps(lines: list[str]) -> dict:
    gaps: list[tuple[re.Match, list[str]]] = []
    for line in lines:
        if line.startswith("#"):
            found = _GAP.fullmatch(line)
            if not found or int(found[1]) != len(gaps) + 1:
                raise Unreadable(
                    "bad_line",
                    _("“%(line)s” should be “#%(number)s typed” or “#%(number)s chosen”.")
                    % {"line": line[:80], "number": len(gaps) + 1},
                )
            gaps.append((found, []))
        elif not gaps:
            raise Unreadable("bad_line", _("Answers to blanks stand under “#1 typed” or “#1 chosen”."))
        else:
            gaps[-1][1].append(line)
    return {"gaps": tuple(_gap(found, own) for found, own in gaps)}


def _gap(found: re.Match, lines: list[str]) -> Gap:
    points = int(found[4] or 1)
    if found[2] == "typed":
        return Gap(accepted=_accepted(lines), points=points, case=bool(found[3]))
    return Gap(options=_options(lines)["options"], points=points)


_READ: dict[str, Callable[[list[str]], dict]] = {
    "single_choice": _options,
    "multiple_choice": _options,
    "true_false": _truth,
    "short_answer": lambda lines: {"options": _accepted(lines)},
    "numeric": _numbers,
    "matching": _matching,
    "ordering": _sequence,
    "categorise": _groups,
    "fill_in": _gaps,
    "essay": lambda lines: {},
}
