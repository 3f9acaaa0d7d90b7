"""What stands in for uploads in the editor's previews of blocks."""

from django.templatetags.static import static
from django.utils.translation import get_language


def image() -> dict:
    """A drawing, as a document has an image."""
    rendition = {"url": static("site/example.svg"), "width": 960, "height": 540, "format": "svg"}
    return {
        "id": 0,
        "alt": "Houses around a square with trees",
        "width": 960,
        "height": 540,
        "credit": "",
        "focal_point": None,
        "renditions": [rendition],
    }


def file(title: str, size: int) -> dict:
    """A file that leads nowhere, as a document has one; `size` in bytes."""
    return {"id": 0, "title": title, "url": "#", "size": size, "sha256": ""}


def page(title: str) -> dict:
    """A page that leads nowhere, as a document has a link."""
    return {"id": 0, "key": "", "title": title, "url": "#", "type": "", "locale": get_language()}
