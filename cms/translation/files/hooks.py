"""What the history of a page says of an import. Imported by the desk's `wagtail_hooks`."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from .process import LOG_ACTION


@hooks.register("register_log_actions")
def log_actions(actions):
    @actions.register_action(LOG_ACTION)
    class ImportFormatter(LogFormatter):
        label = _("Import translations")

        def format_message(self, log_entry):
            return _("Import of %(file)s: %(written)s paragraphs") % log_entry.data
