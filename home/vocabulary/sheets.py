"""Labels and the translation desk: what the desk is told of labels, and what labels are told of the desk.

The labels of a list in the deployment's own language are one thing to translate (`LabelSheet`). What a label is called in
another language may come from the vocabulary's forms, from a file, or from the desk. So that neither side loses what the
other says, it is kept on which words both last agreed (`LabelsInStep`), as whoever merges two branches keeps their common
ancestor:

- `settle` follows the labels: it brings the sheet and its texts at the desk up to date, and takes over labels that have
  changed since, where the desk's text hasn't;
- `write` is what putting together at the desk does: labels become what was translated, but for those that have changed
  since where the desk's text hasn't.

Where both have changed, the desk's text waits for its reviewer, and whoever approves it decides.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.strings import StringValue

from cms.content.api import take_turn
from cms.translation import words

from .models import LabelSheet, LabelsInStep
from .models.sheets import ROWS, TERMS, key_of, one_line

logger = logging.getLogger(__name__)

# `tool_name` of a text that was taken over from a label.
FROM_VOCABULARY = "vocabulary"


def names() -> list[str]:
    """The lists that have a sheet, in their order."""
    return [name for name, _label in LabelSheet.CHOICES]


def labels_of(name: str) -> dict[str, dict[str, str]]:
    """What the rows of a list are called: by language `{code: label}`, in the order of the list. One statement."""
    rows, labels, key = ROWS.get(name, TERMS)
    found = labels.objects.all()
    if rows is TERMS[0]:
        found = found.filter(term__taxonomy=name).order_by("term__position", "term__code")
    else:
        found = found.order_by(f"{key}__code")
    by_locale: dict[str, dict[str, str]] = defaultdict(dict)
    for locale, code, label in found.values_list("locale", f"{key}__code", "label"):
        if line := one_line(label):
            by_locale[locale][code] = line
    return by_locale


# From the labels to the desk ------------------------------------------------------------------------------------------


@transaction.atomic
def settle(name: str) -> None:
    """Bring a list's sheet up to date, and what the desk has of it. Nothing is written where nothing has changed. Repeatable.

    It is submitted into the languages that have labels; into others by whoever begins there, like all else.
    """
    own = Locale.objects.filter(language_code=settings.LANGUAGE_CODE).first()
    if own is None:
        return
    # One by one, and before the first row is touched, as approving does.
    take_turn()
    labels = labels_of(name)
    source = _follow(name, own, labels.get(own.language_code, {}))
    if source is None:
        return
    known = set(source.translations.values_list("target_locale", flat=True))
    begun = [
        Translation.objects.create(source=source, target_locale=locale)
        for locale in Locale.objects.filter(language_code__in=labels).order_by("pk")
        if locale.pk not in {own.pk, *known}
    ]
    _let_go(name, source, _reconcile(name, source, labels))
    for translation in begun:
        words.recount([translation.pk])
        # Makes the row of that language, which the desk shows.
        translation.save_target()
    _put_together(source, labels)


def settle_all() -> None:
    """All lists; each is a transaction of its own, and one that fails stops no other. Raises the last error at the end."""
    failed = None
    for name in names():
        try:
            settle(name)
        except Exception as error:
            logger.exception("the labels of %s could not be settled", name)
            failed = error
    if failed is not None:
        raise failed


class _Pending(threading.local):
    """The lists of which this thread has to tell the desk at its next commit. What was rolled back is settled once too often."""

    def __init__(self):
        self.names: set[str] = set()


_pending = _Pending()


def heard(name: str) -> None:
    """Something was written in a list: the desk hears of it when the transaction is through, once, however much it was.

    Where the list has no sheet yet there is nothing to do: `settle_all` makes it. What fails is made up for by the clock.
    """
    _pending.names.add(name)
    transaction.on_commit(_settle_pending, robust=True)


def _settle_pending() -> None:
    """Registered once a change; the first call settles, the others find nothing."""
    changed, _pending.names = _pending.names, set()
    for name in LabelSheet.objects.filter(list__in=changed).values_list("list", flat=True).distinct():
        settle(name)


def _follow(name: str, own: Locale, labels: Mapping[str, str]) -> TranslationSource | None:
    """The sheet in the deployment's own language says what the labels say, and its source has been taken apart of that."""
    pairs = [[code, label] for code, label in labels.items()]
    sheet = LabelSheet.objects.filter(list=name, locale=own).first()
    if sheet is None and not pairs:
        return None
    # The deployment's language was another one once.
    TranslationSource.objects.filter(object_id=key_of(name)).exclude(locale=own).delete()
    source = _source(name)
    if sheet is None:
        sheet = LabelSheet.objects.create(list=name, locale=own, labels=pairs, translation_key=key_of(name))
    elif sheet.labels != pairs:
        sheet.labels = pairs
        sheet.save()
        # A label is read at a glance: nobody has to ask for the new ones first.
        if source is not None:
            before = _strings(source)
            source.update_from_db()
            _forget_revived(source, before)
            words.source_changed(source.pk)
    return source or TranslationSource.get_or_create_from_instance(sheet)[0]


