"""The groups of the block picker, by what an editor is about to do."""

from django.utils.translation import gettext_lazy as _

TEXT = _("Text")
STRUCTURE = _("Structure")
PICTURES = _("Pictures and tables")
FILES = _("Films and files")
PRACTICE = _("Practice and tools")
QUESTIONS = _("Questions")
ACTIVITIES = _("Activities")
