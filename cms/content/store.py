"""Writing documents: one function for what shows, one for what withdraws. Each is one transaction.

What changes for readers is recorded in the change log in that transaction, under the access key by which they see it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from cms.changes.api import Kind, record
from cms.core import audiences, languages
from cms.core.pages import BasePage
from cms.core.problems import Problem

from . import contents, dependants, editions, takeaways
from .access import audiences_of_keys, known_audiences, prefixes, remember
from .aftermath import Aftermath, Loaded
from .compile import Compiled, canonical, compile_page, digest_of
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
from .signals import document_changed
from .together import once, together

# Any constant: the name of our lock among PostgreSQL's advisory locks.
LOCK = 0x0C0_4A46_E6

# Envelope columns that readers see: a change of one is a change of the document without a new version.
ENVELOPE = (
    "path",
    "title",
    "slug",
    "seo_title",
    "search_description",
    "show_in_menus",
    "own_number",
    "in_contents",
    "root_key",
    "listed",
    "outdated",
)


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


def take_turn() -> None:
    """Writers of documents go one by one, as SQLite's IMMEDIATE transactions do: what was read stays true until it is written."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _publish(page_id, loaded, after):
    page = loaded.pages.get(page_id)
    if page_id in loaded.marks:
        after.marks.append(loaded.marks[page_id])
    item = ContentItem.objects.select_related("current", "index").filter(page_id=page_id).first()
    if not isinstance(page, BasePage) or not page.live or page.alias_of_id:
        after.withdrew = True
        retire([page_id])
        return ContentItem.objects.filter(page_id=page_id).first()
    problems = publication_problems(page)
    # What was shown and then restricted comes out of the page at once; the editor is told, readers keep the rest.
    came_afterwards = all(problem.code in AFTERWARDS for problem in problems)
    if problems:
        hold(page_id, problems)
    elif page_id in loaded.held:
        Hold.objects.filter(page_id=page_id).delete()
    if problems and not (came_afterwards and item is not None):
        if item is not None and item.stale and item.status == ContentItem.Status.LIVE:
            # What it showed was withdrawn and it can't be compiled: nobody may read it meanwhile.
            after.withdrew = True
            _retire(item)
        return item
    return _write(page, item, compile_page(page), after)


def hold(page_id: int, problems: Collection[Problem]) -> None:
    """Note why a page that went past the gate, or was due to, isn't published: its editor is told."""
    Hold.objects.update_or_create(
        page_id=page_id,
        defaults={"problems": [problem.as_dict() for problem in problems], "held_at": timezone.now()},
    )


