"""The strictest wins: nothing may be shown in something that more people can read."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.core import audiences
from cms.core.audiences import PUBLIC
from cms.core.blocks import PageEmbedBlock
from cms.core.problems import Problem

from .access import audience_of_page, audiences_of_collections, known_audiences
from .models import ContentItem
from .references import own_references
from .walk import Place, chosen_fields, walk_page

RESTRICTED_EMBED = "restricted_embed"
RESTRICTED_FILE = "restricted_file"


def exposed(page: Page) -> Iterator[Problem]:
    """A problem for each page, file and image that is shown to more people than may have it.

    A link to what is restricted is none: it becomes its words.
    """
    pages, uploads = _shown_pages(page), _shown_uploads(page)
    rows = ContentItem.objects.filter(key__in=pages, status=ContentItem.Status.LIVE) if pages else ()
    access = dict(rows.values_list("key", "access_key")) if pages else {}
    known = known_audiences(access.values())
    collections = audiences_of_collections({upload.collection_id for _place, upload in uploads})
    if not any(access.values()) and not any(collections.values()):
        return
    ours = audience_of_page(page)
    for key, (place, title) in pages.items():
        if key in access and not audiences.implies(ours, known.get(access[key], frozenset([frozenset()]))):
            message = _(
                "“%(title)s” is restricted: it can't be shown in a page that more people may read."
            ) % {"title": title}
            yield Problem(RESTRICTED_EMBED, message, place.field, place.block, place.words)
    for place, upload in uploads:
        if not audiences.implies(ours, collections.get(upload.collection_id, PUBLIC)):
            message = _(
                "“%(title)s” lies in a restricted collection: it can't be shown in a page that more people may read."
            ) % {"title": upload.title}
            yield Problem(RESTRICTED_FILE, message, place.field, place.block, place.words)


def _shown_pages(page):
    """Embedded pages by translation key: `(place, title)` of the first place where each is shown."""
    found = {}
    for place, block, value in walk_page(page):
        if isinstance(block, PageEmbedBlock) and value:
            found.setdefault(value.translation_key, (place, value.title))
    return found


def _shown_uploads(page) -> list:
    """`(place, image or file)`: of the page's own fields, of its blocks, and of the snippets in them."""
    found, snippets = [], []
    for field in chosen_fields(page):
        if issubclass(field.related_model, (get_image_model(), get_document_model())):
            upload = getattr(page, field.name)
            if upload is not None:
                found.append((Place(field.name, field.verbose_name), upload))
    for place, block, value in walk_page(page):
        if not value:
            continue
        if isinstance(block, ImageBlock | ImageChooserBlock | DocumentChooserBlock):
            found.append((place, value))
        elif isinstance(block, SnippetChooserBlock):
            snippets += [
                (place, kind, getattr(value, name))
                for name, kind in own_references(type(value))
                if getattr(value, name) is not None
            ]
    for kind, model in (("image", get_image_model()), ("file", get_document_model())):
        ids = {pk for _place, each, pk in snippets if each == kind}
        uploads = model.objects.in_bulk(ids) if ids else {}
        found += [(place, uploads[pk]) for place, each, pk in snippets if each == kind and pk in uploads]
    return found
