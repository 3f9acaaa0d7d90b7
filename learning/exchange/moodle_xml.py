"""Moodle XML (its documentation: “Moodle XML format” at docs.moodle.org), read.

Hostile until proven: no document type, no entities, no other file is ever opened, and the sizes are bounded. Texts are plain
here; what a question says that has no place is in its `losses`, and what has no counterpart at all is left out with a reason.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from . import choices, cloze
from .faults import MAX_BYTES, MAX_QUESTIONS, FileRefused, Unreadable
from .gift import category_of, number_of, short_answer, with_told
from .items import RIGHT, WRONG, Choice, Gap, Item, LeftOut, Place, Reading, Remark, Unit
from .words import plain

MAX_DEPTH = 30
_PLACEHOLDER = re.compile(r"\[\[(\d{1,3})\]\]")
_ORDINARY = re.compile(r"[+-]?\d{1,9}(\.\d{0,9})?", re.ASCII)
SILENT = frozenset({"criteria", "show_criteria", "max_words", "model_answer"})
# What Moodle writes into these unless somebody changes it says nothing about the question.
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def read(data: bytes) -> Reading:
    """What a Moodle XML file holds. Raises FileRefused: `too_large`, `bad_xml`, `forbidden_xml`, `not_a_quiz`, `too_many`,
    `no_questions`."""
    items, left_out, category = [], [], ""
    for number, element in enumerate(_questions(data), 1):
        place = Place(question=number)
        kind = element.get("type", "")
        if kind == "category":
            category = category_of(_text(element.find("category/text")))
            continue
        name = _text(element.find("name/text"))
        try:
            items.append(_question(element, kind, replace(_common(element), place=place, category=category)))
        except Unreadable as problem:
            left_out.append(LeftOut(place, name, Remark(problem.code, str(problem.words))))
    if not items and not left_out:
        raise FileRefused(_("There is no question in this file."), code="no_questions")
    return Reading(tuple(items), tuple(left_out), SILENT)


class _TooDeep(Exception):
    pass


class _Bounded(TreeBuilder):
    """Builds elements up to a depth that no quiz comes near."""

    depth = 0

    def start(self, tag, attrs):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep
        return super().start(tag, attrs)

    def end(self, tag):
        self.depth -= 1
        return super().end(tag)


def _questions(data: bytes) -> list[Element]:
    if len(data) > MAX_BYTES:
        raise FileRefused(_("The file is larger than 5 MB."), code="too_large")
    try:
        parser = DefusedXMLParser(
            target=_Bounded(), forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
        parser.feed(data)
        root = parser.close()
    except _TooDeep:
        raise FileRefused(_("Elements of the file are nested too deep."), code="too_deep") from None
    except DefusedXmlException:
        raise FileRefused(
            _("The file declares a document type or entities. That is not allowed."), code="forbidden_xml"
        ) from None
    except (ParseError, ValueError, LookupError) as problem:
        line = getattr(problem, "position", (0, 0))[0]
        raise FileRefused(
            _("The file is not well-formed XML."), code="bad_xml", place=Place(line=line)
        ) from None
    if root.tag != "quiz":
        raise FileRefused(_("The file is not Moodle XML: it has no <quiz>."), code="not_a_quiz")
    questions = root.findall("question")
    if len(questions) > MAX_QUESTIONS:
        raise FileRefused(
            _("The file holds more than %(most)s questions.") % {"most": MAX_QUESTIONS}, code="too_many"
        )
    return questions


# Parts of any question ----------------------------------------------------------------------------------------------


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _words(element: Element | None) -> tuple[str, tuple[Remark, ...]]:
    """The plain text of `<… format="html"><text>…</text></…>`, and what was lost. Files inside count as lost."""
    if element is None:
        return "", ()
    style = {"html": "html", "moodle_auto_format": "moodle", "markdown": "plain", "plain_text": "plain"}.get(
        element.get("format", "html"), "html"
    )
    inner = element.find("text")
    words, losses = plain((inner if inner is not None else element).text or "", style)
    if element.find("file") is not None and not losses:
        losses = (Remark("media", _("Pictures, sound and films of the text are not taken over.")),)
    return words, losses


def _common(element: Element) -> Item:
    prompt, losses = _words(element.find("questiontext"))
    explanation, more = _words(element.find("generalfeedback"))
    tags = tuple(dict.fromkeys(_text(tag) for tag in element.findall("tags/tag/text") if _text(tag)))
    item = Item(
        kind="",
        prompt=prompt,
        name=_text(element.find("name/text")),
        key=_text(element.find("idnumber")),
        explanation=explanation,
        tags=tags,
        losses=tuple(dict.fromkeys((*losses, *more))),
    )
    return _with_points(_with_extras(item, element), _text(element.find("defaultgrade")))


def _with_points(item: Item, grade: str) -> Item:
    """Points are whole numbers from 1 to 100 here."""
    try:
        points = _number(grade or "1")
    except ValueError:
        raise Unreadable(
            "bad_points", _("“%(text)s” is no number of points.") % {"text": grade[:40]}
        ) from None
    whole = min(max(round(points), 1), 100)
    if whole != points:
        item = item.losing(
            Remark("points", _("Points are whole numbers from 1 to 100 here; they were rounded."))
        )
    return replace(item, points=whole)


def _with_extras(item: Item, element: Element) -> Item:
    if any(_text(hint.find("text")) for hint in element.findall("hint")):
        item = item.losing(Remark("hints", _("Hints have no place here.")))
    if any(_words(element.find(name))[0] for name in _COMBINED if _is_own(element.find(name))):
        item = item.losing(
            Remark(
                "combined_feedback",
                _("What is said for right, partly right or wrong as a whole has no place."),
            )
        )
    return item


def _is_own(element: Element | None) -> bool:
    """Whether somebody wrote this feedback: Moodle's own begins with “Your answer is”."""
    words, _losses = _words(element)
    return bool(words) and not words.startswith("Your answer is")


