"""A file of questions that somebody wants to import, from its upload until it is forgotten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.core.imports.record import FileImport, finished


class QuestionImport(FileImport):
    """A file of questions, to be read, planned and executed in a bank."""

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        GIFT = "gift", _("GIFT")
        MOODLE = "moodle", _("Moodle XML")

    bank = models.ForeignKey("learning.QuestionBankPage", on_delete=models.CASCADE, related_name="+")
    format = models.CharField(max_length=6, choices=Format)
    # The file itself: reading it again gives the same, in the language of whoever looks.
    data = models.BinaryField()
    publish = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")
        indexes = [models.Index(fields=["state", "created_at"], name="learning_import_state")]
        constraints = [finished("learning_import_finished")]

    def emptied(self) -> list[str]:
        self.data = b""
        return ["data"]
