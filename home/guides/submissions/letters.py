"""Mail to the author of a submission: at each step, in their own language where it is known."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from cms.core import mailing
from cms.core.tasks import job

from ..models import Submission


def tell(submission: Submission) -> None:
    """Let the author know where it stands, as soon as that is certain."""
    if submission.author_id is not None:
        send.enqueue(submission.pk, submission.state)


@job(queue="mail")
def send(submission_pk: int, state: str) -> None:
    """Mail about a state, unless it has passed: what came after it has a mail of its own."""
    submission = Submission.objects.select_related("author").filter(pk=submission_pk, state=state).first()
    author = submission.author if submission is not None else None
    if author is None or not author.is_active or not author.email:
        return
    with override(mailing.language_of(author, submission.language)):
        address = settings.BASE_URL + reverse("contribute:submission", kwargs={"key": submission.uuid})
        context = {"submission": submission, "address": address, "site_name": settings.WAGTAIL_SITE_NAME}
        subject = " ".join(render_to_string("contribute/letter_subject.txt", context).split())
        body = render_to_string("contribute/letter.txt", context).strip() + "\n"
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, to=[author.email], headers=headers).send()
