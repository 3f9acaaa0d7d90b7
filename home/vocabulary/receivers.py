"""Signals of this app: what is renamed is right in every document a moment later."""

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail_localize.models import TranslationLog

from cms.content import api as content

from . import sheets
from .models import (
    GlossaryTerm,
    InstrumentTitle,
    LabelSheet,
    LegalInstrument,
    Organisation,
    OrganisationName,
    Term,
    TermLabel,
)


@receiver([post_save, post_delete], sender=TermLabel)
def on_label(instance, raw=False, **kwargs):
    if not raw:
        _renamed(instance.term)
        _heard(instance, instance.term.taxonomy)


@receiver([post_save, post_delete], sender=OrganisationName)
def on_name(instance, raw=False, **kwargs):
    if not raw:
        _renamed(instance.organisation)
        content.mark_abbreviating(instance.organisation.abbreviation)
        _heard(instance, "organisation")


@receiver(pre_save, sender=Organisation)
def on_organisation(instance, raw=False, **kwargs):
    """What it was abbreviated to until now and what it will be."""
    if not raw and instance.pk:
        before = Organisation.objects.filter(pk=instance.pk).values_list("abbreviation", flat=True).first()
        if before is not None and before != instance.abbreviation:
            content.mark_abbreviating(before, instance.abbreviation)


@receiver([post_save, post_delete], sender=InstrumentTitle)
def on_title(instance, raw=False, **kwargs):
    if not raw:
        _renamed(instance.instrument)
        _heard(instance, "instrument")


@receiver(post_save, sender=TranslationLog)
def on_put_together(instance, created=False, raw=False, **kwargs):
    if created and not raw and instance.source.specific_content_type.model_class() is LabelSheet:
        sheets.write(instance.source, instance.locale)


@receiver(post_save, sender=Term)
@receiver(post_save, sender=Organisation)
@receiver(post_save, sender=LegalInstrument)
def on_row(instance, created=False, raw=False, **kwargs):
    if not raw and not created:
        _renamed(instance)
        # Its code, or its place in the list.
        sheets.heard(instance.taxonomy)


@receiver(pre_save, sender=Term)
def on_term(instance, raw=False, **kwargs):
    """The list that it leaves hears of it as well."""
    if not raw and instance.pk:
        before = Term.objects.filter(pk=instance.pk).values_list("taxonomy", flat=True).first()
        if before is not None and before != instance.taxonomy:
            sheets.heard(before)


@receiver(post_save, sender=GlossaryTerm)
@receiver(pre_delete, sender=GlossaryTerm)
def on_glossary(instance, raw=False, **kwargs):
    if not raw:
        content.mark_glossed(instance.locale.language_code)


def _renamed(row):
    """What has it among its terms, and what names it in a block."""
    content.mark_term(row)
    content.mark_referring(row, reason="term")


def _heard(label, name):
    """The translation desk hears of it when it is through, if it doesn't come from there."""
    if not getattr(label, "from_desk", False):
        sheets.heard(name)
