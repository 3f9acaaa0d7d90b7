"""What happens to a file between the form and the disk."""

import hashlib

from .metadata import without_metadata


def strip_picture(image) -> None:
    """Replace a freshly uploaded file by one without metadata, with size and hash to match."""
    if not image.file or getattr(image.file, "_committed", True):
        return
    clean = without_metadata(image.file, image.file.name)
    if clean is not None:
        image.file = clean
    image._set_image_file_metadata()


def describe_file(file) -> None:
    """Store the size and the SHA-256 of a freshly uploaded file, so that takers can check what they got."""
    if not file.file or (getattr(file.file, "_committed", True) and file.sha256):
        return
    digest = hashlib.sha256()
    file.file.seek(0)
    for chunk in file.file.chunks():
        digest.update(chunk)
    file.file.seek(0)
    file.sha256 = digest.hexdigest()
    file.file_size = file.file.size
