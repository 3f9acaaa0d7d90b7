"""The corpus, in a size for tests: published, linked, illustrated, and with a learner on the course."""

import pytest

from cms.bench.corpus import Builder, Sizes, Words
from cms.content import api as content
from cms.content.models import ContentItem
from learning.progress.models import Enrolment

TINY = Sizes(
    chapters=3, chapters_in_guide=2, units=3, units_in_module=2, images=1, dependants=2, paragraphs=4
)


@pytest.fixture
def built(db, committed):
    told = []
    builder = Builder(TINY, lambda what, done, total: told.append((what, done, total)))
    with committed():
        corpus = builder.publish()
    builder.enrol(corpus)
    return corpus, told


def test_the_corpus_is_published_with_links_pictures_and_a_learner(built):
    corpus, told = built
    assert len(corpus.chapters) == 3
    items = ContentItem.objects.filter(page_id__in=corpus.chapters, status="live").select_related("current")
    bodies = [content.body(item.current)["body"] for item in items.order_by("page_id")]
    assert len(bodies) == 3
    linking = [body for body in bodies if 'href="/en/linked/"' in str(body)]
    assert len(linking) == corpus.dependants == 2
    assert all(
        len(block["value"]["image"]["renditions"]) == 6
        for body in bodies
        for block in body
        if block["type"] == "figure"
    )
    assert len(corpus.units) == 3
    enrolment = Enrolment.objects.get(learner__user=corpus.learner)
    assert enrolment.required_total == 3
    assert told[-1] == ("Pages", TINY.pages, TINY.pages)


def test_every_run_makes_the_same_words():
    assert Words().paragraph() == Words().paragraph()
    assert Words().paragraph() != Words(seed=2).paragraph()
