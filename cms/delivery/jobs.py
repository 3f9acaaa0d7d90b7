"""What the headless API does by the clock."""

from datetime import datetime, timedelta

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cms.changes.models import Announcement
from cms.core.schedule import register
from cms.core.tasks import BACKEND

from . import preview
from .models import WebhookDelivery
from .webhooks import fanout
from .webhooks.tasks import send_webhooks

KEEP = timedelta(days=30)


def pass_on(now: datetime) -> None:
    """Write out what happened, and have what is due sent: a task an endpoint, unless one is waiting already."""
    fanout.fan_out(now)
    due = fanout.due_endpoints(now)
    if not due:
        return
    waiting = DBTaskResult.objects.filter(
        backend_name=BACKEND, task_path=send_webhooks.module_path, status=TaskResultStatus.READY
    ).values_list("args_kwargs", flat=True)
    asked = {each["args"][0] for each in waiting if each.get("args")}
    for endpoint_id in due:
        if endpoint_id not in asked:
            send_webhooks.enqueue(endpoint_id)


def forget(now: datetime) -> None:
    """Delete what was delivered, given up or dropped a month ago, and announcements that were written out."""
    done = WebhookDelivery.objects.exclude(status=WebhookDelivery.Status.WAITING)
    done.filter(at__lt=now - KEEP).delete()
    Announcement.objects.filter(passed_on_at__lt=now - KEEP).delete()


register("pass_on_webhooks", every=2, run=pass_on)
register("forget_webhooks", every=timedelta(hours=12), run=forget)
register("forget_previews", every=timedelta(minutes=10), run=preview.forget)
