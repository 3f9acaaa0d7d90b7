"""The translation desk: a translator's day in Arabic, and a reviewer's. Nothing that is typed is lost on the way."""

import re

import pytest

from .test_reading import findings

BOARD, MINE = "/admin/translation/", "/admin/translation/mine/"
WRITE = re.compile(r"/texts/\d+-\d+/$")
TAGGED = "Understanding vulnerable targets"


@pytest.fixture
def translator(sign_in):
    """`translator(path)`: a page of the translator, whose admin is Arabic from then on."""

    def opening(path, **options):
        page = sign_in("translator", "/en/", **options)
        page.goto("/admin/account/")
        page.select_option("select[name*=preferred_language]", "ar")
        with page.expect_navigation():
            page.locator("main form button[type=submit]").last.click()
        page.goto(path)
        assert page.get_attribute("html", "dir") == "rtl"
        return page

    return opening


def paragraph(page, number):
    return page.locator(".desk-paragraph").nth(number)


def field(page, number):
    return paragraph(page, number).locator("[data-desk-paragraph] textarea")


def status(page, number):
    return paragraph(page, number).locator("[data-desk-paragraph] [data-desk-status]")


def saved(page):
    """Wait for the answer to the next paragraph that is sent."""
    return page.expect_response(lambda answer: WRITE.search(answer.url) and answer.request.method == "POST")


def press(page, button):
    with page.expect_navigation():
        button.click()


def test_a_translators_day_by_keyboard_and_without_a_line(translator):
    page = translator(f"{BOARD}?language=ar&state=not_started")
    press(page, page.locator("button[name=start]").first)
    press(page, page.locator("button[name=claim]"))
    address = page.url
    assert field(page, 0).get_attribute("dir") == "rtl"

    field(page, 0).focus()
    page.keyboard.type("عنوان")
    with saved(page):
        page.keyboard.press("Control+Enter")
    page.locator(".desk-paragraph.is-done").first.wait_for()
    assert field(page, 1).evaluate("field => field === document.activeElement")

    # The line breaks, and the window is closed on what was typed.
    page.context.set_offline(True)
    page.keyboard.type("كُتب بلا اتصال")
    page.locator("[data-desk-unsaved]:not(:empty)").wait_for()
    assert status(page, 1).get_attribute("data-kind") == "waiting"
    page.context.set_offline(False)
    page.locator("[data-desk-unsaved]:empty").wait_for(state="attached")
    page.route(WRITE, lambda route: route.abort())
    page.keyboard.type(" مرة أخرى")
    page.locator("[data-desk-unsaved]:not(:empty)").wait_for()
    again = page.context.new_page()
    page.close()
    with saved(again) as answer:
        again.goto(address)
    assert answer.value.status == 200
    again.reload()
    assert field(again, 1).input_value() == "كُتب بلا اتصال مرة أخرى"

    # A comment is said where one is, and one is back with Esc.
    field(again, 1).focus()
    again.keyboard.press("Alt+Enter")
    again.keyboard.type("أي مصطلح؟")
    again.keyboard.press("Control+Enter")
    paragraph(again, 1).locator(".desk-comment", has_text="أي مصطلح؟").wait_for()
    again.keyboard.press("Escape")
    assert field(again, 1).evaluate("field => field === document.activeElement")

    # The preview stands beside the text.
    again.keyboard.press("Alt+9")
    preview = again.frame_locator(".desk-preview")
    assert preview.locator("h1").inner_text() == "عنوان"
    # What isn't whole isn't handed in; one is led back to it.
    press(again, again.locator("button[name=hand_in]"))
    assert again.url == address
    assert again.locator(".messages .error").count() == 1


@pytest.fixture
def begun(translator):
    """A translation that this person has just begun, or `begun(page)` for another in the same browser."""
    page = translator(f"{BOARD}?language=ar&state=not_started")
    press(page, page.locator("button[name=start]").first)
    return page


def test_what_was_typed_before_the_page_was_whole_is_sent(begun):
    """On a bad line one types before the script is there."""
    page, address = begun, begun.url
    script = re.compile(r"translation/desk.*\.js")
    waiting = []
    page.route(script, lambda route: waiting.append(route))
    page.goto(address, wait_until="commit")
    field(page, 0).fill("قبل النص")
    with saved(page) as answer:
        page.wait_for_timeout(100)
        for route in waiting:
            route.continue_()
    assert answer.value.json()["text"] == "قبل النص"


