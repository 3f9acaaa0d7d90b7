"""Everything outdated where that is much: in the background, resumable, told of, taken along afterwards by whoever asked."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail_localize.models import StringSegment, Translation

from cms.translation.files import gathering, texts
from cms.translation.models import OutdatedExport
from home.guides.models import ChapterPage
from tests import world

EXPORT = reverse("translation:export_outdated", args=["fr"])
FILES = reverse("translation:language_files", args=["fr"])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def translator(person):
    return person(translates=["fr"])


@pytest.fixture
def client(translator):
    return signed_in(translator)


@pytest.fixture
def outdated(things, submit, write, committed, translator):
    """Two chapters in French that are published and outdated: their originals say something new."""
    with committed():
        more = world.add(
            things.guide, ChapterPage(title="More", slug="more", body=[("text", "<p>Three</p>")])
        )
    chapters = [things.chapter, more]
    found = [write(submit(each, "fr")) for each in chapters]
    with committed():
        for each in Translation.objects.filter(target_locale=found[0].target_locale).order_by("pk"):
            each.save_target(user=translator)
    with committed():
        for number, page in enumerate(chapters):
            body = [("text", f"<p>Brand new {number}</p>")]
            world.publish(ChapterPage.objects.get(pk=page.pk), body=body)
    return found


@pytest.fixture
def much(monkeypatch):
    """Two are much."""
    monkeypatch.setattr(gathering, "LATE_AT_ONCE", 1)


def asked(client, committed, kind="xliff"):
    with committed():
        answer = client.post(EXPORT, {"format": kind, "source": "en"})
    assert answer.status_code == 302
    return OutdatedExport.objects.get(), answer["Location"]


def run(export, committed):
    with committed():
        gathering.go_on.func(str(export.pk))
    export.refresh_from_db()
    return export


def new_strings():
    found = StringSegment.objects.filter(string__data__startswith="Brand new")
    return set(found.values_list("string__data", flat=True))


def test_a_little_is_answered_at_once(outdated, client, committed):
    with committed():
        answer = client.post(EXPORT, {"format": "xliff", "source": "en"})
    assert answer["Content-Disposition"] == 'attachment; filename="outdated-fr.xlf"'
    assert b"Brand new 0" in answer.content and b"Brand new 1" in answer.content
    assert not OutdatedExport.objects.exists()


def test_what_failed_for_good_goes_on_when_it_is_asked_for_again(outdated, client, committed, much):
    export, address = asked(client, committed)
    tasks = DBTaskResult.objects.filter(task_path__endswith="gathering.go_on")
    tasks.update(status=TaskResultStatus.FAILED, return_value={"attempts": 10})
    assert asked(client, committed) == (export, address)
    assert sorted(tasks.values_list("status", flat=True)) == ["FAILED", "READY"]


def test_much_is_gathered_and_comes_back(outdated, client, committed, much):
    export, address = asked(client, committed)
    assert (export.total, export.done, new_strings()) == (2, 0, set())
    assert DBTaskResult.objects.filter(task_path__endswith="gathering.go_on").count() == 1
    shown = client.get(address)
    assert shown["Refresh"] == "5" and "0 of 2 originals" in shown.content.decode()
    file = reverse("translation:export_file", args=[export.pk])
    assert client.get(file).status_code == 404
    # Asking again meanwhile is the same.
    asked(client, committed)
    run(export, committed)
    assert (export.state, export.done, export.files, len(export.translations)) == ("done", 2, 1, 2)
    shown = client.get(address)
    assert "Refresh" not in shown and file in shown.content.decode()
    assert address in client.get(FILES).content.decode()
    answer = client.get(file)
    assert answer["Content-Disposition"] == 'attachment; filename="outdated-fr.xlf"'
    assert answer["Content-Type"] == "application/xliff+xml" and "no-store" in answer["Cache-Control"]
    assert b"Brand new 0" in answer.content and b"Brand new 1" in answer.content
    back = SimpleUploadedFile("back.xlf", answer.content)
    assert client.post(FILES, {"file": back}).status_code == 302


@pytest.mark.parametrize(("bound", "most"), [("PARAGRAPHS_A_FILE", 1), ("MOST_BYTES", 500)])
def test_what_is_too_large_to_be_brought_back_comes_as_several(
    outdated, client, committed, much, monkeypatch, bound, most
):
    monkeypatch.setattr(gathering if bound == "PARAGRAPHS_A_FILE" else texts, bound, most)
    monkeypatch.setattr(gathering, "READ_AT_ONCE", 1)
    export = run(asked(client, committed, "po")[0], committed)
    assert export.files == 2
    answer = client.get(reverse("translation:export_file", args=[export.pk]))
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["outdated-fr-1.po", "outdated-fr-2.po"]
        # In the order of the tree.
        first, second = (archive.read(name).decode() for name in archive.namelist())
    assert "Brand new 0" in first and "Brand new 1" in second
    assert "in 2 files" in client.get(reverse("translation:export", args=[export.pk])).content.decode()


def test_more_than_one_export_holds_is_told(outdated, client, committed, much, monkeypatch):
    monkeypatch.setattr(gathering, "MOST_PARAGRAPHS", 1)
    export, address = asked(client, committed)
    run(export, committed)
    assert (export.state, export.reason, export.data) == ("failed", "too_much", b"")
    assert "More is outdated than one export holds" in client.get(address).content.decode()
    assert client.get(reverse("translation:export_file", args=[export.pk])).status_code == 404


def test_a_task_goes_on_where_a_killed_worker_left(outdated, client, committed, much, monkeypatch):
    export, _address = asked(client, committed)
    OutdatedExport.objects.update(state="running")
    with committed():
        assert gathering.take_next_apart(str(export.pk))
    bring = gathering.flows.bring_up_to_date

    def killed(**whose):
        bring(**whose)
        raise SystemExit

    monkeypatch.setattr(gathering.flows, "bring_up_to_date", killed)
    with pytest.raises(SystemExit):
        gathering.go_on.func(str(export.pk))
    export.refresh_from_db()
    assert (export.done, new_strings()) == (1, {"Brand new 0"})
    monkeypatch.undo()
    run(export, committed)
    assert (export.state, export.done) == ("done", 2)


def test_a_task_ends_after_its_time_and_leaves_the_rest_to_another(
    outdated, client, committed, much, monkeypatch
):
    export, _address = asked(client, committed)
    monkeypatch.setattr(gathering, "SLICE", -1)
    run(export, committed)
    assert (export.state, export.done) == ("running", 1)
    assert DBTaskResult.objects.filter(task_path__endswith="gathering.go_on").count() == 2


def test_one_that_fails_stops_no_other_and_is_told_of(outdated, client, committed, much, monkeypatch):
    bring = gathering.flows.bring_up_to_date

    def failing(*, by, uuid):
        bring(by=by, uuid=uuid)
        if uuid == outdated[0].uuid:
            raise ValueError("a block is broken")

    monkeypatch.setattr(gathering.flows, "bring_up_to_date", failing)
    export, address = asked(client, committed)
    run(export, committed)
    assert (export.state, export.done, export.failed) == ("done", 2, [outdated[0].source_id])
    assert new_strings() == {"Brand new 1"}
    assert "1 original couldn’t be taken apart" in client.get(address).content.decode()


def test_a_database_that_is_busy_is_tried_again(outdated, client, committed, much, monkeypatch):
    export, _address = asked(client, committed)

    def busy(**whose):
        raise OperationalError("database is locked")

    monkeypatch.setattr(gathering.flows, "bring_up_to_date", busy)
    with pytest.raises(OperationalError):
        gathering.go_on.func(str(export.pk))
    export.refresh_from_db()
    assert (export.state, export.done, export.failed) == ("running", 0, [])


def test_it_is_its_persons_alone_while_they_translate(outdated, client, translator, committed, much, person):
    export, address = asked(client, committed)
    file = reverse("translation:export_file", args=[export.pk])
    run(export, committed)
    for other in (person(translates=["fr"]), person(translates=["ar"]), person(manages=True)):
        browser = signed_in(other)
        assert [browser.get(each).status_code for each in (address, file)] == [404, 404]
        assert address not in browser.get(FILES).content.decode()
    assert Client().get(file).status_code == 302
    translator.groups.first().language_roles.all().delete()
    browser = signed_in(translator)
    for each in (address, file):
        assert b"Brand new" not in browser.get(each).content
    assert browser.post(EXPORT, {"format": "xliff", "source": "en"}).status_code == 302
    assert OutdatedExport.objects.count() == 1


def test_who_may_not_translate_any_more_when_its_turn_comes_gets_nothing(
    outdated, client, translator, committed, much
):
    export, _address = asked(client, committed)
    translator.groups.first().language_roles.all().delete()
    run(export, committed)
    assert (export.state, export.reason, export.data) == ("failed", "not_permitted", b"")
    assert new_strings() == set()


def test_what_was_restricted_since_is_in_no_file(outdated, things, client, committed, much, restrict):
    export, _address = asked(client, committed)
    run(export, committed)
    restrict(things.chapter)
    answer = client.get(reverse("translation:export_file", args=[export.pk]), follow=True)
    assert b"Brand new" not in answer.content
    assert "isn’t yours to see any more" in answer.content.decode()


def test_nothing_outdated_and_what_is_old(outdated, client, committed, much):
    export, _address = asked(client, committed)
    gathering.forget(timezone.now() + timedelta(hours=23))
    assert OutdatedExport.objects.exists()
    gathering.forget(timezone.now() + timedelta(hours=25))
    assert not OutdatedExport.objects.exists()
    # A task of what is forgotten does nothing.
    gathering.go_on.func(str(export.pk))
    assert client.post(EXPORT, {"format": "xliff", "source": "ar"}).status_code == 404


def test_reading_takes_as_many_statements_however_much_it_is(outdated):
    with CaptureQueriesContext(connection) as captured:
        list(gathering._things(Translation.objects.filter(pk__in=[each.pk for each in outdated])))
    two = len(captured)
    with CaptureQueriesContext(connection) as captured:
        list(gathering._things(Translation.objects.filter(pk=outdated[0].pk)))
    assert len(captured) == two == 6
