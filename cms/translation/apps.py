from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationConfig(AppConfig):
    name = "cms.translation"
    label = "translation"
    verbose_name = _("Translation desk")

    def ready(self):
        from . import extraction, receivers  # noqa: F401

        extraction.install()
