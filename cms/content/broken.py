"""Links that lead nowhere: to pages, files, images and snippets that are gone, or to pages that nobody can read yet.

All references of a page are looked up together: one statement for pages, and one for each other kind of thing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, Model, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, WorkflowState

from cms.core import richtext
from cms.core.problems import Problem

from .walk import Place, chosen_fields, walk_stored_page

BROKEN = "link_broken"
UNPUBLISHED = "link_unpublished"

_together: ContextVar[frozenset[UUID]] = ContextVar("published_together", default=frozenset())


@contextmanager
def publishing_together(keys: Collection[UUID]):
    """Inside the `with`, the pages of these translation keys are about to be published: links between them are in order.

    For imports, which publish one page after the other.
    """
    token = _together.set(_together.get() | frozenset(keys))
    try:
        yield
    finally:
        _together.reset(token)


@dataclass(frozen=True)
class Reference:
    """Something of ours that a page refers to. `pk` is None where an id is none; `words` are a link's, else empty."""

    place: Place
    model: type[Model]
    pk: int | str | None
    words: str = ""


@dataclass(frozen=True)
class Target:
    """A page that is referred to."""

    key: UUID
    title: str
    readable: bool
    was_published: bool


def broken_links(page: Page) -> Iterator[Problem]:
    """A problem for each reference of the page that leads nowhere, or to what isn't and won't be published."""
    references = list(_references(page))
    wanted = defaultdict(set)
    for reference in references:
        if reference.pk is not None:
            wanted[reference.model].add(reference.pk)
    pages = _pages(wanted.pop(Page, ()))
    there = {
        model: set(model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
        for model, ids in wanted.items()
    }
    awaited = _together.get() | {page.translation_key}
    for reference in references:
        if reference.model is Page:
            target = pages.get(reference.pk)
            if target is None:
                yield _problem(BROKEN, reference.place, _gone(reference))
            elif not target.readable and target.key not in awaited:
                yield _problem(UNPUBLISHED, reference.place, _unpublished(reference, target))
        elif reference.pk not in there.get(reference.model, ()):
            yield _problem(BROKEN, reference.place, _gone(reference))


def _references(page) -> Iterator[Reference]:
    for field in page._meta.concrete_fields:
        if isinstance(field, RichTextField):
            place = Place(field.name, field.verbose_name)
            yield from _linked(place, getattr(page, field.name))
    for field in chosen_fields(page):
        chosen = getattr(page, field.attname)
        if chosen is not None:
            yield Reference(Place(field.name, field.verbose_name), _model(field.related_model), chosen)
    for place, block, raw in walk_stored_page(page):
        if isinstance(block, blocks.RichTextBlock):
            yield from _linked(place, raw)
        elif isinstance(block, blocks.ChooserBlock) and (raw is not None or block.required):
            # What was chosen and deleted is stored as nothing by the next save.
            yield Reference(place, _model(block.model_class), raw)


def _linked(place, source):
    models = {"page": Page, "document": get_document_model(), "image": get_image_model()}
    for link in richtext.links(source or ""):
        pk = int(link.target) if link.target.isdecimal() and len(link.target) < 19 else None
        yield Reference(place, models[link.kind], pk, Truncator(link.words or "…").chars(80))


def _model(model) -> type[Model]:
    return Page if issubclass(model, Page) else model


def _pages(ids) -> dict[int, Target]:
    """The pages by id. One is readable when it is live in any language, or will be: by schedule or after a review."""
    if not ids:
        return {}
    same_id = Cast(OuterRef("pk"), output_field=CharField())
    due = Revision.page_revisions.filter(object_id=same_id, approved_go_live_at__isnull=False)
    reviewed = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=same_id,
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    languages = Page.objects.filter(translation_key=OuterRef("translation_key"))
    rows = Page.objects.filter(pk__in=ids).annotate(
        readable=Exists(languages.filter(Q(live=True) | Q(Exists(due)) | Q(Exists(reviewed))))
    )
    return {
        pk: Target(key, title, readable, first is not None)
        for pk, key, title, readable, first in rows.values_list(
            "pk", "translation_key", "title", "readable", "first_published_at"
        )
    }


def _problem(code, place, message):
    return Problem(code, message, place.field, place.block, place.words)


def _gone(reference):
    if reference.pk is None and not reference.words:
        # Deleting what was chosen leaves the same behind as choosing nothing.
        return _(
            "Nothing is chosen here, or it isn’t there any more. Choose something, or take the block out."
        )
    if not reference.words:
        return _("What was chosen here isn’t there any more. Choose again, or take the block out.")
    if reference.model is Page:
        message = _("“%(words)s” leads to a page that isn’t there any more.")
    elif reference.model is get_image_model():
        message = _("“%(words)s” shows an image that isn’t there any more.")
    else:
        message = _("“%(words)s” leads to a file that isn’t there any more.")
    return message % {"words": reference.words}


def _unpublished(reference, target):
    if not reference.words:
        message = (
            _("“%(title)s” is no longer published.")
            if target.was_published
            else _("“%(title)s” is not published yet. Publish it first, or send it to review.")
        )
    elif target.was_published:
        message = _("“%(words)s” leads to “%(title)s”, which is no longer published.")
    else:
        message = _(
            "“%(words)s” leads to “%(title)s”, which is not published yet. Publish it first, or send it to review."
        )
    return message % {"words": reference.words, "title": target.title}
