from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangesConfig(AppConfig):
    name = "cms.changes"
    label = "changes"
    verbose_name = _("Changes")

    def ready(self):
        from . import maintenance  # noqa: F401
