"""The board: states, filters, totals, and as many statements for a thousand things as for one."""

from datetime import timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import TranslatableObject, Translation, TranslationSource

from cms.content.models import ContentItem
from cms.core.models import Language
from cms.translation.board import Board, Filters, live_and_outdated
from cms.translation.models import Work
from cms.translation.state import State
from home.guides.models import ChapterPage, Tool
from tests import world

CODES = ("ar", "zh-hans", "fr", "ru", "es")


def board_of(user) -> Board:
    return Board(get_user_model().objects.get(pk=user.pk), timezone.now())


def titles(items) -> list[str]:
    return [item.title for item in items]


def cell(board, title, code):
    item = next(item for item in board.items if item.title == title)
    return next(each for each in item.cells.values() if each.code == code)


def test_everything_that_is_seen_stands_on_it_in_the_order_of_the_tree(things, person):
    board = board_of(person(translates=["fr"], snippets=True))
    assert titles(board.items) == ["Compendium", "Guides", "Open places", "Squares", "A card"]
    assert [item.kind for item in board.items][-2:] == ["Chapter", "Tool"]
    assert {tuple(each.code for each in item.cells.values()) for item in board.items} == {("fr",)}
    everything = board_of(person(manages=True, changes=things.guide))
    assert titles(everything.items) == ["Compendium", "Guides", "Open places", "Squares", "Zebra", "Quagga"]
    assert [each.code for each in everything.items[0].cells.values()] == list(CODES)
    member = board_of(person(translates=["fr"], groups=[Group.objects.get(name="Members")]))
    assert "Zebra" in titles(member.items) and "Quagga" not in titles(member.items)


def test_a_cell_says_how_far_it_is(things, submit, write, person, committed):
    translator = person(translates=["fr"])
    for thing in (things.guide, things.chapter):
        submit(thing, "fr")
    user = person(manages=True)
    assert (cell(board_of(user), "Squares", "fr").state, cell(board_of(user), "Squares", "fr").percent) == (
        State.NOT_STARTED,
        0,
    )
    untouched = cell(board_of(user), "Squares", "ar")
    assert (untouched.state, untouched.uuid, untouched.percent) == (State.NOT_STARTED, None, None)
    french = write(submit(things.chapter, "fr"), only=1)
    yesterday = timezone.now().date() - timedelta(days=1)
    Work.objects.filter(translation=french).update(translator=translator, due_on=yesterday)
    found = cell(board_of(user), "Squares", "fr")
    assert (found.state, found.percent, found.translator, found.overdue) == (
        State.IN_PROGRESS,
        50,
        str(translator),
        True,
    )
    submitted_at = timezone.now() - timedelta(days=2)
    Work.objects.filter(translation=french).update(stage=Work.Stage.IN_REVIEW, submitted_at=submitted_at)
    found = cell(board_of(user), "Squares", "fr")
    assert (found.state, found.since, found.overdue) == (State.IN_REVIEW, submitted_at, False)
    Work.objects.filter(translation=french).update(stage=Work.Stage.OPEN)
    with committed():
        french.save_target(publish=True)
    # Half of it stands in the original's words.
    assert cell(board_of(user), "Squares", "fr").state == State.OUTDATED
    write(french)
    with committed():
        french.save_target(publish=True)
    assert cell(board_of(user), "Squares", "fr").state == State.PUBLISHED
    with committed():
        world.publish(things.chapter, body=[("text", "<p>Another</p>")])
    assert cell(board_of(user), "Squares", "fr").state == State.OUTDATED


def test_a_translation_is_no_thing_of_its_own(things, submit, committed, person):
    with committed():
        submit(things.chapter, "fr").save_target(publish=True)
    board = board_of(person(manages=True))
    assert titles(board.items).count("Squares") == 1


