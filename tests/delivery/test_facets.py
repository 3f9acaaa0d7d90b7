"""Facets count what would be there: after the other filters, after access. And the lists of terms."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import PageViewRestriction

from home.guides.models import PracticeTerm
from home.vocabulary.models import Term
from tests import world

from .conftest import API


@pytest.fixture
def tagged(library, term, committed):
    site = term("target", "religious-site")
    centre = term("target", "urban-centre")
    protect, respond = term("phase", "protect"), term("phase", "respond")
    rows = [[site, protect], [site, respond], [centre, protect], []]
    for practice, terms in zip(library["practices"], rows, strict=True):
        practice.practice_terms = [PracticeTerm(term=each) for each in terms]
        with committed():
            world.publish(practice)
    return library


def ask(query):
    response = Client().get(f"{API}/pages/{query}")
    assert response.status_code == 200, response.content
    return response.json()


def counts(query):
    facets = ask(query)["meta"]["facets"]
    return {name: {each["code"]: each["count"] for each in rows} for name, rows in facets.items()}


def test_counts_are_after_the_filters_of_the_other_facets(tagged):
    assert counts("?facets=target,phase") == {
        "target": {"religious-site": 2, "urban-centre": 1},
        "phase": {"protect": 2, "respond": 1},
    }
    assert counts("?facets=target,phase&target=religious-site") == {
        "target": {"religious-site": 2, "urban-centre": 1},
        "phase": {"protect": 1, "respond": 1},
    }
    # A count is what the list holds when the term is added.
    for code, count in counts("?facets=target&phase=protect")["target"].items():
        assert ask(f"?phase=protect&target={code}")["meta"]["total_count"] == count


def test_what_is_restricted_is_in_no_count(tagged, committed):
    with committed():
        restriction = PageViewRestriction.objects.create(
            page=tagged["practices"][0], restriction_type="groups"
        )
        restriction.groups.add(Group.objects.create(name="Members"))
    assert counts("?facets=target,phase") == {
        "target": {"religious-site": 1, "urban-centre": 1},
        "phase": {"protect": 1, "respond": 1},
    }


def test_resource_types_are_counted_without_anybody_setting_them(tagged):
    assert counts("?facets=resource_type") == {"resource_type": {"good-practice": 4}}


def test_statements_stay_the_same_whatever_the_length(tagged, django_assert_num_queries):
    client = Client()
    client.get(f"{API}/pages/?facets=target,phase,topic")
    with django_assert_num_queries(4):
        client.get(f"{API}/pages/?facets=target,phase,topic")
    with django_assert_num_queries(5):
        client.get(f"{API}/pages/?facets=target,phase,topic&target=religious-site")


@pytest.mark.parametrize("value", ["nothing", "target,password", "target;drop"])
def test_unknown_facets_are_refused(tagged, value):
    response = Client().get(f"{API}/pages/?facets={value}")
    assert response.status_code == 400
    assert response.json()["parameter"] == "facets"


def test_taxonomies(tagged, django_assert_num_queries):
    names = [each["name"] for each in Client().get(f"{API}/taxonomies/").json()["items"]]
    assert names == [
        "target",
        "threat",
        "phase",
        "topic",
        "stakeholder",
        "resource_type",
        "region",
        "country",
    ]
    with django_assert_num_queries(1):
        found = Client().get(f"{API}/taxonomies/target/").json()
    assert found["labels"]["fr"]
    assert [each["code"] for each in found["items"]] == [
        each.code for each in Term.objects.filter(taxonomy="target") if each.labels.exists()
    ]
    assert Client().get(f"{API}/taxonomies/password/").status_code == 404
