"""Languages that a deployment names in its settings."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cms.core import languages
from cms.settings.languages import NAMES, named_languages


def test_in_the_order_given_with_their_own_names():
    assert named_languages(["fr", " EN", "pt", "pt-br"]) == [
        ("fr", "Français"),
        ("en", "English"),
        ("pt", "Português"),
        ("pt-br", "Português Brasileiro"),
    ]
    assert named_languages(NAMES) == list(NAMES.items())


@pytest.mark.parametrize("codes", [[], ["en", "fr", "en"], ["xx"], [""], ["en", "../fr"], ["zh-cn"]])
def test_what_cannot_be(codes):
    with pytest.raises(ImproperlyConfigured):
        named_languages(codes)


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("ar", "rtl"),
        ("he", "rtl"),
        ("fa", "rtl"),
        ("ur", "rtl"),
        ("ar-dz", "rtl"),
        ("en", "ltr"),
        ("zh-hans", "ltr"),
    ],
)
def test_direction(code, direction):
    assert languages.direction(code) == direction
