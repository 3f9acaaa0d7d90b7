"""The formats that are read. Pure."""

from . import gift, moodle_xml, tables
from .items import Reading

#: How each is read, by its name in `models.QuestionImport.Format`, and the ends of its files' names.
READERS = {"csv": tables.read, "gift": gift.read, "moodle": moodle_xml.read}
SUFFIXES = {"csv": ("csv", "tsv"), "gift": ("gift", "txt"), "moodle": ("xml",)}


def recognised(data: bytes, name: str) -> str:
    """The format of a file: by the end of its name, else by how it begins."""
    suffix = name.rpartition(".")[2].lower()
    for kind, suffixes in SUFFIXES.items():
        if suffix in suffixes:
            return kind
    return "moodle" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "gift"


def read(data: bytes, kind: str) -> Reading:
    """Raises faults.FileRefused."""
    return READERS[kind](data)
