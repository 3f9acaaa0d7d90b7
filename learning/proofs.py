"""What must be true of learning and can't be a constraint. `manage.py check_invariants` proves it."""

from django.db.models import Count, F, Q

from cms.core.invariants import invariant

from .assessment.models import Attempt
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


@invariant("learning: what counts happened between enrolment and arrival")
def times_are_clamped():
    strange = Event.objects.filter(
        Q(effective_at__gt=F("received_at")) | Q(effective_at__lt=F("enrolment__enrolled_at"))
    )
    for event in strange:
        yield f"event {event.uuid} counts at a moment that is impossible"
