"""What the vocabulary does by the clock."""

from datetime import timedelta

from cms.core.schedule import register

from . import sheets

# Labels that came in without signals, and languages that were added.
register("settle_label_sheets", every=timedelta(hours=1), run=lambda now: sheets.settle_all())
