"""Which keys of a quiz and its drawn questions are in use, and which of them what is published now can correct."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from cms.core.errors import Conflict, NotFound
from learning.assessment.models import Attempt, DrawnQuestion
from learning.catalogue import corrections, running
from learning.catalogue.corrections import Correctable
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course


class StalePlan(Conflict):
    """409 `stale_plan`."""

    code = "stale_plan"
    message = _("Something has changed since this was shown. Look at it again.")


class NotACorrection(Conflict):
    """409 `not_a_correction`."""

    code = "not_a_correction"
    message = _(
        "The new version asks something else or has other rules. Publish one that differs in its keys alone to regrade by it."
    )


@dataclass(frozen=True)
class Choice:
    """Keys by which attempts were graded, and that what is published now can correct.

    `question` is a bank question's key, None for the quiz's own questions; `number` the earliest version with these keys.
    """

    question: UUID | None
    title: str
    number: int
    target_number: int
    attempts: int


def course_of_quiz(user, quiz_key: UUID, reader: Reader) -> Course:
    """Raises NotFound, NotPermitted."""
    course_key = (
        Attempt.objects.filter(quiz=quiz_key).values_list("enrolment__course", flat=True).order_by().first()
    )
    if course_key is None:
        raise NotFound
    return running.course_of(user, course_key, reader, running.DECIDE)


def choices(*, user, quiz_key: UUID, reader: Reader) -> tuple[Course, list[Choice]]:
    """Which keys of a quiz and its drawn questions can be corrected by what is published now.

    A number of statements that doesn't grow with that of questions. Raises NotFound (also for a quiz without attempts),
    NotPermitted.
    """
    course = course_of_quiz(user, quiz_key, reader)
    in_use = _in_use(course, quiz_key)
    published = corrections.published([question or quiz_key for question in in_use]) if in_use else {}
    known = {each.version.pk: each for each in corrections.versions(set().union(*in_use.values()))}
    found = []
    for question, numbers in in_use.items():
        target = published.get(question or quiz_key)
        if target is None:
            continue
        for group in _alike(known[pk] for pk in numbers):
            first = group[0]
            if corrections.corrects(first, target) and not corrections.grades_alike(first, target):
                attempts = sum(numbers[each.version.pk] for each in group)
                number, title = first.version.number, target.body["title"]
                found.append(Choice(question, title, number, target.version.number, attempts))
    return course, found


def _in_use(course: Course, quiz_key: UUID) -> dict[UUID | None, dict[int, int]]:
    """By question (None for the quiz's own) the versions whose keys grade attempts, with the numbers of these."""
    found: dict[UUID | None, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = Attempt.objects.filter(quiz=quiz_key, enrolment__course=course, version__isnull=False)
    for version, corrected, number in _counted(rows, "version", "corrected"):
        found[None][corrected or version] += number
    drawn = DrawnQuestion.objects.filter(
        attempt__quiz=quiz_key, attempt__enrolment__course=course, version__isnull=False
    )
    for question, version, corrected, number in _counted(drawn, "question", "version", "corrected"):
        found[question][corrected or version] += number
    return found


def _counted(rows, *names: str):
    return rows.order_by().values_list(*names).annotate(Count("pk"))


def _alike(versions: Iterable[Correctable]) -> list[list[Correctable]]:
    """Versions of one item in groups that grade alike, the earliest first."""
    groups: list[list[Correctable]] = []
    for each in sorted(versions, key=lambda each: each.version.number):
        for group in groups:
            if corrections.grades_alike(group[0], each) and corrections.corrects(group[0], each):
                group.append(each)
                break
        else:
            groups.append([each])
    return groups


def chosen(course, quiz_key, question, source_number, target_number) -> tuple[list[int], Correctable]:
    """(the versions that are corrected, what corrects them). Raises NotFound, StalePlan, NotACorrection."""
    in_use = _in_use(course, quiz_key).get(question)
    key = question or quiz_key
    target = corrections.published([key]).get(key)
    if in_use is None or target is None:
        raise NotFound
    if target.version.number != target_number:
        raise StalePlan
    group = next(
        (
            each
            for each in _alike(corrections.versions(list(in_use)))
            if source_number in {one.version.number for one in each}
        ),
        None,
    )
    if group is None:
        raise NotFound
    if not corrections.corrects(group[0], target):
        raise NotACorrection
    return [each.version.pk for each in group], target
