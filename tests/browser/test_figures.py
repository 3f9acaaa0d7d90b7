"""A figure enlarges in place: by mouse and by keyboard, from right to left, and without a script on a page of its own."""

import pytest

CHAPTER = "guides/religious-sites/working-with-communities/"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_opens_with_its_caption_closes_on_escape_and_gives_the_focus_back(visit, language, width):
    page = visit(f"/{language}/{CHAPTER}", width=width)
    link = page.locator("a.enlarge").first
    assert link.get_attribute("aria-haspopup") == "dialog"
    said = page.locator("figure.figure figcaption").first.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert dialog.locator("figcaption").inner_text() == said
    assert dialog.locator("img").get_attribute("alt") == link.locator("img").get_attribute("alt")
    assert dialog.locator("figure").get_attribute("lang") == language
    assert dialog.evaluate("each => getComputedStyle(each).direction") == (
        "rtl" if language == "ar" else "ltr"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The focus stays inside.
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert link.evaluate("each => each === document.activeElement")
    assert page.problems == []


def test_its_button_and_what_is_around_it_close_it(visit):
    page = visit(f"/en/{CHAPTER}")
    link = page.locator("a.enlarge").first
    link.click()
    page.get_by_role("button", name="Close").click()
    assert page.locator("dialog[open]").count() == 0
    assert link.evaluate("each => each === document.activeElement")
    link.click()
    page.mouse.click(3, 3)
    assert page.locator("dialog[open]").count() == 0


def test_axe_finds_nothing_while_it_is_open_and_nothing_moves_for_whom_it_should_not(visit):
    from .test_reading import findings

    page = visit(f"/en/{CHAPTER}", reduced_motion="reduce")
    page.locator("a.enlarge").first.click()
    assert findings(page) == []
    assert page.locator("dialog").evaluate("each => getComputedStyle(each).animationName") == "none"


def test_without_a_script_the_link_opens_the_picture(visit):
    page = visit(f"/en/{CHAPTER}", java_script_enabled=False)
    link = page.locator("a.enlarge").first
    address = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{address}")
