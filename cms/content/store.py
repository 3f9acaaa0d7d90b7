"""Writing documents: a page's is brought to what the page is now, alone or with others in one transaction.

What changes for readers is recorded in the change log in that transaction, under the access key by which they see it.
"""

from collections.abc import Collection, Sequence

import orjson
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from cms.changes.api import Kind
from cms.core.pages import BasePage
from cms.core.problems import Problem

from . import hiding
from .access import feed_key
from .aftermath import Aftermath, Loaded
from .compile import Compiled, canonical, compile_page
from .corrections import said
from .envelope import envelope_digest, fill
from .gate import AFTERWARDS, publication_problems
from .models import (
    ContentItem,
    ContentVersion,
    Hold,
    ItemIndex,
    ItemTerm,
    VersionEmbed,
    VersionFile,
    VersionLink,
)
from .recording import record_change
from .signals import document_changed
from .sources import outdate_translations, source_digest, source_locale_of, source_locales, translation_state
from .together import together
from .turns import take_turn
from .withdrawing import retire, retire_items


def publish(page_id: int) -> ContentItem | None:
    """Bring the document of a page to what the page is now: compiled, held or withdrawn. Clears its mark.

    Returns the item, or None where there is none: an alias, a page that was never publishable.
    """
    _freshen_shown(page_id)
    with transaction.atomic():
        take_turn()
        after = Aftermath()
        item = _isolated(page_id, Loaded.of([page_id]), after)
        after.settle()
        return item


def publish_all(page_ids: Sequence[int]) -> dict[int, Exception]:
    """The same for several pages in one transaction: what they have in common is read once, what follows is done once.

    One that fails stops no other: it is left as it was, with its mark. Returns these with their errors. Raises what
    goes wrong with all of them together; then nothing was done.
    """
    failed = {}
    with transaction.atomic():
        take_turn()
        after, loaded, shows_stale = Aftermath(), Loaded.of(page_ids), _showing_stale(page_ids)
        sources = source_locales(loaded.pages.values())
        with together({("source", key): code for key, code in sources.items()}):
            for page_id in page_ids:
                try:
                    if page_id in shows_stale or after.withdrew:
                        _freshen_shown(page_id)
                    _isolated(page_id, loaded, after)
                except Exception as error:
                    failed[page_id] = error
        after.settle()
    return failed


def _isolated(page_id, loaded, after) -> ContentItem | None:
    for attempt in range(3):
        own = Aftermath()
        try:
            with transaction.atomic():
                item = _publish(page_id, loaded, own)
        except IntegrityError:
            # Somebody else stored the same page between our reading and our writing: look again.
            if attempt == 2:
                raise
        except OperationalError as error:
            # A transaction that withdraws and marks much can meet ours crosswise: whoever is told to give way tries again.
            if attempt == 2 or not _gave_way(error):
                raise
        else:
            after.add(own)
            return item
    return None


def _showing_stale(page_ids) -> set[int]:
    """Those of these pages whose documents show something stale."""
    stale = ContentItem.objects.filter(stale=True).values("key")
    items = ContentItem.objects.filter(page_id__in=page_ids, current__embeds__key__in=stale)
    return set(items.values_list("page_id", flat=True))


def _gave_way(error: OperationalError) -> bool:
    """Whether PostgreSQL ended a transaction for another's sake (deadlock_detected)."""
    return getattr(error.__cause__, "sqlstate", None) == "40P01"


def _freshen_shown(page_id: int) -> None:
    """Compile what this page shows before it, the innermost first: nothing stale is shown, and nothing left out for it."""
    shown = VersionEmbed.objects.filter(
        version__in=ContentItem.objects.filter(page_id=page_id).values("current")
    )
    for inner in ContentItem.objects.filter(key__in=shown.values("key"), stale=True).exclude(page_id=page_id):
        publish(inner.page_id)


def _publish(page_id, loaded, after):
    page = loaded.pages.get(page_id)
    after.marks.extend(loaded.marks.get(page_id, ()))
    item = ContentItem.objects.select_related("current", "index").filter(page_id=page_id).first()
    shown = isinstance(page, BasePage) and page.live and not page.alias_of_id
    hidden = shown and page.locale.language_code in loaded.hidden
    if not shown or hidden:
        after.withdrew = True
        retire([page_id])
        if hidden:
            hiding.note_state(page)
        return ContentItem.objects.filter(page_id=page_id).first()
    problems = publication_problems(page)
    # What was shown and then restricted comes out of the page at once; the editor is told, readers keep the rest.
    came_afterwards = all(problem.code in AFTERWARDS | page.afterwards for problem in problems)
    if problems:
        hold(page_id, problems)
    elif page_id in loaded.held:
        Hold.objects.filter(page_id=page_id).delete()
    if problems and not (came_afterwards and item is not None):
        if item is not None and item.stale and item.status == ContentItem.Status.LIVE:
            # What it showed was withdrawn and it can't be compiled: nobody may read it meanwhile.
            after.withdrew = True
            retire_items([item])
        return item
    # What was held back until now comes with it.
    corrects = page_id in loaded.corrected and page_id not in loaded.held
    return _write(page, item, compile_page(page), after, corrects)


