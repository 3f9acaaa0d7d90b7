"""The list of good practices: filters, counts, languages, pages."""

import csv
import io
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from home.guides.models import ResourcePage
from home.guides.repository import listing
from tests import world

A, B, C = ("phase", "prevent"), ("phase", "respond"), ("target", "church")


@pytest.mark.parametrize(
    ("terms", "chosen", "expected"),
    [
        ({A}, {}, True),
        ({A}, {"phase": {"prevent"}}, True),
        ({A}, {"phase": {"respond"}}, False),
        ({A}, {"phase": {"prevent", "respond"}}, True),
        ({A}, {"phase": {"prevent"}, "target": {"church"}}, False),
        ({A, C}, {"phase": {"prevent"}, "target": {"church"}}, True),
        (set(), {"phase": {"prevent"}}, False),
    ],
)
def test_terms_of_a_taxonomy_widen_and_taxonomies_narrow(terms, chosen, expected):
    assert listing.fits(terms, chosen) is expected


def test_a_count_says_what_choosing_would_give():
    things = [{A, C}, {B, C}, {B}]
    assert listing.counts(things, {"phase": {"prevent"}}) == {A: 1, B: 2, C: 1}
    assert listing.counts(things, {"target": {"church"}}) == {A: 1, B: 1, C: 2}


def test_an_address_changes_by_one_term():
    chosen = listing.chosen_terms(QueryDict("phase=respond&phase=prevent&target=church&other=1"))
    assert listing.query_of(chosen) == "target=church&phase=prevent&phase=respond"
    assert listing.toggled(chosen, "phase", "prevent") == "target=church&phase=respond"
    assert listing.toggled({}, "phase", "prevent") == "phase=prevent"


@pytest.fixture
def repository(pages, practice, term):
    index = pages["index"]
    practice(index, "Walks", [term("phase", "prevent"), term("target", "square")])
    practice(index, "Shelter", [term("phase", "respond"), term("target", "church")])
    return index


def titles(client, path):
    response = client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    rows = html[html.index('<ol class="rows">') :]
    return re.findall(r"<h2><a [^>]+>(?:<span[^>]+>)?([^<]+)", rows)


def test_filtering(client, repository):
    assert titles(client, "/en/practices/") == ["Shelter", "Stewards", "Walks"]
    assert titles(client, "/en/practices/?phase=prevent") == ["Stewards", "Walks"]
    assert titles(client, "/en/practices/?phase=prevent&target=church") == ["Stewards"]
    assert titles(client, "/en/practices/?phase=nothing") == []


def test_counts_and_chips(client, repository):
    html = client.get("/en/practices/?phase=prevent").content.decode()
    assert "2 of 3 entries" in html
    assert '<a class="chip on" href="/en/practices/#entries">Prevent' in html
    assert 'href="/en/practices/?target=church&amp;phase=prevent#entries" rel="nofollow"' in html


def test_whatever_narrows_the_list_leads_to_the_list(client, repository):
    """On a telephone three screens of introduction stand before it."""
    html = client.get("/en/practices/?phase=prevent").content.decode()
    assert html.count('id="entries"') == 1
    leading = re.findall(r'(?:href|action)="(/en/practices/(?:[?#][^"]*)?)"', html)
    leading = [each for each in leading if "format=" not in each]
    assert len(leading) > 10
    # The way back and the menu lead to the page itself.
    assert [each for each in leading if "?" in each and not each.endswith("#entries")] == []
    assert '<form class="questions" method="get" action="/en/practices/#entries"' in html


def test_what_a_reader_may_not_see_is_in_no_count(client, repository, pages, restrict, member):
    group = restrict(pages["practice"]).groups.get()
    assert titles(client, "/en/practices/") == ["Shelter", "Walks"]
    assert "2 of 2 entries" in client.get("/en/practices/").content.decode()
    client.force_login(member(group))
    assert titles(client, "/en/practices/") == ["Shelter", "Stewards", "Walks"]
    assert "For members" in client.get("/en/practices/").content.decode()


def test_own_language_first_then_the_fallback_with_its_name(client, repository, pages, translate):
    translate(pages["practice"], "ar", title="منظمون")
    assert titles(client, "/ar/practices/") == ["منظمون", "Shelter", "Walks"]
    html = client.get("/ar/practices/").content.decode()
    assert 'href="/ar/practices/shelter/"' in html
    assert html.count('<span class="lang-tag" lang="en">English</span></a></h2>') == 2


def test_as_many_statements_for_fifty_as_for_three(client, repository, practice, term):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get("/en/practices/")
        return len(captured)

    before = statements()
    for number in range(22):
        practice(repository, f"Further {number:02}", [term("phase", "prevent")])
    assert statements() == before == 8
    assert len(titles(client, "/en/practices/")) == 20
    assert (
        titles(client, "/en/practices/?page=2")
        == ["Further 20", "Further 21", "Shelter", "Stewards", "Walks"][-5:]
    )