def _write(page: BasePage, item: ContentItem | None, compiled: Compiled, after: Aftermath) -> ContentItem:
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
        )
    previous = item.current if item.current_id else None
    was_live = before is not None and item.status == ContentItem.Status.LIVE
    # While it was stale nobody got it, and a follower of the feed may have passed it by: it comes back as a change.
    was_stale = was_live and item.stale
    old_root, was_listed = item.root_key, was_live and item.listed
    fill(item, page, compiled, now)
    texts = source_digest(page) if item.locale == item.source_locale else ""
    version, new_version, new_body = _version(item, previous, compiled, texts, now)
    item.current = version
    item.status = ContentItem.Status.LIVE
    item.stale = False
    if new_body:
        item.published_at = now
    _translation_state(item, page)
    item.envelope_digest = _envelope_digest(item)
    changed = (
        not was_live
        or was_stale
        or new_body
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
        _outdate_translations(item, now)
    if changed:
        _record(item, version, was_listed=was_listed, old_access_key=before[2] if before else "")
    after.written.append(item)
    if old_root not in (None, item.root_key):
        after.left_roots.add(old_root)
    if changed or new_version:
        shown = (item.status, item.access_key, item.title, item.path, item.locale)
        was = before and (before[0], before[2], before[4], before[5], before[6])
        (after.moved if shown != was else after.changed).append(item)
        kind = Kind.UPDATED if was_live else Kind.PUBLISHED
        document_changed.send(sender=ContentItem, kind=kind, item=item, version=version, previous=previous)
    elif new_index:
        # What an abbreviation stands for is in no body: it changed, and files of the guide say it.
        after.outdated.append(item)
    return item


def fill(item, page, compiled, now, *, remember_access=True) -> None:
    """The envelope as the page has it. Drafts that aren't in the tree yet hang below nothing."""
    item.page_id = page.pk
    item.type = page._meta.label
    item.listed = page.listed
    item.access_key = remember(compiled.audience) if remember_access else audiences.key(compiled.audience)
    item.slug = page.slug
    item.tree_path = page.path
    item.depth = page.depth
    item.parent_id, item.path, item.root_key = _address(page)
    item.title = page.title
    item.seo_title = page.seo_title
    item.search_description = page.search_description
    item.show_in_menus = page.show_in_menus
    item.in_contents = page.in_contents
    item.own_number = page.own_number
    item.minutes = compiled.minutes
    item.first_published_at = page.first_published_at or now
    item.source_locale = source_locale_of(page)
    if item.pk is None:
        item.published_at = item.updated_at = now


def _address(page) -> tuple[int | None, str, object]:
    """The parent's id, the root-relative address and the key of the contents root (its own if the page is one)."""
    above = prefixes(page.path)[:-1]
    chain = once(
        ("ancestors", *above[-1:]),
        lambda: list(Page.objects.filter(path__in=above, depth__gte=2).order_by("depth")),
    )
    ancestors = [*chain, page]
    home = ancestors[0]
    path = f"/{page.locale.language_code}/" + page.url_path[len(home.url_path) :]
    roots = [ancestor for ancestor in ancestors if getattr(ancestor.specific_class, "contents_root", False)]
    parent_id = ancestors[-2].pk if len(ancestors) > 1 else None
    return parent_id, path, roots[-1].translation_key if roots else None


def source_locale_of(page) -> str:
    """The language that the key was first written in: as wagtail-localize knows it, else the oldest of its pages."""
    return once(("source", page.translation_key), lambda: source_locales([page])[page.translation_key])


def source_locales(pages: Collection[Page]) -> dict[UUID, str]:
    """The same for many pages, by key. Two statements at most."""
    keys = {page.translation_key for page in pages}
    sources = TranslationSource.objects.filter(object_id__in=keys)
    found = dict(sources.order_by("-pk").values_list("object_id", "locale__language_code"))
    written = defaultdict(list)
    if missing := keys - found.keys():
        rows = Page.objects.filter(translation_key__in=missing, alias_of__isnull=True).order_by("pk")
        for key, code in rows.values_list("translation_key", "locale__language_code"):
            written[key].append(code)
    for page in pages:
        if page.translation_key not in found:
            codes = written[page.translation_key]
            preferred = [code for code in languages.fallback_chain("") if code in codes]
            found[page.translation_key] = preferred[0] if preferred else page.locale.language_code
    return found


def _version(item, previous, compiled, texts, now):
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
        created_at=now,
    )
    return version, True, not (previous and previous.digest == compiled.digest)


def _envelope_digest(item) -> str:
    return digest_of(canonical({name: str(getattr(item, name)) for name in ENVELOPE}))


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


def _record(item, version, *, was_listed, old_access_key):
    """The change as each audience sees it: who lost sight gets a tombstone, who sees it now gets the document.

    What lists don't hold (lessons, quizzes) is in no feed: it is told of when it is listed, and when it ceases to be.
    """
    gone = was_listed and (not item.listed or old_access_key != item.access_key)
    if gone:
        log(Kind.WITHDRAWN, item, version, old_access_key)
    if item.listed:
        log(Kind.UPDATED if was_listed and not gone else Kind.PUBLISHED, item, version, item.access_key)


def log(kind, item, version, access_key):
    record(
        kind=kind,
        key=item.key,
        locale=item.locale,
        access_key=access_key,
        item_id=item.page_id,
        type=item.type,
        version=version.number,
        digest=version.digest,
        at=item.updated_at,
    )


# Translations ---------------------------------------------------------------------------------------------------


def _translation_state(item, page):
    """What version of the source this translation was brought up to, and whether the source has moved on since."""
    if item.locale == item.source_locale:
        item.synced_version, item.outdated = None, False
        return
    source = (
        ContentItem.objects.filter(key=item.key, locale=item.source_locale)
        .values_list("pk", "current__number")
        .first()
    )
    if source is None or source[1] is None:
        item.synced_version, item.outdated = None, False
        return
    synced_at = (
        TranslationSource.objects.filter(object_id=item.key).values_list("last_updated_at", flat=True).first()
        or page.last_published_at
        or timezone.now()
    )
    numbers = ContentVersion.objects.filter(item=source[0], created_at__lte=synced_at).order_by("-number")
    item.synced_version = numbers.values_list("number", flat=True).first() or 1
    item.outdated = _texts_moved_on(source[0], item.synced_version)


def source_digest(page) -> str:
    """A digest of what a translator of this page works on: its own texts, not what it shows or links to.

    A corrected answer key, a linked page's new address, a shown practice's correction outdate no translation.
    """
    texts = [
        [segment.path, segment.string.data]
        for segment in extract_segments(page)
        if isinstance(segment, StringSegmentValue)
    ]
    return digest_of(canonical(texts))


