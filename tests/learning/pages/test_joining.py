"""Joining a course on pages and through the API, by forms alone; and the pages of those who run it, as six kinds of person."""

import re
import uuid
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import assign_perm

from learning.flows import due
from learning.flows.enrolment import enrol
from learning.joining import invitations, keys
from learning.models import Course, CourseFollower, Enrolment, EnrolmentKey, Event, Invitation
from tests.learning import factories
from tests.learning.flows.test_joining import before
from tests.learning.pages.test_pages import Visitor, words
from tests.learning.rest.test_api import Api

ONE_LESSON = {"M": [("one", "lesson", {})]}


@pytest.fixture
def trainer(db):
    return factories.person("trainer@example.org")


@pytest.fixture
def make(site, committed, trainer):
    def course(mode, **fields):
        world = factories.course(site, committed, ONE_LESSON, enrolment_mode=mode, **fields)
        assign_perm("learning.decide_for_learners", trainer, Course.objects.get(key=world.key))
        return world

    return course


def new_key(world, **fields):
    course = Course.objects.get(key=world.key)
    given = {"label": "Spring", "last_day": None, "max_uses": None, "now": timezone.now(), **fields}
    return keys.create(course=course, by=None, **given)


def invited(world, address="guest@example.org"):
    course = Course.objects.get(key=world.key)
    (row,) = invitations.invite(course=course, by=None, text=address, language="en", now=timezone.now())
    invitations.send.call(row.pk)
    return re.search(r"/invitations/([^/\s]+)/", mail.outbox[-1].body).group(1)


PAGE = "/en/courses/a-course/"


# On pages -------------------------------------------------------------------------------------------------------


def test_a_request_from_asking_to_being_there(make, learner, trainer):
    world = make("request")
    visitor, decider = Visitor(learner), Visitor(trainer)
    assert "Ask to join" in visitor.get(PAGE)
    sent = visitor.post(f"courses/{world.key}/enrol/")
    assert "Your request is sent" in words(sent.content.decode())
    assert "waits for a decision" in words(visitor.get(PAGE))
    assert "Your request waits" in words(visitor.get(""))
    assert visitor.client.get(f"/en/learn/units/{world.unit('one')}/").status_code == 302
    page = decider.get(f"courses/{world.key}/people/")
    (chosen,) = re.findall(r'name="enrolment" value="([^"]+)"', page)
    refused = decider.post(f"courses/{world.key}/people/", {"decision": "approve"})
    assert "Choose at least one" in words(refused.content.decode())
    decider.post(
        f"courses/{world.key}/people/", {"enrolment": chosen, "decision": "refuse", "reason": "Full."}
    )
    assert "was not approved" in words(visitor.get(PAGE))
    visitor.post(f"courses/{world.key}/enrol/")
    visitor.post(f"courses/{world.key}/leave/")
    assert Enrolment.objects.order_by("pk").last().state == "withdrawn"
    visitor.post(f"courses/{world.key}/enrol/")
    somebody = factories.person()
    Visitor(somebody).post(f"courses/{world.key}/enrol/")
    page = decider.get(f"courses/{world.key}/people/")
    chosen = re.findall(r'name="enrolment" value="([^"]+)"', page)
    told = decider.post(f"courses/{world.key}/people/", {"enrolment": chosen, "decision": "approve"})
    assert "2 requests are decided" in words(told.content.decode())
    assert "Begin" in words(visitor.get(PAGE))
    assert Enrolment.objects.filter(state="active").count() == 2


def test_a_key_by_form_and_only_so_often(make, learner, settings):
    settings.ENROLMENT_KEY_RATE = "2/day"
    world = make("key")
    _, secret = new_key(world)
    visitor = Visitor(learner)
    assert 'name="key"' in visitor.get(PAGE)
    wrong = visitor.post(f"courses/{world.key}/enrol/", {"key": "0000-0000-0000"})
    assert "doesn’t let you in" in words(wrong.content.decode())
    assert 'name="key"' in wrong.content.decode()
    visitor.post(f"courses/{world.key}/enrol/", {"key": "0000-0000-0001"})
    blocked = visitor.post(f"courses/{world.key}/enrol/", {"key": secret})
    assert "That was too often" in words(blocked.content.decode())
    assert not Enrolment.objects.exists()
    Api(learner).post(f"courses/{world.key}/enrolment/", {"key": secret}, status=429)
    settings.ENROLMENT_KEY_RATE = ""
    visitor.post(f"courses/{world.key}/enrol/", {"key": secret})
    assert Enrolment.objects.get().state == "active"


