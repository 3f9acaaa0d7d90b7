"""Citations hold what a reference manager needs, whatever is in a title."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home import citation

SOURCE = citation.Source(
    "Working with communities",
    "Religious sites",
    "Compendium",
    date(2026, 11, 27),
    3,
    "https://c.example/en/x/",
    "en",
    "029ea936-6cd2",
)


def test_a_sentence():
    assert citation.sentence(SOURCE, "version", "edition") == (
        "Compendium, “Working with communities”, Religious sites, version 3 (2026)."
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", "P، «T»، C، e 2، v 3 (2026)."),
        ("fr", "P, «\u00a0T\u00a0», C, e 2, v 3 (2026)."),
        ("zh-Hans", "P，《T》，C，e 2，v 3 (2026)。"),
    ],
)
def test_a_sentence_has_the_marks_of_its_language(language, expected):
    source = replace(SOURCE, publisher="P", title="T", container="C", edition=2, language=language)
    assert citation.sentence(source, "v", "e") == expected


def test_an_edition_is_part_of_a_citation():
    source = replace(SOURCE, edition=2)
    assert ", Religious sites, edition 2, version 3 (2026)." in citation.sentence(
        source, "version", "edition"
    )
    assert "  edition = {2}," in citation.bibtex(source)
    assert "ET  - 2" in citation.ris(source) and "N1  - v3" in citation.ris(source)
    assert "ET  - 3" in citation.ris(SOURCE) and "N1" not in citation.ris(SOURCE)


def test_bibtex():
    found = citation.bibtex(SOURCE)
    assert found.startswith("@inbook{compendium-029ea936-3,\n")
    assert "  title = {{Working with communities}}," in found
    assert "  url = {https://c.example/en/x/}," in found


def test_ris():
    lines = citation.ris(SOURCE).split("\r\n")
    assert lines[0] == "TY  - CHAP"
    assert "T2  - Religious sites" in lines
    assert lines[-2:] == ["ER  - ", ""]


@given(st.text(max_size=60))
def test_no_title_breaks_out(title):
    source = citation.Source(title, "", "P", date(2026, 1, 1), 1, "https://c.example/", "en", "k" * 8)
    plain = (
        citation.bibtex(source)
        .replace(r"\textbackslash{}", "")
        .replace(r"\textasciitilde{}", "")
        .replace(r"\textasciicircum{}", "")
    )
    plain = plain.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    assert len(citation.ris(source).split("\r\n")) == 11
