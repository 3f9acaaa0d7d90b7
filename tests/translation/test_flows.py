"""Taking, giving, handing in, bringing up to date; and what is refused changes nothing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from cms.content.api import publish
from cms.content.models import ContentItem
from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted
from cms.translation import flows
from cms.translation.models import Work
from home.guides.models import Tool
from tests import world

from .desk import work_of

TODAY = date(2026, 3, 1)


@pytest.fixture
def french(things, submit):
    return submit(things.chapter, "fr")


def test_a_page_is_submitted_with_what_stands_above_it(things, person, committed):
    with committed():
        made = flows.start(by=person(translates=["fr"]), key=things.chapter.translation_key, locale="fr")
    assert made.target_locale.language_code == "fr"
    assert (work_of(made).words_done, work_of(made).words_total) == (0, 2)
    page = Page.objects.get(translation_key=things.chapter.translation_key, locale__language_code="fr")
    assert not page.live and not page.alias_of_id
    again = flows.start(by=person(translates=["fr"]), key=things.chapter.translation_key, locale="fr")
    assert again == made


def test_starting_is_refused(things, person, refused):
    user = person(translates=["fr"], reviews=["ru"])
    chapter = things.chapter.translation_key
    with refused(NotFound, "no_such_language"):
        flows.start(by=user, key=chapter, locale="ar")
    with refused(NotFound, "no_such_language"):
        flows.start(by=user, key=chapter, locale="xx")
    with refused(NotPermitted, "not_permitted"):
        flows.start(by=user, key=chapter, locale="ru")
    for hidden in (
        things.secret.translation_key,
        things.draft.translation_key,
        things.tool.translation_key,
        uuid4(),
    ):
        with refused(NotFound, "no_such_item"):
            flows.start(by=user, key=hidden, locale="fr")
    with refused(Conflict, "own_language"):
        flows.start(by=person(manages=True), key=chapter, locale="en")
    Tool.objects.create(
        name="Une carte",
        code="card",
        kind="checklist",
        locale=world.locale("fr"),
        translation_key=things.tool.translation_key,
    )
    with refused(Conflict, "made_by_hand"):
        flows.start(by=person(translates=["fr"], snippets=True), key=things.tool.translation_key, locale="fr")
    assert not Translation.objects.exists()


def test_claiming_is_for_the_first(french, person, refused):
    first, second = person(translates=["fr"]), person(translates=["fr"])
    flows.claim(by=first, uuid=french.uuid)
    assert work_of(french).translator == first
    with refused(Conflict, "taken"):
        flows.claim(by=second, uuid=french.uuid)
    with refused(NotPermitted, "not_yours"):
        flows.give_back(by=second, uuid=french.uuid)
    flows.give_back(by=first, uuid=french.uuid)
    assert work_of(french).translator is None


def test_claiming_takes_the_language(french, person, refused):
    with refused(NotFound, "no_such_translation"):
        flows.claim(by=person(translates=["ar"]), uuid=french.uuid)
    with refused(NotPermitted, "not_permitted"):
        flows.claim(by=person(reviews=["fr"]), uuid=french.uuid)
    with refused(NotPermitted, "not_permitted"):
        flows.claim(by=person(manages=True), uuid=french.uuid)


def test_managers_give_out_work_with_a_day(french, person):
    manager, translator = person(manages=True), person(translates=["fr"])
    day = TODAY + timedelta(days=7)
    flows.assign(by=manager, uuid=french.uuid, person=translator, due_on=day, today=TODAY)
    work = work_of(french)
    assert (work.translator, work.due_on) == (translator, day)
    Work.objects.update(reminded_at=timezone.now())
    flows.assign(by=manager, uuid=french.uuid, person=translator, due_on=day, today=day + timedelta(days=1))
    assert work_of(french).reminded_at is not None
    flows.assign(by=manager, uuid=french.uuid, person=translator, due_on=day + timedelta(days=9), today=day)
    assert work_of(french).reminded_at is None
    flows.assign(by=manager, uuid=french.uuid, person=None, due_on=None, today=day)
    assert (work_of(french).translator, work_of(french).due_on) == (None, None)


def test_giving_out_is_refused(things, french, submit, person, refused):
    manager, translator = person(manages=True), person(translates=["fr"])
    given = {"uuid": french.uuid, "due_on": None, "today": TODAY}
    with refused(NotPermitted, "not_permitted"):
        flows.assign(by=translator, person=translator, **given)
    for nobody in (person(translates=["ar"]), person(reviews=["fr"]), person()):
        with refused(BadInput, "no_translator"):
            flows.assign(by=manager, person=nobody, **given)
    with refused(BadInput, "day_passed"):
        flows.assign(by=manager, person=translator, **given | {"due_on": TODAY - timedelta(days=1)})
    secret = submit(things.secret, "fr")
    with refused(NotFound, "no_such_translation"):
        flows.assign(by=manager, person=translator, **given | {"uuid": secret.uuid})
    insider = person(manages=True, changes=things.guide)
    with refused(BadInput, "no_translator"):
        flows.assign(by=insider, person=translator, **given | {"uuid": secret.uuid})


def test_two_writers_at_once_the_second_is_told(french, person, refused):
    work = work_of(french)
    Work.objects.update(translator=person(translates=["fr"]))
    with refused(Conflict, "changed"):
        flows.change(work, {"translator": None}, stage=Work.Stage.APPROVED)


def test_handing_in_takes_every_word(french, write, person, refused):
    user, other = person(translates=["fr"]), person(translates=["fr"])
    write(french, only=1)
    with refused(Conflict, "words_missing"):
        flows.hand_in(by=user, uuid=french.uuid, now=timezone.now())
    write(french)
    flows.claim(by=user, uuid=french.uuid)
    with refused(NotPermitted, "not_yours"):
        flows.hand_in(by=other, uuid=french.uuid, now=timezone.now())
    with refused(NotPermitted, "not_permitted"):
        flows.hand_in(by=person(reviews=["fr"]), uuid=french.uuid, now=timezone.now())
    now = timezone.now()
    flows.hand_in(by=user, uuid=french.uuid, now=now)
    work = work_of(french)
    assert (work.stage, work.submitted_by, work.submitted_at) == (Work.Stage.IN_REVIEW, user, now)
    with refused(Conflict, "in_review"):
        flows.hand_in(by=user, uuid=french.uuid, now=now)
    with refused(Conflict, "in_review"):
        flows.give_back(by=user, uuid=french.uuid)


def test_words_that_nobody_told_of_are_counted_before_handing_in(french, person):
    StringTranslation.objects.bulk_create(
        StringTranslation(
            translation_of_id=segment.string_id,
            context_id=segment.context_id,
            locale=french.target_locale,
            data="x",
        )
        for segment in StringSegment.objects.filter(source=french.source)
    )
    user = person(translates=["fr"])
    flows.hand_in(by=user, uuid=french.uuid, now=timezone.now())
    assert (work_of(french).stage, work_of(french).translator) == (Work.Stage.IN_REVIEW, user)


def test_bringing_up_to_date_leaves_readers_what_they_have(things, french, submit, write, person, committed):
    arabic = submit(things.chapter, "ar")
    write(french)
    with committed():
        french.save_target(publish=True)
    with committed():
        world.publish(things.chapter, body=[("text", "<p>One</p><p>More</p>")])
    item = ContentItem.objects.get(key=things.chapter.translation_key, locale="fr")
    assert item.outdated
    with committed():
        flows.bring_up_to_date(by=person(translates=["fr"]), uuid=french.uuid)
    # The paragraphs are others now; the title is the same.
    assert [(each.words_done, each.words_total) for each in (work_of(french), work_of(arabic))] == [
        (1, 3),
        (0, 3),
    ]
    # Compiled again for another reason, it is as old as it was.
    with committed():
        publish(item.page_id)
    item.refresh_from_db()
    assert item.outdated and item.current.number == 1
    # So it is when somebody publishes it as it stands, or after a change by hand.
    for title in ("", "Autre titre"):
        page = Page.objects.get(pk=item.page_id).specific
        page.title = title or page.title
        with committed():
            page.save_revision().publish()
        item.refresh_from_db()
        assert item.outdated
    # A draft that was put together, and isn't published, is nothing that readers have.
    french = write(Translation.objects.get(pk=french.pk))
    with committed():
        french.save_target(publish=False)
    with committed():
        publish(item.page_id)
    item.refresh_from_db()
    assert item.outdated
    with committed():
        french.save_target(publish=True)
    item.refresh_from_db()
    assert not item.outdated


def test_what_is_kept_up_by_hand_is_brought_up_by_publishing_it(things, french, write, committed):
    """Its translation was stopped: wagtail-localize puts nothing together any more."""
    write(french)
    with committed():
        french.save_target(publish=True)
    Translation.objects.filter(pk=french.pk).update(enabled=False)
    with committed():
        world.publish(things.chapter, body=[("text", "<p>One</p><p>More</p>")])
    with committed():
        french.source.update_from_db()
    item = ContentItem.objects.get(key=things.chapter.translation_key, locale="fr")
    assert item.outdated
    page = Page.objects.get(pk=item.page_id).specific
    page.title = "Autre titre"
    with committed():
        page.save_revision().publish()
    item.refresh_from_db()
    assert not item.outdated


def test_bringing_up_to_date_is_for_that_language(things, french, person, refused):
    with refused(NotFound, "no_such_translation"):
        flows.bring_up_to_date(by=person(translates=["ar"]), uuid=french.uuid)


def test_what_somebody_went_on_with_by_hand_isnt_overwritten(things, french, person, refused):
    Translation.objects.filter(pk=french.pk).update(enabled=False)
    with refused(Conflict, "made_by_hand"):
        flows.start(by=person(translates=["fr"]), key=things.chapter.translation_key, locale="fr")
