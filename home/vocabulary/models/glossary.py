"""The glossary: a term, what it means, and in which forms texts use it. Translated like any other content."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import RevisionMixin, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from .terms import CODE


class GlossaryTerm(index.Indexed, RevisionMixin, TranslatableMixin, models.Model):
    """A term and its definition in one language. `code` is the same in every language."""

    code = models.CharField(_("code"), max_length=60, validators=[CODE], blank=True)
    term = models.CharField(_("term"), max_length=120)
    abbreviation = models.CharField(
        _("abbreviation"),
        max_length=20,
        blank=True,
        help_text=_("Listed among the abbreviations where it is used."),
    )
    forms = models.TextField(
        _("other forms"),
        blank=True,
        help_text=_("One a line: plurals and other spellings by which texts should lead here."),
    )
    definition = models.TextField(_("definition"), max_length=600)

    panels = [
        FieldPanel("term"),
        FieldPanel("abbreviation"),
        FieldPanel("forms"),
        FieldPanel("definition"),
        FieldPanel("code"),
    ]
    translatable_fields = [
        TranslatableField("term"),
        TranslatableField("abbreviation"),
        TranslatableField("forms"),
        TranslatableField("definition"),
    ]
    override_translatable_fields = [SynchronizedField("code")]
    search_fields = [
        index.SearchField("term"),
        index.AutocompleteField("term"),
        index.SearchField("abbreviation"),
        index.SearchField("definition"),
        index.FilterField("locale_id"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["term"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "code"], name="vocabulary_glossary_code"),
        ]

    def __str__(self):
        return self.term

    def clean(self):
        super().clean()
        self.code = self.code or slugify(self.term)[:60]
        if not self.code:
            raise ValidationError({"code": _("Give a code: small letters, digits and single hyphens.")})

    @property
    def spellings(self) -> list[str]:
        """Everything by which a text may name it, the longest first."""
        found = {self.term, self.abbreviation, *self.forms.splitlines()}
        return sorted({each.strip() for each in found if each.strip()}, key=lambda each: (-len(each), each))
