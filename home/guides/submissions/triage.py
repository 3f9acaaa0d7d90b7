"""What the staff and the review do with submissions. Each write is one transaction that holds the submission's row."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted

from ..models import PracticeIndexPage, Submission
from ..reviews.inbox import tasks_of
from . import drafting, submitting
from .flow import move
from .submitting import Act

ACTING = "guides.change_submission"
LOOKING = "guides.view_submission"


def may_act(user) -> bool:
    return user.has_perm(ACTING)


def may_look(user) -> bool:
    """Whether this person sees what members have handed in: the staff, and whoever reviews something."""
    return user.has_perm(ACTING) or user.has_perm(LOOKING) or bool(tasks_of(user))


def handed_in():
    """What the staff sees: a draft is its author's alone."""
    return Submission.objects.filter(state__in=submitting.HANDED_IN)


@transaction.atomic
def take(*, by, key: UUID, index_id: int, now: datetime) -> Submission:
    """Make a draft below a repository, or bring the one there up to date, and start its review.

    Raises NotPermitted, NotFound (submission or repository), Conflict `submission_state` or `no_review`.
    """
    submission = _locked(by, key)
    index = PracticeIndexPage.objects.filter(pk=index_id, alias_of__isnull=True).first()
    if index is None:
        raise NotFound
    if submitting.after(submission.state, Act.TAKE) is None:
        raise Conflict(code="submission_state")
    page = drafting.write(submission, index)
    move(submission, Act.TAKE, now)
    drafting.start_review(page, by=by)
    return submission


@transaction.atomic
def send_back(*, by, key: UUID, reason: str, now: datetime) -> Submission:
    """Ask the author for changes; a review under way is called off, its draft stays. Raises as `take`, and BadInput
    without a reason."""
    submission = _locked(by, key)
    move(submission, Act.RETURN, now, reason=_given(reason))
    drafting.call_off(submission.page_id, by=by)
    return submission


@transaction.atomic
def decline(*, by, key: UUID, reason: str, now: datetime) -> Submission:
    """Say no for good; a draft that was made of it is deleted. Raises as `send_back`."""
    submission = _locked(by, key)
    page_id, submission.page_id, submission.revision_id = submission.page_id, None, None
    move(submission, Act.DECLINE, now, reason=_given(reason))
    drafting.discard(page_id, by=by)
    return submission


def _given(reason: str) -> str:
    if not reason.strip():
        raise BadInput(errors={"reason": [_("Give a reason: the author reads it.")]})
    return reason.strip()


def _locked(by, key: UUID) -> Submission:
    if not may_act(by):
        raise NotPermitted
    found = handed_in().select_for_update().filter(uuid=key).first()
    if found is None:
        raise NotFound
    return found


# What the review does ---------------------------------------------------------------------------------------------


@transaction.atomic
def review_sent_back(page_id: int, *, reason: str, now: datetime) -> None:
    """A reviewer asked for changes: the author reads why."""
    _happen(page_id, Act.RETURN, now, reason=reason.strip() or _("The reviewers gave no reason."))


@transaction.atomic
def review_called_off(page_id: int, *, now: datetime) -> None:
    """Somebody cancelled the review: it waits to be taken again."""
    _happen(page_id, Act.RELEASE, now)


@transaction.atomic
def page_released(page_id: int, *, live: bool, now: datetime) -> None:
    """The page was published, or will be on a day to come."""
    _happen(page_id, Act.PUBLISH if live else Act.ACCEPT, now)


@transaction.atomic
def page_deleted(page_id: int, *, now: datetime) -> None:
    """Somebody deleted the page: what was in review waits to be taken again."""
    submission = _happen(page_id, Act.RELEASE, now)
    if submission is not None:
        submission.page_id = submission.revision_id = None
        submission.save(update_fields=["page_id", "revision_id"])


def _happen(page_id: int, act: Act, now: datetime, *, reason: str = "") -> Submission | None:
    """Let what happened to a page happen to its submission, where it has one and its state has to do with it."""
    submission = Submission.objects.select_for_update().filter(page_id=page_id).first()
    if submission is None or submitting.after(submission.state, act) is None:
        return None
    move(submission, act, now, reason=reason)
    return submission
