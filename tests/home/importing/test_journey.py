"""From a file to drafts, through the admin: what is shown, what is written, and what is refused without a trace."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import (
    GroupPagePermission,
    PageLogEntry,
    PageViewRestriction,
    Revision,
    TaskState,
    WorkflowPage,
)

from cms.core.imports import process
from cms.core.tasks import BACKEND
from home.guides.importing import execute
from home.guides.importing.api import KINDS, PROCESS
from home.guides.models import GoodPracticePage, PracticeImport, PracticeIndexPage, PracticeTerm, ResourcePage
from home.guides.reviews import workflows
from home.vocabulary.models import Organisation
from tests import world
from tests.home.importing import books

UPLOAD = "/admin/practices/import/"


def person(name, *pages, actions=("add",)):
    """Somebody who may add (and so on) below these pages."""
    user = get_user_model().objects.create_user(f"{name}@example.org", "secret")
    group = Group.objects.create(name=name)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for page in pages:
        for action in actions:
            GroupPagePermission.objects.create(
                group=group, page=page, permission=Permission.objects.get(codename=f"{action}_page")
            )
    user.groups.add(group)
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def index(pages, term):
    for code in ("respond", "mitigate"):
        term("phase", code)
    term("target", "square", fr="Place publique")
    return pages["index"]


@pytest.fixture
def author(index):
    return person("author", index, actions=("add", "change"))


@pytest.fixture
def client(author):
    return signed_in(author)


def file_of(*rows, name="practices.csv") -> SimpleUploadedFile:
    """A CSV file of rows, each a mapping; the first says which columns there are."""
    target = io.StringIO()
    writer = csv.DictWriter(target, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, target.getvalue().encode(), content_type="text/csv")


def uploaded(client, file, index, **more):
    """The address of the plan that an upload leads to."""
    response = client.post(UPLOAD, {"file": file, "repository": index.pk, **more})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def digest(html: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', html)
    return found.group(1) if found else ""


def execute_plan(client, address):
    return client.post(address, {"digest": digest(text(client.get(address)))}, follow=True)


def imported(client, file, index, **more):
    address = uploaded(client, file, index, **more)
    html = text(execute_plan(client, address))
    assert "All of it was imported." in html, html
    return address


def counts():
    """All that an import could leave behind."""
    return {
        "pages": GoodPracticePage.objects.count(),
        "revisions": Revision.objects.count(),
        "log": PageLogEntry.objects.count(),
        "terms": PracticeTerm.objects.count(),
        "titles": sorted(GoodPracticePage.objects.values_list("title", "draft_title")),
    }


NEW = {
    "title": "Walks by night",
    "consent": "yes",
    "human_rights": "Nobody is watched.",
    "phase": "prevent; Respond",
    "target": "place publique",
    "context": "**Before**\n- a\n- b",
    "period_from": "2019",
    "review_due_on": "2027-01-31",
    "stakeholder_roles": "Steward: welcomes",
    "references": "A guide https://example.org/",
    "organisation": "",
}


# The way through ---------------------------------------------------------------------------------------------------


def test_a_file_becomes_drafts(client, author, index, pages, committed):
    with committed():
        Organisation.objects.create(code="unoct", abbreviation="UNOCT")
    address = uploaded(client, file_of({**NEW, "organisation": "UNOCT"}), index)
    before = counts()
    html = text(client.get(address))
    assert "Walks by night" in html and "prevent" in html.lower()
    assert counts() == before
    with committed():
        html = text(execute_plan(client, address))
    assert "1 draft was written." in html
    page = GoodPracticePage.objects.get(slug="walks-by-night")
    assert (page.live, page.owner, page.title, page.period_from, page.consent) == (
        False,
        author,
        "Walks by night",
        2019,
        True,
    )
    assert page.get_parent().pk == index.pk and page.locale == index.locale
    assert page.context == "<p><b>Before</b></p><ul><li>a</li><li>b</li></ul>"
    assert sorted(row.term.code for row in page.practice_terms.all()) == ["prevent", "respond", "square"]
    assert [row.organisation.code for row in page.practice_organisations.all()] == ["unoct"]
    assert [dict(each.value) for each in page.stakeholder_roles] == [{"role": "Steward", "part": "welcomes"}]
    assert [dict(each.value) for each in page.references] == [
        {"title": "A guide", "url": "https://example.org/"}
    ]
    assert str(page.review_due_on) == "2027-01-31"
    revision = page.get_latest_revision()
    assert (revision.user, page.revisions.count()) == (author, 1)
    actions = PageLogEntry.objects.filter(page=page.pk).order_by("pk").values_list("action", "user")
    assert list(actions) == [("wagtail.create", author.pk), ("wagtail.edit", author.pk)]
    entry = PageLogEntry.objects.get(page=index.pk, action=execute.LOG_ACTION)
    assert (entry.user, entry.message) == (author, "Import of practices.csv: 1 new, 0 changed")
    assert Client().get("/en/practices/walks-by-night/").status_code == 404
    # The draft opens in the editor as if somebody had written it there.
    page.full_clean()
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def test_a_second_time_changes_nothing(client, index):
    imported(client, file_of(NEW, {**NEW, "title": "Another"}), index)
    before = counts()
    html = text(client.get(uploaded(client, file_of(NEW, {**NEW, "title": "Another"}), index)))
    assert "There is nothing to do" in html
    assert digest(html) == ""
    assert counts() == before


def test_an_update_is_a_draft_beside_what_is_live(client, author, index, pages, committed):
    live = pages["practice"]
    file = file_of(
        {
            "key": str(live.translation_key),
            "place": "Another city",
            "phase": "prevent;mitigate",
            "consent": "yes",
        }
    )
    address = uploaded(client, file, index)
    html = text(client.get(address))
    assert all(shown in html for shown in ("A city", "Another city", "Mitigate", "Prevent", "Stewards"))
    with committed():
        execute_plan(client, address)
    page = GoodPracticePage.objects.get(pk=live.pk)
    assert (page.live, page.place, page.has_unpublished_changes) == (True, "A city", True)
    assert page.live_revision_id == live.live_revision_id
    assert sorted(row.term.code for row in page.practice_terms.all()) == ["church", "prevent"]
    draft = page.get_latest_revision_as_object()
    assert (draft.place, draft.latest_revision.user) == ("Another city", author)
    assert sorted(row.term.code for row in draft.practice_terms.all()) == ["church", "mitigate", "prevent"]
    assert draft.description == live.description
    shown = Client().get("/en/practices/stewards/").content.decode()
    assert "Another city" not in shown and "A city" in shown
    # Published by somebody else, it is what readers see.
    with committed():
        chief = get_user_model().objects.create_superuser("chief@example.org", "x")
        draft.save_revision(user=chief).publish(user=chief)
    page = GoodPracticePage.objects.get(pk=live.pk)
    assert page.place == "Another city"
    assert sorted(row.term.code for row in page.practice_terms.all()) == ["church", "mitigate", "prevent"]


def test_drafts_are_submitted_where_that_was_asked_for(client, author, index, committed):
    workflows.set_up_reviews()
    imported(client, file_of(NEW, {**NEW, "title": "Another"}), index, submit="on")
    states = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    assert sorted(state.revision.object_str for state in states) == ["Another", "Walks by night"]
    assert {state.workflow_state.requested_by for state in states} == {author}
    # What is under review isn't changed by a file.
    html = text(client.get(uploaded(client, file_of({**NEW, "context": "Other"}), index)))
    assert "under review" in html and digest(html) == ""


def test_without_reviews_there_is_nothing_to_submit_to(client, index):
    WorkflowPage.objects.all().delete()
    html = text(client.post(UPLOAD, {"file": file_of(NEW), "repository": index.pk, "submit": "on"}))
    assert "This repository has no reviews." in html
    assert not PracticeImport.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_blank_file_can_be_imported_as_it_is(client, index, kind):
    response = client.get(f"{UPLOAD}template.{kind}")
    assert response["Content-Disposition"] == f'attachment; filename="practices.{kind}"'
    imported(client, SimpleUploadedFile(f"a.{kind}", response.content), index)
    page = GoodPracticePage.objects.get(slug="stewards-at-the-door")
    assert page.practice_terms.count() >= 4
    assert client.get(f"{UPLOAD}template.exe").status_code == 404


def test_xlsx(client, index):
    data = books.book(list(NEW), list(NEW.values()))
    imported(client, SimpleUploadedFile("a.xlsx", data), index)
    assert GoodPracticePage.objects.filter(slug="walks-by-night").count() == 1


# Export and import -------------------------------------------------------------------------------------------------


def exported(path="/en/practices/?format=csv") -> SimpleUploadedFile:
    return SimpleUploadedFile("export.csv", Client().get(path).content)


def test_what_is_exported_is_read_back_as_unchanged(
    client, index, pages, practice, term, translate, committed
):
    africa, west, togo = (
        term("region", "002", en="Africa"),
        term("region", "202"),
        term("country", "tg", en="Togo"),
    )
    west.parent, togo.parent = africa, west
    west.save(), togo.save()
    semicolon = term("topic", "both", en="This; that", fr="Ceci | cela")
    twice = [term("stakeholder", code, en="Police", fr="Police") for code in ("police", "gendarmerie")]
    practice(
        index, "=1+1", [togo, semicolon, *twice], slug="sum", summary="-x", place="'=y", period_from=2020
    )
    with committed():
        world.add(index, ResourcePage(title="A text", slug="text", summary="S", url="https://example.org/"))
    translate(pages["practice"], "fr", title="Bénévoles", place="Une ville")
    for path in ("/en/practices/?format=csv", "/fr/practices/?format=csv"):
        html = text(client.get(uploaded(client, exported(path), index)))
        assert "There is nothing to do" in html, html
        assert re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", html) == [
            ("Unchanged", "2"),
            ("Passed over", "1"),
        ]


def test_a_translation_is_not_changed_by_a_file(client, index, pages, translate):
    translate(pages["practice"], "fr", title="Bénévoles")
    key = str(pages["practice"].translation_key)
    html = text(
        client.get(uploaded(client, file_of({"key": key, "language": "fr", "title": "Autre"}), index))
    )
    assert "This is a translation" in html and digest(html) == ""


# Refused, without a trace ------------------------------------------------------------------------------------------


def test_one_bad_row_among_good_ones(client, index):
    rows = [{**NEW, "title": f"Practice {number}", "context": ""} for number in range(5)]
    rows[3]["phase"] = "prevnt"
    address = uploaded(client, file_of(*rows), index)
    before = counts()
    html = text(client.get(address))
    assert "“prevnt” is unknown. Do you mean “Prevent”?" in html
    assert "<td>5</td><td><bdi>Phase</bdi></td>" in html
    assert digest(html) == ""
    html = text(client.post(address, {"digest": "0" * 64}, follow=True))
    assert "Nothing is imported while a row has an error." in html
    assert counts() == before
    assert PracticeImport.objects.get().state == "planned"


def test_a_file_that_cannot_be_read(client, index):
    before = counts()
    for data, said in (
        (b"title,nonsense\nA,B\n", "There is no such column."),
        (b"title\nA\nB\0\n", "There is a NUL character"),
        (b"title\n\xff\n", "UTF-8"),
        (b"", "empty"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (books.sheet("<a>" * 90 + "</a>" * 90), "far more than a table"),
    ):
        html = text(client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", data), "repository": index.pk}))
        assert said in html
    assert counts() == before and not PracticeImport.objects.exists()


def test_somebody_elses_plan_is_not_there(client, index):
    address = uploaded(client, file_of(NEW), index)
    seen = digest(text(client.get(address)))
    before = counts()
    other = signed_in(person("other", index))
    assert other.get(address).status_code == 404
    assert other.post(address, {"digest": seen}).status_code == 404
    assert counts() == before
    assert PracticeImport.objects.get().state == "planned"


def test_without_permission_there_is_no_import(client, author, index, site, committed):
    with committed():
        elsewhere = world.add(site, PracticeIndexPage(title="Elsewhere", slug="elsewhere"))
    stranger = signed_in(person("stranger"))
    for path in (UPLOAD, f"{UPLOAD}template.csv"):
        assert stranger.get(path).status_code == 302
        assert Client().get(path).status_code == 302
    assert "Import practices" in text(client.get("/admin/"))
    assert "Import practices" not in text(stranger.get("/admin/"))
    # Not into a repository of others.
    refused = text(client.post(UPLOAD, {"file": file_of(NEW), "repository": elsewhere.pk}))
    assert "Select a valid choice" in refused
    assert not PracticeImport.objects.exists()
    # Nor when the permission is gone in between.
    address = uploaded(client, file_of(NEW), index)
    seen = digest(text(client.get(address)))
    person("else", elsewhere).groups.get().user_set.add(author)
    author.groups.remove(Group.objects.get(name="author"))
    before = counts()
    assert client.get(address).status_code == 302
    assert client.post(address, {"digest": seen}).status_code == 302
    assert counts() == before


def test_who_may_only_add_changes_nothing_of_others(index, pages, committed):
    adder = signed_in(person("adder", index))
    html = text(adder.get(uploaded(adder, file_of({"slug": "stewards", "place": "X"}), index)))
    assert "You may not change this practice." in html and digest(html) == ""
    # Nor do they learn whether a guess about the draft is right: only what readers see counts, for its readers.
    practice = pages["practice"]
    practice.title, practice.place = "Unseen", "A port"
    practice.save_revision()
    for row in ({"slug": "stewards"}, {"key": str(practice.translation_key)}):
        answers = [
            text(adder.get(uploaded(adder, file_of({**row, "place": place}), index)))
            for place in ("A port", "A city", "A mine")
        ]
        assert ["nothing to do" in each for each in answers] == [False, True, False]
        assert not any("Unseen" in each for each in answers)
    with committed():
        PageViewRestriction.objects.create(page=practice, restriction_type="groups")
    for place in ("A port", "A city"):
        html = text(adder.get(uploaded(adder, file_of({"slug": "stewards", "place": place}), index)))
        assert "You may not change this practice." in html


def test_a_plan_expires(client, index):
    address = uploaded(client, file_of(NEW), index)
    seen = digest(text(client.get(address)))
    PracticeImport.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    before = counts()
    assert "This file waited too long." in text(client.get(address, follow=True))
    client.post(address, {"digest": seen})
    assert counts() == before
    PROCESS.forget(timezone.now())
    assert not PracticeImport.objects.exists()


def test_what_was_changed_meanwhile_is_shown_anew(client, author, index, pages):
    address = uploaded(client, file_of({"slug": "stewards", "place": "Another city"}), index)
    seen = digest(text(client.get(address)))
    page = pages["practice"]
    page.summary = "Somebody was here."
    page.save_revision(user=author)
    before = counts()
    html = text(client.post(address, {"digest": seen}, follow=True))
    assert "Something was changed in the meantime." in html
    assert counts() == before
    assert digest(html) not in ("", seen)
    assert "All of it was imported." in text(execute_plan(client, address))
    draft = GoodPracticePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (draft.summary, draft.place) == ("Somebody was here.", "Another city")


def test_a_plan_is_executed_once(client, index):
    address = uploaded(client, file_of(NEW), index)
    seen = digest(text(client.get(address)))
    client.post(address, {"digest": seen})
    before = counts()
    client.post(address, {"digest": seen})
    assert counts() == before


def test_a_fault_in_the_middle_leaves_nothing(client, index, monkeypatch):
    real, calls = GoodPracticePage.save_revision, []

    def breaks(self, **kwargs):
        calls.append(self)
        if len(calls) == 3:
            raise RuntimeError
        return real(self, **kwargs)

    monkeypatch.setattr(GoodPracticePage, "save_revision", breaks)
    address = uploaded(client, file_of(*({**NEW, "title": f"Practice {n}"} for n in range(4))), index)
    seen = digest(text(client.get(address)))
    before = counts()
    with pytest.raises(RuntimeError):
        client.post(address, {"digest": seen})
    assert counts() == before
    assert PracticeImport.objects.get().state == "planned"


def test_markup_in_a_file_is_text(client, index):
    address = uploaded(
        client, file_of({**NEW, "title": "<script>x</script>", "slug": "x", "phase": "<b>y</b>"}), index
    )
    html = text(client.get(address))
    assert "<script>x" not in html and "<b>y" not in html and "&lt;b&gt;y" in html


# In the background -------------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(process, "AT_ONCE", 1)


def run_the_queue():
    from django_tasks_db.models import DBTaskResult

    for row in DBTaskResult.objects.filter(
        backend_name=BACKEND, task_path__endswith="execute.run", status="READY"
    ):
        execute.run.func(*row.args_kwargs["args"])


def test_a_long_file_is_imported_in_the_background(client, index, few, committed):
    address = uploaded(client, file_of(NEW, {**NEW, "title": "Another"}), index)
    before = counts()
    with committed():
        html = text(execute_plan(client, address))
    assert "Waiting" in html and counts() == before
    with committed():
        run_the_queue()
    record = PracticeImport.objects.get()
    assert (record.state, record.rows, record.counts["create"]) == ("done", [], 2)
    assert process.progress(record) == 2
    assert "All of it was imported." in text(client.get(address))
    before = counts()
    run_the_queue()
    assert counts() == before


def test_progress_is_shown_while_it_runs(client, index, few):
    address = uploaded(client, file_of(NEW, {**NEW, "title": "Another"}), index)
    execute_plan(client, address)
    record = PracticeImport.objects.get()
    PracticeImport.objects.update(state="running")
    process._noted(record)(40, 300)
    assert "40 rows written" in text(client.get(address))


def test_what_became_stale_in_the_queue_is_not_imported(client, author, index, pages, few):
    rows = [{"slug": "stewards", "title": "Stewards", "place": "X", "consent": "yes"}, {**NEW, "slug": ""}]
    file = file_of(
        *({name: row.get(name, "") for name in ("slug", "title", "place", "consent")} for row in rows)
    )
    address = uploaded(client, file, index)
    execute_plan(client, address)
    pages["practice"].save_revision(user=author)
    before = counts()
    run_the_queue()
    record = PracticeImport.objects.get()
    assert (record.state, record.reason) == ("failed", "import_stale")
    assert counts() == before
    assert "Nothing was imported: upload the file again." in text(client.get(address))


def test_a_fault_in_the_background_is_told(client, index, few, monkeypatch):
    address = uploaded(client, file_of(NEW, {**NEW, "title": "Another"}), index)
    execute_plan(client, address)
    monkeypatch.setattr(GoodPracticePage, "save_revision", lambda *args, **kwargs: 1 / 0)
    before = counts()
    with pytest.raises(ZeroDivisionError):
        run_the_queue()
    assert counts() == before
    assert "a fault of ours" in text(client.get(address))
    run_the_queue()
    assert counts() == before


def test_old_imports_are_forgotten(client, index):
    now = timezone.now()
    imported(client, file_of(NEW), index)
    PROCESS.forget(now + timedelta(days=6))
    assert PracticeImport.objects.count() == 1
    PROCESS.forget(now + timedelta(days=8))
    assert not PracticeImport.objects.exists()


# Statements --------------------------------------------------------------------------------------------------------


def statements(act) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_a_plan_takes_as_many_statements_for_one_row_as_for_twenty(client, index):
    def taken(count, **more):
        rows = [{**NEW, "title": f"Practice {number}", **more} for number in range(count)]
        address = uploaded(client, file_of(*rows), index)
        return statements(lambda: client.get(address))

    assert taken(1) == taken(20)
    imported(client, file_of(*({**NEW, "title": f"Practice {number}"} for number in range(20))), index)
    assert taken(1, context="Else") == taken(20, context="Else")


def test_what_a_row_costs(client, index):
    """Statements that each row adds, when it is new and when it changes something."""

    def taken(title, count, **more):
        rows = [{**NEW, "title": f"{title} {number}", **more} for number in range(count)]
        address = uploaded(client, file_of(*rows), index)
        seen = digest(text(client.get(address)))
        return statements(lambda: client.post(address, {"digest": seen}))

    def of_each(**more):
        return round((taken("Many", 20, **more) - taken("One", 1, **more)) / 19)

    # The backends differ by a statement or two in what they send for the same writes.
    expected = (57, 33) if connection.vendor == "sqlite" else (55, 32)
    assert (of_each(), of_each(context="Else")) == expected
