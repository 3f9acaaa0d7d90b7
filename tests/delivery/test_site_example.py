"""`examples/site`: built against a running server, with links that lead somewhere, and following what is withdrawn."""

import json
import re
import subprocess
import sys
from contextlib import nullcontext
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from wagtail_localize.operations import TranslationCreator

from home.setup import make_site
from learning.catalogue.pages import CourseIndexPage, CoursePage
from tests import world
from tests.home.conftest import build as build_pages

BUILD = Path(__file__).parents[2] / "examples" / "site" / "build.py"


@pytest.fixture
def pages(transactional_db):
    """The pages of the site's own tests, with a course, and the first chapter in Arabic."""
    site = make_site(title="Compendium")
    made = build_pages(site, nullcontext)
    catalogue = world.add(site, CourseIndexPage(title="Courses", slug="courses"))
    made["course"] = world.add(catalogue, CoursePage(title="First course", slug="first", code="C-1"))
    arabic = world.locale("ar")
    TranslationCreator(user=None, target_locales=[arabic]).create_translations(
        made["one"], include_related_objects=True
    )
    for name in ("home", "compendium", "guide", "one"):
        translated = made[name].get_translation(arabic).specific
        translated.alias_of = None
        world.publish(translated, title="فصل" if name == "one" else translated.title)
    return made


@pytest.fixture
def build(live_server, settings, tmp_path):
    """Build once; returns what was printed."""
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url

    def building(*options):
        done = subprocess.run(
            [sys.executable, BUILD, "--source", live_server.url, "--out", "out", *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    building.out = tmp_path / "out"
    return building


class Page(HTMLParser):
    """The attributes of a page's elements, by element."""

    def __init__(self, path):
        super().__init__()
        self.elements = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def broken_links(out):
    """`(page, link)` of links that lead to no file here, nor to the source or elsewhere."""
    found = []
    for path in sorted(out.rglob("*.html")):
        for tag, attributes in Page(path).elements:
            if tag in ("form", "meta"):
                continue
            for name in ("href", "src"):
                link = urldefrag(attributes.get(name) or "").url
                if not link or urlsplit(link).scheme:
                    continue
                target = (path.parent / unquote(link)).resolve()
                if not (target / "index.html" if target.is_dir() else target).is_file():
                    found.append((str(path.relative_to(out)), link))
    return found


def files(out):
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}


def test_it_is_built_and_follows(pages, build, live_server):
    build()
    out = build.out
    assert files(out) >= {
        "index.html",
        "site.css",
        "search.js",
        "en/index.html",
        "en/guides/religious/one/index.html",
        "en/practices/stewards/index.html",
        "en/search/index.html",
        "en/search/target/church/index.html",
        "en/courses/first/index.html",
        "ar/guides/religious/one/index.html",
    }
    assert broken_links(out) == []
    _says_where_it_comes_from(out, live_server.url)
    _is_right_to_left_in_arabic(out)
    _shows_a_chapter(out)

    assert re.search(r" 0 things fetched", build())
    _a_withdrawn_page_is_gone(pages, build)
    _takes_pictures_along(build)


def _says_where_it_comes_from(out, source):
    for path in out.rglob("*.html"):
        assert source in path.read_text("utf-8").partition("<footer")[2], path
    page = Page(out / "en/guides/religious/one/index.html")
    canonical = [link["href"] for link in page.all("link") if link["rel"] == "canonical"]
    assert canonical == [f"{source}/en/guides/religious/one/"]
    # What a content security policy would refuse isn't there.
    for path in out.rglob("*.html"):
        page = Page(path)
        assert not page.all("style") and not any("style" in each for _tag, each in page.elements)
        assert all("src" in each for each in page.all("script"))


def _is_right_to_left_in_arabic(out):
    page = Page(out / "ar/guides/religious/one/index.html")
    assert page.all("html") == [{"lang": "ar", "dir": "rtl"}]
    alternates = {link["hreflang"]: link["href"] for link in page.all("link") if link["rel"] == "alternate"}
    assert alternates["en"].endswith("/en/guides/religious/one/")
    # What isn't translated yet stands in, in its own language and direction.
    guide = (out / "ar/guides/religious/index.html").read_text("utf-8")
    assert '<li lang="en" dir="ltr"><a href="../../../en/guides/religious/two/">' in guide
    physical = re.findall(
        r"(?:margin|padding|border|text-align|inset)-?: ?(?:left|right)|-(?:left|right)\b", _css(out)
    )
    assert physical == []


def _css(out):
    return (out / "site.css").read_text("utf-8")


def _shows_a_chapter(out):
    text = (out / "en/guides/religious/one/index.html").read_text("utf-8")
    for words in ("Trust before technology", "A door", "Steward", "Ask what is unusual.", "Three mornings"):
        assert words in text
    assert 'href="../../../../en/practices/stewards/"' in text
    places = json.loads((out / "en/search/pages.json").read_text("utf-8"))
    assert "en/practices/stewards/" in places.values()


def _a_withdrawn_page_is_gone(pages, build):
    own = build.out / "CNAME"
    own.write_text("guides.example")
    world.as_stored(pages["practice"]).unpublish()
    build()
    assert "en/practices/stewards/index.html" not in files(build.out)
    assert not (build.out / "en" / "practices" / "stewards").exists()
    assert "en/search/target/church/index.html" not in files(build.out)
    for path in build.out.rglob("*.*"):
        assert not path.is_file() or b"About Stewards." not in path.read_bytes(), path
    assert broken_links(build.out) == []
    assert own.read_text() == "guides.example"


def _takes_pictures_along(build):
    build("--pictures")
    pictures = [
        image["src"]
        for path in build.out.rglob("*.html")
        for image in Page(path).all("img")
        if "src" in image
    ]
    assert pictures and not any(urlsplit(each).scheme for each in pictures)
    assert broken_links(build.out) == []
    build()
    assert not (build.out / "pictures").exists()


def test_a_source_that_is_away_leaves_what_is_there(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("As it was.")
    done = subprocess.run(
        [sys.executable, BUILD, "--source", "http://127.0.0.1:9", "--out", "out"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert files(out) == {"index.html"} and (out / "index.html").read_text() == "As it was."
