"""Images, their renditions, and files.

Originals and files lie under names with a random part; renditions under names made of the digest of the image and
the filter, so that an address never shows two different pictures and an unchanged picture keeps its address.
"""

import hashlib
import os
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.coreutils import string_to_ascii
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


def _plain(stem: str) -> str:
    """A file's stem in ASCII and at most 40 characters: whole names must stay under the column's hundred."""
    return "".join(c if c.isascii() else "_" for c in string_to_ascii(stem))[:40] or "image"


class Image(AbstractImage):
    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Who made it, as it should be shown.")
    )

    # Named apart from the stock image model's, which stays installed beside ours.
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by user"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="uploaded_images",
    )
    uploaded_by_user.wagtail_reference_index_ignore = True
    tags = TaggableManager(blank=True, verbose_name=_("tags"), related_name="tagged_images")

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]

    @property
    def default_alt_text(self):
        """What the editor proposes where the image is placed: its description, never its title, which is a file's name."""
        return self.description

    def get_upload_to(self, filename):
        stem, extension = os.path.splitext(self.file.field.storage.get_valid_name(os.path.basename(filename)))
        return os.path.join("originals", uuid.uuid4().hex[:16], _plain(stem) + extension.lower())


class Rendition(AbstractRendition):
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = _("rendition")
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="media_rendition_unique"
            ),
        ]
        indexes = [models.Index(fields=["file"], name="media_rendition_file")]

    def get_upload_to(self, filename):
        digest = hashlib.sha256(
            f"{self.image.get_file_hash()}|{self.filter_spec}|{self.focal_point_key}".encode()
        ).hexdigest()[:24]
        stem = os.path.splitext(os.path.basename(self.image.file.name))[0]
        return os.path.join("renditions", digest, _plain(stem) + os.path.splitext(filename)[1])


class File(AbstractDocument):
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        permissions = [("choose_document", "Can choose document")]
