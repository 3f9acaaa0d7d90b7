"""The whole tree under a document in one call."""

from .conftest import API


def contents(client, page):
    return client.get(f"{API}/pages/{page.pk}/contents/")


def test_tree(client, library, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = contents(client, library["compendium"]).json()
    assert (found["id"], found["key"], found["locale"]) == (
        library["compendium"].pk,
        str(library["compendium"].translation_key),
        "en",
    )
    [guide] = found["contents"]["children"]
    one, two = guide["children"]
    assert (guide["number"], one["number"], two["number"]) == ("4", "4.1", "4.2")
    assert set(one) == {
        "id",
        "key",
        "type",
        "title",
        "locale",
        "number",
        "depth",
        "minutes",
        "outdated",
        "html_url",
        "detail_url",
        "children",
    }
    assert one["detail_url"] == f"http://testserver{API}/pages/{library['one'].pk}/"
    assert one["html_url"] == "http://testserver/en/guides/religious/one/"


def test_a_part_of_it(client, library):
    found = contents(client, library["guide"]).json()
    assert [child["title"] for child in found["contents"]["children"]] == ["One", "Two"]
    assert found["root"] == str(library["compendium"].translation_key)


def test_in_another_language_with_what_is_missing_there(client, library, translate):
    french = translate(library["guide"], "fr", title="Lieux de culte")
    compendium = translate(library["compendium"], "fr", title="Guides français")
    found = contents(client, compendium).json()
    [guide] = found["contents"]["children"]
    assert (guide["id"], guide["locale"]) == (french.pk, "fr")
    assert [(child["title"], child["locale"]) for child in guide["children"]] == [
        ("One", "en"),
        ("Two", "en"),
    ]


def test_restricted_parts_are_absent(client, library, restrict):
    restrict(library["one"])
    found = contents(client, library["compendium"])
    assert [child["title"] for child in found.json()["contents"]["children"][0]["children"]] == ["Two"]
    assert str(library["one"].translation_key) not in found.content.decode()
    restrict(library["guide"])
    assert contents(client, library["guide"]).status_code == 404


def test_what_stands_in_no_contents(client, library):
    assert contents(client, library["practices"][0]).status_code == 404
    assert client.get(f"{API}/pages/9223372036854775808/contents/").status_code == 404
    assert client.get(f"{API}/pages/{library['guide'].pk}/contents/?depth=1").json()["parameter"] == "depth"


def test_conditional(client, library):
    first = contents(client, library["compendium"])
    again = client.get(
        f"{API}/pages/{library['compendium'].pk}/contents/", headers={"If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304
    assert f"key-{library['one'].translation_key}" in first["Surrogate-Key"]
