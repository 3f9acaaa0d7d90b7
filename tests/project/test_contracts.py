"""The rules of the house, held by tools."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command


def test_imports_go_down():
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_production_settings_refuse_demo_mode_and_missing_secrets(monkeypatch):
    def start(**environment):
        return subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=settings.BASE_DIR,
            env={"PATH": "", "DJANGO_SETTINGS_MODULE": "cms.settings.production", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    said = start(DEMO="1", SECRET_KEY="x" * 60, BASE_URL="https://example.org", ALLOWED_HOSTS="example.org")
    assert said.returncode != 0
    assert "DEMO can't be switched on" in said.stderr
    assert "SECRET_KEY must be set" in start().stderr


def test_what_runs_in_production_is_installed_for_development_too():
    """`make setup` installs the longer list alone, so whatever the shorter one pins must stand in it, and alike."""

    def pins(name):
        lines = (settings.BASE_DIR / name).read_text().splitlines()
        return {line for line in lines if "==" in line and not line.lstrip().startswith("#")}

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()