def test_what_somebody_wrote_by_hand_isnt_started_over(things, person):
    values = {"code": "card", "kind": "checklist", "translation_key": things.tool.translation_key}
    Tool.objects.create(name="Une carte", locale=world.locale("fr"), **values)
    found = cell(board_of(person(translates=["fr"], snippets=True)), "A card", "fr")
    assert (found.state, found.by_hand) == (State.PUBLISHED, True)


def test_a_snippet_is_published_when_its_translation_is(things, submit, write, person):
    user = person(translates=["fr"], snippets=True)
    tool = write(submit(things.tool, "fr"))
    assert cell(board_of(user), "A card", "fr").state == State.IN_PROGRESS
    tool.save_target(publish=True)
    assert cell(board_of(user), "A card", "fr").state == State.PUBLISHED
    things.tool.name = "Another card"
    things.tool.save()
    assert cell(board_of(user), "Another card", "fr").state == State.OUTDATED


def test_filters(things, submit, write, person):
    translator = person(translates=["fr"])
    french = write(submit(things.chapter, "fr"), only=1)
    Work.objects.filter(translation=french).update(translator=translator)
    board = board_of(person(manages=True, snippets=True))
    every = titles(board.items)
    assert titles(board.chosen(Filters())) == every
    assert titles(board.chosen(Filters(translator=translator.pk))) == ["Squares"]
    assert titles(board.chosen(Filters(translator=translator.pk, language="ar"))) == []
    assert titles(board.chosen(Filters(state=State.IN_PROGRESS))) == ["Squares"]
    assert titles(board.chosen(Filters(state=State.IN_PROGRESS, language="ar"))) == []
    assert titles(board.chosen(Filters(state=State.NOT_STARTED, language="fr"))) == [
        each for each in every if each != "Squares"
    ]
    assert board.guides == [(things.compendium.path, "Guides"), (things.guide.path, "Open places")]
    assert titles(board.chosen(Filters(guide=things.guide.path))) == ["Open places", "Squares"]
    assert board.translators == [(translator.pk, str(translator))]


def test_what_was_sent_back_says_so_beside_its_state(things, submit, write, person):
    sent_at = timezone.now() - timedelta(days=2)
    write(submit(things.chapter, "fr"))
    Work.objects.update(stage=Work.Stage.IN_REVIEW)
    user = person(manages=True)
    found = cell(board_of(user), "Squares", "fr")
    assert (found.sent_back, found.reason, found.sent_back_at) == (False, "", None)
    Work.objects.update(stage=Work.Stage.OPEN, reason="Too literal.", decided_at=sent_at)
    board = board_of(user)
    found = cell(board, "Squares", "fr")
    assert (found.state, found.sent_back) == (State.IN_PROGRESS, True)
    assert (found.reason, found.sent_back_at) == ("Too literal.", sent_at)
    assert titles(board.chosen(Filters(sent_back=True))) == ["Squares"]
    assert titles(board.chosen(Filters(sent_back=True, state=State.IN_PROGRESS, language="fr"))) == [
        "Squares"
    ]
    assert titles(board.chosen(Filters(sent_back=True, state=State.OUTDATED))) == []
    assert titles(board.chosen(Filters(sent_back=True, language="ar"))) == []
    # Its reason is history once it was handed in again.
    Work.objects.update(stage=Work.Stage.IN_REVIEW)
    assert not cell(board_of(user), "Squares", "fr").sent_back


def test_totals_of_each_language(things, submit, write, person):
    write(submit(things.chapter, "fr"), only=1)
    board = board_of(person(manages=True))
    totals = {total.code: total for total in board.totals(board.items)}
    assert list(totals) == ["ar", "zh-hans", "en", "fr", "ru", "es"]
    french = totals["fr"]
    # The guide and what stands above it are aliases: nobody submitted them.
    assert dict(french.counts)[State.IN_PROGRESS] == 1
    assert sum(count for _state, count in french.counts) == len(board.items)
    assert (french.words_done, french.words_total, french.percent) == (1, 2, 50)
    assert (totals["en"].words_total, totals["en"].percent) == (0, 100)


