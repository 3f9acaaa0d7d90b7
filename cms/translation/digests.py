"""A mail for those who review: what waits for them, once a day at most, where something waits that they weren't told of.

What the last mail told of is kept with the person. It is written before the mail is handed over, so no crash sends one twice;
and since it names what it told of, nothing is passed over that was being handed in while a mail was written.
"""

from collections import defaultdict
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, override

from cms.core import languages, mailing
from cms.core.tasks import job

from . import access, deciding
from .models import LanguageRole, ReviewDigest, Work

# In the deployment's time zone: what was handed in during a night is told of in the morning.
FROM_HOUR = 6
# More of either part than that is read at the desk.
MOST_TITLES = 20

REVIEWER = LanguageRole.Role.REVIEWER


def mark_of(work: Work) -> str:
    """What a digest remembers of something: handed in again it is something new."""
    return f"{work.pk} {work.submitted_at.isoformat() if work.submitted_at else ''}"


def wants(person) -> bool:
    """Whether somebody gets these mails: nobody has to ask for them."""
    return not ReviewDigest.objects.filter(person=person, wanted=False).exists()


def choose(person, wanted: bool) -> None:
    """Get these mails, or none any more."""
    ReviewDigest.objects.update_or_create(person=person, defaults={"wanted": wanted})


def due(today: date) -> QuerySet[ReviewDigest]:
    """The digests of those who want one and got none today."""
    return ReviewDigest.objects.filter(Q(sent_on=None) | Q(sent_on__lt=today), wanted=True)


def queue_digests(now: datetime) -> int:
    """Leave a task for each reviewer in whose languages something waits that they weren’t told of; how many. Three statements,
    and one for each of them. What they may see is asked when the mail is written."""
    local = timezone.localtime(now)
    if local.hour < FROM_HOUR:
        return 0
    waiting = defaultdict(list)
    rows = Work.objects.filter(stage=Work.Stage.IN_REVIEW, translation__enabled=True)
    for work in rows.select_related("translation").only(
        "submitted_at", "submitted_by_id", "translation__target_locale_id"
    ):
        waiting[work.translation.target_locale_id].append((work.submitted_by_id, mark_of(work)))
    reviewed = defaultdict(set)
    roles = LanguageRole.objects.filter(role=REVIEWER, locale__in=waiting, group__user__is_active=True)
    for person, locale in roles.values_list("group__user", "locale"):
        reviewed[person].add(locale)
    digests = {each.person_id: each for each in ReviewDigest.objects.filter(person__in=reviewed)}
    number = 0
    for person, locales in sorted(reviewed.items()):
        digest = digests.get(person) or ReviewDigest(person_id=person)
        if not digest.wanted or digest.sent_on == local.date():
            continue
        told = set(digest.told)
        if any(by != person and mark not in told for locale in locales for by, mark in waiting[locale]):
            send.enqueue(person)
            number += 1
    return number


@job(attempts=8, queue="mail")
def send(person_pk: int) -> bool:
    """Tell one reviewer what waits for them; whether a mail went out. Running it twice sends nothing twice."""
    today = timezone.localdate()
    person = get_user_model().objects.filter(pk=person_pk, is_active=True).first()
    waiting = list(waits_for(person)) if person else []
    if not waiting:
        return False
    ReviewDigest.objects.get_or_create(person=person)
    digest = due(today).filter(person=person).first()
    if digest is None:
        return False
    told = set(digest.told)
    new = [work for work in waiting if mark_of(work) not in told]
    if not new:
        return False
    marks = [mark_of(work) for work in waiting]
    return mailing.send_once(
        claim=lambda: (
            due(today).filter(pk=digest.pk, sent_on=digest.sent_on).update(sent_on=today, told=marks) > 0
        ),
        release=lambda: ReviewDigest.objects.filter(pk=digest.pk, sent_on=today).update(
            sent_on=digest.sent_on, told=digest.told
        ),
        compose=lambda: compose(person, new, [work for work in waiting if mark_of(work) in told]),
    )


def waits_for(person) -> QuerySet[Work]:
    """What this person may approve and hasn't handed in, in the languages that they review, the longest waiting first. Superusers,
    who may do so anyway, aren't asked."""
    seen = access.seen_translations(person).filter(
        target_locale__in=access.rights_of(person).reviews, work__stage=Work.Stage.IN_REVIEW
    )
    return (
        Work.objects.filter(translation__in=deciding.approvable(person, seen))
        .exclude(submitted_by=person)
        .select_related("translation__source", "translation__target_locale")
        .order_by("submitted_at", "pk")
    )


def compose(person, new: list[Work], earlier: list[Work]) -> EmailMessage:
    """One mail in the person's own language, else in that of the first translation."""
    first = new[0].translation.target_locale.language_code
    with override(mailing.own_language(person, first)):
        mine = settings.BASE_URL + reverse("translation:mine")
        return mailing.message(
            subject=ngettext(
                "%(count)s translation waits for your review",
                "%(count)s translations wait for your review",
                len(new) + len(earlier),
            )
            % {"count": len(new) + len(earlier)},
            template="translation_review_digest",
            context={
                "parts": [_part(new), _part(earlier)],
                "url": mine,
            },
            to=person.email,
        )


def _part(works: list[Work]) -> dict:
    return {
        "entries": [
            {
                "title": work.translation.source.object_repr,
                "language": languages.name(work.translation.target_locale.language_code),
                "day": work.submitted_at,
                "url": settings.BASE_URL + reverse("translation:assignment", args=[work.translation.uuid]),
            }
            for work in works[:MOST_TITLES]
        ],
        "more": max(0, len(works) - MOST_TITLES),
    }
