"""Item analysis of a quiz, from stored points: a number of statements that doesn't grow with people or questions."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from cms.content import api as content
from cms.core.errors import NotFound
from learning.assessment import registry, statistics
from learning.assessment.attempts import drawn_of
from learning.assessment.models import Answer, Attempt
from learning.assessment.quiz import quiz_of
from learning.catalogue import corrections, documents, running
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course, Unit

from . import courses


@dataclass(frozen=True)
class Analysis:
    """A quiz's questions with their numbers. `people` whose first graded attempt counts; None for fewer than five."""

    course: Course
    quiz: UUID
    title: str
    people: int | None
    mean_score_bp: int | None
    items: list[dict]
    keys_shown: bool


def analysis(*, user, quiz_key: UUID, reader: Reader) -> Analysis:
    """The item analysis of a quiz, for people who see its course's report; what is right, only for those who decide or mark.

    Raises NotFound, NotPermitted.
    """
    course = _course_of(user, quiz_key, reader)
    shown = running.may(user, course, running.DECIDE, running.MARK)
    attempts = _first_attempts(course, quiz_key)
    drawn = drawn_of(attempts)
    quizzes = _quizzes(attempts, drawn)
    answers: dict[int, dict[str, tuple]] = defaultdict(dict)
    rows = Answer.objects.filter(attempt__in=_first(course, quiz_key))
    for attempt, question, response, points in rows.values_list("attempt", "question", "response", "points"):
        answers[attempt][question] = (response, points)
    shown_as = courses.titles(course.pk, content.current_edition(course.pk), [quiz_key], reader)
    people = len(attempts)
    enough = people >= statistics.SMALLEST_GROUP
    return Analysis(
        course=course,
        quiz=quiz_key,
        title=shown_as[quiz_key]["title"] if quiz_key in shown_as else _("Quiz"),
        people=people if enough else None,
        mean_score_bp=sum(each.score_bp for each in attempts) // people if enough else None,
        items=_items(attempts, quizzes, answers, shown=shown),
        keys_shown=shown,
    )


def _course_of(user, quiz_key: UUID, reader: Reader) -> Course:
    course_key = (
        Attempt.objects.filter(quiz=quiz_key).order_by().values_list("enrolment__course", flat=True).first()
    )
    if course_key is None:
        if not Unit.objects.filter(key=quiz_key, kind="quiz").exists():
            raise NotFound
        course_key = documents.course_of_unit(quiz_key)
    if course_key is None:
        raise NotFound
    return running.course_of(user, course_key, reader, running.REPORT, running.DECIDE, running.MARK)


def _first(course: Course, quiz_key: UUID):
    """The ids of the attempts that count: of each enrolment the first that was graded."""
    graded = Attempt.objects.filter(quiz=quiz_key, enrolment__course=course, state=Attempt.State.GRADED)
    earlier = graded.filter(enrolment=OuterRef("enrolment"), number__lt=OuterRef("number"))
    return graded.filter(~Exists(earlier)).order_by().values("pk")


def _first_attempts(course: Course, quiz_key: UUID) -> list[Attempt]:
    rows = Attempt.objects.filter(pk__in=_first(course, quiz_key), version__isnull=False)
    names = ("version", "corrected", "questions", "score_bp", "quiz", "number")
    return list(rows.only(*names).order_by("pk"))


def _quizzes(attempts, drawn) -> dict[int, object]:
    """The quiz of each attempt; those with the same versions share one. What was recalled is left out. One statement."""
    pinned = [*attempts, *(each for rows in drawn.values() for each in rows)]
    ids = {pk for each in pinned for pk in (each.version_id, each.corrected_id) if pk is not None}
    parts = {each.version.pk: each for each in corrections.versions(ids)} if ids else {}
    shared: dict[tuple, object] = {}
    found = {}
    for attempt in attempts:
        theirs = [each for each in drawn.get(attempt.pk, []) if each.version_id is not None]
        place = (
            attempt.version_id,
            attempt.corrected_id,
            *((each.question, each.version_id, each.corrected_id) for each in theirs),
        )
        if place not in shared:
            shared[place] = quiz_of(
                parts[attempt.version_id].body,
                parts[attempt.corrected_id or attempt.version_id].private,
                [
                    (
                        str(each.question),
                        parts[each.version_id].body,
                        parts[each.corrected_id or each.version_id].private,
                    )
                    for each in theirs
                ],
            )
        found[attempt.pk] = shared[place]
    return found


def _items(attempts, quizzes, answers, *, shown: bool) -> list[dict]:
    """Questions in the order of the latest version, what it doesn't have last."""
    taken, given, latest = defaultdict(list), defaultdict(list), {}
    for attempt in attempts:
        quiz = quizzes[attempt.pk]
        own = answers[attempt.pk]
        for question_id in attempt.questions:
            if question_id not in quiz.questions:
                continue
            public, key = quiz.questions[question_id], quiz.keys[question_id]
            response, points = own.get(question_id, (None, None))
            nothing = registry.get(public["type"]).nothing()
            left_out = response is None or (nothing is not None and response == nothing)
            earned = None if left_out else Fraction(points or 0, key["points"])
            taken[question_id].append(
                statistics.Taken(earned, Fraction(attempt.score_bp, statistics.FULL_BP))
            )
            if not left_out:
                given[question_id].append((response, points))
            version = (attempt.corrected_id or attempt.version_id, attempt.pk)
            if question_id not in latest or latest[question_id][0] < version:
                latest[question_id] = (version, public, key)
    order = _order(attempts, quizzes, latest)
    return [_value(each, *latest[each][1:], taken[each], given[each], shown=shown) for each in order]


def _order(attempts, quizzes, latest) -> list[str]:
    if not attempts:
        return []
    newest = max(attempts, key=lambda each: (each.version_id, each.pk))
    known = {question: place for place, question in enumerate(quizzes[newest.pk].questions)}
    return sorted(latest, key=lambda each: (known.get(each, len(known)), each))


def _value(question_id, public, key, taken, given, *, shown) -> dict:
    found = statistics.item(taken)
    rows = []
    if found.presented is not None:
        rows = registry.get(public["type"]).tally(given, public, key)
    if not shown:
        rows = statistics.without_keys(rows)
    names = _part_names(public)
    rows = [{**row, "part_text": names.get(row["part"], row["part"])} for row in rows]
    return {
        "id": question_id,
        "type": public["type"],
        "prompt": public["prompt"],
        "of_points": key["points"],
        **asdict(found),
        "answers": rows,
    }


def _part_names(public) -> dict[str, str]:
    """What a question's parts are called: by their texts, blanks by their numbers from 1."""
    lists = [each for each in public.values() if isinstance(each, list)]
    entries = [entry for each in lists for entry in each if isinstance(entry, dict) and "id" in entry]
    blanks = [entry["id"] for entry in entries if "text" not in entry]
    numbers = {blank: str(number) for number, blank in enumerate(dict.fromkeys(blanks), 1)}
    return numbers | {entry["id"]: entry["text"] for entry in entries if "text" in entry}


HEADINGS = ("question", "type", "prompt", "presented", "omitted", "difficulty_bp", "discrimination_bp")


def csv_rows(found: Analysis) -> Iterator[tuple]:
    """Headings, then a row a question."""
    yield HEADINGS
    for each in found.items:
        yield (
            each["id"],
            each["type"],
            each["prompt"],
            each["presented"],
            each["omitted"],
            each["difficulty_bp"],
            each["discrimination_bp"],
        )
