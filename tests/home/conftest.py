"""A small site with one page of each type, everything in it that a template can show, and Arabic for some of it."""

import pytest

from home.guides.models import (
    ChapterPage,
    CompendiumPage,
    GoodPracticePage,
    GuidePage,
    PracticeIndexPage,
    PracticeTerm,
)
from home.models import StandardPage
from home.programme.models import ProgrammePage
from tests import world

ROWS = {
    "columns": [{"type": "text", "heading": "Who"}, {"type": "text", "heading": "Before"}],
    "rows": [{"values": ["Steward", "Knows the doors"]}],
    "caption": "Roles",
}


def chapter_body(picture, practice):
    """Every block of a chapter, two footnotes among them."""
    return [
        ("heading", {"text": "Trust before technology", "level": "2"}),
        ("text", "<p>Begin with people.</p>"),
        ("footnote", {"text": "<p>Resolution 2341.</p>"}),
        ("heading", {"text": "Who opens the doors", "level": "3"}),
        ("figure", {"image": picture, "caption": "A door", "credit": "A painter"}),
        ("table", {"type": "table", **ROWS}),
        ("quote", {"text": "Ask what is unusual.", "attribution": "A steward"}),
        ("footnote", {"text": "<p>Said in May.</p>"}),
        ("box", {"title": "In short", "text": "<p>One page.</p>"}),
        ("case_study", {"title": "Three mornings", "place": "A port", "text": "<p>What was done.</p>"}),
        ("practice", practice),
        ("checklist", {"title": "Before you decide", "items": ["Who is affected?"]}),
    ]


def practice_maker(committed):
    """Publish a practice below an index."""

    def make(index, title, terms=(), **fields):
        values = {
            "slug": title.lower().replace(" ", "-"),
            "summary": f"About {title}.",
            "human_rights": "<p>Respected.</p>",
            "consent": True,
        } | fields
        with committed():
            page = GoodPracticePage(title=title, **values)
            page = world.add(index, page, live=False)
            page.practice_terms.set([PracticeTerm(term=each) for each in terms])
            return world.publish(page)

    return make


@pytest.fixture
def practice(committed):
    return practice_maker(committed)


def build(site, committed):
    """By name: home, compendium, guide, one, two, index, practice, programme, about."""
    practice, term = practice_maker(committed), world.term
    with committed():
        picture = world.image()
        index = world.add(
            site, PracticeIndexPage(title="Practices", slug="practices", summary="S", show_in_menus=True)
        )
    done = practice(
        index,
        "Stewards",
        [term("phase", "prevent"), term("target", "church")],
        place="A city",
        period_from=2019,
        period_to=2021,
        context="<p>Before.</p>",
        description="<p>Done.</p>",
        misuse_note="<p>Not for lists.</p>",
        stakeholder_roles=[("role", {"role": "Steward", "part": "Welcomes"})],
        references=[("reference", {"title": "A source", "url": "https://example.org/"})],
        source_note="A composite.",
    )
    with committed():
        compendium = world.add(
            site,
            CompendiumPage(title="Guides", slug="guides", show_in_menus=True, foreword="<p>Foreword.</p>"),
        )
        guide = world.add(
            compendium,
            GuidePage(
                title="Religious sites", slug="religious", module_number=4, summary="Places.", audience="All"
            ),
        )
    with committed():
        one = world.add(
            guide,
            ChapterPage(
                title="Communities", slug="one", summary="Lede.", body=chapter_body(picture, done.page_ptr)
            ),
        )
        two = world.add(guide, ChapterPage(title="Design", slug="two", body=[("text", "<p>Two.</p>")]))
        programme = world.add(
            site,
            ProgrammePage(
                title="Programme",
                slug="programme",
                banner=picture,
                objectives=[("objective", f"Objective {number}") for number in range(1, 4)],
                deliverables=[
                    (
                        "deliverable",
                        {"title": f"Deliverable {number}", "text": "<p>T.</p>", "page": guide.page_ptr},
                    )
                    for number in range(1, 7)
                ],
            ),
        )
        about = world.add(
            site,
            StandardPage(
                title="About",
                slug="about",
                summary="Why.",
                body=[("heading", {"text": "Hello", "level": "2"}), ("text", "<p>Hello.</p>")],
            ),
        )
    with committed():
        world.publish(
            type(site).objects.get(pk=site.pk),
            site_name="The library",
            headline="Good practice",
            lede="Lede.",
            doors=[("door", {"title": "Read", "text": "Five", "page": compendium.page_ptr})],
            footer="<p>Share it.</p>",
        )
    return {
        "home": site,
        "compendium": compendium,
        "guide": guide,
        "one": one,
        "two": two,
        "index": index,
        "practice": done,
        "programme": programme,
        "about": about,
    }


@pytest.fixture(scope="module")
def built_pages(django_db_setup, django_db_blocker):
    """The pages, made once for a module: each test undoes what it does to them."""
    with django_db_blocker.unblock(), world.built(build) as pages:
        yield pages


@pytest.fixture
def pages(built_pages, db):
    """By name: home, compendium, guide, one, two, index, practice, programme, about; as they are stored."""
    return {name: world.as_stored(value) for name, value in built_pages.items()}


ADDRESSES = {
    "home": "/en/",
    "compendium": "/en/guides/",
    "guide": "/en/guides/religious/",
    "one": "/en/guides/religious/one/",
    "index": "/en/practices/",
    "practice": "/en/practices/stewards/",
    "programme": "/en/programme/",
    "about": "/en/about/",
}


@pytest.fixture
def member(db, django_user_model):
    def make(*groups):
        user = django_user_model.objects.create_user(email="member@example.org", password="secret-secret")
        user.groups.set(groups)
        return user

    return make
