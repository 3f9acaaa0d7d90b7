"""A guide with all its chapters into several languages: piece by piece, resumable, and told of."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from cms.translation import originals
from cms.translation.models import Submission, Work
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


def test_what_failed_for_good_goes_on_when_it_is_asked_for_again(begin):
    submission = begin("fr")
    tasks = DBTaskResult.objects.filter(task_path__endswith="submitting.go_on")
    begin("fr")
    tasks.update(status=TaskResultStatus.FAILED)
    begin("fr")
    # It is tried again anyway.
    assert tasks.count() == 1
    tasks.update(return_value={"attempts": 10})
    assert begin("fr").pk == submission.pk
    assert sorted(tasks.values_list("status", flat=True)) == ["FAILED", "READY"]


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


# The list ----------------------------------------------------------------------------------------------------------

LIST = "/admin/translation/submissions/"


@pytest.fixture
def submitter(person):
    """`submitter()`: somebody who may submit and has no desk; with a right to pages where one is given."""

    def make(**rights):
        user = person(**rights)
        codename = Permission.objects.get(
            content_type__app_label="wagtail_localize", codename="submit_translation"
        )
        user.user_permissions.add(codename)
        return get_user_model().objects.get(pk=user.pk)

    return make


def shown(client, user, address=LIST):
    client.force_login(user)
    return client.get(address)


def test_what_was_submitted_is_listed_with_how_far_it_is(things, begin, run, submitter, person, client):
    by = submitter()
    submission = begin("fr", "ar", by=by)
    submitting.do_part(submission.pk)
    for user in (by, person(manages=True)):
        text = shown(client, user).content.decode()
        for part in ("Guides", str(by), "العربية, ", "Français", "1 of 8 are done", "12%"):
            assert part.strip(", ") in text, part
        assert reverse("translation:submission", args=[submission.uuid]) in text
    run(submission)
    text = shown(client, by).content.decode()
    assert "8 of 8 are done" in text and "<progress" not in text
    # Everybody who finds it in the list can open it, and goes on from there to nothing that is closed to them.
    page = shown(client, by, reverse("translation:submission", args=[submission.uuid])).content.decode()
    assert LIST in page and 'href="/admin/translation/"' not in page
    assert LIST in shown(client, person(manages=True), "/admin/translation/").content.decode()
    assert LIST not in shown(client, person(translates=["fr"]), "/admin/translation/").content.decode()


def test_it_lists_ones_own_of_what_one_may_see(things, begin, submitter, person, client, committed):
    by = submitter()
    submission = begin("fr", by=by)
    address = reverse("translation:submission", args=[submission.uuid])
    assert "There is nothing here." in shown(client, submitter()).content.decode()
    assert shown(client, submitter(), address).status_code == 404
    for other in (person(translates=["fr"], reviews=["fr"]), person()):
        assert shown(client, other).status_code == 302
        assert shown(client, other, address).status_code == 302
    client.logout()
    assert client.get(LIST).status_code == 302
    # What is withdrawn is its editors' matter, whoever submitted it.
    with committed():
        Page.objects.get(pk=things.compendium.pk).specific.unpublish()
    for user in (by, person(manages=True)):
        assert "Guides" not in shown(client, user).content.decode()
        assert shown(client, user, address).status_code == 404
    editor = person(manages=True, changes=things.compendium)
    assert "Guides" in shown(client, editor).content.decode()
    assert shown(client, editor, address).status_code == 200


def test_what_failed_is_named_to_whoever_may_see_it(things, begin, run, person, client, monkeypatch):
    monkeypatch.setattr(submitting, "_attempt", lambda page, act: "It broke.")
    submission = begin("fr")
    monkeypatch.setattr(submitting, "SLICE", 60)
    submitting.go_on.func(submission.pk)
    address = reverse("translation:submission", args=[submission.uuid])
    manager = person(manages=True)
    assert f'{address}#problems">4<' in shown(client, manager).content.decode()
    page = shown(client, manager, address).content.decode()
    # A chapter for members and a draft aren't theirs to see, and nothing is theirs to change.
    assert "Squares" in page and "Zebra" not in page and "Quagga" not in page
    assert "2 more, in pages that are gone or that you may not see." in page
    assert f'href="/admin/pages/{things.chapter.pk}/edit/"' not in page
    editor = person(manages=True, changes=things.guide)
    page = shown(client, editor, address).content.decode()
    assert "Zebra" in page and "Quagga" in page and "more, in" not in page
    assert shown(client, editor, f"/admin/pages/{things.secret.pk}/edit/").status_code == 200
    assert f'href="/admin/pages/{things.secret.pk}/edit/"' in page


def test_a_hundred_cost_as_much_as_one(things, begin, person, client, django_assert_num_queries):
    begin("fr", "ar")
    manager = person(manages=True)
    shown(client, manager)
    with django_assert_num_queries(STATEMENTS):
        client.get(LIST)
    french = world.locale("fr")
    for _number in range(99):
        more = Submission.objects.create(page_id=things.guide.pk, by=manager, created_at=timezone.now())
        more.locales.add(french)
    with django_assert_num_queries(STATEMENTS):
        first = client.get(LIST).content.decode()
    assert first.count('class="title-wrapper"') == 50
    last = client.get(LIST, {"p": 2}).content.decode()
    assert last.count('class="title-wrapper"') == 50 and "Guides" in last and "Guides" not in first


STATEMENTS = 20


# Again -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rewrite(committed):
    """`rewrite(page, "Other words")`: published with these in its body."""

    def make(page, words):
        with committed():
            world.publish(ChapterPage.objects.get(pk=page.pk), body=[("text", f"<p>{words}</p>")])

    return make


def strings_of(page):
    return set(
        StringSegment.objects.filter(source__object=page.translation_key).values_list(
            "string__data", flat=True
        )
    )


def test_what_was_submitted_before_is_brought_up_to_date(things, begin, run, rewrite, submit, write):
    chapter = write(submit(things.chapter, "fr"))
    submit(things.secret, "ar")
    run(begin("fr"))
    rewrite(things.chapter, "Other words")
    rewrite(things.secret, "New words")
    before = Work.objects.get(translation=chapter).words_done
    submission = begin("fr")
    assert (submission.total, submission.updated) == (2, 0)
    assert run(submission) == 2
    assert (submission.done, submission.updated, submission.new, submission.problems) == (2, 2, 0, [])
    assert "Other words" in strings_of(things.chapter) and "One" not in strings_of(things.chapter)
    # What is the same stays translated, and what was whole is open to work.
    work = Work.objects.get(translation=chapter)
    assert 0 < work.words_done < before and work.words_done < work.words_total
    # Once for all languages, and no second time.
    assert "New words" in strings_of(things.secret)
    again = begin("fr", "ar")
    assert again.total == 3
    assert run(again) == 3
    assert (again.updated, again.new) == (0, 3)


def test_new_and_brought_up_to_date_are_told_apart(things, begin, run, rewrite, submit, committed, client):
    submit(things.chapter, "fr")
    rewrite(things.chapter, "Other words")
    submission = begin("fr", by=get_user_model().objects.create_superuser("a@example.org", "x"))
    assert submission.total == 4
    run(submission)
    assert (submission.done, submission.updated, submission.new) == (4, 1, 3)
    client.force_login(submission.by)
    shown = client.get(reverse("translation:submission", args=[submission.uuid])).content.decode()
    assert "3 are new" in shown and "1 was brought up to date" in shown


def test_into_one_more_language_it_goes_as_it_is_now(things, begin, run, rewrite, submit):
    """wagtail-localize would begin with what it took apart for the other language."""
    submit(things.chapter, "ar")
    rewrite(things.chapter, "Other words")
    submission = begin("fr")
    run(submission)
    assert (submission.done, submission.updated) == (4, 0)
    assert "Other words" in strings_of(things.chapter)


def test_a_killed_worker_brings_nothing_half_up_to_date(things, begin, run, rewrite, submit, monkeypatch):
    for page in (things.chapter, things.secret):
        submit(page, "fr")
        rewrite(page, "Other words")
    submission = begin("fr")
    taken_apart = submitting.originals.take_apart

    def killed(source):
        taken_apart(source)
        raise SystemExit

    monkeypatch.setattr(submitting.originals, "take_apart", killed)
    with pytest.raises(SystemExit):
        submitting.do_part(submission.pk)
    submission.refresh_from_db()
    assert (submission.done, submission.updated) == (0, 0)
    assert "One" in strings_of(things.chapter)
    monkeypatch.undo()
    run(submission)
    assert submission.updated == 2


def test_one_that_cannot_be_brought_up_to_date_stops_no_other(
    things, begin, run, rewrite, submit, monkeypatch, client
):
    for page in (things.chapter, things.secret):
        submit(page, "fr")
        rewrite(page, "Other words")
    taken_apart = submitting.originals.take_apart

    def failing(source):
        taken_apart(source)
        if source.object_id == things.chapter.translation_key:
            raise ValueError("a block is broken")

    monkeypatch.setattr(submitting.originals, "take_apart", failing)
    submission = begin("fr", by=get_user_model().objects.create_superuser("a@example.org", "x"))
    run(submission)
    [problem] = submission.problems
    assert (problem["page"], problem["locale"], submission.updated) == (things.chapter.pk, "", 1)
    assert "One" in strings_of(things.chapter) and "Other words" in strings_of(things.secret)
    client.force_login(submission.by)
    shown = client.get(reverse("translation:submission", args=[submission.uuid])).content.decode()
    assert "It could not be taken apart" in shown


def test_by_hand_and_out_of_translation_stay_as_they_are_again(
    things, begin, run, rewrite, submit, committed
):
    out = submit(things.secret, "fr")
    Translation.objects.filter(pk=out.pk).update(enabled=False)
    with committed():
        by_hand = things.chapter.copy_for_translation(world.locale("fr"))
        by_hand.title = "Écrit à la main"
        by_hand.save()
    submit(things.chapter, "ar")
    rewrite(things.secret, "Other words")
    rewrite(things.chapter, "Other words")
    submission = begin("fr")
    run(submission)
    assert submission.updated == 0
    assert "Two" in strings_of(things.secret) and "One" in strings_of(things.chapter)
    by_hand.refresh_from_db()
    assert by_hand.title == "Écrit à la main"


def test_an_editor_submits_a_guide_again(things, begin, run, rewrite, submit, committed, person, client):
    submit(things.guide, "fr")
    submit(things.chapter, "fr")
    rewrite(things.chapter, "Other words")
    editor = person(changes=things.compendium)
    editor.groups.first().permissions.add(Permission.objects.get(codename="submit_translation"))
    client.force_login(editor)
    address = reverse("translation:submit_again", args=[things.guide.pk])
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[things.guide.pk])).content.decode()
    assert address in edit
    shown = client.get(address).content.decode()
    assert "2 pages are new" in shown and "1 page has changed" in shown
    assert "Français" in shown and "العربية" not in shown
    assert "Choose a language" in client.post(address, {}).content.decode()
    assert not Submission.objects.exists()
    with committed():
        answer = client.post(address, {"locales": [world.locale("fr").pk]})
    submission = Submission.objects.get()
    assert answer["Location"] == reverse("translation:submission", args=[submission.uuid])
    run(submission)
    assert (submission.new, submission.updated) == (2, 1)
    assert "as the originals are now" in client.get(address).content.decode()
    with committed():
        client.post(address, {"locales": [world.locale("fr").pk]})
    assert Submission.objects.count() == 1


def test_a_guide_is_submitted_again_by_whoever_may_submit_and_has_a_right_to_it(
    things, submit, rewrite, person, client
):
    submit(things.guide, "fr")
    rewrite(things.chapter, "Other words")
    submitting_only, editing_only = person(translates=["fr"]), person(changes=things.compendium)
    elsewhere = person(changes=things.draft)
    for each in (submitting_only, elsewhere):
        each.groups.first().permissions.add(Permission.objects.get(codename="submit_translation"))
    address = reverse("translation:submit_again", args=[things.guide.pk])
    for each in (submitting_only, editing_only, elsewhere):
        client.force_login(each)
        assert client.get(address).status_code == 404
        assert client.post(address, {"locales": [world.locale("fr").pk]}).status_code == 404
    # Nor into a language that it isn't translated into: that is wagtail-localize's form.
    able = person(changes=things.compendium)
    able.groups.first().permissions.add(Permission.objects.get(codename="submit_translation"))
    client.force_login(able)
    assert client.post(address, {"locales": [world.locale("ar").pk]}).status_code == 200
    assert not Submission.objects.exists()
    assert client.get(reverse("translation:submit_again", args=[things.tool.pk + 10_000])).status_code == 404


def test_what_somebody_else_has_submitted_is_told_and_leads_nowhere_that_is_closed(
    things, submit, rewrite, submitter, client, committed
):
    submit(things.guide, "fr")
    rewrite(things.chapter, "Other words")
    address = reverse("translation:submit_again", args=[things.guide.pk])
    first, second = submitter(changes=things.compendium), submitter(changes=things.compendium)
    chosen = {"locales": [world.locale("fr").pk]}
    with committed():
        client.force_login(first)
        client.post(address, chosen)
        client.force_login(second)
        answer = client.post(address, chosen, follow=True)
    assert answer.status_code == 200
    assert "Somebody else has submitted the same" in answer.content.decode()
    assert Submission.objects.get().by == first


def test_counting_takes_as_many_statements_for_a_guide_of_any_length(things, submit, admin_client, committed):
    submit(things.guide, "fr")
    address = reverse("translation:submit_again", args=[things.guide.pk])
    admin_client.get(address)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(address)
    with committed():
        for number in range(8):
            world.add(things.guide, ChapterPage(title=f"More {number}", slug=f"more-{number}"))
    with CaptureQueriesContext(connection) as many:
        admin_client.get(address)
    assert len(many) == len(few)


def test_what_is_published_while_it_is_taken_apart_is_to_be_taken_apart_again(
    things, submit, rewrite, monkeypatch
):
    source = submit(things.chapter, "fr").source
    rewrite(things.chapter, "Other words")
    update = TranslationSource.update_from_db

    def slowly(self):
        update(self)
        rewrite(things.chapter, "The newest words")

    monkeypatch.setattr(TranslationSource, "update_from_db", slowly)
    originals.take_apart(source)
    assert "The newest words" not in strings_of(things.chapter)
    assert originals.has_moved_on(source)
    monkeypatch.undo()
    originals.take_apart(source)
    assert "The newest words" in strings_of(things.chapter)
    assert not originals.has_moved_on(source)
