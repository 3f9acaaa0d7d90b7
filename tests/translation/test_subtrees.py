"""A guide with all its chapters into several languages: piece by piece, resumable, and told of."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page
from wagtail_localize.models import Translation

from cms.translation.models import Submission
from cms.translation.subtrees import submitting
from home.guides.models import ChapterPage
from tests import world


@pytest.fixture
def begin(things, committed):
    """`begin("fr", "ar")`: everything below the compendium (a guide, its two chapters and a draft)."""

    def make(*codes, by=None):
        with committed():
            return submitting.begin(
                page=Page.objects.get(pk=things.compendium.pk),
                locales=[world.locale(code) for code in codes],
                by=by,
                now=timezone.now(),
            )

    return make


@pytest.fixture
def run(committed):
    """Go on until nothing is left; how many parts were done."""

    def make(submission):
        number = 0
        with committed():
            while submitting.do_part(submission.pk):
                number += 1
        submission.refresh_from_db()
        return number

    return make


def submitted():
    rows = Translation.objects.values_list("source__object_id", "target_locale__language_code", "enabled")
    return sorted((str(key), code, enabled) for key, code, enabled in rows)


def test_everything_below_once_in_each_language(things, begin, run):
    submission = begin("fr", "ar")
    assert (submission.total, submission.done) == (8, 0)
    assert DBTaskResult.objects.filter(task_path__endswith="go_on").count() == 1
    assert run(submission) == 8
    assert (submission.done, submission.total, submission.problems) == (8, 8, [])
    assert submission.finished_at
    pages = [things.guide, things.chapter, things.secret, things.draft]
    assert submitted() == sorted(
        (str(page.translation_key), code, True) for page in pages for code in ("ar", "fr")
    )
    # Parents before what is below them, and drafts: readers meet none of it.
    french = things.draft.get_translation(world.locale("fr"))
    assert (french.alias_of_id, french.live) == (None, False)
    assert french.get_parent().translation_key == things.guide.translation_key
    before = submitted()
    assert run(submission) == 0
    assert submitted() == before


def test_asking_again_while_it_goes_on_is_the_same(things, begin, run):
    submission = begin("fr", "ar")
    assert begin("ar", "fr").pk == submission.pk
    run(submission)
    again = begin("fr", "ar")
    assert (again.pk != submission.pk, again.total) == (True, 0)
    assert run(again) == 0 and again.finished_at


def test_a_task_goes_on_where_a_killed_worker_left(things, begin, run, monkeypatch):
    submission = begin("fr", "ar")
    assert submitting.do_part(submission.pk) and submitting.do_part(submission.pk)
    made = submitting._submit

    def killed(*args):
        made(*args)
        raise SystemExit

    monkeypatch.setattr(submitting, "_submit", killed)
    before = submitted()
    with pytest.raises(SystemExit):
        submitting.do_part(submission.pk)
    # Half a part is none.
    submission.refresh_from_db()
    assert (submission.done, submitted()) == (2, before)
    monkeypatch.undo()
    assert run(submission) == 6
    assert len(submitted()) == 8


def test_a_task_ends_after_its_time_and_leaves_the_rest_to_another(things, begin, monkeypatch):
    submission = begin("fr")
    monkeypatch.setattr(submitting, "SLICE", 0)
    assert submitting.go_on.func(submission.pk) == 0
    assert DBTaskResult.objects.filter(task_path__endswith="go_on").count() == 2
    monkeypatch.setattr(submitting, "SLICE", 60)
    assert submitting.go_on.func(submission.pk) == 4
    assert DBTaskResult.objects.filter(task_path__endswith="go_on").count() == 2


def test_one_that_fails_stops_no_other_and_is_told_of(things, begin, run, monkeypatch):
    made = submitting.TranslationCreator.create_translations

    def failing(self, page, **options):
        if page.pk == things.chapter.pk:
            made(self, page, **options)
            raise ValueError("a block is broken")
        return made(self, page, **options)

    monkeypatch.setattr(submitting.TranslationCreator, "create_translations", failing)
    submission = begin("fr")
    assert run(submission) == 4
    [problem] = submission.problems
    assert (problem["page"], problem["locale"]) == (things.chapter.pk, "fr")
    # Nothing is left of it.
    assert str(things.chapter.translation_key) not in {key for key, _code, _enabled in submitted()}
    assert not things.chapter.has_translation(world.locale("fr"))


def test_a_database_that_is_busy_is_tried_again(things, begin, monkeypatch):
    submission = begin("fr")

    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(submitting.TranslationCreator, "create_translations", busy)
    with pytest.raises(OperationalError):
        submitting.do_part(submission.pk)
    submission.refresh_from_db()
    assert (submission.done, submission.problems) == (0, [])


def test_what_was_written_by_hand_or_taken_out_of_translation_is_left_alone(
    things, begin, run, submit, committed
):
    with committed():
        world.translation(things.guide, "fr")
    with committed():
        by_hand = things.chapter.copy_for_translation(world.locale("fr"))
        by_hand.title = "Écrit à la main"
        by_hand.save()
    out = submit(things.secret, "fr")
    Translation.objects.filter(pk=out.pk).update(enabled=False)
    submission = begin("fr")
    assert submission.total == 1
    run(submission)
    by_hand.refresh_from_db()
    assert by_hand.title == "Écrit à la main"
    assert not Translation.objects.get(pk=out.pk).enabled


def test_what_comes_and_goes_meanwhile(things, begin, run, committed):
    submission = begin("fr")
    submitting.do_part(submission.pk)
    with committed():
        world.add(things.guide, ChapterPage(title="New", slug="new"))
        ChapterPage.objects.get(pk=things.secret.pk).delete()
    run(submission)
    assert submission.done == submission.total == 4


def test_as_many_statements_for_the_last_as_for_the_first(things, begin, run, committed):
    with committed():
        for number in range(12):
            world.add(things.guide, ChapterPage(title=f"More {number}", slug=f"more-{number}"))
    submission = begin("fr")
    counts = []
    more = True
    while more:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            more = submitting.do_part(submission.pk)
        counts.append(len(captured))
    assert max(counts[-6:-1]) <= max(counts[4:8]) + 2


# In the admin ------------------------------------------------------------------------------------------------------


def test_wagtail_localizes_form_leaves_it_to_the_queue(things, admin_client, committed):
    url = reverse("wagtail_localize:submit_page_translation", args=[things.compendium.pk])
    with committed():
        answer = admin_client.post(url, {"locales": [world.locale("fr").pk], "include_subtree": "on"})
    assert answer.status_code == 302
    submission = Submission.objects.get()
    assert (submission.total, submission.done) == (4, 0)
    # The page itself is submitted at once, what is below it isn't.
    assert [key for key, _code, _enabled in submitted()] == [str(things.compendium.translation_key)]
    assert "Being submitted for translation" in admin_client.get("/admin/").content.decode()
    shown = admin_client.get(reverse("translation:submission", args=[submission.uuid]))
    assert (shown.status_code, shown["Refresh"]) == (200, "5")
    assert "0 of 4" in shown.content.decode()


def test_a_finished_one_stands_still(things, begin, run, admin_client):
    submission = begin("fr")
    run(submission)
    shown = admin_client.get(reverse("translation:submission", args=[submission.uuid]))
    assert "Refresh" not in shown and "4 of 4" in shown.content.decode()
    assert "Being submitted for translation" not in admin_client.get("/admin/").content.decode()


def test_only_their_own_unless_they_give_out_work(things, begin, person, client):
    submission = begin("fr")
    address = reverse("translation:submission", args=[submission.uuid])
    client.force_login(person(translates=["fr"]))
    assert client.get(address).status_code == 302
    client.force_login(person(manages=True))
    assert client.get(address).status_code == 200
