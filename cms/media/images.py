"""Responsive renditions: made at upload, so that compiling finds them; WebP with a fallback every browser knows."""

from collections.abc import Iterable

from django.db.models import Prefetch, prefetch_related_objects

from .models import Image, Rendition

WIDTHS = (320, 640, 1280)
FORMATS = ("webp", "jpeg")


def filter_specs(image: Image) -> list[str]:
    """Filter specifications of an image: every width that it has, and its own where it is smaller than the smallest."""
    widths = [width for width in WIDTHS if width <= image.width] or [WIDTHS[0]]
    return [f"width-{width}|format-{kind}" for kind in FORMATS for width in widths]


def prefetch_renditions(images: Iterable[Image]) -> None:
    """Load the renditions of all images in one statement."""
    prefetch_related_objects(
        list(images),
        Prefetch("renditions", queryset=Rendition.objects.all(), to_attr="prefetched_renditions"),
    )


def make_renditions(image: Image) -> list[Rendition]:
    """The renditions of an image, in the order of `filter_specs`; missing ones are made and stored."""
    specs = filter_specs(image)
    made = image.get_renditions(*specs)
    return [made[spec] for spec in specs]


def image_value(image: Image) -> dict:
    """What a document says of an image. Addresses are relative to the site's root.

    `{id, alt, width, height, credit, focal_point: {x, y}|None, renditions: [{url, width, height, format}]}` with the focal
    point in parts of a thousand of width and height, since documents hold no floats.
    """
    point = image.get_focal_point()
    return {
        "id": image.pk,
        "alt": image.description,
        "width": image.width,
        "height": image.height,
        "credit": image.credit,
        "focal_point": point
        and {
            "x": round(point.centroid_x * 1000 / image.width),
            "y": round(point.centroid_y * 1000 / image.height),
        },
        "renditions": [
            {
                "url": rendition.url,
                "width": rendition.width,
                "height": rendition.height,
                "format": rendition.filter_spec.rpartition("format-")[2],
            }
            for rendition in make_renditions(image)
        ],
    }
