"""Files that people send in: known by what they hold, never by their name, and without who made them.

Pictures lose what `metadata` takes; documents their authors, companies, dates of work and comments' names. What can't be
read as the kind that it seems to be is refused: it can't be cleaned.
"""

import hashlib
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from django.conf import settings
from PIL import Image as Pillow

from .metadata import without_metadata, without_segments

#: what a kind is to browsers, and how its files' names end, the first where a name has to be given one
KINDS = {
    "pdf": ("application/pdf", (".pdf",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "png": ("image/png", (".png",)),
    "jpeg": ("image/jpeg", (".jpg", ".jpeg")),
    "webp": ("image/webp", (".webp",)),
}
PICTURES = ("png", "jpeg", "webp")

# A document that unpacks to more than this is no document.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5_000
NAME_LENGTH = 100


class Reason(StrEnum):
    UNKNOWN_KIND = "unknown_kind"
    UNREADABLE = "unreadable"
    PROTECTED = "protected"
    MACROS = "macros"
    MOVING = "moving"
    TOO_LARGE = "too_large"


class Refused(Exception):
    """A file that isn't taken; `reason` says why."""

    def __init__(self, reason: Reason):
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True)
class Clean:
    """A file as it is kept: its kind, its bytes without metadata, and their SHA-256."""

    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def cleaned(file, *, kinds: Collection[str] = tuple(KINDS)) -> Clean:
    """What is kept of an uploaded file (something with `read` and `seek`). Raises Refused."""
    file.seek(0)
    content = file.read()
    kind = recognised(content)
    if kind is None or kind not in kinds:
        raise Refused(Reason.UNKNOWN_KIND)
    try:
        clean = _picture(content, kind) if kind in PICTURES else _CLEANERS[kind](content)
    except Refused:
        raise
    except Exception as error:  # whatever a parser makes of bytes that somebody made up
        raise Refused(Reason.UNREADABLE) from error
    return Clean(kind, clean)


def recognised(content: bytes) -> str | None:
    """The kind that a file's first bytes and parts say, or None."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return None
        return "docx" if {"[Content_Types].xml", "word/document.xml"} <= names else None
    return None


def safe_name(name: str, kind: str) -> str:
    """The name that a file is shown and downloaded under: one line without a path, ending as its kind does."""
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(c if c.isprintable() else " " for c in name)
    name = " ".join(name.split()).strip(". ")
    endings = KINDS[kind][1]
    stem, dot, ending = name.rpartition(".")
    if not dot or f".{ending.lower()}" not in endings:
        stem, ending = name, endings[0][1:]
    return f"{stem[:NAME_LENGTH].strip() or 'file'}.{ending.lower()}"


# Pictures ---------------------------------------------------------------------------------------------------------


def _picture(content: bytes, kind: str) -> bytes:
    with Pillow.open(BytesIO(content), formats=[kind.upper()]) as picture:
        if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise Refused(Reason.TOO_LARGE)
        # A telephone's JPEG may hold a second picture (MPO); it isn't a film, and only the first is kept.
        if picture.format != "MPO" and getattr(picture, "is_animated", False):
            raise Refused(Reason.MOVING)
        picture.load()
    clean = without_metadata(BytesIO(content), f"picture.{kind}")
    return content if clean is None else clean.read()


# PDF --------------------------------------------------------------------------------------------------------------


def _pdf(content: bytes) -> bytes:
    """Without document information, XMP, applications' own data, the names on comments, and metadata of its photographs."""
    # Loaded when it is needed: the library behind it is large.
    import pikepdf

    try:
        document = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        raise Refused(Reason.PROTECTED) from None
    with document as pdf:
        if pdf.is_encrypted:
            raise Refused(Reason.PROTECTED)
        if not len(pdf.pages):
            raise Refused(Reason.UNREADABLE)
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        for each in pdf.objects:
            if not isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                continue
            for name in ("/Metadata", "/PieceInfo"):
                if name in each:
                    del each[name]
            if isinstance(each, pikepdf.Stream) and _is_photograph(each):
                clean = without_segments(each.read_raw_bytes())
                each.write(clean, filter=each.Filter, decode_parms=each.get("/DecodeParms"))
            # A comment's title is its author; a form's field of the same name is needed.
            if each.get("/Subtype") not in (None, "/Widget") and "/Rect" in each and "/T" in each:
                del each["/T"]
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _is_photograph(stream) -> bool:
    """Whether a stream is a JPEG, which a PDF takes in as its camera wrote it."""
    import pikepdf

    filters = stream.get("/Filter")
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    return names == [pikepdf.Name.DCTDecode]


# Word -------------------------------------------------------------------------------------------------------------

_PROPERTIES = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
# Who wrote a comment or a tracked change, in whatever prefix the file gives to Word's namespaces.
_PEOPLE = re.compile(rb"""(\w+:(?:author|initials|userId|providerId)\s*=\s*)("[^"]*"|'[^']*')""")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def _docx(content: bytes) -> bytes:
    """Without properties, names on comments and changes, times of its parts, and metadata of the pictures in it."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source:
        parts = source.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Refused(Reason.TOO_LARGE)
        if any(part.flag_bits & 0x1 for part in parts):
            raise Refused(Reason.PROTECTED)
        if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
            raise Refused(Reason.MACROS)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in parts:
                copy.writestr(zipfile.ZipInfo(part.filename, _EPOCH), _part(part.filename, source.read(part)))
    return target.getvalue()


def _part(name: str, content: bytes) -> bytes:
    if name in _PROPERTIES:
        return _PROPERTIES[name]
    if name.startswith("word/") and name.endswith(".xml"):
        return _PEOPLE.sub(rb'\1""', content)
    kind = recognised(content) if name.startswith("word/media/") else None
    return _picture(content, kind) if kind in PICTURES else content


_CLEANERS = {"pdf": _pdf, "docx": _docx}
