"""Who the programme works with: in the page's language, by role, in force when it is read, right a moment later."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cms.content import api as content
from cms.content.models import ContentItem
from home.programme.models import ProgrammePage
from home.programme.partners import ROLES, by_role, in_force
from home.vocabulary.models import Organisation, OrganisationName, Partnership
from tests import world

YEARS = st.one_of(st.none(), st.integers(1990, 2060))


def organisation(code, kind="un", **names):
    found = Organisation.objects.create(
        code=code, kind=kind, abbreviation=code.upper(), url=f"https://{code}.org/"
    )
    for locale, name in names.items():
        OrganisationName.objects.create(organisation=found, locale=locale, label=name)
    return found


@pytest.fixture
def programme(site, committed):
    first, second = organisation("aa", en="First", ar="الأول"), organisation("bb", en="Second")
    police, state = organisation("cc", en="Police"), organisation("qq", kind="state", en="State of Qatar")
    Partnership.objects.create(organisation=state, role="donor")
    Partnership.objects.create(organisation=second, role="partner", position=2)
    Partnership.objects.create(organisation=first, role="partner", position=1, from_year=2021)
    Partnership.objects.create(organisation=police, role="consultation", to_year=2030)
    with committed():
        return world.add(
            site, ProgrammePage(title="Programme", slug="programme", partners_text="<p>All.</p>")
        )


def document(page):
    return content.body(ContentItem.objects.select_related("current").get(page_id=page.pk).current)


def names(page):
    return [(each["role"], each["name"]) for each in document(page)["partnerships"]]


def text(client, path="/en/programme/"):
    return client.get(path).content.decode()


@given(YEARS, YEARS, st.integers(1990, 2060))
def test_a_partnership_is_in_force_from_its_first_to_its_last_year(begun, ends, year):
    found = in_force({"from_year": begun, "to_year": ends}, year)
    assert found is ((begun or 0) <= year <= (ends or 9999))


def test_roles_are_groups_in_their_order_whatever_they_hold():
    assert list(by_role([], 2026)) == list(ROLES) == ["partner", "consultation", "donor"]


def test_the_document_holds_all_of_them_by_role_and_order(programme):
    assert names(programme) == [
        ("partner", "First"),
        ("partner", "Second"),
        ("consultation", "Police"),
        ("donor", "State of Qatar"),
    ]
    assert document(programme)["partnerships"][0] == {
        "role": "partner",
        "order": 1,
        "code": "aa",
        "name": "First",
        "abbreviation": "AA",
        "kind": "un",
        "url": "https://aa.org/",
        "from_year": 2021,
        "to_year": None,
    }


def test_the_page_shows_them_in_the_readers_language(programme, client, translate):
    html = text(client)
    assert "<p>All.</p>" in html
    assert html.index("First") < html.index("Second") < html.index("Police") < html.index("Qatar")
    assert "Funded by the State of Qatar" in html
    assert '<a href="https://aa.org/" rel="noopener noreferrer">' in html
    translate(programme, "ar", title="البرنامج")
    assert "الأول" in text(client, "/ar/programme/")


def test_three_statements_however_many(programme, client, committed):
    with committed():
        for number in range(8):
            extra = organisation(f"more-{number}", en=f"More {number}")
            Partnership.objects.create(organisation=extra)
    with CaptureQueriesContext(connection) as captured:
        assert "More 7" in text(client)
    assert len(captured) == 3


def test_what_is_over_is_left_out_when_the_page_is_read(programme, client, monkeypatch):
    first = client.get("/en/programme/")
    assert "Police" in first.content.decode()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: datetime.date(2031, 1, 1))
    # Nothing was published meanwhile, and a kept copy isn't right any more.
    later = client.get("/en/programme/", headers={"if-none-match": first["ETag"]})
    assert later.status_code == 200
    assert "Police" not in later.content.decode()
    assert "First" in later.content.decode()


def test_names_and_partnerships_are_followed(programme, committed):
    with committed():
        name = OrganisationName.objects.get(label="First")
        name.label = "The first"
        name.save()
    assert names(programme)[0] == ("partner", "The first")
    with committed():
        new = organisation("dd", en="Newcomer")
        row = Partnership.objects.create(organisation=new, position=0)
    assert names(programme)[0] == ("partner", "Newcomer")
    with committed():
        row.role = "donor"
        row.save()
    assert ("donor", "Newcomer") in names(programme)
    with committed():
        new.delete()
    assert "Newcomer" not in str(names(programme))


def test_what_names_hold_stays_text(programme, client, committed):
    with committed():
        name = OrganisationName.objects.get(label="State of Qatar")
        name.label = "<script>alert(1)</script>"
        name.save()
    assert "<script>alert" not in text(client)


def test_a_page_without_any_shows_no_heading(site, committed, client):
    with committed():
        world.add(site, ProgrammePage(title="Programme", slug="programme"))
    assert 'id="partners"' not in text(client)
