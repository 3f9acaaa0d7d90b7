"""Documents: an item is the envelope and the pointer, a version the immutable body (docs/decisions/0002).

Items outlive pages: `page_id` has no foreign key. Nothing here knows a domain.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Audience(models.Model):
    """An audience that some item has, by its key. The public's (empty key) has no row."""

    key = models.CharField(max_length=32, primary_key=True)
    clauses = models.JSONField(help_text="Sorted lists of principals; see cms.core.audiences.")

    def __str__(self):
        return self.key


class ContentItem(models.Model):
    """What is published under one key in one language: envelope columns and the current version."""

    class Status(models.TextChoices):
        LIVE = "live", _("live")
        RETIRED = "retired", _("retired")

    page_id = models.BigIntegerField(unique=True)
    key = models.UUIDField()
    locale = models.CharField(max_length=12)
    type = models.CharField(max_length=100)
    status = models.CharField(max_length=8, choices=Status, default=Status.LIVE)
    listed = models.BooleanField(default=True)
    access_key = models.CharField(max_length=32, blank=True)
    # True while something that it shows was withdrawn and it has not been compiled since: never served as it is.
    stale = models.BooleanField(default=False)
    current = models.ForeignKey("ContentVersion", null=True, on_delete=models.PROTECT, related_name="+")

    # Where it is
    path = models.CharField(max_length=1000, help_text="Root-relative address with language prefix.")
    slug = models.CharField(max_length=255)
    tree_path = models.CharField(max_length=255)
    depth = models.PositiveSmallIntegerField()
    parent_id = models.BigIntegerField(null=True)
    root_key = models.UUIDField(
        null=True, help_text="Key of the root whose contents it belongs to; a root's own."
    )
    in_contents = models.BooleanField(default=True)
    own_number = models.PositiveSmallIntegerField(
        null=True,
        help_text="Null: not numbered. 0: counted among its siblings. Else the number that it carries.",
    )

    # What lists show and sort by
    title = models.CharField(max_length=255)
    seo_title = models.CharField(max_length=255, blank=True)
    search_description = models.TextField(blank=True)
    show_in_menus = models.BooleanField(default=False)
    minutes = models.PositiveIntegerField(default=0, help_text="Reading time.")
    first_published_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="When the item last changed in any way that readers see.")

    # Translation
    source_locale = models.CharField(max_length=12)
    synced_version = models.PositiveIntegerField(
        null=True, help_text="Version of the source that this translation was last brought up to."
    )
    partly = models.BooleanField(
        default=False,
        help_text="Words of that version stand in it, since their translation was missing when it was put together.",
    )
    outdated = models.BooleanField(default=False)
    outdated_since = models.DateTimeField(
        null=True,
        help_text="When the source was published that it has been behind since; null while it isn't.",
    )

    # Of a root: the edition that readers see now.
    edition_number = models.PositiveIntegerField(null=True)
    edition_released_at = models.DateTimeField(null=True)

    files = models.TextField(
        default="[]",
        help_text="What can be taken away, as JSON: `[{kind, url, size, sha256}]`; empty while it is made.",
    )

    envelope_digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "locale"], name="content_item_key_locale"),
            models.CheckConstraint(
                condition=~Q(status="live") | Q(current__isnull=False), name="content_live_has_version"
            ),
            models.CheckConstraint(
                condition=Q(outdated=True, outdated_since__isnull=False)
                | Q(outdated=False, outdated_since__isnull=True),
                name="content_outdated_since_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="content_item_path"),
            models.Index(fields=["tree_path"], name="content_item_tree"),
            models.Index(fields=["status", "locale", "type"], name="content_item_list"),
            models.Index(fields=["root_key", "locale"], name="content_item_root"),
            models.Index(fields=["updated_at"], name="content_item_updated"),
            models.Index(fields=["stale"], condition=Q(stale=True), name="content_item_stale"),
        ]

    def __str__(self):
        return f"{self.type} {self.key}/{self.locale}"


class ContentVersion(models.Model):
    """An immutable body and, apart, what only a grader may know. `body` and `private` are canonical JSON texts."""

    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the body.")
    private = models.TextField(blank=True)
    private_digest = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True, help_text="Plain words, for search.")
    source_digest = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of the texts that a translator works on; empty for translations.",
    )
    correction = models.BooleanField(
        default=False,
        help_text="It means what the version before it means: its editors said so, or it says the same.",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="content_version_number")]

    def __str__(self):
        return f"{self.item_id} v{self.number}"


class PutTogether(models.Model):
    """A translation that wagtail-localize put together, and of what: clocks don't say, when others take the original apart
    meanwhile."""

    log = models.OneToOneField(
        "wagtail_localize.TranslationLog", on_delete=models.CASCADE, related_name="put_together"
    )
    taken_apart_at = models.DateTimeField(help_text="When the texts that it is made of were taken apart.")
    partly = models.BooleanField(
        default=False,
        help_text="Translations of some texts were missing: there it says what the original says.",
    )

    def __str__(self):
        return f"put together in {self.log_id}"


class VersionEmbed(models.Model):
    """A key whose content a version shows: reading the version needs access to it, now."""

    version = models.ForeignKey(ContentVersion, on_delete=models.CASCADE, related_name="embeds")
    key = models.UUIDField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="content_embed_unique")]

    def __str__(self):
        return f"{self.version_id} embeds {self.key}"


class VersionLink(models.Model):
    """A key that a version links to: an old version that links to what is restricted today isn't read by others."""

    version = models.ForeignKey(ContentVersion, on_delete=models.CASCADE, related_name="links")
    key = models.UUIDField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="content_link_unique")]

    def __str__(self):
        return f"{self.version_id} links to {self.key}"