@pytest.mark.parametrize(
    "query", ["page=0", "page=2", "page=x", "page=-1", "page=1e9", "page=" + "9" * 99, "page=٢"]
)
def test_a_page_that_is_none_is_refused(client, repository, query):
    assert client.get(f"/en/practices/?{query}").status_code == 400


def test_more_terms_than_anybody_chooses_are_refused(client, repository):
    assert client.get("/en/practices/?" + "&".join(f"phase=p{n}" for n in range(50))).status_code == 400


def test_a_change_of_a_practice_changes_the_list(client, repository, pages, committed):
    tag = client.get("/en/practices/")["ETag"]
    assert client.get("/en/practices/", headers={"if-none-match": tag}).status_code == 304
    with committed():
        world.publish(pages["practice"], title="Ushers")
    assert client.get("/en/practices/", headers={"if-none-match": tag}).status_code == 200
    assert "Ushers" in titles(client, "/en/practices/")


# Orders, matrix, questions, files ---------------------------------------------------------------------------------


def test_orders(client, repository, pages, committed):
    with committed():
        world.publish(pages["practice"], summary="Changed last.")
    assert titles(client, "/en/practices/?order=newest")[0] == "Stewards"
    assert titles(client, "/en/practices/?order=year") == ["Stewards", "Shelter", "Walks"]
    assert client.get("/en/practices/?order=password").status_code == 400


def test_the_matrix_counts_pairs():
    things = [{A, C}, {B, C}, {B}, {A, B, C}]
    assert listing.matrix(things, {}) == {("church", "prevent"): 2, ("church", "respond"): 2}
    # What is chosen in its own two lists makes no difference to it; what is chosen elsewhere does.
    assert listing.matrix(things, {"phase": {"prevent"}}) == listing.matrix(things, {})
    assert listing.matrix(things, {"topic": {"trust"}}) == {}


def test_a_cell_of_the_matrix_leads_to_as_many(client, repository):
    html = client.get("/en/practices/").content.decode()
    cells = re.findall(r'<td class="num"><a href="([^"]+)" rel="nofollow" aria-label="[^"]+: (\d+)">', html)
    assert len(cells) == 3
    for url, count in cells:
        assert len(titles(client, url.replace("&amp;", "&"))) == int(count)


def test_three_questions_lead_to_what_applies(client, repository):
    html = client.get("/en/practices/").content.decode()
    assert '<select id="ask-target" name="target">' in html
    # A question that was left alone sends an empty value.
    assert titles(client, "/en/practices/?target=church&stakeholder=&phase=prevent") == ["Stewards"]


def test_the_list_as_json_is_what_the_list_shows(client, repository, restrict, pages, member):
    def taken():
        return [
            each["title"] for each in client.get("/en/practices/?format=json&phase=prevent").json()["items"]
        ]

    assert taken() == ["Stewards", "Walks"]
    group = restrict(pages["practice"]).groups.get()
    assert taken() == ["Walks"]
    client.force_login(member(group))
    response = client.get("/en/practices/?format=json&phase=prevent")
    assert [each["title"] for each in response.json()["items"]] == ["Stewards", "Walks"]
    assert response["Cache-Control"] == "private, no-store"
    assert client.get("/en/practices/?format=exe").status_code == 400


def test_cells_are_no_formulas(client, repository, practice):
    practice(repository, "=1+1", summary="@SUM(A1)", slug="sum")
    text = client.get("/en/practices/?format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:4] == ["key", "slug", "title", "url"]
    titles_in_file = [row[2] for row in rows[1:]]
    assert "'=1+1" in titles_in_file
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_resources_stand_in_the_list_and_have_a_page(client, repository, committed):
    with committed():
        world.add(
            repository,
            ResourcePage(
                title="A resolution",
                slug="resolution",
                summary="What it asks.",
                resource_type="legal-text",
                publisher="Security Council",
                year=2017,
                url="https://undocs.org/S/RES/2341(2017)",
                resource_language=["en", "fr"],
            ),
        )
    assert titles(client, "/en/practices/?resource_type=legal-text") == ["A resolution"]
    assert titles(client, "/en/practices/?year=2017") == ["A resolution"]
    html = client.get("/en/practices/resolution/").content.decode()
    assert "Legal text" in html
    assert "https://undocs.org/S/RES/2341(2017)" in html


def test_a_resource_needs_something_to_read(repository):
    page = ResourcePage(title="Nothing", slug="nothing", resource_language=["xx"])
    assert [problem.code for problem in page.own_problems()] == ["resource_empty", "language_unknown"]
