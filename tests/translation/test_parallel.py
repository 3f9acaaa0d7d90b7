"""What two people do at the desk at the same time: real threads with connections of their own, and real commits.

One transaction is held open, the other one begins and waits for it: nothing depends on chance. On SQLite writers go one by one
anyway; what would need two at once is left to PostgreSQL there.
"""

import threading
import time
from contextlib import nullcontext
from types import SimpleNamespace

import polib
import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationLog

from cms.content.api import publish
from cms.content.models import ContentItem
from cms.core.errors import Conflict
from cms.core.imports.process import Spent, Stale
from cms.translation import deciding, flows, words, writing
from cms.translation.files import exporting, process
from cms.translation.models import TranslationImport, Work
from home.guides.models import ChapterPage
from home.setup import make_site
from tests import world

from .conftest import build
from .desk import work_of

pytestmark = pytest.mark.django_db(transaction=True)

WAITS_AT_MOST = 30
Stage = Work.Stage


@pytest.fixture
def committed():
    """Nothing to wait for: each change commits by itself."""
    return nullcontext


@pytest.fixture
def things(transactional_db, committed):
    found = build(make_site(title="Compendium"), committed)
    return SimpleNamespace(**{name: world.as_stored(value) for name, value in found.items()})


@pytest.fixture
def people(person):
    """A translator, one who reviews as well, and two reviewers, of French."""
    return SimpleNamespace(
        translator=person(translates=["fr"]),
        both=person(translates=["fr"], reviews=["fr"]),
        reviewer=person(reviews=["fr"]),
        other=person(reviews=["fr"]),
    )


@pytest.fixture
def handed_in(things, people, submit, write):
    """The chapter in French, handed in; what stands above it is published."""
    for thing in (things.home, things.compendium, things.guide):
        write(submit(thing, "fr")).save_target(publish=True)
    return to_review(write(submit(things.chapter, "fr"), by=people.translator), people.translator)


def to_review(translation, by):
    Work.objects.filter(translation=translation).update(
        stage=Stage.IN_REVIEW, translator=by, submitted_by=by, submitted_at=timezone.now()
    )
    return Translation.objects.get(pk=translation.pk)


class Meanwhile:
    """Something that somebody else does, in a thread with a connection of its own."""

    def __init__(self, act):
        self.outcome = None
        self.thread = threading.Thread(target=self._run, args=[act], daemon=True)

    def _run(self, act):
        try:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET lock_timeout = '{WAITS_AT_MOST}s'")
            self.outcome = act()
        except Exception as error:
            self.outcome = error
        finally:
            connection.close()

    def begin(self):
        self.thread.start()
        return self

    def waits(self) -> bool:
        """Whether it has come to where it waits for another transaction (True), or to its end."""
        if connection.vendor != "postgresql":
            self.thread.join(0.3)
            return self.thread.is_alive()
        until = time.monotonic() + WAITS_AT_MOST
        while self.thread.is_alive() and time.monotonic() < until:
            with connection.cursor() as cursor:
                # In a transaction PostgreSQL shows who was connected when it was first asked.
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(
                    "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) "
                    "WHERE NOT granted AND datname = current_database())"
                )
                if cursor.fetchone()[0]:
                    return True
            time.sleep(0.02)
        return False

    def end(self):
        self.thread.join(WAITS_AT_MOST + 10)
        assert not self.thread.is_alive()
        return self.outcome


def while_open(mine, theirs):
    """`theirs()` begins before what `mine()` does is committed, and waits for that: what it returned, or raised."""
    other = Meanwhile(theirs)
    with transaction.atomic():
        mine()
        assert other.begin().waits()
    return other.end()


@pytest.fixture
def in_the_middle(monkeypatch):
    """`in_the_middle(theirs)`: it begins, and waits, as soon as somebody who approves holds what they decide about."""

    def make(theirs):
        other, recount = Meanwhile(theirs), words.recount

        def counted(translations):
            monkeypatch.setattr(words, "recount", recount)
            assert other.begin().waits()
            recount(translations)

        monkeypatch.setattr(words, "recount", counted)
        return other

    return make


def refused(outcome) -> str:
    assert isinstance(outcome, Conflict), outcome
    return outcome.code


def approve(by, translation, seen=None):
    deciding.approve(by=by, uuid=translation.uuid, now=timezone.now(), seen=seen)


