"""A receiver of webhooks on this machine."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


class Receiver(HTTPServer):
    """Keeps what it was sent; answers what it is told to."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.answers, self.delay = [], [], 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        time.sleep(self.server.delay)
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()
        self.wfile.write(b"seen\x00\x1b[31m")

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()