def test_back_to_what_was_never_sent(begun):
    page, address = begun, begun.url
    page.route(WRITE, lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    field(page, 0).fill("لم يصل")
    page.locator("[data-desk-unsaved]:not(:empty)").wait_for()
    page.goto(BOARD)
    page.unroute(WRITE)
    with saved(page) as answer:
        page.go_back()
    assert answer.value.json()["text"] == "لم يصل"
    # And forth to what was saved: what the server has is shown.
    with saved(page):
        field(page, 0).fill("وصل الآن")
    page.locator(".desk-status[data-kind=saved]").first.wait_for()
    page.goto(BOARD)
    page.go_back()
    assert field(page, 0).input_value() == "وصل الآن"
    assert page.url == address


def test_a_lost_answer_is_no_conflict_with_oneself(begun):
    page, address = begun, begun.url

    def lose(route):
        route.fetch()
        route.abort()

    page.route(WRITE, lose)
    field(page, 0).fill("جملة")
    page.locator("[data-desk-unsaved]:not(:empty)").wait_for()
    page.unroute(WRITE)
    with saved(page) as answer:
        field(page, 0).press_sequentially(" أطول")
    assert (answer.value.status, answer.value.json()["text"]) == (200, "جملة أطول")
    # The window is closed on it as well.
    page.route(WRITE, lose)
    field(page, 0).fill("جملة أخرى")
    page.locator("[data-desk-unsaved]:not(:empty)").wait_for()
    page.route(WRITE, lambda route: route.abort())
    field(page, 0).press_sequentially(" جديدة")
    page.wait_for_timeout(200)
    again = page.context.new_page()
    page.close()
    with saved(again) as answer:
        again.goto(address)
    assert (answer.value.status, answer.value.json()["text"]) == (200, "جملة أخرى جديدة")


def test_a_comment_that_cannot_be_sent_is_kept_and_said_once(begun):
    page = begun
    place = paragraph(page, 0).locator("[data-desk-comments]")
    place.locator("summary").click()
    page.context.set_offline(True)
    place.locator("textarea").fill("أي باب؟")
    page.keyboard.press("Control+Enter")
    place.locator("[data-kind=waiting]").wait_for()
    page.context.set_offline(False)
    page.reload()
    assert place.locator("textarea").input_value() == "أي باب؟"
    page.keyboard.press("Tab")
    place.locator("textarea").focus()
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    place.locator(".desk-comment").first.wait_for()
    page.reload()
    assert place.locator(".desk-comment").count() == 1 and place.locator("textarea").input_value() == ""


def test_tags_stay_whole_in_a_text_from_right_to_left(translator):
    page = translator(f"{BOARD}?language=ar&state=published")
    press(page, page.locator("tr", has_text=TAGGED).locator(".desk-links a").first)
    number = page.locator(".desk-paragraph").evaluate_all(
        "all => all.findIndex(each => each.querySelector('.desk-source .desk-tag'))"
    )
    before = field(page, number).input_value()
    field(page, number).fill("هدف")
    field(page, number).select_text()
    with saved(page) as answer:
        page.keyboard.press("Alt+Digit0")
    assert answer.value.json()["text"] == "<b>هدف</b>"
    with saved(page) as answer:
        field(page, number).fill(before)
    assert answer.value.json()["problem"] == ""
    assert "\u2066" in before and "\u2066" not in answer.value.json()["text"]


def test_two_who_write_at_once_are_shown_each_others_text(sign_in):
    page = sign_in("translator", "/en/")
    page.goto(MINE)
    press(page, page.locator("td.title a", has_text="A paid first hour").first)
    other = sign_in("admin", "/en/")
    other.goto(page.url)
    with saved(page):
        field(page, 1).fill("Une heure de plus.")
    with saved(other) as answer:
        field(other, 1).fill("Une heure.")
    assert answer.value.status == 409
    # Typing on changes nothing until it is chosen which text stands.
    field(other, 1).press_sequentially(" Rien.")
    other.wait_for_timeout(1500)
    page.reload()
    assert field(page, 1).input_value() == "Une heure de plus."
    offered = paragraph(other, 1).locator(".desk-match")
    assert offered.first.locator("p").first.inner_text() == "Une heure de plus."
    with saved(other) as answer:
        offered.last.locator("button").click()
    assert answer.value.json()["text"] == "Une heure. Rien."
    page.reload()
    assert field(page, 1).input_value() == "Une heure. Rien."


def test_nothing_is_handed_in_while_a_text_is_not_saved(sign_in):
    page = sign_in("translator", "/en/")
    page.goto(MINE)
    press(page, page.locator("td.title a", has_text="A paid first hour").first)
    address, sent = page.url, []
    page.route("**/assignment/", lambda route: (sent.append(route.request.url), route.abort()))
    page.route(WRITE, lambda route: route.abort())
    field(page, 1).fill("Une première heure payée.")
    page.locator("button[name=hand_in]").click()
    page.locator("[data-desk-unsaved]:not(:empty)").wait_for()
    page.locator(".desk-paragraph").nth(1).locator("textarea[name=text]:focus").first.wait_for()
    assert (sent, page.url) == ([], address)
    page.unroute(WRITE)
    # The route above ends it; only then has it been counted.
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/assignment/")):
        page.locator("button[name=hand_in]").click()
    assert len(sent) == 1
    page.unroute("**/assignment/")
    page.goto(address)
    assert field(page, 1).input_value() == "Une première heure payée."


def test_the_last_paragraph_leads_to_what_is_missing_and_then_to_handing_in(sign_in):
    page = sign_in("translator", "/en/")
    page.goto(MINE)
    press(page, page.locator("td.title a", has_text="Global Counter-Terrorism Strategy"))
    last = page.locator("[data-desk-paragraph]").count() - 1
    title = field(page, 0).input_value()
    with saved(page):
        field(page, 0).fill("")
    page.locator("[data-desk-missing] a").click()
    first = page.locator(".desk-paragraph").first.locator("textarea[name=text]:focus")
    first.wait_for()
    field(page, last).focus()
    page.keyboard.press("Control+Enter")
    first.wait_for()
    page.keyboard.insert_text(title)
    with saved(page):
        page.keyboard.press("Control+Enter")
    page.locator("[data-desk-missing]").wait_for(state="hidden")
    field(page, last).focus()
    page.keyboard.press("Control+Enter")
    page.locator("[data-desk-next] button:focus").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".desk-state.is-in_review").count() == 1
    assert page.problems == []


