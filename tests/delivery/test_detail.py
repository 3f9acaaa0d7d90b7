"""One document: its shape, its statement, what conditional requests and older versions answer."""

import gzip

import brotli
import pytest
from django.test import Client

from tests import world

from .conftest import API


def detail(client, page, query="", **headers):
    return client.get(f"{API}/pages/{page.pk}/{query}", headers=headers)


def test_shape(client, library):
    guide = library["guide"]
    found = detail(client, guide).json()
    meta = found.pop("meta")
    assert list(found) == ["id", "title", "summary", "module_number", "audience", "foreword", "cover"]
    assert found["id"] == guide.pk
    assert found["module_number"] == 4
    assert meta == {
        "type": "guides.GuidePage",
        "detail_url": f"http://testserver/api/v2/pages/{guide.pk}/",
        "html_url": "http://testserver/en/guides/religious/",
        "slug": "religious",
        "show_in_menus": False,
        "seo_title": "",
        "search_description": "",
        "first_published_at": meta["first_published_at"],
        "alias_of": None,
        "parent": {
            "id": library["compendium"].pk,
            "meta": {
                "type": "guides.CompendiumPage",
                "detail_url": f"http://testserver/api/v2/pages/{library['compendium'].pk}/",
                "html_url": "http://testserver/en/guides/",
            },
            "title": "Guides",
        },
        "locale": "en",
        "key": str(guide.translation_key),
        "version": 1,
        "digest": meta["digest"],
        "published_at": meta["published_at"],
        "updated_at": meta["updated_at"],
        "direction": "ltr",
        "translations": [
            {
                "locale": "en",
                "id": guide.pk,
                "title": "Religious sites",
                "detail_url": f"http://testserver/api/v2/pages/{guide.pk}/",
                "html_url": "http://testserver/en/guides/religious/",
                "state": "original",
                "outdated_since": None,
            }
        ],
        "outdated": False,
        "access": "public",
        "files": [],
    }
    assert all(meta[name].endswith("Z") for name in ("first_published_at", "published_at", "updated_at"))
    assert len(meta["digest"]) == 64


def test_the_front_page_has_no_parent(client, library):
    assert detail(client, library["site"]).json()["meta"]["parent"] is None


def test_one_statement_with_all_translations(client, library, translate, django_assert_num_queries):
    french = translate(library["guide"], "fr", title="Lieux de culte")
    arabic = translate(library["guide"], "ar", title="أماكن العبادة")
    with django_assert_num_queries(1):
        found = detail(client, library["guide"]).json()
    listed = [(each["locale"], each["id"], each["title"]) for each in found["meta"]["translations"]]
    assert listed == [
        ("ar", arabic.pk, "أماكن العبادة"),
        ("en", library["guide"].pk, "Religious sites"),
        ("fr", french.pk, "Lieux de culte"),
    ]
    assert detail(client, arabic).json()["meta"]["direction"] == "rtl"
    # Made before, found again: asking costs the same statement, since only it knows what may be seen now.
    with django_assert_num_queries(1):
        detail(client, library["guide"])


def test_all_addresses_are_whole(client, library):
    text = detail(client, library["two"]).content.decode()
    assert f'<a href=\\"http://testserver/en/guides/religious/{library["one"].slug}/\\"' in text
    assert '"url":"http://testserver/media/renditions/' in text
    assert '"url":"/' not in text
    assert 'href=\\"/' not in text


def test_a_text_about_addresses_stays(client, library, committed):
    with committed():
        world.publish(
            library["one"], body=[("quote", {"text": 'Write {"url":"/en/"} there', "attribution": ""})]
        )
    assert detail(client, library["one"]).json()["body"][0]["value"]["text"] == 'Write {"url":"/en/"} there'


