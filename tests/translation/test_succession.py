"""A text's paragraphs share one place: what stood where each stands, and what was said of it."""

import pytest
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation

from cms.translation import writing
from cms.translation.models import Comment
from cms.translation.paragraphs import paragraphs
from cms.translation.succession import most_alike, successor

FIRST = "Keep the door closed while nobody is there to watch it."
SECOND = "Ask the neighbours what they have seen at the weekend."
THIRD = "Write down who was asked, and when that was."
ANOTHER = "A sentence about a wholly different matter 4711."


@pytest.fixture
def french(things, submit, person):
    things.chapter.body = [("text", "".join(f"<p>{each}</p>" for each in (FIRST, SECOND, THIRD)))]
    things.chapter.save()
    return submit(things.chapter, "fr"), person(translates=["fr"])


@pytest.fixture
def now_reads(french, committed):
    """`now_reads(*texts)`: the original's paragraphs are these, and it is taken apart anew."""
    source = french[0].source

    def change(*texts):
        page = source.get_source_instance()
        page.body[0] = ("text", "".join(f"<p>{each}</p>" for each in texts), page.body[0].id)
        page.save()
        with committed():
            source.update_from_db()
            source.refresh_segments()

    return change


@pytest.fixture
def write_all(french, committed):
    def write():
        translation, user = french
        for row in paragraphs(user, translation):
            with committed():
                writing.write(
                    by=user,
                    uuid=translation.uuid,
                    segment_id=row.id,
                    text=row.source.upper(),
                    base=row.text,
                    now=timezone.now(),
                )

    return write


def earlier(french) -> dict[str, str]:
    """The translation that each paragraph of the text is shown to have had."""
    translation, user = french
    rows = [row for row in paragraphs(user, translation) if row.place.startswith("Body")]
    return {row.source: row.earlier.target for row in rows if row.earlier}


def test_paragraphs_that_stand_beside_each_other_were_never_each_other(french, write_all):
    write_all()
    assert earlier(french) == {}


@pytest.mark.parametrize("which", [0, 1, 2])
def test_only_the_paragraph_that_was_changed_shows_what_it_was(french, write_all, now_reads, which):
    write_all()
    texts = [FIRST, SECOND, THIRD]
    was, texts[which] = texts[which], f"{texts[which]} Twice."
    now_reads(*texts)
    assert earlier(french) == {texts[which]: was.upper()}
    # Also when its new translation is there, and where it is asked for alone.
    write_all()
    assert earlier(french) == {texts[which]: was.upper()}
    translation, user = french
    [segment] = StringSegment.objects.filter(source=translation.source, string__data=texts[which])
    [row] = paragraphs(user, translation, [segment.pk])
    assert row.earlier.target == was.upper()


def test_a_paragraph_that_came_in_has_no_earlier_one(french, write_all, now_reads):
    write_all()
    now_reads(FIRST, ANOTHER, SECOND, THIRD)
    assert earlier(french) == {}
    now_reads(FIRST, THIRD)
    assert earlier(french) == {}


def test_of_two_that_were_changed_each_shows_its_own(french, write_all, now_reads):
    write_all()
    now_reads(FIRST.replace("closed", "shut"), SECOND.replace("weekend", "market"), THIRD)
    assert earlier(french) == {
        FIRST.replace("closed", "shut"): FIRST.upper(),
        SECOND.replace("weekend", "market"): SECOND.upper(),
    }


def test_one_that_stands_alone_shows_what_it_was_however_it_reads(french, write_all, now_reads):
    now_reads(FIRST)
    write_all()
    now_reads(ANOTHER)
    assert earlier(french) == {ANOTHER: FIRST.upper()}


def said(french) -> dict[str, list[str]]:
    translation, user = french
    rows = [row for row in paragraphs(user, translation) if row.place.startswith("Body")]
    return {row.source: [each.text for each in row.comments] for row in rows if row.comments}


def comment(french, beginning, text):
    translation, user = french
    [segment] = StringSegment.objects.filter(
        source=translation.source, string__data__startswith=beginning, context__path__startswith="body"
    )
    return writing.comment(by=user, uuid=translation.uuid, segment_id=segment.pk, text=text)


def test_a_comment_stands_by_its_paragraph_alone(french):
    comment(french, SECOND, "Which neighbours?")
    assert said(french) == {SECOND: ["Which neighbours?"]}


def test_a_comment_goes_along_with_its_paragraph(french, write_all, now_reads):
    write_all()
    comment(french, SECOND, "Which neighbours?")
    changed = SECOND.replace("weekend", "market")
    now_reads(FIRST, changed, THIRD)
    assert said(french) == {changed: ["Which neighbours?"]}


def test_also_where_nothing_was_translated_yet(french, now_reads):
    comment(french, SECOND, "Which neighbours?")
    changed = SECOND.replace("weekend", "market")
    now_reads(FIRST, changed, THIRD)
    assert not StringTranslation.objects.exists()
    assert said(french) == {changed: ["Which neighbours?"]}


def test_no_comment_is_lost(french, now_reads):
    first, second = comment(french, SECOND, "Which neighbours?"), comment(french, THIRD, "By whom?")
    # One from before its paragraph was kept.
    Comment.objects.filter(pk=first.pk).update(string=None)
    assert said(french) == {FIRST: [first.text], THIRD: [second.text]}
    now_reads(ANOTHER)
    assert said(french) == {ANOTHER: [first.text, second.text]}


def test_alike_enough_or_nobody():
    half = {1: "abcd"}
    assert most_alike("ab<b>x</b>y", half) == 1
    assert most_alike("axyz", half) is None
    assert most_alike("abcd", {}) is None
    assert successor("axyz", half, half) == 1
    assert successor("axyz", {**half, 2: "q"}, half) is None
    assert successor("axyz", half, {}) is None
