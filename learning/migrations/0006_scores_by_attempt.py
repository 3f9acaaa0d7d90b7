"""Scores by attempt and time by hour of the records that there are, as a rebuild from the ledger would have them."""

from collections import defaultdict
from datetime import UTC

from django.db import migrations

CHUNK = 500


def fill(apps, schema_editor):
    Event = apps.get_model("learning", "Event")
    UnitRecord = apps.get_model("learning", "UnitRecord")
    last = 0
    while True:
        records = list(
            UnitRecord.objects.exclude(finished=0, seconds=0).filter(pk__gt=last).order_by("pk")[:CHUNK]
        )
        if not records:
            return
        last = records[-1].pk
        events = defaultdict(list)
        rows = Event.objects.filter(enrolment__in={record.enrolment_id for record in records})
        for event in rows.exclude(unit=None).only(
            "enrolment_id", "unit_id", "verb", "effective_at", "seconds", "data"
        ):
            events[event.enrolment_id, event.unit_id].append(event)
        for record in records:
            record.spent, record.attempts = _facts(events[record.enrolment_id, record.unit_id])
            record.peak_bp = record.score_bp
        UnitRecord.objects.bulk_update(records, ["spent", "attempts", "peak_bp"])


def _facts(events):
    spent, attempts = {}, {}
    for event in events:
        at = event.effective_at.astimezone(UTC)
        if event.seconds:
            hour = f"{at:%Y-%m-%dT%H}"
            first, seconds = spent.get(hour, (at, 0))
            spent[hour] = (min(first, at), seconds + event.seconds)
        if event.verb == "graded":
            # The ledger of then has no numbers: 0 comes before all that have one, and by its moment.
            attempts[event.data["attempt"]] = [0, 0, event.data["score_bp"], at.isoformat()]
    hours = {hour: [first.isoformat(), seconds] for hour, (first, seconds) in sorted(spent.items())}
    return hours, dict(sorted(attempts.items()))


class Migration(migrations.Migration):

    dependencies = [("learning", "0005_progress_rules")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
