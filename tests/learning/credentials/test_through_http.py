"""Certificates and transcripts through pages and API, as several kinds of person; what anybody learns from a code."""

import json
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from learning.credentials import holding, revoking
from learning.flows.enrolment import enrol
from learning.models import Certificate, CertificateHolder, ReminderChoice
from tests.learning import factories

API = "/api/learning/v1/"


def client(user=None):
    found = Client()
    if user:
        found.force_login(user)
    return found


def patch(who, certificate, data):
    return who.patch(
        f"{API}me/certificates/{certificate.uuid}/", json.dumps(data), content_type="application/json"
    )


@pytest.fixture
def own(holder):
    return client(holder)


@pytest.fixture
def others(db, offering, complete):
    """Clients by kind of person: each of them is somebody else."""
    member = factories.person("member@example.org")
    member.groups.add(Group.objects.create(name="Insiders"))
    elsewhere = factories.person("elsewhere@example.org")
    elsewhere.groups.add(Group.objects.create(name="Elsewhere"))
    editor = factories.person("editor@example.org")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    registered = factories.person("registered@example.org")
    complete(offering, registered)  # has one of their own
    people = {
        "anonymous": None,
        "registered": registered,
        "member": member,
        "elsewhere": elsewhere,
        "editor": editor,
        "administrator": factories.person("admin@example.org", is_superuser=True, is_staff=True),
    }
    return {name: client(user) for name, user in people.items()}


def addresses(certificate):
    """Everything that is the holder's own."""
    key = certificate.uuid
    yield f"{API}me/certificates/{key}/"
    yield f"/en/learn/certificates/{key}/"
    for kind in ("pdf", "png", "svg", "jwt"):
        yield f"{API}me/certificates/{key}/files/{kind}/"
        yield f"/en/learn/certificates/{key}/{kind}/"


# A holder's own ---------------------------------------------------------------------------------------------------


def test_a_holder_reads_and_takes_away(own, certificate):
    (listed,) = own.get(f"{API}me/certificates/").json()["items"]
    assert listed == own.get(f"{API}me/certificates/{certificate.uuid}/").json()
    assert (listed["status"], listed["title"], listed["name"]) == ("valid", "A course", "Ada Example")
    assert listed["code"] == str(certificate) and listed["name_shown"] is False
    types = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml", "jwt": "text/plain"}
    assert {each["kind"] for each in listed["files"]} == types.keys()
    for each in listed["files"]:
        response = own.get(each["url"].removeprefix("http://testserver"))
        assert response.status_code == 200
        assert response["Content-Type"] == types[each["kind"]]
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Disposition"].startswith("attachment")
    for path in addresses(certificate):
        assert own.get(path).status_code == 200, path
    for path in ("/en/learn/", "/en/learn/certificates/", "/ar/learn/certificates/", "/en/learn/transcript/"):
        response = own.get(path)
        assert response.status_code == 200
        assert "A course" in response.content.decode()
    assert own.get("/en/learn/transcript/pdf/").content.startswith(b"%PDF")
    assert own.get(f"{API}me/transcript/pdf/").content.startswith(b"%PDF")


def test_nobody_elses(others, certificate):
    before = CertificateHolder.objects.get(pk=certificate.pk)
    for name, who in others.items():
        for path in addresses(certificate):
            response = who.get(path)
            assert response.status_code in ((302, 401) if name == "anonymous" else (404,)), (name, path)
            assert "Ada" not in response.content.decode(errors="replace")
        assert patch(who, certificate, {"name_shown": True}).status_code in (401, 404)
        response = who.post(
            f"/en/learn/certificates/{certificate.uuid}/", {"choice": "1", "name_shown": "yes"}
        )
        assert response.status_code in (302, 404)
        for path in (f"{API}me/certificates/", f"{API}me/transcript/"):
            assert str(certificate) not in who.get(path).content.decode()
        for path in ("/en/learn/", "/en/learn/certificates/", "/en/learn/transcript/"):
            assert str(certificate.uuid) not in who.get(path).content.decode()
        after = CertificateHolder.objects.get(pk=certificate.pk)
        assert (after.name, after.name_shown) == (before.name, before.name_shown)


