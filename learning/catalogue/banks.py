"""The questions that the draws of an edition may give: fixed as question@version when it is sealed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.apps import apps
from django.db.models import F

from cms.content import api as content
from learning.assessment.attempts import Choice
from learning.assessment.quiz import taken_from_bank

from . import pools as rules
from .identity import is_patch
from .rows import PoolQuestion

BANK = "learning.QuestionBankPage"
QUESTION = "learning.BankQuestionPage"


def fix(edition, quizzes: Mapping[UUID, tuple[Mapping, Mapping]]) -> None:
    """Fix what the draws of an edition's quizzes may give, from what is published now. In the caller's transaction.

    `quizzes` maps keys of quizzes to their source's body and private part. Three statements, whatever the number of questions,
    or none without draws.
    """
    draws = [
        (quiz, draw["id"], private[draw["id"]])
        for quiz, (body, private) in quizzes.items()
        for draw in body.get("draws", [])
    ]
    if not draws:
        return
    banks = published_questions({UUID(about["bank"]) for _quiz, _draw, about in draws})
    rows = []
    for quiz, draw, about in draws:
        found = banks.get(UUID(about["bank"]), [])
        versions = {item.key: item.current_id for item in found}
        keys = rules.pool([(item.key, content.body(item.current)) for item in found], about["tag"])
        rows += [
            PoolQuestion(edition=edition, quiz=quiz, draw=draw, question=key, version_id=versions[key])
            for key in keys
        ]
    PoolQuestion.objects.bulk_create(rows, ignore_conflicts=True)


def published_questions(banks: Iterable[UUID]) -> dict[UUID, list]:
    """The published questions of each bank in their source language, as items with their current versions. Two statements."""
    items = apps.get_model("content", "ContentItem").objects.filter(locale=F("source_locale"), status="live")
    keys = dict(items.filter(type=BANK, key__in=banks).values_list("page_id", "key"))
    found = defaultdict(list)
    rows = items.filter(type=QUESTION, parent_id__in=keys).select_related("current").order_by("key")
    for item in rows if keys else ():
        found[keys[item.parent_id]].append(item)
    return found


def pools(edition, quiz: UUID, reader) -> dict[str, list[Choice]]:
    """What each draw of a quiz may give to a `documents.Reader`, by the draw's id. One statement, usually."""
    rows = PoolQuestion.objects.filter(edition=edition, quiz=quiz).order_by("question")
    found = defaultdict(list)
    for draw, key, version, access in rows.values_list(
        "draw", "question", "version_id", "version__item__access_key"
    ):
        if reader.may_see(access):
            found[draw].append(Choice(key, version))
    return found


def forget(version_ids: Iterable[int]) -> None:
    """Recalled questions are drawn no more."""
    PoolQuestion.objects.filter(version__in=version_ids).delete()


def correct(question: UUID, wrong: Iterable[int], right) -> None:
    """Pools that hold one of these versions of a question hold its correction instead."""
    PoolQuestion.objects.filter(question=question, version__in=wrong).update(version=right)


def wording(keys: Iterable[UUID], locale: str, reader) -> dict[UUID, tuple[dict, dict]] | None:
    """Body and private part of bank questions in a language, where it has them. None where one of them is closed to the reader.

    One statement.
    """
    items = apps.get_model("content", "ContentItem").objects.filter(key__in=keys, current__isnull=False)
    found = {}
    for item in items.select_related("current"):
        if not reader.may_see(item.access_key):
            return None
        if item.locale == locale and item.status == "live":
            found[item.key] = (content.body(item.current), content.private_part(item.current))
    return found


def other_secrets(keys: Iterable[UUID]) -> list[dict[str, dict]]:
    """The private parts of bank questions in other languages than their source, by the questions' ids in attempts."""
    items = apps.get_model("content", "ContentItem").objects.filter(key__in=keys, current__isnull=False)
    found = items.exclude(locale=F("source_locale")).select_related("current")
    return [
        {question_id: secret}
        for item in found
        for question_id, _question, secret in [
            taken_from_bank(str(item.key), content.body(item.current), content.private_part(item.current))
        ]
    ]


def follow(item, version, previous) -> None:
    """A patch of a bank question reaches the pools that hold the version before it; anything else waits for the next edition."""
    if item.type != QUESTION or item.locale != item.source_locale or previous is None:
        return
    before, after = [(content.body(each), content.private_part(each)) for each in (previous, version)]
    if is_patch(before, after, ()):
        PoolQuestion.objects.filter(version=previous).update(version=version)
