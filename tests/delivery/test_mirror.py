"""`examples/mirror.py` against a running server: it holds exactly what the API shows, whatever happens in between."""

import ast
import importlib.util
import json
import sys
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.changes.api import feed_page
from cms.changes.maintenance import clear_tombstones
from cms.changes.models import FeedRow
from home.setup import make_site
from tests import world

from .conftest import API, build

PATH = Path(__file__).parents[2] / "examples" / "mirror.py"


def load():
    spec = importlib.util.spec_from_file_location("mirror", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mirror_module = load()


@pytest.fixture
def mirror(live_server, tmp_path, settings):
    settings.BASE_URL = live_server.url
    return mirror_module.Mirror(live_server.url, tmp_path / "mirror", limit=3, pause=lambda seconds: None)


@pytest.fixture
def library(transactional_db):
    """A live server sees what is committed: here everything is."""
    return build(make_site(title="Compendium"), nullcontext)


@pytest.fixture
def restrict():
    def make(page):
        restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
        restriction.groups.add(Group.objects.create(name="Members"))
        return restriction

    return make


def shown():
    """What the API shows, by language and key."""
    items = Client().get(f"{API}/pages/?fields=*&limit=100").json()["items"]
    return {(item["meta"]["locale"], item["meta"]["key"]): item for item in items}


def held(mirror):
    return {(item["meta"]["locale"], item["meta"]["key"]): item for item in mirror.documents()}


def test_it_needs_nothing_but_python():
    imported = set()
    for node in ast.walk(ast.parse(PATH.read_text())):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.partition(".")[0])
    assert imported <= sys.stdlib_module_names


def test_follows(mirror, library, restrict):
    outcome = mirror.run()
    assert (outcome.full, outcome.written, outcome.requests) == (True, 10, 4)
    assert held(mirror) == shown()

    assert mirror.run().written == 0

    world.publish(library["one"], title="One again")
    library["practices"][0].unpublish()
    outcome = mirror.run()
    assert (outcome.full, outcome.deleted) == (False, 1)
    assert held(mirror) == shown()
    assert mirror.document(str(library["one"].translation_key), "en")["title"] == "One again"
    assert mirror.document(str(library["practices"][0].translation_key), "en") is None

    restriction = restrict(library["guide"])
    mirror.run()
    assert held(mirror) == shown()
    assert len(shown()) == 6
    restriction.delete()
    mirror.run()
    assert held(mirror) == shown()

    _begins_again_when_the_cursor_is_too_old(mirror, library)
    _goes_on_after_a_power_cut(mirror, library)
    _survives_a_bent_state(mirror)


def _begins_again_when_the_cursor_is_too_old(mirror, library):
    library["two"].unpublish()
    feed_page(after=0, access_keys={""}, limit=1)
    FeedRow.objects.filter(kind="withdrawn").update(at=timezone.now() - timedelta(days=200))
    assert clear_tombstones() >= 1
    outcome = mirror.run()
    assert outcome.full
    assert outcome.deleted == 1
    assert held(mirror) == shown()


def _goes_on_after_a_power_cut(mirror, library):
    """In the middle of a full sync: nothing is lost, nothing half-written is left."""
    (mirror.folder / mirror_module.STATE).unlink()
    gone = mirror.folder / "en" / "00000000-0000-0000-0000-000000000000.json"
    gone.write_text("{}")
    write, count = mirror._write, 0

    def failing(path, value):
        nonlocal count
        count += 1
        if count == 6:
            raise OSError("the disk is full")
        write(path, value)

    mirror._write = failing
    with pytest.raises(OSError, match="disk"):
        mirror.run()
    mirror._write = write
    assert mirror.state()["full"]
    outcome = mirror.run()
    assert outcome.full
    assert not gone.exists()
    assert held(mirror) == shown()
    assert not list(mirror.folder.rglob("*.part"))


def _survives_a_bent_state(mirror):
    state = mirror.folder / mirror_module.STATE
    state.write_text(json.dumps({"cursor": "nonsense", "full": False, "listed": []}))
    assert mirror.run().full
    assert held(mirror) == shown()


@pytest.mark.parametrize(
    ("locale", "key"),
    [
        ("../../etc", "00000000-0000-0000-0000-000000000000"),
        ("en", "../passwd"),
        ("en", "/x"),
        ("", ""),
        ("en", "x\n"),
    ],
)
def test_a_feed_that_lies_writes_nothing(tmp_path, locale, key):
    mirror = mirror_module.Mirror("http://nowhere.invalid", tmp_path)
    with pytest.raises(ValueError, match="no document"):
        mirror._apply(
            {"kind": "published", "locale": locale, "key": key, "document": {}}, mirror_module.Outcome()
        )
    assert list(tmp_path.rglob("*")) == []


def test_it_waits_when_told(live_server, tmp_path, settings, transactional_db):
    settings.API_RATE_ANONYMOUS = "1/day"
    waited = []
    mirror = mirror_module.Mirror(live_server.url, tmp_path, pause=waited.append)
    mirror.run()
    with pytest.raises(OSError, match="429"):
        mirror.run()
    assert len(waited) == mirror_module.PATIENCE - 1
    assert all(0 < seconds <= 300 for seconds in waited)
