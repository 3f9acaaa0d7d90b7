"""Lists: Wagtail's parameters and ours, and the number of statements."""

import pytest

from cms.content.models import ContentItem
from cms.delivery import lists
from tests import world

from .conftest import API


def ask(client, query=""):
    return client.get(f"{API}/pages/{query}")


def titles(client, query):
    response = ask(client, query)
    assert response.status_code == 200, response.content
    return [item["title"] for item in response.json()["items"]]


def test_default_fields(client, library):
    found = ask(client, "?type=guides.GuidePage").json()
    assert found["meta"] == {"total_count": 1}
    [item] = found["items"]
    assert list(item) == ["id", "meta", "title"]
    assert list(item["meta"]) == [
        "type",
        "detail_url",
        "html_url",
        "slug",
        "first_published_at",
        "locale",
        "key",
        "version",
        "digest",
        "published_at",
        "updated_at",
        "direction",
        "translations",
        "outdated",
        "access",
        "files",
    ]


def test_all_fields_are_the_detail_without_its_parent(client, library):
    for item in ask(client, "?fields=*").json()["items"]:
        detail = client.get(f"{API}/pages/{item['id']}/").json()
        del detail["meta"]["parent"]
        assert item == detail
        assert list(item) == list(detail)


@pytest.mark.parametrize(
    ("query", "statements"),
    [("", 2), ("?fields=*", 3), ("?fields=*&limit=100", 3), ("?type=guides.ChapterPage&fields=*", 3)],
)
def test_three_statements_whatever_the_length(client, library, query, statements, django_assert_num_queries):
    for cache in (lists.ITEMS, lists.LISTS):
        cache.clear()
    with django_assert_num_queries(statements):
        first = ask(client, query)
    # What is kept is asked for no more: which rows there are, and what they are in other languages, each time.
    with django_assert_num_queries(2):
        again = ask(client, query)
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])


def test_what_is_kept_is_gone_with_its_document(client, library):
    for _ in range(2):
        assert "One" in titles(client, "?fields=*")
    tag = ask(client, "?fields=*")["ETag"]
    library["one"].unpublish()
    assert "One" not in titles(client, "?fields=*")
    response = client.get(f"{API}/pages/?fields=*", headers={"If-None-Match": tag})
    assert response.status_code == 200


def test_what_is_kept_follows_a_new_version(client, library, committed):
    before = ask(client, "?type=guides.ChapterPage&fields=*")
    with committed():
        world.publish(library["one"], body=[("text", "<p>Quite other words.</p>")])
    after = ask(client, "?type=guides.ChapterPage&fields=*")
    assert b"Quite other words." in after.content
    assert after["ETag"] != before["ETag"]


def test_a_version_that_is_destroyed_in_between_is_left_out(client, library, monkeypatch):
    lists.ITEMS.clear()
    gone = ContentItem.objects.get(page_id=library["one"].pk).current_id
    read = lists.bodies_of
    monkeypatch.setattr(
        lists, "bodies_of", lambda rows: {pk: body for pk, body in read(rows).items() if pk != gone}
    )
    assert titles(client, "?type=guides.ChapterPage&fields=*") == ["Two"]


def test_beyond_the_end_the_total_is_told(client, library, django_assert_num_queries):
    everything = ask(client).json()["meta"]["total_count"]
    for query in ("?offset=1000", "?limit=0", "?limit=0&offset=3", f"?offset={everything}"):
        with django_assert_num_queries(1 if "limit=0" in query else 2):
            found = ask(client, query).json()
        assert found == {"meta": {"total_count": everything}, "items": []}
    nothing = ask(client, "?slug=there-is-none").json()
    assert nothing == {"meta": {"total_count": 0}, "items": []}


