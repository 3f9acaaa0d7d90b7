"""Labels and the translation desk: what the desk is told of labels, and what labels are told of the desk.

The labels of a list in the deployment's own language are one thing to translate (`LabelSheet`). What a label is called in
another language may come from the vocabulary's own forms, from a file, or from the desk, whichever was last:

- `settle` follows the labels: it brings the sheet and its texts at the desk up to date, submits it into every language once,
  and takes over labels of places where the desk never had a text;
- `adopt` takes over one label that somebody wrote in the vocabulary;
- `write` is what the desk's putting together does: the labels are as they were translated.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.strings import StringValue

from cms.translation import words

from .models import LabelSheet
from .models.sheets import ROWS, TERMS, key_of

# `tool_name` of a text that was taken over from a label.
FROM_VOCABULARY = "vocabulary"


def names() -> list[str]:
    """The lists that have a sheet, in their order."""
    return [name for name, _label in LabelSheet.CHOICES]


def labels_of(name: str, code: str) -> dict[str, str]:
    """What the rows of a list are called in a language, by their codes, in the order of the list. One statement."""
    rows, labels, key = ROWS.get(name, TERMS)
    found = labels.objects.filter(locale=code)
    if rows is TERMS[0]:
        found = found.filter(term__taxonomy=name).order_by("term__position", "term__code")
    else:
        found = found.order_by(f"{key}__code")
    return {code: label for code, label in found.values_list(f"{key}__code", "label") if label}


@transaction.atomic
def settle(name: str) -> None:
    """Bring a list's sheet up to date and submit it. Nothing is written where nothing has changed. Repeatable."""
    own = Locale.objects.filter(language_code=settings.LANGUAGE_CODE).first()
    if own is None:
        return
    labels = [list(pair) for pair in labels_of(name, settings.LANGUAGE_CODE).items()]
    sheet = LabelSheet.objects.select_for_update().filter(list=name, locale=own).first()
    if sheet is None:
        if not labels:
            return
        sheet = LabelSheet.objects.create(list=name, locale=own, labels=labels, translation_key=key_of(name))
    elif sheet.labels != labels:
        sheet.labels = labels
        sheet.save()
        # A label is read at a glance: nobody has to ask for the new ones first.
        if (source := _source(sheet)) is not None:
            source.update_from_db()
    source = _source(sheet) or TranslationSource.get_or_create_from_instance(sheet)[0]
    known = set(Translation.objects.filter(source=source).values_list("target_locale", flat=True))
    begun = [
        Translation.objects.create(source=source, target_locale=locale)
        for locale in Locale.objects.exclude(pk__in=[own.pk, *known]).order_by("pk")
    ]
    fill(source)
    for translation in begun:
        words.recount([translation.pk])
        # Makes the row of that language, which the desk shows.
        translation.save_target()
    put_together(source)


def settle_all() -> None:
    """All lists; each is a transaction of its own."""
    for name in names():
        settle(name)


def put_together(source: TranslationSource) -> None:
    """Let the desk know of translations whose labels say already all that they say: nobody has to approve those."""
    open_ones = source.translations.filter(Q(work__published_at=None) | Q(work__behind=True), enabled=True)
    words.recount(list(open_ones.values_list("pk", flat=True)))
    whole = open_ones.filter(work__words_done=F("work__words_total"))
    for translation in whole.select_related("target_locale"):
        texts = _texts(source, translation.target_locale)
        labels = labels_of(source.get_source_instance().list, translation.target_locale.language_code)
        if all(labels.get(code) == text for code, text in texts.items()):
            translation.save_target()


