"""Side by side with Wagtail's own API v2 on the same content: what its clients rely on is the same here.

Differences are listed in docs/api-differences.md; what isn't in that list is compared here.
"""

import pytest
from django.core.files.base import ContentFile

from cms.media.models import File

from .conftest import API

STOCK = "/api/stock"


@pytest.fixture(autouse=True)
def both(settings):
    settings.ROOT_URLCONF = "tests.delivery.stock"
    settings.WAGTAILAPI_LIMIT_MAX = 100
    settings.WAGTAILAPI_RICH_TEXT_FORMAT = "html"
    settings.WAGTAILAPI_BASE_URL = "http://testserver"


def stock(client, path):
    return client.get(f"{STOCK}{path}")


def normal(value):
    """Stock's answer under our address."""
    if isinstance(value, dict):
        return {name: normal(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [normal(inner) for inner in value]
    if isinstance(value, str):
        return value.replace(f"http://testserver{STOCK}/", f"http://testserver{API}/").replace(
            "http://localhost/", "http://testserver/"
        )
    return value


def test_meta_and_scalars_of_a_document(client, library):
    for name in ("compendium", "guide", "two"):
        page = library[name]
        theirs = normal(stock(client, f"/pages/{page.pk}/").json())
        ours = client.get(f"{API}/pages/{page.pk}/").json()
        assert list(ours)[:3] == list(theirs)[:3] == ["id", "meta", "title"]
        # In their order, ours after them.
        assert [each for each in ours["meta"] if each in theirs["meta"]] == list(theirs["meta"])
        for each, value in theirs["meta"].items():
            assert ours["meta"][each] == value, each
        for each, value in theirs.items():
            if each not in ("meta", "body", "cover", "doors", "foreword"):
                assert ours[each] == value, each
        assert [each for each in ours if each in theirs] == list(theirs)


def test_streams_are_lists_of_type_value_id(client, library):
    theirs = stock(client, f"/pages/{library['one'].pk}/").json()["body"]
    ours = client.get(f"{API}/pages/{library['one'].pk}/").json()["body"]
    assert ours == theirs


def test_a_practice(client, library):
    page = library["practices"][0]
    theirs = normal(stock(client, f"/pages/{page.pk}/").json())
    ours = client.get(f"{API}/pages/{page.pk}/").json()
    for name in (
        "title",
        "summary",
        "place",
        "scale",
        "period_from",
        "period_to",
        "evidence",
        "tlp",
        "human_rights",
    ):
        assert ours[name] == theirs[name], name
    # What stock's doesn't have comes last.
    assert list(ours)[1:] == [*list(theirs)[1:], "glossary"]


def ids(response):
    assert response.status_code == 200, response.content
    found = response.json()
    return found["meta"]["total_count"], [item["id"] for item in found["items"]]


def test_lists_hold_the_same(client, library):
    guide, two = library["guide"].pk, library["two"].pk
    for query in (
        "",
        "?limit=2",
        "?limit=2&offset=3",
        "?limit=0",
        "?order=title",
        "?order=-title",
        "?order=-id",
        "?order=slug,-id",
        "?descendant_of=root&order=-first_published_at",
        "?type=guides.ChapterPage",
        "?type=guides.ChapterPage,guides.GuidePage",
        "?type=guides.GoodPracticePage&scale=local",
        "?type=guides.GoodPracticePage&period_from=2002",
        "?type=guides.GoodPracticePage&order=-period_from",
        "?type=guides.GuidePage&module_number=4",
        "?slug=two",
        "?title=Two",
        f"?id={two}",
        "?show_in_menus=true",
        "?show_in_menus=0",
        "?locale=en",
        "?locale=ar",
        f"?child_of={guide}",
        "?child_of=root",
        f"?descendant_of={library['compendium'].pk}",
        "?descendant_of=root&order=title",
        f"?ancestor_of={two}",
        f"?translation_of={two}",
        f"?child_of={guide}&slug=two",
    ):
        assert ids(client.get(f"{API}/pages/{query}")) == ids(stock(client, f"/pages/{query}")), query


def test_items_of_a_list(client, library):
    theirs = normal(stock(client, "/pages/?descendant_of=root").json())["items"]
    ours = client.get(f"{API}/pages/?descendant_of=root").json()["items"]
    for their, our in zip(theirs, ours, strict=True):
        assert (list(their), list(our)) == (["id", "meta", "title"], ["id", "meta", "title"])
        assert {name: our["meta"][name] for name in their["meta"]} == their["meta"]


def test_fields_select_the_same(client, library):
    pk = library["guide"].pk
    for fields in (
        "title",
        "_,title",
        "_,id",
        "_,id,slug",
        "_,summary,locale",
        "-title",
        "-slug,-title",
        "-id",
        "_,parent",
    ):
        theirs = normal(stock(client, f"/pages/{pk}/?fields={fields}").json())
        ours = client.get(f"{API}/pages/{pk}/?fields={fields}").json()
        assert ours.keys() - {"foreword", "cover"} == theirs.keys() - {"foreword", "cover"}, fields
        assert theirs.get("meta", {}).keys() <= ours.get("meta", {}).keys(), fields
        if fields.startswith("_"):
            assert ours == theirs, fields


def test_both_refuse(client, library):
    for path in (
        "/pages/?order=password",
        "/pages/?order=random&offset=1",
        "/pages/?unknown=1",
        "/pages/?limit=101",
        "/pages/?limit=-1",
        "/pages/?limit=x",
        "/pages/?offset=-1",
        "/pages/?type=nothing.Here",
        "/pages/?fields=nothing",
        "/pages/?fields=title,,",
        "/pages/?fields=title(x)",
        "/pages/?fields=*,title",
        "/pages/?child_of=999999",
        "/pages/?child_of=x",
        "/pages/?child_of=root&descendant_of=root",
        "/pages/?show_in_menus=perhaps",
        "/pages/?title=%00",
        "/pages/?scale=local",
        "/pages/999999/",
        "/pages/find/?html_path=/nowhere/",
    ):
        theirs, ours = stock(client, path), client.get(API + path)
        assert (ours.status_code, "message" in ours.json()) == (theirs.status_code, True), path


def test_files(client, db):
    for number in range(3):
        file = File.objects.create(title=f"File {number}", file=ContentFile(b"x", name=f"{number}.pdf"))
        file.tags.add("plans")
    for query in ("", "?limit=2&offset=1", "?order=-title", "?title=File 1", f"?id={file.pk}"):
        theirs, ours = (
            normal(stock(client, f"/documents/{query}").json()),
            client.get(f"{API}/documents/{query}").json(),
        )
        assert ours == theirs, query
        assert [list(item["meta"]) for item in ours["items"]] == [
            list(item["meta"]) for item in theirs["items"]
        ]
    theirs = normal(stock(client, f"/documents/{file.pk}/").json())
    ours = client.get(f"{API}/documents/{file.pk}/").json()
    assert {name: ours[name] for name in theirs} == theirs
    assert list(ours)[:3] == list(theirs)


def test_find(client, library):
    response = client.get(f"{API}/pages/find/?html_path=/guides/religious/&fields=_,title")
    theirs = stock(client, "/pages/find/?html_path=/guides/religious/&fields=_,title")
    assert response.status_code == theirs.status_code == 302
    assert response["Location"].partition(API)[2] == theirs["Location"].partition(STOCK)[2]
