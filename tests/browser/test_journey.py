"""One journey through all of it: an editor publishes, readers and a mirror see it, a learner completes a course."""

import json
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

import yaml

from tests.browser.conftest import ROOT

CHAPTER = "/guides/religious-sites/security-by-design/"
COURSE = "/courses/protecting-religious-sites/"
CONTENT = ROOT / "cms" / "demo" / "content"


def document(demo, path):
    """The document at an address, as the API has it."""
    with urllib.request.urlopen(f"{demo.url}/api/v2/pages/find/?html_path={path}", timeout=10) as answer:
        return json.load(answer)


def mirror(demo, folder):
    """Bring a local copy up to date with the example client; its documents by address."""
    command = [sys.executable, str(ROOT / "examples" / "mirror.py"), demo.url, str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    documents = [json.loads(file.read_text()) for file in folder.rglob("*.json") if file.stat().st_size]
    return {urlsplit(each["meta"]["html_url"]).path: each for each in documents if "meta" in each}


def eventually(check, seconds=20):
    """Wait until `check()` is true: compiling goes on after the editor's answer has left."""
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.25)


def test_an_editor_publishes_and_everybody_sees_it(demo, sign_in, visit, tmp_path):
    copy = tmp_path / "copy"
    address = f"/en{CHAPTER}"
    assert mirror(demo, copy)[address]["title"] == "Security by design"
    before = document(demo, f"/en{CHAPTER}")
    french = document(demo, f"/fr{CHAPTER}")

    editor = sign_in("editor", "/en/")
    editor.goto(f"/admin/pages/{before['id']}/edit/")
    editor.locator("#id_title").fill("Security by design, and by people")
    # The button stands in a menu of the footer, whose opening is Wagtail's own business.
    editor.locator("footer button[name=action-publish]").first.evaluate("button => button.click()")
    editor.wait_for_url("**/admin/pages/**")
    eventually(lambda: document(demo, f"/en{CHAPTER}")["title"] == "Security by design, and by people")

    after = document(demo, f"/en{CHAPTER}")
    assert after["meta"]["version"] == before["meta"]["version"] + 1
    assert after["meta"]["digest"] != before["meta"]["digest"]
    page = visit(f"/en{CHAPTER}")
    assert "and by people" in page.locator("h1").inner_text()
    # The French reader is told that the translation is behind; the French text is as it was.
    page.goto(f"/fr{CHAPTER}")
    assert page.locator("main .note.warn").first.is_visible()
    assert page.locator("h1").inner_text().endswith(french["title"])
    # A lesson that shows the chapter, the guide's contents and the mirror follow by themselves.
    page.goto("/en/guides/religious-sites/")
    assert page.get_by_text("Security by design, and by people").first.is_visible()
    eventually(lambda: mirror(demo, copy)[address]["title"] == "Security by design, and by people")
    # An old version stays readable by its number.
    with urllib.request.urlopen(
        f"{demo.url}/api/v2/pages/{before['id']}/?version={before['meta']['version']}", timeout=10
    ) as answer:
        assert json.load(answer)["title"] == "Security by design"


def right_answers(language):
    """What to choose, by the question's text in a language: texts of right options, or true and false."""
    found = {}
    for path in ("understanding/check-what-you-know", "acting/final-quiz"):
        name = f"courses/protecting-religious-sites/{path}.yaml"
        source = yaml.safe_load((CONTENT / "en" / name).read_text())["questions"]
        shown = yaml.safe_load((CONTENT / language / name).read_text())["questions"]
        for one, other in zip(source, shown, strict=True):
            ((_, question),), ((_, translated),) = one.items(), other.items()
            if "options" in question:
                pairs = zip(question["options"], translated["options"], strict=True)
                right = [_plain(text["text"]) for option, text in pairs if option.get("correct")]
            else:
                right = question["answer"]
            found[_plain(translated["prompt"])] = right
    return found


def _plain(text):
    return " ".join(text.split())


def answer(page, answers):
    """Answer the question on the page and go on."""
    prompt = _plain(page.locator("fieldset legend, .question legend").first.inner_text())
    (right,) = [value for text, value in answers.items() if text in prompt]
    if isinstance(right, bool):
        page.locator(f"label.option input[value={str(right).lower()}]").check()
    else:
        for label in page.locator("label.option").all():
            if any(text in _plain(label.inner_text()) for text in right):
                label.locator("input").check()


def press(page, button):
    """Press a button that leads to another page, and be there."""
    with page.expect_navigation():
        button.click()


def take_quiz(page, language, *, switch_to=None):
    """Start the quiz on the page and answer all of it; after the first question go on in another language."""
    press(page, page.locator("main form button[type=submit]").first)
    for number in range(30):  # more than any quiz here has: one that never ends must fail, not hang
        if not page.locator("form.attempt").count():
            break
        answer(page, right_answers(language))
        if number == 0 and switch_to:
            press(page, page.locator("button[name=go][value=next]"))
            page.locator("header summary").first.click()
            press(page, page.locator(f"header a[lang={switch_to}]:visible").first)
            assert f"/{switch_to}/" in page.url
            language = switch_to
            # The answer that was given in the first language is there in the second.
            press(page, page.locator("button[name=go][value=back]"))
            assert page.locator("label.option input:checked").count()
        forward = page.locator("button[name=go][value=next]")
        press(page, forward if forward.count() else page.locator("button[name=go][value=overview]"))
    else:
        raise AssertionError(f"the quiz doesn't end: {page.url}")
    press(page, page.locator("button[name=go][value=submit]"))


def do_lesson(page):
    """Whatever the lesson asks: its checks answered with any option, then marked as done where there is a button."""
    for _ in range(20):
        check = page.locator("main form[action*='/checks/']").filter(has=page.locator("input:not(:disabled)"))
        if not check.count():
            break
        check.first.locator("input:not([type=hidden])").first.check()
        press(page, check.first.locator("button[type=submit]"))
    done = page.locator("main form[action$='/done/'] button")
    if done.count():
        press(page, done.first)


def units(page):
    """Addresses of the units in the outline, in order."""
    links = page.locator("main .outline a[href*='/learn/units/']").all()
    return list(dict.fromkeys(link.get_attribute("href") for link in links))


def test_a_learner_begins_in_french_and_completes_in_arabic(sign_in):
    page = sign_in("learner", f"/fr{COURSE}", width=360)
    enrol = page.locator("main form[action*='/enrol/'] button")
    if enrol.count():
        press(page, enrol.first)
    page.goto(f"/fr{COURSE}")
    outline = units(page)
    assert len(outline) == 10
    for address in outline[:3]:
        page.goto(address)
        assert page.get_attribute("html", "lang") == "fr"
        do_lesson(page)
    page.goto(outline[3])
    take_quiz(page, "fr", switch_to="ar")
    assert page.get_attribute("html", "dir") == "rtl"
    for address in outline[4:9]:
        page.goto(address.replace("/fr/", "/ar/"))
        do_lesson(page)
    page.goto(outline[9].replace("/fr/", "/ar/"))
    take_quiz(page, "ar")
    # Done in French is done in Arabic, and in every language.
    for language in ("ar", "fr", "en"):
        page.goto(f"/{language}{COURSE}")
        assert page.locator("main .outline .state.done").count() == 10
    page.goto("/en/learn/")
    assert "Completed" in page.locator("main").inner_text()
    assert page.problems == []