def test_a_key_is_shown_once_and_revoked(make, trainer, learner):
    world = make("key")
    decider = Visitor(trainer)
    made = decider.post(f"courses/{world.key}/people/keys/", {"label": "Spring <b>", "max_uses": "5"})
    (secret,) = re.findall(r"<code[^>]*>([0-9A-Z-]{14})</code>", made.content.decode())
    page = decider.get(f"courses/{world.key}/people/keys/")
    assert secret not in page
    assert "Spring &lt;b&gt;" in page
    bad = decider.client.post(
        f"/en/learn/courses/{world.key}/people/keys/", {"label": "Old", "last_day": "2020-01-01"}
    )
    assert bad.status_code == 400
    assert EnrolmentKey.objects.count() == 1
    row = EnrolmentKey.objects.get()
    decider.post(f"courses/{world.key}/people/keys/", {"revoke": str(row.uuid)})
    assert "revoked" in words(decider.get(f"courses/{world.key}/people/keys/"))
    Api(learner).post(f"courses/{world.key}/enrolment/", {"key": secret}, status=409)


def test_an_invitation_from_pasting_to_being_there(make, trainer):
    world = make("invitation")
    decider = Visitor(trainer)
    address = f"courses/{world.key}/people/invitations/"
    looked = decider.post(address, {"addresses": "guest@example.org, nonsense", "language": "en"})
    assert "Send the invitations" not in looked.content.decode()
    assert "nonsense" in words(looked.content.decode())
    looked = decider.post(address, {"addresses": "A guest <guest@example.org>", "language": "en"})
    assert "Send the invitations" in looked.content.decode()
    assert not Invitation.objects.exists()
    decider.post(address, {"addresses": "guest@example.org", "language": "en", "send": "yes"})
    invitations.send.call(Invitation.objects.get().pk)
    token = re.search(r"/invitations/([^/\s]+)/", mail.outbox[0].body).group(1)

    guest = Visitor()
    page = guest.client.get(f"/en/learn/invitations/{token}/", follow=True)
    html = page.content.decode()
    assert page.redirect_chain == [("/en/learn/invitation/", 302)]
    assert "A course" in html
    assert token not in html
    assert "next=/en/learn/invitation/" in html
    assert page["Referrer-Policy"] == "same-origin"
    refused = guest.client.post("/en/learn/invitation/")
    assert refused.status_code == 302
    assert refused["Location"].endswith("?next=/en/learn/invitation/")
    assert not Enrolment.objects.exists()

    somebody = factories.person("other-address@example.org")
    EmailAddress.objects.create(user=somebody, email=somebody.email, verified=True, primary=True)
    signed_in = guest.client.post(
        "/accounts/login/?next=/en/learn/invitation/",
        {"login": somebody.email, "password": "secret-password"},
        follow=True,
    )
    assert signed_in.redirect_chain[-1][0].endswith("/en/learn/invitation/")
    assert "Join the course" in signed_in.content.decode()
    there = guest.client.post("/en/learn/invitation/", follow=True)
    assert "Words of one." in there.content.decode()
    assert Enrolment.objects.get().learner.user == somebody
    # A second click, and a step back, lead to the course as the first did.
    there = guest.client.post("/en/learn/invitation/", follow=True)
    assert "Words of one." in there.content.decode()
    assert "isn’t valid" not in there.content.decode()
    back = guest.client.get("/en/learn/invitation/", follow=True)
    assert back.redirect_chain == [("/en/courses/a-course/", 302)]
    again = Visitor().client.get(f"/en/learn/invitations/{token}/", follow=True)
    assert again.status_code == 404
    assert "isn’t valid any more" in again.content.decode()
    assert "A course" not in words(again.content.decode())
    assert "guest@example.org" not in decider.get(address)


