"""A crowd that is under way in a course moves to its next edition."""

from datetime import timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.utils import timezone

from cms.content import api as content
from cms.core.audiences import ANONYMOUS
from learning.api import Reader, enrol, move_enrolments
from learning.models import CoursePage, Enrolment, Event, Learner, LessonPage, ModulePage, UnitRecord

from .corpus import publish

TOGETHER = 1_000


class Crowd:
    """People all along a course, each with a lesson open. Each `move` releases an edition with a lesson more, and takes them there."""

    def __init__(self, course: CoursePage, size: int):
        self.course, self.size = course, size
        self.editions = 1

    def gather(self) -> None:
        """One enrols as everybody does; the others are made as that one is, with records of what they have done."""
        now = timezone.now() - timedelta(days=1)
        first = enrol(
            user=get_user_model().objects.create_user("crowd@bench.example"),
            course_key=self.course.translation_key,
            reader=Reader(principals=ANONYMOUS, locale=self.course.locale.language_code),
            now=now,
        )
        keys = [row.key for row in content.structure(first.edition) if row.type == "learning.LessonPage"]
        half = len(keys) // 2
        learners = Learner.objects.bulk_create(
            [Learner(created_at=now) for _ in range(self.size - 1)], batch_size=TOGETHER
        )
        enrolments = [
            Enrolment(
                learner=learner,
                course=first.course,
                edition=first.edition,
                enrolled_at=now,
                required_done=number % (half + 1),
                required_total=len(keys),
                last_at=now,
            )
            for number, learner in enumerate(learners)
        ]
        Enrolment.objects.bulk_create(enrolments, batch_size=TOGETHER)
        Event.objects.bulk_create(
            [
                Event(
                    uuid=uuid4(), enrolment=each, verb="enrolled", edition=first.edition,
                    occurred_at=now, effective_at=now, received_at=now,
                )
                for each in enrolments
            ],
            batch_size=TOGETHER,
        )  # fmt: skip
        UnitRecord.objects.bulk_create(
            [
                UnitRecord(
                    enrolment=each, unit_id=key, opened_at=now, state="completed", marked_at=now, done_at=now
                )
                for each in enrolments
                for key in keys[: each.required_done]
            ],
            batch_size=TOGETHER,
        )
        UnitRecord.objects.bulk_create(
            [
                UnitRecord(
                    enrolment=each, unit_id=keys[each.required_done], opened_at=now, state="in_progress"
                )
                for each in enrolments
                if each.required_done < len(keys)
            ],
            batch_size=TOGETHER,
        )

    def release(self):
        """The next edition, with a lesson more."""
        self.editions += 1
        module = ModulePage.objects.child_of(self.course).first()
        lesson = LessonPage(
            title=f"New in {self.editions}", body=[("text", "<p>New.</p>")], locale=module.locale
        )
        publish(module.add_child(instance=lesson))
        return content.release_edition(root_key=self.course.translation_key, note="New.")

    def move(self, edition) -> int:
        """Take everybody there; how many."""
        return move_enrolments(edition=edition, rule="move", actor=None, now=timezone.now())
