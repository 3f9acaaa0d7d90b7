"""The feed: a full sync, deltas, tombstones, and cursors that nobody can bend."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.changes.maintenance import clear_tombstones
from cms.changes.models import FeedRow
from tests import world

from .conftest import API


def feed(client, cursor=None, **query):
    return client.get(f"{API}/changes/", query | ({"cursor": cursor} if cursor else {}))


def follow(client, cursor=None, limit=3):
    """All rows from a cursor on, page by page, and the cursor at the end."""
    rows = []
    while True:
        page = feed(client, cursor, limit=limit).json()
        rows += page["items"]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            return rows, cursor


def seen(rows):
    return [(row["kind"], row["id"]) for row in rows]


def test_full_sync_and_deltas(client, library, committed):
    rows, cursor = follow(client)
    assert len(rows) == 10
    assert "withdrawn" not in {row["kind"] for row in rows}
    assert len({row["key"] for row in rows}) == 10
    assert follow(client, cursor) == ([], cursor)

    with committed():
        world.publish(library["one"], title="One again")
    rows, cursor = follow(client, cursor)
    assert seen(rows) == [("updated", library["one"].pk)]
    assert set(rows[0]) == {"kind", "key", "locale", "id", "type", "version", "digest", "at"}
    assert rows[0]["version"] == 2

    library["two"].unpublish()
    rows, cursor = follow(client, cursor)
    assert seen(rows) == [("withdrawn", library["two"].pk)]
    assert follow(client, cursor)[0] == []
    # Who begins now never hears of it.
    assert library["two"].pk not in [row["id"] for row in follow(client)[0]]


def test_with_documents(client, library, django_assert_max_num_queries):
    feed(client)  # numbers what waits
    with django_assert_max_num_queries(6):
        page = feed(client, include="document", limit=500).json()
    assert len(page["items"]) == 10
    for row in page["items"]:
        listed = client.get(f"{API}/pages/?id={row['id']}&fields=*").json()["items"][0]
        assert row["document"] == listed
        assert row["digest"] == listed["meta"]["digest"]


def test_withdrawn_while_somebody_is_in_the_middle_of_a_full_sync(client, library):
    first = feed(client, limit=3).json()
    told = {row["id"] for row in first["items"]}
    gone = next(page for page in (library["compendium"], library["guide"]) if page.pk in told)
    gone.unpublish()
    rows, _cursor = follow(client, first["next_cursor"])
    assert ("withdrawn", gone.pk) in seen(rows)


def test_old_tombstones_do_not_stop_a_full_sync(client, library):
    """A full sync reads old rows first: that their numbers are below the horizon means nothing."""
    library["two"].unpublish()
    _rows, cursor = follow(client)
    FeedRow.objects.filter(kind="withdrawn").update(at=timezone.now() - timedelta(days=200))
    assert clear_tombstones() == 1
    rows, _cursor = follow(client, limit=2)
    assert len(rows) == 9
    assert follow(client, cursor)[0] == []


def test_a_cursor_from_before_the_horizon_is_gone(client, library):
    _rows, old = follow(client)
    library["two"].unpublish()
    follow(client)
    FeedRow.objects.filter(kind="withdrawn").update(at=timezone.now() - timedelta(days=200))
    clear_tombstones()
    response = feed(client, old)
    assert (response.status_code, response.json()["code"]) == (410, "cursor_expired")


def test_restricting_is_withdrawing(client, library, restrict, committed):
    _rows, cursor = follow(client)
    restriction = restrict(library["guide"])
    rows, cursor = follow(client, cursor)
    family = {library["guide"].pk, library["one"].pk, library["two"].pk}
    assert {row["id"] for row in rows if row["kind"] == "withdrawn"} == family
    assert not family & {row["id"] for row in follow(client)[0]}
    with committed():
        restriction.delete()
    rows, _cursor = follow(client, cursor)
    assert family <= {row["id"] for row in rows if row["kind"] != "withdrawn"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda cursor: cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "bad_cursor"),
        (lambda cursor: "W1s5OTk5XSwwLCIiXQ." + cursor.rpartition(".")[2], "bad_cursor"),
        (lambda cursor: "1", "bad_cursor"),
        (lambda cursor: "." * 30, "bad_cursor"),
        (lambda cursor: "é" * 30, "bad_cursor"),
        (lambda cursor: cursor + "\0", "bad_parameter"),
        (lambda cursor: cursor * 200, "bad_parameter"),
    ],
)
def test_bent_cursors(client, db, change, code):
    cursor = feed(client).json()["next_cursor"]
    response = feed(client, change(cursor))
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert response.json()["parameter"] == "cursor"


def test_a_cursor_belongs_to_an_audience(client, db):
    from cms.delivery.changes import _seal, feed_answer
    from cms.rest.api import Gone

    members = frozenset({"registered", "group:7"})
    with pytest.raises(Gone) as caught:
        feed_answer(_seal(5, 5, members), 10, frozenset({"registered"}), documents=False)
    assert caught.value.code == "audience_changed"
    response = feed(client, _seal(0, 0, members))
    assert (response.status_code, response.json()["code"]) == (410, "audience_changed")


def test_what_is_wrong_is_named(client, db):
    for query, parameter in (
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"include": "everything"}, "include"),
        ({"since": "1"}, "since"),
    ):
        response = feed(client, **query)
        assert (response.status_code, response.json()["parameter"]) == (400, parameter)


def test_conditional(client, library, committed):
    _rows, cursor = follow(client)
    first = feed(client, cursor)
    again = client.get(f"{API}/changes/", {"cursor": cursor}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    with committed():
        world.publish(library["one"], title="One again")
    again = client.get(f"{API}/changes/", {"cursor": cursor}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