class VersionFile(models.Model):
    """A stored file that a version names: kept while the version is."""

    version = models.ForeignKey(ContentVersion, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="content_file_unique")]

    def __str__(self):
        return self.name


class Takeaway(models.Model):
    """A document as a file: made once for what it is made of, kept by the SHA-256 of its bytes."""

    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="takeaways")
    kind = models.CharField(max_length=8)
    source_digest = models.CharField(max_length=64, help_text="Digest of all that the file was made of.")
    name = models.CharField(max_length=120, help_text="In the storage, by the SHA-256 of the bytes.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind"], name="content_takeaway_kind")]
        indexes = [models.Index(fields=["name"], name="content_takeaway_name")]

    def __str__(self):
        return f"{self.item_id}.{self.kind}"


class ItemTerm(models.Model):
    """A taxonomy term of an item: filters and facets read these."""

    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="terms")
    taxonomy = models.CharField(max_length=40)
    code = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "taxonomy", "code"], name="content_term_unique")
        ]
        indexes = [models.Index(fields=["taxonomy", "code"], name="content_term_code")]

    def __str__(self):
        return f"{self.taxonomy}:{self.code}"


class ItemIndex(models.Model):
    """What an item gives to the indexes of its guide, as canonical JSON; see cms.content.indexes."""

    item = models.OneToOneField(ContentItem, on_delete=models.CASCADE, primary_key=True, related_name="index")
    body = models.TextField()

    def __str__(self):
        return str(self.item_id)


class Contents(models.Model):
    """Numbering, breadcrumbs, previous and next, table of contents: one document per root and language.

    Indexes lie beside it: every page reads its contents, few show indexes. The digest is over both.
    """

    root_key = models.UUIDField()
    locale = models.CharField(max_length=12)
    is_site = models.BooleanField(default=False, help_text="The front page's: menus and site texts.")
    body = models.TextField(help_text="Canonical JSON; see cms.content.contents.")
    indexes = models.TextField(
        default="{}", help_text="Entries of indexes by key, as canonical JSON; see cms.content.indexes."
    )
    digest = models.CharField(max_length=64)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root_key", "locale"], name="content_contents_unique")]

    def __str__(self):
        return f"{self.root_key}/{self.locale}"


class Mark(models.Model):
    """A page that must be compiled: written with the change, cleared by the compilation, swept up after a crash.

    Only ever added, one a change: writers who mark the same page wait neither for each other nor for who compiles it.
    """

    page_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=60)
    correction = models.BooleanField(default=False, help_text="What changed was only corrected.")
    marked_at = models.DateTimeField()

    def __str__(self):
        return f"{self.page_id}: {self.reason}"


class Correction(models.Model):
    """A revision of which its editor said that it only corrects: what the page means is unchanged.

    Of the revision, so that it stays with it through reviews and until a scheduled day; each new one is asked anew.
    """

    revision = models.OneToOneField(
        "wagtailcore.Revision", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self):
        return str(self.revision_id)


class Hold(models.Model):
    """A page that went live past the gate although it has problems: its previous version stays current."""

    page_id = models.BigIntegerField(unique=True)
    problems = models.JSONField()
    held_at = models.DateTimeField()

    def __str__(self):
        return str(self.page_id)


class Edition(models.Model):
    """A numbered release of a guide, compendium or course. The highest number is the current one.

    Its structure is open until it is sealed: by the release of the next edition or by somebody who depends on it.
    Versions flow into the current edition and are pinned when the next is released.
    """

    root_key = models.UUIDField()
    number = models.PositiveIntegerField()
    note = models.TextField(_("note"), blank=True)
    released_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root_key", "number"], name="content_edition_number")]

    def __str__(self):
        return f"{self.root_key} edition {self.number}"


class EditionRow(models.Model):
    """A place in an edition's structure."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rows")
    key = models.UUIDField()
    parent_key = models.UUIDField(null=True)
    type = models.CharField(max_length=100)
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    required = models.BooleanField(default=True)

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="content_edition_row_key"),
            models.UniqueConstraint(fields=["edition", "position"], name="content_edition_row_position"),
        ]
        indexes = [models.Index(fields=["key"], name="content_edition_row_by_key")]

    def __str__(self):
        return f"{self.edition_id}: {self.key}"


class EditionPin(models.Model):
    """The version that a frozen edition holds of a key in a language, and where it stood then: addresses stay."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="pins")
    key = models.UUIDField()
    locale = models.CharField(max_length=12)
    version = models.ForeignKey(ContentVersion, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=1000, help_text="As the item's, when the edition was frozen.")
    title = models.CharField(max_length=255)
    own_number = models.PositiveSmallIntegerField(null=True, help_text="As the item's.")
    minutes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "key", "locale"], name="content_pin_unique")
        ]
        indexes = [models.Index(fields=["path"], name="content_pin_path")]

    def __str__(self):
        return f"{self.edition_id}: {self.key}/{self.locale}"


class Erratum(models.Model):
    """A fault of an edition that was found after its release, said in each language in which somebody wrote it."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="errata")
    key = models.UUIDField(null=True, help_text="The page that it is about; null: the edition as a whole.")
    texts = models.JSONField(help_text="By language; at least one, none of them empty.")
    noted_on = models.DateField(_("date"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-noted_on", "-pk"]
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        constraints = [models.CheckConstraint(condition=~Q(texts={}), name="content_erratum_says_something")]

    def __str__(self):
        return f"{self.edition_id}: {self.noted_on}"
