"""A quiz or lesson's questions as values, from the bodies and private parts of versions. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.dateparse import parse_date

from . import registry


@dataclass(frozen=True)
class Draw:
    """So many questions from the pool that an edition fixed under this id."""

    id: str
    count: int


@dataclass(frozen=True)
class Quiz:
    """A version of a quiz: its rules, public questions by id in the editor's order, and keys by question id."""

    pass_mark: int
    max_attempts: int
    time_limit: int
    feedback: str
    shuffle: bool
    questions: Mapping[str, Mapping]
    keys: Mapping[str, Mapping]
    wait_minutes: int = 0
    opens_on: date | None = None
    closes_on: date | None = None
    draws: tuple["Draw", ...] = ()
    drawn: frozenset[str] = frozenset()  # ids of the questions that an attempt drew

    @property
    def types(self) -> dict[str, str]:
        return {question_id: question["type"] for question_id, question in self.questions.items()}


def quiz_of(body: Mapping, private: Mapping, drawn: Iterable[tuple[str, Mapping, Mapping]] = ()) -> Quiz:
    """Read a quiz from its version's body and private part, with the questions that an attempt drew.

    `drawn` are (id in the attempt, body, private part) of bank questions.
    """
    questions, keys = by_id(body["questions"]), dict(private)
    fixed = frozenset(questions)
    for question_id, question, key in (taken_from_bank(*each) for each in drawn):
        questions[question_id], keys[question_id] = question, key
    return Quiz(
        pass_mark=body["pass_mark"],
        max_attempts=body["max_attempts"],
        time_limit=body["time_limit"],
        feedback=body["feedback"],
        shuffle=body["shuffle"],
        questions=questions,
        keys=keys,
        wait_minutes=body.get("wait_minutes", 0),
        opens_on=parse_date(body.get("opens_on") or ""),
        closes_on=parse_date(body.get("closes_on") or ""),
        drawn=frozenset(questions) - fixed,
        draws=tuple(Draw(each["id"], each["count"]) for each in body.get("draws", [])),
    )


def taken_from_bank(question_id: str, body: Mapping, private: Mapping) -> tuple[str, dict, dict]:
    """(id, public question, key) of a bank question as it stands in an attempt: its page's key is its id there, for copies
    of a page hold the same block."""
    question = body["question"][0]
    return question_id, {**question, "id": question_id}, private[question["id"]]


def by_id(questions: Iterable[Mapping]) -> dict[str, Mapping]:
    return {question["id"]: question for question in questions}


def covers(translated: Mapping[str, Mapping], pinned: Mapping[str, Mapping]) -> bool:
    """Whether a translation has every pinned question with every part, so that it can stand in for the source."""
    return all(
        question_id in translated
        and translated[question_id]["type"] == question["type"]
        and _identity(translated[question_id]) == _identity(question)
        for question_id, question in pinned.items()
    )


def _identity(question: Mapping) -> frozenset[str]:
    return registry.get(question["type"]).identity(question)


def needs_merging(questions: Mapping[str, Mapping]) -> bool:
    """Whether grading needs the private parts of the other languages."""
    return any(registry.get(question["type"]).merges for question in questions.values())


def merged_keys(
    questions: Mapping[str, Mapping], keys: Mapping[str, Mapping], others: Iterable[Mapping[str, Mapping]]
) -> dict[str, Mapping]:
    """The source language's keys with the accepted texts of the other languages' private parts."""
    found = list(others)
    return {
        question_id: registry.get(questions[question_id]["type"]).merge(
            key, [other[question_id] for other in found if question_id in other]
        )
        if question_id in questions
        else key
        for question_id, key in keys.items()
    }


def merged(quiz: Quiz, others: Iterable[Mapping[str, Mapping]]) -> Quiz:
    """The quiz with merged keys: what attempts are graded by."""
    return replace(quiz, keys=merged_keys(quiz.questions, quiz.keys, others))


def questions_in(lesson_body: Mapping) -> list[dict]:
    """The public questions of a lesson's knowledge checks, in order."""
    return [
        block["value"]["question"]
        for block in lesson_body.get("body", [])
        if block["type"] == "check" and block["value"] and block["value"]["question"]
    ]
