"""Requests to addresses that somebody gave us: nowhere but to the public internet, never for long."""

import ipaddress
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.core import outgoing

PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:0:53aa:64c:0:7b:80ff:fffe",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_however_they_are_written(address):
    assert not outgoing.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
)
def test_public_addresses(address):
    assert outgoing.is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_no_way_round(inner):
    if not outgoing.is_public(inner):
        for prefix in ("::ffff:", "64:ff9b::", "::"):
            assert not outgoing.is_public(ipaddress.ip_address(f"{prefix}{inner}"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://example.org/a b",
        "https://example.org/\r\nHost: x",
        "https://example.org\\@127.0.0.1/",
        "https://[::1",
        "gopher://127.0.0.1:25/",
    ],
)
def test_addresses_that_are_none(url):
    with pytest.raises(outgoing.Refused):
        outgoing.check_url(url)


@given(st.text(max_size=60))
def test_no_address_breaks_the_check(text):
    for url in (text, f"https://{text}", f"https://example.org{text}"):
        try:
            scheme, host, port, path = outgoing.check_url(url)
        except outgoing.Refused:
            continue
        assert scheme == "https" and host and 0 < port < 65536 and path.startswith("/")


def answering(*addresses):
    def resolve(host, port, type=0):
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in addresses
        ]

    return resolve


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]]
)
def test_a_name_that_leads_inside_is_refused(addresses):
    with pytest.raises(outgoing.Refused):
        outgoing.post("https://inside.example/", b"{}", {}, resolve=answering(*addresses))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
def test_every_spelling_of_this_machine_is_refused(host):
    with pytest.raises((outgoing.Refused, outgoing.Unanswered)) as refused:
        outgoing.post(f"https://{host}:9/", b"{}", {}, timeout=2)
    if refused.type is outgoing.Unanswered:
        assert "known" in str(refused.value)  # the resolver doesn't know that spelling


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked(server):
    """A name that leads elsewhere at the second look (rebinding) has no second look."""
    looks = []

    def resolve(host, port, type=0):
        looks.append(host)
        return answering("127.0.0.1")(host, server.port)

    answer = outgoing.post("http://name.example:80/hook", b"{}", {}, allow_private=True, resolve=resolve)
    assert (answer.status, looks) == (200, ["name.example"])
    assert server.seen[-1]["Host"] == "name.example"


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            http.seen.append(dict(self.headers) | {"path": self.path})
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/")
                self.end_headers()
            elif self.path == "/slow":
                self.send_response(200)
                self.end_headers()
                for _ in range(40):
                    try:
                        self.wfile.write(b"x")
                        self.wfile.flush()
                    except OSError:
                        return
                    time.sleep(0.1)
            elif self.path == "/large":
                self.send_response(200)
                self.end_headers()
                try:
                    for _ in range(300):
                        self.wfile.write(b"x" * 4096)
                except OSError:
                    pass
            elif self.path == "/nonsense":
                self.wfile.write(b"\x00\x01 nothing of HTTP\r\n\r\n")
            else:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"thanks")

        def log_message(self, *args):
            pass

    http = HTTPServer(("127.0.0.1", 0), Handler)
    http.seen, http.port = [], http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield http
    http.shutdown()
    http.server_close()


def send(server, path, **options):
    return outgoing.post(
        f"http://127.0.0.1:{server.port}{path}", b"{}", {"X-A": "b"}, allow_private=True, **options
    )


def test_an_answer(server):
    answer = send(server, "/hook?a=b")
    assert (answer.status, answer.body) == (200, b"thanks")
    assert (server.seen[-1]["path"], server.seen[-1]["X-A"]) == ("/hook?a=b", "b")


def test_a_redirect_is_not_followed(server):
    assert send(server, "/moved").status == 302
    assert len(server.seen) == 1


def test_a_slow_answer_is_cut(server):
    began = time.monotonic()
    with pytest.raises(outgoing.Unanswered):
        send(server, "/slow", timeout=0.6)
    assert time.monotonic() - began < 2


def test_a_large_answer_is_read_to_a_limit(server):
    assert len(send(server, "/large").body) <= outgoing.READ_AT_MOST


def test_what_is_no_http(server):
    with pytest.raises(outgoing.Unanswered):
        send(server, "/nonsense")


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(outgoing.Unanswered):
            outgoing.post(
                f"http://127.0.0.1:{free.getsockname()[1]}/", b"", {}, allow_private=True, timeout=2
            )


def test_plain_http_is_for_development(server):
    with pytest.raises(outgoing.Refused):
        outgoing.post(f"http://127.0.0.1:{server.port}/", b"{}", {})
    assert not server.seen
