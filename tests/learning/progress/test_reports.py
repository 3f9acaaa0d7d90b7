"""Groups of people in reports: nobody can be recognised, not by what is left either."""

import pytest

from learning.progress.reports import Group, _groups


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({}, []),
        ({"en": 4}, []),
        ({"en": 5}, [("en", 5)]),
        ({"en": 9, "fr": 5}, [("en", 9), ("fr", 5)]),
        # One small group would be what the others leave of the whole: the next larger one joins it.
        ({"en": 9, "fr": 6, "ar": 1}, [("en", 9), (None, 7)]),
        ({"en": 9, "fr": 4, "ar": 1}, [("en", 9), (None, 5)]),
        ({"en": 9, "fr": 4}, [(None, 13)]),
        ({"en": 2, "fr": 2}, []),
        ({"en": 3, "fr": 2}, [(None, 5)]),
    ],
)
def test_too_few_are_told_of_together(sizes, expected):
    groups = _groups({language: (people, 1, people * 5_000) for language, people in sizes.items()})
    assert [(each.language, each.enrolled) for each in groups] == expected
    assert {each.mean_progress_bp for each in groups} <= {5_000}


def test_numbers_of_small_groups_are_added_up():
    groups = _groups({"en": (6, 3, 60_000), "fr": (3, 2, 0), "ar": (3, 1, 12_000)})
    assert groups == [Group("en", 6, 3, 10_000), Group(None, 6, 3, 2_000)]
