"""A file of translations that somebody wants to import, from its upload until it is forgotten; and one that somebody asked for."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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


class OutdatedExport(models.Model):
    """Everything outdated in a language, as files, from when somebody asked for it until it is forgotten a day later.

    Personal data: `user` names an account. The rest is what that person may read at the desk.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Not written")

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    format = models.CharField(max_length=5)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0, help_text="Originals that were to be taken apart anew.")
    done = models.PositiveIntegerField(default=0, help_text="Those that were met, failed ones as well.")
    #: primary keys of the sources that could not be taken apart
    failed = models.JSONField(default=list)
    #: primary keys of the translations in the files
    translations = models.JSONField(default=list)
    paragraphs = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    #: the file, or a ZIP archive of several
    data = models.BinaryField(default=bytes)
    reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        # Made by flows alone, which ask for a right of the desk.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="translation_export_finished",
            ),
            models.CheckConstraint(
                condition=Q(done__lte=F("total")), name="translation_export_done_of_total"
            ),
        ]

    def __str__(self):
        return f"outdated-{self.target.language_code}"

    @property
    def name(self) -> str:
        """What its file is called."""
        ending = "zip" if self.files > 1 else {"xliff": "xlf"}.get(self.format, self.format)
        return f"outdated-{self.target.language_code}.{ending}"