def test_of_two_holders_each_has_their_own(others, own, certificate):
    theirs = Certificate.objects.exclude(pk=certificate.pk).get()
    assert own.get(f"{API}me/certificates/{theirs.uuid}/").status_code == 404
    (mine,) = own.get(f"{API}me/certificates/").json()["items"]
    assert mine["id"] == str(certificate.uuid)


def test_a_holder_decides_whether_the_name_is_shown(own, certificate):
    assert patch(own, certificate, {"name_shown": True}).json()["name_shown"] is True
    assert CertificateHolder.objects.get().name_shown
    own.post(f"/en/learn/certificates/{certificate.uuid}/", {"choice": "1", "name_shown": "no"})
    assert not CertificateHolder.objects.get().name_shown


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        ({"name_shown": "yes"}, 400, "bad_value"),
        ({"name_shown": None}, 400, "bad_value"),
        ({"name_shown": 1}, 400, "bad_value"),
        ({"name": "Somebody Else"}, 409, "name_is_fixed"),
        ({"name": ""}, 400, "bad_name"),
        ({"name": None}, 400, "bad_name"),
        ({"name": "x" * 301}, 400, "bad_name"),
        ({"name": "a‮b"}, 400, "bad_name"),
        ({"status": "valid"}, 400, "unknown_field"),
        ({"issued_at": "2020-01-01T00:00:00Z", "name_shown": True}, 400, "unknown_field"),
        ({"user": 1}, 400, "unknown_field"),
        ({"name_shown": True, "name": "Somebody Else"}, 409, "name_is_fixed"),
    ],
)
def test_what_is_refused_changes_nothing(own, certificate, data, status, code):
    before = vars(Certificate.objects.get()), vars(CertificateHolder.objects.get())
    response = patch(own, certificate, data)
    assert (response.status_code, response.json()["code"]) == (status, code)
    after = vars(Certificate.objects.get()), vars(CertificateHolder.objects.get())
    for one, two in zip(before, after, strict=True):
        assert {**one, "_state": None} == {**two, "_state": None}


def test_a_name_that_was_not_known_is_given_once(offering, complete):
    nameless = factories.person("nameless@example.org")
    certificate = complete(offering, nameless)
    who = client(nameless)
    assert "We knew no name" in who.get(f"/en/learn/certificates/{certificate.uuid}/").content.decode()
    assert patch(who, certificate, {"name": "  Grace   Example "}).json()["name"] == "Grace Example"
    assert patch(who, certificate, {"name": "Somebody Else"}).status_code == 409
    assert CertificateHolder.objects.get().name == "Grace Example"


# What a code says -------------------------------------------------------------------------------------------------


def verify(code, who=None, locale="en"):
    who = who or Client()
    return who.get(f"{API}certificates/{code}/"), who.get(f"/{locale}/verify/{code}/")


def test_a_valid_certificate(certificate):
    answer, page = verify(certificate)
    found = answer.json()
    assert (found["status"], found["title"]) == ("valid", "A course")
    assert found["holder"] == {"state": "private", "name": None}
    assert found["html_url"] == f"http://testserver/en/verify/{certificate}/"
    assert "it is valid" in page.content.decode()
    for response in (answer, page):
        assert response["X-Robots-Tag"] == "noindex"
        assert "Ada" not in response.content.decode()
        assert "holder@example.org" not in response.content.decode()
        assert str(certificate.uuid) not in response.content.decode()
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_a_holder_who_agreed_is_named(certificate, holder):
    holding.choose(user=holder, certificate_id=certificate.uuid, name_shown=True)
    answer, page = verify(certificate)
    assert answer.json()["holder"] == {"state": "named", "name": "Ada Example"}
    assert "Ada Example" in page.content.decode()


