"""A lesson in a browser: the place is kept and found again elsewhere, notes save themselves, bookmarks stay on the page."""

import gzip

import pytest

COURSE = "/en/courses/protecting-religious-sites/"
LIMIT, AFTERWARDS, SCRIPTS = 60_000, 15_000, 30_000


EVENTS = "**/api/learning/v1/events/"


def read_to(page, share):
    page.evaluate(
        "share => { const box = document.querySelector('.reader-main > article').getBoundingClientRect();"
        " scrollTo({ top: scrollY + box.top + share * box.height, behavior: 'instant' }); }",
        share,
    )


@pytest.fixture
def lesson(sign_in):
    """`lesson(…)`: a page of a learner in a long lesson of the course."""

    def opening(**options):
        page = sign_in("learner", COURSE, **options)
        enrol = page.locator("form[action$='/enrol/'] button")
        if enrol.count():
            enrol.click()
            page.wait_for_url("**/learn/units/**")
            page.goto(COURSE)
        page.locator(".course-main a", has_text="A place that is open").click()
        page.wait_for_selector(".place-now:not([hidden])")
        return page

    return opening


def test_the_place_is_kept_and_found_again_on_another_device(lesson):
    page = lesson()
    assert "min" in page.locator(".place-left").inner_text()
    with page.expect_response(EVENTS, timeout=40_000) as answer:
        read_to(page, 0.5)
    (event,) = answer.value.request.post_data_json["events"]
    assert event["verb"] == "progressed"
    assert 0 < event["data"]["position"] < 10_000
    assert 0 <= event["seconds"] < 60
    page.locator(".place-now .saved", has_text="Your place is kept").wait_for()
    phone = lesson(width=360, height=740)
    link = phone.locator("#continue a")
    assert link.is_visible()
    link.click()
    assert phone.evaluate("scrollY") > 400
    share = phone.evaluate(
        "(() => { const b = document.querySelector('.reader-main > article').getBoundingClientRect();"
        " return -b.top / b.height * 10000; })()"
    )
    assert abs(share - event["data"]["position"]) < 100
    assert phone.problems == []


def test_without_a_line_the_place_waits_and_goes_out_later(lesson):
    page = lesson()
    page.context.set_offline(True)
    read_to(page, 0.25)
    page.locator(".place-now .saved.waiting").wait_for(timeout=40_000)
    with page.expect_response(EVENTS):
        page.context.set_offline(False)
    page.locator(".place-now .saved:not(.waiting)", has_text="Your place is kept").wait_for()


def test_a_note_saves_itself_and_an_older_tab_overwrites_nothing(lesson):
    page = lesson()
    older = page.context.new_page()
    older.goto(page.url)
    page.fill("#note-text", "Written first.")
    page.locator(".note-form .saved", has_text="Saved").wait_for()
    older.fill("#note-text", "Written in an older tab.")
    older.locator(".note-conflict").wait_for()
    assert older.locator(".note-other").inner_text() == "Written first."
    older.click("[data-keep-mine]")
    older.locator(".note-form .saved:not(.waiting)", has_text="Saved").wait_for()
    page.reload()
    assert page.input_value("#note-text") == "Written in an older tab."
    page.fill("#note-text", "")
    page.locator(".note-form .saved:not(.waiting)", has_text="Saved").wait_for()


def test_a_note_is_saved_after_signing_in_again_in_another_window(lesson, demo):
    page = lesson()
    other = page.context.new_page()
    other.goto(COURSE)
    with other.expect_navigation():
        other.locator("header form[action$='/logout/'] button:visible").click()
    page.fill("#note-text", "Written while signed out.")
    page.locator("#notebook .note-form .saved.refused", has_text="signed out").wait_for()
    other.goto(f"/accounts/login/?next={COURSE}")
    other.fill("input[name=login]", "learner@demo.example")
    other.fill("input[name=password]", demo.password)
    other.click("main form button[type=submit]")
    other.wait_for_url(f"**{COURSE}")
    page.click("#notebook .note-form .form-actions button")
    page.locator("#notebook .note-form .saved:not(.waiting):not(.refused)", has_text="Saved").wait_for()
    page.reload()
    assert page.input_value("#note-text") == "Written while signed out."
    page.fill("#note-text", "")
    page.locator("#notebook .note-form .saved:not(.waiting)", has_text="Saved").wait_for()


def test_bookmarks_stay_on_the_page(lesson):
    page = lesson()
    mark = page.locator(".notebook-row .bookmark")
    if mark.locator("input[name=keep]").input_value() == "no":
        mark.get_by_text("Remove the bookmark").click()
    mark.get_by_text("Bookmark", exact=True).click()
    mark.get_by_text("Remove the bookmark").click()
    mark.get_by_text("Bookmark", exact=True).wait_for()
    assert page.problems == []


def test_a_lesson_weighs_little(lesson):
    page = lesson()
    sizes = {}

    def weigh(response):
        kind = response.request.resource_type
        if kind in ("document", "stylesheet", "script") and response.ok:
            sizes[response.url] = (kind, len(gzip.compress(response.body())))

    page.on("response", weigh)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert sum(size for _kind, size in sizes.values()) <= LIMIT
    assert sum(size for kind, size in sizes.values() if kind == "script") <= SCRIPTS
    assert sum(size for kind, size in sizes.values() if kind == "document") <= AFTERWARDS


@pytest.mark.parametrize("path", ["verify/", "learn/invitation/"])
def test_forms_work_on_pages_that_tell_no_other_site_where_one_comes_from(sign_in, path):
    """Without any referrer browsers give a form's origin as `null`, which is refused."""
    page = sign_in("learner", COURSE)
    page.goto(f"/en/{path}")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.locator("header form button:visible, main form[method=post] button:visible").first.click()
    assert answer.value.status == 302
