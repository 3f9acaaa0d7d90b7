"""The door for keys: what the same functions answer to somebody who may see more."""

import pytest
from django.http import QueryDict

from cms.core.errors import NotFound
from cms.delivery import changes, documents, lists, versions

NOBODY = frozenset()


@pytest.fixture
def members(library, restrict):
    restriction = restrict(library["guide"])
    return frozenset({"registered", f"group:{restriction.groups.get().pk}"})


def total(query, principals):
    answer = lists.list_answer(QueryDict(query), principals)
    return int(answer.body.partition(b'"total_count":')[2].partition(b"}")[0])


def test_members_see_what_is_theirs(library, members):
    guide = library["guide"]
    answer = documents.by_id(guide.pk, members)
    assert b'"access":"restricted"' in answer.body
    assert documents.by_key(guide.translation_key, "en", [], members).body == answer.body
    assert versions.version_answer(guide.pk, 1, members, None).body == answer.body
    assert (total("", members), total("", NOBODY)) == (10, 7)
    assert total("search=words", members) == 2
    assert b'"withdrawn"' not in changes.feed_answer(None, 100, members, documents=True).body


def test_other_groups_and_nobody_do_not(library, members):
    for principals in (NOBODY, frozenset({"registered"}), frozenset({"registered", "group:999999"})):
        with pytest.raises(NotFound):
            documents.by_id(library["guide"].pk, principals)
        with pytest.raises(NotFound):
            versions.version_answer(library["guide"].pk, 1, principals, None)
        assert total("", principals) == 7
        feed = changes.feed_answer(None, 100, principals, documents=True).body
        assert str(library["guide"].translation_key).encode() not in feed
