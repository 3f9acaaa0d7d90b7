"""Files of the translation desk through its screens: out, through a tool that translators use, and back in; a memory likewise."""

from pathlib import Path

from translate.storage.tmx import tmxfile
from translate.storage.xliff2 import Xliff2File

from .test_desk import BOARD, field, press

TITLE, FIRST = "A protocol for a reported drone", "Begin with the simplest explanation."
LAST, LAST_FR = "Say when it is over.", "Dire quand c’est fini."
FRENCH = {TITLE: "Un protocole pour un drone signalé", FIRST: "Commencer par l’explication la plus simple."}


def taken(page, link):
    """`(bytes, name)` of what a link gives."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link, exact=True).click()
    return Path(download.value.path()).read_bytes(), download.value.suggested_filename


def bring(page, name, data):
    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    press(page, page.get_by_role("button", name="Show what it would do"))


def counts(page):
    """What a plan counts, by label."""
    rows = page.locator(".imports-counts > div").evaluate_all(
        "rows => rows.map(row => [row.querySelector('dt').textContent, Number(row.querySelector('dd').textContent)])"
    )
    return dict(rows)


def execute(page):
    """Small files are written at once, others by the worker: one looks again."""
    press(page, page.get_by_role("button", name="Execute"))
    for _ in range(40):
        if page.get_by_text("All of it was imported.").count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def changed_by_a_tool(data):
    store = Xliff2File.parsestring(data)
    for unit in store.units:
        if unit.source in FRENCH:
            unit.target = FRENCH[unit.source]
            unit.marktranslated()
    return bytes(store)


def open_from_the_board(page):
    page.goto(f"{BOARD}?language=fr&state=not_started")
    press(page, page.locator("tr", has_text=TITLE).locator(".desk-links a").first)
    return page.url


def test_a_memory_goes_through_a_tool_and_comes_back(sign_in):
    page = sign_in("agency", "/en/")
    page.goto("/admin/translation/files/fr/memory/")
    data, name = taken(page, "From English to Français as TMX")
    assert name == "memory-en-fr.tmx"
    units = tmxfile.parsestring(data).units
    assert len(units) > 100
    store = tmxfile(sourcelanguage="en")
    store.addtranslation(units[0].source, "en", units[0].target, "fr")
    store.addtranslation(LAST, "en", LAST_FR, "fr")
    bring(page, "theirs.tmx", bytes(store))
    # What was taken along stays with the document that it comes from.
    assert counts(page) == {"New": 1, "Unchanged": 1}
    execute(page)
    # It is offered from then on to whoever stands at that text.
    open_from_the_board(page)
    place = page.locator(".desk-paragraph", has=page.locator(".desk-source", has_text=LAST))
    place.locator("textarea[name=text]").first.focus()
    offered = place.locator(".desk-match").first
    offered.wait_for()
    assert offered.locator("button").inner_text() == "100%"
    assert offered.locator("p").first.inner_text() == LAST_FR
    assert page.problems == []


def test_a_text_goes_through_a_tool_and_comes_back(sign_in):
    page = sign_in("agency", "/en/")
    work = open_from_the_board(page)
    press(page, page.locator(".desk-buttons a", has_text="Files for translators"))
    files = page.url
    data, name = taken(page, "Export as XLIFF 2.1")
    assert name == "a-protocol-for-a-reported-drone-fr.xlf"
    done = changed_by_a_tool(data)

    # A file that is cut off isn't read; one whose source was changed is, and then nothing of it can be taken.
    bring(page, name, done[:-100])
    refused = page.locator("[role=alert] tbody tr td")
    assert refused.first.inner_text().isdigit() and refused.last.inner_text()
    changed = done.replace(LAST.encode(), b"Say when all of it is over.")
    unit = changed.rindex(b"<unit", 0, changed.index(b"Say when all of it is over."))
    bring(page, name, changed)
    line = str(changed[:unit].count(b"\n") + 1)
    error = page.locator("table", has_text="What is wrong").locator("tbody td")
    assert error.all_inner_texts() == [line, "The source of this paragraph was changed in the file."]
    assert page.get_by_role("button", name="Execute").count() == 0
    page.goto(work)
    assert field(page, 0).input_value() == ""

    page.goto(files)
    bring(page, name, done)
    assert counts(page)["New"] == 2
    shown = page.locator(".desk-plan tbody").inner_text()
    assert all(text in shown for text in FRENCH.values())
    execute(page)
    press(page, page.get_by_role("link", name="Open the translation"))
    assert page.url == work
    for source, text in FRENCH.items():
        place = page.locator(".desk-paragraph.is-done", has=page.locator(".desk-source", has_text=source))
        assert place.locator("textarea[name=text]").first.input_value() == text
    assert page.problems == []
