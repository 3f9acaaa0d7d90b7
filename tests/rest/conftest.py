import pytest

from cms.accounts.models import User


@pytest.fixture
def test_views(settings):
    settings.ROOT_URLCONF = "tests.rest.views"


@pytest.fixture
def person(db):
    return User.objects.create_user("somebody@example.org", "a long password")
