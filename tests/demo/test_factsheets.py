"""The demo's factsheets: small PDFs in their language, the same each time."""

from io import BytesIO

import pikepdf
import pytest

from cms.demo.factsheets import factsheet


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_factsheet_is_a_small_tagged_pdf_in_its_language(language):
    content = factsheet(language)
    assert len(content) < 200_000
    with pikepdf.open(BytesIO(content)) as document:
        assert str(document.Root.Lang).startswith(language)
        assert bool(document.Root.MarkInfo.Marked)
        assert len(document.pages) == 2


def test_it_has_the_same_bytes_each_time():
    assert factsheet("en") == factsheet("en")
