"""The demo's files: every page in every language where one is expected, in the same structure."""

from pathlib import Path

import pytest
from django.conf import settings

from cms.demo.loader import corrections, files, snippets
from cms.demo.loader import questions as loaded
from home import markdown
from learning.assessment import registry
from learning.assessment.rules import Policy

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


def _questions():
    for entry in files.entries():
        page = files.read(entry.path, files.SOURCE)
        checks = [block["check"] for block in page.get("body", ()) if "check" in block]
        for question in [*page.get("questions", ()), *page.get("question", ()), *checks]:
            ((kind, value),) = question.items()
            yield entry.path, kind, value


def test_questions_are_what_the_editor_would_take():
    kinds = set()
    for path, kind, value in _questions():
        kinds.add(kind)
        if kind != "hotspot":  # needs its picture
            assert loaded.stored(kind, value, dict)["prompt"], path
    assert kinds == {each.name for each in registry.registered()}


def test_corrections_are_of_numbers_in_a_bank():
    for each in corrections.read():
        [question] = files.read(each["question"], files.SOURCE)["question"]
        assert question["numeric"]["answers"][0]["tolerance"] < each["tolerance"]
        assert each["quiz"] in {entry.path for entry in files.entries() if entry.type == "learning.QuizPage"}


def test_a_section_names_a_heading_of_its_chapter():
    sections = [
        block["section"]
        for entry in files.entries()
        for block in files.read(entry.path, files.SOURCE).get("body", ())
        if "section" in block
    ]
    assert sections
    for each in sections:
        chapter = files.read(f"guides/{each['chapter']}", files.SOURCE)
        assert each["heading"] in [block.get("heading") for block in chapter["body"]]


def test_a_question_that_the_editor_would_not_take_is_refused():
    nothing_right = {"prompt": "Which?", "options": [{"text": "One"}, {"text": "Two"}]}
    with pytest.raises(ValueError, match="Which"):
        loaded.stored("single_choice", nothing_right, dict)
    with pytest.raises(KeyError):
        loaded.stored("riddle", {"prompt": "What am I?"}, dict)


def test_there_are_no_other_files():
    expected = {
        f"{language}/{entry.path}.yaml"
        for entry in files.entries()
        if entry.type != files.BANK_QUESTION
        for language in entry.languages
    }
    found = {str(file.relative_to(files.CONTENT)) for file in Path(files.CONTENT).glob("*/**/*.yaml")}
    found = {file for file in found if not file.startswith("editions/")}
    kinds = ("tools", "recommendations", "glossary", "instruments", "organisations", "partnerships")
    assert found == expected | {f"snippets/{kind}.yaml" for kind in kinds}
    handed = {files.xliff(entry.path, code) for entry in files.entries() for code in entry.xliff}
    assert set(Path(files.CONTENT).glob("**/*.xlf")) == handed


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
    assert types.count("learning.CoursePage") == 4
    assert (types.count("learning.LessonPage"), types.count("learning.QuizPage")) == (26, 7)
    assert types.count("learning.BankQuestionPage") >= 20
    assert (
        len(
            {
                language
                for entry in files.entries()
                if entry.type == "learning.CoursePage"
                for language in entry.languages
            }
        )
        == 6
    )
    programme = files.read("programme", "en")
    assert (len(programme["objectives"]), len(programme["deliverables"])) == (3, 6)
    for entry in files.entries():
        if entry.path.startswith("courses/protecting-religious-sites"):
            assert len(entry.languages) == 6
    [guide] = [entry for entry in files.entries() if entry.xliff]
    assert {files.SOURCE, *guide.xliff} == {code for code, _ in settings.LANGUAGES}


def _differences(source, translated, place):
    """Where a translation has other blocks, another number of paragraphs, items, rows or options."""
    if translated is None:
        # What is shown by reference is named in the source alone.
        return
    if isinstance(source, dict):
        for name in translated:
            if name not in source:
                yield f"{place}.{name} is not in the source"
        for name, value in source.items():
            if name in translated:
                yield from _differences(value, translated[name], f"{place}.{name}")
            elif (isinstance(value, str) and name in TEXTS and value not in POLICIES) or (
                isinstance(value, list) and name in LISTS
            ):
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


# A quiz says by one of these words when it gives feedback: no text.
POLICIES = {policy.value for policy in Policy}
LISTS = {
    "questions",
    "options",
    "accepted",
    "pairs",
    "extras",
    "items",
    "categories",
    "blanks",
    "rubric",
    "units",
    "steps",
    "choices",
    "cards",
}
TEXTS = {
    *("situation", "consequence", "front", "back"),
    "left",
    "right",
    "name",
    "symbol",
    "introduction",
    "model_answer",
    "title",
    "summary",
    "text",
    "prompt",
    "explanation",
    "feedback",
    "caption",
    "alt",
    "attribution",
}
