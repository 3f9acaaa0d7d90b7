"""The demo as it is started by `make demo`, in a folder of its own, and a browser to look at it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "")
# Debian's Chromium, headless, as root, asking nobody on the network for anything.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


class Demo:
    """A running demo: its address, folder and the password of its accounts."""

    def __init__(self, url: str, folder: Path):
        self.url = url
        self.folder = folder

    @property
    def password(self) -> str:
        return (self.folder / "demo-password").read_text().strip()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    if os.environ.get("BROWSER") != "1" or not CHROMIUM:
        pytest.skip("browser tests run with BROWSER=1 where Chromium is installed")
    if running := os.environ.get("DEMO_FOLDER"):  # one that is up already, while tests are being written
        yield Demo(os.environ["DEMO_URL"], Path(running))
        return
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "BASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    environment |= {"COMPENDIUM_VAR": str(folder), "PORT": str(port), "HOST": "127.0.0.1"}
    log = folder / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        _wait(f"http://127.0.0.1:{port}/health/ready/", process, log)
        yield Demo(f"http://127.0.0.1:{port}", folder)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise RuntimeError(
                "the demo doesn't stop when it is asked to:\n" + log.read_text()[-4000:]
            ) from None
    if status != 0:
        raise RuntimeError(f"the demo ended with status {status}:\n" + log.read_text()[-4000:])


def _wait(address, process, log):
    for _ in range(600):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(1)
    raise RuntimeError("the demo did not come up:\n" + log.read_text()[-4000:])


@pytest.fixture(scope="session")
def browser(demo):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, demo):
    """`visit(path, width=…, …)`: a new page of a new person, at an address of the demo."""
    contexts = []

    def visiting(path="/", *, width=1280, height=900, **options):
        context = browser.new_context(
            base_url=demo.url, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
        page.goto(path)
        return page

    yield visiting
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(visit, demo):
    """`sign_in("editor")`: a page of somebody who has signed in through the form."""

    def signing(name, path="/en/", **options):
        page = visit(f"/accounts/login/?next={path}", **options)
        page.fill("input[name=login]", f"{name}@demo.example")
        page.fill("input[name=password]", demo.password)
        page.click("main form button[type=submit]")
        page.wait_for_url(f"**{path}")
        return page

    return signing