def _strings(source: TranslationSource) -> set[tuple[int, int]]:
    return set(source.stringsegment_set.values_list("context_id", "string_id"))


def _forget_revived(source: TranslationSource, before: set[tuple[int, int]]) -> None:
    """Words that stand in a place again, or anew: what they were once translated to there is older than any label."""
    revived = Q()
    for context, string in _strings(source) - before:
        revived |= Q(context=context, translation_of=string)
    if revived:
        StringTranslation.objects.filter(revived).delete()


def _reconcile(name: str, source: TranslationSource, labels: Mapping[str, Mapping[str, str]]) -> list[Locale]:
    """Take over the labels that have changed since they agreed with the desk, where the desk's texts haven't. Returns the languages
    in which nothing is called anything any more, at the desk neither."""
    empty = []
    steps = {step.locale_id: step for step in LabelsInStep.objects.filter(list=name)}
    segments = {
        _code_of(each.context.path): each for each in source.stringsegment_set.select_related("context")
    }
    for locale in Locale.objects.filter(pk__in=source.translations.values("target_locale")).order_by("pk"):
        there, texts = labels.get(locale.language_code, {}), _texts(source, locale)
        step = steps.get(locale.pk) or LabelsInStep(list=name, locale=locale)
        # What is on the sheet no more was agreed on for something that is gone.
        agreed = {code: label for code, label in step.labels.items() if code in segments}
        taken: dict[str, str | None] = {}
        for code in segments:
            label, text = there.get(code), texts.get(code)
            if label == agreed.get(code):
                continue
            if text in (None, agreed.get(code)):
                taken[code] = label
            if text in (None, agreed.get(code), label):
                _agree(agreed, code, label)
        _take_over({segments[code]: label for code, label in taken.items()}, locale)
        _keep(step, agreed)
        if segments and not there and not any(taken.get(code, text) for code, text in texts.items()):
            empty.append(locale)
    return empty


def _let_go(name: str, source: TranslationSource, locales: Collection[Locale]) -> None:
    """Take these languages off the desk, where nobody was given them: what is left would keep a language from being removed."""
    if not locales:
        return
    kept = Q(work__translator__isnull=False) | Q(work__due_on__isnull=False)
    gone = source.translations.filter(target_locale__in=locales).exclude(kept)
    languages = list(gone.values_list("target_locale", flat=True))
    if languages:
        LabelSheet.objects.filter(list=name, locale__in=languages).delete()
        LabelsInStep.objects.filter(list=name, locale__in=languages).delete()
        gone.delete()


