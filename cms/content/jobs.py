"""What the pipeline does by the clock."""

from datetime import timedelta

from cms.core.schedule import register

from .marks import sweep
from .retention import prune_versions

register("sweep_marks", every=10, run=lambda now: sweep(now=now))
register("prune_versions", every=timedelta(hours=6), run=prune_versions)