def test_an_invitation_is_to_the_course_in_the_language_of_the_page(make, committed):
    world = make("invitation")
    factories.translated_course(committed, world)
    guest = Visitor()
    html = guest.client.get(f"/fr/learn/invitations/{invited(world)}/", follow=True).content.decode()
    assert "<h1>Un cours</h1>" in html
    assert "A course" not in html
    assert "<h1>A course</h1>" in guest.client.get("/en/learn/invitation/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"]
)
def test_signing_in_for_an_invitation_leads_nowhere_else(make, target, learner):
    token = invited(make("invitation"))
    client = Client()
    client.get(f"/en/learn/invitations/{token}/")
    answer = client.post(
        f"/accounts/login/?next={target}",
        {"login": learner.email, "password": "secret-password", "next": target},
    )
    assert "elsewhere" not in answer.get("Location", "")


def test_following_by_form(make, learner):
    world = make("open", status="announced")
    assert "Sign in to hear when it opens" in words(Visitor().get(PAGE))
    visitor = Visitor(learner)
    visitor.post(f"courses/{world.key}/following/", {"following": "yes"})
    assert CourseFollower.objects.count() == 1
    assert "Don’t tell me" in visitor.get(PAGE)
    visitor.post(f"courses/{world.key}/following/", {"following": "no"})
    assert not CourseFollower.objects.exists()


def test_what_comes_first_is_said_before_somebody_tries(site, committed, learner):
    first = factories.course(site, committed, ONE_LESSON, title="Basics")
    world = factories.course(site, committed, ONE_LESSON, prerequisites=before(first))
    visitor = Visitor(learner)
    page = words(visitor.get(PAGE))
    assert "Basics" in page
    assert "when you have completed what comes first" in page
    told = visitor.post(f"courses/{world.key}/enrol/")
    assert "Other courses come before this one" in words(told.content.decode())
    assert not Enrolment.objects.exists()
    refusal = Api(learner).post(f"courses/{world.key}/enrolment/", status=409)
    assert refusal["code"] == "prerequisites_missing"
    assert refusal["courses"] == [
        {
            "key": str(first.key),
            "title": "Basics",
            "url": "http://testserver/en/courses/basics/",
            "locale": "en",
            "certificate": False,
        }
    ]
    listed = Api(learner).get(f"courses/{world.key}/")
    assert listed["prerequisites"] == [{**each, "met": False} for each in refusal["courses"]]
    assert listed["prerequisites_met"] is False
    for_nobody = Api().get(f"courses/{world.key}/")
    assert (for_nobody["prerequisites"][0]["met"], for_nobody["prerequisites_met"]) == (None, None)
    enrol(user=learner, course_key=first.key, reader=factories.reader(learner), now=timezone.now())
    Enrolment.objects.update(state="completed", completed_at=timezone.now())
    assert "when you have completed" not in words(visitor.get(PAGE))
    done = Api(learner).get(f"courses/{world.key}/")
    assert (done["prerequisites"][0]["met"], done["prerequisites_met"]) == (True, True)
    Api(learner).post(f"courses/{world.key}/enrolment/")


def test_what_comes_first_is_named_in_the_readers_language(site, committed):
    first = factories.course(site, committed, ONE_LESSON, title="Basics")
    for page in (first.course.get_parent().get_parent().specific, first.course.get_parent().specific):
        factories.translate(committed, page, "ar")
    factories.translate(committed, first.course, "ar", {"Basics": "الأساسيات"})
    factories.course(site, committed, ONE_LESSON, prerequisites=before(first), days_allowed=10)
    # The course itself isn't there in Arabic: its page is the English one, and what stands around its text is Arabic.
    html = Visitor().get("/ar/courses/a-course/")
    assert ">الأساسيات</a>" in html
    assert "Basics" not in html
    assert "١٠" in words(html)


def test_time_is_shown_and_what_comes_after_it(make, learner):
    world = make("open", days_allowed=10)
    visitor = Visitor(learner)
    assert "You have 10 days" in words(visitor.get(PAGE))
    visitor.post(f"courses/{world.key}/enrol/")
    assert "To be completed by" in words(visitor.get(PAGE))
    assert "To be completed by" in words(visitor.get(""))
    past = timezone.now() - timedelta(seconds=1)
    Enrolment.objects.update(expires_at=past, enrolled_at=past - timedelta(days=10))
    assert visitor.client.get(f"/en/learn/units/{world.unit('one')}/").status_code == 302
    Api(learner).get(f"units/{world.unit('one')}/", status=409)
    due.lapse_all(timezone.now())
    assert "Begin anew" in words(visitor.get(PAGE))
    visitor.post(f"courses/{world.key}/enrol/")
    assert Enrolment.objects.filter(state="active").get().renews.state == "expired"


