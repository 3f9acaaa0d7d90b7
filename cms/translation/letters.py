"""What a translator is told by mail: that something was given to them, that a reviewer sent it back, and that what they have is
expected by another day. Each once.

`Work.untold` is what they weren't told of yet. It is written with the act, in whose transaction the task is left; so nothing is
told of what was rolled back, and only the latest of what came before the task ran. A day that was changed and changed back before
that is no news.
"""

from datetime import date

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from cms.core import mailing
from cms.core.tasks import job

from . import access, mails
from .models import Work

News = Work.News


def news_of(work: Work, *, given: int | None, due_on: date | None, by_id: int) -> tuple[str, date | None]:
    """What is untold when somebody gives this to a translator (a primary key) until a day, and the day that the translator knew.
    Pure.

    Whoever is new is told; nobody gets a mail about what they did themselves. Who has it is told of another day, unless another
    mail that says the day is on its way, or nothing is theirs to do: it waits for a reviewer or was approved.
    """
    if given != work.translator_id:
        return (News.ASSIGNED if given not in (None, by_id) else ""), None
    if due_on == work.due_on or work.untold in (News.ASSIGNED, News.SENT_BACK):
        return work.untold, work.known_due_on
    known = work.known_due_on if work.untold == News.OTHER_DAY else work.due_on
    if given in (None, by_id) or known == due_on or work.stage != Work.Stage.OPEN:
        return "", None
    return News.OTHER_DAY, known


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
    if work.untold == News.OTHER_DAY and work.stage != Work.Stage.OPEN:
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
    if work.untold == News.OTHER_DAY:
        # Whoever has changed the day meanwhile has left a task that tells of theirs.
        mine = mine.filter(stage=work.stage, due_on=work.due_on, known_due_on=work.known_due_on)
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
    if work.untold == News.OTHER_DAY:
        return mails.message(
            work,
            to=person,
            subject=lambda title: _("Another day for your translation: %(title)s") % {"title": title},
            template="translation_other_day",
            known=work.known_due_on,
            left=work.words_total - work.words_done,
        )
    return mails.message(
        work,
        to=person,
        subject=lambda title: _("Given to you to translate: %(title)s") % {"title": title},
        template="translation_assigned",
        left=work.words_total - work.words_done,
    )
