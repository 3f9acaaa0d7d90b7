"""A real shared cache (nginx) in front of a real server: nothing withdrawn comes out of it, nor anything of one to another.

Skipped with a line where nginx isn't installed; `.ci/run` installs it.
"""

import gzip
import http.client
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, nullcontext, suppress
from threading import Thread

import brotli
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.delivery import keys
from cms.delivery.models import Scope
from cms.rest import caching
from home.setup import make_site
from tests import world

from .conftest import API, build

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not NGINX, reason="nginx isn't installed (Debian: apt-get install nginx-light)"),
]

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache keys_zone=shared:1m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_set_header Host $http_host;
            proxy_buffer_size 16k;
            proxy_buffers 8 16k;
            proxy_cache shared;
            proxy_cache_revalidate on;
            add_header X-Cache $upstream_cache_status always;
            {more}
        }}
    }}
}}
"""
# Where nothing may be kept, whoever asks with an entity tag is to be heard by the server.
PASSES_ON = "proxy_set_header If-None-Match $http_if_none_match;"


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served():
    """The port of the platform as a deployment runs it, its thin front included."""
    from cms.wsgi import application

    server = ThreadedWSGIServer(("127.0.0.1", 0), Silent)
    server.set_app(application)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def cached(folder, behind, more=""):
    """A cache in front of a port, as a function: `ask(path, **headers)` gives (status, headers, body)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, behind=behind, more=more))
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(configuration), "-e", "stderr"], stderr=subprocess.PIPE
    )

    def ask(path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers={"Host": "testserver", **names})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    try:
        for _ in range(100):
            assert process.poll() is None, process.stderr.read().decode()
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield ask
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def library(transactional_db):
    return build(make_site(title="Compendium"), nullcontext)


@pytest.fixture
def member(library):
    """(headers of a member's key, headers of a member who is signed in); the guide is for members from now on."""
    group = Group.objects.create(name="Members")
    restriction = PageViewRestriction.objects.create(page=library["guide"], restriction_type="groups")
    restriction.groups.add(group)
    _key, secret = keys.issue(name="Partner", scopes=[Scope.MEMBERS], groups=[group], now=timezone.now())
    user = get_user_model().objects.create_user("member@example.org", "a long password")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    return {"Authorization": f"Bearer {secret}"}, {"Cookie": f"{name}={client.cookies[name].value}"}


def address(page):
    return f"{API}/pages/{page.pk}/"


LIST = f"{API}/pages/?type=guides.GoodPracticePage&fields=*"


def test_what_is_withdrawn_is_gone_at_the_next_request(library, tmp_path):
    page = library["practices"][0]
    with served() as behind, cached(tmp_path, behind, PASSES_ON) as ask:
        for _ in range(3):
            status, headers, _body = ask(address(page))
            assert (status, headers["Cache-Control"]) == (200, "public, max-age=0, must-revalidate")
            assert headers["X-Cache"] == "MISS"
            assert ask(LIST)[0] == ask(page.url)[0] == 200
        # A reader who has it is told so, through the cache.
        etag = ask(address(page))[1]["ETag"]
        status, headers, body = ask(address(page), If_None_Match=etag)
        assert (status, headers["ETag"], body) == (304, etag, b"")
        list_etag = ask(LIST)[1]["ETag"]
        assert ask(LIST, If_None_Match=list_etag)[0] == 304

        page.unpublish()
        assert ask(address(page))[0] == ask(address(page), If_None_Match=etag)[0] == 404
        assert ask(page.url)[0] == 404
        status, _headers, body = ask(LIST, If_None_Match=list_etag)
        assert status == 200 and page.title.encode() not in body

        # And what is published is there at once: nobody kept that it wasn't.
        world.publish(page)
        assert ask(address(page))[0] == 200


def _nobody_gets_what_is_anothers(library, ask, by_key, signed_in):
    guide = library["guide"]
    for _ in range(2):
        for path, who in ((address(guide), by_key), (guide.url, signed_in)):
            status, headers, body = ask(path, **who)
            assert status == 200 and guide.title.encode() in body
            assert "no-store" in headers["Cache-Control"] and headers["X-Cache"] == "MISS"
            status, headers, body = ask(path)
            assert status == 404 and guide.title.encode() not in body
            assert "no-store" in headers["Cache-Control"]
        # What both may read, they read with their own eyes: the list of a key is longer.
        everything = f"{API}/pages/?limit=100"
        public, private = ask(everything), ask(everything, **by_key)
        assert guide.title.encode() not in public[2] and guide.title.encode() in private[2]
        home = library["site"].url
        public, private = ask(home), ask(home, **signed_in)
        assert b"member@example.org" not in public[2]
        assert "private" in private[1]["Cache-Control"] and private[1]["X-Cache"] == "MISS"


def _each_gets_its_own_coding(library, ask):
    path = address(library["compendium"])
    plain = None
    for _ in range(2):
        for coding, decode in (("", bytes), ("gzip", gzip.decompress), ("br", brotli.decompress)):
            status, headers, body = ask(path, **({"Accept_Encoding": coding} if coding else {}))
            assert (status, headers["Content-Encoding"] or "") == (200, coding)
            plain = plain or body
            assert decode(body) == plain
            assert headers["ETag"].endswith(f'-{coding}"' if coding else '"')


def test_nobody_gets_what_is_anothers(library, member, tmp_path):
    with served() as behind, cached(tmp_path, behind, PASSES_ON) as ask:
        _nobody_gets_what_is_anothers(library, ask, *member)
        _each_gets_its_own_coding(library, ask)


@pytest.fixture
def purged(settings, monkeypatch):
    """As with a purge backend that never reaches the cache; a minute takes two seconds here, three as nginx counts."""
    assert caching.SHARED_SECONDS == 60
    settings.PURGE_BACKEND = "http"
    monkeypatch.setattr(caching, "SHARED", caching.SHARED.replace("s-maxage=60", "s-maxage=2"))


def test_what_may_be_kept_is_given_to_nobody_else(purged, library, member, tmp_path):
    with served() as behind, cached(tmp_path, behind) as ask:
        _nobody_gets_what_is_anothers(library, ask, *member)
        _each_gets_its_own_coding(library, ask)


def test_what_may_be_kept_is_never_older_than_it_says(purged, library, tmp_path):
    page = library["practices"][0]
    with served() as behind, cached(tmp_path, behind) as ask:
        paths = address(page), LIST, page.url
        first = {path: ask(path) for path in paths}
        kept = time.monotonic()
        for path in paths:
            status, headers, _body = ask(path)
            assert status == 200
            assert headers["X-Cache"] == "HIT" or time.monotonic() - kept > 1
            # The cache itself answers who has it.
            status, headers, body = ask(path, If_None_Match=first[path][1]["ETag"])
            assert (status, body) == (304, b"")
        time.sleep(3.2)
        # Once its time is over it asks again: what hasn't changed isn't sent again.
        assert ask(address(page))[1]["X-Cache"] == "REVALIDATED"
        page.unpublish()
        time.sleep(3.2)
        assert ask(address(page))[0] == ask(page.url)[0] == 404
        assert page.title.encode() not in ask(LIST)[2]
