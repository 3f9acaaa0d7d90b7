"""What every test may use: a site in six languages, and a way to do things as a request would, commits included."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation


def pytest_configure(config):
    """Each process that runs tests empties its cache before each of them: in Redis, not the other's."""
    worker = getattr(config, "workerinput", {}).get("workerid", "").removeprefix("gw")
    default = settings.CACHES["default"]
    if worker and "redis" in default["BACKEND"].lower():
        default["LOCATION"] = f"{default['LOCATION'].rsplit('/', 1)[0]}/{1 + int(worker) % 15}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """A file's tests stay together, for the worlds that are made once a file; those that really commit come apart, last.

    Each of these puts back what migrations made: languages, root page, permissions. One that didn't would leave an empty
    database with new content types to whichever test comes after it, and which that is depends on how tests were dealt out.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = (marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames
        if commits and "django_db_serialized_rollback" not in item.fixturenames:
            item.fixturenames.append("django_db_serialized_rollback")
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path}{' committing' if commits else ''}"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of the tests, with a site in it: making one for each test would take a fifth of the suite's time."""
    from home.setup import make_site

    with django_db_blocker.unblock():
        make_site(title="Compendium")


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def _own_language():
    """A request leaves its language behind in its thread, which the next request sets anew; a test begins in English."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed(): …` runs what waits for the commit, as it would outside of a test's transaction."""

    def committing():
        return django_capture_on_commit_callbacks(execute=True)

    return committing


@pytest.fixture
def site(db, committed):
    """The English front page of a site in six languages."""
    from home.setup import make_site

    with committed():
        home = make_site(title="Compendium")
    return home
