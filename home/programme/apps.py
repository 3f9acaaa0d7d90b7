from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "home.programme"
    label = "programme"
    verbose_name = _("Programme")

    def ready(self):
        from home import reading

        from . import receivers, views  # noqa: F401

        reading.register("programme.ProgrammePage", views.programme)
        reading.register("programme.CommunicationToolsPage", views.communication_tools)
