from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Site")

    def ready(self):
        from cms.translation import groups

        from . import setup

        setup.register_step("groups of the translation desk", groups.set_up)
