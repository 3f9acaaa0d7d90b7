"""What a translation needs so that readers have the whole of it: published originals and parents, snippets, words for pictures."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page, ReferenceIndex
from wagtail_localize.models import Translation

from cms.content.api import walk_page

from . import access
from .models import Work


class Kind(models.TextChoices):
    SOURCE = "source", _("The original “%(title)s” isn’t published.")
    PARENT = "parent", _("“%(title)s”, which stands above it, isn’t published in this language.")
    SNIPPET = "snippet", _("“%(title)s”, which it shows, isn’t translated yet.")
    ALT = "alt", _("The picture “%(title)s” is described in the original’s language only.")


# Without these nothing is published; the others may be left for later.
WITHOUT_FAIL = frozenset({Kind.SOURCE, Kind.PARENT})


@dataclass(frozen=True)
class Need:
    """Something that is missing. `translation`: its own, where that is whole and can be published with the rest."""

    kind: Kind
    title: str
    translation: Translation | None = None

    @property
    def told(self) -> str:
        return str(self.kind.label) % {"title": self.title}


def needs_of(translation: Translation, may_publish: Callable[[Translation], bool]) -> list[Need]:
    """What is missing, parents from the top down, then snippets, then pictures.

    `may_publish` says of another translation whether whoever asks may publish it along. As many statements however much is
    shown, two more for each kind of snippet; beside them, what `may_publish` asks.
    """
    source = translation.source.get_source_instance()
    if not isinstance(source, Page):
        return []
    found = [] if source.live else [Need(Kind.SOURCE, source.title)]
    found += _parents(source, translation, may_publish)
    found += _snippets(source, translation, may_publish)
    return found + _pictures(translation.source.as_instance())


def _whole(keys, locale_id: int, may_publish) -> dict:
    """Translations of these keys that could be published now, by key. One statement."""
    rows = (
        Translation.objects.filter(
            source__object__in=keys,
            target_locale=locale_id,
            enabled=True,
            work__words_done=models.F("work__words_total"),
            work__stage__in=(Work.Stage.IN_REVIEW, Work.Stage.APPROVED),
        )
        .select_related("work", "source__specific_content_type", "source__locale", "target_locale")
        .order_by("pk")
    )
    return {each.source.object_id: each for each in rows if may_publish(each)}


def _parents(source: Page, translation: Translation, may_publish) -> list[Need]:
    above = list(source.get_ancestors().filter(depth__gt=1).order_by("depth"))
    keys = [page.translation_key for page in above]
    live = set(
        Page.objects.filter(
            translation_key__in=keys, locale=translation.target_locale_id, live=True
        ).values_list("translation_key", flat=True)
    )
    missing = [page for page in above if page.translation_key not in live]
    if not missing:
        return []
    whole = _whole([page.translation_key for page in missing], translation.target_locale_id, may_publish)
    return [Need(Kind.PARENT, page.title, whole.get(page.translation_key)) for page in missing]


def _snippets(source: Page, translation: Translation, may_publish) -> list[Need]:
    kinds = {
        kind.pk: model
        for model, kind in ContentType.objects.get_for_models(*access.translatable_snippets()).items()
    }
    references = ReferenceIndex.get_references_for_object(source).filter(to_content_type__in=kinds)
    shown: dict[type, set[str]] = {}
    for kind, pk in references.values_list("to_content_type_id", "to_object_id").distinct():
        shown.setdefault(kinds[kind], set()).add(pk)
    needed = []
    for model, pks in shown.items():
        originals = list(model.objects.filter(pk__in=pks).exclude(locale=translation.target_locale_id))
        there = model.objects.filter(
            translation_key__in=[each.translation_key for each in originals],
            locale=translation.target_locale_id,
        )
        there = set(there.values_list("translation_key", flat=True))
        needed += [(each, each.translation_key in there) for each in originals]
    if not needed:
        return []
    keys = [each.translation_key for each, _there in needed]
    # A row is there from the beginning, in the original's words, until its translation is put together.
    unfinished = set(
        Translation.objects.filter(
            source__object__in=keys,
            target_locale=translation.target_locale_id,
            enabled=True,
            work__published_at=None,
        ).values_list("source__object_id", flat=True)
    )
    missing = [each for each, there in needed if not there or each.translation_key in unfinished]
    whole = _whole([each.translation_key for each in missing], translation.target_locale_id, may_publish)
    return [Need(Kind.SNIPPET, str(each), whole.get(each.translation_key)) for each in missing]


def _pictures(source: Page) -> list[Need]:
    """Pictures in the text without words of their own there: those that the picture has are in one language."""
    titles = {
        value.title
        for _place, block, value in walk_page(source)
        if isinstance(block, ImageBlock)
        and value
        and not (value.decorative or value.contextual_alt_text)
        and value.description
    }
    return [Need(Kind.ALT, title) for title in sorted(titles)]
