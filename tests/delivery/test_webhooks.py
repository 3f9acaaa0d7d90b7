"""Webhooks: what a receiver gets, when, and that nothing is lost or told to the wrong one."""

from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from cms.changes import outbox
from cms.changes.models import Announcement
from cms.core.errors import BadInput
from cms.delivery import jobs, keys
from cms.delivery.models import Scope, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookSecret
from cms.delivery.webhooks import endpoints, fanout, retries, secrets, sending
from cms.delivery.webhooks.tasks import send_webhooks
from tests import world

NOW = timezone.now
CONTENT = ["content.published", "content.updated", "content.withdrawn"]
Status = WebhookDelivery.Status


@pytest.fixture(autouse=True)
def _to_this_machine(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.fixture
def endpoint(library, receiver):
    key, _secret = keys.issue(name="Portal", scopes=[Scope.PUBLIC], now=NOW())
    endpoint, endpoint_secret = endpoints.register(key=key, url=receiver.url, wanted=CONTENT, now=NOW())
    endpoint.shown = endpoint_secret
    fanout.fan_out(NOW())
    return endpoint


def edit(page, committed, **fields):
    with committed():
        world.publish(world.as_stored(page), **fields)


def send(endpoint, **options):
    fanout.fan_out(NOW())
    return sending.send_due(endpoint.pk, **{"roll": lambda: 0} | options)


# What arrives ------------------------------------------------------------------------------------------------------


def test_the_reference_library_verifies_what_arrives(library, endpoint, receiver, committed):
    edit(library["one"], committed, summary="Anew.")
    assert send(endpoint) == 1
    headers, body = receiver.got[0]
    said = Webhook(endpoint.shown).verify(body, headers)
    delivery = WebhookDelivery.objects.get()
    assert headers["webhook-id"] == str(delivery.uuid) and headers["Content-Type"] == "application/json"
    assert said["type"] == "content.updated"
    assert said["data"] == {
        "key": str(library["one"].translation_key),
        "locale": "en",
        "id": library["one"].pk,
        "type": "guides.ChapterPage",
        "version": 2,
        "position": said["data"]["position"],
    }
    assert "Anew" not in body.decode() and "title" not in body.decode()
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets.new_secret()).verify(body, headers)
    assert (delivery.status, delivery.attempts) == (Status.DELIVERED, 1)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.excerpt) == (200, "seen  [31m")


def test_publishing_withdrawing_and_nothing_twice(library, endpoint, receiver, committed):
    with committed():
        world.as_stored(library["one"]).unpublish()
    send(endpoint)
    edit(library["one"], committed)
    send(endpoint)
    assert fanout.fan_out(NOW()) == 0 and sending.send_due(endpoint.pk) == 0
    # What links to it changed as well.
    said = [orjson.loads(body) for _headers, body in receiver.got]
    assert [each["type"] for each in said if each["data"]["id"] == library["one"].pk] == [
        "content.withdrawn",
        "content.published",
    ]


def test_only_the_topics_chosen(library, endpoint, receiver, committed):
    endpoints.change(endpoint, url=endpoint.url, wanted=["content.withdrawn"])
    edit(library["one"], committed, summary="Anew.")
    assert send(endpoint) == 0
    with committed():
        world.as_stored(library["one"]).unpublish()
    assert send(endpoint) == 1


def test_what_happened_before_is_no_news(library, receiver, committed):
    edit(library["one"], committed, summary="Before.")
    key, _secret = keys.issue(name="Late", now=NOW())
    endpoint, _secret = endpoints.register(key=key, url=receiver.url, wanted=CONTENT, now=NOW())
    assert send(endpoint) == 0


def test_both_secrets_sign_during_a_rotation(library, endpoint, receiver, committed):
    new = endpoints.rotate(endpoint, now=NOW())
    edit(library["one"], committed, summary="Anew.")
    send(endpoint)
    headers, body = receiver.got[0]
    assert Webhook(endpoint.shown).verify(body, headers) and Webhook(new).verify(body, headers)
    assert endpoints.good_secrets(endpoint, NOW() + endpoints.OVERLAP) == [new]
    assert endpoint.shown not in str(list(WebhookSecret.objects.values())) + str(
        list(WebhookEndpoint.objects.values())
    )


def test_secrets_outlive_a_change_of_the_deployments_key(settings):
    sealed = secrets.seal("whsec_x")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert secrets.unseal(sealed) == "whsec_x"
    settings.SECRET_KEY_FALLBACKS = []
    assert secrets.unseal(sealed) is None


# Who hears what ----------------------------------------------------------------------------------------------------


