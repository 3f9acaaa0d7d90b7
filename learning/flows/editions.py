"""Editions for those who are under way: staying, moving with a release, moving by oneself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cms.content import api as content
from cms.core.errors import BadInput, NotFound
from cms.core.tasks import job
from learning.catalogue import documents
from learning.catalogue.documents import Reader
from learning.catalogue.rows import Course
from learning.progress import enrolments, projection
from learning.progress.models import EditionMove, Enrolment, Learner

from .transactions import one_transaction

Rule = EditionMove.Rule
# How many move in one transaction: others wait meanwhile, for a quarter of a second.
CHUNK = 500
# So many are moved while whoever released the edition waits; more are left to the task queue.
AT_ONCE = 500
BY_THEMSELVES = "by_themselves"


def waiting(edition, rule: str):
    """The enrolments that a rule moves to an edition and that aren't there yet. A request comes to the edition that is
    current when it is approved."""
    rows = Enrolment.objects.filter(
        course=edition.root_key, state=Enrolment.State.ACTIVE, edition__number__lt=edition.number
    )
    if rule == Rule.MOVE_UNSTARTED:
        return rows.filter(last_at=None)
    return rows if rule == Rule.MOVE else rows.none()


def move_enrolments(*, edition, rule: str, actor: Learner | None, now: datetime) -> int:
    """Bring those who are under way to an edition of their course; what is done stays done. Returns how many moved.

    In transactions of `CHUNK`, each of a number of statements that doesn't grow with the number of units. It can be stopped
    at any moment and called again: whoever is there already isn't moved twice.
    """
    total = 0
    while moved := _move_some(edition=edition, rule=rule, actor=actor, now=now):
        total += moved
    return total


@one_transaction
def _move_some(*, edition, rule, actor, now) -> int:
    rows = waiting(edition, rule).order_by("pk")
    chosen = list(rows.select_for_update(of=("self",), no_key=True)[:CHUNK])
    if chosen:
        # Few editions for many people: read once.
        editions = {each.pk: each for each in content.editions_of(edition.root_key)}
        for enrolment in chosen:
            enrolment.edition = editions[enrolment.edition_id]
        syllabus = documents.seal(edition, chosen[0].course.source_locale)
        projection.move(dict.fromkeys(chosen, rule), edition=edition, syllabus=syllabus, actor=actor, now=now)
    return len(chosen)


@one_transaction
def move_to_current(*, user, course_key: UUID, reader: Reader, now: datetime) -> Enrolment:
    """Move oneself to the current edition of a course; for somebody who is on it nothing changes.

    Raises NotFound without an enrolment or where the course isn't theirs to see now, NotEnrolled after leaving it.
    """
    found = enrolments.find(user, course_key)
    edition = content.current_edition(course_key)
    if found is None or edition is None or not documents.standing([course_key], reader):
        raise NotFound
    enrolment = enrolments.locked(found.pk)
    if enrolment.state not in enrolments.READABLE:
        raise enrolments.NotEnrolled
    if enrolment.edition_id != edition.pk:
        syllabus = documents.seal(edition, enrolment.course.source_locale)
        projection.move(
            {enrolment: BY_THEMSELVES}, edition=edition, syllabus=syllabus, actor=enrolment.learner, now=now
        )
    return enrolments.with_rules().get(pk=enrolment.pk)


# With a release -------------------------------------------------------------------------------------------------


def decide(edition, rule: str, by=None) -> None:
    """Note what becomes of those under way now that an edition is released, in the release's transaction; it is done after
    it, once its documents are there. Raises BadInput `unknown_rule`."""
    if rule not in Rule.values:
        raise BadInput(code="unknown_rule")
    if not Course.objects.filter(key=edition.root_key).exists():
        return
    now = timezone.now()
    actor = None
    if by is not None:
        actor, _ = Learner.objects.get_or_create(user=by, defaults={"created_at": now})
    EditionMove.objects.create(edition=edition, rule=rule, actor=actor, decided_at=now)
    if rule != Rule.STAY:
        carry_over.enqueue(edition.pk)
        transaction.on_commit(lambda: _at_once(edition), robust=True)


def _at_once(edition) -> None:
    move = EditionMove.objects.get(edition=edition)
    if not waiting(edition, move.rule)[AT_ONCE:].exists():
        finish_move(edition.pk, timezone.now())


@job()
def carry_over(edition_id: int) -> int:
    """Do what was decided for those under way. A second run does no harm."""
    return finish_move(edition_id, timezone.now())


def finish_move(edition_id: int, now: datetime) -> int:
    """Move everybody whom the decision on an edition concerns. Returns how many moved."""
    move = EditionMove.objects.select_related("edition", "actor").filter(edition=edition_id).first()
    if move is None or move.finished_at is not None:
        return 0
    # The edition is sealed with the first who comes: what was published with it has to be in it.
    roots = Page.objects.filter(translation_key=move.edition.root_key)
    for root in roots:
        content.work_off(root.get_descendants(inclusive=True).values_list("pk", flat=True))
    moved = move_enrolments(edition=move.edition, rule=move.rule, actor=move.actor, now=now)
    EditionMove.objects.filter(pk=move.pk, finished_at=None).update(finished_at=now)
    return moved
