"""How the desk sees a language that readers don't meet yet: as any other, and readers and feeds learn nothing of it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail_localize.models import Translation

from cms.changes.models import Change
from cms.content import marks
from cms.content.models import ContentItem, Contents
from cms.core.errors import NotFound
from cms.translation import flows
from cms.translation.board import live_and_outdated
from cms.translation.files import exporting
from cms.translation.state import State
from tests import world

from .test_board import board_of, cell


@pytest.fixture
def french(submit, things):
    submit(things.guide, "fr")
    return submit(things.chapter, "fr")


@pytest.fixture
def put_together(committed):
    def make(translation):
        with committed():
            Translation.objects.get(pk=translation.pk).save_target(publish=True)

    return make


@pytest.fixture
def say(things, committed):
    """Publish another paragraph in the original."""

    def make(words, *, corrects=False):
        page = world.as_stored(things.chapter)
        page.body[0].value.source, page.only_corrects = f"<p>{words}</p>", corrects
        with committed():
            page.save_revision().publish()

    return make


@pytest.fixture
def state(person, things):
    """What the board says of the chapter in French; what the translation's own page says is the same."""
    user = person(translates=["fr"], manages=True)

    def make(translation) -> State:
        found = cell(board_of(user), "Squares", "fr")
        if found.live:
            translation = Translation.objects.get(pk=translation.pk)
            assert live_and_outdated(translation) == (True, found.state == State.OUTDATED)
        return found.state

    make.user = user
    return make


def exported(user) -> int:
    locales = world.locale("en"), world.locale("fr")
    return exporting.of_outdated(user, *locales, "po").paragraphs


def documents() -> list:
    return list(ContentItem.objects.filter(locale="fr", status=ContentItem.Status.LIVE))


def told() -> tuple:
    """What the feed and the contents hold of French."""
    return Change.objects.filter(locale="fr").count(), Contents.objects.filter(locale="fr").count()


def test_what_was_never_shown_is_published_and_falls_behind(
    french, write, put_together, say, choose, state, committed
):
    choose("fr", hidden=True)
    before = told()
    put_together(write(french))
    assert state(french) == State.PUBLISHED
    with pytest.raises(NotFound):
        exported(state.user)
    say("Other words")
    assert state(french) == State.OUTDATED
    assert exported(state.user) == 2
    # It was taken apart anew for that.
    put_together(french)
    assert state(french) == State.OUTDATED, "half of it stands in English"
    put_together(write(french))
    assert state(french) == State.PUBLISHED
    assert (documents(), told()) == ([], before)
    call_command("check_invariants")


def test_what_was_shown_before_goes_on_from_there(french, write, put_together, say, choose, state):
    put_together(write(french))
    choose("fr", hidden=True)
    before = told()
    assert state(french) == State.PUBLISHED
    say("One!", corrects=True)
    assert state(french) == State.PUBLISHED
    say("Other words")
    assert state(french) == State.OUTDATED
    say("One!")
    assert state(french) == State.PUBLISHED
    say("Other words")
    assert (documents(), told()) == ([], before)
    call_command("check_invariants")


def test_when_it_is_shown_its_documents_say_the_same(
    things, french, write, put_together, say, choose, state, committed
):
    choose("fr", hidden=True)
    put_together(write(french))
    say("Other words")
    since = ContentItem.objects.get(key=things.chapter.translation_key, locale="en").current.created_at
    # Taken apart anew, for all languages: nothing of that has been put together.
    with committed():
        flows.bring_up_to_date(by=state.user, uuid=french.uuid)
    choose("fr", hidden=False)
    marks.sweep(now=timezone.now() + timedelta(minutes=1))
    (item,) = [each for each in documents() if each.key == things.chapter.translation_key]
    assert (item.outdated, item.outdated_since, item.synced_version) == (True, since, 1)
    assert item.current.number == 1
    assert state(french) == State.OUTDATED
    call_command("check_invariants")


def test_taking_apart_what_hasnt_changed_outdates_nothing_when_it_is_shown(
    french, write, put_together, say, choose, state, committed
):
    """What the language's documents would say was noted when it was published: it isn't guessed when it is shown."""
    say("Other words")
    choose("fr", hidden=True)
    with committed():
        flows.bring_up_to_date(by=state.user, uuid=french.uuid)
    put_together(write(french))
    with committed():
        flows.bring_up_to_date(by=state.user, uuid=french.uuid)
    assert state(french) == State.PUBLISHED
    choose("fr", hidden=False)
    marks.sweep(now=timezone.now() + timedelta(minutes=1))
    assert [each.outdated for each in documents()] == [False]
    assert state(french) == State.PUBLISHED


def test_what_is_withdrawn_in_it_is_nothing_that_waits_for_readers(
    french, write, put_together, say, choose, state, committed
):
    choose("fr", hidden=True)
    put_together(write(french))
    say("Other words")
    with committed():
        french.get_target_instance().unpublish()
    assert state(french) == State.IN_PROGRESS
    with pytest.raises(NotFound):
        exported(state.user)


def test_what_somebody_wrote_in_it_by_hand_falls_behind_too(things, say, choose, state, committed):
    choose("fr", hidden=True)
    with committed():
        page = things.chapter.copy_for_translation(world.locale("fr"), copy_parents=True)
        world.publish(page, title="À la main")
    found = cell(board_of(state.user), "Squares", "fr")
    assert (found.by_hand, found.state) == (True, State.PUBLISHED)
    say("Other words")
    assert cell(board_of(state.user), "Squares", "fr").state == State.OUTDATED


def test_a_whole_guide_in_it_is_no_guide_of_anybodys(
    client, things, submit, write, put_together, choose, committed
):
    choose("fr", hidden=True)
    for each in (things.home, things.compendium, things.guide, things.chapter, things.secret):
        put_together(write(submit(each, "fr")))
    call_command("check_invariants")
    keys = {each.translation_key: each for each in (things.guide, things.chapter, things.secret)}
    kept = ContentItem.objects.filter(locale="fr", key__in=keys)
    assert {(each.status, each.current_id, each.root_key) for each in kept} == {("retired", None, None)}
    # Who could read them is kept with them, whatever becomes of it.
    access = dict(ContentItem.objects.filter(locale="en", key__in=keys).values_list("key", "access_key"))
    assert {each.key: each.access_key for each in kept} == access
    with committed():
        world.for_members(world.as_stored(things.chapter))
    assert kept.get(key=things.chapter.translation_key).access_key == access[things.secret.translation_key]
    call_command("check_invariants")
    choose("fr", hidden=False)
    marks.sweep(now=timezone.now() + timedelta(minutes=1))
    assert {each.key for each in documents()} >= set(keys)
    assert client.get(kept.get(key=things.guide.translation_key).path).status_code == 200
    call_command("check_invariants")


def test_the_original_of_another_language_has_no_state(things, choose, committed):
    choose("fr", hidden=True)
    home = things.home.copy_for_translation(world.locale("fr"))
    with committed():
        world.publish(home)
        page = world.add(home, type(things.compendium)(title="En français", slug="en-francais"))
    assert not ContentItem.objects.filter(key=page.translation_key).exists()