def test_fields(client, library):
    found = detail(client, library["guide"], "?fields=_,title,slug,cover(_,alt)").json()
    assert found == {
        "meta": {"slug": "religious"},
        "title": "Religious sites",
        "cover": {"alt": "What it shows"},
    }
    found = detail(client, library["guide"], "?fields=-foreword,cover(*,-renditions)").json()
    assert "foreword" not in found
    assert list(found["cover"]) == ["id", "alt", "width", "height", "credit", "focal_point"]
    assert detail(client, library["guide"], "?fields=*").content == detail(client, library["guide"]).content


WRONG = (
    ("?fields=nothing", "unknown_field", "fields"),
    ("?fields=title,,", "bad_parameter", "fields"),
    ("?fields=title(id)", "bad_parameter", "fields"),
    ("?fields=cover(secret)", "unknown_field", "fields"),
    ("?fields=" + "cover(" * 90, "bad_parameter", "fields"),
    ("?field=title", "unknown_parameter", "field"),
    ("?rich_text_format=text", "bad_parameter", "rich_text_format"),
    ("?version=0", "bad_parameter", "version"),
    ("?version=1e3", "bad_parameter", "version"),
    ("?version=1&version=2", "bad_parameter", "version"),
    ("?fields=title%00", "bad_parameter", "fields"),
    ("?format=xml", "bad_parameter", "format"),
)


