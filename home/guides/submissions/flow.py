"""What authors do with their submissions. Each write is one transaction that holds the submission's row.

Who isn't the author of a submission finds none: NotFound, whether there is one or not.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet

from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted, Unprocessable
from cms.core.language_models import offered
from home.vocabulary.models import Term

from ..models import Submission, SubmissionTerm
from . import attachments, drafting, letters, submitting
from .submitting import Act, Attribution, State

PERMISSION = "guides.add_submission"


def may_contribute(user) -> bool:
    """Whether this person may send in practices."""
    return user.is_authenticated and user.has_perm(PERMISSION)


def of_author(user) -> QuerySet[Submission]:
    return Submission.objects.filter(author=user)


def own(user, key: UUID) -> Submission:
    """A submission of this author's. Raises NotFound."""
    found = of_author(user).filter(uuid=key).first()
    if found is None:
        raise NotFound
    return found


def chosen_codes(submission: Submission) -> dict[str, list[str]]:
    """`{taxonomy: [code]}` of what the author chose. One statement."""
    found: dict[str, list[str]] = {taxonomy.value: [] for taxonomy in submitting.TAXONOMIES}
    rows = submission.terms.order_by("term__position", "term__code")
    for taxonomy, code in rows.values_list("term__taxonomy", "term__code"):
        found.setdefault(taxonomy, []).append(code)
    return found


# Writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create(*, user, title: str, language: str, now: datetime, key: UUID | None = None) -> Submission:
    """A new draft. `key` is the request's own: sent again because the answer got lost, it gives the draft that it made.

    Raises NotPermitted, or Conflict `too_many_submissions` for somebody with ten that are open.
    """
    _check(user)
    _check_values({"title": title, "language": language}, "")
    # The author's row is where requests meet that are sent at once.
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    taken = Submission.objects.filter(uuid=key).first() if key else None
    if taken is not None and (taken.author_id, taken.title, taken.language) == (user.pk, title, language):
        return taken
    if of_author(user).exclude(state__in=submitting.CLOSED).count() >= submitting.MOST_OPEN:
        raise Conflict(code="too_many_submissions")
    return Submission.objects.create(
        # Another text is another draft, though it came from the same form; and nobody learns of another's key.
        uuid=uuid4() if key is None or taken is not None else key,
        author=user,
        title=title,
        language=language,
        created_at=now,
        updated_at=now,
    )


@transaction.atomic
def save(*, user, key: UUID, values: Mapping[str, object], now: datetime) -> Submission:
    """Keep what the author wrote: the texts of `submitting.LENGTHS`, `language`, `attribution`, and for each taxonomy
    the codes that were chosen. What `values` doesn't name stays as it is.

    Raises Conflict `submission_closed` where nobody may write in it, BadInput for a term that there isn't and for a text
    that is too long.
    """
    submission = _editable(user, key)
    _check_values(values, submission.language)
    for name in (*submitting.LENGTHS, "language", "attribution"):
        if name in values:
            setattr(submission, name, values[name])
    if submission.attribution == Attribution.ANONYMOUS:
        submission.credit = ""
    submission.updated_at = now
    submission.save()
    _choose(submission, {each.value: values[each] for each in submitting.TAXONOMIES if each in values})
    return submission


def _check_values(values: Mapping[str, object], language: str) -> None:
    """The form has looked at all of it; not everybody comes by the form. `language` is what was chosen before. Raises BadInput."""
    wrong = [name for name, most in submitting.LENGTHS.items() if len(values.get(name, "")) > most]
    if "title" in values and not values["title"]:
        wrong.append("title")
    if "language" in values and values["language"] not in dict(offered(language)):
        wrong.append("language")
    if values.get("attribution", Attribution.ANONYMOUS) not in Attribution.values:
        wrong.append("attribution")
    if wrong:
        raise BadInput(errors={name: [str(BadInput.message)] for name in wrong})


def _choose(submission: Submission, chosen: Mapping[str, Collection[str]]) -> None:
    wanted = {(taxonomy, code) for taxonomy, codes in chosen.items() for code in codes}
    among = Q(pk__in=[])
    for taxonomy, codes in chosen.items():
        among |= Q(taxonomy=taxonomy, code__in=codes)
    terms = list(Term.objects.filter(among))
    if {(term.taxonomy, term.code) for term in terms} != wanted:
        raise BadInput(errors={"terms": [str(BadInput.message)]})
    rows = submission.terms.filter(term__taxonomy__in=chosen)
    rows.exclude(term__in=terms).delete()
    kept = set(rows.values_list("term", flat=True))
    SubmissionTerm.objects.bulk_create(
        SubmissionTerm(submission=submission, term=term) for term in terms if term.pk not in kept
    )


