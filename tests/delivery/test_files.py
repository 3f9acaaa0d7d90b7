"""Files: those of public collections, in few statements, with what a taker checks them by."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from wagtail.models import Collection, CollectionViewRestriction

from cms.media.models import File

from .conftest import API

CONTENT = b"One page, practised twice a year."


def make(title="A plan", name="plan.pdf", collection=None):
    where = collection or Collection.get_first_root_node()
    return File.objects.create(title=title, file=ContentFile(CONTENT, name=name), collection=where)


def test_shape(client, db, django_assert_num_queries):
    file = make()
    file.tags.add("templates")
    with django_assert_num_queries(2):
        found = client.get(f"{API}/documents/{file.pk}/").json()
    assert found == {
        "id": file.pk,
        "meta": {
            "type": "media.File",
            "detail_url": f"http://testserver{API}/documents/{file.pk}/",
            "tags": ["templates"],
            "download_url": f"http://testserver{file.url}",
        },
        "title": "A plan",
        "filename": file.filename,
        "content_type": "application/pdf",
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
    }
    assert b"".join(client.get(file.url).streaming_content) == CONTENT


def test_list(client, db, django_assert_num_queries):
    for number in range(6):
        make(f"Plan {number}" if number % 2 else f"Map {number}", f"file{number}.txt")
    with django_assert_num_queries(3):
        found = client.get(f"{API}/documents/?fields=*").json()
    assert found["meta"] == {"total_count": 6}
    assert list(found["items"][0]) == ["id", "meta", "title", "filename", "content_type", "size", "sha256"]
    plain = client.get(f"{API}/documents/?order=-title&limit=2&offset=1").json()
    assert [item["title"] for item in plain["items"]] == ["Plan 3", "Plan 1"]
    assert list(plain["items"][0]) == ["id", "meta", "title"]
    assert list(plain["items"][0]["meta"]) == ["type", "detail_url", "tags", "download_url"]
    assert client.get(f"{API}/documents/?search=plan 3").json()["meta"]["total_count"] == 1
    assert client.get(f"{API}/documents/?title=Plan 1").json()["meta"]["total_count"] == 1
    assert client.get(f"{API}/documents/?fields=_,size").json()["items"][1] == {"size": len(CONTENT)}
    with django_assert_num_queries(1):
        assert client.get(f"{API}/documents/?limit=0").json() == {"meta": {"total_count": 6}, "items": []}


def test_restricted_collections_are_absent_with_all_below(client, db, django_user_model):
    root = Collection.get_first_root_node()
    closed = root.add_child(instance=Collection(name="Closed"))
    inner = closed.add_child(instance=Collection(name="Inner"))
    beside = root.add_child(instance=Collection(name="Beside"))
    hidden, deeper, shown = (make(collection=each) for each in (closed, inner, beside))
    before = client.get(f"{API}/documents/")
    assert before.json()["meta"]["total_count"] == 3
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    # Whoever is signed in reads like everybody here.
    client.force_login(django_user_model.objects.create_superuser("admin@example.org", "secret"))
    found = client.get(f"{API}/documents/", headers={"If-None-Match": before["ETag"]})
    assert found.json()["meta"] == {"total_count": 1}
    assert [item["id"] for item in found.json()["items"]] == [shown.pk]
    absent = client.get(f"{API}/documents/999999/")
    for file in (hidden, deeper):
        response = client.get(f"{API}/documents/{file.pk}/")
        assert (response.status_code, response.json()["code"]) == (404, absent.json()["code"])
        assert client.get(f"{API}/documents/?id={file.pk}").json() == {
            "meta": {"total_count": 0},
            "items": [],
        }


def test_what_has_not_changed_is_not_sent_again(client, db):
    file = make()
    for path in (f"{API}/documents/", f"{API}/documents/{file.pk}/"):
        first = client.get(path)
        assert first["Surrogate-Key"].split()[-1] == f"document-{file.pk}"
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        File.objects.filter(pk=file.pk).update(title=f"Other {path}")
        changed = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert changed.status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?order=file", "order"),
        ("?order=random&offset=1", "order"),
        ("?fields=file", "fields"),
        ("?fields=title(x)", "fields"),
        ("?limit=1000", "limit"),
        ("?collection=1", "collection"),
        ("?id=99999999999999999999", "id"),
        ("?id=1&id=2", "id"),
    ],
)
def test_what_is_wrong_is_named(client, db, query, parameter):
    response = client.get(f"{API}/documents/{query}")
    assert (response.status_code, response.json()["parameter"]) == (400, parameter)
    assert client.get(f"{API}/documents/99999999999999999999/").status_code == 404
