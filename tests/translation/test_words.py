"""Words are counted when texts change, whoever changes them, and what isn't whole any more is open again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from cms.translation import flows, words
from cms.translation.models import Work
from tests import world


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("One", 1),
        ("Two <b>words</b>", 2),
        ('in<b>side</b> <a id="a1">a link</a>', 3),
        ("a<br/>b", 2),
        ("Fish &amp; chips", 2),
        ("2019–2021", 1),
        ("–", 1),
        ("", 1),
        ("由公众负责", 5),
        ("UNOCT 负责 it", 4),
        ("أماكن مفتوحة", 2),
    ],
)
def test_words_of_a_segment(html, count):
    assert words.count(html) == count


def counted(translation):
    work = Work.objects.get(translation=translation)
    return work.words_done, work.words_total


def test_submitting_and_writing_are_counted(things, submit, write):
    french, arabic = submit(things.chapter, "fr"), submit(things.chapter, "ar")
    assert counted(french) == (0, 2)
    write(french, only=1)
    assert (counted(french), counted(arabic)) == ((1, 2), (0, 2))
    write(french)
    assert counted(french) == (2, 2)


def test_what_has_an_error_isnt_done(things, submit, write, committed):
    translation = write(submit(things.chapter, "fr"))
    text = StringTranslation.objects.filter(context__object=things.chapter.translation_key).first()
    with committed():
        text.data = "<h1>not inline</h1>"
        text.save()
    assert counted(translation) == (1, 2)
    with committed():
        text.delete()
    assert counted(translation) == (1, 2)


def test_a_longer_source_reopens_what_was_whole(things, submit, write, committed):
    translation = write(submit(things.chapter, "fr"))
    Work.objects.update(stage=Work.Stage.IN_REVIEW)
    with committed():
        world.publish(things.chapter, body=[("text", "<p>One</p><p>and three more</p>")])
        translation.source.update_from_db()
    assert counted(translation) == (1, 5)
    assert Work.objects.get(translation=translation).stage == Work.Stage.OPEN


def test_an_approved_text_that_is_rewritten_is_open_again(things, submit, write):
    french, arabic = write(submit(things.chapter, "fr")), write(submit(things.chapter, "ar"))
    Work.objects.update(stage=Work.Stage.APPROVED)
    write(french, only=1, text="Autre")
    stages = {each.translation_id: each.stage for each in Work.objects.all()}
    assert stages[french.pk] == Work.Stage.OPEN
    assert stages[arabic.pk] == Work.Stage.APPROVED


def test_what_is_in_review_is_open_again_unless_a_reviewer_rewrites_it(things, submit, write, person):
    french, arabic = write(submit(things.chapter, "fr")), write(submit(things.chapter, "ar"))

    def rewritten(by):
        Work.objects.update(stage=Work.Stage.IN_REVIEW)
        write(french, by=by, only=1, text=f"Autre {by}")
        assert Work.objects.get(translation=arabic).stage == Work.Stage.IN_REVIEW
        return Work.objects.get(translation=french).stage

    assert rewritten(person(reviews=["fr"])) == Work.Stage.IN_REVIEW
    for by in (None, person(translates=["fr"]), person(reviews=["ar"])):
        assert rewritten(by) == Work.Stage.OPEN


def test_what_is_handed_in_with_its_last_texts_stays_in_review(things, submit, write, person, committed):
    """As counted when both are through; what is written later opens it again."""
    translator = person(translates=["fr"])
    french = write(submit(things.chapter, "fr"), by=translator)
    with committed():
        write(french, by=translator, text="Autre")
        words.text_changed(
            StringSegment.objects.filter(source=french.source).first().context_id,
            french.target_locale_id,
            rewritten=True,
            by=translator.pk,
        )
        flows.hand_in(by=translator, uuid=french.uuid, now=timezone.now())
    assert Work.objects.get(translation=french).stage == Work.Stage.IN_REVIEW
    write(french, by=translator, only=1, text="Encore")
    assert Work.objects.get(translation=french).stage == Work.Stage.OPEN


def test_many_languages_cost_as_much_as_one(things, submit, django_assert_num_queries):
    ids = [submit(things.chapter, code).pk for code in ("ar", "fr", "ru", "es", "zh-hans")]
    StringTranslation.objects.bulk_create(
        StringTranslation(
            translation_of_id=segment.string_id,
            context_id=segment.context_id,
            locale=world.locale(code),
            data="x",
        )
        for segment in StringSegment.objects.filter(source__object=things.chapter.translation_key)
        for code in ("ar", "fr", "ru", "es")
    )
    assert {counted(pk) for pk in ids} == {(0, 2)}
    # Beside five: the savepoint and its end.
    with django_assert_num_queries(7):
        words.recount(ids)
    assert [counted(pk) for pk in ids] == [(2, 2)] * 4 + [(0, 2)]
    with django_assert_num_queries(6):
        words.recount(ids)


def test_the_sweep_finds_what_nobody_told_of(things, submit, committed):
    silent = submit(things.chapter, "fr")
    now = timezone.now()
    segment = StringSegment.objects.filter(source=silent.source).first()
    StringTranslation.objects.bulk_create(
        [
            StringTranslation(
                translation_of_id=segment.string_id,
                context_id=segment.context_id,
                locale=silent.target_locale,
                data="x",
            )
        ]
    )
    without = submit(things.tool, "fr")
    Work.objects.filter(translation=without).delete()
    assert words.sweep(now) == 2
    assert counted(silent) == (1, 2)
    assert counted(without) == (0, 2)
    assert words.sweep(now + timedelta(days=1)) == 0


def test_work_goes_with_its_translation(things, submit):
    translation = submit(things.tool, "fr")
    Translation.objects.filter(pk=translation.pk).delete()
    assert not Work.objects.filter(translation=translation.pk).exists()
    words.recount([translation.pk])
    assert not Work.objects.exists()