def _take_over(labels: Mapping[StringSegment, str | None], locale: Locale) -> None:
    """The desk's texts of these places are these labels; None: there is none any more."""
    gone = Q()
    made = []
    for segment, label in labels.items():
        gone |= Q(context=segment.context_id, translation_of=segment.string_id)
        if label is not None:
            made.append(
                StringTranslation(
                    translation_of_id=segment.string_id,
                    context_id=segment.context_id,
                    locale=locale,
                    data=StringValue.from_plaintext(label).data,
                    translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                    tool_name=FROM_VOCABULARY,
                    updated_at=timezone.now(),
                )
            )
    if not labels:
        return
    # Deleting says that a text is another one; what is filled in for the first time reopens nothing.
    StringTranslation.objects.filter(gone, locale=locale).delete()
    StringTranslation.objects.bulk_create(made)


def _put_together(source: TranslationSource, labels: Mapping[str, Mapping[str, str]]) -> None:
    """Let the desk know of translations whose labels say already all that they say: nobody has to approve those."""
    open_ones = source.translations.filter(Q(work__published_at=None) | Q(work__behind=True), enabled=True)
    words.recount(list(open_ones.values_list("pk", flat=True)))
    whole = open_ones.filter(work__words_total__gt=0, work__words_done=F("work__words_total"))
    for translation in whole.select_related("target_locale"):
        there = labels.get(translation.target_locale.language_code, {})
        texts = _texts(source, translation.target_locale)
        if all(there.get(code) == text for code, text in texts.items()):
            translation.save_target()


# From the desk to the labels ------------------------------------------------------------------------------------------


@transaction.atomic
def write(source: TranslationSource, locale: Locale) -> None:
    """Labels in a language as the desk has them; where it has no text, or an older one, they stay as they are."""
    take_turn()
    name = source.get_source_instance().list
    rows, labels, key = ROWS.get(name, TERMS)
    texts = _texts(source, locale)
    step = LabelsInStep.objects.filter(list=name, locale=locale).first() or LabelsInStep(
        list=name, locale=locale
    )
    agreed = dict(step.labels)
    owners = rows.objects.filter(code__in=texts)
    if rows is TERMS[0]:
        owners = owners.filter(taxonomy=name)
    found = labels.objects.filter(locale=locale.language_code, **{f"{key}__in": owners})
    # Whoever changes one of them meanwhile in the vocabulary waits, and is the newer one then.
    found = found.select_for_update(of=("self",), no_key=True).select_related(key).order_by("pk")
    there = {getattr(each, f"{key}_id"): each for each in found}
    for owner in owners:
        text, row = texts[owner.code], there.get(owner.pk)
        label, before = row and one_line(row.label), agreed.get(owner.code)
        if label != before and text == before:
            continue  # somebody has changed the label since: the desk hears of that
        agreed[owner.code] = text
        if label == text:
            continue
        if row is None:
            row = labels(**{key: owner}, locale=locale.language_code)
        row.label, row.from_desk = text, True
        row.save()
    _keep(step, agreed)


# What both have in common ---------------------------------------------------------------------------------------------


def _keep(step: LabelsInStep, agreed: dict[str, str]) -> None:
    if step.pk is None or step.labels != agreed:
        step.labels = agreed
        step.save()


def _agree(agreed: dict[str, str], code: str, label: str | None) -> None:
    if label is None:
        agreed.pop(code, None)
    else:
        agreed[code] = label


def _source(name: str) -> TranslationSource | None:
    return TranslationSource.objects.filter(
        object_id=key_of(name), locale__language_code=settings.LANGUAGE_CODE
    ).first()


def _texts(source: TranslationSource, locale: Locale) -> dict[str, str]:
    """What the desk has for the codes of a sheet in a language, as plain text. One statement."""
    segments = StringSegment.objects.filter(source=source).annotate_translation(locale)
    return {
        _code_of(path): StringValue.from_translated_html(text).render_text()
        for path, text in segments.values_list("context__path", "translation")
        if text
    }


def _code_of(path: str) -> str:
    return path.partition(".")[2]
