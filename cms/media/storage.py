"""Where uploads lie: outside every folder that is served. `cms.media.views.serve` checks, then serves."""

import os
import secrets

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from .keepers import is_kept

# Names under these prefixes are made of a digest of what they hold: writing one twice writes the same bytes.
CONTENT_ADDRESSED = ("renditions/",)


@deconstructible(path="cms.media.storage.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    def get_available_name(self, name, max_length=None):
        if name.startswith(CONTENT_ADDRESSED):
            return name
        return super().get_available_name(name, max_length)

    def _save(self, name, content):
        if not name.startswith(CONTENT_ADDRESSED):
            return super()._save(name, content)
        # Written beside it, then put in its place at once: two processes may make the same, while a third serves it.
        written = self.path(super()._save(f"{name}.{secrets.token_hex(8)}", content))
        try:
            os.replace(written, self.path(name))
        except OSError:
            os.remove(written)
            raise
        return name

    def delete(self, name):
        """Delete, unless a retained version of a document names the file (old editions stay readable)."""
        if name and not is_kept(name):
            super().delete(name)
