"""Tools and recommendations: written once, placed in chapters by reference, translated like any content."""

from collections.abc import Collection

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField
from wagtail.models import RevisionMixin, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from cms.core import richtext
from cms.core.compilation import current
from home.vocabulary.models.terms import CODE

from ..panels import UsedInPanel

# No links to pages: what a snippet says must be right wherever it is shown, for whoever reads it there.
FEATURES = ["bold", "italic", "ol", "ul"]


class Shared(index.Indexed, RevisionMixin, TranslatableMixin, models.Model):
    """What both have: a code that is the same in every language, and the languages."""

    code = models.CharField(
        _("code"), max_length=60, validators=[CODE], blank=True, help_text=_("Empty: made from the name.")
    )

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def clean(self):
        super().clean()
        self.code = self.code or slugify(str(self))[:60].strip("-")


class Tool(Shared):
    """Something that a reader can use at once: a checklist, a template, a matrix, a method."""

    class Kind(models.TextChoices):
        CHECKLIST = "checklist", _("Checklist")
        TEMPLATE = "template", _("Template")
        MATRIX = "matrix", _("Matrix")
        METHOD = "method", _("Method")
        FORM = "form", _("Form")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.CHECKLIST)
    summary = models.TextField(_("summary"), blank=True, max_length=400)
    text = RichTextField(_("text"), features=FEATURES, blank=True)
    file = models.ForeignKey(
        "media.File",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("file to take along"),
    )

    panels = [
        UsedInPanel(),
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("code")]),
        FieldPanel("summary"),
        FieldPanel("text"),
        FieldPanel("file"),
    ]
    translatable_fields = [
        TranslatableField("name"),
        TranslatableField("summary"),
        TranslatableField("text"),
    ]
    override_translatable_fields = [SynchronizedField("code"), SynchronizedField("kind")]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("summary"),
        index.FilterField("kind"),
        index.FilterField("locale_id"),
    ]

    class Meta(Shared.Meta):
        verbose_name = _("tool")
        verbose_name_plural = _("tools")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["locale", "code"], name="guides_tool_code")]

    def __str__(self):
        return self.name

    def compiled(self, locale: str) -> dict:
        """What documents hold of it: `{code, locale, kind, name, summary, text, file}`, `text` as display HTML."""
        return {
            "code": self.code,
            "locale": self.locale.language_code,
            "kind": self.kind,
            "name": self.name,
            "summary": self.summary,
            "text": richtext.render(self.text),
            "file": current().file(self.file_id) if self.file_id else None,
        }


class Recommendation(Shared):
    """One sentence that asks somebody to do something, and why."""

    text = models.TextField(_("recommendation"), max_length=400)
    rationale = models.TextField(_("why"), blank=True, max_length=600)
    addressees = models.ManyToManyField(
        "vocabulary.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"taxonomy": "stakeholder"},
        verbose_name=_("addressed to"),
        help_text=_("Kept on the source language's recommendation."),
    )

    panels = [
        UsedInPanel(),
        FieldPanel("text"),
        FieldPanel("rationale"),
        FieldPanel("addressees"),
        FieldPanel("code"),
    ]
    translatable_fields = [TranslatableField("text"), TranslatableField("rationale")]
    override_translatable_fields = [SynchronizedField("code")]
    search_fields = [
        index.SearchField("text"),
        index.AutocompleteField("text"),
        index.FilterField("locale_id"),
    ]

    class Meta(Shared.Meta):
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["locale", "code"], name="guides_recommendation_code")]

    def __str__(self):
        return self.text

    @classmethod
    def prepare(cls, recommendations: Collection["Recommendation"]) -> None:
        """Read whom they are addressed to, as their source language's recommendation says. Three statements for all."""
        keys = {each.translation_key for each in recommendations}
        named = cls.addressees.through.objects.filter(recommendation__translation_key__in=keys)
        pairs = set(named.values_list("recommendation__translation_key", "term"))
        field = cls._meta.get_field("addressees")
        terms = field.related_model.objects.filter(pk__in={pk for _key, pk in pairs}).prefetch_related(
            "labels"
        )
        found = list(terms)
        for each in recommendations:
            each.addressed = [term for term in found if (each.translation_key, term.pk) in pairs]

    def compiled(self, locale: str) -> dict:
        """What documents hold of it: `{code, locale, text, rationale, addressees, number}`; `addressees` are
        `[{code, label}]` in the page's language; numbered within the page."""
        if not hasattr(self, "addressed"):
            self.prepare([self])
        return {
            "code": self.code,
            "locale": self.locale.language_code,
            "text": self.text,
            "rationale": self.rationale,
            "addressees": [{"code": term.code, "label": term.label(locale)} for term in self.addressed],
            "number": current().count("recommendation"),
        }
