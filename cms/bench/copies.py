"""Copies of whole parts of the tree, page and document, by INSERT … SELECT: thousands of pages in seconds.

A copy has ids so and so much higher than its original, keys of its own, and the original's words. Everything that publishing
writes is copied; revisions and the log of the admin are not: nobody has edited the copies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from cms.changes.log import number_pending
from cms.changes.models import Change, Kind
from cms.content import contents
from cms.content.models import (
    ContentItem,
    ContentVersion,
    Edition,
    EditionRow,
    ItemIndex,
    ItemTerm,
    VersionEmbed,
    VersionFile,
    VersionLink,
)
from search.models import Entry

Values = Mapping[str, str]
# False in every SQL: a menu of hundreds of copies would be in each page.
NEVER = "(o.show_in_menus AND NOT o.show_in_menus)"


@dataclass(frozen=True)
class _Copy:
    """Where a copy stands: by how much its ids are higher, and how its addresses begin."""

    original: Page
    number: int
    pages: int
    items: int
    versions: int
    editions: int
    entries: int

    @property
    def slug(self) -> str:
        return f"{self.original.slug}-{self.number}"


def copy(original: Page, numbers: Sequence[int]) -> int:
    """Copy a child of a front page with all below it, once for each number; how many pages that made. One transaction."""
    original = Page.objects.get(pk=original.pk)
    parent = original.get_parent()
    size = Page.objects.descendant_of(original, inclusive=True).count()
    with transaction.atomic():
        for number in numbers:
            _copy(
                _Copy(
                    original,
                    number,
                    *(_highest(model) for model in (Page, ContentItem, ContentVersion, Edition, Entry)),
                ),
                parent,
            )
        contents.rebuild(parent.translation_key)
        _reset_sequences()
    number_pending()
    return size * len(numbers)


def _highest(model: type[Model]) -> int:
    return model.objects.aggregate(highest=Max("pk"))["highest"] or 0


def _insert(model: type[Model], values: Values, where: str, params: Sequence = ()) -> None:
    """INSERT INTO … SELECT of a model's own table, with these SQL expressions in the place of its columns."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    fields = [field.column for field in model._meta.local_concrete_fields if not _is_counted(field, values)]
    columns = ", ".join(quote(column) for column in fields)
    chosen = ", ".join(values.get(column, f"o.{quote(column)}") for column in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {table} o {where}", params)


def _is_counted(field, values) -> bool:
    """Whether the database gives the column its number."""
    return field.primary_key and field.remote_field is None and field.column not in values


def _random_key() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def _copy(to: _Copy, parent: Page) -> None:
    original = to.original
    # The parent's numbers change with each copy.
    last = Page.objects.get(pk=parent.pk).get_last_child()
    path = last._inc_path()
    depth, below = len(original.path), f"{original.path}%"
    moved = f"'{path}' || substr(%s, {depth + 1})"
    url = f"{parent.url_path}{to.slug}/"
    no = "NULL"
    _insert(
        Page,
        {
            "id": f"o.id + {to.pages}",
            "path": moved % "o.path",
            "translation_key": _random_key(),
            "show_in_menus": NEVER,
            "slug": f"CASE WHEN o.id = {original.pk} THEN '{to.slug}' ELSE o.slug END",
            "url_path": f"'{url}' || substr(o.url_path, {len(original.url_path) + 1})",
            **dict.fromkeys(("latest_revision_id", "live_revision_id", "alias_of_id"), no),
        },
        "WHERE o.path LIKE %s",
        [below],
    )
    Page.objects.filter(pk=parent.pk).update(numchild=Page.objects.get(pk=parent.pk).numchild + 1)
    inside = f"SELECT id FROM wagtailcore_page WHERE path LIKE '{below}'".replace("%", "%%")
    models = Page.objects.descendant_of(original, inclusive=True).values_list("content_type", flat=True)
    types = ContentType.objects.filter(pk__in=set(models))
    for model in (each.model_class() for each in types):
        link = model._meta.pk.column
        _insert(model, {link: f"o.{link} + {to.pages}"}, f"WHERE o.{link} IN ({inside})")
    _documents(to, inside, moved)
    _found(to, inside, types)
    copied = ContentItem.objects.filter(tree_path__startswith=path)
    for key in set(copied.values_list("root_key", flat=True)):
        contents.rebuild(key)


def _documents(to: _Copy, inside: str, moved: str) -> None:
    """Items with their current versions, contents and editions."""
    key = f"(SELECT n.translation_key FROM wagtailcore_page n WHERE n.id = o.page_id + {to.pages})"
    root = _new_key("o.root_key", inside, to)
    own = ContentItem.objects.get(page_id=to.original.pk)
    address = own.path.rstrip("/")
    new = f"{address.rpartition('/')[0]}/{to.slug}"
    items = f"SELECT id FROM content_contentitem WHERE page_id IN ({inside})"
    versions = f"SELECT current_id FROM content_contentitem WHERE page_id IN ({inside})"
    _insert(
        ContentItem,
        {
            "id": f"o.id + {to.items}",
            "page_id": f"o.page_id + {to.pages}",
            "key": key,
            "root_key": f"COALESCE({root}, o.root_key)",
            "current_id": f"o.current_id + {to.versions}",
            "tree_path": moved % "o.tree_path",
            "parent_id": f"CASE WHEN o.id = {own.pk} THEN o.parent_id ELSE o.parent_id + {to.pages} END",
            "show_in_menus": NEVER,
            "slug": f"CASE WHEN o.id = {own.pk} THEN '{to.slug}' ELSE o.slug END",
            "path": f"'{new}' || substr(o.path, {len(address) + 1})",
        },
        f"WHERE o.page_id IN ({inside})",
    )
    _insert(
        ContentVersion,
        {"id": f"o.id + {to.versions}", "item_id": f"o.item_id + {to.items}"},
        f"WHERE o.id IN ({versions})",
    )
    for model in (VersionLink, VersionEmbed, VersionFile):
        _insert(model, {"version_id": f"o.version_id + {to.versions}"}, f"WHERE o.version_id IN ({versions})")
    for model in (ItemTerm, ItemIndex):
        _insert(model, {"item_id": f"o.item_id + {to.items}"}, f"WHERE o.item_id IN ({items})")
    of_roots = f"WHERE o.root_key IN (SELECT translation_key FROM wagtailcore_page WHERE id IN ({inside}))"
    _insert(Edition, {"id": f"o.id + {to.editions}", "root_key": root}, of_roots)
    _insert(
        EditionRow,
        {
            "edition_id": f"o.edition_id + {to.editions}",
            "key": _new_key("o.key", inside, to),
            "parent_key": _new_key("o.parent_key", inside, to),
        },
        f"WHERE o.edition_id IN (SELECT o.id FROM content_edition o {of_roots})",
    )


def _new_key(column: str, inside: str, to: _Copy) -> str:
    """The key of the copy of the page with a key; NULL for a page that isn't copied."""
    return (
        "(SELECT n.translation_key FROM wagtailcore_page a JOIN wagtailcore_page n "
        f"ON n.id = a.id + {to.pages} WHERE a.translation_key = {column} AND a.id IN ({inside}))"
    )


def _found(to: _Copy, inside: str, types) -> None:
    """What search and the feed know of the copies."""
    items = f"SELECT id FROM content_contentitem WHERE page_id IN ({inside})"
    entries = f"SELECT id FROM {Entry._meta.db_table} WHERE item_id IN ({items})"
    _insert(
        Entry,
        {"id": f"o.id + {to.entries}", "item_id": f"o.item_id + {to.items}"},
        f"WHERE o.item_id IN ({items})",
    )
    text = "CAST(CAST(o.object_id AS integer) + %s AS varchar(50))"
    indexed = (
        (to.entries, entries, [ContentType.objects.get_for_model(Entry).pk]),
        (to.pages, inside, [each.pk for each in types]),
    )
    for higher, ids, kinds in indexed:
        _insert(
            IndexEntry,
            {"object_id": text % higher},
            f"WHERE o.content_type_id IN ({', '.join(map(str, kinds))}) AND CAST(o.object_id AS integer) IN ({ids})",
        )
    quote = connection.ops.quote_name
    names = ("kind", "key", "locale", "access_key", "item_id", "type", "version", "digest", "at", "outdated")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Change._meta.db_table} ({', '.join(map(quote, names))}) "
            f"SELECT '{Kind.PUBLISHED}', i.{quote('key')}, i.locale, i.access_key, i.page_id, i.type, v.number, "
            "i.envelope_digest, i.updated_at, FALSE FROM content_contentitem i JOIN content_contentversion v "
            f"ON v.id = i.current_id WHERE i.listed AND i.page_id - {to.pages} IN ({inside})"
        )


def _reset_sequences() -> None:
    """PostgreSQL doesn't notice ids that it hasn't given."""
    models = [Page, ContentItem, ContentVersion, Edition, Entry]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