def copies(parent, number):
    """So many pages below a guide, published and submitted into five languages: rows as the platform would have made them."""
    kind, base = ContentType.objects.get_for_model(ChapterPage), ContentType.objects.get_for_model(Page)
    english, now = world.locale("en"), timezone.now()
    pages = Page.objects.bulk_create(
        Page(
            title=f"Copy {each}",
            draft_title=f"Copy {each}",
            slug=f"copy-{each}",
            path=f"{parent.path}{each + 1000:04d}",
            depth=parent.depth + 1,
            locale=english,
            translation_key=uuid4(),
            content_type=kind,
            live=True,
            url_path=f"/copy-{each}/",
        )
        for each in range(number)
    )
    version = ContentItem.objects.filter(current__isnull=False).first().current
    ContentItem.objects.bulk_create(
        ContentItem(
            page_id=page.pk if code == "en" else -page.pk * 10 - position,
            key=page.translation_key,
            locale=code,
            type="guides.ChapterPage",
            status="live",
            current=version,
            path=f"/{code}/{page.slug}/",
            slug=page.slug,
            tree_path=page.path,
            depth=page.depth,
            title=page.title,
            source_locale="en",
            published_at=now,
            updated_at=now,
            outdated=code == "ru",
            outdated_since=now if code == "ru" else None,
        )
        for page in pages
        for position, code in enumerate(("en", "ar", "ru"))
    )
    TranslatableObject.objects.bulk_create(
        TranslatableObject(translation_key=page.translation_key, content_type=base) for page in pages
    )
    sources = TranslationSource.objects.bulk_create(
        TranslationSource(
            object_id=page.translation_key,
            specific_content_type=kind,
            locale=english,
            object_repr=page.title,
            content_json="{}",
            last_updated_at=now,
        )
        for page in pages
    )
    translations = Translation.objects.bulk_create(
        Translation(source=source, target_locale=world.locale(code)) for source in sources for code in CODES
    )
    Work.objects.bulk_create(
        Work(
            translation=each,
            words_total=100,
            words_done=40,
            stage=Work.Stage.IN_REVIEW if not index % 7 else "open",
        )
        for index, each in enumerate(translations)
    )


def everything_of(board):
    return board.chosen(Filters()), board.totals(board.items), board.translators


def test_a_thousand_things_cost_as_much_as_one(things, submit, person, django_assert_num_queries, client):
    submit(things.chapter, "fr")
    manager = person(manages=True, snippets=True, changes=things.guide)
    client.force_login(manager)
    address = "/admin/translation/"
    client.get(address)
    with django_assert_num_queries(STATEMENTS):
        everything_of(board_of(manager))
    copies(things.guide, 1000)
    with django_assert_num_queries(STATEMENTS):
        items, totals, _people = everything_of(board_of(manager))
    assert len([item for item in items if item.title.startswith("Copy ")]) == 1000
    arabic = next(total for total in totals if total.code == "ar")
    assert arabic.words_total == 100_000
    answer = client.get(address).content.decode()
    assert answer.count("Copy ") and "Copy 999" not in answer
    assert "Copy 999" in client.get(address, {"p": 21}).content.decode()


STATEMENTS = 13


def test_what_is_published_in_a_hidden_language_is_published(things, submit, write, person, committed):
    """Readers don't meet it yet: the desk's people are done with it all the same."""
    user = person(translates=["fr"], reviews=["fr"])
    translation = write(submit(things.chapter, "fr"))
    with committed():
        Language.objects.create(locale=world.locale("fr"), hidden=True)
    assert live_and_outdated(translation) == (False, False)
    with committed():
        translation.save_target(publish=True)
    assert not ContentItem.objects.filter(locale="fr", status="live").exists()
    assert cell(board_of(user), "Squares", "fr").state == State.PUBLISHED
    assert live_and_outdated(translation) == (True, False)