def test_the_name_is_that_of_the_issue(certificate, holder):
    holding.choose(user=holder, certificate_id=certificate.uuid, name_shown=True)
    holder.first_name = "Other"
    holder.save()
    assert verify(certificate)[0].json()["holder"]["name"] == "Ada Example"


def test_a_revoked_one_says_so_and_not_why(certificate, own):
    revoking.revoke(
        certificate_id=certificate.uuid,
        by=factories.person("admin@example.org", is_superuser=True),
        reason="Private words",
        now=timezone.now(),
    )
    answer, page = verify(certificate)
    assert answer.json()["status"] == "revoked"
    assert "revoked it on" in page.content.decode()
    mine = own.get(f"/en/learn/certificates/{certificate.uuid}/").content.decode()
    assert (
        own.get(f"{API}me/certificates/{certificate.uuid}/files/pdf/").json()["code"] == "certificate_revoked"
    )
    for text in (answer.content.decode(), page.content.decode(), mine):
        assert "Private words" not in text and "admin@example.org" not in text
    (item,) = own.get(f"{API}me/transcript/").json()["items"]
    assert (item["state"], item["certificate"]["status"]) == ("completed", "revoked")


def test_an_expired_one(offering, holder, complete):
    certificate = complete(offering, holder, at=timezone.now() - timedelta(days=400))
    answer, page = verify(certificate)
    assert answer.json()["status"] == "expired"
    assert "It expired after" in page.content.decode()


def test_one_whose_holder_was_removed(certificate, holder, own):
    holding.choose(user=holder, certificate_id=certificate.uuid, name_shown=True)
    holding.forget(certificate.enrolment.learner)
    answer, page = verify(certificate)
    assert answer.json()["holder"] == {"state": "removed", "name": None}
    assert answer.json()["status"] == "valid"
    assert "its holder has been removed" in page.content.decode()
    assert own.get(f"{API}me/certificates/{certificate.uuid}/").status_code == 404


def test_other_codes_are_all_alike(certificate):
    near = str(certificate)[:-1] + ("0" if str(certificate)[-1] != "0" else "2")
    told = set()
    for code in (near, "0" * 28, "x", str(certificate.uuid), certificate.code[:27], "٣" * 28):
        answer, page = verify(code)
        assert (answer.status_code, page.status_code) == (404, 404), code
        told.add(
            (
                answer.json()["code"],
                answer.json()["detail"],
                page.content.decode().count("No certificate has"),
            )
        )
    assert len(told) == 1


def test_a_code_is_found_however_it_is_typed(certificate):
    page = Client().get("/en/verify/", {"code": f" {str(certificate).lower().replace('-', ' ')} "})
    assert page["Location"] == f"/en/verify/{certificate}/"
    assert Client().get("/en/verify/", {"code": "//evil.example"})["Location"] == "/en/verify/0/"


def test_asking_is_limited_for_pages_and_api_together(certificate, settings):
    settings.VERIFICATION_RATE = "3/hour"
    for _ in range(2):
        assert Client().get(f"{API}certificates/{certificate}/").status_code == 200
    assert Client().get(f"/en/verify/{certificate}/").status_code == 200
    answer, page = verify(certificate)
    assert (answer.status_code, page.status_code) == (429, 429)
    assert answer["Retry-After"] and page["Retry-After"]
    assert "A course" not in page.content.decode()


# Transcripts and statements ---------------------------------------------------------------------------------------


def test_a_transcript_keeps_what_was_completed(own, certificate, offering, committed, world):
    (item,) = own.get(f"{API}me/transcript/").json()["items"]
    assert item["certificate"]["code"] == str(certificate)
    with committed():
        PageViewRestriction.objects.create(page=offering.course, restriction_type=PageViewRestriction.GROUPS)
    (item,) = own.get(f"{API}me/transcript/").json()["items"]
    assert (item["title"], item["state"]) == ("A course", "completed")


