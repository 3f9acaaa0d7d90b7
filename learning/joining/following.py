"""Following a course that is announced: one mail when it opens."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cms.core import audiences, languages, mailing
from cms.core.errors import Conflict, NotFound
from cms.core.tasks import job
from learning.catalogue import documents
from learning.catalogue.choices import Status
from learning.catalogue.documents import Reader

from .models import CourseFollower


def follow(*, user, course_key: UUID, reader: Reader, now: datetime) -> None:
    """Be told when a course opens. Twice is once. Raises NotFound, Conflict `not_announced` for one that won't open."""
    document = documents.course(reader, course_key)
    if document.rules.status_at(now) != Status.ANNOUNCED:
        raise Conflict(gettext_lazy("Only a course that is announced can be followed."), code="not_announced")
    row, is_new = CourseFollower.objects.get_or_create(
        course_id=course_key, user=user, defaults={"since": now, "language": reader.locale}
    )
    if not is_new and row.told_at is not None:
        # It opened, closed, and is announced again.
        CourseFollower.objects.filter(pk=row.pk).update(told_at=None, since=now, language=reader.locale)


def unfollow(*, user, course_key: UUID) -> None:
    """Stop following; somebody who doesn't has nothing to stop."""
    CourseFollower.objects.filter(user=user, course=course_key).delete()


def is_following(user, course_key: UUID) -> bool:
    return CourseFollower.objects.filter(user=user, course=course_key, told_at=None).exists()


def following_value(*, user, course_key: UUID, reader: Reader) -> dict:
    """`{following}`. Raises NotFound where the person sees no such course."""
    if not documents.courses(reader, [course_key]):
        raise NotFound
    return {"following": is_following(user, course_key)}


def queue_openings(now: datetime) -> int:
    """Leave a task for each follower of a course that is open now; how many."""
    waiting = CourseFollower.objects.filter(told_at=None, user__is_active=True)
    keys = list(waiting.order_by().values_list("course", flat=True).distinct())
    open_keys = [key for key, rules in documents.rules_of(keys).items() if rules.is_open(now)]
    pks = list(waiting.filter(course__in=open_keys).order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        tell.enqueue(pk)
    return len(pks)


@job(attempts=8, queue="mail")
def tell(follower_pk: int) -> bool:
    """Tell one follower that the course is open; whether a mail went out. Nothing of a course that they may not see now."""
    now = timezone.now()
    rows = CourseFollower.objects.filter(pk=follower_pk, told_at=None, user__is_active=True)
    follower = rows.select_related("user").first()
    if follower is None:
        return False
    language = mailing.language_of(follower.user, follower.language)
    reader = Reader(principals=audiences.principals_of(follower.user), locale=language)
    found = documents.courses(reader, [follower.course_id])
    if not found or not found[0].rules.is_open(now):
        return False
    return mailing.send_once(
        lambda: rows.update(told_at=now),
        lambda: CourseFollower.objects.filter(pk=follower_pk).update(told_at=None),
        lambda: compose(found[0], follower.user.email, language),
    )


def compose(document, address: str, language: str):
    with override(language):
        title = document.item.title
        return mailing.message(
            subject=_("The course is open: %(title)s") % {"title": title},
            template="course_opens",
            context={
                "title": title,
                "url": settings.BASE_URL + languages.swap_prefix(document.item.path, language),
                "closes_at": document.rules.closes_at,
            },
            to=address,
        )