def test_the_course_page_costs_nobody_a_statement(make, client):
    make("key", status="announced")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(PAGE).status_code == 200
    assert not [each for each in seen.captured_queries if "learning_" in each["sql"]]


# Through the API ------------------------------------------------------------------------------------------------


def test_a_request_is_decided_through_the_api(make, learner, trainer, django_assert_num_queries):
    world = make("request")
    mine, theirs = Api(learner), Api(trainer)
    asked = mine.post(f"courses/{world.key}/enrolment/")
    assert asked["state"] == "requested"
    assert mine.get(f"courses/{world.key}/")["enrolment"]["state"] == "requested"
    mine.get(f"units/{world.unit('one')}/", status=403)
    (listed,) = theirs.get(f"reports/courses/{world.key}/requests/")["items"]
    assert listed["id"] == asked["id"]
    decision = f"enrolments/{asked['id']}/decision/"
    mine.post(decision, {"decision": "approve"}, status=404)
    Api().post(decision, {"decision": "approve"}, status=401)
    theirs.post(decision, {"decision": "yes"}, status=400)
    theirs.post(decision, {"decision": "approve", "state": "completed"}, status=400)
    theirs.post(f"enrolments/{uuid.uuid4()}/decision/", {"decision": "approve"}, status=404)
    for _ in range(2):
        assert theirs.post(decision, {"decision": "approve"})["state"] == "active"
    assert theirs.post(decision, {"decision": "refuse"}, status=409)["code"] == "already_decided"
    assert Event.objects.filter(verb="approved").count() == 1
    assert theirs.get(f"reports/courses/{world.key}/requests/")["meta"]["total_count"] == 0
    assert mine.get(f"units/{world.unit('one')}/")["title"] == "One"