def seen(translation) -> str:
    return deciding.digest([translation])


def paragraph(translation) -> tuple[StringSegment, str]:
    """Its last paragraph, and what stands there."""
    segment = StringSegment.objects.filter(source=translation.source_id).order_by("order", "pk").last()
    return segment, StringTranslation.objects.get(context=segment.context_id, locale__language_code="fr").data


def write_over(by, translation, text):
    segment, base = paragraph(translation)
    return writing.write(
        by=by, uuid=translation.uuid, segment_id=segment.pk, text=text, base=base, now=timezone.now()
    )


def localize_writes(translation, text):
    """As wagtail-localize's own editor does."""
    segment, _base = paragraph(translation)
    StringTranslation.objects.update_or_create(
        translation_of_id=segment.string_id,
        context_id=segment.context_id,
        locale_id=translation.target_locale_id,
        defaults={"data": text, "has_error": False},
    )


def published(translation) -> str | None:
    """The body that readers have, as text."""
    item = ContentItem.objects.filter(
        key=translation.source.object_id, locale="fr", status="live"
    ).select_related("current")
    return item.get().current.body if item else None


def times_put_together(translation) -> int:
    return TranslationLog.objects.filter(source=translation.source_id).count()


# A reviewer approves while somebody writes ----------------------------------------------------------------------------


def test_approving_what_somebody_is_writing_is_refused(handed_in, people):
    shown = seen(handed_in)
    outcome = while_open(
        lambda: write_over(people.both, handed_in, "Autrement"),
        lambda: approve(people.reviewer, handed_in, shown),
    )
    assert refused(outcome) == "changed"
    assert published(handed_in) is None
    assert work_of(handed_in).stage == Stage.IN_REVIEW
    # Whoever wrote reviews the language too, and yet doesn't approve it.
    outcome = while_open(
        lambda: write_over(people.both, handed_in, "Encore autrement"),
        lambda: approve(people.both, handed_in),
    )
    assert outcome.code == "second_person"
    assert published(handed_in) is None


def test_writing_in_what_is_being_approved_comes_after_it(handed_in, people):
    shown = seen(handed_in)
    _segment, approved = paragraph(handed_in)
    outcome = while_open(
        lambda: approve(people.reviewer, handed_in, shown),
        lambda: write_over(people.translator, handed_in, "Autrement"),
    )
    assert outcome == writing.Written("Autrement")
    assert approved in published(handed_in)
    assert "Autrement" not in published(handed_in)
    # What was approved is another text now, and waits for somebody to hand it in.
    assert work_of(handed_in).stage == Stage.OPEN
    assert paragraph(handed_in)[1] == "Autrement"


def test_a_translator_cannot_write_while_it_is_reviewed(handed_in, people):
    before = paragraph(handed_in)[1]
    outcome = while_open(
        lambda: write_over(people.both, handed_in, "Autrement"),
        lambda: write_over(people.translator, handed_in, "Jamais"),
    )
    assert refused(outcome) == "in_review"
    assert before != paragraph(handed_in)[1] == "Autrement"


def test_wagtail_localizes_editor_comes_after_it_as_well(handed_in, people, monkeypatch):
    """Between what the reviewer has seen and what is published, nobody writes by whichever editor."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    shown, other, digest = seen(handed_in), [], deciding.digest
    _segment, approved = paragraph(handed_in)

    def digested(translations):
        found = digest(translations)
        other.append(Meanwhile(lambda: localize_writes(handed_in, "Jamais vu")).begin())
        assert other[0].waits()
        return found

    monkeypatch.setattr(deciding, "digest", digested)
    approve(people.reviewer, handed_in, shown)
    assert not isinstance(other[0].end(), Exception)
    assert approved in published(handed_in)
    assert "Jamais vu" not in published(handed_in)
    assert work_of(handed_in).stage == Stage.OPEN


def test_handing_in_what_somebody_takes_a_text_from_is_refused(handed_in, people):
    Work.objects.filter(translation=handed_in).update(stage=Stage.OPEN)
    outcome = while_open(
        lambda: write_over(people.both, handed_in, ""),
        lambda: flows.hand_in(by=people.translator, uuid=handed_in.uuid, now=timezone.now()),
    )
    assert refused(outcome) == "words_missing"
    assert work_of(handed_in).stage == Stage.OPEN


# A reviewer approves while somebody takes the original apart anew ---------------------------------------------------------


@pytest.fixture
def moved_on(things, handed_in):
    """The original says something else by now."""
    page = ChapterPage.objects.get(pk=things.chapter.pk)
    page.body[0].value.source = "<p>One</p><p>More</p>"
    page.save_revision().publish()
    return handed_in


def desk_takes_apart(translation, people):
    flows.bring_up_to_date(by=people.translator, uuid=translation.uuid)


def localize_takes_apart(translation, people):
    """As wagtail-localize's own view does."""
    with transaction.atomic():
        Translation.objects.get(pk=translation.pk).source.update_from_db()


