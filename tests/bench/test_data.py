"""Data sets to measure with: what was copied is read like what was published, and the ledger is right."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from wagtail.models import Page

from cms.bench.copies import copy
from cms.bench.corpus import Builder, Sizes
from cms.bench.data import Generator, Size
from cms.bench.management.commands.bench_data import Command
from cms.bench.rush import Rush
from cms.changes.models import FeedRow
from cms.content.models import ContentItem
from cms.core import invariants
from home.guides.models import ChapterPage
from home.setup import make_site
from learning.assessment.models import Attempt
from learning.models import CourseIndexPage
from learning.progress.models import Enrolment, Event
from learning.progress.projection import rebuild

SMALL = Sizes(chapters=4, chapters_in_guide=2, guides_in_compendium=2, images=1, paragraphs=2, dependants=0)


def quiet(*args):
    pass


# Documents are compiled once their pages are committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home():
    return make_site(title="Bench")


def test_copies_are_pages_and_documents_of_their_own(client, home):
    [original] = Builder(SMALL, quiet).compendiums(home)
    # Wagtail's welcome page is put back beside the site that was there, for the first of the tests that commit.
    Page.fix_tree()
    before = Page.objects.count()
    assert copy(original, [1, 2]) == Page.objects.count() - before == 2 * 7
    assert [len(each) for each in Page.find_problems()] == [0, 0, 0, 0, 0]
    chapters = ChapterPage.objects.filter(url_path__contains=f"{original.slug}-2/")
    assert len({each.translation_key for each in ChapterPage.objects.all()}) == 3 * 4
    for chapter in chapters:
        answer = client.get(f"/api/v2/pages/{chapter.pk}/").json()
        assert (answer["id"], answer["title"]) == (chapter.pk, chapter.title)
        assert f"{original.slug}-2/" in answer["meta"]["html_url"]
        page = client.get(answer["meta"]["html_url"])
        assert page.status_code == 200
        assert f"/{original.slug}-2/" in page.content.decode()
    listed = ContentItem.objects.filter(listed=True).count()
    assert FeedRow.objects.count() == listed
    assert list(invariants.violations()) == []


def test_learning_is_what_the_ledger_says(home):
    size = Size(pages=0, members=12, enrolments=30, events=700, courses=3)
    Generator(size, quiet, timezone.now()).run(home)
    enrolments = list(Enrolment.objects.all())
    assert len(enrolments) == 30
    assert 0.5 * 700 < Event.objects.count() < 1.5 * 700
    assert Attempt.objects.exists()
    assert {each.state for each in enrolments} <= {"active", "completed"}
    assert not any(rebuild(each) for each in enrolments)
    assert list(invariants.violations()) == []


def test_nothing_is_made_where_people_have_accounts(home, django_user_model):
    django_user_model.objects.create_user("somebody@office.example")
    pages = Page.objects.count()
    with pytest.raises(CommandError, match="no demo"):
        call_command(Command(), size="M", share=0.001, stdout=io.StringIO())
    assert Page.objects.count() == pages


def test_everybody_takes_the_quiz_at_once(home):
    builder = Builder(SMALL, quiet)
    builder.add(home, CourseIndexPage(title="Courses"))
    rush = Rush(5)
    rush.gather()
    rushed = rush.run()
    assert rushed.errors == []
    assert len(rushed.milliseconds) == 5
    assert Attempt.objects.filter(state="graded").count() == 5
    assert list(invariants.violations()) == []
