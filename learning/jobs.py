"""What learning does by the clock."""

from datetime import timedelta

from cms.core.schedule import register

from .credentials.reminders import queue_reminders
from .exchange.api import PROCESS
from .flows import due
from .flows.attempts import finish_all_overdue
from .flows.regrading import resume
from .joining.following import queue_openings
from .joining.invitations import forget_expired

register("finish_overdue_attempts", every=20, run=finish_all_overdue)
register("remind_of_expiring_certificates", every=timedelta(hours=1), run=queue_reminders)
register("end_enrolments_in_time", every=60, run=due.lapse_all)
register("remind_of_ending_time", every=timedelta(hours=1), run=due.queue_reminders)
register("tell_followers_of_openings", every=timedelta(minutes=5), run=queue_openings)
register("forget_expired_invitations", every=timedelta(hours=1), run=forget_expired)
register("resume_regrades", every=timedelta(minutes=10), run=resume)
register("forget_question_imports", every=timedelta(minutes=10), run=PROCESS.forget)
