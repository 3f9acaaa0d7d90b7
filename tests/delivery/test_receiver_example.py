"""`examples/webhooks/receiver.py` and the platform itself: a publication is in the copy after its hint."""

import ast
import importlib.util
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from cms.delivery import keys
from cms.delivery.models import WebhookDelivery
from cms.delivery.webhooks import endpoints, fanout, secrets, sending
from home.setup import make_site
from tests import world

from .conftest import build

PATH = Path(__file__).parents[2] / "examples" / "webhooks" / "receiver.py"
NOW = timezone.now


def load():
    spec = importlib.util.spec_from_file_location("webhook_receiver", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


example = load()


class Following:
    """In the mirror's place: counts."""

    def __init__(self):
        self.runs = 0

    def run(self):
        self.runs += 1
        raise OSError("the site is away")


@pytest.fixture
def running():
    """`running(secret, mirror)`: the receiver, listening; its address in `url`."""
    servers = []

    def start(secret, mirror):
        server = example.Receiver(("127.0.0.1", 0), secret, mirror)
        server.url = f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_needs_the_reference_library_and_python():
    imported = set()
    for node in ast.walk(ast.parse(PATH.read_text())):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.partition(".")[0])
    assert imported - sys.stdlib_module_names == {"standardwebhooks", "mirror"}


def test_a_publication_is_in_the_copy(live_server, transactional_db, settings, tmp_path, running):
    settings.BASE_URL, settings.WEBHOOK_ALLOW_PRIVATE = live_server.url, True
    library = build(make_site(title="Compendium"), nullcontext)
    key, reads_with = keys.issue(name="Portal", now=NOW())
    endpoint, secret = endpoints.register(
        key=key, url="http://127.0.0.1:1/", wanted=["content.updated", "content.withdrawn"], now=NOW()
    )
    mirror = example.Mirror(live_server.url, tmp_path / "copy", key=reads_with)
    server = running(secret, mirror)
    one, two = (str(library[name].translation_key) for name in ("one", "two"))
    until(lambda: mirror.document(one, "en"))
    fanout.fan_out(NOW())
    endpoints.change(endpoint, url=server.url, wanted=endpoint.topics)

    world.publish(library["one"], summary="Anew.")
    library["two"].unpublish()
    fanout.fan_out(NOW())
    assert sending.send_due(endpoint.pk) >= 2
    until(lambda: mirror.document(two, "en") is None and mirror.document(one, "en")["summary"] == "Anew.")
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"delivered"}


def test_what_isnt_signed_is_refused_and_starts_nothing(running):
    secret, following = secrets.new_secret(), Following()
    server = running(secret, following)
    until(lambda: following.runs == 1)
    body = '{"type": "content.updated", "data": {}}'

    def post(*, key=secret, at=None, body=body, said=body, headers=None):
        at = at or NOW().replace(microsecond=0)
        signed = {
            "webhook-id": "1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(key).sign("1", at, said),
        }
        request = urllib.request.Request(server.url, body.encode(), signed | (headers or {}), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    assert post(key=secrets.new_secret()) == 401
    assert post(said="{}") == 401
    assert post(at=NOW().replace(microsecond=0) - timedelta(minutes=6)) == 401
    assert post(headers={"webhook-signature": "nonsense"}) == 401
    assert post(body="x" * 70_000) == 413
    assert post(body='{"type": "test"}', said='{"type": "test"}') == 204
    assert following.runs == 1
    # The thread survives a site that is away, and looks again at the next hint.
    assert post() == 204
    until(lambda: following.runs == 2)