def test_pages_of_requests(make, trainer, django_assert_num_queries):
    world = make("request")
    for _ in range(3):
        Api(factories.person()).post(f"courses/{world.key}/enrolment/")
    api = Api(trainer)
    first = api.get(f"reports/courses/{world.key}/requests/?limit=2")
    assert (len(first["items"]), first["meta"]["total_count"]) == (2, 3)
    last = api.get(f"reports/courses/{world.key}/requests/?limit=2&cursor={first['meta']['next']}")
    assert (len(last["items"]), last["meta"]["next"]) == (1, None)
    counts = []
    for more in (0, 4):
        for _ in range(more):
            Api(factories.person()).post(f"courses/{world.key}/enrolment/")
        with CaptureQueriesContext(connection) as seen:
            api.get(f"reports/courses/{world.key}/requests/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_following_through_the_api(make, learner):
    world = make("open", status="announced")
    api = Api(learner)
    for _ in range(2):
        assert api.put(f"courses/{world.key}/following/", {}) == {"following": True}
    assert api.get(f"courses/{world.key}/following/") == {"following": True}
    assert api.call("DELETE", f"courses/{world.key}/following/").status_code == 204
    assert api.get(f"courses/{world.key}/following/") == {"following": False}
    api.put(f"courses/{uuid.uuid4()}/following/", {}, status=404)
    Api().put(f"courses/{world.key}/following/", {}, status=401)


@pytest.mark.parametrize("body", [{"key": 5}, {"key": "x" * 201}, {"renew": "yes"}, {"state": "active"}])
def test_what_is_no_way_in(make, learner, body):
    world = make("open")
    Api(learner).post(f"courses/{world.key}/enrolment/", body, status=400)
    assert not Enrolment.objects.exists()


def test_an_invitation_through_the_api(make, learner):
    world = make("invitation")
    token = invited(world)
    api = Api(learner)
    assert api.post(f"courses/{world.key}/enrolment/", status=409)["code"] == "invitation_needed"
    assert api.post(f"courses/{world.key}/enrolment/", {"invitation": token})["state"] == "active"
    assert api.post(f"courses/{world.key}/enrolment/", {"invitation": token})["state"] == "active"
    other = Api(factories.person())
    found = other.post(f"courses/{world.key}/enrolment/", {"invitation": token}, status=409)
    assert found["code"] == "invitation_not_valid"


# Who sees the pages of those who run a course --------------------------------------------------------------------

KINDS = (
    "anonymous",
    "registered",
    "member",
    "member of another group",
    "editor of another course",
    "administrator",
)


def person_of(kind, other):
    if kind == "anonymous":
        return None
    user = factories.person(is_superuser=kind == "administrator")
    if "member" in kind:
        user.groups.add(Group.objects.get_or_create(name=kind)[0])
    if kind == "editor of another course":
        assign_perm("learning.decide_for_learners", user, Course.objects.get(key=other.key))
    return user


@pytest.mark.parametrize("kind", KINDS)
def test_people_pages_as_six_kinds_of_person(make, site, committed, learner, kind):
    world = make("request")
    other = factories.course(site, committed, ONE_LESSON, title="Another", enrolment_mode="request")
    enrol(user=learner, course_key=world.key, reader=factories.reader(learner), now=timezone.now())
    key, _secret = new_key(world, label="Sprightly")
    token_row = invitations.invite(
        course=Course.objects.get(key=world.key), by=None, text="guest@example.org", language="en",
        now=timezone.now(),
    )[0]  # fmt: skip
    user = person_of(kind, other)
    client = Client()
    if user:
        client.force_login(user)
    allowed = kind == "administrator"
    status = 200 if allowed else 403 if user else 302
    root = f"/en/learn/courses/{world.key}/people/"
    for path in ("", "keys/", "invitations/"):
        page = client.get(root + path)
        assert page.status_code == status, path
        if not allowed:
            shown = page.content.decode()
            assert not re.search("learner@example.org|Sprightly|guest@example.org", shown)
    asked = Enrolment.objects.get()
    assert client.get(f"/api/learning/v1/reports/courses/{world.key}/requests/").status_code == (
        200 if allowed else 403 if user else 401
    )
    if allowed:
        return
    # Their own course's address with another's ids reaches nothing either.
    for base in (root, f"/en/learn/courses/{other.key}/people/"):
        client.post(base, {"enrolment": str(asked.uuid), "decision": "approve"})
        client.post(base + "keys/", {"revoke": str(key.uuid)})
        client.post(base + "invitations/", {"revoke": str(token_row.uuid)})
    client.post(root + "keys/", {"label": "Mine"})
    client.post(root + "invitations/", {"addresses": "x@example.org", "language": "en", "send": "yes"})
    asked.refresh_from_db()
    key.refresh_from_db()
    token_row.refresh_from_db()
    assert (asked.state, key.revoked_at, token_row.revoked_at) == ("requested", None, None)
    assert (EnrolmentKey.objects.count(), Invitation.objects.count()) == (1, 1)


@pytest.mark.parametrize(("path", "statements"), [("", 14), ("keys/", 15), ("invitations/", 14)])
def test_lists_of_people_cost_the_same_however_long(make, trainer, path, statements):
    world = make("request")
    visitor, counts = Visitor(trainer), []
    for number in range(2):
        for each in range(1 + 4 * number):
            somebody = factories.person()
            enrol(user=somebody, course_key=world.key, reader=factories.reader(somebody), now=timezone.now())
            new_key(world)
            invited(world, f"guest{number}-{each}@example.org")
        visitor.get(f"courses/{world.key}/people/{path}")
        with CaptureQueriesContext(connection) as seen:
            visitor.get(f"courses/{world.key}/people/{path}")
        counts.append(len(seen))
    assert counts == [statements, statements]


def test_what_an_invitation_is_to_is_told_to_whoever_holds_it(make, learner):
    world = make("invitation")
    token = invited(world)
    told = {"course": str(world.key), "title": "A course", "locale": "en"}
    before = list(Invitation.objects.values())
    for api in (Api(), Api(learner)):
        assert api.post("invitations/", {"invitation": token}) == told
    assert list(Invitation.objects.values()) == before and not Enrolment.objects.exists()
    for bad in ({}, {"invitation": ""}, {"invitation": 1}, {"invitation": "x" * 201}, {"token": token}):
        Api().post("invitations/", bad, status=400)
    assert Api().post("invitations/", {"invitation": "x"}, status=409)["code"] == "invitation_not_valid"
    Api(learner).post(f"courses/{told['course']}/enrolment/", {"invitation": token})
    assert Api().post("invitations/", {"invitation": token}, status=409)["code"] == "invitation_not_valid"