def _texts_moved_on(source_item_id, synced_version) -> bool:
    """Whether the source's texts are others than they were in that version."""
    digests = dict(
        ContentVersion.objects.filter(item=source_item_id, number__gte=synced_version).values_list(
            "number", "source_digest"
        )
    )
    return len(digests) > 1 and digests[max(digests)] != digests.get(synced_version)


def _outdate_translations(source: ContentItem, now):
    """The source has a new body: say so in its translations' envelopes."""
    others = ContentItem.objects.filter(key=source.key, status=ContentItem.Status.LIVE).exclude(
        locale=source.locale
    )
    for other in others.select_related("current"):
        outdated = other.synced_version is not None and _texts_moved_on(source.pk, other.synced_version)
        if outdated != other.outdated:
            other.outdated = outdated
            other.updated_at = now
            other.envelope_digest = _envelope_digest(other)
            other.save(update_fields=["outdated", "updated_at", "envelope_digest"])
            if other.listed:
                log(Kind.UPDATED, other, other.current, other.access_key)


# Withdrawing ----------------------------------------------------------------------------------------------------


def retire(page_ids: Collection[int]) -> None:
    """Withdraw documents of pages that were unpublished or deleted, in the transaction at work."""
    with transaction.atomic():
        take_turn()
        Hold.objects.filter(page_id__in=page_ids).delete()
        items = ContentItem.objects.select_related("current").filter(
            page_id__in=page_ids, status=ContentItem.Status.LIVE
        )
        for item in items:
            _retire(item)


def _retire(item):
    item.status = ContentItem.Status.RETIRED
    item.updated_at = timezone.now()
    item.stale = False
    item.save(update_fields=["status", "updated_at", "stale"])
    if item.listed:
        log(Kind.WITHDRAWN, item, item.current, item.access_key)
    dependants.make_stale([item.key])
    dependants.mark(item, links_too=True, reason="withdrawn")
    contents.rebuild_around(item)
    takeaways.outdated([item])
    if item.root_key:
        editions.refollow(item.root_key)
    document_changed.send(
        sender=ContentItem, kind=Kind.WITHDRAWN, item=item, version=item.current, previous=item.current
    )


def restrict(tree_paths: Collection[str]) -> None:
    """Bring the access of everything below these tree paths, in all languages, to what the restrictions say now.

    In the transaction of the restriction: the next request sees it.
    """
    with transaction.atomic():
        take_turn()
        below = ContentItem.objects.none()
        for path in tree_paths:
            below = below | ContentItem.objects.filter(tree_path__startswith=path)
        keys = set(below.values_list("key", flat=True))
        items = ContentItem.objects.select_related("current").filter(key__in=keys)
        wanted = _audiences_now(items, keys)
        names = {audience: remember(audience) for audience in set(wanted.values())}
        changed = [item for item in items if item.access_key != names[wanted[item.key]]]
        now = timezone.now()
        for item in changed:
            old, item.access_key, item.updated_at = item.access_key, names[wanted[item.key]], now
            if item.status == ContentItem.Status.LIVE:
                _record(item, item.current, was_listed=item.listed, old_access_key=old)
        ContentItem.objects.bulk_update(changed, ["access_key", "updated_at"], batch_size=200)
        live = [item for item in changed if item.status == ContentItem.Status.LIVE]
        dependants.make_stale({item.key for item in live})
        # Each may show more now, or less; what shows or links to it must ask again; what was held may be right now.
        dependants.mark_pages([item.page_id for item in live], reason="access")
        dependants.mark_all(live, reason="access")
        held = Hold.objects.filter(page_id__in=items.values("page_id")).values_list("page_id", flat=True)
        dependants.mark_pages(held, reason="access")
        contents.rebuild_around_all(changed)
        takeaways.outdated(changed)
        for item in live:
            document_changed.send(
                sender=ContentItem, kind=Kind.UPDATED, item=item, version=item.current, previous=item.current
            )


def _audiences_now(items, keys: set) -> dict:
    """The audience of each key. What was deleted keeps the access that it had, under what holds for its place now: old
    editions still show it, and no page is left that could say how restricted it was."""
    gone = keys - set(Page.objects.filter(translation_key__in=keys).values_list("translation_key", flat=True))
    deleted = [item for item in items if item.key in gone]
    found = audiences_of_keys(keys, drafts={item.key: item.tree_path for item in deleted})
    had = known_audiences({item.access_key for item in deleted})
    for item in deleted:
        found[item.key] = audiences.join(found[item.key], had[item.access_key])
    return found


def recall(page_id: int) -> None:
    """Destroy every version, and every stored file that no other version names, of what a page published.

    For consent withdrawn, security and erasure. The page itself is unpublished by the caller first. Editions lose
    their pins on it. Versions of other documents that show it are destroyed too, but for their current ones, which
    are compiled again without it.
    """
    from .recall import recall_item

    recall_item(page_id)
