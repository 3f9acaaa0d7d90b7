"""What guides do by the clock."""

from datetime import timedelta

from cms.core.schedule import register

from .importing.api import PROCESS
from .searches.alerts import queue_alerts

register("alerts_of_saved_searches", every=timedelta(minutes=5), run=queue_alerts)
register("forget_imports", every=timedelta(minutes=10), run=PROCESS.forget)
