"""Mails that go out once: marked as sent before they are handed over, and unmarked where the mail server refuses them."""

import smtplib
from collections.abc import Callable, Mapping

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from wagtail.users.models import UserProfile

from . import languages
from .language_models import met

# Answers by which a mail server says that it didn't take a mail. Whatever else happens leaves that open.
REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


def send_once(
    claim: Callable[[], bool], release: Callable[[], object], compose: Callable[[], EmailMessage]
) -> bool:
    """Send what `compose` makes if `claim` gets it; whether a mail went out. No crash sends it twice."""
    connection = get_connection()
    connection.open()
    try:
        # Written first: a mail that can't be written isn't marked as sent, and the task tries again.
        mail = compose()
        if not claim():
            return False
        try:
            connection.send_messages([mail])
        except REFUSED:
            release()
            raise
        return True
    finally:
        connection.close()


def message(
    *, subject: str, template: str, context: Mapping, to: str, headers: Mapping | None = None
) -> EmailMessage:
    """A mail in the language at work."""
    body = render_to_string(f"mail/{template}.txt", {"site": settings.WAGTAIL_SITE_NAME, **context})
    return EmailMessage(
        " ".join(subject.split()),
        body.strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )


def language_of(person, other: str) -> str:
    """The language that a reader is written to in: their own, else another that is known; the site's own where readers don't
    meet that one. A statement, none for the site's own."""
    return met(_known(person.language) or other)


def own_language(person, other: str) -> str:
    """The language of somebody who works on the site: their own, else the one that they chose for the admin, else another that is
    known; ready for readers or not. A statement at most."""
    return _known(person.language) or _of_admin(person) or other


def _of_admin(person) -> str:
    chosen = UserProfile.objects.filter(user=person).values_list("preferred_language", flat=True).first()
    return _known(chosen or "")


def _known(code: str) -> str:
    return code if code in languages.codes() else ""
