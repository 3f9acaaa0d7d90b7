"""The corpus, in a size for tests: published, linked, illustrated, and with a learner on the course."""

from io import BytesIO

import pikepdf
import pytest

from cms.bench.corpus import Builder, Sizes, Words
from cms.bench.moving import Crowd
from cms.bench.work import Work, statements
from cms.content import api as content
from cms.content.models import ContentItem
from cms.content.renderers import pdf
from cms.content.renderers.book import gather, members
from learning.progress.models import Enrolment

TINY = Sizes(
    chapters=3,
    chapters_in_guide=2,
    units=3,
    units_in_module=2,
    crowd=4,
    crowd_units=2,
    rush=3,
    images=1,
    dependants=2,
    paragraphs=4,
    book_words=1_500,
    book_chapters=2,
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


def test_the_guide_that_is_printed_holds_all_kinds_of_blocks(built):
    corpus, _told = built
    work = Work(corpus, lambda *told: None)
    work.pdf()
    item = ContentItem.objects.select_related("current").get(page_id=corpus.book.pk)
    book = gather(item, members(item))
    assert len(book.parts) == TINY.book_chapters
    kinds = {block["type"] for part in book.parts for block in part.blocks}
    assert kinds == {"heading", "text", "footnote", "table", "case_study", "figure"}
    assert all(book.indexes[kind] for kind in ("case_studies", "tables", "figures"))
    # The item, two for its members, one for the name of the site.
    assert statements(work.pdf) == 4


def test_in_full_size_it_has_a_hundred_pages(db, committed):
    sizes = Sizes(chapters=1, units=1, crowd_units=1, images=2, paragraphs=1)
    with committed():
        corpus = Builder(sizes, lambda *told: None).publish()
    item = ContentItem.objects.select_related("current").get(page_id=corpus.book.pk)
    book = gather(item, members(item))
    words = sum(
        len(block["value"].split()) for part in book.parts for block in part.blocks if block["type"] == "text"
    )
    assert 40_000 <= words <= 45_000
    with pikepdf.open(BytesIO(pdf.render(book))) as document:
        assert 95 <= len(document.pages) <= 130


def test_every_run_makes_the_same_words():
    assert Words().paragraph() == Words().paragraph()
    assert Words().paragraph() != Words(seed=2).paragraph()


def test_the_crowd_moves_as_learners_do(built, committed):
    corpus, _told = built
    crowd = Crowd(corpus.crowded, corpus.crowd)
    crowd.gather()
    with committed():
        edition = crowd.release()
    assert crowd.move(edition) == 4
    theirs = Enrolment.objects.filter(course=corpus.crowded.translation_key)
    assert set(theirs.values_list("edition__number", "required_total")) == {(2, 3)}
    assert sorted(theirs.values_list("required_done", flat=True)) == [0, 0, 0, 1]
