"""Every page type as a visitor meets it: widths, directions, light and dark, without a script, nothing from elsewhere."""

from urllib.parse import urlsplit

import pytest

PAGES = {
    "home": "/",
    "compendium": "/guides/",
    "guide": "/guides/religious-sites/",
    "chapter": "/guides/religious-sites/working-with-communities/",
    "practices": "/practices/",
    "practice": "/practices/one-page-plan/",
    "programme": "/programme/",
    "tools": "/programme/communication-tools/",
    "catalogue": "/courses/",
    "course": "/courses/protecting-religious-sites/",
    "standard": "/about/",
    "search": "/search/?q=plan",
    "missing": "/nothing-here/",
}


def findings(page, part="html"):
    """What axe has against the page, or a part of it: rule and where."""
    from axe_playwright_python.sync_playwright import Axe

    response = Axe().run(page, context=part).response
    return [
        (violation["id"], [node["target"] for node in violation["nodes"]][:3])
        for violation in response["violations"]
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well_at_every_width_and_axe_finds_nothing(visit, name, language):
    page = visit(f"/{language}{PAGES[name]}")
    assert page.get_attribute("html", "lang") == language
    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert page.locator("h1").count() == 1
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"scrolls sideways at {width}"
    assert [problem for problem in page.problems if "404" not in problem] == []
    for scheme, width in (("light", 1280), ("dark", 320)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert findings(page) == [], scheme


def test_no_page_asks_another_host_for_anything(visit, demo):
    asked = set()
    page = visit("/en/")
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for path in PAGES.values():
        page.goto(f"/en{path}")
    assert asked == {urlsplit(demo.url).netloc}


def test_without_a_script_the_menu_and_languages_work_on_a_phone(visit):
    page = visit("/en/guides/religious-sites/", width=360, java_script_enabled=False)
    page.locator("header summary").first.click()
    page.locator("header a[lang=ar]:visible").first.click()
    page.wait_for_url("**/ar/guides/religious-sites/")
    assert page.get_attribute("html", "dir") == "rtl"


def test_a_missing_language_is_said_and_the_text_carries_its_own(visit):
    page = visit("/fr/guides/urban-centres/protecting-without-closing/")
    assert page.get_attribute("html", "lang") == "fr"
    article = page.locator("main [lang=en]").first
    assert article.is_visible()
    assert page.locator("main .note").first.is_visible()


def test_members_practice_is_absent_until_a_member_signs_in(visit, sign_in):
    assert (
        visit("/en/practices/joint-information-cell/").locator("h1").inner_text() != "Joint information cell"
    )
    page = sign_in("member", "/en/practices/joint-information-cell/")
    assert page.url.endswith("/joint-information-cell/")
    assert page.locator("article, main").first.inner_text().count("information") > 3
