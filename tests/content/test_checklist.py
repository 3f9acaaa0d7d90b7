"""The list before publishing in the editor: what is done, what is missing and where; for who may edit the page alone."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import GroupPagePermission, get_page_models

from cms.content.checklist import checklist, requirements_of
from cms.core.pages import BasePage
from home.guides.models import ChapterPage, CompendiumPage, GoodPracticePage, GuidePage, PracticeIndexPage
from learning.models import QuizPage
from tests import world
from tests.content.test_gate import practice_form


@pytest.fixture
def index(site, committed):
    with committed():
        return world.add(site, PracticeIndexPage(title="Practices", slug="practices"))


@pytest.fixture
def practice(index):
    page = world.add(index, GoodPracticePage(title="Stewards", slug="stewards"), live=False)
    page.save_revision()
    return page


@pytest.fixture
def chapter(site, committed):
    body = [
        {"type": "heading", "value": {"text": "Too deep", "level": "4"}, "id": "h1"},
        {"type": "text", "value": '<p><a linktype="page" id="999999">words</a></p>', "id": 't"1'},
        {"type": "quote", "value": {"text": "", "attribution": ""}, "id": "q1"},
    ]
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Guide", slug="guide"))
        page = world.add(guide, ChapterPage(title="Chapter", slug="chapter", body=body), live=False)
    page.save_revision()
    return page


@pytest.fixture
def admin(django_user_model):
    return django_user_model.objects.create_superuser("admin@example.org", "secret")


def editor_of(user_model, page, name):
    user = user_model.objects.create_user(f"{name}@example.org", "secret")
    group = Group.objects.create(name=name)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group, page=page, permission=Permission.objects.get(codename="change_page")
    )
    user.groups.add(group)
    return user


def signed_in(user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def states(checked):
    return {str(each.label): each.done for each in checked}


def test_a_practice_tells_what_it_needs_and_what_is_done(practice, admin):
    found = states(checklist(practice.pk, admin))
    assert found["The section on human rights is written"] is False
    assert found["The source agreed to publication"] is False
    assert found["The period is in order"] is True
    practice.consent = True
    practice.human_rights = "<p>Necessary.</p>"
    practice.save_revision()
    found = states(checklist(practice.pk, admin))
    assert found["The section on human rights is written"] is True
    assert all(found.values())


def test_what_a_person_wrote_is_approved_by_another(practice, admin, django_user_model):
    other = django_user_model.objects.create_superuser("other@example.org", "secret")
    practice.title = "Changed"
    practice.save_revision(user=admin)
    label = "Somebody else than its author approved it"
    assert states(checklist(practice.pk, admin))[label] is False
    assert states(checklist(practice.pk, other))[label] is True


def test_it_is_the_saved_draft_that_is_looked_at(chapter, admin):
    chapter.body = []
    chapter.save()
    assert not all(states(checklist(chapter.pk, admin)).values())
    chapter.save_revision()
    assert all(states(checklist(chapter.pk, admin)).values())


def test_a_type_asks_for_what_it_is_made_of(db):
    labels = {
        model: [str(each.label) for each in requirements_of(model)]
        for model in get_page_models()
        if issubclass(model, BasePage)
    }
    assert "Headings skip no level" in labels[ChapterPage]
    assert "Headings skip no level" not in labels[GoodPracticePage]
    assert "Every image says what it shows, or is marked as decorative" in labels[GuidePage]
    assert "It has questions" in labels[QuizPage]
    assert all("What has to be filled in is filled in" in found for found in labels.values())
    assert all(len(set(found)) == len(found) for found in labels.values())


def test_the_edit_view_shows_it_with_ways_to_each_place(chapter, admin):
    html = signed_in(admin).get(reverse("wagtailadmin_pages:edit", args=[chapter.pk])).content.decode()
    assert "Before publishing" in html
    assert reverse("page_checklist", args=[chapter.pk]) in html
    fragment = signed_in(admin).get(reverse("page_checklist", args=[chapter.pk])).content.decode()
    assert re.sub(r"\s+", " ", fragment) in re.sub(r"\s+", " ", html)
    edit = reverse("wagtailadmin_pages:edit", args=[chapter.pk])
    assert f'href="{edit}#:w:contentpath=body.h1"' in fragment
    assert escape('[data-contentpath="body"] [data-contentpath="h1"]') in fragment
    assert (
        ">Body, block 1: Heading</a>: “Too deep” is a heading of the level “Paragraph heading”: one of the level “Section” is missing"
        in fragment
    )
    assert "Body, block 2: Text" in fragment and 't"1' not in fragment and "t&quot;1" not in fragment
    assert "Body, block 3: Quotation</a>: This field is required." in fragment
    assert fragment.count("is-missing") == 3


def test_a_page_that_was_never_saved_has_no_list(index, admin):
    path = reverse("wagtailadmin_pages:add", args=("guides", "goodpracticepage", index.pk))
    html = signed_in(admin).get(path).content.decode()
    assert "The section on human rights is written" not in html


def test_a_refused_form_shows_the_list_of_the_saved_draft(practice, admin):
    path = reverse("wagtailadmin_pages:edit", args=[practice.pk])
    response = signed_in(admin).post(path, {**practice_form(title=""), "action-publish": "1"})
    assert response.status_code == 200
    assert "The section on human rights is written" in response.content.decode()


def test_only_who_may_edit_the_page_sees_it(practice, site, index, admin, django_user_model, committed):
    with committed():
        elsewhere = world.add(site, PracticeIndexPage(title="Elsewhere", slug="elsewhere"))
    member = django_user_model.objects.create_user("member@example.org", "secret")
    member.groups.add(Group.objects.create(name="Members"))
    stranger = django_user_model.objects.create_user("stranger@example.org", "secret")
    stranger.groups.add(Group.objects.create(name="Others"))
    registered = django_user_model.objects.create_user("registered@example.org", "secret")
    people = {
        "anonymous": (None, 401),
        "registered": (registered, 403),
        "member": (member, 403),
        "member of another group": (stranger, 403),
        "editor of another section": (editor_of(django_user_model, elsewhere, "Elsewhere"), 403),
        "editor": (editor_of(django_user_model, index, "Here"), 200),
        "administrator": (admin, 200),
    }
    path = reverse("page_checklist", args=[practice.pk])
    for name, (user, expected) in people.items():
        for headers in ({}, {"x-requested-with": "XMLHttpRequest"}):
            response = signed_in(user).get(path, headers=headers)
            if expected == 200:
                assert response.status_code == 200, name
                assert "The section on human rights is written" in response.content.decode()
                assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
            else:
                # Asked by a script it is refused; a browser is led to where the person may be.
                assert response.status_code in ((expected, 403) if headers else (302,)), name
                assert b"human rights" not in response.content, name


def test_what_is_no_document_has_no_list(site, admin):
    client = signed_in(admin)
    root = site.get_parent()
    assert client.get(reverse("page_checklist", args=[root.pk])).status_code in (200, 302)
    assert client.get(reverse("page_checklist", args=[999999])).status_code == 404
    assert client.post(reverse("page_checklist", args=[site.pk])).status_code == 405


def test_in_few_statements(chapter, admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        checklist(chapter.pk, admin)
