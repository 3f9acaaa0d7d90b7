"""The demo's illustrations: all there, of one size, the same each time."""

import io

import pytest
from PIL import Image

from cms.demo.pictures import PICTURES


def test_the_pictures_that_the_content_refers_to_exist():
    assert set(PICTURES) == {
        *("layers", "site-plan", "roles", "timeline"),
        *("neighbourhood", "doors", "street", "lobby", "sky"),
    }


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_a_jpeg_of_the_agreed_size(name):
    content = PICTURES[name]()
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("JPEG", (1600, 1000))
    assert len(content) < 300_000
    assert len(picture.resize((160, 100)).getcolors(16000)) > 100, "it is nearly empty"


def test_a_picture_has_the_same_bytes_each_time():
    assert PICTURES["layers"]() == PICTURES["layers"]()
