"""Files that people send in: known by what they hold, and without who made them."""

import zipfile
from contextlib import suppress
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from cms.media.api import ATTACHMENT_KINDS, RefusalReason, Refused, cleaned, safe_name
from cms.media.metadata import without_segments

NAME = b"Jane Roe"


def picture(kind="JPEG", **options) -> bytes:
    target = BytesIO()
    Pillow.new("RGB", (40, 30), (20, 90, 60)).save(target, kind, **options)
    return target.getvalue()


def with_exif(kind="JPEG") -> bytes:
    exif = Pillow.Exif()
    exif[0x013B] = NAME.decode()  # artist
    return picture(kind, exif=exif)


def pdf(**options) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.docinfo["/Author"] = NAME.decode()
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [NAME.decode()]
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[0, 0, 10, 10],
        T=NAME.decode(),
        Contents="Why?",
    )
    document.pages[0].Annots = document.make_indirect([document.make_indirect(note)])
    target = BytesIO()
    document.save(target, **options)
    return target.getvalue()


def docx(**more) -> bytes:
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b'<w:document><w:ins w:author="Jane Roe" w:date="2026-01-01"><w:t>Text</w:t></w:ins></w:document>',
        "word/comments.xml": b"<w:comment w:author='Jane Roe' w:initials='JR'/>",
        "docProps/core.xml": b"<cp:coreProperties><dc:creator>Jane Roe</dc:creator></cp:coreProperties>",
        "docProps/app.xml": b"<Properties><Company>Jane Roe Ltd</Company></Properties>",
        "word/media/image1.jpg": with_exif(),
        **more,
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def refused(content: bytes) -> RefusalReason:
    with pytest.raises(Refused) as refusal:
        cleaned(BytesIO(content))
    return refusal.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_its_maker(kind):
    before = with_exif(kind)
    assert NAME in before
    clean = cleaned(BytesIO(before))
    assert clean.kind == kind.lower()
    assert NAME not in clean.content
    assert Pillow.open(BytesIO(clean.content)).size == (40, 30)


def test_a_drawing_loses_its_texts():
    info = PngInfo()
    info.add_text("Author", NAME.decode())
    assert NAME not in cleaned(BytesIO(picture("PNG", pnginfo=info))).content


def test_a_telephones_second_picture_goes_with_its_place():
    target = BytesIO()
    exif = Pillow.Exif()
    exif[0x013B] = NAME.decode()
    first, second = (Pillow.new("RGB", (40, 30), colour) for colour in ((1, 2, 3), (4, 5, 6)))
    first.save(target, "MPO", save_all=True, append_images=[second], exif=exif)
    assert Pillow.open(BytesIO(target.getvalue())).format == "MPO"
    clean = cleaned(BytesIO(target.getvalue()))
    assert clean.kind == "jpeg" and NAME not in clean.content
    assert Pillow.open(BytesIO(clean.content)).format == "JPEG"


def test_a_pdf_loses_its_authors_and_keeps_its_pages():
    clean = cleaned(BytesIO(pdf()))
    assert clean.kind == "pdf"
    with pikepdf.open(BytesIO(clean.content)) as document:
        assert len(document.pages) == 1
        assert "/Info" not in document.trailer and "/Metadata" not in document.Root
        (note,) = document.pages[0].Annots
        assert "/T" not in note and str(note.Contents) == "Why?"
    assert cleaned(BytesIO(pdf())).sha256 == clean.sha256


@pytest.mark.parametrize("several", [False, True])
def test_the_photographs_in_a_pdf_lose_their_metadata_and_keep_every_pixel(several):
    name = pikepdf.Name.DCTDecode
    photograph = with_exif() + (with_exif() if several else b"")
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(200, 200)).obj
    page.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(
            P=pikepdf.Stream(
                document,
                photograph,
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=40,
                Height=30,
                ColorSpace=pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=pikepdf.Array([name]) if several else name,
            )
        )
    )
    target = BytesIO()
    document.save(target)
    assert NAME in target.getvalue()
    clean = cleaned(target).content
    assert NAME not in clean
    with pikepdf.open(BytesIO(clean)) as found:
        kept = found.pages[0].Resources.XObject.P
        assert (kept.Width, kept.ColorSpace) == (40, pikepdf.Name.DeviceRGB)
        with Pillow.open(BytesIO(kept.read_raw_bytes())) as now, Pillow.open(BytesIO(photograph)) as before:
            assert now.tobytes() == before.tobytes()


@given(st.binary(max_size=60))
def test_whatever_bytes_stand_for_a_jpeg_something_comes_back(content):
    assert without_segments(b"\xff\xd8" + content).startswith(b"\xff\xd8")
    assert without_segments(b"GIF89a" + content) == b"GIF89a" + content


def test_a_word_document_loses_everybodys_name_and_keeps_its_text():
    clean = cleaned(BytesIO(docx()))
    assert clean.kind == "docx"
    parts = unpacked(clean.content)
    assert NAME not in parts and b"JR" not in parts
    assert b"<w:t>Text</w:t>" in parts


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unknown_kind"),
        (b"<html>hello</html>", "unknown_kind"),
        (b"GIF89a" + b"0" * 40, "unknown_kind"),
        (b"PK\x03\x04 no archive", "unknown_kind"),
        (b"%PDF-1.7 nothing follows", "unreadable"),
        (picture("PNG")[:60], "unreadable"),
        (pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")), "protected"),
        (pdf(encryption=pikepdf.Encryption(user="", owner="secret")), "protected"),
        (docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    ],
    # The bytes of some are new each time.
    ids=["empty", "html", "gif", "no-zip", "no-pdf", "cut", "protected", "owner-protected", "macros"],
)
def test_what_is_refused(content, reason):
    assert refused(content) == reason


def test_films_and_bombs_are_refused(settings):
    target = BytesIO()
    frames = [Pillow.new("RGB", (10, 10), (shade, 0, 0)) for shade in (0, 99, 200)]
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])
    assert refused(target.getvalue()) == RefusalReason.MOVING
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 1000
    assert refused(picture("PNG")) == RefusalReason.TOO_LARGE


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("cms.media.attachments.MOST_UNPACKED", 1000)
    assert refused(docx(**{"word/big.xml": b"0" * 2000})) == RefusalReason.TOO_LARGE


@given(
    st.binary(max_size=400),
    st.sampled_from([b"%PDF-1.4\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b""]),
)
def test_whatever_the_bytes_the_answer_is_a_reason(tail, head):
    with suppress(Refused):
        cleaned(BytesIO(head + tail))


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("Plan.PDF", "pdf", "Plan.pdf"),
        ("C:\\fakepath\\plan.exe", "pdf", "plan.exe.pdf"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("a\r\nb.jpeg", "jpeg", "a b.jpeg"),
        ("gpj\u202e.docx", "docx", "gpj.docx"),
        ("", "webp", "file.webp"),
        ("...", "pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "pdf", "x" * 100 + ".pdf"),
    ],
)
def test_the_name_that_is_kept(name, kind, kept):
    assert safe_name(name, kind) == kept


@given(st.text(max_size=200), st.sampled_from(sorted(ATTACHMENT_KINDS)))
def test_a_name_is_one_short_line(name, kind):
    kept = safe_name(name, kind)
    assert kept.isprintable() and "/" not in kept and "\\" not in kept and len(kept) <= 120
