"""Wagtail's previews go the same way: of each type, of drafts, of what isn't saved yet."""

import pytest
from django.urls import reverse

from home.guides.models import ChapterPage, CompendiumPage, GoodPracticePage, GuidePage, PracticeIndexPage
from home.models import HomePage, StandardPage
from home.programme.models import ProgrammePage
from learning.models import LessonPage

from .conftest import ADDRESSES


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_superuser(email="editor@example.org", password="secret-secret")
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", [*ADDRESSES, "two"])
def test_a_draft_is_shown_as_its_page_will_be(editor, pages, name):
    page = pages[name].specific_class.objects.get(pk=pages[name].pk)
    page.title = "Quite another title"
    if hasattr(page, "headline"):
        page.headline = page.title
    page.save_revision()
    response = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    html = response.content.decode()
    assert response.status_code == 200
    assert "Quite another title" in html
    assert "/static/site/site.css" in html and "wagtail-userbar" in html
    if name in ADDRESSES:
        assert "Quite another title" not in editor.get(ADDRESSES[name]).content.decode()


@pytest.mark.parametrize(
    ("model", "parent"),
    [
        (HomePage, None),
        (StandardPage, "home"),
        (CompendiumPage, "home"),
        (GuidePage, "compendium"),
        (ChapterPage, "guide"),
        (PracticeIndexPage, "home"),
        (GoodPracticePage, "index"),
        (ProgrammePage, "home"),
    ],
)
def test_what_was_never_saved_is_shown(editor, pages, rf, model, parent):
    from wagtail.models import Page

    above = Page.get_first_root_node() if parent is None else pages[parent]
    page = model(title="Never saved", slug="never", locale=pages["home"].locale)
    if model is HomePage:
        page.headline = page.title
    page.full_clean = lambda *args, **options: None
    above.refresh_from_db()
    # As Wagtail's own view for the preview of a page that is being added does.
    page.set_url_path(above)
    page.depth, page.path = above.depth + 1, Page._get_children_path_interval(above.path)[1]
    request = rf.get("/en/never/")
    request.user = pages["home"].owner or _superuser()
    response = page.make_preview_request(request, page.default_preview_mode)
    response.render() if hasattr(response, "render") and not response.is_rendered else None
    assert response.status_code == 200
    assert "Never saved" in response.content.decode()


def _superuser():
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(email="editor@example.org")


def test_the_bar_leads_to_the_editor(editor, pages):
    html = editor.get("/en/about/").content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[pages["about"].pk]) in html


def test_readers_get_no_bar(client, pages, member):
    client.force_login(member())
    assert "wagtail-userbar" not in client.get("/en/about/").content.decode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("reflection", "Cleaners and neighbours are there more often."),
        ("scenario", 'href="#end-example-a"'),
        ("flash_cards", "The golden hour"),
    ],
)
def test_activities_of_lessons_are_shown_in_the_editor(editor, pages, name, shown):
    block = LessonPage._meta.get_field("body").stream_block.child_blocks[name]
    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    assert shown in response.content.decode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("text", "Start with the people"),
        ("heading", '<h2 id="s1-trust-before-technology"><span class="num">1</span>'),
        ("quote", "<blockquote>"),
        ("box", "One page, practised twice a year."),
        ("case_study", "Case study 1 · A coastal city"),
        ("checklist", "Who is affected?"),
        ("footnote", "Security Council resolution 2341 (2017)."),
    ],
)
def test_blocks_are_shown_in_the_editor_as_on_the_page(editor, pages, name, shown):
    block = ChapterPage._meta.get_field("body").stream_block.child_blocks[name]
    response = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    assert shown in response.content.decode()
    assert "/static/site/site.css" in response.content.decode()
