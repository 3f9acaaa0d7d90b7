"""Test databases are copied from a template only where migrations would make the same."""

import pytest
from django.conf import settings
from django.db import connection

from tests import databases


def relative(paths):
    return {
        str(path.relative_to(settings.BASE_DIR)) for path in paths if path.is_relative_to(settings.BASE_DIR)
    }


def test_a_digest_is_of_all_that_decides_what_migrations_make():
    paths = databases._sources()
    assert {
        "cms/content/migrations/0001_initial.py",
        "learning/migrations/0001_initial.py",
        "cms/core/audiences.py",  # a migration asks it
        "cms/settings/test.py",
    } <= relative(paths)
    assert any("wagtail/migrations" in str(path) for path in paths)


def test_handlers_that_run_after_migrations_are_part_of_it(monkeypatch):
    from django.db.models.signals import post_migrate

    from cms.core import numerals

    def handler(**kwargs):
        pass

    handler.__module__ = numerals.__name__
    assert "cms/core/numerals.py" not in relative(databases._sources())
    post_migrate.connect(handler)
    try:
        assert "cms/core/numerals.py" in relative(databases._sources())
    finally:
        post_migrate.disconnect(handler)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "0002_more.py").write_text("operations = [1]"),
        lambda folder: (folder / "0002_more.py").rename(folder / "0002_other.py"),
        lambda folder: (folder / "0003_new.py").write_text(""),
        lambda folder: (folder / "0002_more.py").unlink(),
    ],
)
def test_another_set_of_migrations_is_another_digest(tmp_path, monkeypatch, change):
    (tmp_path / "0002_more.py").write_text("operations = []")
    monkeypatch.setattr(databases, "_sources", lambda: set(tmp_path.glob("*.py")))
    before = databases.digest()
    assert databases.digest() == before
    change(tmp_path)
    assert databases.digest() != before


def test_other_packages_are_another_digest(monkeypatch):
    before = databases.digest()
    monkeypatch.setattr(databases.importlib.metadata, "distributions", lambda: [])
    assert databases.digest() != before


class Template:
    """Notes what is done with it."""

    name = "noted"

    def __init__(self):
        self.done = []

    def exists(self):
        return "keep" in self.done

    def copy(self):
        self.done.append("copy")

    def keep(self):
        self.done.append("keep")


@pytest.fixture
def template(tmp_path, monkeypatch):
    made = Template()
    monkeypatch.setattr(databases, "FOLDER", tmp_path / "folder")
    monkeypatch.setattr(databases, "_template", lambda: made)
    monkeypatch.setattr(databases, "digest", lambda: "first")
    monkeypatch.setattr(
        databases, "setup_databases", lambda keepdb=False, **rest: made.done.append("on" if keepdb else "new")
    )
    return made


def test_the_first_builds_and_the_next_copies(template):
    databases.set_up(run="a", from_nothing=False)
    databases.set_up(run="b", from_nothing=False)
    assert template.done == ["new", "keep", "copy", "on"]


def test_another_digest_builds_anew(template, monkeypatch):
    databases.set_up(run="a", from_nothing=False)
    monkeypatch.setattr(databases, "digest", lambda: "second")
    databases.set_up(run="b", from_nothing=False)
    assert template.done == ["new", "keep", "new", "keep"]


def test_from_nothing_it_is_built_once_a_run(template):
    databases.set_up(run="a", from_nothing=False)
    for _ in range(2):
        databases.set_up(run="b", from_nothing=True)
    assert template.done == ["new", "keep", "new", "keep", "copy", "on"]


def test_what_is_interrupted_leaves_no_template(template, monkeypatch):
    databases.set_up(run="a", from_nothing=False)

    def fails(**options):
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(databases, "setup_databases", fails)
        with pytest.raises(KeyboardInterrupt):
            databases.set_up(run="b", from_nothing=True)
    databases.set_up(run="c", from_nothing=False)
    assert template.done == ["new", "keep", "new", "keep"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="files")
def test_a_copy_holds_what_the_template_held(tmp_path, monkeypatch):
    import sqlite3
    from contextlib import closing

    monkeypatch.setattr(databases, "FOLDER", tmp_path)
    monkeypatch.setattr(connection, "close", lambda: None)
    template = databases.SQLite()
    template.target = tmp_path / "test.sqlite3"
    with closing(sqlite3.connect(template.target)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE word (id INTEGER)")
        template.keep()
        made.execute("DROP TABLE word")
        made.commit()
    template.copy()
    with closing(sqlite3.connect(template.target)) as copied:
        assert copied.execute("SELECT name FROM sqlite_master").fetchall() == [("word",)]