def test_nobody_hears_of_what_is_not_for_their_key(library, endpoint, receiver, restrict, committed):
    with committed():
        group = restrict(library["guide"]).groups.get()
    send(endpoint)
    # The public key hears that the guide and its chapters went, and nothing of them from then on.
    assert {orjson.loads(body)["type"] for _headers, body in receiver.got} == {"content.withdrawn"}
    receiver.got.clear()
    members, _secret = keys.issue(name="Members", scopes=[Scope.MEMBERS], groups=[group], now=NOW())
    theirs, _secret = endpoints.register(key=members, url=receiver.url, wanted=CONTENT, now=NOW())
    edit(library["one"], committed, summary="For members.")
    assert (send(endpoint), send(theirs)) == (0, 1)
    assert orjson.loads(receiver.got[0][1])["data"]["key"] == str(library["one"].translation_key)


def test_it_is_looked_at_again_when_it_is_sent_and_replayed(library, receiver, restrict, committed):
    with committed():
        group = restrict(library["guide"]).groups.get()
    members, _secret = keys.issue(name="Members", scopes=[Scope.MEMBERS], groups=[group], now=NOW())
    endpoint, _secret = endpoints.register(key=members, url=receiver.url, wanted=CONTENT, now=NOW())
    edit(library["one"], committed, summary="For members.")
    fanout.fan_out(NOW())
    members.groups.clear()
    sending.send_due(endpoint.pk)
    delivery = WebhookDelivery.objects.get(endpoint=endpoint)
    assert (delivery.status, receiver.got) == (Status.DROPPED, [])
    assert endpoints.replay(endpoint, deliveries=[delivery], now=NOW()) == 1
    sending.send_due(endpoint.pk)
    delivery.refresh_from_db()
    assert (delivery.status, receiver.got) == (Status.DROPPED, [])


def test_a_key_that_ended_hears_nothing(library, endpoint, receiver, committed):
    edit(library["one"], committed, summary="One.")
    fanout.fan_out(NOW())
    keys.revoke(endpoint.api_key, now=NOW())
    sending.send_due(endpoint.pk)
    edit(library["one"], committed, summary="Two.")
    assert send(endpoint) == 0 and not receiver.got


@pytest.fixture
def topic():
    outbox.register_topic("something.happened", scope=Scope.REPORTS)
    yield "something.happened"
    del outbox._topics["something.happened"]


def test_announcements_go_to_keys_for_their_subject(library, receiver, topic):
    import uuid

    ours, others = uuid.uuid4(), uuid.uuid4()
    key, _secret = keys.issue(name="Reports", scopes=[Scope.REPORTS], now=NOW())
    key.courses = [str(ours)]
    key.save()
    endpoint, _secret = endpoints.register(key=key, url=receiver.url, wanted=[topic], now=NOW())
    for subject in (ours, others):
        outbox.announce(topic, subject=subject, data={"course": str(subject)}, at=NOW())
    assert send(endpoint) == 1
    assert orjson.loads(receiver.got[0][1])["data"] == {"course": str(ours)}
    assert not Announcement.objects.filter(passed_on_at=None).exists()
    with pytest.raises(ValueError):
        outbox.announce("nothing.known", data={}, at=NOW())


def test_announcing_is_undone_with_what_happened(library, topic):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.announce(topic, data={}, at=NOW())
        raise RuntimeError
    assert not Announcement.objects.exists()


# Failing -----------------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_under_the_same_id(library, endpoint, receiver, committed):
    receiver.answers = [500, 302, 200]
    edit(library["one"], committed, summary="Anew.")
    for number, wait in enumerate(retries.WAITS[:2], 1):
        before = NOW()
        assert send(endpoint) == 1
        delivery = WebhookDelivery.objects.get()
        assert (delivery.status, delivery.attempts) == (Status.WAITING, number)
        assert wait <= delivery.due_at - before < wait + timedelta(seconds=20)
        assert sending.send_due(endpoint.pk) == 0  # not yet
        WebhookDelivery.objects.update(due_at=NOW())
    assert send(endpoint) == 1
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert len({body for _headers, body in receiver.got}) == 1
    assert WebhookDelivery.objects.get().status == Status.DELIVERED
    assert list(WebhookAttempt.objects.order_by("pk").values_list("status", flat=True)) == [500, 302, 200]


def test_it_is_given_up_after_three_days(library, endpoint, receiver, committed):
    assert timedelta(days=3) < sum(retries.WAITS, timedelta()) < timedelta(days=4)
    edit(library["one"], committed, summary="Anew.")
    receiver.answers = [503] * 20
    for _ in range(len(retries.WAITS) + 1):
        send(endpoint)
        WebhookDelivery.objects.update(due_at=NOW())
    delivery = WebhookDelivery.objects.get()
    assert (delivery.status, delivery.attempts) == (Status.DEAD, len(retries.WAITS) + 1)
    assert send(endpoint) == 0
    receiver.answers = []
    assert endpoints.replay(endpoint, deliveries=[delivery], now=NOW()) == 1
    assert send(endpoint) == 1
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED


