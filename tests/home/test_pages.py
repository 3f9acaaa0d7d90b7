"""Documents as people see them, through their addresses."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests import world

from .conftest import ADDRESSES

# The repository lists what lies below it: two statements for the list and one for the terms, whatever its length.
# A practice names where it is used, and asks what is near it: here nothing.
STATEMENTS = dict.fromkeys(ADDRESSES, 3) | {"index": 8, "practice": 5}


def get(client, path, status=200, **options):
    response = client.get(path, **options)
    assert response.status_code == status, path
    return response


def text(response):
    return response.content.decode()


def words(html):
    """What is read: without markup, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("name", ADDRESSES)
def test_statements_and_what_every_page_carries(client, pages, name):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = get(client, ADDRESSES[name])
    html = text(response)
    assert len(captured) == STATEMENTS[name], [query["sql"][:120] for query in captured]
    assert '<html lang="en" dir="ltr">' in html
    assert f'<link rel="canonical" href="http://testserver{ADDRESSES[name]}">' in html
    assert f'<link rel="alternate" hreflang="en" href="http://testserver{ADDRESSES[name]}">' in html
    assert html.count("<h1") == 1
    assert "The library" in html and "Share it." in html
    assert client.cookies == {}
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_inline_and_nothing_from_elsewhere(client, pages, name):
    html = text(get(client, ADDRESSES[name]))
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert not re.search(r'<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)', html)
    assert not re.findall(r'(?:src|srcset|action)="https?://[^"]*"', html)
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', html) == ["/static/site/site.css"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_fits_a_telephone_though_its_sheet_never_arrives(client, pages, name):
    """Drawings and pictures say how large they are, and that is small: a line may break before the sheet has come."""
    drawn = re.findall(r"<(?:svg|img)\s[^>]*>", text(get(client, ADDRESSES[name])))
    assert drawn
    for each in drawn:
        # The strip of places is as wide as the page and a few lines high.
        if 'class="places"' not in each:
            assert int(re.search(r'\swidth="(\d+)"', each)[1]) <= 320, each


def test_every_id_stands_once(client, pages):
    for path in ADDRESSES.values():
        ids = re.findall(r'\sid="([^"]+)"', text(get(client, path)))
        assert sorted(set(ids)) == sorted(ids)


def test_a_chapter_shows_every_block(client, pages):
    html = text(get(client, ADDRESSES["one"]))
    read = words(html)
    for expected in [
        "4.1 Communities",
        "4.1.1 Trust before technology",
        "4.1.1.1 Who opens the doors",
        "Figure 4.1.1 A door",
        "Picture: A painter",
        "Table 4.1.1 Roles",
        "Ask what is unusual.",
        "In short",
        "Case study 4.1.1 · A port",
        "Good practice · A city",
        "About Stewards.",
        "Who is affected?",
        "Notes 1 Resolution 2341.",
        "2 Said in May.",
        "Next 4.2 Design",
    ]:
        assert expected in read, expected
    assert re.search(r'<source type="image/webp" srcset="/media/[^"]+ 320w, [^"]+ 640w, [^"]+ 1280w"', html)
    assert re.search(
        r'<img src="/media/[^"]+" [^>]*width="320" height="200" alt="What it shows" loading="lazy"', html
    )
    assert '<th scope="row">Steward</th>' in html and '<th scope="col">Before</th>' in html
    # The first note is called inside the paragraph before it, and leads back there.
    assert 'Begin with people.<sup class="note-mark"><a id="ref-1" href="#note-1"' in html
    assert html.count('role="doc-backlink"') == 2
    assert '<a href="#s1-trust-before-technology">' in html


def test_a_plain_page_counts_no_sections(client, pages):
    assert '<h2 id="s1-hello">Hello</h2>' in text(get(client, "/en/about/"))


def test_front_page_shows_the_guides(client, pages):
    read = words(text(get(client, "/en/")))
    assert "4 Religious sites 2 chapters · 3 min" in read
    assert "Read Five" in read


def test_programme_counts_its_objectives_and_leads_on(client, pages):
    html = text(get(client, "/en/programme/"))
    assert [f"{number} Objective {number}" in words(html) for number in (1, 2, 3)] == [True] * 3
    assert html.count('<h3><a href="/en/guides/religious/">Deliverable') == 6


def test_practice_shows_what_it_is_found_by(client, pages):
    html = text(get(client, "/en/practices/stewards/"))
    read = words(html)
    assert "Period 2019–2021" in read and "Promising" in read and "TLP:CLEAR" in read
    assert "Human rights Respected." in read and "How it could be misused Not for lists." in read
    assert '<a href="/en/practices/?phase=prevent" rel="nofollow">Prevent</a>' in html


# Languages --------------------------------------------------------------------------------------------------------


def test_languages_stand_in_the_official_order_and_lead_on(client, pages, translate):
    translate(pages["about"], "ar", title="نبذة")
    html = text(get(client, "/en/about/"))
    switcher = html[html.index('<ul class="langs">') : html.index("</ul>")]
    assert re.findall(r'href="([^"]+)" hreflang="([^"]+)"', switcher) == [
        ("/ar/about/", "ar"),
        ("/zh-hans/about/", "zh-Hans"),
        ("/en/about/", "en"),
        ("/fr/about/", "fr"),
        ("/ru/about/", "ru"),
        ("/es/about/", "es"),
    ]
    assert switcher.count("not translated yet") == 4
    assert re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html) == [
        ("ar", "http://testserver/ar/about/"),
        ("en", "http://testserver/en/about/"),
    ]


