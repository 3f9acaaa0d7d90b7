"""A small library: a compendium with a guide of two chapters, one of them translated, and practices."""

import pytest

from home.guides.models import ChapterPage, CompendiumPage, GoodPracticePage, GuidePage, PracticeIndexPage
from tests import world

from .receiver import receiver  # noqa: F401

API = "/api/v2"


def build(site, committed) -> dict:
    """By name: the pages of a small site. Everything is public. `committed()` runs what waits for the commit."""
    with committed():
        picture = world.image()
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides", show_in_menus=True))
        guide = world.add(
            compendium,
            GuidePage(
                title="Religious sites",
                slug="religious",
                module_number=4,
                summary="How to protect places of worship.",
                foreword='<p>See <a href="https://example.org/">elsewhere</a>.</p>',
                cover=picture,
            ),
        )
    with committed():
        one = world.add(guide, ChapterPage(title="One", slug="one", body=[("text", "<p>First words.</p>")]))
        two = world.add(
            guide,
            ChapterPage(
                title="Two",
                slug="two",
                body=[
                    ("text", f'<p>Second words, see <a linktype="page" id="{one.pk}">one</a>.</p>'),
                    ("figure", {"image": picture, "caption": "A door", "credit": ""}),
                ],
            ),
        )
        index = world.add(site, PracticeIndexPage(title="Practices", slug="practices"))
    with committed():
        practices = [
            world.add(
                index,
                GoodPracticePage(
                    title=f"Practice {number}",
                    slug=f"practice-{number}",
                    summary=f"What was done {number} times.",
                    scale="local" if number % 2 else "national",
                    human_rights="<p>Respected.</p>",
                    consent=True,
                    period_from=2000 + number,
                ),
            )
            for number in range(1, 5)
        ]
    return {
        "site": site,
        "picture": picture,
        "compendium": compendium,
        "guide": guide,
        "one": one,
        "two": two,
        "index": index,
        "practices": practices,
    }


@pytest.fixture(scope="module")
def built_library(django_db_setup, django_db_blocker):
    """The library, made once for a module: each test undoes what it does to it."""
    with django_db_blocker.unblock(), world.built(build) as library:
        yield library


@pytest.fixture
def library(built_library, db):
    """By name: the pages of a small site, as they are stored. Everything is public."""
    return {name: world.as_stored(value) for name, value in built_library.items()}
