"""A lesson shows a chapter that shows a practice: compiled in one batch, whatever its order, nothing is left out on the way."""

import itertools

import pytest

from cms.content import dependants, store
from cms.content.models import ContentItem
from home.guides.models import ChapterPage, CompendiumPage, GoodPracticePage, GuidePage, PracticeIndexPage
from tests import world
from tests.learning import factories


@pytest.fixture
def nested(site, committed):
    """By name: a lesson, the chapter that it shows, and a practice that the chapter shows."""
    with committed():
        index = world.add(site, PracticeIndexPage(title="Practices", slug="practices"))
        practice = world.add(
            index,
            GoodPracticePage(title="Stewards", slug="stewards", human_rights="<p>Yes.</p>", consent=True),
        )
        guides = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(guides, GuidePage(title="Guide", slug="guide"))
        body = [("text", "<p>Of the chapter.</p>"), ("practice", practice)]
        chapter = world.add(guide, ChapterPage(title="Chapter", slug="chapter", body=body))
    block = {"type": "chapter", "value": chapter.pk, "id": factories.stable("chapter")}
    course = factories.course(site, committed, {"M": [("lesson", "lesson", {"body": [block]})]})
    return {"lesson": course.pages["lesson"], "chapter": chapter, "practice": practice}


def bodies(page):
    """What the versions of a document say, the oldest first."""
    versions = ContentItem.objects.get(page_id=page.pk).versions.order_by("number")
    return list(versions.values_list("body", flat=True))


@pytest.mark.parametrize("order", list(itertools.permutations(["lesson", "chapter", "practice"])))
def test_what_shows_something_stale_comes_after_it(nested, order):
    """They are stale when the batch begins."""
    lesson = nested["lesson"]
    before = bodies(lesson)
    assert "Of the chapter." in before[-1]
    dependants.make_stale([nested["practice"].translation_key])
    assert store.publish_all([nested[name].pk for name in order]) == {}
    # Not for one version was the chapter out of the lesson.
    assert bodies(lesson) == before
    assert not ContentItem.objects.filter(stale=True).exists()


def test_what_becomes_stale_within_the_batch(nested):
    """The practice goes away in it; nothing was stale before."""
    lesson, chapter, practice = nested["lesson"], nested["chapter"], nested["practice"]
    before = bodies(lesson)
    assert "Stewards" in before[-1]
    type(practice).objects.filter(pk=practice.pk).update(live=False)
    assert store.publish_all([practice.pk, lesson.pk, chapter.pk]) == {}
    after = bodies(lesson)[len(before) :]
    assert len(after) == 1
    assert "Of the chapter." in after[0] and "Stewards" not in after[0]
