"""What is translated, as it is stored, in the same few statements however many paragraphs it has."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from cms.content.models import ContentItem
from cms.core.models import Language
from cms.translation import access
from cms.translation.models import Work

from .contents import Paragraph, Thing


def own(user, locale: Locale) -> QuerySet[Translation]:
    """What somebody translates into a language: nothing of another, nothing that they may not see."""
    found = access.seen_translations(user)
    return (
        found.filter(target_locale=locale)
        if access.rights_of(user).may_translate(locale.pk)
        else found.none()
    )


def below(translations: QuerySet[Translation], translation: Translation) -> QuerySet[Translation]:
    """Those of a page and of the pages below it: a guide with all its chapters. Of a snippet: its own."""
    key = translation.source.object_id
    page = Page.objects.filter(translation_key=key, locale=translation.source.locale_id).first()
    if page is None:
        return translations.filter(source__object=key)
    pages = Page.objects.filter(path__startswith=page.path)
    return translations.filter(source__object__in=pages.values("translation_key"))


def outdated(translations: QuerySet[Translation], locale: Locale) -> QuerySet[Translation]:
    """Those that readers have, or will have when the language is ready, and that don't say what the original says."""
    items = ContentItem.objects.filter(locale=locale.language_code, outdated=True)
    if Language.objects.filter(locale=locale, hidden=True).exists():
        live = Page.objects.filter(pk=OuterRef("page_id"), live=True, alias_of=None)
        items = items.filter(Exists(live))
    else:
        items = items.filter(status=ContentItem.Status.LIVE)
    behind = Work.objects.filter(behind=True)
    return translations.filter(
        Q(source__object__in=items.values("key")) | Q(pk__in=behind.values("translation"))
    )


def of_keys(translations: QuerySet[Translation], keys: Collection[str]) -> QuerySet[Translation]:
    """Those of things with these keys, as files have them; what is no key is of nothing."""
    return translations.filter(source__object__in=[found for key in keys if (found := _uuid(key))])


def things(translations: QuerySet[Translation]) -> list[Thing]:
    """Translations with their paragraphs: pages in the order of the tree, then snippets. Four statements."""
    translations = translations.select_related("source__locale", "target_locale")
    found = list(translations.annotate(stage=F("work__stage")).order_by("pk"))
    if not found:
        return []
    sources = {each.source_id: each.source for each in found}
    keys = {source.object_id for source in sources.values()}
    texts = {
        (context, string): data
        for context, string, data in StringTranslation.objects.filter(
            locale=found[0].target_locale_id, context__object__in=keys
        ).values_list("context_id", "translation_of_id", "data")
    }
    paragraphs = defaultdict(dict)
    segments = StringSegment.objects.filter(source__in=sources).order_by("source", "order")
    for source, context, string, path, text in segments.values_list(
        "source_id", "context_id", "string_id", "context__path", "string__data"
    ):
        # The same words twice in one field have one translation.
        paragraphs[source].setdefault(
            (context, string), Paragraph(path, text, texts.get((context, string), ""), context, string)
        )
    places = dict(
        Page.objects.filter(translation_key__in=keys).order_by("-path").values_list("translation_key", "path")
    )
    found.sort(key=lambda each: (places.get(each.source.object_id, "~"), each.pk))
    return [_thing(each, paragraphs[each.source_id].values()) for each in found]


def _thing(translation: Translation, paragraphs) -> Thing:
    source = translation.source
    return Thing(
        key=str(source.object_id),
        title=source.object_repr,
        source_language=source.locale.language_code,
        paragraphs=tuple(paragraphs),
        translation_id=translation.pk,
        in_review=translation.stage == Work.Stage.IN_REVIEW,
    )


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
