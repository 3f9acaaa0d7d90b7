"""What is put together though texts are untranslated: the original's words stand in it, and it isn't up to date."""

import pytest
from django.urls import reverse
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from cms.changes.models import Change
from cms.content.api import publish
from cms.content.models import ContentItem, PutTogether
from cms.translation.models import Work
from cms.translation.state import State
from tests import world

from .desk import work_of
from .test_board import board_of, cell

API = "/api/v2/pages/"


@pytest.fixture
def french(things, submit):
    """The chapter's translation into French: a title and a paragraph."""
    submit(things.guide, "fr")
    return submit(things.chapter, "fr")


@pytest.fixture
def put_together(committed):
    """wagtail-localize's own “Publish”, whatever is missing."""

    def make(translation, publish=True):
        with committed():
            Translation.objects.get(pk=translation.pk).save_target(publish=publish)

    return make


@pytest.fixture
def say(things, committed):
    """Publish other paragraphs in the original, and take them apart unless told not to."""

    def make(*paragraphs, apart=True):
        page = world.as_stored(things.chapter)
        page.body[0].value.source = "".join(f"<p>{each}</p>" for each in paragraphs)
        with committed():
            page.save_revision().publish()
        if apart:
            with committed():
                source = Translation.objects.filter(source__object=page.translation_key).first().source
                source.update_from_db()

    return make


def item_of(translation) -> ContentItem:
    return ContentItem.objects.get(key=translation.source.object_id, locale="fr")


def original_of(translation) -> ContentItem:
    return ContentItem.objects.get(key=translation.source.object_id, locale="en")


def stands(translation) -> tuple:
    item = item_of(translation)
    return item.outdated, item.outdated_since, item.partly


def spoil(translation, committed):
    """One of its texts turns out to be wrong."""
    text = StringSegment.objects.filter(source=translation.source).get_translations(translation.target_locale)
    with committed():
        row = text.order_by("-pk").first()
        row.has_error = True
        row.save(update_fields=["has_error"])


@pytest.fixture
def above(things, submit, write, put_together):
    """What stands above the chapter is translated and published."""
    for each in (things.home, things.compendium, things.guide):
        put_together(write(submit(each, "fr")))


# Pages ---------------------------------------------------------------------------------------------------------------


def test_a_first_publication_of_half_is_outdated_everywhere(
    client, admin_client, things, above, french, write, person, committed
):
    write(french, only=1)
    page = things.chapter.get_translation(world.locale("fr"))
    with committed():
        answer = admin_client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"}, follow=True
        )
    assert answer.status_code == 200
    since = original_of(french).current.created_at
    assert stands(french) == (True, since, True)
    found = cell(board_of(person(manages=True)), "Squares", "fr")
    assert (found.state, found.percent, found.live) == (State.OUTDATED, 50, True)
    listed = client.get(f"{API}{page.pk}/").json()["meta"]
    assert listed["outdated"] is True
    assert {each["locale"]: (each["state"], each["outdated_since"]) for each in listed["translations"]} == {
        "en": ("original", None),
        "fr": ("outdated", since.isoformat().replace("+00:00", "Z")),
    }
    assert ids(client, "outdated") == [page.pk]
    assert page.pk not in ids(client, "published")
    # That it comes half translated is no change by which it falls behind.
    assert not Change.objects.filter(outdated=True).exists()


def ids(client, state):
    answer = client.get(API, {"type": "guides.ChapterPage", "locale": "fr", "translation_state": state})
    return [each["id"] for each in answer.json()["items"]]


def test_readers_are_told_that_some_of_it_isnt_translated(client, above, french, write, put_together):
    put_together(write(french, only=1))
    address = item_of(french).path
    # The note is in the page's language.
    assert "Tout n’est pas encore traduit" in text_of(client, address)
    put_together(write(french))
    assert "state-note" not in text_of(client, address)


def text_of(client, address):
    return client.get(address, headers={"Accept-Language": "en"}).content.decode()


def test_it_ends_when_the_last_text_is_translated_and_published(french, write, put_together):
    put_together(write(french, only=1))
    assert item_of(french).outdated
    write(french)
    assert item_of(french).outdated
    put_together(french)
    assert stands(french) == (False, None, False)
    made = PutTogether.objects.filter(log__source=french.source).order_by("pk")
    # Submitted, published by half, published whole.
    assert [each.partly for each in made] == [True, True, False]


def test_half_of_what_was_taken_apart_anew_stays_outdated(french, write, put_together, say, committed):
    put_together(write(french))
    say("One", "More")
    _outdated, since, _partly = before = stands(french)
    assert before == (True, original_of(french).current.created_at, False)
    put_together(french)
    assert stands(french) == (True, since, True)
    # Compiled again for another reason, or published again as it is, it is no better.
    with committed():
        publish(item_of(french).page_id)
    assert stands(french) == (True, since, True)
    with committed():
        french.get_target_instance().save_revision().publish()
    assert stands(french) == (True, since, True)
    put_together(write(french))
    assert stands(french) == (False, None, False)