def hold(page_id: int, problems: Collection[Problem]) -> None:
    """Note why a page that went past the gate, or was due to, isn't published: its editor is told."""
    Hold.objects.update_or_create(
        page_id=page_id,
        defaults={"problems": [problem.as_dict() for problem in problems], "held_at": timezone.now()},
    )


def _write(
    page: BasePage, item: ContentItem | None, compiled: Compiled, after: Aftermath, corrects: bool
) -> ContentItem:
    now = timezone.now()
    item = (
        item or ContentItem.objects.filter(key=page.translation_key, locale=page.locale.language_code).first()
    )
    before = None
    if item is None:
        item = ContentItem(key=page.translation_key, locale=page.locale.language_code)
    else:
        before = (
            item.status,
            item.current_id,
            item.access_key,
            item.envelope_digest,
            item.title,
            item.path,
            item.locale,
            item.outdated_since,
        )
    previous = item.current if item.current_id else None
    was_live = before is not None and item.status == ContentItem.Status.LIVE
    # While it was stale nobody got it, and a follower of the feed may have passed it by: it comes back as a change.
    was_stale = was_live and item.stale
    old_root, was_listed = item.root_key, item.listed
    fill(
        item,
        page,
        now,
        audience=compiled.audience,
        minutes=compiled.minutes,
        source_locale=source_locale_of(page),
    )
    texts = source_digest(page) if item.locale == item.source_locale else ""
    version, new_version, new_body = _version(
        item, previous, compiled, texts, now, corrects=corrects and was_live
    )
    item.current = version
    item.status = ContentItem.Status.LIVE
    item.stale = False
    if new_body:
        item.published_at = now
    translation_state(item, page)
    item.envelope_digest = envelope_digest(item)
    changed = (
        not was_live
        or was_stale
        or new_version
        or before[2] != item.access_key
        or before[3] != item.envelope_digest
    )
    if changed:
        item.updated_at = now
    item.save()
    if new_version:
        VersionEmbed.objects.bulk_create(
            [VersionEmbed(version=version, key=key) for key in sorted(compiled.embeds)]
        )
        VersionLink.objects.bulk_create(
            [VersionLink(version=version, key=key) for key in sorted(compiled.links)]
        )
        VersionFile.objects.bulk_create(
            [VersionFile(version=version, name=name) for name in sorted(compiled.files)]
        )
    _store_terms(item, compiled.terms)
    new_index = _store_index(item, compiled.index)
    if item.locale == item.source_locale and (new_body or not was_live):
        after.retold.extend(outdate_translations(item, now))
    if changed:
        told_under = feed_key(before[2], listed=was_listed) if was_live else None
        record_change(
            item, version, told_under=told_under, outdated=was_live and not before[7] and item.outdated
        )
    after.written.append(item)
    if old_root not in (None, item.root_key):
        after.left_roots.add(old_root)
    if new_version and version.correction:
        after.corrected.add(item.pk)
    if changed:
        shown = (item.status, item.access_key, item.title, item.path, item.locale)
        was = before and (before[0], before[2], before[4], before[5], before[6])
        (after.moved if shown != was else after.changed).append(item)
        if shown != was or item.outdated_since != before[7]:
            after.retold.append(item)
        kind = Kind.UPDATED if was_live else Kind.PUBLISHED
        document_changed.send(sender=ContentItem, kind=kind, item=item, version=version, previous=previous)
    elif new_index:
        # What an abbreviation stands for is in no body: it changed, and files of the guide say it.
        after.outdated.append(item)
    return item


def _version(item, previous, compiled, texts, now, *, corrects):
    """(version, whether it is new, whether its body is). A change of the private part alone makes a version too."""
    if previous and previous.digest == compiled.digest and previous.private_digest == compiled.private_digest:
        return previous, False, False
    if item.pk is None:
        # The version refers to the item and the item to its version: the item goes in first, not yet live.
        item.status = ContentItem.Status.RETIRED
        item.envelope_digest = ""
        item.save()
    last = item.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = ContentVersion.objects.create(
        item=item,
        number=last + 1,
        body=compiled.body_text,
        digest=compiled.digest,
        private=compiled.private_text,
        private_digest=compiled.private_digest,
        text=compiled.text,
        source_digest=texts,
        correction=previous is not None and (corrects or _says_the_same(previous, compiled)),
        created_at=now,
    )
    return version, True, not (previous and previous.digest == compiled.digest)


def _says_the_same(previous, compiled) -> bool:
    return previous.private_digest == compiled.private_digest and said(orjson.loads(previous.body)) == said(
        compiled.body
    )


def _store_terms(item, terms):
    have = set(item.terms.values_list("taxonomy", "code"))
    want = set(terms)
    for taxonomy, code in have - want:
        item.terms.filter(taxonomy=taxonomy, code=code).delete()
    ItemTerm.objects.bulk_create(
        [ItemTerm(item=item, taxonomy=taxonomy, code=code) for taxonomy, code in sorted(want - have)]
    )


def _store_index(item, index) -> bool:
    """Whether what the item gives to indexes has changed."""
    row = getattr(item, "index", None)
    text = canonical(index) if index else ""
    if text == (row.body if row else ""):
        return False
    if index:
        ItemIndex.objects.update_or_create(item=item, defaults={"body": text})
    else:
        row.delete()
    return True