BY_EITHER = pytest.mark.parametrize("take_apart", [desk_takes_apart, localize_takes_apart])


@BY_EITHER
def test_approving_what_is_taken_apart_anew_is_refused(moved_on, people, take_apart):
    shown = seen(moved_on)
    outcome = while_open(
        lambda: take_apart(moved_on, people),
        lambda: approve(people.reviewer, moved_on, shown),
    )
    # Its words are counted anew after the commit: before that or after it.
    assert refused(outcome) in ("changed", "not_in_review")
    assert published(moved_on) is None
    assert work_of(moved_on).stage == Stage.OPEN
    assert work_of(moved_on).words_done < work_of(moved_on).words_total


@BY_EITHER
def test_what_is_approved_while_it_is_taken_apart_anew_is_outdated(
    moved_on, people, take_apart, in_the_middle
):
    """Whoever takes it apart noted the time, and then waited: what was put together meanwhile is made of the old texts."""
    other = in_the_middle(lambda: take_apart(moved_on, people))
    approve(people.reviewer, moved_on, seen(moved_on))
    assert other.end() is None
    assert published(moved_on) is not None
    item = ContentItem.objects.get(key=moved_on.source.object_id, locale="fr")
    original = ContentItem.objects.get(key=moved_on.source.object_id, locale="en")
    assert (item.outdated, item.partly, item.synced_version) == (True, False, original.current.number - 1)
    # Compiled once more when all is done, it is no better.
    publish(item.page_id)
    item.refresh_from_db()
    assert (item.outdated, item.partly, item.synced_version) == (True, False, original.current.number - 1)
    assert work_of(moved_on).stage == Stage.OPEN
    assert work_of(moved_on).words_done < work_of(moved_on).words_total


# Two reviewers decide -----------------------------------------------------------------------------------------------------


def send_back(by, translation):
    deciding.send_back(by=by, uuid=translation.uuid, reason="Not yet", now=timezone.now())


def test_two_approve(handed_in, people):
    before = times_put_together(handed_in)
    outcome = while_open(
        lambda: approve(people.reviewer, handed_in, seen(handed_in)),
        lambda: approve(people.other, handed_in, seen(handed_in)),
    )
    assert refused(outcome) == "not_in_review"
    assert times_put_together(handed_in) == before + 1
    assert (work_of(handed_in).stage, work_of(handed_in).decided_by) == (Stage.APPROVED, people.reviewer)


def test_sending_back_what_is_being_approved_is_refused(handed_in, people):
    outcome = while_open(
        lambda: approve(people.reviewer, handed_in),
        lambda: send_back(people.other, handed_in),
    )
    assert refused(outcome) == "changed"
    work = work_of(handed_in)
    assert (work.stage, work.decided_by, work.reason, work.untold) == (
        Stage.APPROVED,
        people.reviewer,
        "",
        "",
    )
    assert published(handed_in) is not None


def test_approving_what_is_being_sent_back_is_refused(handed_in, people):
    before = times_put_together(handed_in)
    outcome = while_open(
        lambda: send_back(people.other, handed_in),
        lambda: approve(people.reviewer, handed_in),
    )
    assert refused(outcome) == "not_in_review"
    work = work_of(handed_in)
    assert (work.stage, work.decided_by, work.reason) == (Stage.OPEN, people.other, "Not yet")
    assert (published(handed_in), times_put_together(handed_in)) == (None, before)


# Two import the same file --------------------------------------------------------------------------------------------------


