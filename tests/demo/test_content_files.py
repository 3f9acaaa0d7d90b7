"""The demo's files: every page in every language where one is expected, in the same structure."""

from pathlib import Path

import pytest
from django.conf import settings

from cms.demo.loader import files, snippets
from home import markdown

CASES = [
    (entry.path, language)
    for entry in files.entries()
    for language in entry.languages
    if language != files.SOURCE
]


@pytest.mark.parametrize("path", [entry.path for entry in files.entries()])
def test_the_source_is_there(path):
    assert files.read(path, files.SOURCE)["title"]


@pytest.mark.parametrize(("path", "language"), CASES)
def test_a_translation_mirrors_its_source(path, language):
    assert list(_differences(files.read(path, files.SOURCE), files.read(path, language), path)) == []


def test_there_are_no_other_files():
    expected = {f"{language}/{entry.path}.yaml" for entry in files.entries() for language in entry.languages}
    found = {str(file.relative_to(files.CONTENT)) for file in Path(files.CONTENT).glob("*/**/*.yaml")}
    found = {file for file in found if not file.startswith("editions/")}
    kinds = ("tools", "recommendations", "glossary", "instruments", "organisations", "partnerships")
    assert found == expected | {f"snippets/{kind}.yaml" for kind in kinds}


def test_an_earlier_edition_says_something_else_in_pages_that_there_are():
    [first] = files.editions()
    paths = {entry.path for entry in files.entries()}
    assert first["texts"].keys() | {first["root"], *(each["page"] for each in first["errata"])} <= paths
    for path, text in first["texts"].items():
        assert text != files.read(path, files.SOURCE)
    for erratum in first["errata"]:
        assert sorted(erratum["texts"]) == sorted(code for code, _ in settings.LANGUAGES)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("tools", ("name", "summary", "text")),
        ("recommendations", ("text", "rationale")),
        ("glossary", ("term", "definition")),
        ("instruments", ("title",)),
        ("organisations", ("name",)),
    ],
)
def test_snippets_are_in_all_languages(kind, names):
    languages = [code for code, _ in settings.LANGUAGES]
    for entry in snippets.rows(kind):
        for name in names:
            assert sorted(entry[name]) == sorted(languages), entry


def test_what_the_demo_promises():
    tools = files.read("programme/communication-tools", "en")["items"]
    assert {each["kind"] for each in tools} == {"factsheet", "banner", "card"}
    types = [entry.type for entry in files.entries()]
    assert types.count("guides.GuidePage") == 5
    assert types.count("guides.GoodPracticePage") >= 12
    assert (types.count("learning.LessonPage"), types.count("learning.QuizPage")) == (8, 2)
    programme = files.read("programme", "en")
    assert (len(programme["objectives"]), len(programme["deliverables"])) == (3, 6)
    for entry in files.entries():
        if entry.path.startswith(("guides/religious-sites", "courses/protecting-religious-sites")):
            assert len(entry.languages) == 6


def _differences(source, translated, place):
    """Where a translation has other blocks, another number of paragraphs, items, rows or options."""
    if isinstance(source, dict):
        for name in translated:
            if name not in source:
                yield f"{place}.{name} is not in the source"
        for name, value in source.items():
            if name in translated:
                yield from _differences(value, translated[name], f"{place}.{name}")
            elif isinstance(value, str) and name in TEXTS:
                yield f"{place}.{name} is missing"
    elif isinstance(source, list):
        if len(source) != len(translated):
            yield f"{place} has {len(translated)} entries instead of {len(source)}"
        for index, (one, other) in enumerate(zip(source, translated, strict=False)):
            yield from _differences(one, other, f"{place}[{index}]")
    elif isinstance(source, str) and "\n" in source:
        counts = [len(markdown.segments(text)) for text in (source, translated)]
        if counts[0] != counts[1]:
            yield f"{place} has {counts[1]} paragraphs and items instead of {counts[0]}"


TEXTS = {"title", "summary", "text", "prompt", "explanation", "feedback", "caption", "alt", "attribution"}