@given(attempt=st.integers(1, 50), roll=st.floats(0, 0.999))
def test_waits_grow_and_end(attempt, roll):
    wait = retries.wait_after(attempt, roll)
    if attempt > len(retries.WAITS):
        assert wait is None
    else:
        assert retries.WAITS[attempt - 1] <= wait <= retries.WAITS[attempt - 1] * 1.2


def test_an_endpoint_that_is_down_is_knocked_at_once_a_look(library, endpoint, receiver, committed):
    for number in range(3):
        edit(library["one"], committed, summary=f"{number}")
    receiver.answers = [500, 500]
    assert send(endpoint) == 1
    assert WebhookDelivery.objects.filter(status=Status.WAITING).count() == 3


def test_410_pauses_the_endpoint_and_what_waits_is_kept(library, endpoint, receiver, committed):
    receiver.answers = [410]
    edit(library["one"], committed, summary="Anew.")
    send(endpoint)
    endpoint.refresh_from_db()
    assert endpoint.paused_at is not None and "410" in endpoint.pause_reason
    edit(library["one"], committed, summary="Later.")
    assert send(endpoint) == 0
    endpoints.resume(endpoint, now=NOW())
    WebhookDelivery.objects.update(due_at=NOW())
    assert send(endpoint) == 2


def test_nothing_goes_inside(library, endpoint, receiver, committed, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = False
    edit(library["one"], committed, summary="Anew.")
    send(endpoint)
    assert not receiver.got
    WebhookEndpoint.objects.update(url="https://localhost:1/")
    WebhookDelivery.objects.update(due_at=NOW())
    send(endpoint)
    assert [each.status for each in WebhookAttempt.objects.all()] == [None, None]
    assert "private" in WebhookAttempt.objects.last().error


@pytest.mark.parametrize(
    "values",
    [
        {"url": "nonsense"},
        {"url": "ftp://example.org/"},
        {"url": "https://a:b@example.org/"},
        {"wanted": []},
        {"wanted": ["content.everything"]},
    ],
)
def test_an_endpoint_that_makes_no_sense_is_not_made(library, values):
    key, _secret = keys.issue(name="K", now=NOW())
    with pytest.raises(BadInput):
        endpoints.register(
            **{"key": key, "url": "https://example.org/", "wanted": CONTENT, "now": NOW()} | values
        )
    assert not WebhookEndpoint.objects.exists()


# Workers -----------------------------------------------------------------------------------------------------------


def test_a_lease_keeps_others_away_and_runs_out(library, endpoint, receiver, committed):
    edit(library["one"], committed, summary="Anew.")
    fanout.fan_out(NOW())
    held = sending.take(endpoint.pk, NOW())
    assert held is not None and sending.take(endpoint.pk, NOW()) is None
    assert fanout.due_endpoints(NOW()) == []
    later = NOW() + sending.LEASE + timedelta(seconds=1)
    assert fanout.due_endpoints(later) == [endpoint.pk]
    assert sending.take(endpoint.pk, later).pk == held.pk


def test_a_lease_is_longer_than_an_attempt():
    assert sending.LEASE.total_seconds() > 2 * sending.TIMEOUT


def test_the_clock_has_what_is_due_sent(library, endpoint, receiver, committed):
    from django_tasks_db.models import DBTaskResult

    edit(library["one"], committed, summary="Anew.")
    for _ in range(3):
        jobs.pass_on(NOW())
    task = DBTaskResult.objects.get(task_path=send_webhooks.module_path)
    assert task.args_kwargs["args"] == [endpoint.pk]


def test_looking_for_news_takes_as_many_statements_for_one_change_as_for_five(library, endpoint, committed):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            fanout.fan_out(NOW())
        return len(captured)

    edit(library["one"], committed, summary="0")
    before = statements()
    for number in range(1, 6):
        edit(library["one"], committed, summary=f"{number}")
    assert statements() == before


def test_what_is_done_is_forgotten_after_a_month(library, endpoint, receiver, committed):
    edit(library["one"], committed, summary="Anew.")
    send(endpoint)
    jobs.forget(NOW() + timedelta(days=29))
    assert WebhookDelivery.objects.count() == 1
    jobs.forget(NOW() + timedelta(days=31))
    assert not WebhookDelivery.objects.exists()
