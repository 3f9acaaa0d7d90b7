"""What every test may use: a site in six languages, and a way to do things as a request would, commits included."""

import gc
import itertools
import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

# How long an example takes says something of the machine, which others use as well.
hypothesis.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("shared machine")

# Fixtures that open the database to a test.
DATABASE = {"db", "transactional_db", "live_server"}
COMMITTING = " committing"


def pytest_configure(config):
    """Each process that runs tests empties its cache before each of them: in Redis, not the other's."""
    worker = getattr(config, "workerinput", {}).get("workerid", "").removeprefix("gw")
    default = settings.CACHES["default"]
    if worker and "redis" in default["BACKEND"].lower():
        default["LOCATION"] = f"{default['LOCATION'].rsplit('/', 1)[0]}/{1 + int(worker) % 15}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """A file's tests stay together, for the worlds that are made once a file; those that really commit come apart, last: they leave
    a database behind that only those who put it back themselves may meet.

    Within a file those come first that expect an empty site: a world that is made once stays until the file's end. What takes
    minutes begins first, then the files with the most tests: no process works on alone at the end.

    Each of these puts back what migrations made: languages, root page, permissions. One that didn't would leave an empty
    database with new content types to whichever test comes after it, and which that is depends on how tests were dealt out.
    """
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        # Those that touch no database have run on SQLite, and say nothing else here.
        config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
        items[:] = filter(_uses_database, items)
    items[:] = [
        item
        for _, run in itertools.groupby(items, lambda each: each.path)
        for item in sorted(run, key=_shares)
    ]
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = (marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames
        if commits and "django_db_serialized_rollback" not in item.fixturenames:
            item.fixturenames.append("django_db_serialized_rollback")
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path}{COMMITTING if commits else ''}"))
    groups: dict[str, list] = {}
    for item in items:
        groups.setdefault(item.get_closest_marker("xdist_group").args[0], []).append(item)
    items[:] = itertools.chain.from_iterable(sorted(groups.values(), key=_order))


def _order(group) -> tuple[bool, bool, int]:
    commits = group[0].get_closest_marker("xdist_group").args[0].endswith(COMMITTING)
    return commits, not any(item.get_closest_marker("long") for item in group), -len(group)


def _uses_database(item) -> bool:
    names = {*DATABASE, "django_db_setup"}
    return item.get_closest_marker("django_db") is not None or not names.isdisjoint(item.fixturenames)


def pytest_fixture_setup(fixturedef, request):
    """A test that asks for the database only while it runs would be left out on PostgreSQL: it must say so before."""
    if fixturedef.argname in DATABASE and not _uses_database(request.node):
        raise pytest.UsageError(f"{request.node.nodeid} uses the database: mark it with django_db")


def pytest_collection_finish(session):
    """What was imported and collected stays to the end: looking through it for garbage time and again costs 5 %."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _shares(item) -> bool:
    """Whether a test shares a world with others of its file: fixtures that make such a world are called `built_…`."""
    return any(name.startswith("built_") for name in item.fixturenames)


@pytest.fixture(scope="session")
def django_db_setup(
    request,
    django_test_environment,
    django_db_blocker,
    django_db_keepdb,
    django_db_createdb,
    django_db_modify_db_settings,
):
    """The database of the tests, with a site in it: making one for each test would take a fifth of the suite's time.

    In place of pytest-django's: a copy of a template, see `tests.databases`.
    """
    from django.test.utils import setup_databases, teardown_databases

    from home.setup import make_site
    from tests import databases

    run = getattr(request.config, "workerinput", {}).get("testrunuid") or str(os.getpid())
    with django_db_blocker.unblock():
        if django_db_keepdb and not django_db_createdb and databases.exists():
            made = setup_databases(verbosity=0, interactive=False, keepdb=True)
        else:
            made = databases.set_up(run=run, from_nothing=django_db_createdb, verbosity=0)
        make_site(title="Compendium")
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def _own_language():
    """A request leaves its language behind in its thread, which the next request sets anew; a test begins in English."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def committed():
    """`with committed(): …` runs what waits for the commit, as it would outside of a test's transaction."""
    from tests import world

    return world.committed


@pytest.fixture
def site(db, committed):
    """The English front page of a site in six languages."""
    from home.setup import make_site

    with committed():
        home = make_site(title="Compendium")
    return home


@pytest.fixture
def term(db):
    """`term(taxonomy, code, ar="…")`: a term with its labels."""
    from tests import world

    return world.term


@pytest.fixture
def translate(committed):
    """Translate a page with its ancestors and publish what came of it, in the language asked for."""
    from tests import world

    def make(page, code, **fields):
        with committed():
            translated = world.translation(page, code)
        with committed():
            return world.publish(translated, **fields)

    return make


@pytest.fixture
def restrict(committed):
    """For members only."""
    from tests import world

    def make(page):
        with committed():
            return world.for_members(page)

    return make


@pytest.fixture
def choose(committed):
    """`choose("fr", own_slugs=True)`: what is chosen for a language, where languages are added."""

    def make(code, **fields):
        with committed():
            from cms.core.models import Language
            from tests.world import locale

            language, _new = Language.objects.get_or_create(locale=locale(code))
            for name, value in fields.items():
                setattr(language, name, value)
            language.save()

    return make