def test_a_text_that_turns_out_wrong_outdates_what_is_put_together_without_it(
    french, write, put_together, committed
):
    put_together(write(french))
    assert stands(french) == (False, None, False)
    spoil(french, committed)
    with committed():
        publish(item_of(french).page_id)
    assert stands(french) == (False, None, False), "readers have the right one still"
    put_together(french)
    assert stands(french) == (True, original_of(french).current.created_at, True)
    told = Change.objects.filter(outdated=True).values_list("key", "locale")
    assert list(told) == [(french.source.object_id, "fr")]
    StringTranslation.objects.update(has_error=False)
    put_together(french)
    assert not item_of(french).outdated


def test_going_back_to_what_was_translated_doesnt_end_it(french, write, put_together, say):
    """Readers have half of what the original doesn't say any more."""
    put_together(write(french))
    say("One", "More")
    put_together(french)
    say("One", apart=False)
    assert item_of(french).outdated
    say("One")
    put_together(french)
    assert not item_of(french).outdated


def test_a_correction_doesnt_end_it(things, french, write, put_together, committed):
    put_together(write(french, only=1))
    page = world.as_stored(things.chapter)
    page.body[0].value.source, page.only_corrects = "<p>Ones</p>", True
    with committed():
        page.save_revision().publish()
    assert stands(french)[::2] == (True, True)


def test_half_of_a_draft_is_nothing_that_readers_have(french, write, put_together, committed):
    put_together(write(french))
    spoil(french, committed)
    put_together(french, publish=False)
    with committed():
        publish(item_of(french).page_id)
    assert stands(french) == (False, None, False)
    # Nor does a whole one end what they have.
    put_together(french)
    StringTranslation.objects.update(has_error=False)
    put_together(french, publish=False)
    with committed():
        publish(item_of(french).page_id)
    assert stands(french)[::2] == (True, True)


def test_stopping_the_translation_makes_nothing_of_it(french, write, put_together, committed):
    put_together(write(french, only=1))
    Translation.objects.filter(pk=french.pk).update(enabled=False)
    with committed():
        publish(item_of(french).page_id)
    assert stands(french)[::2] == (True, True)
    # Whoever goes on by hand says with each publication that it is right.
    page = french.get_target_instance()
    page.title = "Tout"
    with committed():
        page.save_revision().publish()
    assert stands(french) == (False, None, False)


def test_what_has_no_texts_is_whole(things, submit, committed):
    translation = submit(things.draft, "fr")
    StringTranslation.objects.all().delete()
    StringSegment.objects.filter(source=translation.source).delete()
    with committed():
        translation.save_target(publish=False)
    assert not PutTogether.objects.latest("pk").partly


# Snippets ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def card(things, submit, committed):
    """A tool with a name and a description, submitted into French."""
    with committed():
        things.tool.summary = "What it is for"
        things.tool.save()
    translation = submit(things.tool, "fr")
    assert StringSegment.objects.filter(source=translation.source).count() == 2
    return translation


def published(translation) -> tuple[bool, bool]:
    work = work_of(translation)
    return work.published_at is not None, work.behind


def test_a_snippet_of_which_half_is_translated_isnt_published(card, write, put_together, person):
    put_together(write(card, only=1))
    assert published(card) == (False, False)
    found = cell(board_of(person(manages=True, snippets=True)), "A card", "fr")
    assert (found.state, found.live) == (State.IN_PROGRESS, False)
    put_together(write(card))
    assert published(card) == (True, False)


def test_a_snippet_stays_behind_until_all_of_it_is_translated(
    things, card, write, put_together, person, committed
):
    put_together(write(card))
    with committed():
        things.tool.summary = "What else it is for"
        things.tool.save()
    assert published(card) == (True, True)
    with committed():
        card.source.update_from_db()
    put_together(card)
    assert published(card) == (True, True)
    user = person(manages=True, snippets=True)
    assert cell(board_of(user), "A card", "fr").state == State.OUTDATED
    put_together(write(card))
    assert published(card) == (True, False)
    assert cell(board_of(user), "A card", "fr").state == State.PUBLISHED


def test_a_snippet_falls_behind_when_it_is_put_together_without_a_text(card, write, put_together, committed):
    put_together(write(card))
    before = Work.objects.get(translation=card).published_at
    spoil(card, committed)
    assert published(card) == (True, False)
    put_together(card)
    assert published(card) == (True, True)
    assert Work.objects.get(translation=card).published_at == before