def test_a_translation_reads_from_right_to_left_with_its_own_digits(client, pages, translate):
    translate(pages["one"], "ar", title="المجتمعات")
    html = text(get(client, "/ar/guides/religious/one/"))
    assert '<html lang="ar" dir="rtl">' in html
    assert '<article class="prose" lang="ar" dir="rtl">' in html
    assert "٤.١" in html and "٤.١.١" in html
    assert "This page is not available" not in html


def test_what_is_missing_is_shown_in_another_language_and_says_so(client, pages):
    response = get(client, "/ar/about/")
    html = text(response)
    assert '<html lang="ar" dir="rtl">' in html
    assert '<article class="prose" lang="en" dir="ltr">' in html
    assert 'class="note warn state-note"' in html
    assert '<link rel="canonical" href="http://testserver/en/about/">' in html


def test_a_title_in_another_language_says_which(client, pages, translate):
    translate(pages["home"], "ar", site_name="المكتبة")
    html = text(get(client, "/ar/"))
    assert '<span lang="en" dir="ltr">Guides</span> <span class="lang-tag" lang="en">English</span>' in html


def test_a_translation_behind_its_original_says_so(client, pages, translate, committed):
    translate(pages["about"], "ar", title="نبذة")
    with committed():
        world.publish(type(pages["about"]).objects.get(pk=pages["about"].pk), summary="Why, and how.")
    html = text(get(client, "/ar/about/"))
    assert 'class="note warn state-note"' in html
    assert '<a href="/en/about/" hreflang="en">' in html


def test_the_root_leads_to_the_readers_language(client, site):
    response = client.get("/", headers={"accept-language": "fr-CH, ar;q=0.5"})
    assert (response.status_code, response["Location"]) == (302, "/fr/")
    assert "Accept-Language" in response["Vary"]
    assert client.get("/", headers={"accept-language": "zh-CN"})["Location"] == "/zh-hans/"
    assert client.get("/", headers={"accept-language": "tlh"})["Location"] == "/en/"


# Access, caching, methods -----------------------------------------------------------------------------------------


def test_restricted_and_absent_are_one_answer(client, pages, restrict, member):
    group = restrict(pages["about"]).groups.get()
    hidden, absent = get(client, "/en/about/", 404), get(client, "/en/abxyz/", 404)
    assert text(hidden).replace("/about/", "/abxyz/") == text(absent)
    for name in ("Vary", "Cache-Control", "Content-Type"):
        assert hidden[name] == absent[name]
    assert 'href="/accounts/login/?next=/en/about/"' in text(hidden)
    client.force_login(member(group))
    response = get(client, "/en/about/")
    assert "Why." in text(response)
    assert response["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in text(response)


def test_what_is_for_members_stands_in_no_menu_and_no_list(client, pages, restrict):
    seen = ("/en/guides/", "/en/guides/religious/", "/en/guides/religious/one/")
    assert ["Design" in text(get(client, path)) for path in seen] == [True] * 3
    restrict(pages["two"])
    assert ["Design" in text(get(client, path)) for path in seen] == [False] * 3
    restrict(pages["practice"])
    html = text(get(client, "/en/practices/"))
    assert "Stewards" not in html and "0 of 0 entries" in html
    restrict(pages["guide"])
    assert "Religious sites" not in text(get(client, "/en/"))


def test_not_modified_until_something_changes(client, pages, committed):
    response = get(client, "/en/guides/religious/one/")
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = get(client, "/en/guides/religious/one/", 304, headers={"if-none-match": response["ETag"]})
    assert again.content == b"" and again["ETag"] == response["ETag"]
    with committed():
        world.publish(pages["two"], title="Design for calm")
    changed = get(client, "/en/guides/religious/one/", headers={"if-none-match": response["ETag"]})
    assert "Design for calm" in text(changed)


def test_a_signed_in_person_gets_a_page_of_their_own(client, pages, member):
    client.force_login(member())
    response = get(client, "/en/about/")
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    assert "Sign out" in text(response) and "Sign in" not in text(response)


def test_only_reading(client, pages):
    assert client.post("/en/about/").status_code == 405
    assert client.put("/en/about/").status_code == 405
    head = client.head("/en/about/")
    assert (head.status_code, head.content) == (200, b"")


def test_an_address_without_its_last_slash_is_sent_on_whether_or_not_anything_is_there(client, pages):
    for path in ("/en/about", "/en/nothing"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, path + "/")


def test_texts_are_shown_as_texts(client, pages, committed):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    with committed():
        world.publish(pages["one"], title=evil[:200], summary=evil)
    for path in ("/en/guides/religious/one/", "/en/guides/religious/", "/en/guides/"):
        html = text(get(client, path))
        assert "<script>alert" not in html and "<img src=x" not in html


# Errors -----------------------------------------------------------------------------------------------------------


def test_the_page_for_our_faults_needs_no_database(rf):
    from home.views import broken

    with translation.override("en"):
        response = broken(rf.get("/en/"))
    assert response.status_code == 500
    assert "The fault is ours" in text(response)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_account_pages_take_our_look(client, pages, path):
    html = text(get(client, path))
    assert "The library" in html and '<div class="wrap door-page">' in html
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert html.count('name="language" value="ar"') == 2  # header and phone's menu


def test_the_language_of_pages_without_one_in_their_address_is_chosen(client, site):
    client.post("/en/_language/", {"language": "ar", "next": "/accounts/login/"})
    assert '<html lang="ar" dir="rtl">' in text(get(client, "/accounts/login/"))
