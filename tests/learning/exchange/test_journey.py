"""Files into banks and out of them, through the admin: what is shown, what is written, and what is refused without a trace."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, PageLogEntry, Revision

from cms.core.imports import process
from learning.exchange import execute, gift, tables
from learning.models import BankQuestionPage, CourseIndexPage, QuestionBankPage, QuestionImport
from tests.learning import factories
from tests.learning.factories import multiple_choice, single_choice
from tests.world import add

GIFT = """\
$CATEGORY: top/Entrances

// [id:q-1] [tag:first steps]
::Who opens::Who opens in the morning?{=The steward#Yes. ~Nobody ~Everybody ####Somebody has a key.}

::Trust::Trust comes first.{T#No!#Yes!}

::Read this::Only a text.

When was it?{#1822:5}
"""


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
def bank(site, committed):
    with committed():
        index = add(site, CourseIndexPage(title="Courses", show_in_menus=True))
        bank = add(index, QuestionBankPage(title="Entrances"))
        add(bank, BankQuestionPage(title="One", tags="doors", question=[single_choice("one")]))
        add(bank, BankQuestionPage(title="Two", external_id="two", question=[multiple_choice("two")]))
    return bank


@pytest.fixture
def editor(bank):
    return person("editor", bank, actions=("add", "change", "publish"))


@pytest.fixture
def client(editor):
    return signed_in(editor)


def upload(client, bank, data, name="questions.gift", **more):
    file = SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
    return client.post(reverse("question_imports", args=[bank.pk]), {"file": file, **more})


def uploaded(client, bank, data, name="questions.gift", **more):
    response = upload(client, bank, data, name, **more)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def digest(html: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', html)
    return found.group(1) if found else ""


def confirm(client, address):
    return client.post(address, {"digest": digest(text(client.get(address)))}, follow=True)


def imported(client, bank, data, name="questions.gift", **more):
    html = text(confirm(client, uploaded(client, bank, data, name, **more)))
    assert "All of it was imported." in html, html
    return html


def titles(bank):
    pages = BankQuestionPage.objects.child_of(bank).order_by("path")
    return [(page.draft_title, page.live) for page in pages]


def everything():
    """All that an import could leave behind."""
    return (
        list(BankQuestionPage.objects.order_by("pk").values()),
        Revision.objects.count(),
        PageLogEntry.objects.count(),
    )


def draft(bank, title):
    page = BankQuestionPage.objects.child_of(bank).get(draft_title=title)
    return page.get_latest_revision_as_object()


def exported(client, page, kind):
    response = client.get(reverse("question_export", args=[page.pk]), {"format": kind})
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    return response.content.decode()


# The way in ---------------------------------------------------------------------------------------------------------


def test_a_file_is_shown_then_taken_over_as_drafts(bank, client):
    address = uploaded(client, bank, GIFT)
    before = everything()
    html = text(client.get(address))
    assert "Only a text" not in html.split("What it would do")[1]
    assert "This is a text without a question." in html and "Line 8" in html
    assert "What is said to those who are wrong has no place of its own here." in html
    assert "Who opens in the morning?" in html and "[x] The steward | Yes." in html
    assert everything() == before
    html = text(confirm(client, address))
    assert "All of it was imported." in html and "3 drafts were written." in html
    assert titles(bank)[2:] == [("Who opens", False), ("Trust", False), ("When was it?", False)]
    page = draft(bank, "Who opens")
    assert (page.external_id, page.tags) == ("q-1", "entrances, first steps")
    value = page.question[0].value
    assert [(each.value["text"], each.value["correct"]) for each in value["options"]] == [
        ("The steward", True),
        ("Nobody", False),
        ("Everybody", False),
    ]
    assert value["explanation"] == "Somebody has a key."
    entry = PageLogEntry.objects.get(action=execute.LOG_ACTION)
    assert entry.data == {"file": "questions.gift", "create": 3, "update": 0}
    assert bytes(QuestionImport.objects.get().data) == b""


def test_the_same_file_again_changes_nothing(bank, client):
    imported(client, bank, GIFT)
    before = everything()
    html = text(client.get(uploaded(client, bank, GIFT)))
    assert "There is nothing to do" in html and not digest(html)
    assert everything() == before


def test_published_where_that_was_asked_for(bank, client, committed):
    with committed():
        html = imported(client, bank, GIFT, publish="on")
    assert "3 questions were published." in html
    assert titles(bank)[2:] == [("Who opens", True), ("Trust", True), ("When was it?", True)]


def test_who_may_not_publish_is_not_asked_and_not_heard(bank):
    client = signed_in(person("author", bank, actions=("add",)))
    assert 'name="publish"' not in text(client.get(reverse("question_imports", args=[bank.pk])))
    imported(client, bank, GIFT, publish="on")
    assert not any(live for _title, live in titles(bank)[2:])


def test_a_key_finds_a_question_whose_parts_keep_their_ids(bank, client):
    page = BankQuestionPage.objects.get(title="One")
    old = page.question[0]
    changed = exported(client, bank, "csv").replace("Wrong one", "Wrong one, spelled well")
    html = text(client.get(address := uploaded(client, bank, changed, "bank.csv")))
    assert "Wrong one, spelled well" in html and html.count("imports-step") == 1
    confirm(client, address)
    new = draft(bank, "One").question[0]
    assert new.id == old.id
    assert [each.id for each in new.value["options"]] == [each.id for each in old.value["options"]]
    assert new.value["options"][1].value["text"] == "Wrong one, spelled well"
    page.refresh_from_db()
    assert page.question[0].value["options"][1].value["text"] == "Wrong one"


def test_an_id_of_another_system_finds_its_question(bank, client):
    imported(client, bank, GIFT)
    imported(client, bank, "// [id:q-1]\nWho opens at night?{=The steward ~Nobody ~Everybody}")
    page = draft(bank, "Who opens")
    assert page.question[0].value["prompt"] == "Who opens at night?"
    # The file gave it no tags, so it keeps those that it has.
    assert page.tags == "entrances, first steps"
    assert len(titles(bank)) == 5


def test_what_the_format_cannot_tell_stays(bank, client):
    page = BankQuestionPage.objects.get(title="Two")
    assert page.question[0].value["points"] == 2
    changed = exported(client, bank, "gift").replace("Which ones?", "Which ones, then?")
    imported(client, bank, changed)
    assert draft(bank, "Two").question[0].value["points"] == 2


def test_a_question_that_is_there_by_its_text_stays_as_it_is(bank, client):
    html = text(client.get(uploaded(client, bank, "Which one is it? (one){=this ~that}")))
    assert "The bank has this question already: it stays as it is." in html and not digest(html)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("// [id:two]\nIt is so.{T}", "of another type"),
        ("a{T}\n\nA{T}", "The same question stands in line 3."),
        ("What?{=a ~A}", "Two options say the same."),
        ("What?{=a ~" + "b" * 501 + "}", "Text:"),
    ],
)
def test_questions_that_cannot_be_taken_over_are_left_out_with_the_reason(bank, client, data, says):
    html = text(client.get(uploaded(client, bank, f"First.{{T}}\n\n{data}")))
    assert "What can’t be taken over" in html and says in html
    html = text(confirm(client, uploaded(client, bank, f"First.{{T}}\n\n{data}")))
    assert "All of it was imported." in html


def test_a_file_of_which_nothing_can_be_taken_over_is_not_called_imported_already(bank, client):
    html = text(client.get(uploaded(client, bank, "::Broken::Which one{\n  =One\n  ~Two\n")))
    assert "Nothing of this file can be imported." in html and not digest(html)
    assert "There is nothing to do" not in html


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "x.gift", "empty"),
        (b"// nothing", "x.gift", "There is no question in this file."),
        (b"<quiz>\n<question></quiz>", "x.xml", "not well-formed"),
        (b"<!DOCTYPE x><quiz/>", "x.xml", "document type"),
        (b"\xff\xff\xff", "x.gift", "not UTF-8"),
        (b"a,b\n1,2", "x.csv", "There is no column “a”."),
        (b"<html/>", "x", "no &lt;quiz&gt;"),
    ],
)
def test_files_that_are_refused_leave_nothing(bank, client, data, name, says):
    before = everything()
    html = text(upload(client, bank, data, name))
    assert says in html
    assert everything() == before and not QuestionImport.objects.exists()


def test_moodle_xml_with_a_chosen_format(bank, client):
    data = """<quiz><question type="truefalse"><name><text>T</text></name><questiontext format="html"><text>So?</text>
    </questiontext><answer fraction="100"><text>true</text></answer></question></quiz>"""
    imported(client, bank, data, "export.txt", format="moodle")
    assert draft(bank, "T").question[0].value["answer"] is True


# Safety -------------------------------------------------------------------------------------------------------------


def refused_without_a_trace(client, address, posted):
    before = everything()
    response = client.post(address, {"digest": posted}, follow=True)
    assert everything() == before
    return text(response)


def test_it_is_executed_once(bank, client):
    address = uploaded(client, bank, GIFT)
    posted = digest(text(client.get(address)))
    client.post(address, {"digest": posted})
    assert "imported already" in refused_without_a_trace(client, address, posted)


def test_what_changed_meanwhile_is_shown_anew(bank, client, editor):
    changed = exported(client, bank, "csv").replace("Wrong one", "Wrong 1")
    address = uploaded(client, bank, changed, "bank.csv")
    posted = digest(text(client.get(address)))
    page = BankQuestionPage.objects.get(title="One")
    page.tags = "gates"
    page.save_revision(user=editor)
    assert "Something was changed in the meantime" in refused_without_a_trace(client, address, posted)
    assert "Something was changed in the meantime" in refused_without_a_trace(client, address, "0" * 64)


def test_it_waits_an_hour(bank, client):
    address = uploaded(client, bank, GIFT)
    posted = digest(text(client.get(address)))
    QuestionImport.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert "waited too long" in refused_without_a_trace(client, address, posted)
    execute.PROCESS.forget(timezone.now())
    assert not QuestionImport.objects.exists()


def test_a_fault_in_the_middle_leaves_nothing(bank, client, monkeypatch):
    address = uploaded(client, bank, GIFT, publish="on")
    posted = digest(text(client.get(address)))
    before, write, times = everything(), execute._write, []

    def failing(*args):
        times.append(1)
        if len(times) == 3:
            raise RuntimeError
        write(*args)

    monkeypatch.setattr(execute, "_write", failing)
    with pytest.raises(RuntimeError):
        client.post(address, {"digest": posted})
    assert everything() == before
    assert QuestionImport.objects.get().state == "planned"


def test_a_long_one_goes_into_the_queue(bank, client, monkeypatch):
    monkeypatch.setattr(process, "AT_ONCE", 2)
    address = uploaded(client, bank, GIFT)
    before = everything()
    html = text(confirm(client, address))
    assert "Waiting" in html and everything() == before
    execute.run.func(str(QuestionImport.objects.get().pk))
    assert "All of it was imported." in text(client.get(address))
    assert len(titles(bank)) == 5


def test_nobody_else_sees_or_executes_it(bank, client):
    address = uploaded(client, bank, GIFT)
    posted = digest(text(client.get(address)))
    other = signed_in(person("other", bank, actions=("add", "change")))
    before = everything()
    assert other.get(address).status_code == 404
    assert other.post(address, {"digest": posted}).status_code == 404
    assert everything() == before


def test_who_lost_the_right_executes_nothing(bank, client, editor):
    address = uploaded(client, bank, GIFT)
    posted = digest(text(client.get(address)))
    editor.groups.clear()
    before = everything()
    client.post(address, {"digest": posted})
    assert everything() == before


def test_who_may_only_add_changes_nobody_s_question_nor_learns_of_it(bank):
    client = signed_in(person("author", bank, actions=("add",)))
    for option in ("SECRET right", "Something else"):
        data = f"// [id:two]\n::Two::Which ones? (two){{=Right A ~{option}}}"
        html = text(client.get(uploaded(client, bank, data)))
        assert "You may not change this question." in html and not digest(html)


def kinds_of_person(bank):
    yield "anonymous", Client()
    yield "registered", signed_in(factories.person())
    elsewhere = add(bank.get_parent().specific, QuestionBankPage(title="Elsewhere"))
    yield (
        "editor of another bank",
        signed_in(person("elsewhere", elsewhere, actions=("add", "change", "publish"))),
    )


def test_banks_of_others_take_and_give_nothing(bank, client):
    mine = uploaded(client, bank, GIFT)
    before = everything()
    for name, other in kinds_of_person(bank):
        before = everything()
        for response in (
            other.get(reverse("question_imports", args=[bank.pk])),
            upload(other, bank, GIFT),
            other.get(mine),
            other.post(mine, {"digest": "0" * 64}),
            other.get(reverse("question_export", args=[bank.pk])),
            other.get(reverse("question_export", args=[bank.pk]), {"format": "csv"}),
        ):
            assert response.status_code in (302, 403, 404), name
            assert "/login/" in response.get("Location", "/login/") or response["Location"] == "/admin/", name
            assert "SECRET" not in response.content.decode()
        assert everything() == before
    assert QuestionImport.objects.count() == 1


def test_a_translated_bank_follows_its_source(bank, client, editor, committed):
    factories.translate(committed, bank.get_parent().specific)
    translated = factories.translate(committed, bank)
    GroupPagePermission.objects.create(
        group=editor.groups.get(), page=translated, permission=Permission.objects.get(codename="add_page")
    )
    response = client.get(reverse("question_imports", args=[translated.pk]))
    assert response.status_code == 302 and response["Location"] == "/admin/"


def test_what_is_no_bank_is_not_found(bank, client):
    parent = bank.get_parent()
    assert client.get(reverse("question_imports", args=[parent.pk])).status_code == 404
    assert client.get(reverse("question_export", args=[parent.pk])).status_code == 404
    assert client.get(reverse("question_export", args=[bank.pk]), {"format": "exe"}).status_code == 404


# The way out --------------------------------------------------------------------------------------------------------


def test_the_header_of_a_bank_leads_there(bank, client):
    html = text(client.get(reverse("wagtailadmin_explore", args=[bank.pk])))
    assert reverse("question_imports", args=[bank.pk]) in html
    assert reverse("question_export", args=[bank.pk]) in html


def test_an_export_taken_in_again_changes_nothing(bank, client):
    for kind in ("csv", "gift"):
        html = text(client.get(uploaded(client, bank, exported(client, bank, kind), f"bank.{kind}")))
        assert "There is nothing to do" in html, html


def test_an_export_says_what_it_does_not_hold(bank, client):
    html = text(client.get(reverse("question_export", args=[bank.pk])))
    assert "The format has no place for points." in html
    assert "SECRET right" in exported(client, bank, "csv")


def test_who_may_edit_some_questions_takes_these_alone(bank):
    author = person("author", bank, actions=("add",))
    client = signed_in(author)
    imported(client, bank, "It is mine.{T}")
    QuestionBankPage.objects.filter(pk=bank.pk).update(owner=author)
    (item,) = tables.read(exported(client, bank, "csv").encode()).items
    assert item.prompt == "It is mine."


def test_a_quiz_gives_its_own_questions_to_who_may_edit_it(world, committed):
    quiz = world.pages["quiz"]
    editor = signed_in(person("courses", quiz.get_parent(), actions=("change",)))
    html = text(editor.get(reverse("question_export", args=[quiz.pk])))
    assert "The format has no place for points." in html and "Which ones? (quiz:m)" in html
    found = gift.read(exported(editor, quiz, "gift").encode())
    assert found.items and not found.left_out
    reader = signed_in(factories.person())
    assert (
        "SECRET"
        not in reader.get(reverse("question_export", args=[quiz.pk]), {"format": "gift"}).content.decode()
    )


# Speed --------------------------------------------------------------------------------------------------------------


def statements(run) -> int:
    with CaptureQueriesContext(connection) as found:
        run()
    return len(found)


def test_a_plan_takes_as_many_statements_for_many_questions_as_for_few(bank, client):
    imported(client, bank, "A draft.{T}")
    few = uploaded(client, bank, "One.{T}")
    many = uploaded(client, bank, "\n\n".join(f"Statement {n}.{{T}}" for n in range(50)))
    client.get(few)
    few_statements = statements(lambda: client.get(few))
    assert statements(lambda: client.get(many)) == few_statements
    confirm(client, many)
    assert statements(lambda: client.get(few)) == few_statements


def test_an_export_takes_as_many_statements_for_many_questions_as_for_few(bank, client):
    imported(client, bank, "A draft.{T}")
    few = statements(lambda: exported(client, bank, "csv"))
    imported(client, bank, "\n\n".join(f"Statement {n}.{{T}}" for n in range(50)))
    assert statements(lambda: exported(client, bank, "csv")) == few
