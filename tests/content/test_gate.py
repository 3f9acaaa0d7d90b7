"""The gate: refused by the form with the reason, by the hook, by `save()`; nothing is written when it refuses."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.content import api
from cms.content.models import ContentItem, Hold
from cms.core.problems import PublicationRefused
from home.guides.models import ChapterPage, CompendiumPage, GoodPracticePage, GuidePage, PracticeIndexPage
from tests import world


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_superuser("editor@example.org", "a long password")
    client.force_login(user)
    return user


@pytest.fixture
def index(site, committed):
    with committed():
        return world.add(site, PracticeIndexPage(title="Practices", slug="practices"))


def practice(**fields):
    return GoodPracticePage(
        **{
            "title": "Stewards",
            "slug": "stewards",
            "consent": True,
            "human_rights": "<p>Necessary.</p>",
            **fields,
        }
    )


def practice_form(**fields):
    texts = (
        "context",
        "description",
        "results",
        "lessons_learned",
        "transferability",
        "gender",
        "legal_basis",
        "misuse_note",
    )
    return nested_form_data(
        {
            "title": "Stewards",
            "slug": "stewards",
            "summary": "",
            "scale": "local",
            "evidence": "promising",
            "tlp": "CLEAR",
            **{name: rich_text("<p></p>") for name in texts},
            "human_rights": rich_text("<p>Necessary and proportionate.</p>"),
            "consent": "on",
            "stakeholder_roles": streamfield([]),
            "references": streamfield([]),
            "practice_terms": inline_formset([]),
            "practice_instruments": inline_formset([]),
            "practice_organisations": inline_formset([]),
            **fields,
        }
    )


def test_a_practice_without_its_human_rights_section_is_refused_in_the_form(index, editor, client, committed):
    with committed():
        page = world.add(index, practice(human_rights=""), live=False)
    form = practice_form(human_rights=rich_text("<p></p>"))
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**form, "action-publish": "1"})
    assert answer.status_code == 200
    assert "A practice needs its human-rights section." in answer.content.decode()
    page.refresh_from_db()
    assert not page.live
    assert not ContentItem.objects.filter(page_id=page.pk).exists()


def test_saving_it_as_a_draft_is_allowed(index, editor, client, committed):
    with committed():
        page = world.add(index, practice(human_rights=""), live=False)
    form = practice_form(title="Another title", human_rights=rich_text("<p></p>"))
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "Another title"


def test_publishing_a_whole_practice_in_the_admin_shows_it(index, editor, client, committed):
    with committed():
        page = world.add(index, practice(), live=False)
    address, form = reverse("wagtailadmin_pages:edit", args=[page.pk]), practice_form()
    client.post(address, form)
    # Somebody else wrote it: nobody publishes a practice of their own alone.
    page.revisions.update(user=get_user_model().objects.create_user("author@example.org", "x"))
    with committed():
        answer = client.post(address, {**form, "action-publish": "1"})
    assert answer.status_code == 302
    found = api.reading(path="/en/practices/stewards/", principals=frozenset())
    assert found.document["human_rights"] == "<p>Necessary and proportionate.</p>"


def test_save_refuses_to_publish_what_has_problems(index, committed):
    with committed():
        page = world.add(index, practice(consent=False), live=False)
    page.live = True
    with pytest.raises(PublicationRefused) as refused:
        page.save()
    assert [problem.code for problem in refused.value.problems] == ["consent_missing"]
    assert not GoodPracticePage.objects.get(pk=page.pk).live


def test_the_strictest_wins_nothing_restricted_is_shown_in_something_more_public(site, index, committed):
    with committed():
        secret = world.add(index, practice())
        PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Guide", slug="guide"))
        chapter = world.add(guide, ChapterPage(title="Chapter", slug="chapter"))
    chapter.body = [("practice", secret)]
    assert [problem.code for problem in api.publication_problems(chapter)] == ["restricted_embed"]
    with pytest.raises(PublicationRefused):
        world.publish(chapter)
    # Below the same restriction it is allowed.
    PageViewRestriction.objects.create(page=guide, restriction_type=PageViewRestriction.LOGIN)
    assert api.publication_problems(chapter) == []


def test_what_is_shown_elsewhere_and_then_restricted_disappears_from_there_at_once(site, index, committed):
    with committed():
        shown = world.add(index, practice(summary="The summary"))
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Guide", slug="guide"))
        world.add(guide, ChapterPage(title="Chapter", slug="chapter", body=[("practice", shown)]))
    assert "The summary" in str(
        api.reading(path="/en/guides/guide/chapter/", principals=frozenset()).document
    )
    PageViewRestriction.objects.create(page=shown, restriction_type=PageViewRestriction.LOGIN)
    # Nothing was compiled since; a reader comes all the same: the practice is out of the chapter, the rest stays,
    # and the chapter's editor is told.
    found = api.reading(path="/en/guides/guide/chapter/", principals=frozenset())
    assert found.document["title"] == "Chapter"
    assert "The summary" not in str(found.document)
    assert Hold.objects.get().problems[0]["code"] == "restricted_embed"


def test_a_correction_of_a_practice_is_right_everywhere_after_the_commit(site, index, committed):
    with committed():
        shown = world.add(index, practice(summary="With a typpo"))
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Guide", slug="guide"))
        world.add(guide, ChapterPage(title="Chapter", slug="chapter", body=[("practice", shown)]))
    with committed():
        world.publish(shown, summary="Without a typo")
    assert "Without a typo" in str(
        api.reading(path="/en/guides/guide/chapter/", principals=frozenset()).document
    )


def test_approving_a_workflow_of_a_page_with_problems_says_why_and_changes_nothing(
    index, editor, client, committed
):
    from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

    workflow = Workflow.objects.create(name="Review")
    task = GroupApprovalTask.objects.create(name="Review")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=index, defaults={"workflow": workflow})
    with committed():
        page = world.add(index, practice(human_rights=""), live=False)
        page.save_revision(user=editor)
    state = workflow.start(page, editor)
    address = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk]
    )
    with committed():
        answer = client.post(address, {}, follow=True)
    assert answer.status_code == 200
    assert "A practice needs its human-rights section." in answer.content.decode()
    page.refresh_from_db()
    assert not page.live
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS


def test_publishing_in_bulk_says_why_and_changes_nothing(index, editor, client, committed):
    with committed():
        page = world.add(index, practice(human_rights=""), live=False)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}"
    with committed():
        answer = client.post(address, {}, follow=True)
    assert answer.status_code == 200
    assert "A practice needs its human-rights section." in answer.content.decode()
    page.refresh_from_db()
    assert not page.live
