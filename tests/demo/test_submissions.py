"""What the demo's member has sent in: one in each state, and something for every reviewer to do."""

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult
from wagtail.models import TaskState

from cms.demo.accounts import make_demo_accounts
from cms.demo.loader import files
from cms.demo.loader import submissions as loader
from home.guides.models import GoodPracticePage, PracticeIndexPage, ReviewState, Submission
from home.guides.submissions.submitting import State
from home.vocabulary.models import Term
from tests import world


@pytest.fixture
def loaded(settings, tmp_path, site, committed):
    settings.DEMO = True
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    data = loader.read()
    chosen = [entry.get("terms", entry) for entry in (*data["submissions"], *data["drafts"])]
    for taxonomy in ("target", "threat", "phase", "topic", "stakeholder", "country"):
        for code in {code for entry in chosen for code in entry.get(taxonomy, ())}:
            Term.objects.create(taxonomy=taxonomy, code=code)
    with committed():
        world.add(site, PracticeIndexPage(title="Practices", slug="practices"))
        people = make_demo_accounts()
    # Outside of a test each write is committed, and announced, while it is loaded.
    with loader.nobody_is_told(), committed():
        loader.load(people)
    return people


def test_there_is_one_in_each_state_and_a_review_of_each_kind(loaded):
    assert sorted(Submission.objects.values_list("state", flat=True)) == sorted(State.values)
    assert {each.author for each in Submission.objects.all()} == {loaded["member"]}
    assert Submission.objects.get(state=State.SUBMITTED).files.count() == 1
    waiting = ReviewState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    assert sorted(each.task.specific.kind for each in waiting) == ["content", "human-rights", "security"]
    (back,) = ReviewState.objects.filter(status=TaskState.STATUS_REJECTED)
    assert back.comment.strip() == Submission.objects.get(state=State.RETURNED).reason
    assert GoodPracticePage.objects.filter(live=True).count() == 1
    assert not mail.outbox and not DBTaskResult.objects.filter(task_path__contains="letters").exists()


def test_loading_again_changes_nothing(loaded):
    before = (Submission.objects.count(), GoodPracticePage.objects.count())
    assert loader.load(loaded) == 0
    assert (Submission.objects.count(), GoodPracticePage.objects.count()) == before


def test_the_terms_are_in_the_demos_lists():
    known = {
        taxonomy: {row["code"] for row in group["terms"]} for taxonomy, group in files.vocabulary().items()
    }
    data = loader.read()
    for entry in [*data["submissions"], *(draft["terms"] for draft in data["drafts"])]:
        for taxonomy, codes in known.items():
            assert set(entry.get(taxonomy, ())) <= codes, entry
