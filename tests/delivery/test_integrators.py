"""What docs/integrators.md tells newcomers to type works: its blocks marked `run`, in their order, against a server."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.utils import timezone

from cms.delivery import keys
from cms.delivery.models import Scope
from cms.delivery.webhooks import topics
from home.setup import make_site

from .conftest import build

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "integrators.md"
BLOCK = re.compile(r"^```(\S+) run( json)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks():
    """`[(language, whether it prints JSON, text)]`"""
    return [(found[1], bool(found[2]), found[3]) for found in BLOCK.finditer(DOCUMENT.read_text("utf-8"))]


def values(text):
    """The JSON values that stand one after another in a text."""
    decoder, found, at = json.JSONDecoder(), [], 0
    text = text.strip()
    while at < len(text):
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = len(text) - len(text[end:].lstrip())
    return found


@pytest.fixture
def newcomer(live_server, transactional_db, settings, tmp_path):
    """Somebody with a checkout, a key and the address of a running platform: `newcomer(*command)` is the finished process."""
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    build(make_site(title="Compendium"), nullcontext)
    _key, secret = keys.issue(name="Newcomer", scopes=[Scope.PUBLIC], now=timezone.now())
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = {
        **os.environ,
        # The documents say `python`: here that is the one with our requirements.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SITE": live_server.url,
        "KEY": secret,
    }

    def running(*command):
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )

    return running


def test_the_blocks_work(newcomer):
    if shutil.which("curl") is None:
        pytest.skip("curl isn't installed (Debian: apt-get install curl)")
    found = blocks()
    assert len([each for each in found if each[0] == "sh"]) >= 8
    assert len([each for each in found if each[0] == "python"]) >= 3
    for language, prints_json, text in found:
        if language == "sh":
            done = newcomer("bash", "-euo", "pipefail", "-c", text)
        else:
            done = newcomer(sys.executable, "-c", text)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        if prints_json:
            answers = values(done.stdout)
            # One for each request whose answer isn't taken apart by what follows.
            assert len(answers) == len(re.findall(r"^curl ", text, re.MULTILINE))
            assert all({"meta", "title", "contents", "name"} & answer.keys() for answer in answers)


def test_files_that_it_names_exist():
    for target in re.findall(r"\]\(([^)#:]+)\)", DOCUMENT.read_text("utf-8")):
        assert (DOCUMENT.parent / target).exists(), target


def test_tables_name_what_there_is():
    text = DOCUMENT.read_text("utf-8")
    assert all(f"`{scope}`" in text for scope in Scope.values)
    assert all(f"`{topic}`" in text for topic in topics.known())
