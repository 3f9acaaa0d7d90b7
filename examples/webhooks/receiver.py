#!/usr/bin/env python3
"""Receive a Compendium's webhooks and bring a local copy up to date with each.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_… python receiver.py https://compendium.example copy/ --port 9000

A delivery is a hint: it says that something changed, may come twice, late or not at all, and isn't in order. So nothing is
taken from it but "look now", and what there is to know comes from the change feed (`../mirror.py`), which misses nothing.
"""

import argparse
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mirror import Mirror  # it lies in the folder above

LARGEST = 65_536


class Receiver(ThreadingHTTPServer):
    """Answers at once; one thread follows the feed, however many hints there are."""

    def __init__(self, address: tuple[str, int], secret: str, mirror: Mirror, every: float = 3600):
        super().__init__(address, Hook)
        self.webhook, self.mirror, self.every = Webhook(secret), mirror, every
        self.hint = threading.Event()
        self.hint.set()  # what happened while we weren't there
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self):
        while True:
            self.hint.wait(self.every)  # without any hint too, now and then
            self.hint.clear()
            try:
                outcome = self.mirror.run()
                print(f"{outcome.written} written, {outcome.deleted} deleted", flush=True)
            except Exception as error:  # the next hint, or the hour, tries again
                print(repr(error), file=sys.stderr, flush=True)


class Hook(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            return self.answer(411)
        if not 0 <= length <= LARGEST:
            return self.answer(413)
        try:
            message = self.server.webhook.verify(self.rfile.read(length), dict(self.headers))
        except (WebhookVerificationError, ValueError):  # forged, older than five minutes, or no JSON
            return self.answer(401)
        if str(message.get("type")).startswith("content."):
            self.server.hint.set()
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()


def main():
    parser = argparse.ArgumentParser(description="Receive webhooks and follow the change feed.")
    parser.add_argument("site", help="its address, for example https://compendium.example")
    parser.add_argument("folder", help="where the copy lies")
    parser.add_argument("--port", type=int, default=9000, help="behind a proxy that speaks TLS (9000)")
    options = parser.parse_args()
    mirror = Mirror(options.site, options.folder, key=os.environ.get("COMPENDIUM_KEY"))
    Receiver(("127.0.0.1", options.port), os.environ["WEBHOOK_SECRET"], mirror).serve_forever()


if __name__ == "__main__":
    main()