@pytest.mark.parametrize(
    "query",
    [
        "?fields=*&child_of=root",
        "?fields=*&descendant_of=root&order=-title&locale=en",
        "?fields=*&search=words",
        "?fields=*&locale=ar&fallback=en,fr&target=x",
        "?fields=*&type=guides.GoodPracticePage&scale=local&order=period_from",
    ],
)
def test_four_statements_at_most(client, library, query, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert ask(client, query).status_code == 200


def test_fields(client, library):
    found = ask(client, "?type=guides.GuidePage&fields=_,id,module_number,locale,cover(alt)").json()
    [item] = found["items"]
    assert item == {
        "id": library["guide"].pk,
        "meta": {"locale": "en"},
        "module_number": 4,
        "cover": {"id": library["picture"].pk, "alt": "What it shows"},
    }
    assert titles(client, "?fields=module_number&type=guides.GuidePage,guides.CompendiumPage") == [
        "Guides",
        "Religious sites",
    ]


def test_types(client, library):
    assert titles(client, "?type=guides.GuidePage") == ["Religious sites"]
    assert titles(client, "?type=guides.GuidePage,guides.CompendiumPage") == ["Guides", "Religious sites"]
    assert titles(client, "?type=guides.GuidePage&type=guides.chapterpage") == [
        "Religious sites",
        "One",
        "Two",
    ]
    assert len(titles(client, "?type=wagtailcore.Page")) == 10


def test_order(client, library):
    assert titles(client, "?type=guides.GoodPracticePage&order=-title") == [
        f"Practice {number}" for number in (4, 3, 2, 1)
    ]
    assert titles(client, "?type=guides.GoodPracticePage&order=scale,-period_from") == [
        f"Practice {number}" for number in (3, 1, 4, 2)
    ]
    assert sorted(titles(client, "?order=random")) == sorted(titles(client, ""))
    assert titles(client, "?order=slug&limit=2&offset=1") == titles(client, "?order=slug")[1:3]


def test_filters(client, library, term, committed):
    assert titles(client, "?slug=two") == ["Two"]
    assert titles(client, "?title=Two&locale=en") == ["Two"]
    assert titles(client, "?show_in_menus=true") == ["Guides"]
    assert titles(client, f"?id={library['two'].pk}") == ["Two"]
    assert titles(client, f"?key={library['two'].translation_key}") == ["Two"]
    assert titles(client, "?type=guides.GoodPracticePage&scale=national") == ["Practice 2", "Practice 4"]
    assert titles(client, "?type=guides.GoodPracticePage&scale=national&period_from=2004") == ["Practice 4"]
    assert titles(client, "?type=guides.GuidePage&module_number=4") == ["Religious sites"]
    assert titles(client, "?site=testserver&slug=two") == ["Two"]


def test_filters_see_what_is_published(client, library):
    """Not what lies in the page's row, which an importer or a held publication may have written."""
    from home.guides.models import GoodPracticePage

    GoodPracticePage.objects.update(scale="regional")
    assert titles(client, "?type=guides.GoodPracticePage&scale=regional") == []
    assert len(titles(client, "?type=guides.GoodPracticePage&scale=local")) == 2


def test_tree(client, library):
    guide = library["guide"]
    assert titles(client, f"?child_of={guide.pk}") == ["One", "Two"]
    assert titles(client, "?child_of=root") == ["Guides", "Practices"]
    assert titles(client, f"?descendant_of={library['compendium'].pk}") == ["Religious sites", "One", "Two"]
    assert len(titles(client, "?descendant_of=root")) == 9
    assert titles(client, f"?ancestor_of={library['two'].pk}") == ["Compendium", "Guides", "Religious sites"]


def test_translations(client, library, translate):
    french = translate(library["guide"], "fr", title="Lieux de culte")
    assert titles(client, f"?translation_of={library['guide'].pk}") == ["Lieux de culte"]
    assert titles(client, f"?translation_of={french.pk}") == ["Religious sites"]
    assert titles(client, "?locale=fr") == ["Lieux de culte"]


def test_fallback_gives_one_row_per_key(client, library, translate):
    translate(library["guide"], "fr", title="Lieux de culte")
    translate(library["guide"], "ar", title="أماكن العبادة")
    found = ask(client, "?type=guides.GuidePage,guides.ChapterPage&locale=ar&fallback=fr,en").json()
    assert found["meta"]["total_count"] == 3
    assert [(item["title"], item["meta"].get("fallback_for")) for item in found["items"]] == [
        ("One", "ar"),
        ("Two", "ar"),
        ("أماكن العبادة", None),
    ]
    # Filters apply to the row that was chosen: the French one isn't, so its title finds nothing.
    assert titles(client, "?locale=ar&fallback=fr,en&title=Lieux de culte") == []
    assert titles(client, "?locale=es&fallback=fr,en&title=Lieux de culte") == ["Lieux de culte"]


def test_taxonomies(client, library, term, committed):
    site, church, protect = (
        term("target", "religious-site"),
        term("target", "church"),
        term("phase", "protect"),
    )
    from home.guides.models import PracticeTerm

    one, two, three, _four = library["practices"]
    for practice, terms in ((one, [site, protect]), (two, [church]), (three, [site])):
        practice.practice_terms = [PracticeTerm(term=each) for each in terms]
        with committed():
            world.publish(practice)
    assert titles(client, "?target=religious-site") == ["Practice 1", "Practice 3"]
    assert titles(client, "?target=religious-site&target=church") == [
        "Practice 1",
        "Practice 2",
        "Practice 3",
    ]
    assert titles(client, "?target=religious-site&phase=protect") == ["Practice 1"]
    assert ask(client, "?target=religious-site&target=church").json()["meta"]["total_count"] == 3
    assert titles(client, "?target=nowhere") == []


def test_updated_since(client, library, committed):
    before = client.get(f"{API}/pages/{library['one'].pk}/").json()["meta"]["updated_at"]
    with committed():
        world.publish(library["one"], title="One again")
    after = client.get(f"{API}/pages/{library['one'].pk}/").json()["meta"]["updated_at"]
    assert before < after
    assert titles(client, f"?updated_since={after}") == ["One again"]
    assert titles(client, "?updated_since=2030-01-01") == []
    assert len(titles(client, "?updated_since=2020-01-01T00:00:00+02:00")) == 10


def test_search(client, library):
    assert titles(client, "?search=SECOND words") == ["Two"]
    assert titles(client, "?search=first second") == []
    assert sorted(titles(client, "?search=first second&search_operator=or")) == ["One", "Two"]
    assert titles(client, "?search=words&order=-title") == ["Two", "One"]
    assert titles(client, '?search="') == []
    assert titles(client, "?search=words&type=guides.GuidePage") == []


def test_limit_zero_and_beyond_the_end(client, library):
    assert ask(client, "?limit=0").json() == {"meta": {"total_count": 10}, "items": []}
    assert ask(client, "?offset=500").json() == {"meta": {"total_count": 10}, "items": []}


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("?order=password", "unknown_field", "order"),
        ("?order=owner__password", "unknown_field", "order"),
        ("?order=--title", "unknown_field", "order"),
        ("?order=body&type=guides.ChapterPage", "unknown_field", "order"),
        ("?order=random&offset=2", "bad_parameter", "order"),
        ("?order=random,title", "bad_parameter", "order"),
        ("?order=" + ",".join(["title"] * 40), "bad_parameter", "order"),
        ("?locale__startswith=e", "unknown_parameter", "locale__startswith"),
        ("?owner=1", "unknown_parameter", "owner"),
        ("?path=0001", "unknown_parameter", "path"),
        ("?scale=local", "unknown_parameter", "scale"),
        ("?type=guides.GoodPracticePage&scale=galactic", "bad_parameter", "scale"),
        ("?type=guides.GoodPracticePage&period_from=x", "bad_parameter", "period_from"),
        ("?type=guides.GoodPracticePage,guides.GuidePage&scale=local", "unknown_parameter", "scale"),
        ("?type=auth.Permission", "unknown_type", "type"),
        ("?type=", "unknown_type", "type"),
        ("?locale=xx", "unknown_locale", "locale"),
        ("?locale=", "unknown_locale", "locale"),
        ("?fallback=en", "bad_parameter", "fallback"),
        ("?limit=101", "bad_parameter", "limit"),
        ("?limit=-1", "bad_parameter", "limit"),
        ("?limit=1_0", "bad_parameter", "limit"),
        ("?limit=٣", "bad_parameter", "limit"),
        ("?limit=1e999", "bad_parameter", "limit"),
        ("?offset=99999999999999999999999", "bad_parameter", "offset"),
        ("?id=99999999999999999999999", "bad_parameter", "id"),
        ("?key=1", "bad_parameter", "key"),
        ("?show_in_menus=perhaps", "bad_parameter", "show_in_menus"),
        ("?first_published_at=yesterday", "bad_parameter", "first_published_at"),
        ("?updated_since=2026-13-45", "bad_parameter", "updated_since"),
        ("?updated_since=0001-01-01T00:00:00%2B23:59", "bad_parameter", "updated_since"),
        ("?title=%00", "bad_parameter", "title"),
        ("?title=" + "x" * 2000, "bad_parameter", "title"),
        ("?child_of=999999", "bad_parameter", "child_of"),
        ("?child_of=-1", "bad_parameter", "child_of"),
        ("?ancestor_of=root", "bad_parameter", "ancestor_of"),
        ("?child_of=root&descendant_of=root", "bad_parameter", "descendant_of"),
        ("?fields=body&type=guides.GuidePage", "unknown_field", "fields"),
        ("?fields=parent", "unknown_field", "fields"),
        ("?site=evil.example", "bad_parameter", "site"),
        ("?search_operator=xor&search=x", "bad_parameter", "search_operator"),
        ("?q=x", "unknown_parameter", "q"),
        ("?slug=a&slug=b", "bad_parameter", "slug"),
    ],
)
def test_what_is_wrong_is_named(client, db, query, code, parameter):
    response = ask(client, query)
    assert response.status_code == 400, response.content
    problem = response.json()
    assert (problem["code"], problem["parameter"]) == (code, parameter)


def test_conditional(client, library, committed):
    first = ask(client, "?type=guides.GuidePage")
    assert ask(client, "?type=guides.GuidePage")["ETag"] == first["ETag"]
    again = client.get(f"{API}/pages/?type=guides.GuidePage", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    with committed():
        world.publish(library["guide"], title="Other")
    again = client.get(f"{API}/pages/?type=guides.GuidePage", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["Surrogate-Key"] == f"pages key-{library['guide'].translation_key}"
