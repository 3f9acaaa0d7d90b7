"""What a translator is told by mail: that something was given to them, and that a reviewer sent it back. Each once.

`Work.untold` is what they weren't told of yet. It is written with the act, in whose transaction the task is left; so nothing is
told of what was rolled back, and only the latest of what came before the task ran.
"""

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from cms.core import mailing
from cms.core.tasks import job

from . import access, mails
from .models import Work

News = Work.News


@job(attempts=8, queue="mail")
def tell(work_pk: int) -> bool:
    """Tell a translator what is new; whether a mail went out. Running it twice sends nothing twice."""
    work = (
        Work.objects.exclude(untold="")
        .select_related("translator", "submitted_by", "translation__source", "translation__target_locale")
        .filter(pk=work_pk, translation__enabled=True)
        .first()
    )
    if work is None:
        return False
    person = recipient(work)
    # Who may not see it any more isn't told its name.
    if (
        person is None
        or not person.is_active
        or not access.seen_translations(person).filter(work=work).exists()
    ):
        return False
    mine = Work.objects.filter(pk=work_pk, translator=work.translator)
    return mailing.send_once(
        claim=lambda: mine.filter(untold=work.untold).update(untold="") > 0,
        release=lambda: mine.filter(untold="").update(untold=work.untold),
        compose=lambda: compose(work, person),
    )


def recipient(work: Work):
    """Whoever has it; where nobody has what was sent back, whoever handed it in."""
    return work.translator or (work.submitted_by if work.untold == News.SENT_BACK else None)


def compose(work: Work, person) -> EmailMessage:
    if work.untold == News.SENT_BACK:
        return mails.message(
            work,
            to=person,
            subject=lambda title: _("Sent back to be mended: %(title)s") % {"title": title},
            template="translation_sent_back",
            reason=work.reason,
        )
    return mails.message(
        work,
        to=person,
        subject=lambda title: _("Given to you to translate: %(title)s") % {"title": title},
        template="translation_assigned",
        left=work.words_total - work.words_done,
    )
