"""Where uploads lie: outside every folder that is served. `cms.media.views.serve` checks, then serves."""

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from .keepers import is_kept

# Names under these prefixes are made of a digest of what they hold: writing one twice writes the same bytes.
CONTENT_ADDRESSED = ("renditions/",)


@deconstructible(path="cms.media.storage.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    def get_available_name(self, name, max_length=None):
        if name.startswith(CONTENT_ADDRESSED):
            self._remove(name)
            return name
        return super().get_available_name(name, max_length)

    def delete(self, name):
        """Delete, unless a retained version of a document names the file (old editions stay readable)."""
        if name and not is_kept(name):
            self._remove(name)

    def _remove(self, name):
        super().delete(name)
