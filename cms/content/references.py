"""What a page refers to, loaded in bulk before its blocks are walked (docs/decisions/0002)."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import orjson
from django.db.models import ForeignKey
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.models import Page, TranslatableMixin
from wagtail.rich_text import extract_references_from_rich_text
from wagtail.snippets.models import get_snippet_models

from cms.core import audiences, languages
from cms.core.blocks import PageEmbedBlock
from cms.core.compilation import Compilation
from cms.core.glossary import Glossary
from cms.core.ports import port
from cms.media.api import image_value, prefetch_renditions

from .access import audience_of_page, audiences_of_collections, known_audiences
from .models import ContentItem, VersionEmbed
from .together import once
from .walk import chosen_fields, stream_fields, walk_page


class PageCompilation(Compilation):
    """A compilation whose references were loaded in bulk for one page."""

    def __init__(self, page):
        super().__init__()
        self.page = page
        self.locale = page.locale.language_code
        self.audience = audience_of_page(page)
        self.embedded: set = set()
        self.linked: set = set()
        self.file_names: set[str] = set()
        self.unseen: list[int] = []  # page ids that resolved to nothing: broken, unpublished or less visible
        page_ids, embed_ids, image_ids, file_ids, snippet_ids = _collect(page)
        #: What texts may abbreviate, as `(abbreviation, meaning)`; what the glossary says goes first.
        self.abbreviations: list[tuple[str, str]] = []
        if page.glossed:
            entries = once(("glossary", self.locale), lambda: list(port("glossary")(self.locale)))
            self.glossary = Glossary(entries)
            self.abbreviations += [(entry.abbreviation, entry.term) for entry in entries]
        if page.indexed:
            self.abbreviations += once(
                ("abbreviations", self.locale), lambda: port("abbreviations")(self.locale)
            )
        self._snippets = {}
        for model, ids in snippet_ids.items():
            self._snippets |= _load_snippets(model, ids, self.locale)
        for snippet in self._snippets.values():
            for name, target in own_references(type(snippet)):
                {"file": file_ids, "image": image_ids}[target].update({getattr(snippet, name)} - {None})
        self._keys = (
            dict(Page.objects.filter(pk__in=page_ids).values_list("pk", "translation_key"))
            if page_ids
            else {}
        )
        self._items = self._load_items({self._keys[pk] for pk in embed_ids if pk in self._keys})
        self._images = (
            {image.pk: image for image in get_image_model().objects.filter(pk__in=image_ids)}
            if image_ids
            else {}
        )
        prefetch_renditions(self._images.values())
        files = get_document_model().objects
        self._files = {file.pk: file for file in files.filter(pk__in=file_ids)} if file_ids else {}
        uploads = (*self._images.values(), *self._files.values())
        self._collections = audiences_of_collections({each.collection_id for each in uploads})

    def _load_items(self, embed_keys):
        """The best item of each key: in our language, else the fallback. Bodies come along for what is embedded."""
        keys = set(self._keys.values())
        self._inner = defaultdict(set)
        if not keys:
            return {}
        rows = list(
            ContentItem.objects.filter(key__in=keys, status=ContentItem.Status.LIVE)
            .select_related("current")
            .defer("current__private", "current__text", *([] if embed_keys else ["current__body"]))
        )
        self._audiences = known_audiences({row.access_key for row in rows})
        by_key = defaultdict(dict)
        for row in rows:
            by_key[row.key][row.locale] = row
        self._inner = defaultdict(set)
        if embed_keys:
            shown = VersionEmbed.objects.filter(
                version__in=[row.current_id for row in rows if row.key in embed_keys]
            )
            for outer, inner in shown.values_list("version__item__key", "key"):
                self._inner[outer].add(inner)
        return {key: _best(found, self.locale) for key, found in by_key.items()}

    def _visible(self, page_id: int) -> ContentItem | None:
        item = self._items.get(self._keys.get(page_id))
        if item is None or not audiences.implies(
            self.audience, self._audiences.get(item.access_key, frozenset([frozenset()]))
        ):
            self.unseen.append(page_id)
            return None
        return item

    def link(self, page_id):
        item = self._visible(page_id)
        if item is None:
            return None
        self.linked.add(item.key)
        return link_value(item)

    def embed(self, page_id):
        item = self._visible(page_id)
        if item is None or item.stale or self.page.translation_key in {item.key, *self._inner[item.key]}:
            return None
        self.embedded |= {item.key, *self._inner[item.key]}
        inner = orjson.loads(item.current.body)
        self.glossary.take(inner.get("glossary", ()))
        self.file_names.update(_file_names(inner))
        return {**link_value(item), "body": inner}

    def origin(self, page_id):
        item = self._items[self._keys[page_id]]
        guide, edition = self._origins.get(item.parent_id), self._editions.get(item.root_key)
        known = guide is not None and edition is not None and guide.root_key == item.root_key
        return {
            "version": item.current.number,
            "guide": {
                "key": str(guide.key),
                "title": guide.title,
                "url": guide.path,
                "locale": guide.locale,
                "edition": edition,
            }
            if known
            else None,
        }

    @cached_property
    def _origins(self) -> dict[int, ContentItem]:
        """What stands above what is embedded, by page id. One statement, for those who say where it is from."""
        parents = {item.parent_id for item in self._items.values()} - {None}
        rows = ContentItem.objects.filter(page_id__in=parents, status=ContentItem.Status.LIVE)
        return {row.page_id: row for row in rows}

    @cached_property
    def _editions(self) -> dict:
        """The numbers of the current editions of the roots that it belongs to, by key. One statement."""
        keys = {item.root_key for item in self._items.values()} - {None}
        rows = ContentItem.objects.filter(
            key__in=keys, status=ContentItem.Status.LIVE, edition_number__isnull=False
        )
        return dict(rows.values_list("key", "edition_number"))

    def snippet(self, snippet):
        return snippet and self._snippets.get((type(snippet), snippet.pk), snippet)

    def image(self, image):
        image = image and self._images.get(image.pk, image)
        if not image or not self._for_everybody(image):
            return None
        value = image_value(image)
        self.file_names.update(_file_names(value))
        return value

    def _for_everybody(self, upload) -> bool:
        """Whether every reader of this document may have the image or file."""
        if upload.collection_id not in self._collections:
            self._collections |= audiences_of_collections({upload.collection_id})
        return audiences.implies(self.audience, self._collections[upload.collection_id])

    def file(self, file_id):
        file = self._files.get(file_id)
        if file is None or not self._for_everybody(file):
            return None
        self.file_names.add(file.file.name)
        return {
            "id": file.pk,
            "title": file.title,
            "url": file.url,
            "size": file.get_file_size(),
            "sha256": file.sha256,
        }


def link_value(item: ContentItem) -> dict:
    """What a document says of another page."""
    return {
        "id": item.page_id,
        "key": str(item.key),
        "title": item.title,
        "url": item.path,
        "type": item.type,
        "locale": item.locale,
    }


def _best(items: dict[str, ContentItem], locale: str) -> ContentItem:
    source = next(iter(items.values())).source_locale
    return next(items[code] for code in languages.fallback_chain(locale, source) if code in items)


def _file_names(value) -> Iterable[str]:
    """Storage names of the renditions anywhere inside a compiled value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "url" and isinstance(inner, str) and inner.startswith("/media/"):
                yield inner.removeprefix("/media/")
            else:
                yield from _file_names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _file_names(inner)


