"""A reviewer publishes or sends back; one person alone doesn't; what is needed comes along or is named."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import Translation

from cms.content.models import ContentItem
from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted
from cms.translation import deciding
from cms.translation.models import Work
from home.guides.models import Tool
from tests import world

from .desk import work_of


@pytest.fixture
def hand_in(write, submit):
    def make(thing, code="fr", by=None):
        translation = write(submit(thing, code), by=by)
        Work.objects.filter(translation=translation).update(
            stage=Work.Stage.IN_REVIEW, submitted_by=by, submitted_at=timezone.now()
        )
        return translation

    return make


def live(thing, code="fr") -> bool:
    return ContentItem.objects.filter(key=thing.translation_key, locale=code, status="live").exists()


@pytest.fixture
def above(things, submit, committed):
    """The guide is published in French."""
    with committed():
        submit(things.guide, "fr").save_target(publish=True)


def approve(by, translation, **options):
    deciding.approve(by=by, uuid=translation.uuid, now=timezone.now(), **options)


def test_approving_publishes(things, above, hand_in, person, committed):
    reviewer = person(reviews=["fr"])
    translation = hand_in(things.chapter, by=person(translates=["fr"]))
    assert not live(things.chapter)
    with committed():
        approve(reviewer, translation)
    item = ContentItem.objects.get(key=things.chapter.translation_key, locale="fr")
    assert (item.status, item.outdated) == ("live", False)
    assert item.title.startswith("Du texte")
    work = work_of(translation)
    assert (work.stage, work.decided_by) == (Work.Stage.APPROVED, reviewer)


def test_approving_is_refused(things, above, hand_in, person, refused, submit):
    translation = hand_in(things.chapter)
    for kind, code, by in (
        (NotFound, "no_such_translation", person(reviews=["ar"])),
        (NotPermitted, "not_permitted", person(translates=["fr"])),
        (NotPermitted, "not_permitted", person(manages=True)),
    ):
        with refused(kind, code):
            approve(by, translation)
    reviewer = person(reviews=["fr"])
    Work.objects.update(stage=Work.Stage.OPEN)
    with refused(Conflict, "not_in_review"):
        approve(reviewer, translation)
    assert not live(things.chapter)


def test_whoever_wrote_some_of_it_doesnt_approve_alone(
    things, above, hand_in, person, refused, settings, write, committed
):
    both = person(translates=["fr"], reviews=["fr"])
    translation = hand_in(things.chapter, by=person(translates=["fr"]))
    write(translation, by=both, only=1, text="Autre")
    with refused(NotPermitted, "second_person"):
        approve(both, translation)
    settings.TRANSLATION_ONE_PERSON = True
    with committed():
        approve(both, translation)
    assert live(things.chapter)


def test_whoever_handed_it_in_doesnt_either(things, above, hand_in, person, refused):
    both = person(translates=["fr"], reviews=["fr"])
    translation = hand_in(things.chapter)
    Work.objects.update(submitted_by=both)
    with refused(NotPermitted, "second_person"):
        approve(both, translation)


@pytest.fixture
def waiting(monkeypatch):
    """`waiting(do)`: whoever approves waits for their turn, and somebody does this meanwhile."""

    def make(do):
        turn = deciding.content.take_turn

        def taken():
            monkeypatch.setattr(deciding.content, "take_turn", turn)
            do()
            turn()

        monkeypatch.setattr(deciding.content, "take_turn", taken)

    return make


def test_who_wrote_while_they_waited_doesnt_approve_it(
    things, above, hand_in, person, refused, write, waiting
):
    both = person(translates=["fr"], reviews=["fr"])
    translation = hand_in(things.chapter, by=person(translates=["fr"]))
    waiting(lambda: write(translation, by=both, only=1, text="Autre"))
    with refused(NotPermitted, "second_person"):
        approve(both, translation)
    assert not live(things.chapter)


def test_what_was_sent_back_while_they_waited_isnt_published(things, above, hand_in, person, waiting):
    reviewer, other = person(reviews=["fr"]), person(reviews=["fr"])
    translation = hand_in(things.chapter)
    waiting(
        lambda: deciding.send_back(by=other, uuid=translation.uuid, reason="Literal.", now=timezone.now())
    )
    with pytest.raises(Conflict) as caught:
        approve(reviewer, translation)
    assert caught.value.code == "not_in_review"
    assert not live(things.chapter)


def test_an_original_taken_apart_while_they_waited_is_put_together_as_it_is_now(
    things, above, hand_in, person, committed, waiting
):
    """The same paragraphs in another order: nothing is missing, so it stays in review."""
    with committed():
        world.publish(things.chapter, body=[("text", "<p>One</p>"), ("text", "<p>Two</p>")])
    translation = hand_in(things.chapter)
    first, second = things.chapter.body.raw_data
    moved = [dict(second), dict(first)]

    def move():
        things.chapter.body = moved
        things.chapter.save_revision().publish()
        Translation.objects.get(pk=translation.pk).source.update_from_db()

    waiting(move)
    with committed():
        approve(person(reviews=["fr"]), translation)
    page = Page.objects.get(translation_key=things.chapter.translation_key, locale__language_code="fr")
    assert [block.id for block in page.specific.body] == [each["id"] for each in moved]


def test_what_goes_along_is_asked_for_again(things, hand_in, person, refused, monkeypatch, write):
    guide, chapter = hand_in(things.guide), hand_in(things.chapter)
    both = person(translates=["fr"], reviews=["fr"])
    asked = deciding.missing

    def missing(by, translation):
        found = asked(by, translation)
        write(guide, by=both, only=1, text="Autre")
        return found

    monkeypatch.setattr(deciding, "missing", missing)
    with refused(Conflict, "changed"):
        approve(both, chapter)
    assert not live(things.guide) and not live(things.chapter)


def test_what_stands_above_is_published_along(things, hand_in, person, committed):
    guide = hand_in(things.guide, by=person(translates=["fr"]))
    chapter = hand_in(things.chapter, by=person(translates=["fr"]))
    reviewer = person(reviews=["fr"])
    assert [need.translation for need in deciding.missing(reviewer, chapter)] == [guide]
    with committed():
        approve(reviewer, chapter)
    assert live(things.guide) and live(things.chapter)
    assert work_of(guide).decided_by == reviewer


def test_what_is_published_along_is_as_it_was_seen(things, hand_in, person, refused, write, committed):
    guide, chapter = hand_in(things.guide), hand_in(things.chapter)
    reviewer = person(reviews=["fr"])
    seen = deciding.digest([guide, chapter])
    write(guide, by=person(reviews=["fr"]), only=1, text="Autre")
    with refused(Conflict, "changed"):
        approve(reviewer, chapter, seen=seen)
    assert not live(things.guide) and not live(things.chapter)
    with committed():
        approve(reviewer, chapter, seen=deciding.digest([guide, chapter]))
    assert live(things.guide) and live(things.chapter)


def test_or_named(things, hand_in, person, refused, submit):
    submit(things.guide, "fr")
    chapter = hand_in(things.chapter)
    before = list(Page.objects.order_by("pk").values())
    for options in ({}, {"leave_out": True}):
        with refused(Conflict, "needs_missing") as caught:
            approve(person(reviews=["fr"]), chapter, **options)
        assert ["Open places" in each for each in caught.value.extra["problems"]] == [True]
    assert list(Page.objects.order_by("pk").values()) == before


def test_a_page_that_the_gate_refuses_stays_in_review(things, above, hand_in, person, refused, monkeypatch):
    from cms.core.problems import Problem

    translation = hand_in(things.chapter)
    monkeypatch.setattr(type(things.chapter), "own_problems", lambda self: [Problem("x", "Not like this.")])
    with refused(Conflict, "refused"):
        approve(person(reviews=["fr"]), translation)
    assert not live(things.chapter)
    assert not Page.objects.get(
        translation_key=things.chapter.translation_key, locale__language_code="fr"
    ).live


def test_snippets_and_pictures_are_named_and_may_be_left_for_later(
    things, above, hand_in, submit, write, person, refused, committed
):
    picture = world.image(title="A door", description="An open door")
    with committed():
        world.publish(
            things.chapter,
            body=[
                ("text", "<p>One</p>"),
                ("tool", things.tool),
                ("figure", {"image": picture, "caption": "", "credit": ""}),
            ],
        )
    chapter = hand_in(things.chapter)
    reviewer = person(reviews=["fr"], snippets=True)
    assert [(need.kind, need.title) for need in deciding.missing(reviewer, chapter)] == [
        ("snippet", "A card"),
        ("alt", "A door"),
    ]
    with refused(Conflict, "needs_missing"):
        approve(reviewer, chapter)
    tool = hand_in(things.tool)
    assert work_of(tool).published_at is None
    with committed():
        approve(reviewer, chapter, leave_out=True)
    assert live(things.chapter)
    # The tool was ready: it went along.
    assert Tool.objects.get(locale__language_code="fr").name.startswith("Du texte")
    assert work_of(tool).published_at is not None
    assert [need.kind for need in deciding.missing(reviewer, chapter)] == ["alt"]


def test_a_snippet_falls_behind_when_its_original_changes(things, hand_in, person, committed):
    tool = hand_in(things.tool)
    with committed():
        approve(person(reviews=["fr"], snippets=True), tool)
    assert not work_of(tool).behind
    things.tool.save()
    assert not work_of(tool).behind
    things.tool.name = "Another card"
    things.tool.save()
    assert work_of(tool).behind


def test_and_stays_behind_until_it_is_put_together_of_what_it_says_now(things, hand_in, person, committed):
    tool, reviewer = hand_in(things.tool), person(reviews=["fr"], snippets=True)
    with committed():
        things.tool.name = "Another card"
        things.tool.save()
        approve(reviewer, tool)
    assert (work_of(tool).stage, work_of(tool).behind) == (Work.Stage.APPROVED, True)
    assert work_of(tool).published_at is not None
    with committed():
        tool.source.update_from_db()
    tool = hand_in(things.tool)
    with committed():
        approve(reviewer, tool)
    assert not work_of(tool).behind


def test_a_translation_of_what_was_withdrawn_isnt_published(
    things, above, hand_in, person, refused, committed
):
    chapter = hand_in(things.chapter)
    with committed():
        things.chapter.unpublish()
    with refused(Conflict, "needs_missing"):
        approve(person(reviews=["fr"], changes=things.chapter), chapter, leave_out=True)


def test_sending_back_takes_a_reason(things, hand_in, person, refused):
    translation = hand_in(things.chapter)
    reviewer = person(reviews=["fr"])
    for reason, code in ((" ", "reason_missing"), ("x" * 2001, "reason_long")):
        with refused(BadInput, code):
            deciding.send_back(by=reviewer, uuid=translation.uuid, reason=reason, now=timezone.now())
    with refused(NotPermitted, "not_permitted"):
        deciding.send_back(
            by=person(translates=["fr"]), uuid=translation.uuid, reason="No", now=timezone.now()
        )
    deciding.send_back(by=reviewer, uuid=translation.uuid, reason="Too literal.", now=timezone.now())
    work = work_of(translation)
    assert (work.stage, work.reason, work.decided_by) == (Work.Stage.OPEN, "Too literal.", reviewer)
    with refused(Conflict, "changed"):
        deciding.send_back(by=reviewer, uuid=translation.uuid, reason="Again.", now=timezone.now())


def test_nothing_is_published_along_that_the_reviewer_may_not_see(things, above, hand_in, person, committed):
    with committed():
        world.publish(things.chapter, body=[("text", "<p>One</p>"), ("tool", things.tool)])
    chapter, tool = hand_in(things.chapter), hand_in(things.tool)
    (need,) = deciding.missing(person(reviews=["fr"]), chapter)
    assert (need.kind, need.translation) == ("snippet", None)
    (need,) = deciding.missing(person(reviews=["fr"], snippets=True), chapter)
    assert need.translation == tool


def test_what_is_needed_costs_the_same_however_much_it_is(things, above, hand_in, person, committed):
    tools = [
        Tool.objects.create(name=f"Card {each}", code=f"card-{each}", locale=world.locale("en"))
        for each in range(5)
    ]
    chapter = hand_in(things.chapter)
    reviewer = person(reviews=["fr"], snippets=True)
    deciding.missing(reviewer, chapter)  # what is known of the person is read once
    statements = []
    for shown in (tools[:1], tools):
        body = [("text", "<p>One</p>"), *(("tool", each) for each in shown)]
        with committed():
            world.publish(Page.objects.get(pk=things.chapter.pk).specific, body=body)
        with CaptureQueriesContext(connection) as asked:
            assert len(deciding.missing(reviewer, chapter)) == len(shown)
        statements.append(len(asked))
    assert statements == [STATEMENTS, STATEMENTS]


STATEMENTS = 14