def _answers(element: Element) -> Iterator[tuple[Choice, Element]]:
    for answer in element.findall("answer"):
        words, _losses = _words(answer)
        yield (
            Choice(words, _fraction(answer.get("fraction", "0")), _words(answer.find("feedback"))[0]),
            answer,
        )


def _number(written: str) -> Fraction:
    """A number of an ordinary size. Raises ValueError."""
    if not _ORDINARY.fullmatch(written.strip()):
        raise ValueError(written[:40])
    return Fraction(written.strip())


def _fraction(written: str) -> Fraction:
    try:
        share = _number(written) / 100
    except ValueError:
        raise Unreadable("bad_share", _("A share is between -100 and 100 per cent.")) from None
    if not -1 <= share <= 1:
        raise Unreadable("bad_share", _("A share is between -100 and 100 per cent."))
    return share


def _is_true(element: Element | None, usual: bool) -> bool:
    words = _text(element).lower()
    return words in ("1", "true") if words else usual


# The types ----------------------------------------------------------------------------------------------------------


def _question(element: Element, kind: str, item: Item) -> Item:
    read_type = _TYPES.get(kind)
    if kind == "description":
        raise Unreadable("description", _("This is a text without a question."))
    if read_type is None:
        raise Unreadable(
            "no_counterpart",
            _("Questions of the type “%(type)s” have no counterpart here.") % {"type": kind[:40]},
        )
    if not item.prompt:
        raise Unreadable("no_prompt", _("The question has no text."))
    return read_type(element, item)


def _multichoice(element: Element, item: Item) -> Item:
    options = tuple(choice for choice, _answer in _answers(element))
    if any(not choice.text for choice in options):
        raise Unreadable("empty_answer", _("An answer has no text."))
    if not any(choice.share > WRONG for choice in options):
        raise Unreadable("nothing_right", _("No answer is right."))
    one = _is_true(element.find("single"), True)
    return choices.chosen_from(replace(item, options=options), one=one)


def _all_or_nothing(element: Element, item: Item) -> Item:
    options = tuple(
        replace(choice, share=RIGHT if choice.share > 0 else WRONG) for choice, _a in _answers(element)
    )
    if not any(choice.share for choice in options):
        raise Unreadable("nothing_right", _("No answer is right."))
    return replace(item, kind="multiple_choice", options=options).losing(
        Remark("all_or_nothing", _("A part of the right options earns a part of the points here."))
    )


def _truefalse(element: Element, item: Item) -> Item:
    told, truth = {}, None
    for choice, _answer in _answers(element):
        value = choice.text.lower() == "true"
        told[value] = choice.feedback
        if choice.share > WRONG:
            truth = value
    if truth is None:
        raise Unreadable("nothing_right", _("No answer is right."))
    return with_told(
        replace(item, kind="true_false", truth=truth), told.get(truth, ""), told.get(not truth, "")
    )


def _shortanswer(element: Element, item: Item) -> Item:
    found = short_answer(item, [choice for choice, _answer in _answers(element)])
    return replace(found, case=_is_true(element.find("usecase"), False))


