"""What only corrects: said of an edit, kept with its revision, true of the version that comes of it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Revision
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms.content.corrections import said
from cms.content.models import ContentItem, Correction, Mark
from cms.content.sources import moved_on_since
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from tests import world
from tests.content.test_visibility import translate


@pytest.fixture
def chapter(site, committed):
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Sites", slug="sites"))
        page = world.add(guide, ChapterPage(title="One", slug="one", body=[("text", "<p>First words.</p>")]))
    with committed():
        # Added live in code it has no revision yet; pages of editors have.
        page.save_revision().publish()
    return page


@pytest.fixture
def editor(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("editor@example.org", "secret"))
    return client


def edit(page, words, corrects=False):
    page = ChapterPage.objects.get(pk=page.pk)
    page.body, page.only_corrects = [("text", f"<p>{words}</p>")], corrects
    return page.save_revision()


def versions(page):
    item = ContentItem.objects.get(page_id=page.pk)
    return list(item.versions.order_by("number").values_list("correction", flat=True))


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


def test_ticked_in_the_form_it_is_kept_with_the_revision_and_unticked_again(chapter, editor, committed):
    address = reverse("wagtailadmin_pages:edit", args=[chapter.pk])
    html = editor.get(address).content.decode()
    assert "This only corrects: the meaning is unchanged" in html
    with committed():
        data = form(chapter, "First, words.", only_corrects="on")
        assert editor.post(address, {**data, "action-publish": "1"}).status_code == 302
    assert versions(chapter) == [False, True]
    chapter.refresh_from_db()
    assert Correction.objects.get().revision_id == chapter.live_revision_id
    assert 'name="only_corrects" id="id_only_corrects" checked' not in editor.get(address).content.decode()
    with committed():
        assert editor.post(address, {**form(chapter, "New."), "action-publish": "1"}).status_code == 302
    assert versions(chapter) == [False, True, False]


def test_it_is_not_asked_of_a_page_that_was_never_published(chapter, editor, committed):
    with committed():
        draft = world.add(chapter.get_parent().specific, ChapterPage(title="Draft"), live=False)
    html = editor.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "This only corrects" not in html


def test_it_survives_a_schedule(chapter, committed):
    page = ChapterPage.objects.get(pk=chapter.pk)
    page.body, page.only_corrects = [("text", "<p>First, words.</p>")], True
    page.go_live_at = timezone.now() + timedelta(hours=1)
    with committed():
        page.save_revision().publish()
    assert versions(chapter) == [False]
    revision = Revision.objects.get(pk=ChapterPage.objects.get(pk=chapter.pk).latest_revision_id)
    due = timezone.now() - timedelta(minutes=1)
    revision.approved_go_live_at = due
    revision.content = {**revision.content, "go_live_at": due.isoformat()}
    revision.save()
    with committed():
        call_command("publish_scheduled")
    assert versions(chapter) == [False, True]


def test_a_draft_saved_over_is_asked_anew(chapter, committed):
    revision = edit(chapter, "First, words.", corrects=True)
    page = revision.as_object()
    page.body = [("text", "<p>Something else.</p>")]
    with committed():
        page.save_revision(overwrite_revision=revision).publish()
    assert not Correction.objects.exists()
    assert versions(chapter) == [False, False]


def test_several_publications_before_it_is_compiled_are_one_correction_only_if_all_are(chapter, committed):
    with committed():
        edit(chapter, "Other.").publish()
        edit(chapter, "Other!", corrects=True).publish()
    assert versions(chapter) == [False, False]
    with committed():
        edit(chapter, "Other:", corrects=True).publish()
        edit(chapter, "Other;", corrects=True).publish()
    assert versions(chapter) == [False, False, True]
    assert not Mark.objects.exists()


def test_what_shows_a_corrected_page_is_corrected_and_what_shows_a_changed_one_is_not(chapter, committed):
    from learning.models import LessonPage
    from tests.learning import factories

    shows = {"type": "chapter", "value": chapter.pk, "id": factories.stable("shown")}
    home = chapter.get_parent().get_parent().get_parent().specific
    course = factories.course(home, committed, {"One": [("lesson", "lesson", {"body": [shows]})]})
    lesson = LessonPage.objects.get(pk=course.pages["lesson"].pk)
    with committed():
        edit(chapter, "First, words.", corrects=True).publish()
    with committed():
        edit(chapter, "New.").publish()
    assert versions(lesson) == [False, True, False]


def test_translations_do_not_fall_behind_by_corrections(chapter, committed):
    with committed():
        translate(chapter)
    french = ContentItem.objects.get(key=chapter.translation_key, locale="fr")
    with committed():
        edit(chapter, "First, words.", corrects=True).publish()
    french.refresh_from_db()
    assert not french.outdated
    with committed():
        edit(chapter, "New words.").publish()
    french.refresh_from_db()
    assert french.outdated
    with committed():
        edit(chapter, "New, words.", corrects=True).publish()
    french.refresh_from_db()
    assert french.outdated


@pytest.mark.parametrize(
    ("versions", "moved"),
    [
        ([], None),
        ([("a", False)], None),
        ([("a", False), ("b", False)], 1),
        ([("a", False), ("b", True)], None),
        ([("a", False), ("b", True), ("c", True)], None),
        ([("a", False), ("b", False), ("c", True)], 1),
        ([("a", False), ("b", False), ("c", False)], 1),
        ([("a", False), ("b", False), ("a", False)], None),
        ([("a", False), ("b", False), ("a", True)], None),
        ([("a", False), ("b", False), ("a", False), ("c", False)], 3),
        ([("a", False), ("b", True), ("c", False), ("b", False)], None),
        ([("a", False), ("b", True), ("c", False), ("d", True)], 2),
    ],
)
def test_since_which_version_a_source_has_moved_on(versions, moved):
    """Moments are the versions' places here."""
    assert _since(versions) == moved


def _since(versions):
    return moved_on_since((digest, correction, place) for place, (digest, correction) in enumerate(versions))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.just(True)), max_size=6))
def test_corrections_alone_never_move_it_on(versions):
    assert _since([("a", False), *versions]) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"url": "/en/a/", "text": "A"}, {"url": "/en/b/", "text": "A"}, True),
        ({"text": "A"}, {"text": "B"}, False),
        ('<p><a href="/en/a/">A</a></p>', '<p><a href="/en/b/" hreflang="fr">A</a></p>', True),
        ('<p><a class="term" href="#term-a">A</a></p>', "<p>A</p>", True),
        ('<p><a href="https://a.org/">A</a></p>', '<p><a href="https://b.org/">A</a></p>', False),
        ("<p><b>A</b></p>", "<p>A</p>", False),
        ([{"number": 1, "caption": "A"}], [{"number": 2, "caption": "A"}], True),
    ],
)
def test_what_a_value_says(one, other, same):
    assert (said(one) == said(other)) is same
