"""Chapters, sections and practices that lessons show: corrections flow to people who are under way, the rest waits."""

from itertools import count

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from wagtail.models import GroupPagePermission, PageLogEntry

from cms.content import api as content
from cms.content.models import ContentItem, ContentVersion
from cms.core.errors import Conflict, NotFound, NotPermitted
from home.guides.models import (
    ChapterPage,
    CompendiumPage,
    GuidePage,
)
from learning.catalogue import publishing
from learning.flows.sources import LOGGED_AS, take_over
from learning.models import LessonPage
from tests import world as builder
from tests.learning import factories
from tests.learning.flows.test_editions import change, join, release
from tests.learning.flows.test_patches import asked, seen


def heading(text, name, level="2"):
    return {"type": "heading", "value": {"text": text, "level": level}, "id": factories.stable(name)}


def words(text, name):
    return {"type": "text", "value": f"<p>{text}</p>", "id": factories.stable(name)}


def chapter_body(trust="Trust first.", tools="Tools next."):
    return [
        heading("Trust", "trust"),
        words(trust, "trust text"),
        heading("In small steps", "steps", "3"),
        {"type": "footnote", "value": {"text": "<p>Once.</p>"}, "id": factories.stable("note")},
        heading("Tools", "tools"),
        words(tools, "tools text"),
    ]


@pytest.fixture
def now():
    return timezone.now()


def build_chapter(site, committed):
    with committed():
        compendium = builder.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = builder.add(compendium, GuidePage(title="Sites", slug="sites"))
        return builder.add(guide, ChapterPage(title="People", slug="people", body=chapter_body()))


def build_world(site, committed):
    chapter = build_chapter(site, committed)
    shows = {"type": "chapter", "value": chapter.pk, "id": factories.stable("shown")}
    section = {
        "type": "section",
        "value": {"chapter": chapter.pk, "section": factories.stable("trust")},
        "id": factories.stable("shown section"),
    }
    units = {
        "One": [
            ("whole", "lesson", {"body": [factories.text("Own words."), shows]}),
            ("part", "lesson", {"body": [section, factories.check(name="check")]}),
        ]
    }
    made = factories.course(site, committed, units)
    made.pages["chapter"] = chapter
    return made


@pytest.fixture
def chapter(world):
    return world.pages["chapter"]


def revise(committed, page, corrects=False, **fields):
    """Publish an edit of a page as its editor does: what is said of the edit is kept with its revision."""
    with committed():
        page = type(page).objects.get(pk=page.pk)
        for name, value in fields.items():
            setattr(page, name, value)
        page.only_corrects = corrects
        page.save_revision().publish()


def text_of(world, user, name, now, locale="en"):
    return str(seen(world, user, name, now, locale).body)


def held(world):
    return {key for key, _locale in content.held_back(content.current_edition(world.key))}


