"""The load generator against a server that says things wrong."""

import socketserver
import threading

import pytest

from cms.bench.load import Unexpected, follow, hammer, request_text

BODY = b"x" * 70_000


class Handler(socketserver.StreamRequestHandler):
    """Answers each request line with what the server was told to say, in two parts."""

    def handle(self):
        while self.rfile.readline().strip():
            while self.rfile.readline().strip():
                pass
            said = self.server.said.pop(0) if len(self.server.said) > 1 else self.server.said[0]
            self.wfile.write(said[:10])
            self.wfile.flush()
            self.wfile.write(said[10:])


@pytest.fixture
def server():
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request, client_address):
            """The client goes away in the middle of an answer: that is how a window ends."""

    with Server(("127.0.0.1", 0), Handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


def ask(server, status=200, **options):
    options = {"requests": [request_text("/")], "seconds": 0.05, "connections": 2, **options}
    return hammer(port=server.server_address[1], status=status, **options)


def answer(body, status=b"200 OK"):
    return b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body)


def test_it_counts_whole_answers_however_they_arrive(server):
    server.said = [answer(BODY)]
    found = ask(server)
    assert found["requests"] >= 12
    assert 0 < found["p50_ms"] <= found["p99_ms"]


def test_a_304_has_no_body_whatever_it_says(server):
    server.said = [b"HTTP/1.1 304 Not Modified\r\ncontent-length: 70000\r\n\r\n"]
    assert ask(server, status=304)["requests"] >= 12


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (answer(b"no", b"500 Broken"), "expected 200"),
        (answer(b"no", b"429 Slowly"), "expected 200"),
        (b"HTTP/1.1 200 OK\r\n\r\nbody", "without its length"),
    ],
)
def test_another_answer_than_the_measured_one_is_an_error_not_a_fast_answer(server, said, complaint):
    server.said = [answer(BODY), said]
    with pytest.raises(Unexpected, match=complaint):
        ask(server)


def test_a_feed_is_followed_to_its_end(server):
    page = b'{"items":[{"document":{"id":1}},{"document":{"id":2}}],"next_cursor":"c","has_more":%s}'
    server.said = [answer(page % b"true"), answer(page % b"true"), answer(page % b"false")]
    found = follow(port=server.server_address[1], path="/feed/?limit=2")
    assert (found["pages"], found["documents"]) == (3, 6)


def test_a_feed_that_answers_wrongly_is_an_error(server):
    server.said = [answer(b"{}")]
    with pytest.raises(Unexpected, match="the feed answered 200"):
        follow(port=server.server_address[1], path="/feed/?limit=2")
