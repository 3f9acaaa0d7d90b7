"""What the memory keeps and forgets."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail_localize.models import StringTranslation, TranslationLog

from cms.content import api as content
from cms.translation import memory, remembering
from cms.translation.models import MemoryUnit
from tests import world


@pytest.fixture
def published(things, submit, write, committed):
    """A chapter that readers have in French."""
    for thing in (things.home, things.compendium, things.guide):
        with committed():
            submit(thing, "fr").save_target(publish=True)
    translation = write(submit(things.chapter, "fr"))
    with committed():
        translation.save_target(publish=True)
    return translation


def kept(thing) -> set[tuple[str, str]]:
    rows = MemoryUnit.objects.filter(origin=thing.translation_key)
    return set(rows.values_list("source", "target"))


def fill() -> str:
    told = StringIO()
    call_command("fill_translation_memory", stdout=told)
    return told.getvalue()


def test_what_was_published_before_there_was_a_memory_is_kept_once(things, published):
    known = kept(things.chapter)
    assert {source for source, _target in known} >= {"One", "Squares"}
    MemoryUnit.objects.all().delete()
    assert f"{len(known)} " in fill()
    assert kept(things.chapter) == known
    made = TranslationLog.objects.filter(source=published.source).latest("created_at").created_at
    assert set(MemoryUnit.objects.values_list("updated_at", flat=True)) == {made}
    before = list(MemoryUnit.objects.order_by("pk").values())
    assert fill().startswith("0 ")
    assert list(MemoryUnit.objects.order_by("pk").values()) == before


def test_what_was_written_since_is_left_out(things, published):
    MemoryUnit.objects.all().delete()
    draft = StringTranslation.objects.get(translation_of__data="One", locale=published.target_locale)
    StringTranslation.objects.filter(pk=draft.pk).update(
        data="Pas encore", updated_at=timezone.now() + timedelta(minutes=1)
    )
    fill()
    assert {source for source, _target in kept(things.chapter)} == {"Squares"}


def test_drafts_and_what_was_withdrawn_are_no_memory(things, published, submit, write, committed):
    with committed():
        write(submit(things.draft, "fr")).save_target(publish=False)
    with committed():
        things.chapter.unpublish()
    MemoryUnit.objects.all().delete()
    assert fill().startswith("0 ")
    assert not MemoryUnit.objects.exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_deleted_is_forgotten(things, published, committed, language):
    other = things.guide
    remembering.remember(published, timezone.now())
    MemoryUnit.objects.create(
        **_unit(origin=other.translation_key),
        source="Open places",
        source_digest=memory.digest("Open places"),
    )
    page = things.chapter if language == "en" else published.get_target_instance()
    with committed():
        page.delete()
    assert kept(things.chapter) == set()
    assert kept(other) == {("Open places", "Lieux")}


def test_a_deleted_snippet_is_forgotten(things, submit, write, committed):
    with committed():
        write(submit(things.tool, "fr")).save_target()
    assert kept(things.tool)
    things.tool.delete()
    assert kept(things.tool) == set()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_recalled_is_forgotten_and_stays_so(things, published, committed, language):
    page = things.chapter if language == "en" else published.get_target_instance()
    assert kept(things.chapter)
    with committed():
        page.unpublish()
    with committed():
        content.recall(page.pk)
    assert kept(things.chapter) == set()
    assert fill().startswith("0 ")


def test_nothing_to_forget_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert remembering.forget([]) == 0


def _unit(**values):
    return {
        "source_locale": world.locale("en"),
        "target_locale": world.locale("fr"),
        "length": 11,
        "target": "Lieux",
        "updated_at": timezone.now(),
        **values,
    }
