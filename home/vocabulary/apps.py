from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VocabularyConfig(AppConfig):
    name = "home.vocabulary"
    label = "vocabulary"
    verbose_name = _("Vocabulary")

    def ready(self):
        from cms.core.ports import plug
        from home.setup import register_step

        from . import (
            receivers,  # noqa: F401
            sheets,
        )
        from .countries import load_countries
        from .glossary import abbreviations, entries

        plug("glossary", entries)
        plug("abbreviations", abbreviations)
        register_step("countries", load_countries)
        register_step("labels at the translation desk", sheets.settle_all)
