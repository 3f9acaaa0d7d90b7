"""A quiz or lesson's questions as values, from the bodies and private parts of versions. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


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

    @property
    def types(self) -> dict[str, str]:
        return {question_id: question["type"] for question_id, question in self.questions.items()}


def quiz_of(body: Mapping, private: Mapping) -> Quiz:
    """Read a quiz from its version's body and private part."""
    return Quiz(
        pass_mark=body["pass_mark"],
        max_attempts=body["max_attempts"],
        time_limit=body["time_limit"],
        feedback=body["feedback"],
        shuffle=body["shuffle"],
        questions=by_id(body["questions"]),
        keys=private,
    )


def by_id(questions: Iterable[Mapping]) -> dict[str, Mapping]:
    return {question["id"]: question for question in questions}


def covers(translated: Mapping[str, Mapping], pinned: Mapping[str, Mapping]) -> bool:
    """Whether a translation has every pinned question with every option, so that it can stand in for the source."""
    return all(
        question_id in translated
        and translated[question_id]["type"] == question["type"]
        and {option["id"] for option in translated[question_id].get("options", [])}
        == {option["id"] for option in question.get("options", [])}
        for question_id, question in pinned.items()
    )


def questions_in(lesson_body: Mapping) -> list[dict]:
    """The public questions of a lesson's knowledge checks, in order."""
    return [
        block["value"]["question"]
        for block in lesson_body.get("body", [])
        if block["type"] == "check" and block["value"] and block["value"]["question"]
    ]
