"""Practices near a practice: the score as a rule, and the page that names them."""

import re
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from home.guides.repository.related import MOST, WEIGHTS, nearest, score

TARGET, THREAT, TOPIC, PHASE, COUNTRY = (
    (name, "a") for name in ("target", "threat", "topic", "phase", "country")
)
terms = st.frozensets(
    st.tuples(st.sampled_from([*WEIGHTS, "evidence", "year"]), st.sampled_from("abc")), max_size=8
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (set(), set(), 0),
        ({TARGET}, {TARGET}, 5),
        ({TARGET, THREAT}, {THREAT, TOPIC}, 4),
        ({TARGET, THREAT, TOPIC, PHASE, COUNTRY}, {TARGET, THREAT, TOPIC, PHASE, COUNTRY}, 15),
        ({("target", "a")}, {("target", "b")}, 0),
        # The same code in two lists is no common term, and other lists count nothing.
        ({("target", "a")}, {("topic", "a")}, 0),
        ({("year", "2020")}, {("year", "2020")}, 0),
    ],
)
def test_scores(one, other, expected):
    assert score(one, other) == score(other, one) == expected


def test_a_place_counts_more_than_a_phase_and_a_country_together():
    own = {TARGET, PHASE, COUNTRY}
    place, rest = UUID(int=2), UUID(int=1)
    assert nearest(own, {rest: {PHASE, COUNTRY}, place: {TARGET}}) == [place, rest]


@given(terms, st.dictionaries(st.uuids(), terms, max_size=12), st.randoms())
def test_the_nearest_first_and_the_same_in_whatever_order(own, others, random):
    found = nearest(own, others)
    scores = [score(own, others[key]) for key in found]
    assert scores == sorted(scores, reverse=True) and 0 not in scores
    assert len(found) == min(MOST, sum(bool(score(own, each)) for each in others.values()))
    assert all(score(own, others[key]) <= scores[-1] for key in others.keys() - set(found) if found)
    shuffled = list(others.items())
    random.shuffle(shuffled)
    assert nearest(own, dict(shuffled)) == found


# The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def near(pages, practice, term):
    """Practices beside “Stewards”, which prevents at churches."""
    index = pages["index"]
    return {
        "both": practice(index, "Both", [term("phase", "prevent"), term("target", "church")]),
        "church": practice(index, "Church", [term("target", "church")]),
        "prevent": practice(index, "Prevent", [term("phase", "prevent")]),
        "neither": practice(index, "Neither", [term("phase", "respond"), term("target", "square")]),
    }


def named(client, path="/en/practices/stewards/"):
    html = client.get(path).content.decode()
    found = re.search(r'<section class="related".*?</section>', html, re.S)
    return re.findall(r'<li><a href="([^"]+)"', found[0]) if found else []


def test_the_page_names_the_nearest_first(client, near):
    assert named(client) == ["/en/practices/both/", "/en/practices/church/", "/en/practices/prevent/"]
    assert named(client, "/en/practices/neither/") == []


def test_at_most_four_and_two_statements(client, near, pages, practice, term):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get("/en/practices/stewards/")
        return len(captured)

    before = statements()
    for number in range(6):
        practice(pages["index"], f"Further {number}", [term("target", "church"), term("phase", "prevent")])
    assert len(named(client)) == 4
    # Three for the document, two for what is near, one for where it is used.
    assert statements() == before == 6


def test_in_the_readers_language_else_in_its_own(client, near, pages, translate):
    translate(near["church"], "ar", title="كنيسة")
    translate(pages["practice"], "ar", title="منظمون")
    html = client.get("/ar/practices/stewards/").content.decode()
    assert named(client, "/ar/practices/stewards/")[:2] == ["/ar/practices/both/", "/ar/practices/church/"]
    assert "كنيسة" in html
    assert '<span lang="en" dir="ltr">Both</span>' in html


def test_only_what_the_reader_may_see(client, near, restrict, member, django_user_model):
    group = restrict(near["both"]).groups.get()
    hidden, shown = ["/en/practices/church/", "/en/practices/prevent/"], "/en/practices/both/"
    assert named(client) == hidden
    user = member()
    client.force_login(user)
    assert named(client) == hidden
    user.groups.set([Group.objects.create(name="Others")])
    assert named(client) == hidden
    user.groups.set([group])
    assert named(client) == [shown, *hidden]
    client.force_login(django_user_model.objects.create_superuser("admin@example.org", "secret"))
    assert named(client) == [shown, *hidden]


def test_what_is_withdrawn_is_gone_and_the_tag_tells(client, near):
    tag = client.get("/en/practices/stewards/")["ETag"]
    near["both"].unpublish()
    assert "/en/practices/both/" not in named(client)
    assert client.get("/en/practices/stewards/", headers={"if-none-match": tag}).status_code == 200
