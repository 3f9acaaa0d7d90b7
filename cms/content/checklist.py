"""The list before publishing: what the type of a page asks for, and how its draft stands."""

from collections.abc import Iterator
from functools import cache

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import AbstractImage
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from cms.core.blocks import CompiledMixin, HeadingBlock, PageEmbedBlock
from cms.core.pages import BasePage
from cms.core.problems import Problem
from cms.core.requirements import Checked, Requirement, check

from .broken import BROKEN, UNPUBLISHED
from .exposure import RESTRICTED_EMBED, RESTRICTED_FILE
from .gate import ALT_MISSING, HEADING_SKIPPED, publication_problems
from .walk import Place, chosen_fields, stream_fields

INVALID = "invalid"


def checklist(page_id: int, user) -> list[Checked]:
    """How the saved draft of a page stands, as if `user` published it unchanged. Empty for what is no document."""
    page = Page.objects.get(pk=page_id).get_latest_revision_as_object()
    if not isinstance(page, BasePage) or page.alias_of_id:
        return []
    # Some problems are about who does it.
    page.pending_change = (user.pk, False)
    problems = publication_problems(page)
    problems += _invalid(page, known={(each.field, each.block) for each in problems if each.block})
    problems = [_placed(page, problem) for problem in problems]
    return check(requirements_of(type(page)), problems, other=_("Nothing else stands against it"))


@cache
def requirements_of(model: type[BasePage]) -> tuple[Requirement, ...]:
    """What pages of this type need: its own requirements, and those that come with what it is made of."""
    kinds = _kinds(model)
    fields = model._meta.concrete_fields
    keys = chosen_fields(model)
    common = [(True, (INVALID,), _("What has to be filled in is filled in"))]
    common += [
        (
            any(
                issubclass(kind, CompiledMixin) and kind.problems is not CompiledMixin.problems
                for kind in kinds
            ),
            ("block",),
            _("Every block is complete"),
        ),
        (
            any(issubclass(kind, HeadingBlock) for kind in kinds),
            (HEADING_SKIPPED,),
            _("Headings skip no level"),
        ),
        (
            any(issubclass(kind, ImageBlock | ImageChooserBlock) for kind in kinds)
            or any(issubclass(key.related_model, AbstractImage) for key in keys),
            (ALT_MISSING,),
            _("Every image says what it shows, or is marked as decorative"),
        ),
        (
            bool(keys)
            or any(isinstance(field, RichTextField) for field in fields)
            or any(issubclass(kind, blocks.RichTextBlock | blocks.ChooserBlock) for kind in kinds),
            (BROKEN, UNPUBLISHED),
            _("Every link leads to something that readers find"),
        ),
        (
            bool(keys) or any(issubclass(kind, _SHOWING) for kind in kinds),
            (RESTRICTED_EMBED, RESTRICTED_FILE),
            _("Nothing is shown to more people than may have it"),
        ),
    ]
    return (*model.requirements, *(Requirement(codes, label) for holds, codes, label in common if holds))


_SHOWING = PageEmbedBlock | ImageBlock | ImageChooserBlock | DocumentChooserBlock | SnippetChooserBlock


def _kinds(model) -> set[type[blocks.Block]]:
    """The classes of all blocks that a page of this type can hold, at any depth."""
    found = set()

    def look(block):
        found.add(type(block))
        if isinstance(block, blocks.ListBlock):
            look(block.child_block)
        elif not isinstance(block, ImageBlock):
            for child in getattr(block, "child_blocks", {}).values():
                look(child)

    for field in model._meta.concrete_fields:
        if isinstance(field, StreamField):
            look(field.stream_block)
    return found


def _invalid(page, known) -> Iterator[Problem]:
    """What the form would refuse; drafts are saved without it. Blocks in `known` have been told of already."""
    try:
        page.full_clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                yield Problem(INVALID, message, "" if name == NON_FIELD_ERRORS else name)
    for field in stream_fields(page):
        value = getattr(page, field.name)
        try:
            field.stream_block.clean(value)
        except StreamBlockValidationError as error:
            for number, inner in sorted(error.block_errors.items()):
                child = value[number]
                if (field.name, child.id or "") not in known:
                    place = Place(
                        field.name, field.verbose_name, child.id or "", number + 1, child.block.label
                    )
                    message = " ".join(dict.fromkeys(_messages(inner)))
                    yield Problem(INVALID, message, place.field, place.block, place.words)
            for message in error.non_block_errors.messages if error.non_block_errors else ():
                yield Problem(INVALID, message, field.name)


def _messages(error) -> Iterator[str]:
    """The sentences inside a block's error, from the outside in."""
    if isinstance(error, StreamBlockValidationError | StructBlockValidationError | ListBlockValidationError):
        inner = error.block_errors
        for each in inner.values() if isinstance(inner, dict) else inner:
            if each is not None:
                yield from _messages(each)
        if error.non_block_errors:
            yield from error.non_block_errors.messages
    else:
        yield from error.messages


def _placed(page, problem: Problem) -> Problem:
    """The problem with its field's name as the place, where it has none."""
    if problem.place or not problem.field:
        return problem
    try:
        label = page._meta.get_field(problem.field).verbose_name
    except FieldDoesNotExist:
        return problem
    return Problem(problem.code, problem.message, problem.field, problem.block, capfirst(str(label)))
