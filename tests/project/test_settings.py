"""Every environment variable is documented, with its default, and nothing else is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READ = re.compile(r"""(?:\benv\.\w+|\benv|environ(?:\.\w+)?)\s*[(\[]\s*["']([A-Z][A-Z0-9_]+)["']""")
ROW = re.compile(r"^\| `([A-Z_0-9]+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_the_table_of_settings_is_complete_and_ordered():
    read = set()
    for path in sorted((ROOT / "cms" / "settings").glob("*.py")):
        read |= set(READ.findall(path.read_text()))
    rows = ROW.findall((ROOT / "docs" / "settings.md").read_text())
    names = [name for name, _default, _meaning in rows]
    assert set(names) == read
    assert names == sorted(names)
    assert all(default.strip() and len(meaning) > 20 for _name, default, meaning in rows)


GOOD = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "SECRET_KEY": "k" * 50,
    "BASE_URL": "https://compendium.example",
    "ALLOWED_HOSTS": "compendium.example",
}


def load(changes, tmp_path):
    """Load the settings in a process of their own; its exit status and what it said."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print('DEMO', settings.DEMO)"],
        cwd=ROOT,
        env={**kept, "COMPENDIUM_VAR": str(tmp_path), **GOOD, **changes},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def test_production_starts_with_what_it_needs_and_without_the_demo(tmp_path):
    assert load({}, tmp_path) == (0, "DEMO False\n")


def test_an_empty_address_of_the_database_is_none(tmp_path):
    assert load({"DATABASE_URL": ""}, tmp_path) == (0, "DEMO False\n")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"DEMO": "true"}, "DEMO can't be switched on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"BASE_URL": "http://compendium.example"}, "BASE_URL must be the https"),
        ({"BASE_URL": "compendium.example"}, "BASE_URL must start with"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"DATABASE_URL": "mysql://root@localhost/x"}, "DATABASE_URL must be"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be"),
        ({"PURGE_BACKEND": "http"}, "needs PURGE_URLS"),
        ({"PURGE_URLS": "cache.internal"}, "PURGE_URLS must be whole"),
        ({"PURGE_METHOD": "DELETE"}, "PURGE_METHOD must be"),
        ({"FEED_RETENTION_DAYS": "89"}, "FEED_RETENTION_DAYS must be 90"),
    ],
)
def test_production_refuses_what_makes_no_sense(changes, says, tmp_path):
    status, output = load(changes, tmp_path)
    assert status != 0
    assert says in output
