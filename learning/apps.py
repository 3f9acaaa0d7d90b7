from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = _("Learning")

    def ready(self):
        from . import announcing, proofs, receivers, releasing  # noqa: F401
        from .pages import documents

        documents.register()
        releasing.register()
