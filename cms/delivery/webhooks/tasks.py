"""The worker's part: one task sends what is due to one endpoint."""

from cms.core.tasks import job

from . import sending


@job(attempts=1, queue="default")
def send_webhooks(endpoint_id: int) -> int:
    """Failures are the deliveries' own: they have their schedule, and the next look finds what is due."""
    return sending.send_due(endpoint_id)
