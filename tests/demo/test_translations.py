"""The demo's guide that comes in by XLIFF files, which have to fit its sources, and what is under way at the desk."""

import re
from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace

import pytest
import yaml
from django.test import override_settings
from django.utils import timezone
from translate.storage.xliff2 import Xliff2File
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.content.models import ContentItem
from cms.demo.accounts import make_demo_accounts
from cms.demo.loader import agency, desk, files
from cms.demo.loader.ids import with_steady_ids
from cms.demo.loader.load import Loader
from cms.translation.board import Board
from cms.translation.files import existing, xliff
from cms.translation.files.plan import Action, plan
from cms.translation.models import Comment, Work
from cms.translation.state import State
from home.vocabulary.sheets import FROM_VOCABULARY
from tests import world

GUIDE = next(entry for entry in files.entries() if entry.xliff)
PAGES = [entry.path for entry in files.entries() if entry.is_of(GUIDE)]
LOADED = "fr"


# A demo of the guide, of what the desk works on, and of what these show -----------------------------------------------


def under_way() -> dict[str, set[str]]:
    """The pages that the desk works on, and into which languages they are translated for that."""
    found = {}
    for name, entries in yaml.safe_load((files.CONTENT / "translation_desk.yaml").read_text()).items():
        for each in entries:
            wanted = found.setdefault(each["page"], set())
            if name == "in_review":
                wanted.add(each["language"])
            elif name == "outdated":
                entry = next(entry for entry in files.entries() if entry.path == each["page"])
                wanted.update(entry.languages)
    return found


def needed(first) -> set[str]:
    """Paths: these, with what a page shows or leads to, and what stands above it."""
    entries = {entry.path: entry for entry in files.entries()}
    waiting, found = list(first), {"home"}
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        said = files.read(path, files.SOURCE)
        leading = re.findall(r"page:([\w/-]+)", str(said))
        waiting += [name if name in entries else f"guides/{name}" for name in leading]
        waiting += [f"practices/{each['practice']}" for each in said.get("body", ()) if "practice" in each]
        waiting.append(entries[path].parent)
    return found


def small(entry, worked_on):
    """In the languages that the desk needs; of the files one."""
    below = [
        codes
        for path, codes in worked_on.items()
        if entry.path == "home" or f"{path}/".startswith(f"{entry.path}/")
    ]
    codes = {files.SOURCE, *(code for each in below for code in each)}
    if entry.path in ("home", "guides"):
        codes.add(LOADED)
    codes = tuple(code for code in entry.languages if code in codes)
    return replace(entry, languages=codes, xliff=entry.xliff and (LOADED,))


def build(site, committed):
    worked_on = under_way()
    paths = needed([*PAGES, *worked_on])
    entries = tuple(small(entry, worked_on) for entry in files.entries() if entry.path in paths)

    def without_doors(path, language, read=files.read):
        return {name: value for name, value in read(path, language).items() if name != "doors"}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "entries", lambda: entries)
        patch.setattr(files, "editions", list)
        patch.setattr(files, "read", without_doors)
        with ExitStack() as commits:

            def commit(*told):
                """What is loaded page by page is committed page by page: the next one finds the documents."""
                commits.close()
                commits.enter_context(committed())

            loader = Loader(commit)
            loader.run()
    assert loader.missing == []
    return loader.pages


