import pytest
from django.utils import translation

from cms.core import numerals
from home.templatetags import reading as tags


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [("4.2", "ar", "٤.٢"), (2026, "ar", "٢٠٢٦"), ("4.2", "en", "4.2"), (64, "zh-hans", "64"), ("", "ar", "")],
)
def test_digits(text, language, expected):
    assert numerals.localised(text, language) == expected


def test_language_tags():
    assert [numerals.bcp47(code) for code in ("ar", "zh-hans", "en")] == ["ar", "zh-Hans", "en"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "3 June 2026"),
        ("fr", "3 juin 2026"),
        ("ru", "3 июня 2026 г."),
        ("es", "3 de junio de 2026"),
        ("zh-hans", "2026年6月3日"),
        ("ar", "٣ يونيو، ٢٠٢٦"),
    ],
)
def test_days_in_words(language, expected):
    with translation.override(language):
        assert tags.day("2026-06-03T10:00:00Z") == tags.day("2026-06-03") == expected


@pytest.mark.parametrize(("number", "hue"), [("1", 1), ("5.2", 5), (6, 1), ("", 0), (None, 0), ("x", 0)])
def test_guides_beyond_the_fifth_go_round(number, hue):
    assert tags.hue(number) == f"hue-{hue}"


def test_footnotes_belong_to_what_stands_before_them():
    blocks = [{"type": kind, "value": kind} for kind in ("footnote", "text", "footnote", "footnote", "quote")]
    grouped = [(block["type"], len(notes)) for block, notes in tags.with_notes(blocks)]
    assert grouped == [("text", 2), ("quote", 0)]
