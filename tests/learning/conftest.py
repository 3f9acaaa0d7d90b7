import pytest

from tests.learning import factories


@pytest.fixture
def world(site, committed):
    """A course of two modules: a lesson and a quiz, and a lesson."""
    return factories.course(site, committed)


@pytest.fixture
def learner(db):
    return factories.person("learner@example.org")
