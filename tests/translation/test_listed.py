"""What a list shows of a person's can be opened by that person: every link of the board, of My work and of the submissions."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from cms.translation.board import Board
from cms.translation.models import Work
from cms.translation.subtrees import submitting
from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from tests import world

BOARD, MINE, LIST = "/admin/translation/", "/admin/translation/mine/", "/admin/translation/submissions/"
LINK = re.compile(r'<a\b[^>]*\shref="(/admin/(?:translation|pages)/[^"#?]*)[^"]*"')
START = re.compile(r'name="start" value="([^"]*)"')


@pytest.fixture
def lesson(things, committed):
    with committed():
        index = world.add(things.home, CourseIndexPage(title="Courses", slug="courses"))
        course = world.add(index, CoursePage(title="A course", slug="course"))
        module = world.add(course, ModulePage(title="A module", slug="module"))
    with committed():
        return world.add(
            module, LessonPage(title="A lesson", slug="lesson", body=[("text", "<p>An answer.</p>")])
        )


@pytest.fixture
def desk(things, lesson, submit, write, person):
    """Something of each kind in each stage: open, in review, sent back, and a submission; held by whoever translates."""
    translator = person(translates=["fr", "ar"], changes=things.home)
    pages = (things.guide, things.chapter, things.secret, things.draft, things.tool, lesson)
    for thing in pages:
        for code in ("fr", "ar", "es"):
            write(submit(thing, code), by=translator)
    stages = {"fr": "in_review", "ar": "open", "es": "open"}
    for code, stage in stages.items():
        Work.objects.filter(translation__target_locale__language_code=code).update(
            stage=stage, translator=translator, submitted_by=translator, submitted_at=timezone.now()
        )
    Work.objects.filter(translation__target_locale__language_code="ar").update(reason="No.")
    Work.objects.filter(translation__target_locale__language_code="es").update(translator=None)
    submission = submitting.begin(
        page=Page.objects.get(pk=things.compendium.pk),
        locales=[world.locale("ru")],
        by=translator,
        now=timezone.now(),
    )
    submission.problems = [
        {"page": page.pk, "title": page.title, "locale": "ru", "told": "It broke."}
        for page in (things.chapter, things.secret, things.draft)
    ]
    submission.save()
    return translator


ROLES = {
    "translator": {"translates": ["fr", "ar", "es"]},
    "translator with a right to pages": {"translates": ["fr", "ar", "es"], "changes": "home"},
    "translator with snippets": {"translates": ["fr", "ar", "es"], "snippets": True},
    "reviewer": {"reviews": ["fr", "ar"]},
    "reviewer with a right to courses": {"reviews": ["fr", "ar"], "changes": "courses", "snippets": True},
    "manager": {"manages": True},
    "manager with a right to guides": {"manages": True, "changes": "guide", "snippets": True},
    "whoever holds it": None,
    "administrator": None,
}


@pytest.mark.parametrize("role", ROLES)
def test_every_link_opens(things, lesson, desk, person, role):
    places = {"home": things.home, "guide": things.guide, "courses": lesson.get_parent()}
    if role == "administrator":
        user = get_user_model().objects.create_superuser("a@example.org", "x")
    elif role == "whoever holds it":
        user = desk
    else:
        rights = ROLES[role]
        user = person(**rights | ({"changes": places[rights["changes"]]} if "changes" in rights else {}))
    if role.startswith("translator"):
        user.user_permissions.add(Permission.objects.get(codename="submit_translation"))
    client = Client()
    client.force_login(user)
    addresses = [BOARD, MINE]
    if f'href="{LIST}"' in client.get(BOARD).content.decode():
        addresses += [LIST, *(each for each in links(client.get(LIST)) if each.startswith(LIST))]
    opened = set()
    for address in addresses:
        for link in links(client.get(address)):
            opened.add(link)
            assert client.get(link).status_code == 200, (address, link)
    works = [link for link in opened if re.search(r"/[0-9a-f-]{36}/$", link)]
    assert len(works) >= 2, role
    lessons = {str(each.uuid) for each in Translation.objects.filter(source__object=lesson.translation_key)}
    sees_lessons = role in (
        "translator with a right to pages",
        "reviewer with a right to courses",
        "whoever holds it",
        "administrator",
    )
    assert any(uuid in link for link in opened for uuid in lessons) == sees_lessons


def links(answer) -> set[str]:
    """What the main part of a page leads to at the desk and in the tree."""
    assert answer.status_code == 200
    return set(LINK.findall(answer.content.decode().partition("<main")[2].partition("</main>")[0]))


def test_everything_that_is_offered_to_be_started_can_be(things, lesson, person, committed):
    for user in (person(translates=["fr"], snippets=True), person(manages=True, changes=things.home)):
        client = Client()
        client.force_login(user)
        offered = [each for each in START.findall(client.get(BOARD).content.decode()) if each.endswith(" fr")]
        assert offered
        for each in offered:
            with committed():
                answer = client.post("/admin/translation/start/", {"start": each})
            assert client.get(answer["Location"]).status_code == 200, each
            assert answer["Location"] != BOARD


def test_what_isnt_counted_yet_is_offered_to_be_started(things, submit, person):
    """Rows that came without signals: nothing leads to what can't be opened."""
    french = submit(things.chapter, "fr")
    Work.objects.all().delete()
    user = person(translates=["fr"])
    board = Board(get_user_model().objects.get(pk=user.pk), timezone.now())
    [squares] = [item for item in board.items if item.title == "Squares"]
    assert [cell.uuid for cell in squares.cells.values()] == [None]
    client = Client()
    client.force_login(user)
    answer = client.post("/admin/translation/start/", {"start": f"{things.chapter.translation_key} fr"})
    assert answer["Location"] == f"/admin/translation/{french.uuid}/"
    assert client.get(answer["Location"]).status_code == 200
    assert Work.objects.get().words_total == 2
    assert TranslationSource.objects.count() == 1
