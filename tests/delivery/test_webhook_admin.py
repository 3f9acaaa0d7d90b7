"""The console of webhooks: adding, pausing, testing, sending again; not there for those who may not."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.delivery import keys
from cms.delivery.models import WebhookDelivery, WebhookEndpoint
from cms.delivery.webhooks import endpoints, fanout, sending

from .test_key_admin import signed_in, text

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
Status = WebhookDelivery.Status
NOW = timezone.now


@pytest.fixture
def admin(site):
    return signed_in(superuser=True)


@pytest.fixture
def key(site):
    return keys.issue(name="Portal", now=NOW())[0]


@pytest.fixture
def endpoint(key, receiver, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True
    return endpoints.register(key=key, url=receiver.url, wanted=["content.updated"], now=NOW())[0]


def path(endpoint):
    return f"/admin/webhooks/{endpoint.uuid}/"


def act(client, endpoint, act, **values):
    return client.post(path(endpoint), {"act": act, **values}, follow=True)


def test_a_secret_is_shown_once(admin, key):
    form = {"key": key.pk, "url": "https://example.org/hook", "topics": ["content.updated"]}
    answer = admin.post("/admin/webhooks/new/", form)
    (secret,) = set(SECRET.findall(text(answer)))
    endpoint = WebhookEndpoint.objects.get()
    assert endpoints.good_secrets(endpoint, NOW()) == [secret]
    for each in ("/admin/webhooks/", path(endpoint)):
        shown = text(admin.get(each))
        assert "example.org/hook" in shown and not SECRET.search(shown)


@pytest.mark.parametrize(
    "wrong", [{"url": "http://10.0.0.1/"}, {"url": "nonsense"}, {"topics": []}, {"topics": ["x"]}]
)
def test_a_wrong_form_adds_nothing(admin, key, wrong):
    form = {"key": key.pk, "url": "https://example.org/hook", "topics": ["content.updated"]}
    assert not SECRET.search(text(admin.post("/admin/webhooks/new/", form | wrong)))
    assert not WebhookEndpoint.objects.exists()


def test_a_test_its_attempts_and_sending_again(admin, endpoint, receiver):
    receiver.answers = [500]
    act(admin, endpoint, "test")
    sending.send_due(endpoint.pk, roll=lambda: 0)
    shown = text(admin.get(path(endpoint)))
    assert "<strong>500</strong>" in shown and "next try" in shown
    WebhookDelivery.objects.update(due_at=NOW())
    sending.send_due(endpoint.pk)
    delivery = WebhookDelivery.objects.get()
    assert delivery.status == Status.DELIVERED
    assert "1 delivery is sent again" in text(act(admin, endpoint, "replay", delivery=[delivery.pk]))
    sending.send_due(endpoint.pk)
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1 and len(receiver.got) == 3
    today = NOW().date().isoformat()
    assert "1 delivery is sent again" in text(act(admin, endpoint, "replay", since=today))
    assert "Tick deliveries" in text(act(admin, endpoint, "replay"))
    assert "Tick deliveries" in text(act(admin, endpoint, "replay", since="yesterday"))
    assert "0 deliveries" in text(act(admin, endpoint, "replay", delivery=["9" * 40, "x", "-1"]))


def test_pausing_going_on_rotating_and_removing(admin, endpoint, receiver):
    act(admin, endpoint, "pause")
    act(admin, endpoint, "test")
    assert sending.send_due(endpoint.pk) == 0 and fanout.due_endpoints(NOW()) == []
    act(admin, endpoint, "resume")
    assert sending.send_due(endpoint.pk) == 1
    assert SECRET.search(text(act(admin, endpoint, "rotate")))
    assert len(endpoints.good_secrets(endpoint, NOW())) == 2
    admin.post(path(endpoint), {"url": receiver.url, "topics": ["content.withdrawn"]})
    endpoint.refresh_from_db()
    assert endpoint.topics == ["content.withdrawn"]
    act(admin, endpoint, "remove")
    assert not WebhookEndpoint.objects.exists()


def test_others_see_and_do_nothing(endpoint):
    editor, viewer = signed_in(), signed_in("view_webhookendpoint")
    for each in ("/admin/webhooks/", "/admin/webhooks/new/", path(endpoint)):
        assert editor.get(each).status_code == editor.post(each, {"act": "remove"}).status_code == 302
    assert viewer.get(path(endpoint)).status_code == 200
    for each in ("pause", "resume", "rotate", "test", "replay", "remove", ""):
        assert viewer.post(path(endpoint), {"act": each}).status_code == 302
    changer = signed_in("view_webhookendpoint", "change_webhookendpoint")
    assert changer.post(path(endpoint), {"act": "remove"}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.paused_at, endpoint.secrets.count(), endpoint.deliveries.count()) == (None, 1, 0)


def test_lists_take_as_many_statements_for_one_as_for_five(admin, endpoint, key, receiver):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            for each in ("/admin/webhooks/", path(endpoint)):
                assert admin.get(each).status_code == 200
        return len(captured)

    fanout.send_test(endpoint, now=NOW())
    statements()
    before = statements()
    for _ in range(4):
        endpoints.register(key=key, url=receiver.url, wanted=["content.updated"], now=NOW())
        fanout.send_test(endpoint, now=NOW())
    assert statements() == before
