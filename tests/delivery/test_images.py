"""Images: those of public collections, in few statements."""

from wagtail.models import Collection, CollectionViewRestriction

from tests import world

from .conftest import API


def test_shape(client, db, committed):
    with committed():
        picture = world.image(title="A door", description="An open door", width=1600, height=1000)
    picture.focal_point_x, picture.focal_point_y = 800, 250
    picture.focal_point_width = picture.focal_point_height = 100
    picture.save()
    picture.tags.add("doors")
    found = client.get(f"{API}/images/{picture.pk}/").json()
    renditions = found.pop("renditions")
    assert found == {
        "id": picture.pk,
        "meta": {
            "type": "media.Image",
            "detail_url": f"http://testserver{API}/images/{picture.pk}/",
            "tags": ["doors"],
        },
        "title": "A door",
        "alt": "An open door",
        "width": 1600,
        "height": 1000,
        "credit": "",
        "focal_point": {"x": 500, "y": 250},
    }
    assert [(each["format"], each["width"], each["height"]) for each in renditions] == [
        ("webp", 320, 200),
        ("webp", 640, 400),
        ("webp", 1280, 800),
        ("jpeg", 320, 200),
        ("jpeg", 640, 400),
        ("jpeg", 1280, 800),
    ]
    assert all(each["url"].startswith("http://testserver/media/renditions/") for each in renditions)


def test_list(client, db, committed, django_assert_num_queries):
    with committed():
        for number in range(6):
            world.image(
                title=f"Picture {number}", description="door" if number % 2 else "", width=400, height=300
            )
    with django_assert_num_queries(4):
        found = client.get(f"{API}/images/?fields=*").json()
    assert found["meta"] == {"total_count": 6}
    assert list(found["items"][0]) == [
        "id",
        "meta",
        "title",
        "alt",
        "width",
        "height",
        "credit",
        "focal_point",
        "renditions",
    ]
    plain = client.get(f"{API}/images/?order=-title&limit=2&offset=1").json()
    assert [item["title"] for item in plain["items"]] == ["Picture 4", "Picture 3"]
    assert list(plain["items"][0]) == ["id", "meta", "title"]
    assert client.get(f"{API}/images/?search=picture door").json()["meta"]["total_count"] == 3
    assert client.get(f"{API}/images/?title=Picture 1&width=400").json()["meta"]["total_count"] == 1
    assert client.get(f"{API}/images/?fields=_,alt").json()["items"][1] == {"alt": "door"}


def test_restricted_collections_are_absent_with_all_below(client, db, committed):
    root = Collection.get_first_root_node()
    closed = root.add_child(instance=Collection(name="Closed"))
    inner = closed.add_child(instance=Collection(name="Inner"))
    beside = root.add_child(instance=Collection(name="Beside"))
    with committed():
        hidden, deeper, shown = (world.image(width=400, height=300) for _ in range(3))
    for picture, collection in ((hidden, closed), (deeper, inner), (shown, beside)):
        picture.collection = collection
        picture.save()
    assert client.get(f"{API}/images/").json()["meta"]["total_count"] == 3
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    found = client.get(f"{API}/images/").json()
    assert found["meta"] == {"total_count": 1}
    assert [item["id"] for item in found["items"]] == [shown.pk]
    for picture in (hidden, deeper):
        assert client.get(f"{API}/images/{picture.pk}/").status_code == 404
        assert client.get(f"{API}/images/?id={picture.pk}").json()["items"] == []


def test_what_is_wrong_is_named(client, db):
    for query, parameter in (
        ("?order=file", "order"),
        ("?order=random&offset=1", "order"),
        ("?fields=file", "fields"),
        ("?fields=title(x)", "fields"),
        ("?limit=1000", "limit"),
        ("?collection=1", "collection"),
        ("?width=1e9", "width"),
        ("?id=99999999999999999999", "id"),
    ):
        response = client.get(f"{API}/images/{query}")
        assert (response.status_code, response.json()["parameter"]) == (400, parameter), query
    assert client.get(f"{API}/images/99999999999999999999/").status_code == 404
