"""A worker that is killed while it sends. In a file of its own: it needs a database that others see."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cms.delivery import keys
from cms.delivery.models import WebhookAttempt, WebhookDelivery
from cms.delivery.webhooks import endpoints, fanout, sending

NOW = timezone.now
Status = WebhookDelivery.Status


KILLED = """
import django; django.setup()
from cms.delivery.webhooks import sending
sending.send_due({endpoint}, roll=lambda: 0)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_delivery_loses_nothing_and_doubles_with_the_same_id(receiver, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True
    key, _secret = keys.issue(name="K", now=NOW())
    endpoint, _secret = endpoints.register(key=key, url=receiver.url, wanted=["content.updated"], now=NOW())
    delivery = fanout.send_test(endpoint, now=NOW())
    receiver.delay = 5
    database = connection.settings_dict
    address = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(endpoint=endpoint.pk)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cms.settings.test",
            "DATABASE_URL": address,
            "WEBHOOK_ALLOW_PRIVATE": "true",
        },
        stderr=subprocess.PIPE,
    )
    try:
        until = time.monotonic() + 60
        while not receiver.got and time.monotonic() < until:
            time.sleep(0.05)
        assert receiver.got, worker.stderr.read() if worker.poll() is not None else "silent"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    delivery.refresh_from_db()
    assert delivery.status == Status.WAITING and not WebhookAttempt.objects.exists()
    assert sending.send_due(endpoint.pk) == 0  # under the dead worker's lease
    receiver.delay = 0
    WebhookDelivery.objects.update(leased_until=NOW() - timedelta(seconds=1))
    assert sending.send_due(endpoint.pk) == 1
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED
    assert {headers["webhook-id"] for headers, _body in receiver.got} == {str(delivery.uuid)}
    assert len(receiver.got) == 2
