"""The gate: what stands against publishing a page. One function, asked by the form, the hook, `save()` and the compiler."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from cms.core import headings
from cms.core.blocks import HEADING_LEVELS, HeadingBlock
from cms.core.pages import BasePage
from cms.core.problems import Problem

from .broken import BROKEN, UNPUBLISHED, broken_links
from .exposure import RESTRICTED_EMBED, RESTRICTED_FILE, exposed
from .walk import Place, chosen_fields, walk_page

HEADING_SKIPPED = "heading_skipped"
ALT_MISSING = "alt_missing"

#: What may become true of a published page without anybody touching it: what it shows or leads to was withdrawn or
#: restricted, or the rule is newer than the page. Its document then follows without that, and its editor is told.
AFTERWARDS = frozenset({RESTRICTED_EMBED, RESTRICTED_FILE, BROKEN, UNPUBLISHED, HEADING_SKIPPED})


def publication_problems(page: Page) -> list[Problem]:
    """Reasons against publishing `page` as it stands, each with the field and the block where it is.

    Pages that aren't documents (the tree's root) have none. An alias has none: it compiles to nothing.
    """
    if not isinstance(page, BasePage) or page.alias_of_id:
        return []
    problems = [
        *page.own_problems(),
        *_block_problems(page),
        *_skipped_headings(page),
        *_images_without_words(page),
        *broken_links(page),
    ]
    if page.translation_key and page.pk:
        problems += exposed(page)
    return problems


def _block_problems(page) -> Iterator[Problem]:
    for place, block, value in walk_page(page):
        check = getattr(block, "problems", None)
        if callable(check) and value is not None:
            for message in check(value):
                yield _problem("block", message, place)


def _skipped_headings(page) -> Iterator[Problem]:
    """Each stream is a body of its own below the page's title; headings inside other blocks count in their place."""
    bodies = defaultdict(list)
    for place, block, value in walk_page(page):
        if isinstance(block, HeadingBlock) and value:
            bodies[place.field].append((place, int(value["level"] or headings.FIRST), value["text"]))
    for found in bodies.values():
        for position in headings.skipped(level for _place, level, _text in found):
            place, level, text = found[position]
            above = (found[position - 1][1] if position else headings.FIRST - 1) + 1
            message = _(
                "“%(text)s” is a heading of the level “%(level)s”: one of the level “%(above)s” is missing before it."
            )
            words = {"text": text, "level": HEADING_LEVELS[level], "above": HEADING_LEVELS[above]}
            yield _problem(HEADING_SKIPPED, message % words, place)


def _images_without_words(page) -> Iterator[Problem]:
    """Pictures that say nothing to those who don't see them, unless somebody said that they are decorative."""
    for place, block, value in walk_page(page):
        if isinstance(block, ImageBlock | ImageChooserBlock) and value:
            placed = isinstance(block, ImageBlock)
            if not (placed and value.decorative) and not (
                (placed and value.contextual_alt_text) or value.description
            ):
                message = _("The image has no alternative text. Say what it shows, or mark it as decorative.")
                yield _problem(ALT_MISSING, message, place)
    for field in chosen_fields(page):
        if issubclass(field.related_model, AbstractImage):
            image = getattr(page, field.name)
            if image is not None and not image.description:
                message = _(
                    "The image “%(title)s” has no description. Say what it shows where images are edited."
                )
                yield _problem(
                    ALT_MISSING, message % {"title": image.title}, Place(field.name, field.verbose_name)
                )


def _problem(code, message, place: Place) -> Problem:
    return Problem(code, message, place.field, place.block, place.words)
