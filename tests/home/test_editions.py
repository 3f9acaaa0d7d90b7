"""Earlier editions, read at their own addresses; what changed; errata; what the current edition says of itself."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from cms.content import api as content
from home.guides.models import ChapterPage, GuidePage
from tests import world
from tests.home.test_pages import get, text, words

ONE = "/en/_edition/1/guides/religious/one/"
CHANGES = "/en/_edition/2/changes/guides/"


@pytest.fixture
def released(pages, committed):
    """Edition 2: a chapter revised and renamed, one added, one removed."""
    with committed():
        content.release_edition(root_key=pages["compendium"].translation_key, note="Revised after use.")
    with committed():
        world.publish(pages["two"], title="Design for calm", body=[("text", "<p>Two. And more.</p>")])
        world.add(
            GuidePage.objects.get(), ChapterPage(title="Three", slug="three", body=[("text", "<p>3.</p>")])
        )
    with committed():
        Page.objects.get(pk=pages["one"].pk).unpublish()
    return pages


def links(html, start, end):
    part = html[html.index(start) :]
    return re.findall(r'href="([^"]+)"', part[: part.index(end)])


def test_a_page_of_an_earlier_edition(client, released, committed):
    with CaptureQueriesContext(connection) as captured:
        response = get(client, "/en/_edition/1/guides/religious/two/")
    html, read = text(response), words(text(response))
    assert len(captured) == 10, [query["sql"][:150] for query in captured]
    assert "4.2 Design" in read and "Two." in read and "And more" not in read
    assert re.search(r"This is edition 1 of “Guides” \(\d+ \w+ \d{4}\)\. Edition 2 replaces it\.", read)
    assert links(html, 'class="note warn state-note edition-note"', "</div>") == [
        "/en/guides/religious/two/",
        CHANGES,
    ]
    assert '<link rel="canonical" href="http://testserver/en/guides/religious/two/">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert "application/ld+json" not in html and 'rel="alternate" hreflang' not in html
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_navigation_stays_in_the_edition(client, released):
    html = text(get(client, "/en/_edition/1/guides/religious/two/"))
    assert links(html, '<aside class="toc">', "</aside>")[:3] == [
        "/en/_edition/1/guides/religious/",
        "/en/_edition/1/guides/religious/one/",
        "/en/_edition/1/guides/religious/two/",
    ]
    assert links(html, 'class="pager"', "</nav>") == ["/en/_edition/1/guides/religious/one/"]
    assert "/en/_edition/1/guides/religious/" in links(html, 'class="crumbs"', "</nav>")
    assert "/ar/_edition/1/guides/religious/two/" in links(html, 'class="langs"', "</ul>")
    assert "Three" not in html
    assert "/en/_edition/1/guides/religious/two/" in text(get(client, "/en/_edition/1/guides/religious/"))
    assert "/en/_edition/1/guides/religious/two/" in text(get(client, "/en/_edition/1/guides/"))


def test_a_retired_page_stays_readable_in_its_edition(client, released):
    get(client, "/en/guides/religious/one/", 404)
    html = text(get(client, ONE))
    assert "Begin with people." in html
    assert 'rel="canonical"' not in html
    assert links(html, 'class="note warn state-note edition-note"', "</div>")[0] == "/en/guides/"


def test_not_with_its_root_gone(client, released, committed):
    with committed():
        Page.objects.get(pk=released["compendium"].pk).unpublish()
    get(client, ONE, 404)
    get(client, CHANGES, 404)


def test_the_current_edition_is_read_where_it_is_today(client, released):
    response = get(client, "/en/_edition/2/guides/religious/two/", 302)
    assert response["Location"] == "/en/guides/religious/two/"
    assert response["Cache-Control"] == "private, no-store"
    assert get(client, "/ar/_edition/2/guides/", 302)["Location"] == "/ar/guides/"


@pytest.mark.parametrize(
    "path",
    [
        "/en/_edition/3/guides/",
        "/en/_edition/0/guides/",
        "/en/_edition/01/guides/",
        "/en/_edition/99999999999999999999/guides/",
        "/en/_edition/1/",
        "/en/_edition/1/about/",
        "/en/_edition/1/guides/religious/three/",
        "/en/_edition/2/guides/religious/one/",
        "/en/_edition/1/changes/guides/",
        "/en/_edition/3/changes/guides/",
        "/en/_edition/2/changes/guides/religious/",
        "/en/_edition/2/changes/about/",
    ],
)
def test_what_is_not_there(client, released, path):
    get(client, path, 404)


def test_a_page_that_moved_keeps_its_address_and_is_found_by_todays(client, released, committed):
    with committed():
        world.publish(ChapterPage.objects.get(slug="two"), slug="calm")
    get(client, "/en/_edition/1/guides/religious/two/")
    response = get(client, "/en/_edition/1/guides/religious/calm/", 302)
    assert response["Location"] == "/en/_edition/1/guides/religious/two/"


def test_access_is_decided_today(client, released, restrict, member):
    group = restrict(ChapterPage.objects.get(slug="two")).groups.get()
    hidden = get(client, "/en/_edition/1/guides/religious/two/", 404)
    absent = get(client, "/en/_edition/1/guides/religious/xyz/", 404)
    assert text(hidden).replace("/two/", "/xyz/") == text(absent)
    get(client, "/en/_edition/2/guides/religious/two/", 404)
    for path in ("/en/_edition/1/guides/", "/en/_edition/1/guides/religious/", CHANGES):
        assert "Design" not in text(get(client, path))
    client.force_login(member(group))
    response = get(client, "/en/_edition/1/guides/religious/two/")
    assert response["Cache-Control"] == "private, no-store"
    assert "Design for calm" in text(get(client, CHANGES))


def test_so_is_access_to_what_it_shows(client, released, restrict):
    assert "Stewards" in text(get(client, ONE))
    restrict(released["practice"])
    get(client, ONE, 404)
    assert "/guides/religious/one/" not in text(get(client, "/en/_edition/1/guides/religious/"))


def test_what_was_recalled_is_gone_from_all_editions(client, released, committed):
    with committed():
        content.recall(released["one"].pk)
    get(client, ONE, 404)
    assert "Communities" not in text(get(client, "/en/_edition/1/guides/religious/"))
    assert "Communities" not in text(get(client, CHANGES))


def test_in_another_language(client, pages, translate, committed):
    translate(pages["one"], "ar", title="المجتمعات")
    with committed():
        content.release_edition(root_key=pages["compendium"].translation_key, note="New")
    html = text(get(client, "/ar/_edition/1/guides/religious/one/"))
    assert '<html lang="ar" dir="rtl">' in html and "المجتمعات" in html
    assert '<link rel="canonical" href="http://testserver/ar/guides/religious/one/">' in html
    missing = text(get(client, "/fr/_edition/1/guides/religious/one/"))
    assert '<article class="prose" lang="en" dir="ltr">' in missing
    assert "/fr/_edition/1/guides/religious/two/" in missing


def test_not_modified_until_something_around_it_changes(client, released, committed):
    etag = get(client, ONE)["ETag"]
    get(client, ONE, 304, headers={"if-none-match": etag})
    with committed():
        content.release_edition(root_key=released["compendium"].translation_key, note="Third")
    assert "Edition 3 replaces it." in words(text(get(client, ONE, headers={"if-none-match": etag})))


def test_only_reading(client, released):
    assert client.post(ONE).status_code == 405
    assert client.post(CHANGES).status_code == 405


# What changed -----------------------------------------------------------------------------------------------------


def test_what_an_edition_changed(client, released):
    with CaptureQueriesContext(connection) as captured:
        html = text(get(client, CHANGES))
    read = words(html)
    assert len(captured) == 10, [query["sql"][:150] for query in captured]
    assert "What edition 2 of “Guides” changed" in read and "Revised after use." in read
    for expected in ("Added 4.2 Three", "Taken out 4.1 Communities", "Text changed"):
        assert expected in read, expected
    # Its own direction: a title in another script keeps its quotation marks.
    assert "was “<bdi>Design</bdi>”" in html
    assert "Two.<ins> And more.</ins>" in html
    assert '<meta name="robots" content="noindex">' in html
    assert 'href="/en/_edition/1/guides/religious/one/"' in html


def test_nothing_yet(client, pages, committed):
    with committed():
        content.release_edition(root_key=pages["compendium"].translation_key, note="New")
    assert "Nothing has changed yet." in text(get(client, CHANGES))


def test_words_of_what_may_not_be_read_are_not_told(client, pages, committed, restrict):
    with committed():
        content.release_edition(root_key=pages["compendium"].translation_key, note="New")
    with committed():
        world.publish(pages["one"], body=[("text", "<p>Without the practice.</p>")])
    assert "Without the practice." in text(get(client, CHANGES))
    restrict(pages["practice"])
    assert "Ask what is unusual." not in text(get(client, CHANGES))


# Errata and what the page says ------------------------------------------------------------------------------------


def test_a_page_says_its_edition_and_leads_to_earlier_ones(client, released):
    changes = "/en/_edition/2/changes/guides/"
    for path, address in (
        ("/en/guides/", "/en/_edition/1/guides/"),
        ("/en/guides/religious/", "/en/_edition/1/guides/religious/"),
        ("/en/guides/religious/two/", "/en/_edition/1/guides/religious/two/"),
    ):
        with CaptureQueriesContext(connection) as captured:
            html = text(get(client, path))
        assert len(captured) == 3
        assert re.search(
            r"Edition 2 Released on \d+ \w+ \d{4}\. What changed Earlier editions: 1", words(html)
        ), path
        assert links(html, 'aria-labelledby="edition"', "</section>") == [changes, address]
    # What came with this edition is in no earlier one.
    assert "Earlier editions" not in text(get(client, "/en/guides/religious/three/"))
    assert "Released on" not in text(get(client, "/en/about/"))


def test_a_citation_names_the_edition_at_its_address(client, released):
    read = words(text(get(client, "/en/guides/religious/two/")))
    assert "edition 2, version 2" in read
    assert "http://testserver/en/_edition/2/guides/religious/two/" in read
    old = words(text(get(client, "/en/_edition/1/guides/religious/two/")))
    assert "edition 1, version 1" in old
    assert "http://testserver/en/_edition/1/guides/religious/two/" in old
    assert "/files/" not in text(get(client, "/en/_edition/1/guides/religious/two/"))


def test_errata_are_those_of_the_edition(client, released, restrict):
    first = content.editions_of(released["compendium"].translation_key)[1]
    today = timezone.localdate()
    two = released["two"].translation_key
    content.note_erratum(edition=first, key=two, texts={"en": "Read <two>."}, noted_on=today)
    content.note_erratum(edition=first, key=None, texts={"fr": "Partout."}, noted_on=today)
    assert "Errata" not in text(get(client, "/en/guides/religious/two/"))
    on_page = text(get(client, "/en/_edition/1/guides/religious/two/"))
    assert "Read &lt;two&gt;." in on_page and "Partout." not in on_page
    on_guide = text(get(client, "/en/_edition/1/guides/religious/"))
    assert "Read &lt;two&gt;." in on_guide and "/en/_edition/1/guides/religious/two/" in on_guide
    on_root = text(get(client, "/en/_edition/1/guides/"))
    assert "Read &lt;two&gt;." in on_root and '<dd lang="fr" dir="ltr"><p>Partout.</p></dd>' in on_root
    restrict(ChapterPage.objects.get(slug="two"))
    assert "Read &lt;two&gt;." not in text(get(client, "/en/_edition/1/guides/"))


def test_errata_of_the_current_edition_stand_on_the_page(client, pages):
    edition = content.current_edition(pages["compendium"].translation_key)
    key, etag = pages["two"].translation_key, get(client, "/en/guides/religious/two/")["ETag"]
    content.note_erratum(edition=edition, key=key, texts={"en": "Read 2."}, noted_on=timezone.localdate())
    response = get(client, "/en/guides/religious/two/", headers={"if-none-match": etag})
    assert "Errata" in text(response) and "Read 2." in text(response)


def test_courses_are_not_read_here(client, site, committed):
    from learning.catalogue.pages import CourseIndexPage, CoursePage

    with committed():
        index = world.add(site, CourseIndexPage(title="Courses", slug="courses"))
    with committed():
        course = world.add(index, CoursePage(title="Course", slug="course"))
    with committed():
        content.release_edition(root_key=course.translation_key, note="New")
    get(client, "/en/_edition/1/courses/course/", 404)
    get(client, "/en/_edition/2/changes/courses/course/", 404)
    assert get(client, "/en/_edition/2/courses/course/", 302)["Location"] == "/en/courses/course/"
