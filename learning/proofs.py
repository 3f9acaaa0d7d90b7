"""What must be true of learning and can't be a constraint. `manage.py check_invariants` proves it."""

from collections import defaultdict

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from cms.core.invariants import invariant

from .assessment import marking
from .assessment.models import Answer, Attempt, Mark, Regrade, RegradedAttempt
from .credentials import issuing
from .credentials.models import Certificate
from .progress.models import Enrolment, Event


@invariant("learning: every enrolment's edition has its syllabus")
def editions_are_sealed():
    for enrolment in Enrolment.objects.filter(edition__syllabus=None):
        yield f"enrolment {enrolment.uuid} is on an edition without a syllabus"


@invariant("learning: every completed enrolment has one completion in the ledger")
def completions_are_recorded():
    completions = Count("events", filter=Q(events__verb=Event.Verb.COURSE_COMPLETED))
    rows = Enrolment.objects.annotate(completions=completions)
    for enrolment in rows.exclude(completed_at=None).exclude(completions=1):
        yield f"enrolment {enrolment.uuid} is completed and has {enrolment.completions} completions in the ledger"
    for enrolment in rows.filter(completed_at=None, completions__gt=0):
        yield f"enrolment {enrolment.uuid} has a completion in the ledger and isn't completed"


@invariant("learning: every finished attempt has one event in the ledger")
def grades_are_recorded():
    finished = Attempt.objects.filter(state__in=[Attempt.State.GRADED, Attempt.State.EXPIRED])
    counted = dict(finished.order_by().values_list("enrolment").annotate(Count("pk")))
    events = Event.objects.filter(verb__in=[Event.Verb.GRADED, Event.Verb.EXPIRED])
    recorded = dict(events.order_by().values_list("enrolment").annotate(Count("pk")))
    for enrolment in counted.keys() | recorded.keys():
        if counted.get(enrolment, 0) != recorded.get(enrolment, 0):
            yield (
                f"enrolment {enrolment} has {counted.get(enrolment, 0)} finished attempts and "
                f"{recorded.get(enrolment, 0)} in the ledger"
            )


@invariant("learning: what people marked has the points that their marks come to")
def marks_are_settled():
    found = defaultdict(dict)
    for mark in Mark.objects.filter(attempt__state=Attempt.State.GRADED).exclude(finished_at=None):
        found[mark.attempt_id, mark.question][mark.step] = mark.total
    answers = Answer.objects.filter(attempt__in={attempt for attempt, _question in found})
    for attempt, question, points in answers.values_list("attempt", "question", "points"):
        totals = found.get((attempt, question))
        if totals and points != marking.settled(totals):
            yield f"attempt {attempt} has {points} points for {question}, its marks come to {marking.settled(totals)}"
    first = Mark.objects.filter(step=Mark.Step.FIRST).exclude(finished_at=None)
    same = first.filter(attempt=OuterRef("attempt"), question=OuterRef("question"), marker=OuterRef("marker"))
    seconds = Mark.objects.filter(step=Mark.Step.SECOND)
    for mark in seconds.filter(Exists(same)):
        yield f"attempt {mark.attempt_id} was marked twice by one person"
    for mark in Mark.objects.filter(marker=F("attempt__enrolment__learner")):
        yield f"attempt {mark.attempt_id} was marked by its own learner"


@invariant(
    "learning: every regrade that was done is in the ledger, and attempts have the score of their last one"
)
def regrades_are_recorded():
    changed = dict(
        Attempt.objects.filter(revision__gt=0).order_by().values_list("enrolment").annotate(Sum("revision"))
    )
    events = Event.objects.filter(verb=Event.Verb.REGRADED)
    recorded = dict(events.order_by().values_list("enrolment").annotate(Count("pk")))
    for enrolment in changed.keys() | recorded.keys():
        if changed.get(enrolment, 0) != recorded.get(enrolment, 0):
            yield (
                f"enrolment {enrolment} has {changed.get(enrolment, 0)} regraded grades and "
                f"{recorded.get(enrolment, 0)} in the ledger"
            )
    last = RegradedAttempt.objects.filter(revision=F("attempt__revision"))
    for row in last.exclude(new_score_bp=F("attempt__score_bp"), new_passed=F("attempt__passed")):
        yield f"attempt {row.attempt_id} has another score than its last regrade gave it"
    left = RegradedAttempt.objects.filter(regraded_at=None).values("regrade")
    for regrade in Regrade.objects.exclude(finished_at=None).exclude(target=None).filter(pk__in=left):
        yield f"regrade {regrade.uuid} is finished and has attempts left"


@invariant("learning: what counts happened between enrolment and arrival")
def times_are_clamped():
    before = Q(effective_at__lt=F("enrolment__enrolled_at"), unit__isnull=False)
    strange = Event.objects.filter(Q(effective_at__gt=F("received_at")) | before)
    for event in strange:
        yield f"event {event.uuid} counts at a moment that is impossible"


@invariant("learning: every completed enrolment of an edition that offers certificates has one")
def certificates_are_issued():
    offers = {}
    for enrolment in issuing.completed_without().select_related("course", "edition"):
        if enrolment.edition_id not in offers:
            offers[enrolment.edition_id] = issuing.offer(enrolment.edition, enrolment.course, "") is not None
        if offers[enrolment.edition_id]:
            yield f"enrolment {enrolment.uuid} is completed, its course offers certificates, and it has none"


@invariant("learning: certificates are of completed enrolments, and say what these say")
def certificates_are_earned():
    rows = Certificate.objects.select_related("enrolment")
    for certificate in rows.exclude(completed_at=F("enrolment__completed_at"), course=F("enrolment__course")):
        yield f"certificate {certificate.uuid} is of an enrolment that was not completed so"
    for certificate in rows.exclude(renews=None).exclude(renews__course=F("course")):
        yield f"certificate {certificate.uuid} renews one of another course"
    for certificate in rows.filter(Q(revoked_at=None) ^ Q(revocation=None)):
        yield f"certificate {certificate.uuid} is revoked by nobody, or isn't and has a revocation"
