"""Gaps written into a text, as Moodle's “Embedded answers (Cloze)” has them: `{1:SHORTANSWER:=Berlin~%50%berlin#…}`. Pure."""

import re
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from .faults import MAX_TEXT, Unreadable
from .items import RIGHT, WRONG, Choice, Gap, Remark

TYPED = ("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC")
CHOSEN = (
    *("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"),
    *("MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"),
)
NUMERIC = ("NUMERICAL", "NM")
SEVERAL = (
    "MULTIRESPONSE",
    "MR",
    "MULTIRESPONSE_H",
    "MRH",
    "MULTIRESPONSE_S",
    "MRS",
    "MULTIRESPONSE_HS",
    "MRHS",
)
_GAP = re.compile(r"(?<!\\)\{(\d{0,3}):([A-Z_]+):((?:\\.|[^}\\])*)\}", re.DOTALL)
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d+)?)%")


def gaps_in(text: str) -> tuple[str, tuple[Gap, ...], tuple[Remark, ...]]:
    """(the text with `[[1]]` for its gaps, the gaps, what was lost). Raises Unreadable."""
    if len(text) > MAX_TEXT:
        raise Unreadable("too_long", _("A text is too long."))
    gaps: list[Gap] = []
    losses: dict[str, Remark] = {}

    def gap(found: re.Match) -> str:
        made, lost = _gap(int(found[1] or 1), found[2], found[3])
        gaps.append(made)
        losses.update({each.code: each for each in lost})
        return f"[[{len(gaps)}]]"

    prompt = _GAP.sub(gap, text)
    if re.search(r"(?<!\\)\{\d*:", prompt):
        raise Unreadable("bad_gap", _("A gap of the text is not written as it should be."))
    return re.sub(r"\\([{}~#=\\])", r"\1", prompt), tuple(gaps), tuple(losses.values())


def _gap(points: int, kind: str, written: str) -> tuple[Gap, list[Remark]]:
    if not 1 <= points <= 100:
        raise Unreadable("bad_points", _("A gap is worth 1 to 100 points."))
    lost = []
    if kind in NUMERIC or kind in SEVERAL or kind not in (*TYPED, *CHOSEN):
        raise Unreadable(
            "no_counterpart", _("Gaps of the type “%(type)s” have no counterpart here.") % {"type": kind[:40]}
        )
    answers = [_answer(each) for each in re.split(r"(?<!\\)~", written) if each.strip()]
    if any(answer.feedback for answer in answers):
        lost.append(
            Remark("feedback_on_gaps", _("What is said to single answers of a gap has no place here."))
        )
        answers = [replace(answer, feedback="") for answer in answers]
    if not any(answer.share == RIGHT for answer in answers):
        raise Unreadable("nothing_right", _("No answer is right."))
    if kind in CHOSEN:
        if any(WRONG < answer.share < RIGHT for answer in answers):
            lost.append(
                Remark("partial_credit", _("Options that earn a part of the points earn nothing here."))
            )
        options = tuple(replace(each, share=RIGHT if each.share == RIGHT else WRONG) for each in answers)
        return Gap(options=options, points=points), lost
    accepted = tuple(each for each in answers if each.share > WRONG)
    return Gap(accepted=accepted, points=points, case=kind.endswith("C")), lost


def _answer(written: str) -> Choice:
    written = written.strip()
    share, rest = WRONG, written
    if written.startswith("="):
        share, rest = RIGHT, written[1:]
    found = _WEIGHT.match(rest.strip())
    if found:
        share, rest = Fraction(found[1]) / 100, rest.strip()[found.end() :]
    if not -1 <= share <= 1:
        raise Unreadable("bad_share", _("A share is between -100 and 100 per cent."))
    text, *feedback = re.split(r"(?<!\\)#", rest, maxsplit=1)
    words = [re.sub(r"\\([{}~#=\\])", r"\1", each).strip() for each in (text, *feedback)]
    if not words[0]:
        raise Unreadable("empty_answer", _("An answer has no text."))
    return Choice(words[0], share, words[1] if len(words) > 1 else "")