@transaction.atomic
def attach(*, user, key: UUID, files: Collection, now: datetime) -> list[tuple[str, str]]:
    """Keep those of these uploaded files that can be kept; `[(name, why not)]` of the others."""
    return attachments.keep(_editable(user, key), files, now)


@transaction.atomic
def detach(*, user, key: UUID, files: Collection[UUID]) -> None:
    """Delete attachments; those that are gone already are gone."""
    submission = _editable(user, key)
    attachments.remove(submission.files.filter(uuid__in=files))


@transaction.atomic
def submit(*, user, key: UUID, consent: str, now: datetime) -> Submission:
    """Hand it in. `consent` is the sentence that was agreed to, empty where it wasn't.

    Raises Unprocessable `submission_incomplete` with `errors` (`{field: [sentence]}`), Conflict `submission_closed`.
    """
    submission = _editable(user, key)
    values = {name: getattr(submission, name) for name in (*submitting.LENGTHS, "attribution")}
    gaps = submitting.missing({**values, **chosen_codes(submission), "consent": consent})
    if gaps:
        errors = {name: [submitting.MISSING[name]] for name in gaps}
        raise Unprocessable(code="submission_incomplete", errors=errors)
    submission.consent, submission.consented_at = consent, now
    move(submission, Act.SUBMIT, now)
    return submission


@transaction.atomic
def withdraw(*, user, key: UUID, now: datetime) -> Submission:
    """Take it back: its author's draft again, without consent. What was made of it and never published is deleted.

    Raises Conflict `submission_state` for a draft, and for what is decided or published.
    """
    submission = _locked(user, key)
    page_id = submission.page_id
    move(submission, Act.WITHDRAW, now)
    drafting.discard(page_id, by=user)
    return submission


@transaction.atomic
def delete(*, user, key: UUID) -> None:
    """Delete a draft with its files. Raises Conflict `submission_state` for anything else."""
    submission = _locked(user, key)
    if submission.state != State.DRAFT:
        raise Conflict(code="submission_state")
    _destroy([submission])


@transaction.atomic
def forget(user) -> None:
    """Before an account is deleted: what nobody but its author could go on with goes, with files and page's drafts.

    What was handed in stays, as it was agreed to; the database cuts its tie to the account.
    """
    unfinished = {*submitting.EDITABLE, *submitting.CLOSED} - {State.PUBLISHED}
    found = list(of_author(user).select_for_update().filter(state__in=unfinished))
    _destroy(found)
    for submission in found:
        drafting.discard(submission.page_id, by=None)


def _destroy(submissions: Collection[Submission]) -> None:
    for submission in submissions:
        attachments.remove(submission.files.all())
    Submission.objects.filter(pk__in=[submission.pk for submission in submissions]).delete()


# Moving -----------------------------------------------------------------------------------------------------------


def move(submission: Submission, act: Act, now: datetime, *, reason: str = "") -> None:
    """Let `act` happen to a submission whose row is held, and tell its author. Raises Conflict `submission_state`."""
    state = submitting.after(submission.state, act)
    if state is None:
        raise Conflict(code="submission_state")
    submission.state = state
    submission.updated_at = now
    if act is Act.WITHDRAW:
        for moved in submitting.HANDED_IN:
            setattr(submission, moment(moved), None)
        submission.consent, submission.consented_at, submission.reason = "", None, ""
        submission.page_id = submission.revision_id = None
    elif act is not Act.RELEASE:
        setattr(submission, moment(state), now)
    if reason:
        submission.reason = reason
    submission.save()
    if act not in (Act.WITHDRAW, Act.RELEASE):
        letters.tell(submission)


def moment(state: State) -> str:
    """The name of the field that says when a submission came into this state."""
    return f"{state.replace('-', '_')}_at"


def _locked(user, key: UUID) -> Submission:
    # SQLite's transactions are one at a time anyway.
    found = of_author(user).select_for_update().filter(uuid=key).first()
    if found is None:
        raise NotFound
    return found


def _editable(user, key: UUID) -> Submission:
    submission = _locked(user, key)
    _check(user)
    if submission.state not in submitting.EDITABLE:
        raise Conflict(code="submission_closed")
    return submission


def _check(user) -> None:
    if not may_contribute(user):
        raise NotPermitted
