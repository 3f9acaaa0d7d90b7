"""What mails of the desk have in common."""

from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import override

from cms.core import languages, mailing

from .models import Work


def message(work: Work, *, to, subject: Callable[[str], str], template: str, **context) -> EmailMessage:
    """A mail about one thing, in its recipient's own language, else in the one that is translated into.

    `subject` gets the thing's title; the template has `title`, `language`, `due_on`, `url` and `context`.
    """
    target = work.translation.target_locale.language_code
    with override(mailing.own_language(to, target)):
        title = work.translation.source.object_repr
        return mailing.message(
            subject=subject(title),
            template=template,
            context={
                "title": title,
                "language": languages.name(target),
                "due_on": work.due_on,
                "url": settings.BASE_URL + reverse("translation:work", args=[work.translation.uuid]),
                **context,
            },
            to=to.email,
        )