def test_an_uncompleted_course_that_was_restricted_leaves_the_transcript(own, holder, world, committed):
    own.post(f"{API}courses/{world.key}/enrolment/", "{}", content_type="application/json")
    assert len(own.get(f"{API}me/transcript/").json()["items"]) == 1
    with committed():
        PageViewRestriction.objects.create(page=world.course, restriction_type=PageViewRestriction.GROUPS)
    assert own.get(f"{API}me/transcript/").json()["items"] == []


def test_statements(own, certificate, offering, site, committed, holder, complete):
    def statements(path):
        with CaptureQueriesContext(connection) as seen:
            assert own.get(path).status_code == 200
        return len(seen)

    paths = (f"{API}me/certificates/", f"{API}me/transcript/")
    before = [statements(path) for path in paths]
    # Two for the session and the person beside.
    assert before == [3, 5]
    for number in range(3):
        world = factories.course(
            site,
            committed,
            {"M": [("first", "lesson", {})]},
            title=f"More {number}",
            certificate_offered=True,
        )
        complete(world, holder)
    assert [statements(path) for path in paths] == before
    with CaptureQueriesContext(connection) as seen:
        Client().get(f"{API}certificates/{certificate}/")
    assert len(seen) == 1


def test_a_list_goes_on_where_it_stopped(own, site, committed, holder, complete, certificate):
    other = factories.course(
        site, committed, {"M": [("first", "lesson", {})]}, title="Another", certificate_offered=True
    )
    complete(other, holder)
    first = own.get(f"{API}me/certificates/?limit=1").json()
    second = own.get(f"{API}me/certificates/?limit=1&cursor={first['meta']['next']}").json()
    assert first["meta"]["total_count"] == 2 and second["meta"]["next"] is None
    assert {first["items"][0]["title"], second["items"][0]["title"]} == {"A course", "Another"}


def test_reminders_are_a_choice_on_the_page(own, certificate, holder):
    path = reverse("learning:choose_reminders")
    own.post(path, {"reminders": "no"})
    assert not holding.wants_reminders(holder)
    own.post(path, {"reminders": "yes"})
    assert holding.wants_reminders(holder)
    assert Client().post(path, {"reminders": "no"}).status_code == 302
    assert holding.wants_reminders(holder)


def test_reminders_are_a_choice_in_the_api(own, certificate, holder):
    def put(who, data):
        return who.put(f"{API}me/reminders/", json.dumps(data), content_type="application/json")

    assert own.get(f"{API}me/reminders/").json() == {"wanted": True}
    for wanted in (False, False, True):
        assert put(own, {"wanted": wanted}).json() == {"wanted": wanted}
        assert own.get(f"{API}me/reminders/").json() == {"wanted": wanted}
        assert holding.wants_reminders(holder) is wanted
    for bad in ({}, {"wanted": "no"}, {"wanted": None}, {"wanted": False, "more": 1}):
        assert put(own, bad).status_code == 400
    assert put(Client(), {"wanted": False}).status_code == 401
    # Somebody who never enrolled has nothing that ends.
    assert put(client(factories.person()), {"wanted": False}).status_code == 404
    assert not ReminderChoice.objects.exists()


def test_who_has_no_certificate_chooses_as_well(offering, holder, own):
    """Mails also come before the time for a course ends."""
    page = "/en/learn/certificates/"
    assert 'name="reminders"' not in own.get(page).content.decode()
    enrol(user=holder, course_key=offering.key, reader=factories.reader(holder), now=timezone.now())
    assert 'name="reminders"' in own.get(page).content.decode()
    assert f'href="{page}#reminders"' in own.get("/en/learn/").content.decode()


def test_an_id_that_never_was(own, certificate):
    assert own.get(f"{API}me/certificates/{uuid.uuid4()}/").status_code == 404
    assert own.get(f"{API}me/certificates/{certificate.uuid}/files/exe/").status_code == 404
