"""What the desk does by the clock."""

from datetime import timedelta

from cms.core.schedule import register

from .digests import queue_digests
from .files import gathering
from .files.process import PROCESS
from .following import act
from .reminders import queue_reminders
from .words import SWEEP_EVERY, sweep

register("count_words_of_translations", every=SWEEP_EVERY, run=sweep)
register("remind_translators", every=timedelta(hours=1), run=queue_reminders)
register("tell_reviewers_what_waits", every=timedelta(hours=1), run=queue_digests)
register("forget_translation_imports", every=timedelta(minutes=10), run=PROCESS.forget)
register("update_translations_of_published", every=act.SWEEP_EVERY, run=act.sweep)
register("forget_translation_exports", every=timedelta(minutes=10), run=gathering.forget)
