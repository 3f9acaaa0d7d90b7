"""What the desk keeps beside wagtail-localize's rows: who works on what, what was said about it, and the memory.

Segments and their translations stay wagtail-localize's (docs/decisions/0018).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .files.models import OutdatedExport, TranslationImport
from .following.models import FollowedRevision
from .subtrees.models import Submission

PERSON = settings.AUTH_USER_MODEL


def _person(verbose_name, **options):
    return models.ForeignKey(
        PERSON,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=verbose_name,
        **options,
    )


class LanguageRole(models.Model):
    """Members of a group translate into a language, or review what is translated into it."""

    class Role(models.TextChoices):
        TRANSLATOR = "translator", _("translator")
        REVIEWER = "reviewer", _("reviewer")

    group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, related_name="language_roles")
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "locale", "role"], name="translation_role_unique")
        ]

    def __str__(self):
        return f"{self.group_id} {self.role} {self.locale_id}"


class Work(models.Model):
    """One thing's translation into one language: who does it, until when, how far it is, what was decided.

    Words are those of the source's segments; the done ones have a translation without an error. Both are kept by whatever
    changes segments or translations, never computed by a list.
    """

    class Stage(models.TextChoices):
        OPEN = "open", _("in progress")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")

    class News(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        SENT_BACK = "sent_back", _("sent back")
        OTHER_DAY = "other_day", _("due on another day")

    translation = models.OneToOneField(
        "wagtail_localize.Translation", on_delete=models.CASCADE, related_name="work"
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.OPEN)
    translator = _person(_("translator"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    # What the translator gets a mail about; see `letters`. `known_due_on` is the day that they knew of, where that is another one.
    untold = models.CharField(max_length=10, choices=News, blank=True, default="", editable=False)
    known_due_on = models.DateField(null=True, editable=False)
    words_total = models.PositiveIntegerField(default=0, editable=False)
    words_done = models.PositiveIntegerField(default=0, editable=False)
    submitted_by = _person(_("handed in by"), editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    decided_by = _person(_("decided by"), editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    # Of things without a document, which pages have: when the whole translation was last put together, and whether the
    # source's texts have changed since, or words of the original have come to stand in it.
    published_at = models.DateTimeField(null=True, editable=False)
    behind = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        permissions = [("manage_desk", _("Can manage the translation desk"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(words_done__lte=F("words_total")), name="translation_words_done_of_total"
            ),
        ]
        indexes = [
            models.Index(fields=["translator", "stage"], name="translation_work_translator"),
            models.Index(fields=["due_on"], name="translation_work_due", condition=Q(due_on__isnull=False)),
        ]

    def __str__(self):
        return f"work on {self.translation_id}"


class ReviewDigest(models.Model):
    """The mails that a reviewer gets of what waits for them; see `digests`. `told` are the marks of what the last one told of."""

    person = models.OneToOneField(PERSON, on_delete=models.CASCADE, related_name="+")
    wanted = models.BooleanField(default=True)
    sent_on = models.DateField(null=True)
    told = models.JSONField(default=list)

    class Meta:
        # A person's own, chosen where their work is listed.
        default_permissions = ()

    def __str__(self):
        return f"digest of {self.person_id}"


class Comment(models.Model):
    """What somebody says about one paragraph of one translation."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="comments")
    context = models.ForeignKey(
        "wagtail_localize.TranslationContext", on_delete=models.CASCADE, related_name="+"
    )
    #: what the paragraph said: a place has several where it is a text; null for what was said before that was kept
    string = models.ForeignKey(
        "wagtail_localize.String", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    author = _person(_("author"))
    text = models.TextField(_("comment"), max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_by = _person(_("resolved by"), editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["work", "context"], name="translation_comment_place")]

    def __str__(self):
        return f"comment {self.pk}"


class MemoryUnit(models.Model):
    """A text and its translation, as inline HTML like wagtail-localize's, for whoever may see where it comes from.

    `origin` is the translation key of the thing that it was published with; null for what came in a file of a memory,
    which is everybody's at the desk.
    """

    source_locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    target_locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")
    source = models.TextField()
    source_digest = models.CharField(max_length=64, help_text="SHA-256 of the source text.")
    length = models.PositiveIntegerField(help_text="Characters of the source text without tags.")
    target = models.TextField()
    origin = models.UUIDField(null=True, db_index=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_locale", "target_locale", "source_digest", "origin"],
                name="translation_memory_unique",
            ),
            # NULL equals nothing, so what came in files needs one of its own.
            models.UniqueConstraint(
                fields=["source_locale", "target_locale", "source_digest"],
                condition=Q(origin__isnull=True),
                name="translation_memory_file_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["source_locale", "target_locale", "length"], name="translation_memory_length"
            )
        ]

    def __str__(self):
        return f"memory {self.pk}"


__all__ = [
    "Comment",
    "FollowedRevision",
    "LanguageRole",
    "MemoryUnit",
    "OutdatedExport",
    "ReviewDigest",
    "Submission",
    "TranslationImport",
    "Work",
]
