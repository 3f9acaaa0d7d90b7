"""What learning does by the clock."""

from cms.core.schedule import register

from .flows.attempts import finish_all_overdue

register("finish_overdue_attempts", every=20, run=finish_all_overdue)
