"""Releasing the next edition: the current one keeps what readers have at this moment, what is published from then on is
the next one's. Drafts that were held back for it can be published with it, in the same transaction."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, WorkflowState

from cms.changes.api import Kind
from cms.core.errors import Conflict, NotFound, NotPermitted

from . import contents
from .broken import publishing_together
from .dependants import mark_showing_parts
from .editions import current_edition, structure, take_structure
from .marks import work_off
from .models import ContentItem, Edition, EditionPin
from .recording import log_change
from .release_choices import apply_choices
from .signals import edition_released
from .turns import take_turn

LOG_ACTION = "content.release_edition"


def release_edition(
    *,
    root_key: UUID,
    note: str = "",
    by=None,
    after: int | None = None,
    drafts: Collection[int] = (),
    choices: Mapping[str, str] | None = None,
) -> Edition:
    """Freeze the current edition with the versions of this moment and release the next with the tree's structure.

    `after` is the number of the edition that whoever asks believes to be current, `drafts` the ids of pages whose drafts
    are published as part of the new edition, `by` whoever does it: nobody in particular is the system itself; `choices` are
    answers to what packages above ask (`release_choices`), by name.

    Raises NotFound where the root isn't published or a draft isn't below it; NotPermitted unless `by` may publish the root
    and every draft; Conflict where `after` isn't current any more, where there is nothing new since the last release,
    or where a draft has been published meanwhile; PublicationRefused for a draft that has problems; BadInput for a choice
    that isn't one.
    """
    # What was published a moment ago belongs to the edition that ends.
    work_off(ContentItem.objects.filter(root_key=root_key).values_list("page_id", flat=True))
    with transaction.atomic():
        take_turn()
        edition, root = current_edition(root_key), source_page(root_key)
        if edition is None or root is None:
            raise NotFound
        pages = _chosen(root, drafts)
        if by is not None and not all(may_publish(by, page) for page in [root, *pages]):
            raise NotPermitted
        if after not in (None, edition.number):
            raise Conflict(
                _("Edition %(number)s has been released meanwhile.") % {"number": edition.number},
                code="edition_released_already",
            )
        if not pages and _is_unchanged(edition):
            raise Conflict(
                _("Nothing has changed since edition %(number)s was released.") % {"number": edition.number},
                code="nothing_new",
            )
        following = _release(edition, note, by)
        with publishing_together(page.translation_key for page in pages):
            for page in pages:
                page.get_latest_revision().publish(user=by)
        apply_choices(root, following, choices or {}, by)
        announce(root_key)
        log(instance=root, action=LOG_ACTION, user=by, data={"number": following.number, "note": note})
        edition_released.send(sender=Edition, edition=following)
        return following


def source_page(root_key: UUID) -> Page | None:
    """The page of a published root in the language in which it was first written: editions are released there."""
    item = ContentItem.objects.filter(
        key=root_key, root_key=root_key, locale=F("source_locale"), status=ContentItem.Status.LIVE
    ).first()
    return item and Page.objects.filter(pk=item.page_id).first()


def may_publish(user, page: Page) -> bool:
    return page.permissions_for_user(user).can_publish()


def waiting_drafts(root: Page) -> list[Page]:
    """The pages at and below a root, specific, in the order of the tree, that have a draft which nobody reviews now."""
    pages = Page.objects.filter(path__startswith=root.path, has_unpublished_changes=True, alias_of=None)
    states = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(pk) for pk in pages.values_list("pk", flat=True)],
    )
    reviewed = {int(object_id) for object_id in states.values_list("object_id", flat=True)}
    return [page for page in pages.order_by("path").specific() if page.pk not in reviewed]


def _chosen(root: Page, drafts: Collection[int]) -> list[Page]:
    """The pages of these ids in the order of the tree: what is above goes first."""
    if not drafts:
        return []
    pages = list(Page.objects.filter(pk__in=drafts, path__startswith=root.path).order_by("path").specific())
    if len(pages) != len(set(drafts)):
        raise NotFound
    waiting = {page.pk for page in waiting_drafts(root)}
    for page in pages:
        if page.pk not in waiting:
            raise Conflict(
                _("The draft of “%(title)s” doesn’t wait any more.") % {"title": page.title},
                code="draft_gone",
            )
    return pages


def _is_unchanged(edition: Edition) -> bool:
    """Whether an edition holds exactly what the one before it holds."""
    before = Edition.objects.filter(root_key=edition.root_key, number=edition.number - 1).first()
    if before is None:
        return False
    places = [[(row.key, row.parent_key) for row in structure(each)] for each in (before, edition)]
    pinned = set(before.pins.values_list("key", "locale", "version"))
    now = {(item.key, item.locale, item.current_id) for item in _items(edition)}
    return places[0] == places[1] and pinned == now


def _items(edition: Edition):
    """The items of an edition's places in all languages; what was retired keeps its last version."""
    return ContentItem.objects.filter(key__in=edition.rows.values("key"), current__isnull=False)


def _release(edition: Edition, note: str, by) -> Edition:
    now = timezone.now()
    EditionPin.objects.bulk_create(
        [
            EditionPin(
                edition=edition,
                key=item.key,
                locale=item.locale,
                version_id=item.current_id,
                path=item.path,
                title=item.title,
                own_number=item.own_number,
                minutes=item.minutes,
            )
            for item in _items(edition)
        ],
        # What was held back from this edition stays what it was.
        ignore_conflicts=True,
    )
    edition.frozen_at, edition.sealed_at = now, edition.sealed_at or now
    edition.save(update_fields=["frozen_at", "sealed_at"])
    optional = list(edition.rows.filter(required=False).values_list("key", flat=True))
    following = Edition.objects.create(
        root_key=edition.root_key, number=edition.number + 1, note=note, released_at=now, released_by=by
    )
    take_structure(following)
    following.rows.filter(key__in=optional).update(required=False)
    ContentItem.objects.filter(key=edition.root_key).update(
        edition_number=following.number, edition_released_at=now
    )
    return following


def announce(root_key: UUID) -> None:
    """What readers are told of a root's editions has changed: on its pages and, for whoever follows it, in the feed."""
    contents.rebuild(root_key)
    mark_showing_parts(roots=[root_key])
    now = timezone.now()
    items = ContentItem.objects.filter(key=root_key, status=ContentItem.Status.LIVE)
    for item in items.select_related("current"):
        item.updated_at = now
        item.save(update_fields=["updated_at"])
        log_change(Kind.UPDATED, item, item.current)
