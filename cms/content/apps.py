from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "cms.content"
    label = "content"
    verbose_name = _("Documents")

    def ready(self):
        from . import plugs, proofs, receivers  # noqa: F401
