"""Editions: the first at the first publication, open until sealed, frozen by the next."""

import pytest

from cms.content import api
from cms.core.errors import NotFound
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from tests import world


@pytest.fixture
def compendium(site, committed):
    with committed():
        page = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(page, GuidePage(title="Guide", slug="guide"))
        world.add(guide, ChapterPage(title="One", slug="one", body=[("text", "<p>First.</p>")]))
    return page


def keys(edition):
    return [row.key for row in api.structure(edition)]


def test_the_first_publication_makes_edition_one_and_its_structure_follows_the_tree(compendium, committed):
    edition = api.current_edition(compendium.translation_key)
    assert (edition.number, len(keys(edition))) == (1, 3)
    with committed():
        world.add(GuidePage.objects.get(), ChapterPage(title="Two", slug="two"))
    assert len(keys(edition)) == 4


def test_a_sealed_edition_keeps_its_structure(compendium, committed):
    edition = api.current_edition(compendium.translation_key)
    api.seal(edition)
    with committed():
        world.add(GuidePage.objects.get(), ChapterPage(title="Two", slug="two"))
    assert len(keys(edition)) == 3
    following = api.release_edition(root_key=compendium.translation_key, note="A second chapter")
    assert (following.number, len(keys(following))) == (2, 4)


def test_versions_flow_into_the_current_edition_and_are_pinned_by_the_next(compendium, committed):
    chapter = ChapterPage.objects.get()
    first = api.current_edition(compendium.translation_key)

    def text(edition):
        versions = api.pinned_versions(edition=edition, keys=[chapter.translation_key], locale="en")
        return api.body(versions[chapter.translation_key])["body"][0]["value"]

    with committed():
        world.publish(chapter, body=[("text", "<p>Corrected.</p>")])
    assert text(first) == "<p>Corrected.</p>"
    second = api.release_edition(root_key=compendium.translation_key)
    with committed():
        world.publish(ChapterPage.objects.get(), body=[("text", "<p>Rewritten.</p>")])
    first.refresh_from_db()
    assert (text(first), text(second)) == ("<p>Corrected.</p>", "<p>Rewritten.</p>")


def test_a_retired_page_stays_readable_for_whoever_is_on_the_edition(compendium, committed):
    chapter = ChapterPage.objects.get()
    edition = api.current_edition(compendium.translation_key)
    api.seal(edition)
    with committed():
        chapter.unpublish()
    versions = api.pinned_versions(edition=edition, keys=[chapter.translation_key], locale="fr")
    assert versions[chapter.translation_key].item.locale == "en"


def test_there_is_no_edition_of_what_was_never_published(site):
    import uuid

    with pytest.raises(NotFound):
        api.release_edition(root_key=uuid.uuid4())