def fill(source: TranslationSource) -> None:
    """Take over the labels of all languages for places where nothing was ever translated."""
    sheet = source.get_source_instance()
    for locale in Locale.objects.filter(pk__in=source.translations.values("target_locale")):
        written = StringTranslation.objects.filter(context__object=source.object_id, locale=locale)
        empty = source.stringsegment_set.exclude(context__in=written.values("context"))
        empty = list(empty.select_related("context", "string"))
        if empty:
            labels = labels_of(sheet.list, locale.language_code)
            made = [
                _text(segment, locale, labels[code])
                for segment in empty
                if (code := _code_of(segment.context.path)) in labels
            ]
            StringTranslation.objects.bulk_create(made, ignore_conflicts=True)
    words.source_changed(source.pk)


@transaction.atomic
def heard(name: str, code: str, locale_code: str) -> None:
    """Somebody wrote a label, or took one away. Where the list has no sheet yet there is nothing to do: `settle` makes it."""
    if LabelSheet.objects.filter(list=name).exists():
        settle(name)
        adopt(name, code, locale_code)
        if (source := TranslationSource.objects.filter(object_id=key_of(name)).first()) is not None:
            put_together(source)


def adopt(name: str, code: str, locale_code: str) -> None:
    """Take over what a label is called now in a language; none any more: the desk's text goes as well."""
    segment = _segment(name, code)
    locale = Locale.objects.filter(language_code=locale_code).first()
    if segment is None or locale is None or segment.source.locale_id == locale.pk:
        return
    label = labels_of(name, locale_code).get(code)
    known = StringTranslation.objects.filter(
        translation_of=segment.string, context=segment.context, locale=locale
    ).first()
    if label is None:
        if known is not None:
            known.delete()
    elif known is None:
        _text(segment, locale, label).save()
    elif StringValue.from_translated_html(known.data).render_text() != label or known.has_error:
        known.data, known.has_error, known.field_error = _html(label), False, ""
        known.tool_name, known.last_translated_by, known.updated_at = FROM_VOCABULARY, None, timezone.now()
        known.save()


def write(source: TranslationSource, locale: Locale) -> None:
    """Labels in a language as the desk has them; where it has no text they stay as they are."""
    sheet = source.get_source_instance()
    rows, labels, key = ROWS.get(sheet.list, TERMS)
    wanted = _texts(source, locale)
    # Labels are read where they are, and only what differs is written, by its own signals.
    owners = rows.objects.filter(code__in=wanted)
    if rows is TERMS[0]:
        owners = owners.filter(taxonomy=sheet.list)
    there = {
        getattr(each, f"{key}_id"): each
        for each in labels.objects.filter(
            locale=locale.language_code, **{f"{key}__in": owners}
        ).select_related(key)
    }
    for owner in owners:
        label, known = wanted[owner.code], there.get(owner.pk)
        if known is None:
            labels.objects.create(**{key: owner}, locale=locale.language_code, label=label)
        elif known.label != label:
            known.label = label
            known.save()


def _source(sheet: LabelSheet) -> TranslationSource | None:
    return TranslationSource.objects.filter(object_id=sheet.translation_key, locale=sheet.locale_id).first()


def _texts(source: TranslationSource, locale: Locale) -> dict[str, str]:
    """What the desk has for the codes of a sheet in a language, as plain text."""
    segments = StringSegment.objects.filter(source=source).annotate_translation(locale)
    return {
        _code_of(path): StringValue.from_translated_html(text).render_text()
        for path, text in segments.values_list("context__path", "translation")
        if text
    }


def _segment(name: str, code: str) -> StringSegment | None:
    return (
        StringSegment.objects.filter(source__object=key_of(name), context__path=f"labels.{code}")
        .select_related("source", "context", "string")
        .first()
    )


def _code_of(path: str) -> str:
    return path.partition(".")[2]


def _html(label: str) -> str:
    return StringValue.from_plaintext(label).data


def _text(segment: StringSegment, locale: Locale, label: str) -> StringTranslation:
    return StringTranslation(
        translation_of_id=segment.string_id,
        context_id=segment.context_id,
        locale=locale,
        data=_html(label),
        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
        tool_name=FROM_VOCABULARY,
        updated_at=timezone.now(),
    )
