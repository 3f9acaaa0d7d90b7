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


# Segments of a JPEG that say how its colours are meant: JFIF, an ICC profile, Adobe's transformation.
_OF_COLOURS = (b"\xff\xe0", b"\xff\xe2", b"\xff\xee")


def without_segments(content: bytes) -> bytes:
    """A JPEG without what applications wrote beside the picture (EXIF, XMP, comments), its pixels untouched.

    For a picture inside something else, which says how it is turned. What is no JPEG is given back as it is. Segments
    are as ITU-T T.81, B.1.1.3, has them.
    """
    if not content.startswith(b"\xff\xd8"):
        return content
    kept, place = [content[:2]], 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place : place + 2]
        if marker == b"\xff\xff":  # fill
            place += 1
            continue
        if marker == b"\xff\xda":  # the picture itself begins
            break
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4])
        application = 0xE0 <= marker[1] <= 0xEF or marker[1] == 0xFE
        if not application or (marker in _OF_COLOURS and not content[place + 4 : end].startswith(b"MPF\0")):
            kept.append(content[place:end])
        place = end
    # Inside the picture's own data these bytes don't occur; a telephone's second picture may follow them.
    end = content.find(b"\xff\xd9", place)
    return b"".join(kept) + (content[place:] if end < 0 else content[place : end + 2])
