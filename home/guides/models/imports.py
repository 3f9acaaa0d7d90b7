"""A file of practices that somebody wants to import, from its upload until it is forgotten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.core.imports.record import FileImport, finished


class PracticeImport(FileImport):
    """Rows of practices, to be planned and executed in a repository."""

    index = models.ForeignKey("guides.PracticeIndexPage", on_delete=models.CASCADE, related_name="+")
    # [[line, {column: text}]]
    rows = models.JSONField(default=list)
    submit = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("import of practices")
        verbose_name_plural = _("imports of practices")
        indexes = [models.Index(fields=["state", "created_at"], name="guides_import_state")]
        constraints = [finished("guides_import_finished")]

    def emptied(self) -> list[str]:
        self.rows = []
        return ["rows"]
