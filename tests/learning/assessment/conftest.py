import pytest

from tests import world


@pytest.fixture
def picture(db):
    return world.image()
