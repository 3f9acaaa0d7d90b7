"""A mail before a certificate expires: once, unless its holder wants none, has renewed it or lost it."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.core import mailing
from cms.core.tasks import job

from . import rules
from .models import Certificate

SALT = "learning.certificate.reminder"


def due(now: datetime) -> QuerySet[Certificate]:
    """The certificates whose holders are to be reminded now."""
    return Certificate.objects.filter(
        expires_at__gt=now,
        expires_at__lte=now + rules.REMIND_BEFORE,
        revoked_at=None,
        reminded_at=None,
        renewals=None,
        holder__isnull=False,
        enrolment__learner__user__is_active=True,
        enrolment__learner__no_reminders=None,
    )


def queue_reminders(now: datetime) -> int:
    """Leave a task for each certificate that is due; how many. A second one for the same finds it sent."""
    keys = list(due(now).order_by("pk").values_list("pk", flat=True))
    for key in keys:
        send.enqueue(key)
    return len(keys)


@job(attempts=8, queue="mail")
def send(certificate_pk: int) -> bool:
    """Remind the holder of one certificate; whether a mail went out. Running it twice sends nothing twice."""
    now = timezone.now()
    certificate = due(now).select_related("enrolment__learner__user").filter(pk=certificate_pk).first()
    if certificate is None:
        return False
    this = Certificate.objects.filter(pk=certificate_pk)
    return mailing.send_once(
        claim=lambda: this.filter(reminded_at=None).update(reminded_at=now) > 0,
        release=lambda: this.update(reminded_at=None),
        compose=lambda: compose(certificate),
    )


def compose(certificate: Certificate) -> EmailMessage:
    """The mail, in the person's language, else in the certificate's."""
    learner = certificate.enrolment.learner
    person = learner.user
    with override(mailing.language_of(person, certificate.language)):
        stop = settings.BASE_URL + reverse(
            "learning:stop_reminders", kwargs={"token": stop_token(learner.pk)}
        )
        page = reverse("learning:certificate", kwargs={"certificate": certificate.uuid})
        return mailing.message(
            subject=_("Your certificate expires soon: %(title)s") % {"title": certificate.title},
            template="certificate_expires",
            context={
                "title": certificate.title,
                "expires_on": certificate.expires_on,
                "url": settings.BASE_URL + page,
                "stop_url": stop,
            },
            to=person.email,
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def stop_token(learner_pk: int) -> str:
    """What turns these mails off, and nothing else, for whoever holds it. It doesn't expire."""
    return signing.Signer(salt=SALT).sign_object(learner_pk)


def learner_of_token(token: str) -> int | None:
    """The learner that a token names; None for one that wasn't made here."""
    try:
        return signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
