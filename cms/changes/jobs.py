"""What the change log does by the clock."""

from datetime import timedelta

from cms.core.schedule import register

from .log import number_pending
from .maintenance import clear_tombstones

# Numbering happens on commit; this finds what a process that died between commit and numbering left.
register("number_changes", every=5, run=lambda now: number_pending())
register("clear_tombstones", every=timedelta(hours=6), run=clear_tombstones)
