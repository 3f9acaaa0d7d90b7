"""A small library: a compendium with a guide of two chapters, one of them translated, and practices."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction
from wagtail_localize.operations import TranslationCreator

from home.guides.models import ChapterPage, CompendiumPage, GoodPracticePage, GuidePage, PracticeIndexPage
from home.vocabulary.models import Term, TermLabel
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


@pytest.fixture
def term(db):
    def make(taxonomy, code):
        found = Term.objects.create(taxonomy=taxonomy, code=code)
        TermLabel.objects.create(term=found, locale="en", label=code.title())
        return found

    return make


@pytest.fixture
def translate(committed):
    """Translate a page with its ancestors and publish what came of it, in the language asked for."""

    def make(page, code="fr", **fields):
        with committed():
            TranslationCreator(user=None, target_locales=[world.locale(code)]).create_translations(
                page, include_related_objects=True
            )
            translated = page.get_translation(world.locale(code))
            if translated.alias_of_id:
                translated.alias_of = None
                translated.save()
        with committed():
            return world.publish(translated.specific, **fields)

    return make


@pytest.fixture
def restrict(committed):
    def make(page):
        group = Group.objects.get_or_create(name="Members")[0]
        with committed():
            restriction = PageViewRestriction.objects.create(
                page=page, restriction_type=PageViewRestriction.GROUPS
            )
            restriction.groups.add(group)
        return restriction

    return make
