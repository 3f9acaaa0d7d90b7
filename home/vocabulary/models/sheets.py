"""Labels of a list on one sheet for the translation desk. Nothing reads sheets but the desk: the labels stay the truth."""

import unicodedata
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.strings import StringValue

from .instruments import InstrumentTitle, LegalInstrument
from .organisations import Organisation, OrganisationName
from .terms import Taxonomy, Term, TermLabel

NAMESPACE = uuid.UUID("2b1f0f6e-6d0c-4bb1-9a3e-6d7f7f0f5a54")

# Rows, their labels and the key from one to the other, of the lists that aren't taxonomies.
ROWS = {
    "instrument": (LegalInstrument, InstrumentTitle, "instrument"),
    "organisation": (Organisation, OrganisationName, "organisation"),
}
TERMS = (Term, TermLabel, "term")

# Unicode's categories: controls and separators of lines; letters, marks, numbers, punctuation and symbols.
LINE_BREAKS = {"Cc", "Zl", "Zp"}
SEEN = "LMNPS"


class LabelsField(models.JSONField):
    """`[[code, label], …]`, in the order of the list, which PostgreSQL doesn't keep of an object's keys. wagtail-localize takes
    each label apart, under its code."""

    def get_translatable_segments(self, value: list[list[str]]) -> list[StringSegmentValue]:
        return [StringSegmentValue(code, StringValue.from_plaintext(label)) for code, label in value if label]

    def restore_translated_segments(self, value: list[list[str]], segments) -> list[list[str]]:
        translated = {segment.path: segment.render_text() for segment in segments}
        return [[code, translated.get(code, label)] for code, label in value]


class LabelSheet(TranslatableMixin):
    """What the codes of one list are called in a language.

    The deployment's own language's follows the labels; another's is put together at the desk, and written to the labels
    from there (`home.vocabulary.sheets`).
    """

    class List(models.TextChoices):
        INSTRUMENT = "instrument", _("Legal instruments")
        ORGANISATION = "organisation", _("Organisations")

    CHOICES = [*Taxonomy.choices, *List.choices]

    # Before the next, which takes the name of the type in what follows.
    labels = LabelsField(_("labels"), default=list, blank=True)
    list = models.CharField(_("list"), max_length=40, choices=CHOICES, editable=False)

    translatable_fields = [SynchronizedField("list", overridable=False), TranslatableField("labels")]
    panels = [FieldPanel("list", read_only=True), FieldPanel("labels", read_only=True)]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("list of labels")
        verbose_name_plural = _("lists of labels")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["list", "locale"], name="vocabulary_sheet_language")]

    def __str__(self):
        return gettext("Labels: %(list)s") % {"list": self.get_list_display()}

    def clean(self):
        """Each is one line that can be seen, and no longer than its row can hold."""
        _rows, labels, _name = ROWS.get(self.list, TERMS)
        longest = labels._meta.get_field("label").max_length
        for code, label in self.labels:
            kinds = {unicodedata.category(character) for character in label}
            if len(label) > longest:
                problem = gettext("%(code)s: this is longer than %(count)s characters: “%(label)s”")
            elif kinds & LINE_BREAKS:
                problem = gettext("%(code)s: this has more than one line: “%(label)s”")
            elif not any(kind[0] in SEEN for kind in kinds):
                problem = gettext("%(code)s: nothing of this can be seen")
            else:
                continue
            raise ValidationError({"labels": problem % {"code": code, "count": longest, "label": label}})


class LabelsInStep(models.Model):
    """On which words the labels of a list and the desk's texts last agreed in a language: `{code: label}`.

    Whoever has moved away from that since is the newer one.
    """

    labels = models.JSONField(default=dict)
    list = models.CharField(max_length=40, choices=LabelSheet.CHOICES)
    locale = models.ForeignKey("wagtailcore.Locale", on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["list", "locale"], name="vocabulary_in_step_language")]

    def __str__(self):
        return f"{self.list} {self.locale_id}"


def one_line(label: str) -> str:
    """A label as its sheet holds it: rows that were imported may have tabs and breaks of lines. Empty where nothing can be seen."""
    kinds = [unicodedata.category(character) for character in label]
    if not any(kind[0] in SEEN for kind in kinds):
        return ""
    characters = zip(label, kinds, strict=True)
    return "".join(" " if kind in LINE_BREAKS else character for character, kind in characters).strip()


def key_of(name: str) -> uuid.UUID:
    """The translation key of a list's sheets: the same wherever a list has that name, so that files fit."""
    return uuid.uuid5(NAMESPACE, name)
