"""A file of translations that somebody wants to import, from its upload until it is forgotten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.core.imports.record import FileImport, finished


class TranslationImport(FileImport):
    """A PO or XLIFF file of translations, or a TMX file of the memory, to be read, planned and executed.

    Into one language: of `translation` and what stands below it, where that is given, else of anything that its person may
    translate.
    """

    class Format(models.TextChoices):
        PO = "po", _("PO")
        XLIFF = "xliff", _("XLIFF")
        TMX = "tmx", _("TMX")

    format = models.CharField(max_length=5, choices=Format)
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    translation = models.ForeignKey(
        "wagtail_localize.Translation", null=True, on_delete=models.CASCADE, related_name="+"
    )
    # The file itself: reading it again gives the same, in the language of whoever looks.
    data = models.BinaryField()
    overwrite = models.BooleanField(
        default=False, help_text="What was changed here since the export gives way to the file."
    )

    class Meta:
        verbose_name = _("import of translations")
        verbose_name_plural = _("imports of translations")
        indexes = [models.Index(fields=["state", "created_at"], name="translation_import_state")]
        constraints = [finished("translation_import_finished")]

    def emptied(self) -> list[str]:
        self.data = b""
        return ["data"]