def test_a_change_of_the_source_waits_and_comes_with_the_edition(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    for name in ("whole", "part"):
        assert "Trust first." in text_of(world, user, name, now)
        assert "Trust comes last." not in text_of(world, user, name, now)
        # The document itself says what holds in the guide.
        assert "Trust comes last." in str(content.body(ContentItem.objects.get(key=world.unit(name)).current))
    assert held(world) == {world.unit("whole"), world.unit("part")}
    newcomer = join(world, now)
    assert "Trust first." in text_of(world, newcomer, "whole", now)
    release(committed, world, "move")
    assert "Trust comes last." in text_of(world, user, "whole", now)


def test_a_correction_flows(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, corrects=True, body=chapter_body(trust="Trust, first."))
    assert "Trust, first." in text_of(world, user, "whole", now)
    assert "Trust, first." in text_of(world, user, "part", now)
    assert held(world) == set()


def test_a_correction_after_a_change_waits_with_it(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    revise(committed, chapter, corrects=True, body=chapter_body(trust="Trust comes last!"))
    assert "Trust first." in text_of(world, user, "whole", now)


def test_each_edit_is_asked_anew(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, corrects=True, body=chapter_body(trust="Trust, first."))
    with committed():
        page = ChapterPage.objects.get(pk=chapter.pk)
        page.body = chapter_body(trust="Trust comes last.")
        page.save_revision().publish()
    assert "Trust, first." in text_of(world, user, "whole", now)


def test_two_publications_before_anything_is_compiled_are_both_looked_at(world, chapter, committed, now):
    user = join(world, now)
    with committed():
        for corrects, words_now in ((False, "Trust comes last."), (True, "Trust comes last!")):
            page = ChapterPage.objects.get(pk=chapter.pk)
            page.body, page.only_corrects = chapter_body(trust=words_now), corrects
            page.save_revision().publish()
    assert "Trust first." in text_of(world, user, "whole", now)


def test_another_section_of_the_chapter_may_change(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(tools="No tools."))
    assert held(world) == {world.unit("whole")}
    revise(committed, chapter, corrects=True, body=chapter_body(trust="Trust, first.", tools="No tools."))
    assert "Trust, first." in text_of(world, user, "part", now)
    assert "Trust, first." not in text_of(world, user, "whole", now)


def test_going_back_lets_it_flow_again(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    revise(committed, chapter, body=chapter_body())
    assert held(world) == set()
    assert "Trust first." in text_of(world, user, "whole", now)


def test_a_new_address_of_the_source_is_no_change(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, slug="folk")
    assert held(world) == set()
    assert "/en/guides/sites/folk/" in text_of(world, user, "whole", now)


def test_words_of_the_lesson_wait_with_its_source_and_questions_keep_it_from_being_taken_over(
    world, chapter, committed, now
):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    body = list(LessonPage.objects.get(pk=world.pages["part"].pk).body.raw_data)
    change(committed, world, "part", body=[body[0], factories.check(name="other")])
    (waits,) = publishing.waiting_in(content.current_edition(world.key), [(world.unit("part"), "en")])
    assert (waits.own, len(waits.sources)) == (True, 1)
    with pytest.raises(Conflict) as refused:
        take(world, "part", by=factories.person(is_superuser=True))
    assert refused.value.code == "waits_for_edition"
    assert asked(seen(world, user, "part", now)) == {factories.stable("check")}
    assert "Trust first." in text_of(world, user, "part", now)


def test_another_chapter_in_the_place_of_one_is_no_patch(world, chapter, committed, now):
    user = join(world, now)
    with committed():
        other = builder.add(
            chapter.get_parent().specific, ChapterPage(title="Other", body=chapter_body("Other."))
        )
    body = list(LessonPage.objects.get(pk=world.pages["whole"].pk).body.raw_data)
    change(committed, world, "whole", body=[body[0], {**body[1], "value": other.pk}])
    assert "Trust first." in text_of(world, user, "whole", now)


# Access and withdrawal --------------------------------------------------------------------------------------------


def test_what_is_restricted_or_withdrawn_is_gone_at_once_whatever_is_kept(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    assert "Trust first." in text_of(world, user, "whole", now)
    with committed():
        restriction = builder.for_members(chapter)
    kept = text_of(world, user, "whole", now)
    assert "Trust" not in kept and "Own words." in kept
    assert asked(seen(world, user, "part", now)) == {factories.stable("check")}
    with committed():
        restriction.delete()
    # It is there again, and still what they had.
    assert "Trust first." in text_of(world, user, "whole", now)
    with committed():
        ChapterPage.objects.get(pk=chapter.pk).unpublish()
    assert "Trust" not in text_of(world, user, "whole", now)


def test_what_is_withdrawn_from_what_flowed_comes_back_unless_it_changed(world, chapter, committed, now):
    user = join(world, now)
    with committed():
        ChapterPage.objects.get(pk=chapter.pk).unpublish()
    assert "Trust" not in text_of(world, user, "whole", now)
    revise(committed, chapter)
    assert "Trust first." in text_of(world, user, "whole", now)
    with committed():
        ChapterPage.objects.get(pk=chapter.pk).unpublish()
    revise(committed, chapter, corrects=True, body=chapter_body(trust="Trust comes last."))
    # Nobody corrects what isn't there: it is a change, whatever was ticked.
    assert "Trust comes last." not in text_of(world, user, "whole", now)
    assert held(world) == {world.unit("whole"), world.unit("part")}


def test_what_comes_back_is_compared_with_what_was_last_seen_of_it(world, chapter, committed, now):
    user = join(world, now)
    with committed():
        restriction = builder.for_members(chapter)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    with committed():
        restriction.delete()
    assert "Trust" not in text_of(world, user, "part", now)
    assert held(world) == {world.unit("whole"), world.unit("part")}
    revise(committed, chapter, body=chapter_body())
    assert "Trust first." in text_of(world, user, "part", now)
    assert held(world) == set()


def test_another_section_may_change_out_of_sight(world, chapter, committed, now):
    user = join(world, now)
    with committed():
        restriction = builder.for_members(chapter)
    revise(committed, chapter, corrects=True, body=chapter_body(trust="Trust comes first."))
    revise(committed, chapter, body=chapter_body(trust="Trust comes first.", tools="No tools."))
    with committed():
        restriction.delete()
    assert "Trust comes first." in text_of(world, user, "part", now)
    assert held(world) == {world.unit("whole")}


def test_a_recalled_source_is_destroyed_in_what_is_kept_too(world, chapter, committed, now):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    with committed():
        ChapterPage.objects.get(pk=chapter.pk).unpublish()
    with committed():
        content.recall(chapter.pk)
    assert not ContentVersion.objects.filter(body__contains="Trust first.").exists()
    assert "Own words." in text_of(world, user, "whole", now)


# Sections ---------------------------------------------------------------------------------------------------------


def test_a_section_is_its_heading_and_all_below_it(world, chapter, committed):
    body = content.body(ContentItem.objects.get(key=world.unit("part")).current)["body"]
    value = body[0]["value"]
    assert value["section"] == {
        "id": factories.stable("trust"), "number": "1", "title": "Trust", "anchor": "s1-trust"
    }  # fmt: skip
    assert [block["type"] for block in value["body"]] == ["text", "heading", "footnote"]
    assert (value["body"][1]["value"]["number"], value["body"][1]["value"]["level"]) == ("1", 2)
    assert value["version"] == 1
    assert (value["guide"]["title"], value["guide"]["edition"]) == ("Sites", 1)


def test_a_section_that_is_gone_is_gone_from_the_lesson_but_not_for_who_is_under_way(
    world, chapter, committed, now
):
    user = join(world, now)
    revise(committed, chapter, corrects=True, body=chapter_body()[4:])
    body = content.body(ContentItem.objects.get(key=world.unit("part")).current)["body"]
    assert (body[0]["value"]["section"], body[0]["value"]["body"]) == (None, [])
    assert "Trust first." in text_of(world, user, "part", now)


def test_the_gate_and_what_editors_type(world, chapter, committed, client):
    block = LessonPage._meta.get_field("body").stream_block.child_blocks["section"]
    page = LessonPage.objects.get(pk=world.pages["part"].pk)
    for typed in ("1", "1 Trust", "s1-trust", factories.stable("trust"), "https://x.org/en/p/#s1-trust"):
        wanted = factories.stable("trust") if typed != "s1-trust" else typed
        assert block.clean({"chapter": chapter, "section": typed})["section"] == wanted
    assert (
        block.get_form_state({"chapter": chapter, "section": factories.stable("trust")})["section"]
        == "1 Trust"
    )
    page.body = [("section", {"chapter": chapter, "section": "9.9"})]
    (problem,) = content.publication_problems(page)
    assert (problem.code, problem.field) == ("no_such_section", "body")
    assert "9.9" in problem.message


def test_a_translation_shows_the_section_in_its_language(world, chapter, committed, now):
    user = join(world, now)
    for page in (chapter.get_parent().get_parent().specific, chapter.get_parent().specific, chapter):
        factories.translate(committed, page, "fr", {"Trust first.": "La confiance d’abord."})
    factories.translated_course(committed, world)
    for name in ("One", "part"):
        factories.translate(committed, type(world.pages[name]).objects.get(pk=world.pages[name].pk))
    document = seen(world, user, "part", now, "fr")
    assert document.locale == "fr"
    assert "La confiance d’abord." in str(document.body)


# The editors ------------------------------------------------------------------------------------------------------


def take(world, *names, by, version=None):
    items = {
        each.page_id: each.current_id for each in ContentItem.objects.filter(key__in=map(world.unit, names))
    }
    if version is not None:
        items = dict.fromkeys(items, version)
    return take_over(course_key=world.key, chosen=items, by=by)


def test_taking_over(world, chapter, committed, now):
    user, editor = join(world, now), factories.person(is_superuser=True)
    with pytest.raises(NotFound):
        take(world, "whole", by=editor)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    with pytest.raises(NotPermitted):
        take(world, "whole", "part", by=factories.person())
    with pytest.raises(Conflict) as refused:
        take(world, "whole", by=editor, version=1)
    assert refused.value.code == "published_meanwhile"
    assert held(world) == {world.unit("whole"), world.unit("part")}
    assert not PageLogEntry.objects.filter(action=LOGGED_AS).exists()
    assert take(world, "whole", by=editor) == 1
    assert "Trust comes last." in text_of(world, user, "whole", now)
    assert "Trust first." in text_of(world, user, "part", now)
    logged = PageLogEntry.objects.get(action=LOGGED_AS)
    assert (logged.user, logged.data["sources"]) == (editor, ["People"])
    # What was taken over is what they have from now on.
    revise(committed, chapter, corrects=True, body=chapter_body(trust="Trust comes last!"))
    assert "Trust comes last!" in text_of(world, user, "whole", now)
    assert held(world) == {world.unit("part")}


def test_the_desk_lists_compares_and_takes_over(
    world, chapter, committed, now, client, django_assert_max_num_queries
):
    user = join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    client.force_login(factories.person(is_superuser=True))
    lesson = client.get(reverse("wagtailadmin_pages:edit", args=[world.pages["whole"].pk])).content.decode()
    address = reverse("changed_sources", args=[world.course.pk])
    assert address in lesson and "People" in lesson
    assert "questions, keys" not in lesson
    client.get(address)
    with django_assert_max_num_queries(24):
        html = client.get(address).content.decode()
    assert "Whole" in html and "Part" in html
    assert "<del>Trust first.</del>" in html and "<ins>Trust comes last.</ins>" in html
    tokens = [f"{each.page_id}:{each.current_id}" for each in ContentItem.objects.filter(key__in=held(world))]
    assert all(token in html for token in tokens)
    response = client.post(address, {"lesson": tokens}, follow=True)
    assert "Nothing that this course shows has changed." in response.content.decode()
    assert "Trust comes last." in text_of(world, user, "part", now)
    assert client.post(address, {"lesson": "x"}).status_code == 404


def test_the_desk_is_for_who_edits_the_course(world, chapter, committed, now, client):
    join(world, now)
    revise(committed, chapter, body=chapter_body(trust="Trust comes last."))
    group = Group.objects.create(name="Editors of the course")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    person = factories.person()
    person.groups.add(group)
    client.force_login(person)
    address = reverse("changed_sources", args=[world.course.pk])
    assert client.get(address).status_code in (302, 403)
    change_page = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=group, page=world.course, permission=change_page)
    html = client.get(address).content.decode()
    assert "Who may publish the lesson can take it over." in html
    page_id = world.pages["whole"].pk
    version = ContentItem.objects.get(page_id=page_id).current_id
    client.post(address, {"lesson": f"{page_id}:{version}"})
    assert held(world) == {world.unit("whole"), world.unit("part")}


def test_the_lesson_says_where_it_is_from(world, chapter, committed, now, client):
    client.force_login(join(world, now))
    html = client.get(f"/en/learn/units/{world.unit('part')}/", follow=True).content.decode()
    assert "From the guide" in html and "edition 1" in html
    assert "Section 1 of “People”" in html
    assert 'href="/en/guides/sites/people/#s1-trust"' in html
    with committed():
        content.release_edition(root_key=chapter.get_parent().get_parent().translation_key, note="Second.")
    html = client.get(f"/en/learn/units/{world.unit('part')}/", follow=True).content.decode()
    assert "edition 2" in html
    revise(committed, chapter.get_parent().specific, title="Places")
    html = client.get(f"/en/learn/units/{world.unit('part')}/", follow=True).content.decode()
    assert ">Places</a>, edition 2" in html
    assert held(world) == set()


def test_statements_of_publishing_a_lesson_do_not_grow_with_what_it_shows(
    world, chapter, committed, now, django_assert_max_num_queries
):
    join(world, now)
    counted = []
    for sections in (1, 6):
        shown = [
            {
                "type": "section",
                "value": {"chapter": chapter.pk, "section": factories.stable("trust")},
                "id": factories.stable(f"s{number}"),
            }
            for number in range(sections)
        ]
        change(committed, world, "part", body=shown)
        with django_assert_max_num_queries(200) as found:
            change(committed, world, "part", body=shown, summary=f"With {sections}.")
        counted.append(len(found))
    assert counted[0] == counted[1]


# What must be true ------------------------------------------------------------------------------------------------

_acts = st.lists(
    st.sampled_from(["change", "correct", "other", "restrict", "lift", "withdraw", "publish", "lesson"]),
    min_size=3,
    max_size=9,
)


@pytest.mark.long
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(acts=["restrict", "other", "lift"])
@example(acts=["restrict", "correct", "other", "lift"])
@example(acts=["other", "correct", "other", "restrict", "other", "correct", "lift"])
@given(acts=_acts)
def test_what_learners_read_changes_by_corrections_alone(site, committed, acts):
    """Whatever happens to a chapter: who is on a sealed edition reads what they had, as it was corrected, or nothing."""
    from django.db import transaction

    with transaction.atomic():
        _tell(site, committed, acts)
        transaction.set_rollback(True)


def _tell(site, committed, acts):
    now, number = timezone.now(), count()
    with committed():
        compendium = builder.add(site, CompendiumPage(title="Guides"))
        guide = builder.add(compendium, GuidePage(title="Sites"))
        page = builder.add(guide, ChapterPage(title="People", body=chapter_body("Meaning 0, wording 0.")))
    shown = {"type": "section", "value": {"chapter": page.pk, "section": factories.stable("trust")}, "id": factories.stable("b")}  # fmt: skip
    world = factories.course(site, committed, {"One": [("lesson", "lesson", {"body": [shown]})]})
    user = join(world, now)
    meaning = wording = 0
    restriction, live = None, True
    for act in acts:
        if act in ("change", "correct") and live:
            step = next(number)
            meaning, wording = (step + 1, 0) if act == "change" else (meaning, step + 1)
            text = f"Meaning {meaning}, wording {wording}."
            revise(committed, page, corrects=act == "correct", body=chapter_body(text))
        elif act == "other" and live:
            text = f"Meaning {meaning}, wording {wording}."
            revise(committed, page, body=chapter_body(text, tools=f"Tools {next(number)}."))
        elif act == "restrict" and restriction is None:
            with committed():
                restriction = builder.for_members(page)
        elif act == "lift" and restriction is not None:
            with committed():
                restriction.delete()
            restriction = None
        elif act == "withdraw" and live:
            with committed():
                ChapterPage.objects.get(pk=page.pk).unpublish()
            live = False
        elif act == "publish" and not live:
            revise(committed, page)
            live = True
        elif act == "lesson" and live and restriction is None:
            change(committed, world, "lesson", summary=f"Summary {next(number)}.")
        read = text_of(world, user, "lesson", now)
        if not live or restriction is not None:
            assert "Meaning" not in read
        elif "Meaning" in read:
            assert "Meaning 0," in read, acts
        if meaning == 0 and live and restriction is None:
            assert f"Meaning 0, wording {wording}." in read, acts
