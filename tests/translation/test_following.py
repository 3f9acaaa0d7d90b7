"""“Publish and update translations”: in one step by an editor, on its day where it is scheduled, never by who may not do both."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import GroupPagePermission, Page, Revision
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail_localize.models import StringSegment

from cms.content.models import ContentItem
from cms.core.publishing import publish_scheduled
from cms.translation.following import act
from cms.translation.following.hooks import VALUE
from cms.translation.models import FollowedRevision, Work
from home.guides.models import ChapterPage
from tests import world

BUTTON = f'value="{VALUE}"'


@pytest.fixture
def french(things, submit, write, committed):
    """The chapter in French, whole and published."""
    found = write(submit(things.chapter, "fr"))
    with committed():
        found.save_target(publish=True)
    return found


@pytest.fixture
def editor(things, person, client):
    """`editor("publish_page", submits=True)`: signed in, with these rights to the guide."""

    def make(*rights, submits=True):
        user = person(changes=things.compendium)
        group = user.groups.first()
        for each in rights:
            GroupPagePermission.objects.create(
                group=group, page=things.compendium, permission=Permission.objects.get(codename=each)
            )
        if submits:
            group.permissions.add(Permission.objects.get(codename="submit_translation"))
        client.force_login(user)
        return client

    return make


def address(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form(page, words, **fields):
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": "",
            "seo_title": "",
            "search_description": "",
            "body": streamfield([("text", rich_text(f"<p>{words}</p>"))]),
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            **fields,
        }
    )


def run(committed):
    """What a worker does; how many were done."""
    rows = DBTaskResult.objects.filter(task_path__endswith="following.act.run")
    done = 0
    with committed():
        for row in rows:
            done += act.run.func(*row.args_kwargs["args"])
    rows.delete()
    return done


def strings(page):
    found = StringSegment.objects.filter(source__object=page.translation_key)
    return set(found.values_list("string__data", flat=True))


def test_an_editor_publishes_and_translators_have_it(things, french, editor, committed):
    browser = editor("publish_page")
    assert BUTTON in browser.get(address(things.chapter)).content.decode()
    before = french.get_target_instance()
    data = form(things.chapter, "Other words", **{"action-publish": VALUE})
    with committed():
        shown = browser.post(address(things.chapter), data, follow=True).content.decode()
    assert "has been published" in shown and "Its translations are brought up to date" in shown
    assert run(committed) == 1
    assert "Other words" in strings(things.chapter) and "One" not in strings(things.chapter)
    work = Work.objects.get(translation=french)
    assert work.stage == Work.Stage.OPEN and 0 < work.words_done < work.words_total
    # Readers of the translation have what they had, and are told that it is behind.
    after = french.get_target_instance()
    assert (after.live, after.live_revision_id, str(after.body)) == (
        True,
        before.live_revision_id,
        str(before.body),
    )
    assert ContentItem.objects.get(page_id=after.pk).outdated
    assert not FollowedRevision.objects.exists()


def test_wagtails_own_button_leaves_translations_as_they_are(things, french, editor, committed):
    browser = editor("publish_page")
    data = form(things.chapter, "Other words", **{"action-publish": "action-publish"})
    with committed():
        browser.post(address(things.chapter), data)
    assert things.chapter.specific_class.objects.get(pk=things.chapter.pk).live
    assert run(committed) == 0 and "One" in strings(things.chapter)
    assert not FollowedRevision.objects.exists()


def test_on_the_day_that_it_is_scheduled_for(things, french, editor, committed):
    browser = editor("publish_page")
    day = timezone.now() + timedelta(days=2)
    local = timezone.localtime(day).strftime("%Y-%m-%d %H:%M")
    data = form(things.chapter, "Other words", **{"action-publish": VALUE, "go_live_at": local})
    with committed():
        shown = browser.post(address(things.chapter), data, follow=True).content.decode()
    assert "Its translations are brought up to date when it is published." in shown
    assert run(committed) == 0
    # Not before its day, however often the clock asks.
    assert act.sweep(timezone.now() + timedelta(days=1)) == 0
    assert FollowedRevision.objects.count() == 1 and "One" in strings(things.chapter)
    with committed():
        Revision.objects.exclude(approved_go_live_at=None).update(
            approved_go_live_at=timezone.now() - timedelta(minutes=1)
        )
        page = ChapterPage.objects.get(pk=things.chapter.pk)
        revision = page.latest_revision
        revision.content["go_live_at"] = None
        revision.save()
        assert publish_scheduled(timezone.now()).failed == []
    assert run(committed) == 1
    assert "Other words" in strings(things.chapter) and not FollowedRevision.objects.exists()


def test_what_is_published_in_its_place_ends_the_wish(things, french, editor, committed):
    browser = editor("publish_page")
    local = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    data = form(things.chapter, "Other words", **{"action-publish": VALUE, "go_live_at": local})
    with committed():
        browser.post(address(things.chapter), data)
        world.publish(ChapterPage.objects.get(pk=things.chapter.pk), title="Third")
    assert run(committed) == 0
    act.sweep(timezone.now() + timedelta(hours=1))
    assert not FollowedRevision.objects.exists() and "One" in strings(things.chapter)


def test_what_is_published_after_it_goes_along(things, french, editor, committed):
    """Before the worker came: the wish was for what was published already."""
    browser = editor("publish_page")
    with committed():
        data = form(things.chapter, "Other words", **{"action-publish": VALUE})
        browser.post(address(things.chapter), data)
        body = [("text", "<p>The newest words</p>")]
        world.publish(ChapterPage.objects.get(pk=things.chapter.pk), body=body)
    assert run(committed) == 1
    assert "The newest words" in strings(things.chapter)
    assert not FollowedRevision.objects.exists()


def test_what_can_not_be_taken_apart_is_given_up_after_a_day(
    things, french, editor, committed, monkeypatch, caplog
):
    browser = editor("publish_page")
    with committed():
        data = form(things.chapter, "Other words", **{"action-publish": VALUE})
        browser.post(address(things.chapter), data)

    def broken(source):
        raise ValueError("an odd block")

    monkeypatch.setattr(act.originals, "take_apart", broken)
    now = timezone.now()
    assert act.sweep(now + timedelta(hours=1)) == 0
    assert FollowedRevision.objects.count() == 1
    assert act.sweep(now + timedelta(days=1, hours=1)) == 0
    assert not FollowedRevision.objects.exists() and "One" in strings(things.chapter)
    assert "could not follow" in caplog.text


def test_a_worker_that_was_killed_is_made_up_for(things, french, editor, committed, monkeypatch):
    browser = editor("publish_page")
    with committed():
        data = form(things.chapter, "Other words", **{"action-publish": VALUE})
        browser.post(address(things.chapter), data)
    take_apart = act.originals.take_apart

    def killed(source):
        take_apart(source)
        raise SystemExit

    monkeypatch.setattr(act.originals, "take_apart", killed)
    with pytest.raises(SystemExit):
        run(committed)
    assert "One" in strings(things.chapter) and FollowedRevision.objects.exists()
    monkeypatch.undo()
    DBTaskResult.objects.all().delete()
    assert act.sweep(timezone.now() + timedelta(hours=1)) == 1
    assert "Other words" in strings(things.chapter) and not FollowedRevision.objects.exists()


@pytest.mark.parametrize(("rights", "submits"), [(["publish_page"], False), ([], True)])
def test_who_may_not_do_both_does_neither(things, french, editor, committed, rights, submits):
    browser = editor(*rights, submits=submits)
    assert BUTTON not in browser.get(address(things.chapter)).content.decode()
    before = list(Revision.objects.values()) if not submits else None
    live = Page.objects.filter(pk=things.chapter.pk).values("live_revision", "last_published_at").get()
    data = form(things.chapter, "Other words", **{"action-publish": VALUE})
    with committed():
        browser.post(address(things.chapter), data)
    assert Page.objects.filter(pk=things.chapter.pk).values(*live).get() == live
    assert run(committed) == 0 and "One" in strings(things.chapter)
    assert not FollowedRevision.objects.exists()
    # Who may not publish has saved a draft, as with Wagtail's own button.
    assert before is None or list(Revision.objects.values()) == before


def test_what_is_refused_is_neither_published_nor_brought_up_to_date(things, french, editor, committed):
    browser = editor("publish_page")
    data = form(things.chapter, "Other words", **{"action-publish": VALUE, "title": ""})
    with committed():
        assert browser.post(address(things.chapter), data).status_code == 200
    assert run(committed) == 0 and "One" in strings(things.chapter)
    assert not FollowedRevision.objects.exists()


def test_only_originals_with_translations_offer_it(things, french, editor, committed):
    browser = editor("publish_page")
    assert BUTTON not in browser.get(address(things.secret)).content.decode()
    assert BUTTON not in browser.get(address(french.get_target_instance())).content.decode()
    type(french).objects.filter(pk=french.pk).update(enabled=False)
    assert BUTTON not in browser.get(address(things.chapter)).content.decode()
    data = form(things.chapter, "Other words", **{"action-publish": VALUE})
    with committed():
        browser.post(address(things.chapter), data)
    assert run(committed) == 0 and "One" in strings(things.chapter)


def test_publishing_what_nobody_wished_for_costs_one_statement(things, french):
    revision = world.publish(things.chapter).live_revision
    with CaptureQueriesContext(connection) as captured:
        act.published(revision)
    assert len(captured) == 1
