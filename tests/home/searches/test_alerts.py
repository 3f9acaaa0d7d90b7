"""Alerts of saved searches: who is told of what, once, of nothing they may not see."""

import smtplib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from wagtail.models import PageViewRestriction

from cms.core.schedule import registered
from home.guides.models import PracticeTerm, SavedSearch
from home.guides.searches import alert_mail, alerts
from home.guides.searches import saved as searches
from tests import world

SAVED = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
MORNING = datetime(2026, 3, 5, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def make_person(django_user_model):
    def make(name="reader", *groups, **fields):
        user = django_user_model.objects.create_user(f"{name}@example.org", **fields)
        user.groups.set(groups)
        return user

    return make


@pytest.fixture
def keep(pages):
    """Save a search of the repository."""

    def keep(owner, query="phase=prevent", name="Preventing", alert="daily", locale="en"):
        return searches.save(
            owner=owner,
            name=name,
            query=QueryDict(query),
            repository=pages["index"].translation_key,
            locale=locale,
            alert=alert,
            now=SAVED,
        )

    return keep


@pytest.fixture
def publish(pages, practice, term):
    """A practice that prevents."""

    def publish(title, *terms, **fields):
        return practice(pages["index"], title, [term("phase", "prevent"), *terms], **fields)

    return publish


def run(now=MORNING):
    """What the scheduler and the worker do; the mails that went out."""
    before = len(mail.outbox)
    alerts.queue_alerts(now)
    work()
    return mail.outbox[before:]


def work():
    """Run the tasks that wait, as a worker does."""
    for task in DBTaskResult.objects.filter(
        task_path="home.guides.searches.alerts.send", status="READY"
    ).order_by("enqueued_at"):
        task.status = "RUNNING"
        task.save(update_fields=["status"])
        arguments = task.args_kwargs
        alerts.send.func(*arguments["args"], **arguments["kwargs"])


def test_the_job_is_registered():
    assert {"alerts_of_saved_searches"} <= {job.name for job in registered()}


def test_what_is_new_is_told_once(keep, publish, make_person):
    search = keep(make_person())
    assert run() == []
    publish("Lights")
    assert run() == []  # not yet: the next turn
    [told] = run(MORNING + DAY)
    assert told.to == ["reader@example.org"]
    assert told.subject == "1 new entry for your saved searches"
    assert "Preventing" in told.body
    assert "* Lights\n  http://testserver/en/practices/lights/" in told.body
    assert "http://testserver/en/practices/?phase=prevent" in told.body
    assert "Stewards" not in told.body
    assert run(MORNING + 2 * DAY) == []
    search.refresh_from_db()
    assert search.last_alert_at == MORNING + 2 * DAY


def test_what_does_not_fit_is_not_told(keep, make_person, practice, pages, term):
    keep(make_person())
    practice(pages["index"], "Shelter", [term("phase", "respond")])
    assert run() == []


def test_what_comes_to_fit_is_told_and_what_fits_again_is_not(
    keep, make_person, practice, pages, term, committed
):
    keep(make_person())
    page = practice(pages["index"], "Shelter", [term("phase", "respond")])
    assert run() == []

    def become(code):
        with committed():
            page.practice_terms.set([PracticeTerm(term=term("phase", code))])
            world.publish(page)

    become("prevent")
    assert ["Shelter" in told.body for told in run(MORNING + DAY)] == [True]
    become("respond")
    become("prevent")
    assert run(MORNING + 2 * DAY) == []


def test_published_between_two_runs_and_never_missed(keep, make_person, publish):
    """Whatever the moment: before, between, and while a mail waits for its worker."""
    keep(make_person())
    publish("First")
    alerts.queue_alerts(MORNING)
    publish("Second")
    work()
    assert ["First" in told.body for told in mail.outbox] == [True]
    told = run(MORNING + DAY)
    assert [("Second" in each.body, "First" in each.body) for each in told] == [(True, False)]
    assert run(MORNING + 2 * DAY) == []


def test_a_week(keep, make_person, publish):
    keep(make_person(), alert="weekly")
    publish("Lights")
    assert run(MORNING) == []  # Thursday
    assert run(MORNING + 3 * DAY) == []  # Sunday
    assert len(run(MORNING + 4 * DAY)) == 1  # Monday
    assert run(MORNING + 11 * DAY) == []


def test_no_alert_no_mail(keep, make_person, publish):
    keep(make_person(), alert="none")
    publish("Lights")
    assert run() == []


def test_one_mail_for_all_searches_of_a_person(keep, make_person, publish):
    person = make_person()
    keep(person)
    keep(person, "", "Everything")
    keep(person, "phase=respond", "Responding")
    publish("Lights")
    [told] = run()
    assert told.subject == "1 new entry for your saved searches"
    assert told.body.count("* Lights") == 2
    assert "Responding" not in told.body


# Who may see it ---------------------------------------------------------------------------------------------------


def test_everybody_is_told_of_what_they_may_see(
    keep, make_person, publish, restrict, pages, django_user_model
):
    group = restrict(pages["about"]).groups.get()  # makes the group
    people = {
        "registered": make_person("registered"),
        "member": make_person("member", group),
        "other": make_person("other", Group.objects.create(name="Others")),
        "inactive": make_person("inactive", group),
        "admin": django_user_model.objects.create_superuser("admin@example.org", "secret"),
    }
    for person in people.values():
        keep(person)
    people["inactive"].is_active = False
    people["inactive"].save()
    publish("Lights")
    restrict(publish("Hidden"))
    told = {each.to[0].partition("@")[0]: "Hidden" in each.body for each in run()}
    assert told == {"registered": False, "member": True, "other": False, "admin": True}
    # Who is let in later is told then, and the others are told nothing twice.
    people["other"].groups.add(group)
    [later] = run(MORNING + DAY)
    assert later.to == ["other@example.org"]
    assert "Hidden" in later.body and "Lights" not in later.body
    people["inactive"].is_active = True
    people["inactive"].save()
    [later] = run(MORNING + 2 * DAY)
    assert later.to == ["inactive@example.org"]


def test_a_restricted_repository_tells_nothing(keep, make_person, publish, restrict, pages):
    keep(make_person())
    publish("Lights")
    restrict(pages["index"])
    assert run() == []


def test_what_is_restricted_before_it_is_sent_is_not_in_the_mail(keep, make_person, publish):
    keep(make_person())
    publish("Lights")
    hidden = publish("Hidden")
    alerts.queue_alerts(MORNING)
    restriction = PageViewRestriction.objects.create(page=hidden, restriction_type="groups")
    work()
    assert [("Lights" in each.body, "Hidden" in each.body) for each in mail.outbox] == [(True, False)]
    # It was not told of: it is when it shows again.
    restriction.delete()
    [told] = run(MORNING + DAY)
    assert "Hidden" in told.body and "Lights" not in told.body


@pytest.mark.parametrize("change", ["restricted", "unpublished", "inactive", "alert off", "deleted"])
def test_nothing_left_to_tell_no_mail(keep, make_person, publish, change):
    person = make_person()
    search = keep(person)
    page = publish("Hidden")
    alerts.queue_alerts(MORNING)
    if change == "restricted":
        PageViewRestriction.objects.create(page=page, restriction_type="groups")
    elif change == "unpublished":
        page.unpublish()
    elif change == "inactive":
        type(person).objects.update(is_active=False)
    elif change == "alert off":
        SavedSearch.objects.update(alert="none")
    else:
        search.delete()
    work()
    assert mail.outbox == []
    assert not search.pk or search.known.filter(key=page.translation_key).count() == 0


def test_who_has_left_the_group_before_it_is_sent(keep, make_person, publish, restrict, pages):
    group = restrict(pages["about"]).groups.get()
    person = make_person("member", group)
    keep(person)
    restrict(publish("Hidden"))
    alerts.queue_alerts(MORNING)
    person.groups.clear()
    work()
    assert mail.outbox == []


# Language ---------------------------------------------------------------------------------------------------------


def test_in_the_persons_language_else_the_searchs(keep, make_person, publish, translate):
    keep(make_person("arabic", language="ar"))
    keep(make_person("none"), locale="ar")
    keep(make_person("strange", language="tlh"))
    page = publish("Lights")
    translate(page, "ar", title="أضواء")
    publish("Walks")
    told = {each.to[0].partition("@")[0]: each.body for each in run()}
    for name in ("arabic", "none"):
        assert "* أضواء\n  http://testserver/ar/practices/lights/" in told[name]
        assert "* Walks (English)\n  http://testserver/ar/practices/walks/" in told[name]
        assert "http://testserver/ar/saved-searches/stop/" in told[name]
    assert "* Lights\n  http://testserver/en/practices/lights/" in told["strange"]


# Stopping ---------------------------------------------------------------------------------------------------------


def address_in(told) -> str:
    wire = message_from_bytes(told.message().as_bytes())
    assert wire["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    header = "".join(wire["List-Unsubscribe"].split())
    assert header.startswith("<http://testserver/") and header.endswith(">")
    return header[1:-1].removeprefix("http://testserver")


def test_the_link_in_the_mail_stops_it(keep, make_person, publish):
    person = make_person()
    one, two = keep(person), keep(person, "phase=respond", "Responding")
    publish("Lights")
    [told] = run()
    assert Client(enforce_csrf_checks=True).post(address_in(told)).status_code == 200
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.alert, two.alert) == ("none", "daily")
    publish("Walks")
    assert run(MORNING + DAY) == []


def test_a_mail_of_fifty_searches_has_one_line_that_is_not_too_long(keep, make_person, publish):
    person = make_person()
    for number in range(50):
        keep(person, f"phase=prevent&phase=p{number}", f"Search {number}")
    publish("Lights")
    [told] = run()
    assert max(map(len, told.message().as_bytes().splitlines())) < 998
    assert Client().post(address_in(told)).status_code == 200
    assert not SavedSearch.objects.exclude(alert="none").exists()


def test_a_long_list_is_cut_and_says_so(keep, make_person, publish, monkeypatch):
    monkeypatch.setattr(alert_mail, "MOST_TITLES", 2)
    keep(make_person())
    for number in range(3):
        publish(f"Light {number}")
    [told] = run()
    assert told.body.count("\n* ") == 2 and "and 1 more." in told.body
    assert run(MORNING + DAY) == []


# Crashes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def breaking(monkeypatch):
    """Let the next hand-over of a mail, or the way to the server, fail."""

    def breaking(error, at="send_messages", after=False):
        original = getattr(EmailBackend, at)

        def fail(self, *args):
            if after:
                original(self, *args)
            monkeypatch.setattr(EmailBackend, at, original)
            raise error

        monkeypatch.setattr(EmailBackend, at, fail)

    return breaking


@pytest.mark.parametrize(
    ("error", "at"),
    [
        (ConnectionRefusedError(), "open"),
        (smtplib.SMTPDataError(451, b"later"), "send_messages"),
        (smtplib.SMTPRecipientsRefused({}), "send_messages"),
    ],
)
def test_a_mail_that_was_not_taken_is_sent_later(keep, make_person, publish, breaking, error, at):
    search = keep(make_person())
    page = publish("Lights")
    alerts.queue_alerts(MORNING)
    task = DBTaskResult.objects.get(task_path="home.guides.searches.alerts.send")
    breaking(error, at)
    with pytest.raises(type(error)):
        alerts.send.func(*task.args_kwargs["args"])
    assert mail.outbox == []
    assert not search.known.filter(key=page.translation_key, announced=True).exists()
    assert alerts.send.func(*task.args_kwargs["args"]) is True
    assert alerts.send.func(*task.args_kwargs["args"]) is False
    assert len(mail.outbox) == 1


def test_a_mail_that_may_have_been_taken_is_not_sent_again(keep, make_person, publish, breaking, client):
    person = make_person()
    keep(person)
    publish("Lights")
    alerts.queue_alerts(MORNING)
    task = DBTaskResult.objects.get(task_path="home.guides.searches.alerts.send")
    breaking(TimeoutError(), after=True)
    with pytest.raises(TimeoutError):
        alerts.send.func(*task.args_kwargs["args"])
    assert alerts.send.func(*task.args_kwargs["args"]) is False
    assert run(MORNING + DAY) == []
    assert len(mail.outbox) == 1
    # It still stands as new in the person's list.
    client.force_login(person)
    assert "1 new" in client.get("/en/saved-searches/").content.decode()


def test_a_mail_that_can_not_be_written_marks_nothing(keep, make_person, publish, monkeypatch):
    search = keep(make_person())
    page = publish("Lights")
    alerts.queue_alerts(MORNING)
    with monkeypatch.context() as patched:
        patched.setattr("home.guides.searches.alert_mail.compose", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work()
    assert not search.known.filter(key=page.translation_key).exists()
    assert len(run(MORNING + DAY)) == 1


def test_two_schedulers_tell_once(keep, make_person, publish):
    keep(make_person())
    publish("Lights")
    assert alerts.queue_alerts(MORNING) == 1
    assert alerts.queue_alerts(MORNING) == 0
    # Nor does a second task for the same.
    task = DBTaskResult.objects.get(task_path="home.guides.searches.alerts.send")
    alerts.send.enqueue(*task.args_kwargs["args"])
    work()
    assert len(mail.outbox) == 1


# Statements -------------------------------------------------------------------------------------------------------


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_fifty_searches_cost_what_two_do(keep, make_person, publish):
    """Of one person and of many; beyond the one task for each mail."""
    person = make_person()
    for number in range(2):
        keep(person, f"phase=prevent&phase=p{number}", f"Search {number}")
    publish("Lights")
    two = statements(lambda: alerts.queue_alerts(MORNING))
    sending_two = statements(work)
    for number in range(2, 50):
        keep(person, f"phase=prevent&phase=p{number}", f"Search {number}")
    publish("Walks")
    assert statements(lambda: alerts.queue_alerts(MORNING + DAY)) == two
    assert statements(work) == sending_two
    assert len(mail.outbox) == 2 and mail.outbox[-1].body.count("* Walks") == 50


def test_many_people_cost_one_statement_each(keep, make_person, publish):
    def told(people, now):
        for person in people:
            keep(person)
        publish(f"Light {len(people)}")
        return statements(lambda: alerts.queue_alerts(now))

    few = told([make_person(f"few{number}") for number in range(2)], MORNING)
    many = told([make_person(f"many{number}") for number in range(20)], MORNING + DAY)
    assert many - few == 20


def test_nothing_due_costs_one_statement(keep, make_person):
    keep(make_person())
    # Beside the two that open and close its transaction.
    assert statements(lambda: alerts.queue_alerts(SAVED)) == 3


def test_batches_keep_a_persons_searches_together(keep, make_person, publish, monkeypatch):
    monkeypatch.setattr(alerts, "BATCH", 2)
    for number in range(5):
        person = make_person(f"person{number}")
        keep(person)
        keep(person, "", "Everything")
    publish("Lights")
    assert len(run()) == 5