def test_what_was_typed_for_a_paragraph_that_has_gone_is_shown_until_it_is_removed(sign_in):
    page = sign_in("translator", "/en/")
    page.goto(MINE)
    press(page, page.locator("td.title a", has_text="A paid first hour").first)
    page.evaluate(
        """() => {
            const { person, translation } = document.querySelector("[data-desk]").dataset;
            localStorage.setItem(`desk:${person}:${translation}:0-0`, JSON.stringify({ text: "Parti", base: "", place: "Body" }));
        }"""
    )
    page.reload()
    left = page.locator("[data-desk-gone]")
    assert left.locator("textarea").input_value() == "Parti"
    assert findings(page, "main") == []
    left.locator("button").click()
    left.wait_for(state="hidden")
    page.reload()
    assert left.is_hidden()


def test_a_reviewers_day(sign_in, translator, visit):
    page = sign_in("translation-reviewer", "/en/")
    page.goto(MINE)
    press(page, page.locator("td.title a", has_text="A shared responsibility").first)
    address = page.url
    press(page, page.locator(".desk-buttons a.button", has_text="Decide"))
    press(page, page.locator("button[name=send_back]"))
    assert page.locator(".error-message[role=alert]").count() == 1
    page.fill("textarea[name=reason]", "The summary is too long.")
    press(page, page.locator("button[name=send_back]"))

    mending = translator(address)
    assert mending.locator(".help-warning", has_text="The summary is too long.").count() == 1
    with saved(mending):
        field(mending, 1).fill("Tous protègent.")
    press(mending, mending.locator("button[name=hand_in]"))

    page.goto(address)
    assert page.locator(".desk-new").count() == 1
    assert paragraph(page, 1).locator(".desk-new").count() == 1
    press(page, page.locator(".desk-buttons a.button", has_text="Decide"))
    if page.locator("input[name=leave_out]").count():
        page.check("input[name=leave_out]")
    press(page, page.locator("button[name=approve]"))
    assert page.locator(".messages .success").count() == 1
    assert page.locator(".desk-state.is-published").count() == 1
    reader = visit("/fr/guides/")
    reader.goto(reader.locator("main a", has_text="responsabilité").first.get_attribute("href"))
    assert "Tous protègent." in reader.locator("main").inner_text()
    assert page.problems == mending.problems == []


def test_every_screen_fits_and_axe_finds_nothing(translator):
    page = translator(MINE)
    work = page.locator("td.title a").first.get_attribute("href")
    for path in (BOARD, MINE, work, f"{work}assignment/", "/admin/translation/files/"):
        page.goto(path)
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert findings(page, "main") == [], (path, scheme)
    assert page.problems == []
