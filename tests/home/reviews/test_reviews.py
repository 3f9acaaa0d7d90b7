"""A practice goes through its three reviews: in the inbox, in the editor, by mail, and never past a second person."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupPagePermission, Page, TaskState, Workflow
from wagtail_localize.operations import TranslationCreator

from cms.content import api as content
from cms.core.problems import PublicationRefused
from home.guides.models import GoodPracticePage, PracticeIndexPage, ReviewState, ReviewTask
from home.guides.reviews import reviewing, workflows
from tests import world

YES = {kind: {question.code: "yes" for question in reviewing.CHECKLISTS[kind]} for kind in reviewing.Kind}
KINDS = list(reviewing.Kind)


def person(name, *groups):
    user = get_user_model().objects.create_user(f"{name}@example.org", "secret")
    user.groups.set([Group.objects.get(name=group) for group in groups])
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def index(site, committed):
    with committed():
        return world.add(site, PracticeIndexPage(title="Practices", slug="practices"))


@pytest.fixture
def people(index):
    """An author, another editor, and a reviewer for each kind of review; the last has nothing to do with it."""
    workflows.set_up_reviews()
    editors = Group.objects.create(name="Writers")
    editors.permissions.add(Permission.objects.get(codename="access_admin"))
    for action in ("add", "change", "publish"):
        GroupPagePermission.objects.create(
            group=editors,
            page=Page.get_first_root_node(),
            permission=Permission.objects.get(codename=f"{action}_page"),
        )
    return {
        "author": person("author", "Writers"),
        "editor": person("editor", "Writers"),
        **{kind: person(kind, workflows.GROUPS[kind]) for kind in KINDS},
        "stranger": person("stranger"),
    }


@pytest.fixture
def draft(index, people):
    page = world.add(
        index,
        GoodPracticePage(title="Stewards", slug="stewards", human_rights="<p>Yes.</p>", consent=True),
        live=False,
    )
    page.save_revision(user=people["author"])
    return GoodPracticePage.objects.get(pk=page.pk)


def submitted(draft, people):
    Workflow.objects.get(name=workflows.WORKFLOW).start(draft, people["author"])
    return draft


def current() -> ReviewState:
    return ReviewState.objects.get(status=TaskState.STATUS_IN_PROGRESS)


def give(client, review, action="approve", **answers):
    return client.post(
        f"/admin/reviews/{review.pk}/",
        {action: "1", "comment": "", **YES[review.task.specific.kind], **answers},
        follow=True,
    )


def text(response) -> str:
    return response.content.decode()


# Setting up --------------------------------------------------------------------------------------------------------


def test_setting_up_twice_changes_nothing(index):
    first = workflows.set_up_reviews()
    counts = (ReviewTask.objects.count(), Workflow.objects.count(), Group.objects.count())
    assert workflows.set_up_reviews() == first
    assert (ReviewTask.objects.count(), Workflow.objects.count(), Group.objects.count()) == counts
    assert [task.specific.kind for task in first.tasks] == KINDS
    assert index.get_workflow() == first


def test_a_repository_made_later_gets_the_reviews(site, committed):
    workflow = workflows.set_up_reviews()
    with committed():
        later = world.add(site, PracticeIndexPage(title="More", slug="more"))
    assert later.get_workflow() == workflow


# The way through ---------------------------------------------------------------------------------------------------


def test_three_people_publish_a_practice(draft, people, committed, mailoutbox):
    with committed():
        submitted(draft, people)
    for kind in KINDS:
        review = current()
        assert review.task.specific.kind == kind
        assert people[kind].email in {address for mail in mailoutbox for address in mail.to}
        client = signed_in(people[kind])
        assert "Stewards" in text(client.get("/admin/reviews/"))
        shown = text(client.get(f"/admin/reviews/{review.pk}/"))
        assert all(str(question.text) in shown for question in reviewing.CHECKLISTS[kind])
        with committed():
            assert "Approved." in text(give(client, review, comment=f"Fine, says {kind}."))
        review.refresh_from_db()
        assert (review.status, review.finished_by, review.answers) == ("approved", people[kind], YES[kind])
        assert "Given by you" in text(client.get("/admin/reviews/"))
    draft.refresh_from_db()
    assert draft.live
    assert people["author"].email in mailoutbox[-1].to
    page = Client().get("/en/practices/stewards/")
    assert page.status_code == 200


def test_sending_back_needs_a_reason_which_the_author_reads(draft, people, committed, mailoutbox):
    submitted(draft, people)
    client = signed_in(people["content"])
    mailoutbox.clear()
    review = current()
    refused = give(client, review, "reject", comment=" ")
    assert "Give a reason: the author reads it." in text(refused)
    assert current() == review and not mailoutbox
    with committed():
        give(client, review, "reject", comment="Name the law.", facts="no")
    review.refresh_from_db()
    assert (review.status, review.comment, review.answers["facts"]) == ("rejected", "Name the law.", "no")
    assert [mail.to for mail in mailoutbox] == [[people["author"].email]]
    assert "Name the law." in mailoutbox[0].body
    assert ">Sent back</td>" in text(client.get("/admin/reviews/"))
    # The draft was to be seen while the review waited; who opens it now isn't shown an error in its place.
    given = text(client.get(f"/admin/reviews/{review.pk}/"))
    assert "Name the law." in given and "<iframe" not in given


def test_an_unanswered_checklist_approves_nothing(draft, people):
    submitted(draft, people)
    review = current()
    for answers in ({"facts": "no"}, {"facts": "n/a"}, {"facts": ""}, {"facts": "maybe"}):
        assert 'role="alert"' in text(give(signed_in(people["content"]), review, **answers))
    assert current() == review and review.answers == {}


def test_what_cannot_be_published_is_not_approved_by_the_last(draft, people):
    page = GoodPracticePage.objects.get(pk=draft.pk)
    page.consent = False
    page.save_revision()
    submitted(draft, people)
    for kind in KINDS[:2]:
        give(signed_in(people[kind]), current())
    review = current()
    assert "has not agreed to publication" in text(give(signed_in(people["security"]), review))
    assert current() == review
    assert not GoodPracticePage.objects.get(pk=draft.pk).live


# Who may not -------------------------------------------------------------------------------------------------------


def test_others_see_no_inbox_and_no_review(draft, people):
    submitted(draft, people)
    review = current()
    for name in ("stranger", "author"):
        client = signed_in(people[name])
        for path in ("/admin/reviews/", f"/admin/reviews/{review.pk}/"):
            assert client.get(path).status_code == 302  # to the admin's front page, or to sign in
            assert client.post(path, {"approve": "1", **YES["content"]}).status_code == 302
    # Somebody's review of another kind isn't there for a reviewer.
    assert signed_in(people["security"]).get(f"/admin/reviews/{review.pk}/").status_code == 404
    assert give(signed_in(people["security"]), review).status_code == 404
    assert current() == review


def test_who_wrote_it_does_not_approve_it(draft, people):
    people["content"].groups.add(Group.objects.get(name="Writers"))
    page = GoodPracticePage.objects.get(pk=draft.pk)
    page.summary = "Changed by the reviewer."
    page.save_revision(user=people["content"])
    submitted(draft, people)
    review = current()
    client = signed_in(people["content"])
    assert "You wrote part of this" in text(client.get(f"/admin/reviews/{review.pk}/"))
    assert "You wrote part of this" in text(give(client, review))
    assert current() == review
    with pytest.raises(PermissionDenied):
        review.task.specific.on_action(review, people["content"], "approve", **YES["content"], comment="")
    # … but may send it back.
    give(client, review, "reject", comment="I was too fast.")
    review.refresh_from_db()
    assert review.status == "rejected"


def test_one_person_does_not_give_all_reviews(draft, people):
    admin = get_user_model().objects.create_superuser("admin@example.org", "secret")
    submitted(draft, people)
    client = signed_in(admin)
    give(client, current())
    give(client, current())
    review = current()
    assert "the last needs a second person" in text(give(client, review))
    assert current() == review
    assert not GoodPracticePage.objects.get(pk=draft.pk).live


def test_the_editors_form_cannot_slip_past_the_checklist(draft, people):
    submitted(draft, people)
    people["content"].groups.add(Group.objects.get(name="Writers"))
    review = current()
    response = signed_in(people["content"]).post(
        f"/admin/pages/workflow/action/{draft.pk}/approve/{review.pk}/", {"comment": "", "facts": "yes"}
    )
    assert response.status_code == 302
    with pytest.raises(PermissionDenied):
        review.task.specific.on_action(review, people["content"], "approve", comment="")
    assert current() == review


# The gate ----------------------------------------------------------------------------------------------------------


def codes(page):
    return [problem.code for problem in content.publication_problems(page)]


def test_the_author_alone_publishes_nothing(draft, people):
    assert codes(draft) == ["second_person_missing"]
    with pytest.raises(PublicationRefused):
        draft.get_latest_revision().publish(user=people["author"])
    assert not GoodPracticePage.objects.get(pk=draft.pk).live


@pytest.mark.parametrize("called_off", [False, True])
@pytest.mark.parametrize("given", [1, 2])
def test_some_of_the_reviews_are_none(draft, people, given, called_off):
    """An author who may publish leaves none of them out."""
    submitted(draft, people)
    fields = edit_form(draft, signed_in(people["author"]))
    for kind in KINDS[:given]:
        give(signed_in(people[kind]), current())
    if called_off:
        draft.current_workflow_state.cancel(user=people["author"])
    with pytest.raises(PublicationRefused):
        draft.get_latest_revision().publish(user=people["author"])
    signed_in(people["author"]).post(
        f"/admin/pages/{draft.pk}/edit/", {**fields, "action-publish": "action-publish"}
    )
    assert not GoodPracticePage.objects.get(pk=draft.pk).live


def test_what_is_changed_between_reviews_is_reviewed_again_from_the_first(draft, people, committed):
    submitted(draft, people)
    for kind in KINDS[:2]:
        give(signed_in(people[kind]), current())
    page = GoodPracticePage.objects.get(pk=draft.pk)
    page.summary = "Changed on the way."
    changed = page.save_revision(user=people["author"])
    give(signed_in(people["security"]), current())
    assert not GoodPracticePage.objects.get(pk=draft.pk).live
    for kind in KINDS:
        review = current()
        assert (review.task.specific.kind, review.revision_id) == (kind, changed.pk)
        with committed():
            give(signed_in(people[kind]), review)
    assert GoodPracticePage.objects.get(pk=draft.pk).summary == "Changed on the way."


def test_a_review_that_is_added_later_takes_nothing_from_what_was_published(draft, people, committed):
    with committed():
        submitted(draft, people)
        for kind in KINDS:
            give(signed_in(people[kind]), current())
    later = ReviewTask.objects.create(name="Another", kind="content")
    Workflow.objects.get(name=workflows.WORKFLOW).workflow_tasks.create(task=later, sort_order=9)
    assert codes(GoodPracticePage.objects.get(pk=draft.pk)) == []


def test_a_translation_into_the_sites_language_takes_no_second_person_away(site, people, committed):
    with committed():
        TranslationCreator(user=None, target_locales=[world.locale("fr")]).create_translations(site)
        french = world.publish(site.get_translation(world.locale("fr")))
        index = world.add(french, PracticeIndexPage(title="Pratiques", slug="pratiques"))
        draft = world.add(
            index,
            GoodPracticePage(title="Gardiens", slug="gardiens", human_rights="<p>Oui.</p>", consent=True),
            live=False,
        )
        draft.save_revision(user=people["author"])
        TranslationCreator(user=people["author"], target_locales=[world.locale("en")]).create_translations(
            draft, include_related_objects=True
        )
    draft = GoodPracticePage.objects.get(pk=draft.pk)
    assert draft.get_translation(world.locale("en")).source_page.pk == draft.pk
    assert codes(draft) == ["second_person_missing"]
    with pytest.raises(PublicationRefused):
        draft.get_latest_revision().publish(user=people["author"])
    assert not GoodPracticePage.objects.get(pk=draft.pk).live


def test_somebody_else_publishes_the_unchanged_draft_in_the_editor(draft, people, committed):
    fields = edit_form(draft, signed_in(people["author"]))
    for name, live in (("author", False), ("editor", True)):
        with committed():
            signed_in(people[name]).post(
                f"/admin/pages/{draft.pk}/edit/", {**fields, "action-publish": "action-publish"}
            )
        assert GoodPracticePage.objects.get(pk=draft.pk).live is live


def test_somebody_else_who_changes_something_is_an_author_too(draft, people):
    fields = edit_form(draft, signed_in(people["editor"]))
    response = signed_in(people["editor"]).post(
        f"/admin/pages/{draft.pk}/edit/",
        {**fields, "summary": "Changed.", "action-publish": "action-publish"},
    )
    assert "Somebody else than its author" in text(response)
    assert not GoodPracticePage.objects.get(pk=draft.pk).live


def test_what_was_published_counts_no_more(draft, people, committed):
    with committed():
        page = GoodPracticePage.objects.get(pk=draft.pk)
        page.save_revision(user=people["editor"]).publish(user=people["editor"])
    page = GoodPracticePage.objects.get(pk=draft.pk)
    assert codes(page) == []
    page.summary = "Another."
    page.save_revision(user=people["editor"])
    with pytest.raises(PublicationRefused):
        page.get_latest_revision().publish(user=people["editor"])
    with committed():
        page.save_revision(user=people["author"]).publish(user=people["author"])
    assert GoodPracticePage.objects.get(pk=draft.pk).summary == "Another."


# Speed -------------------------------------------------------------------------------------------------------------


def test_the_inbox_takes_as_many_statements_for_one_as_for_five(index, people):
    client = signed_in(people["content"])

    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/admin/reviews/").status_code == 200
        return len(captured)

    counts = []
    for number in range(5):
        page = world.add(index, GoodPracticePage(title=f"P{number}", slug=f"p{number}"), live=False)
        page.save_revision(user=people["author"])
        submitted(GoodPracticePage.objects.get(pk=page.pk), people)
        counts.append(statements())
    assert counts[0] == counts[-1]


def edit_form(page, client) -> dict:
    """What the editor's form holds, as a browser would post it."""
    form = client.get(f"/admin/pages/{page.pk}/edit/").context["form"]
    fields = {}

    def take(each):
        for bound in each:
            value = bound.value()
            widget = bound.field.widget
            if hasattr(widget, "value_omitted_from_data") and bound.name in each.fields:
                rendered = widget.format_value(value) if hasattr(widget, "format_value") else value
                if isinstance(rendered, list):
                    rendered = rendered[0] if rendered else ""
                fields[bound.html_name] = "" if rendered in (None, False) else rendered

    take(form)
    for formset in form.formsets.values():
        take(formset.management_form)
        for each in formset.forms:
            take(each)
    for name in ("stakeholder_roles", "references"):
        fields.pop(name, None)
        fields[f"{name}-count"] = "0"
    for name, value in list(fields.items()):
        if not isinstance(value, str | int | bool):
            fields[name] = json.dumps(value) if isinstance(value, dict) else str(value)
    fields["consent"] = "on"
    return fields