def _numerical(element: Element, item: Item) -> Item:
    numbers, told = [], False
    for choice, answer in _answers(element):
        told = told or bool(choice.feedback)
        if choice.text == "*" or choice.share <= WRONG:
            continue
        tolerance = _text(answer.find("tolerance")) or "0"
        numbers.append(number_of(f"{choice.text}:{tolerance}", choice.share))
    if not any(number.share == RIGHT for number in numbers):
        raise Unreadable("nothing_right", _("No answer is right."))
    if told:
        item = item.losing(
            Remark("feedback_on_numbers", _("What is said to single numbers has no place here."))
        )
    return replace(item, kind="numeric", numbers=tuple(numbers), units=tuple(_units(element)))


def _units(element: Element) -> Iterator[Unit]:
    """Moodle's multiplier says how many of a unit make one of the first."""
    for unit in element.findall("units/unit"):
        symbol, multiplier = _text(unit.find("unit_name")), _text(unit.find("multiplier")) or "1"
        factor = number_of(multiplier, RIGHT).value
        if not symbol or factor is None or factor <= 0:
            raise Unreadable("bad_unit", _("A unit has no name, or a strange multiplier."))
        yield Unit(symbol, Decimal(1) / factor if factor != 1 else Decimal(1))


def _matching(element: Element, item: Item) -> Item:
    pairs, extras = [], []
    for sub in element.findall("subquestion"):
        left, right = _words(sub)[0], _words(sub.find("answer"))[0]
        if left and right:
            pairs.append((left, right))
        elif right:
            extras.append(right)
    if len(pairs) < 2:
        raise Unreadable("too_few_pairs", _("A matching question needs at least two pairs."))
    return replace(item, kind="matching", pairs=tuple(pairs), extras=tuple(extras))


def _ordering(element: Element, item: Item) -> Item:
    """The answers stand in their right order, by `fraction` where that numbers them."""
    steps = [(answer.get("fraction", ""), _words(answer)[0]) for answer in element.findall("answer")]
    if len(steps) < 2 or any(not words for _order, words in steps):
        raise Unreadable("too_few_steps", _("An ordering question needs at least two steps with a text."))
    with suppress(ValueError):  # else as they stand in the file
        steps.sort(key=lambda step: _number(step[0]))
    return replace(item, kind="ordering", sequence=tuple(words for _order, words in steps))


def _essay(element: Element, item: Item) -> Item:
    if _words(element.find("responsetemplate"))[0]:
        item = item.losing(Remark("template", _("A text to begin with has no place here.")))
    if (_text(element.find("attachments")) or "0") != "0":
        item = item.losing(Remark("attachments", _("Essays can't have files here.")))
    return replace(item, kind="essay", notes=_words(element.find("graderinfo"))[0])


def _chosen_gaps(tag: str) -> Callable[[Element, Item], Item]:
    """Words dragged (`ddwtos`) or selected (`gapselect`) into `[[1]]`: the number is that of the right choice, and choices of
    its group are the others."""

    def read_gaps(element: Element, item: Item) -> Item:
        boxes = [(_words(box)[0], _text(box.find("group")) or "1") for box in element.findall(tag)]
        gaps = []
        for found in _PLACEHOLDER.findall(item.prompt):
            index = int(found) - 1
            if not 0 <= index < len(boxes):
                raise Unreadable("no_choice", _("A gap names a choice that isn't there."))
            group = boxes[index][1]
            options = dict.fromkeys(words for words, own in boxes if own == group)
            gaps.append(
                Gap(
                    options=tuple(
                        Choice(words, RIGHT if words == boxes[index][0] else WRONG) for words in options
                    )
                )
            )
        if not gaps:
            raise Unreadable("no_gaps", _("There is no gap in the text."))
        numbers = iter(range(1, len(gaps) + 1))
        prompt = _PLACEHOLDER.sub(lambda _found: f"[[{next(numbers)}]]", item.prompt)
        return replace(item, kind="fill_in", prompt="", text=prompt, gaps=tuple(gaps))

    return read_gaps


def _cloze(_element: Element, item: Item) -> Item:
    prompt, gaps, losses = cloze.gaps_in(item.prompt)
    if not gaps:
        raise Unreadable("no_gaps", _("There is no gap in the text."))
    return replace(item, kind="fill_in", prompt="", text=prompt, gaps=gaps).losing(*losses)


_TYPES: dict[str, Callable[[Element, Item], Item]] = {
    "multichoice": _multichoice,
    "multichoiceset": _all_or_nothing,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "ddwtos": _chosen_gaps("dragbox"),
    "gapselect": _chosen_gaps("selectoption"),
    "cloze": _cloze,
    "multianswer": _cloze,
}
