"""Uploaded pictures lose what their camera wrote into them: place, person, serial numbers."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image as Pillow
from PIL import ImageOps

# What can be written again without loss of more than metadata.
_SAVE = {
    "JPEG": {"quality": 92, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 92},
}


def has_metadata(picture: Pillow.Image) -> bool:
    info = picture.info
    # A PNG's texts (author, program) may stand behind its pixels: asking for them reads it to its end.
    return (
        bool(picture.getexif())
        or bool(getattr(picture, "text", None))
        or any(name in info for name in ("exif", "xmp", "comment", "XML:com.adobe.xmp", "photoshop"))
    )


def without_metadata(file, name: str) -> ContentFile | None:
    """The same picture, turned the way its metadata said, without metadata. None where there was none to remove.

    Animated pictures and formats other than JPEG, PNG and WebP are left as they are. Of a telephone's JPEG that holds
    several pictures (MPO) the first is kept.
    """
    file.seek(0)
    with Pillow.open(file) as picture:
        several = picture.format == "MPO"
        kind = "JPEG" if several else picture.format
        animated = not several and getattr(picture, "is_animated", False)
        if kind not in _SAVE or animated or not (several or has_metadata(picture)):
            file.seek(0)
            return None
        profile = picture.info.get("icc_profile")
        upright = ImageOps.exif_transpose(picture)
        clean = Pillow.new(upright.mode, upright.size)
        if upright.mode == "P":
            clean.putpalette(upright.getpalette())
        clean.paste(upright)
        target = BytesIO()
        options = dict(_SAVE[kind])
        if profile:
            options["icc_profile"] = profile
        if kind == "PNG" and "transparency" in picture.info:
            options["transparency"] = picture.info["transparency"]
        clean.save(target, kind, **options)
    return ContentFile(target.getvalue(), name=name)
