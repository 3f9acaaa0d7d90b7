"""Keys that turned out too strict after people had been graded by them: published anew, and regraded where that was decided."""

from datetime import datetime
from decimal import Decimal

import yaml
from wagtail.models import Page

from cms.core.audiences import ANONYMOUS
from learning.catalogue.documents import Reader
from learning.flows import regrade_choices, regrading
from learning.models import BankQuestionPage, QuizPage

from . import files


def read() -> list[dict]:
    """`[{question, quiz, tolerance, reason}]` of `content/corrections.yaml`; no reason where nobody has decided."""
    return yaml.safe_load((files.CONTENT / "corrections.yaml").read_text())


def load(*, by, now: datetime) -> int:
    """Correct the keys, and regrade by them as `by`, who decides for the courses' learners; how many regrades.

    Once, after the learners. Raises ValueError where a question isn't a number, or nobody was graded by its old key.
    """
    return sum(_correct(each, by, now) for each in read())


def _correct(entry: dict, by, now: datetime) -> bool:
    question = _page(BankQuestionPage, entry["question"])
    _widen(question, Decimal(entry["tolerance"]))
    if "reason" not in entry:
        return False
    quiz, reader = (
        _page(QuizPage, entry["quiz"]).translation_key,
        Reader(principals=ANONYMOUS, locale=files.SOURCE),
    )
    _course, choices = regrade_choices.choices(user=by, quiz_key=quiz, reader=reader)
    found = [each for each in choices if each.question == question.translation_key]
    if not found:
        raise ValueError(f"{question.title}: nobody was graded by another key")
    for choice in found:
        asked = {
            "user": by,
            "quiz_key": quiz,
            "question": choice.question,
            "source_number": choice.number,
            "target_number": choice.target_number,
            "reader": reader,
        }
        token = regrading.plan(**asked).token
        regrade = regrading.execute(**asked, token=token, reason=entry["reason"], now=now)
        regrading.finish(regrade.uuid, now)
    return True


def _page(model: type[Page], path: str) -> Page:
    *_above, parent, slug = path.split("/")
    rows = model.objects.filter(slug=slug, locale__language_code=files.SOURCE)
    return next(page for page in rows if page.get_parent().slug == parent)


def _widen(page: BankQuestionPage, tolerance: Decimal) -> None:
    [question] = page.question
    numbers = [each for each in question.value.get("answers", ()) if each.block_type == "number"]
    if not numbers:
        raise ValueError(f"{page.title}: its answer is no number")
    for number in numbers:
        number.value["tolerance"] = tolerance
    page.save_revision(log_action=True).publish()