def test_what_is_wrong_is_named(client, library):
    for query, code, parameter in WRONG:
        response = detail(client, library["guide"], query)
        assert response.status_code == 400, query
        assert response["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert (problem["code"], problem["parameter"], problem["status"]) == (code, parameter, 400), query
        assert problem["message"] == problem["detail"]
        assert problem["request_id"] == response["X-Request-ID"]
        assert list(problem["errors"]) == [parameter]


@pytest.mark.parametrize("page_id", ["1", "999999", "9223372036854775808", "9" * 60])
def test_nothing_there(client, db, page_id):
    response = client.get(f"{API}/pages/{page_id}/")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert response["Cache-Control"] == "no-store"


def test_not_modified(client, library, committed):
    first = detail(client, library["guide"])
    etag = first["ETag"]
    for header in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = detail(client, library["guide"], **{"If-None-Match": header})
        assert (response.status_code, response.content) == (304, b""), header
        assert response["ETag"] == etag
        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert detail(client, library["guide"], **{"If-None-Match": '"other"'}).status_code == 200
    with committed():
        world.publish(library["guide"], title="Other title")
    changed = detail(client, library["guide"], **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_the_tag_changes_with_the_envelope(client, library, translate):
    first = detail(client, library["guide"])
    translate(library["guide"], "fr")
    second = detail(client, library["guide"])
    assert second["ETag"] != first["ETag"]
    assert second["Last-Modified"] >= first["Last-Modified"]


def test_compressed(client, library):
    plain = detail(client, library["guide"])
    tags = {plain["ETag"]}
    for coding, decompress in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        response = detail(client, library["guide"], **{"Accept-Encoding": f"{coding}, deflate;q=0.8"})
        assert response["Content-Encoding"] == coding
        assert response["Vary"] == "Accept-Encoding"
        assert decompress(response.content) == plain.content
        tags.add(response["ETag"])
        again = detail(
            client, library["guide"], **{"Accept-Encoding": coding, "If-None-Match": response["ETag"]}
        )
        assert again.status_code == 304
    assert len(tags) == 3


def test_headers(client, library):
    response = detail(client, library["guide"])
    assert response["Surrogate-Key"] == f"key-{library['guide'].translation_key}"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response["RateLimit"].startswith('"anonymous";r=')
    assert "Cookie" not in response["Vary"]
    assert not response.cookies


def test_head_and_options(client, library):
    whole = detail(client, library["guide"])
    head = client.head(f"{API}/pages/{library['guide'].pk}/")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    assert head["Content-Length"] == str(len(whole.content))
    options = client.options(f"{API}/pages/{library['guide'].pk}/")
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
    refused = client.post(f"{API}/pages/{library['guide'].pk}/", {}, content_type="application/json")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert refused.json()["code"] == "method_not_allowed"


def test_too_many_parameters(client, db):
    response = client.get(f"{API}/pages/1/?" + "x=1&" * 20_000)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_an_address_without_its_last_slash(client, library):
    response = client.get(f"{API}/pages/{library['guide'].pk}")
    assert (response.status_code, response["Location"]) == (301, f"{API}/pages/{library['guide'].pk}/")


def test_cookies_make_no_difference(library, admin_user, restrict, django_assert_num_queries):
    signed_in = Client()
    signed_in.force_login(admin_user)
    restrict(library["guide"])
    with django_assert_num_queries(1):
        response = detail(signed_in, library["guide"])
    assert response.status_code == 404


def test_a_key_that_is_none_is_refused(client, library):
    response = detail(client, library["guide"], Authorization="Bearer something")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["code"] == "bad_credential"


class TestVersions:
    def test_an_older_version(self, client, library, committed):
        with committed():
            world.publish(library["guide"], title="Second title", summary="Second summary.")
        old = detail(client, library["guide"], "?version=1")
        found = old.json()
        assert (found["title"], found["meta"]["version"]) == ("Religious sites", 1)
        assert old["Link"] == f'<http://testserver/api/v2/pages/{library["guide"].pk}/>; rel="canonical"'
        current = detail(client, library["guide"]).json()
        assert (current["title"], current["meta"]["version"]) == ("Second title", 2)
        assert found["meta"]["digest"] != current["meta"]["digest"]
        assert detail(client, library["guide"], "?version=1&fields=_,title").json() == {
            "title": "Religious sites"
        }

    def test_one_that_never_was(self, client, library):
        for number in ("2", "2147483647"):
            assert detail(client, library["guide"], f"?version={number}").status_code == 404

    def test_access_is_decided_now(self, client, library, committed, restrict):
        with committed():
            world.publish(library["guide"], title="Second title")
        restriction = restrict(library["guide"])
        assert detail(client, library["guide"], "?version=1").status_code == 404
        with committed():
            restriction.delete()
        assert detail(client, library["guide"], "?version=1").status_code == 200

    def test_what_it_shows_must_be_visible_too(self, client, library, committed, restrict):
        practice = library["practices"][0]
        with committed():
            world.publish(library["one"], body=[("practice", practice)])
        with committed():
            world.publish(library["one"], body=[("text", "<p>Without it.</p>")])
        assert (
            detail(client, library["one"], "?version=2").json()["body"][0]["value"]["title"] == "Practice 1"
        )
        restrict(practice)
        assert detail(client, library["one"], "?version=2").status_code == 404
        assert detail(client, library["one"], "?version=3").status_code == 200
        assert detail(client, library["one"], "?version=1").status_code == 200


class TestByKey:
    def ask(self, client, page, query):
        return client.get(f"{API}/pages/by-key/{page.translation_key}/{query}")

    def test_in_a_language(self, client, library, translate, django_assert_num_queries):
        french = translate(library["guide"], "fr", title="Lieux de culte")
        with django_assert_num_queries(1):
            found = self.ask(client, library["guide"], "?locale=fr").json()
        assert (found["id"], found["title"]) == (french.pk, "Lieux de culte")
        assert "fallback_for" not in found["meta"]
        assert found["meta"]["parent"] is None  # in French it is only an alias

    def test_fallback_is_explicit(self, client, library):
        assert self.ask(client, library["guide"], "?locale=ar").status_code == 404
        found = self.ask(client, library["guide"], "?locale=ar&fallback=fr,en").json()
        assert (found["id"], found["meta"]["locale"], found["meta"]["fallback_for"]) == (
            library["guide"].pk,
            "en",
            "ar",
        )

    def test_what_is_wrong_is_named(self, client, library):
        for query, code in (
            ("", "missing_parameter"),
            ("?locale=xx", "unknown_locale"),
            ("?locale=en&fallback=en,xx", "unknown_locale"),
            ("?locale=en&fallback=", "unknown_locale"),
            ("?locale__in=en", "unknown_parameter"),
        ):
            response = self.ask(client, library["guide"], query)
            assert (response.status_code, response.json()["code"]) == (400, code), query