@pytest.fixture(scope="module")
def built_demo(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with (
        override_settings(DEMO=True, VAR_DIR=folder, MEDIA_ROOT=folder),
        django_db_blocker.unblock(),
        world.built(build) as pages,
    ):
        yield SimpleNamespace(pages=pages, people=make_demo_accounts())


@pytest.fixture
def demo(built_demo, db):
    return built_demo


# The files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", GUIDE.xliff)
def test_a_file_fits_what_the_guide_says(demo, language):
    translations = []
    for path in PAGES:
        source, _new = TranslationSource.get_or_create_from_instance(demo.pages[path].specific)
        locale = world.locale(language)
        translations.append(Translation.objects.get_or_create(source=source, target_locale=locale)[0].pk)
    StringTranslation.objects.filter(locale=world.locale(language)).delete()
    things = existing.things(Translation.objects.filter(pk__in=translations))
    parts = xliff.read(files.xliff(GUIDE.path, language).read_bytes())
    made = plan(parts, {thing.key: thing for thing in things}, language, overwrite=False)
    assert made.faults == []
    assert {step.action for step in made.steps} == {Action.CREATE}
    assert len(made.steps) == sum(len(thing.paragraphs) for thing in things) > 0
    assert [part.key for part in parts] == [thing.key for thing in things]
    assert [part.digest for part in parts] == [thing.digest for thing in things]


@pytest.mark.parametrize("language", GUIDE.xliff)
def test_a_file_is_one_that_tools_read(language):
    data = files.xliff(GUIDE.path, language).read_bytes()
    store = Xliff2File.parsestring(data)
    assert (store.getsourcelanguage(), store.gettargetlanguage()) == (files.SOURCE, language)
    assert all(unit.istranslated() and unit.target.strip() for unit in store.units)
    assert len(store.units) == data.count(b"<unit ")


def test_the_guide_is_live_and_whole(demo):
    for path in PAGES:
        key = demo.pages[path].translation_key
        item = ContentItem.objects.get(key=key, locale=LOADED)
        assert (item.status, item.outdated) == (ContentItem.Status.LIVE, False)
        work = Work.objects.get(
            translation__source__object=key, translation__target_locale__language_code="fr"
        )
        assert (work.stage, work.words_done) == (Work.Stage.APPROVED, work.words_total)
        assert (work.submitted_by, work.decided_by) == (
            demo.people["agency"],
            demo.people["translation-reviewer"],
        )
        page, source = (
            Page.objects.get(translation_key=key, locale=world.locale(code)) for code in ("fr", "en")
        )
        body = getattr(page.specific, "body", ())
        assert [(block.id, block.block_type) for block in body] == [
            (block.id, block.block_type) for block in getattr(source.specific, "body", ())
        ]


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        ("<source>Religious sites<", "<source>Religious places<", 5, "source of this paragraph was changed"),
        ('<target><pc id="b_1"', '<target><pc id="a1"', 53, "tag <b> of the source is missing"),
        ("</xliff>", "", None, "not well-formed"),
        ('trgLang="es"', 'trgLang="fr"', 2, "not into Español"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_line(demo, tmp_path, before, after, line, reason):
    text = files.xliff(GUIDE.path, "es").read_text()
    assert before in text
    file = tmp_path / "religious-sites.xlf"
    file.write_text(text.replace(before, after, 1))
    pages = [demo.pages[path] for path in PAGES]
    with pytest.raises(agency.Unfit, match=reason) as caught:
        agency.bring_in(pages, file, "es", demo.people)
    assert str(caught.value).startswith(f"{file}:{line or ''}")
    written = StringTranslation.objects.exclude(tool_name=FROM_VOCABULARY)
    assert not written.filter(locale=world.locale("es")).exists()
    assert not ContentItem.objects.filter(key=pages[0].translation_key, locale="es").exists()


def test_a_file_that_leaves_something_out_is_refused(demo, tmp_path):
    text = files.xliff(GUIDE.path, "es").read_text()
    file = tmp_path / "religious-sites.xlf"
    file.write_text(re.sub("<target>.*?</target>", "", text, count=1))
    with pytest.raises(agency.Unfit, match=f"^{file}: Religious sites: .*2 words are missing"):
        agency.bring_in([demo.pages[path] for path in PAGES], file, "es", demo.people)
    assert not ContentItem.objects.filter(key=demo.pages[GUIDE.path].translation_key, locale="es").exists()


# Ids ------------------------------------------------------------------------------------------------------------------


def block(kind, value, own_id):
    return {"type": kind, "value": value, "id": own_id}


def test_ids_are_the_same_each_time_and_stay_where_words_change():
    def ids(*blocks):
        return [each["id"] for each in with_steady_ids({"body": list(blocks)}, "guides/a")["body"]]

    first = ids(block("text", "One", "x"), block("text", "Two", "y"))
    assert len(set(first)) == 2 and not {"x", "y"} & set(first)
    assert (
        ids(block("text", "Other", "p"), block("quote", {}, "q"), block("text", "Words", "r"))[::2] == first
    )
    other = with_steady_ids({"body": [block("text", "One", "x")]}, "guides/b")
    assert other["body"][0]["id"] not in first


def test_what_refers_to_a_block_within_follows_it():
    inner = block("item", "Word", "inner")
    found = with_steady_ids({"body": [block("list", {"items": [inner], "right": "inner"}, "outer")]}, "a")
    value = found["body"][0]["value"]
    assert value["right"] == value["items"][0]["id"] != "inner"
    assert with_steady_ids({"title": "inner", "number": 3}, "a") == {"title": "inner", "number": 3}


# The desk -------------------------------------------------------------------------------------------------------------


def test_the_board_shows_every_state(demo, committed):
    with committed():
        assert desk.load(demo.people) == 6
    board = Board(demo.people["translation-manager"], timezone.now())
    cells = [cell for item in board.items for cell in item.cells.values() if cell.uuid]
    assert {cell.state for cell in cells} == set(State)
    given = {cell.state for cell in cells if cell.translator}
    assert {State.NOT_STARTED, State.IN_PROGRESS, State.IN_REVIEW, State.PUBLISHED} <= given
    assert [cell.code for cell in cells if cell.overdue] == ["ar"]
    assert sum(cell.due_on is not None for cell in cells) == 4
    [back] = [cell for cell in cells if cell.reason]
    assert (back.state, back.percent, back.translator) == (State.IN_PROGRESS, 100, "Translator")
    assert {each.author for each in Comment.objects.all()} == {
        demo.people["translator"],
        demo.people["translation-reviewer"],
    }


def test_the_desk_is_loaded_once(demo, committed):
    with committed():
        desk.load(demo.people)
    before = list(Work.objects.order_by("pk").values()), Comment.objects.count()
    assert desk.load(demo.people) == 0
    assert (list(Work.objects.order_by("pk").values()), Comment.objects.count()) == before
