"""What a learner sees of an attempt: questions in their language and order, saved answers, and feedback when it may be
shown. Pure; the only place through which anything of a key leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import marking, registry, rules
from .grading import Mark
from .quiz import Quiz, by_id, covers


@dataclass(frozen=True)
class Wording:
    """The texts of a quiz in one language: public questions and private parts by id."""

    locale: str
    questions: Mapping[str, Mapping]
    secrets: Mapping[str, Mapping]


def wording(quiz: Quiz, source_locale: str, translated: Wording | None) -> Wording:
    """The translation where it has every question and option of the pinned version, else the source whole."""
    if translated is not None and covers(translated.questions, quiz.questions):
        return translated
    return Wording(source_locale, quiz.questions, quiz.keys)


def wording_of(locale: str, body: Mapping, private: Mapping) -> Wording:
    return Wording(locale, by_id(body["questions"]), dict(private))


def questions(quiz: Quiz, order: list[str], seed: int, words: Wording) -> list[dict]:
    """The public questions in the attempt's order; their parts in the order of its seed where the quiz shuffles."""
    return [_question(quiz, question_id, seed, words) for question_id in order]


def _question(quiz, question_id, seed, words) -> dict:
    question = dict(words.questions[question_id])
    if quiz.shuffle:
        for name in registry.get(question["type"]).shuffled:
            parts = by_id(question[name])
            question[name] = [parts[each] for each in rules.shuffled(parts, seed)]
    return question


def feedback_on(
    question: Mapping,
    key: Mapping,
    texts: Mapping,
    response: Mapping | None,
    points: int | None,
    marks: Iterable = (),
) -> dict:
    """`{points, of_points, verdict, parts, answer, explanation, remarks, marking}` of one question. Only when it may be shown.

    `key` is the merged secret, `texts` the secret in the reader's language. `verdict` is `right`, `partly`, `wrong` or
    `unanswered`; `parts` maps ids of parts to the verdict on each, `remarks` option ids to feedback on them. `marks` are what people
    gave it: `marking` says what they came to by criterion, and their comments.
    """
    question_type = registry.get(question["type"])
    mark = Mark(points or 0, key["points"])
    return {
        "points": mark.points,
        "of_points": mark.of_points,
        "verdict": mark.verdict if response is not None else "unanswered",
        "parts": question_type.verdicts(response, key) if response is not None else {},
        "answer": question_type.answer_in(key, texts),
        "explanation": texts["explanation"],
        "remarks": question_type.remarks(texts),
        "marking": marking.for_learner(marks, question, texts),
    }