@pytest.fixture
def keep(people):
    """`keep(translation)`: a PO file of its texts, all translated, uploaded by the translator and shown: `(import, digest)`."""

    def make(translation, with_chapters=False):
        by = people.translator
        made = exporting.of_thing(by, translation, "po", with_chapters=with_chapters)
        file = polib.pofile(made.data.decode())
        for entry in file:
            entry.msgstr = f"{entry.msgid} (fr)"
        record = process.upload(
            user=by,
            locale=translation.target_locale,
            translation=translation,
            data=str(file).encode(),
            kind=TranslationImport.Format.PO,
            file_name="back.po",
            now=timezone.now(),
        )
        return record, process.PROCESS.planned(record).digest()

    return make


def confirm(record, digest):
    return process.PROCESS.confirm(record.pk, user=record.user, digest=digest, now=timezone.now())


def texts_of(translation) -> list[str]:
    rows = StringTranslation.objects.filter(
        context__object=translation.source.object_id, locale__language_code="fr"
    )
    return sorted(rows.values_list("data", flat=True))


def test_the_same_import_is_confirmed_twice(things, submit, keep):
    translation = submit(things.chapter, "fr")
    record, digest = keep(translation)
    outcome = while_open(lambda: confirm(record, digest), lambda: confirm(record, digest))
    assert isinstance(outcome, Spent)
    assert texts_of(translation) == ["One (fr)", "Squares (fr)"]
    assert TranslationImport.objects.get().state == TranslationImport.State.DONE


def test_the_same_file_is_uploaded_twice_and_both_are_confirmed(things, submit, keep):
    translation = submit(things.chapter, "fr")
    first, second = keep(translation), keep(translation)
    outcome = while_open(lambda: confirm(*first), lambda: confirm(*second))
    assert isinstance(outcome, Stale)
    assert texts_of(translation) == ["One (fr)", "Squares (fr)"]
    states = dict(TranslationImport.objects.values_list("pk", "state"))
    assert states == {first[0].pk: "done", second[0].pk: "planned"}
    assert (work_of(translation).words_done, work_of(translation).words_total) == (2, 2)


def test_two_workers_run_the_same_import(things, submit, keep):
    """The queue runs a task at least once."""
    translation = submit(things.chapter, "fr")
    record, digest = keep(translation)
    TranslationImport.objects.filter(pk=record.pk).update(state="queued", digest=digest)
    run = lambda: process.PROCESS.run(str(record.pk))  # noqa: E731
    assert while_open(run, run) is None
    assert texts_of(translation) == ["One (fr)", "Squares (fr)"]
    assert TranslationImport.objects.get().state == TranslationImport.State.DONE


def test_a_paragraph_is_written_while_a_file_comes(things, submit, people, keep):
    translation = submit(things.chapter, "fr")
    record, digest = keep(translation)
    segment = StringSegment.objects.filter(source=translation.source).latest("order")

    def write(text):
        return writing.write(
            by=people.translator,
            uuid=translation.uuid,
            segment_id=segment.pk,
            text=text,
            base="",
            now=timezone.now(),
        )

    outcome = while_open(lambda: write("À la main"), lambda: confirm(record, digest))
    assert isinstance(outcome, Stale)
    assert texts_of(translation) == ["À la main"]
    record, digest = keep(translation)
    StringTranslation.objects.all().delete()
    record, digest = keep(translation)
    outcome = while_open(lambda: confirm(record, digest), lambda: write("À la main"))
    assert refused(outcome) == "text_changed"
    assert texts_of(translation) == ["One (fr)", "Squares (fr)"]


# Whoever holds several things at once ----------------------------------------------------------------------------------------


def test_approving_with_what_it_needs_and_importing_both(things, people, submit, write, keep, in_the_middle):
    """Both hold the guide and its chapter: in the same order, or PostgreSQL would end one of them."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    for thing in (things.home, things.compendium):
        write(submit(thing, "fr")).save_target(publish=True)
    guide, chapter = (
        to_review(write(submit(thing, "fr"), by=people.translator), people.translator)
        for thing in (things.guide, things.chapter)
    )
    record, digest = keep(guide, with_chapters=True)
    other = in_the_middle(lambda: confirm(record, digest))
    approve(people.reviewer, chapter)
    assert other.end().state == TranslationImport.State.DONE
    # Published is what was approved; what came with the file after it is to be handed in.
    for each in (guide, chapter):
        assert "Du texte" in published(each) and "(fr)" not in published(each)
        assert work_of(each).stage == Stage.OPEN
        assert all("(fr)" in text for text in texts_of(each))
