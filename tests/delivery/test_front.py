"""The thin front sends what Django would send, and nothing that isn't so any more."""

import io

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.delivery import keys
from cms.delivery.front import Front
from tests import world


class Through:
    """Calls a WSGI application as a server does."""

    def __init__(self, application):
        self.application = application

    def __call__(self, path, method="GET", query="", secure=False, **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "443" if secure else "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "https" if secure else "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "HTTP_HOST": "testserver",
            "HTTP_X_REQUEST_ID": "request-0001",
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        sent = {}

        def start_response(status, headers, exc_info=None):
            sent["status"], sent["headers"] = status, headers

        body = b"".join(self.application(environ, start_response))
        assert len(dict(sent["headers"])) == len(sent["headers"])
        return sent["status"], dict(sent["headers"]), body


@pytest.fixture
def django():
    return WSGIHandler()


@pytest.fixture
def front(django):
    """The front, with a Django behind it that says when it is asked."""
    asked = []

    def behind(environ, start_response):
        asked.append(environ["PATH_INFO"])
        return django(environ, start_response)

    through = Through(Front(behind))
    through.asked = asked
    return through


@pytest.fixture(autouse=True)
def _connections_stay(monkeypatch):
    """A server's requests close old connections at their ends; a test's one holds its transaction."""
    from django.core import signals
    from django.db import close_old_connections

    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def address(page):
    return f"/api/v2/pages/{page.pk}/"


def comparable(answer):
    status, headers, body = answer
    # Two requests: one less remains at the second.
    return status, {name: value for name, value in headers.items() if name != "RateLimit"}, body


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept_encoding": "gzip"},
        {"accept_encoding": "br, gzip"},
        {"accept_encoding": "identity"},
        {"origin": "https://partner.example"},
        {"cookie": "session=abc; django_language=ar"},
        {"accept_language": "ar"},
        {"if_none_match": '"nothing"'},
        {"if_none_match": "*"},
    ],
)
@pytest.mark.parametrize("secure", [False, True])
def test_it_sends_what_django_sends(library, django, front, headers, secure):
    path = address(library["guide"])
    ours, theirs = front(path, secure=secure, **headers), Through(django)(path, secure=secure, **headers)
    assert comparable(ours) == comparable(theirs)
    assert "RateLimit" in ours[1] and front.asked == []
    tag = ours[1]["ETag"]
    ours = front(
        path, if_none_match=tag, secure=secure, **{k: v for k, v in headers.items() if k != "if_none_match"}
    )
    assert ours[0] == "304 Not Modified" and ours[2] == b""
    assert comparable(ours) == comparable(
        Through(django)(
            path,
            if_none_match=tag,
            secure=secure,
            **{k: v for k, v in headers.items() if k != "if_none_match"},
        )
    )


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("{one}", {"method": "HEAD"}),
        ("{one}", {"method": "POST"}),
        ("{one}", {"method": "OPTIONS"}),
        ("{one}", {"query": "fields=title"}),
        ("{one}", {"query": "nonsense=1"}),
        ("{one}", {"authorization": "Bearer nonsense"}),
        ("/api/v2/pages/0/", {}),
        ("/api/v2/pages/007/", {}),
        ("/api/v2/pages/999999999/", {}),
        ("/api/v2/pages/9999999999999999999999/", {}),
        ("/api/v2/pages/١/", {}),
        ("/api/v2/pages/", {}),
        ("/api/v2/pages/1\n/", {}),
        ("/en/guides/", {}),
    ],
)
def test_all_else_is_djangos(library, django, front, path, options):
    path = path.format(one=address(library["one"]))
    ours, theirs = front(path, **options), Through(django)(path, **options)
    assert len(front.asked) == 1
    assert ours[0] == theirs[0]


def test_a_key_is_not_passed_over(library, front, restrict):
    group = restrict(library["guide"]).groups.get()
    _key, secret = keys.issue(name="K", scopes=["content:members"], groups=[group], now=timezone.now())
    path = address(library["guide"])
    assert front(path)[0] == "404 Not Found"
    status, headers, _body = front(path, authorization=f"Bearer {secret}")
    assert (status, headers["Cache-Control"]) == ("200 OK", "private, no-store")
    assert front(path)[0] == "404 Not Found"


def test_what_is_withdrawn_restricted_or_changed_is_so_at_the_next_request(
    library, front, restrict, committed
):
    page = library["one"]
    path = address(page)
    first = front(path)
    assert first[0] == "200 OK" and front(path) is not None
    with committed():
        world.publish(world.as_stored(page), summary="Anew.")
    second = front(path, if_none_match=first[1]["ETag"])
    assert second[0] == "200 OK" and b"Anew." in second[2]
    with committed():
        restriction = restrict(library["guide"])
    assert front(path)[0] == "404 Not Found"
    assert front(path, if_none_match=second[1]["ETag"])[0] == "404 Not Found"
    with committed():
        restriction.delete()
    assert front(path)[0] == "200 OK"
    with committed():
        world.as_stored(page).unpublish()
    assert front(path)[0] == "404 Not Found"


def test_it_asks_the_database_each_time_and_runs_the_statement_once(library, front):
    path = address(library["one"])
    front(path)
    with CaptureQueriesContext(connection) as captured:
        front(path)
    # On SQLite nothing was committed meanwhile, which is asked past Django's own record of statements.
    assert len(captured) == (0 if connection.vendor == "sqlite" else 1)


@override_settings(API_RATE_ANONYMOUS="2/minute")
def test_it_counts_under_the_same_limit(library, front):
    path = address(library["one"])
    statuses = [front(path)[0][:3] for _ in range(4)]
    assert statuses == ["200", "200", "429", "429"]
    assert "Retry-After" in front(path)[1]


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=60)
def test_it_leaves_it_to_django_to_send_callers_to_tls(library):
    front = Through(Front(WSGIHandler()))
    path = address(library["one"])
    assert front(path)[0] == "301 Moved Permanently"
    status, headers, _body = front(path, secure=True)
    assert (status, headers["Strict-Transport-Security"]) == ("200 OK", "max-age=60")


@override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"), SECURE_SSL_REDIRECT=True)
def test_it_believes_the_proxy_as_django_does(library):
    front = Through(Front(WSGIHandler()))
    path = address(library["one"])
    assert front(path, x_forwarded_proto="https")[0] == "200 OK"
    assert front(path, x_forwarded_proto="http")[0] == "301 Moved Permanently"


def test_an_error_is_djangos(library, front, monkeypatch):
    monkeypatch.setattr("cms.delivery.front.current", lambda page_id: 1 / 0)
    assert front(address(library["one"]))[0] == "200 OK"
    assert front.asked
