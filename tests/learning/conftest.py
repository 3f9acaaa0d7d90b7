import pytest

from tests import world as pages
from tests.learning import factories


@pytest.fixture(scope="module")
def built_world(request, django_db_setup, django_db_blocker):
    """A course of two modules: a lesson and a quiz, and a lesson. Or what a module's `build_world(site, committed)` makes.

    Made once for a module: each test undoes what it does to it.
    """
    build = getattr(request.module, "build_world", factories.course)
    with django_db_blocker.unblock(), pages.built(build) as found:
        yield found


@pytest.fixture
def world(built_world, db):
    """The course, as it is stored."""
    return built_world.as_stored()


@pytest.fixture
def learner(db):
    return factories.person("learner@example.org")
