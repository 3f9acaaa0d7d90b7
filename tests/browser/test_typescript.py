"""`examples/typescript/guide.ts`, as `.ci/typescript.sh` has compiled it, against the demo."""

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest

FOLDER = os.environ.get("TYPESCRIPT_EXAMPLE", "")


@pytest.fixture
def guide(demo):
    """`guide(*arguments)`: the finished process."""
    if not FOLDER:
        pytest.skip("the TypeScript example runs with TYPESCRIPT_EXAMPLE=<folder of .ci/typescript.sh>")
    program = Path(FOLDER) / "guide.js"

    def running(*arguments):
        return subprocess.run(
            ["node", program, *arguments], capture_output=True, text=True, timeout=60, cwd=FOLDER
        )

    return running


def ask(demo, path):
    with urllib.request.urlopen(f"{demo.url}/api/v2/{path}") as answer:
        return json.load(answer)


def titles(node):
    yield node["title"]
    for child in node["children"]:
        yield from titles(child)


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_guide_and_its_contents(demo, guide, locale):
    first = ask(demo, f"pages/?type=guides.GuidePage&locale={locale}&limit=1")["items"][0]
    contents = ask(demo, f"pages/{first['id']}/contents/")["contents"]
    done = guide(demo.url, locale)
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head == f"{first['title']} (version {first['meta']['version']})"
    lines = [line for line in lines if not line.startswith("Cover: ")]
    assert len(lines) == len(list(titles(contents))) - 1 > 0
    assert all(title in line for title, line in zip(list(titles(contents))[1:], lines, strict=True))


def test_what_is_wrong_is_said(demo, guide):
    done = guide(demo.url, "xx")
    assert done.returncode == 1
    assert done.stderr.startswith("unknown_locale: ")