def _load_snippets(model, ids: set[int], locale: str) -> dict:
    """Each of these snippets as this language shows it: `(model, id) -> snippet`. One statement, two with labels."""
    if not issubclass(model, TranslatableMixin):
        rows = model.objects.filter(pk__in=ids)
        if hasattr(model, "labels"):
            rows = rows.prefetch_related("labels")
        return {(model, row.pk): row for row in rows}
    wanted = model.objects.filter(pk__in=ids).values("translation_key")
    by_key = defaultdict(dict)
    found = list(model.objects.filter(translation_key__in=wanted).select_related("locale"))
    if hasattr(model, "prepare"):
        # What it shows of others, for all of them at once.
        model.prepare(found)
    for row in found:
        by_key[row.translation_key][row.locale.language_code] = row
    best = {
        key: next(found[code] for code in languages.fallback_chain(locale) if code in found)
        for key, found in by_key.items()
    }
    return {(model, row.pk): best[key] for key, found in by_key.items() for row in found.values()}


def own_references(model) -> list[tuple[str, str]]:
    """Foreign keys of a snippet to files and images: `(attribute, "file" | "image")`."""
    found = []
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            if issubclass(field.related_model, get_document_model()):
                found.append((field.attname, "file"))
            elif issubclass(field.related_model, get_image_model()):
                found.append((field.attname, "image"))
    return found


def _collect(page) -> tuple[set[int], set[int], set[int], set[int], dict[type, set[int]]]:
    """Ids of the pages referred to, of those embedded, of images, of files, and of snippets by their model."""
    pages, embeds, images, files, snippets = set(), set(), set(), set(), defaultdict(set)
    image_model, file_model = get_image_model(), get_document_model()

    def add(model, object_id):
        if issubclass(model, Page):
            pages.add(int(object_id))
        elif issubclass(model, image_model):
            images.add(int(object_id))
        elif issubclass(model, file_model):
            files.add(int(object_id))
        elif model in get_snippet_models():
            snippets[model].add(int(object_id))

    for field in page._meta.concrete_fields:
        if isinstance(field, RichTextField):
            for model, object_id, *_ in extract_references_from_rich_text(getattr(page, field.name) or ""):
                add(model, object_id)
    for field in chosen_fields(page):
        if getattr(page, field.attname):
            add(field.related_model, getattr(page, field.attname))
    for field in stream_fields(page):
        for model, object_id, *_ in field.stream_block.extract_references(getattr(page, field.name)):
            add(model, object_id)
    for _, block, value in walk_page(page):
        if isinstance(block, PageEmbedBlock) and value:
            embeds.add(value.pk)
    return pages, embeds, images, files, snippets
