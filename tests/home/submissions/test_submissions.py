"""Members send in practices: written, kept, handed in, reviewed, published; and nobody else's business on the way."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from PIL import Image as Pillow
from wagtail.models import GroupPagePermission, Page, PageLogEntry, TaskState, WorkflowPage, WorkflowState

from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted
from home.guides.models import GoodPracticePage, PracticeIndexPage, ReviewState, Submission, SubmissionFile
from home.guides.reviews import reviewing, workflows
from home.guides.submissions import flow as submissions
from home.guides.submissions import letters, submitting, triage
from home.guides.submissions.submitting import State
from tests import world

HOME = "/en/contribute/"
SECRET_NAME = "Quentin Featherstone"
WHOLE = {
    "title": "Stewards who speak languages",
    "language": "en",
    "summary": "Stewards welcome guests in five languages.",
    "place": "A port",
    "country_0": "tg",
    "target": ["church"],
    "phase": ["prevent"],
    "context": "Nobody understood the signs.",
    "description": "Stewards were trained.\n\n- first at the doors\n- then everywhere",
    "results": "Fewer mistakes.",
    "lessons_learned": "Begin early.",
    "human_rights": "Nobody was singled out.",
    "gender": "",
    "legal_basis": "",
    "source": "Own work.",
    "attribution": "anonymous",
    "credit": "",
}
NAMES = ("registered", "member", "other", "reviewer", "editor", "admin")


# People and places ------------------------------------------------------------------------------------------------


def build(site, committed):
    with committed():
        index = world.add(site, PracticeIndexPage(title="Practices", slug="practices"))
    world.term("target", "church", en="Church")
    world.term("phase", "prevent", en="Prevent")
    world.term("country", "tg", en="Togo")
    workflows.set_up_reviews()
    members, staff = Group.objects.create(name="Network"), Group.objects.create(name="Staff")
    members.permissions.add(Permission.objects.get(codename="add_submission"))
    staff.permissions.add(*Permission.objects.filter(codename__in=["access_admin", "change_submission"]))
    for action in ("add", "change", "publish"):
        GroupPagePermission.objects.create(
            group=staff,
            page=Page.get_first_root_node(),
            permission=Permission.objects.get(codename=f"{action}_page"),
        )
    reviewers = list(Group.objects.filter(name__in=workflows.GROUPS.values()))
    groups = {
        "member": [members],
        "other": [members],
        "reviewer": reviewers,
        "second": reviewers,
        "editor": [staff],
    }
    people = {}
    for name in (*NAMES, "second"):
        make = (
            get_user_model().objects.create_superuser
            if name == "admin"
            else get_user_model().objects.create_user
        )
        people[name] = make(
            f"{name}@example.org", "secret", first_name=SECRET_NAME if name == "member" else name
        )
        people[name].groups.set(groups.get(name, []))
    # Gives one review of the three, and decides nothing.
    people["rights"] = get_user_model().objects.create_user("rights@example.org", "secret")
    people["rights"].groups.add(Group.objects.get(name=workflows.GROUPS["human-rights"]))
    return {"site": site, "index": index, "people": people}


@pytest.fixture(scope="module")
def built_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), world.built(build) as made:
        yield made


@pytest.fixture
def people(built_world, db):
    return {name: get_user_model().objects.get(pk=user.pk) for name, user in built_world["people"].items()}


@pytest.fixture
def index(built_world, db):
    return PracticeIndexPage.objects.get(pk=built_world["index"].pk)


@pytest.fixture
def uploads(settings, tmp_path):
    """Uploads of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def signed_in(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def text(response) -> str:
    return response.content.decode()


def draft(client, **fields) -> Submission:
    """A draft, made on the pages."""
    before = set(Submission.objects.values_list("pk", flat=True))
    answer = client.post(f"{HOME}new/", {"title": WHOLE["title"], "language": "en"} | fields)
    assert answer.status_code == 302, text(answer)
    return Submission.objects.exclude(pk__in=before).get()


def edit(client, submission, go="save", files=(), **fields):
    data = {**WHOLE, "go": go, **fields}
    if files:
        data["files"] = list(files)
    return client.post(f"{HOME}{submission.uuid}/edit/", data)


def handed_in(client, **fields) -> Submission:
    submission = draft(client)
    answer = edit(client, submission, "submit", consent="on", **fields)
    assert answer.status_code == 302, text(answer)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED
    return submission


def desk(client, submission, act, follow=True, **fields):
    return client.post(f"/admin/submissions/{submission.uuid}/", {act: "1", **fields}, follow=follow)


def taken(people, index, **fields) -> Submission:
    submission = handed_in(signed_in(people["member"]), **fields)
    desk(signed_in(people["editor"]), submission, "take", index=index.pk)
    submission.refresh_from_db()
    assert submission.state == State.IN_REVIEW
    return submission


def current() -> ReviewState:
    return ReviewState.objects.get(status=TaskState.STATUS_IN_PROGRESS)


def review(user, action="approve", **answers):
    review = current()
    yes = {question.code: "yes" for question in reviewing.CHECKLISTS[review.task.specific.kind]}
    return signed_in(user).post(
        f"/admin/reviews/{review.pk}/", {action: "1", "comment": "", **yes, **answers}, follow=True
    )


def approved(people, committed):
    for name in ("reviewer", "second", "reviewer"):
        with committed():
            assert "Approved." in text(review(people[name]))


def letters_go_out() -> None:
    """What a worker does."""
    rows = DBTaskResult.objects.filter(task_path__endswith="letters.send", status=TaskResultStatus.READY)
    for row in rows.order_by("enqueued_at"):
        letters.send.call(*row.args_kwargs["args"])
    rows.delete()


def state_of(submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


def page_of(submission) -> GoodPracticePage:
    return GoodPracticePage.objects.get(pk=Submission.objects.get(pk=submission.pk).page_id)


def picture(name="plan.png") -> SimpleUploadedFile:
    target = BytesIO()
    exif = Pillow.Exif()
    exif[0x013B] = SECRET_NAME
    colour = tuple(name.encode()[:3])
    Pillow.new("RGB", (30, 20), colour).save(target, "PNG", exif=exif)
    return SimpleUploadedFile(name, target.getvalue(), content_type="text/html")


# Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("registered", 403),
        ("member", 200),
        ("other", 200),
        ("reviewer", 403),
        ("editor", 403),
        ("admin", 200),
    ],
)
@pytest.mark.parametrize("path", ["", "new/"])
def test_who_sends_in_practices(people, name, status, path):
    answer = signed_in(people[name]).get(HOME + path)
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", [None, "registered", "reviewer", "editor"])
def test_nobody_else_begins_one(people, name):
    answer = signed_in(people.get(name)).post(f"{HOME}new/", {"title": "Mine", "language": "en"})
    if name is None:
        assert answer.status_code == 302 and answer.url.startswith("/accounts/login/")
    else:
        assert answer.status_code == 403
    assert not Submission.objects.exists()


PATHS = ("", "edit/", "preview/", "withdraw/", "delete/", "submit/")


@pytest.mark.parametrize("name", [None, "registered", "other", "reviewer", "editor", "admin"])
def test_anothers_submission_is_not_there(people, uploads, name):
    client = signed_in(people["member"])
    found = draft(client)
    edit(client, found, files=[picture()])
    attached = found.files.get()
    stranger = signed_in(people.get(name))
    before = Submission.objects.filter(pk=found.pk).values().get()
    for key in (found.uuid, uuid4()):
        for path in (*PATHS, f"files/{attached.uuid}/"):
            for answer in (
                stranger.get(f"{HOME}{key}/{path}"),
                stranger.post(f"{HOME}{key}/{path}", {**WHOLE, "title": "Theirs", "consent": "on"}),
            ):
                if name is None and answer.status_code != 405:
                    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/")
                else:
                    assert answer.status_code in (404, 405)
    assert Submission.objects.filter(pk=found.pk).values().get() == before
    if name in ("other", "admin"):
        assert found.title not in text(stranger.get(HOME))
    assert client.get(f"{HOME}{found.uuid}/files/{attached.uuid}/").status_code == 200


def test_who_is_no_member_any_more_still_takes_back_what_they_sent(people):
    client = signed_in(people["member"])
    found = handed_in(client)
    people["member"].groups.clear()
    assert found.title in text(client.get(HOME))
    assert client.get(f"{HOME}new/").status_code == 403
    client.post(f"{HOME}{found.uuid}/withdraw/")
    assert state_of(found) == State.DRAFT
    assert client.get(f"{HOME}{found.uuid}/edit/").status_code == 403
    assert edit(client, found, "submit", consent="on").status_code == 403
    assert state_of(found) == State.DRAFT
    client.post(f"{HOME}{found.uuid}/delete/")
    assert not Submission.objects.exists()


def test_the_repository_leads_members_there(people, index):
    link = f'href="{HOME}"'
    assert link in text(signed_in(people["member"]).get("/en/practices/"))
    for name in (None, "registered", "reviewer"):
        assert link not in text(signed_in(people.get(name)).get("/en/practices/"))


# Writing ----------------------------------------------------------------------------------------------------------


def test_a_title_is_enough_to_begin_and_to_keep(people):
    client = signed_in(people["member"])
    assert "Give it a title." in text(client.post(f"{HOME}new/", {"title": " \n ", "language": "en"}))
    found = draft(client, title="Only\r\na title")
    assert found.title == "Only a title"
    nothing = {
        name: "" for name in WHOLE if name not in ("title", "language", "attribution", "target", "phase")
    }
    edit(client, found, title="Another", target=[], phase=[], **nothing)
    found.refresh_from_db()
    assert (found.title, found.state, found.summary) == ("Another", State.DRAFT, "")


def test_everything_is_kept_and_shown_again(people):
    client = signed_in(people["member"])
    found = draft(client)
    edit(client, found, attribution="credited", credit="A network")
    shown = client.get(f"{HOME}{found.uuid}/edit/").context["form"].initial
    for name, value in WHOLE.items():
        if not name.startswith(("country", "attribution", "credit")):
            assert shown[name] == value, name
    assert (shown["country"], shown["credit"]) == (["tg"], "A network")
    assert re.search(
        r'name="target" value="church"[^>]* checked', text(client.get(f"{HOME}{found.uuid}/edit/"))
    )
    # Nobody is thanked by a name that was typed before.
    edit(client, found, attribution="anonymous", credit="A network")
    found.refresh_from_db()
    assert found.credit == ""


def test_what_is_too_long_or_made_up_changes_nothing(people):
    client = signed_in(people["member"])
    found = draft(client)
    for wrong in (
        {"summary": "x" * 501},
        {"target": ["nowhere"]},
        {"language": "tlh"},
        {"title": ""},
        {"attribution": "x"},
    ):
        answer = edit(client, found, **{"description": "kept in the form", **wrong})
        assert answer.status_code == 200
        assert 'role="alert"' in text(answer) and "kept in the form" in text(answer)
    found.refresh_from_db()
    assert found.description == "" and not found.terms.exists()


def test_submitting_says_all_that_is_missing_and_keeps_the_rest(people):
    client = signed_in(people["member"])
    found = draft(client)
    answer = edit(client, found, "submit", human_rights="", target=[], attribution="credited")
    html = text(answer)
    summary = html.split('class="note bad error-summary"')[1].split("</div>")[0]
    for name, anchor in (
        ("human_rights", "id_human_rights"),
        ("target", "id_target_group"),
        ("credit", "id_credit"),
        ("consent", "id_consent"),
    ):
        assert f'href="#{anchor}"' in summary and f'id="{anchor}"' in html
        assert html.count(str(submitting.MISSING[name])) == 2  # in the list of errors and beside the field
    assert (
        summary.index("#id_human_rights") < summary.index("#id_target_group") < summary.index("#id_consent")
    )
    assert 'aria-describedby="id_human_rights_helptext id_human_rights_error"' in html
    found.refresh_from_db()
    assert (found.state, found.description) == (State.DRAFT, WHOLE["description"])
    assert found.consented_at is None


def test_handing_in_remembers_what_was_agreed_to(people, committed, mailoutbox):
    client = signed_in(people["member"])
    with committed():
        found = handed_in(client)
    assert (found.consent, found.submitted_at is not None) == (str(submitting.CONSENT), True)
    assert found.consented_at == found.submitted_at
    letters_go_out()
    (mail,) = mailoutbox
    assert mail.to == ["member@example.org"] and found.title in mail.subject
    assert f"http://testserver{HOME}{found.uuid}/" in mail.body
    # It is out of its author's hands.
    assert edit(client, found, title="Too late").url == f"{HOME}{found.uuid}/"
    assert client.post(f"{HOME}{found.uuid}/submit/", {"consent": "on"}).status_code == 302
    client.post(f"{HOME}{found.uuid}/delete/")
    found.refresh_from_db()
    assert (found.title, found.state) == (WHOLE["title"], State.SUBMITTED)


def test_the_preview_shows_the_practice_and_hands_it_in(people, index):
    client = signed_in(people["member"])
    found = draft(client)
    answer = edit(client, found, "preview", title="<b>Doors</b>")
    assert answer.url == f"{HOME}{found.uuid}/preview/"
    html = text(client.get(answer.url))
    assert "<h1>&lt;b&gt;Doors&lt;/b&gt;</h1>" in html
    assert "<li>first at the doors</li>" in html and "Church" in html
    assert not GoodPracticePage.objects.exists()
    assert "only with your agreement" in text(client.post(f"{HOME}{found.uuid}/submit/"))
    assert state_of(found) == State.DRAFT
    client.post(f"{HOME}{found.uuid}/submit/", {"consent": "on"})
    assert state_of(found) == State.SUBMITTED
    assert "consent" not in text(client.get(f"{HOME}{found.uuid}/preview/")).split("<article")[0]


@pytest.mark.parametrize("code", ["ar", "zh-hans", "fr"])
def test_the_pages_speak_the_readers_language(people, index, code):
    client = signed_in(people["member"])
    found = draft(client, title="أبواب", language="ar")
    for path in (
        "",
        "new/",
        f"{found.uuid}/",
        f"{found.uuid}/edit/",
        f"{found.uuid}/preview/",
        f"{found.uuid}/delete/",
    ):
        html = text(client.get(f"/{code}/contribute/{path}"))
        assert f'dir="{"rtl" if code == "ar" else "ltr"}"' in html.split("<head>")[0]
    assert '<h1 lang="ar" dir="rtl">' in text(client.get(f"/fr/contribute/{found.uuid}/"))
    # What is written runs as its own language does, whatever the page's.
    form = text(client.get(f"/{code}/contribute/{found.uuid}/edit/"))
    assert (
        form.count('<textarea name="')
        == form.count("<textarea")
        == len(re.findall(r'<textarea[^>]*dir="auto"', form))
    )


def test_ten_open_ones_are_enough(people):
    client = signed_in(people["member"])
    for number in range(10):
        made = draft(client, title=f"Number {number}")
    answer = client.post(f"{HOME}new/", {"title": "One more", "language": "en"}, follow=True)
    assert "You have 10 open submissions" in text(answer)
    assert Submission.objects.count() == 10
    client.post(f"{HOME}{made.uuid}/delete/")
    draft(client, title="In its place")
    draft(signed_in(people["other"]))


def test_the_list_takes_as_many_statements_for_one_as_for_five(people):
    client = signed_in(people["member"])
    counts = []
    for number in range(5):
        draft(client, title=f"Number {number}")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(HOME).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[-1] <= 8


# Files ------------------------------------------------------------------------------------------------------------


def test_files_are_kept_privately_without_their_maker(people, uploads):
    client = signed_in(people["member"])
    found = draft(client)
    edit(client, found, files=[picture("My plan.jpg")])
    row = found.files.get()
    assert (row.name, row.kind) == ("My plan.jpg.png", "png")
    assert row.file.name == f"submissions/{found.uuid}/{row.uuid}.png"
    address = f"{HOME}{found.uuid}/files/{row.uuid}/"
    answer = client.get(address)
    content = b"".join(answer.streaming_content)
    assert SECRET_NAME.encode() not in content and len(content) == row.size
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="My plan.jpg.png"'
    assert (answer["X-Content-Type-Options"], "no-store" in answer["Cache-Control"]) == ("nosniff", True)
    # There is no other way to it.
    for user in (None, people["member"], people["admin"]):
        assert signed_in(user).get(f"/media/{row.file.name}").status_code == 404
        assert signed_in(user).get(row.file.url).status_code == 404


def test_refused_files_are_named_and_nothing_else_is_lost(people, uploads, monkeypatch):
    monkeypatch.setattr("home.guides.submissions.attachments.MOST_BYTES", 10_000)
    client = signed_in(people["member"])
    found = draft(client)
    answer = edit(
        client,
        found,
        "submit",
        consent="on",
        files=[
            SimpleUploadedFile("run.pdf", b"MZ program"),
            picture("good.png"),
            SimpleUploadedFile("large.pdf", b"%PDF-" + b"0" * 10_000),
            SimpleUploadedFile("empty.pdf", b""),
        ],
    )
    html = text(answer)
    for name, reason in (
        ("run.pdf", "none of the kinds"),
        ("large.pdf", "larger than"),
        ("empty.pdf", "opened"),
    ):
        assert re.search(rf"<bdi>{name}</bdi>: [^<]*{reason}", html), name
    assert [row.name for row in found.files.all()] == ["good.png"]
    found.refresh_from_db()
    assert (found.state, found.description) == (State.DRAFT, WHOLE["description"])
    # Nor are good files where a text is wrong.
    edit(client, found, files=[picture("more.png")], summary="x" * 501)
    assert [row.name for row in found.files.all()] == ["good.png", "more.png"]


def test_five_files_and_none_twice(people, uploads):
    client = signed_in(people["member"])
    found = draft(client)
    edit(client, found, files=[picture(f"{number}-a.png") for number in range(4)])
    answer = edit(client, found, files=[picture("0-a.png"), picture("x.png"), picture("y.png")])
    assert "0-a.png" not in text(answer).partition("error-summary")[2].partition("</ul>")[0]
    assert "There are 5 files already." in text(answer)
    assert found.files.count() == 5
    # The answer got lost, and the same is sent once more: nothing is wrong with it.
    again = edit(client, found, files=[picture("3-a.png"), picture("x.png")])
    assert again.status_code == 302 and found.files.count() == 5


def test_a_beginning_that_is_sent_twice_makes_one_draft(people):
    client = signed_in(people["member"])
    key = re.search(r'name="key" value="([^"]+)"', text(client.get(f"{HOME}new/")))[1]
    sent = {"title": "Doors", "language": "en", "key": key}
    first, second = (client.post(f"{HOME}new/", sent) for _ in range(2))
    assert first["Location"] == second["Location"] == f"{HOME}{key}/edit/"
    assert Submission.objects.filter(title="Doors").count() == 1
    # The form comes back with its key where something is wrong.
    wrong = client.post(f"{HOME}new/", sent | {"title": ""})
    assert f'name="key" value="{key}"' in text(wrong)
    # Gone back, and begun another from the same form.
    other = client.post(f"{HOME}new/", sent | {"title": "Windows"})
    assert other["Location"] != first["Location"]
    # Somebody else's key opens nothing and says nothing.
    stranger = signed_in(people["other"]).post(f"{HOME}new/", sent)
    assert stranger.status_code == 302 and key not in stranger["Location"]
    assert sorted(Submission.objects.values_list("author__email", "title")) == [
        ("member@example.org", "Doors"),
        ("member@example.org", "Windows"),
        ("other@example.org", "Doors"),
    ]
    for bad in ("nonsense", "\0"):
        assert client.post(f"{HOME}new/", sent | {"key": bad, "title": "Bad"})["Location"] == HOME
    assert not Submission.objects.filter(title="Bad").exists()


def test_a_removed_file_is_gone_from_the_disk(people, uploads, committed):
    client = signed_in(people["member"])
    found = draft(client)
    edit(client, found, files=[picture("a.png"), picture("b.png")])
    first, second = found.files.all()
    with committed():
        edit(client, found, remove=[str(first.uuid)])
    assert not default_storage.exists(first.file.name) and default_storage.exists(second.file.name)
    assert edit(client, found, remove=["nonsense"]).status_code == 302
    with committed():
        client.post(f"{HOME}{found.uuid}/delete/")
    assert not default_storage.exists(second.file.name) and not SubmissionFile.objects.exists()


# The desk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "looks", "acts"),
    [
        (None, False, False),
        ("registered", False, False),
        ("member", False, False),
        ("other", False, False),
        ("rights", True, False),
        ("reviewer", True, True),
        ("editor", True, True),
        ("admin", True, True),
    ],
)
def test_who_sees_and_decides(people, index, uploads, name, looks, acts):
    found = handed_in(signed_in(people["member"]), files=[picture()])
    attached = found.files.get()
    client = signed_in(people.get(name))
    for path in ("", f"{found.uuid}/", f"{found.uuid}/files/{attached.uuid}/"):
        assert (client.get(f"/admin/submissions/{path}").status_code == 200) is looks
    if looks:
        assert ('name="take"' in text(client.get(f"/admin/submissions/{found.uuid}/"))) is acts
    desk(client, found, "return", follow=False, reason="Why?")
    assert state_of(found) == (State.RETURNED if acts else State.SUBMITTED)


def test_the_staff_sees_no_drafts(people, uploads):
    client, admin = signed_in(people["member"]), signed_in(people["admin"])
    found = draft(client)
    edit(client, found, files=[picture()])
    for path in (f"{found.uuid}/", f"{found.uuid}/files/{found.files.get().uuid}/", f"{uuid4()}/"):
        assert admin.get(f"/admin/submissions/{path}").status_code == 404
    assert found.title not in text(admin.get("/admin/submissions/"))
    assert desk(admin, found, "decline", reason="Why?").status_code == 404
    assert state_of(found) == State.DRAFT


def test_the_list_is_filtered_by_state_in_constant_statements(people):
    admin, client = signed_in(people["admin"]), signed_in(people["member"])
    counts = []
    for number in range(4):
        found = handed_in(client, title=f"Number {number}")
        with CaptureQueriesContext(connection) as captured:
            html = text(admin.get("/admin/submissions/?state=submitted"))
        assert found.title in html
        counts.append(len(captured))
    assert counts[0] == counts[-1]
    assert found.title not in text(admin.get("/admin/submissions/?state=declined"))
    assert found.title in text(admin.get("/admin/submissions/?state=nonsense&p=99"))


def test_taking_it_makes_a_draft_in_its_authors_name(people, index, committed, mailoutbox):
    with committed():
        found = taken(people, index, attribution="credited", credit="A network")
    page = page_of(found)
    assert (page.live, page.title, page.credit, page.source_note) == (
        False,
        found.title,
        "A network",
        "Own work.",
    )
    assert (page.original_language, page.consent, page.locale) == ("en", True, index.locale)
    assert page.get_parent().specific == index
    assert (
        page.description
        == "<p>Stewards were trained.</p><ul><li>first at the doors</li><li>then everywhere</li></ul>"
    )
    assert sorted(row.term.code for row in page.practice_terms.all()) == ["church", "prevent", "tg"]
    assert page.latest_revision.user == people["member"]
    assert current().revision == page.latest_revision
    letters_go_out()
    assert "in review" in [mail for mail in mailoutbox if mail.to == ["member@example.org"]][-1].subject
    # Twice changes nothing.
    desk(signed_in(people["editor"]), found, "take", index=index.pk)
    assert GoodPracticePage.objects.count() == 1 and ReviewState.objects.count() == 1


def test_its_author_does_not_approve_it(people, index):
    people["member"].groups.add(*Group.objects.filter(name__in=workflows.GROUPS.values()))
    taken(people, index)
    assert "You wrote part of this" in text(review(people["member"]))
    assert current().status == TaskState.STATUS_IN_PROGRESS


def test_a_repository_without_a_review_takes_nothing(people, site, committed):
    with committed():
        other = world.add(site, PracticeIndexPage(title="Unreviewed", slug="unreviewed"))
    # Wagtail gives the whole tree a workflow of its own.
    WorkflowPage.objects.all().delete()
    found = handed_in(signed_in(people["member"]))
    html = text(desk(signed_in(people["editor"]), found, "take", index=other.pk))
    assert "has no review" in html
    assert state_of(found) == State.SUBMITTED and not GoodPracticePage.objects.exists()
    assert "Select a valid choice" in text(desk(signed_in(people["editor"]), found, "take", index=site.pk))


@pytest.mark.parametrize(("act", "state"), [("return", State.RETURNED), ("decline", State.DECLINED)])
def test_a_no_needs_a_reason_which_the_author_reads(people, act, state, committed, mailoutbox):
    client, editor = signed_in(people["member"]), signed_in(people["editor"])
    found = handed_in(client)
    letters_go_out()
    mailoutbox.clear()
    assert "Give a reason" in text(desk(editor, found, act, reason="  "))
    letters_go_out()
    assert state_of(found) == State.SUBMITTED and not mailoutbox
    desk(editor, found, act, reason="Name the law & the year.")
    letters_go_out()
    assert state_of(found) == state
    assert "Name the law & the year." in mailoutbox[0].body
    for path in ("", f"{found.uuid}/"):
        assert "Name the law &amp; the year." in text(client.get(HOME + path))
    may_write = client.get(f"{HOME}{found.uuid}/edit/").status_code == 200
    assert may_write is (state == State.RETURNED)


def test_mail_is_in_the_authors_language(people, mailoutbox):
    get_user_model().objects.filter(pk=people["member"].pk).update(language="fr")
    found = handed_in(signed_in(people["member"]), title="Portes")
    letters_go_out()
    assert f"/fr/contribute/{found.uuid}/" in mailoutbox[0].body
    # What has passed is told no more.
    letters.send.call(found.pk, State.RETURNED)
    assert len(mailoutbox) == 1


# The way through --------------------------------------------------------------------------------------------------


def test_from_a_form_to_a_page_that_its_author_reads(people, index, committed, mailoutbox):
    client = signed_in(people["member"])
    with committed():
        found = taken(people, index)
    approved(people, committed)
    letters_go_out()
    found.refresh_from_db()
    assert found.state == State.PUBLISHED and found.accepted_at is None
    page = page_of(found)
    assert page.live
    address = "/en/practices/stewards-who-speak-languages/"
    assert f'href="{address}"' in text(client.get(f"{HOME}{found.uuid}/"))
    assert f'href="{address}"' in text(client.get(HOME))
    assert "is published" in [mail for mail in mailoutbox if mail.to == ["member@example.org"]][-1].subject
    assert Client().get(address).status_code == 200
    # Published is published.
    client.post(f"{HOME}{found.uuid}/withdraw/")
    assert state_of(found) == State.PUBLISHED and page_of(found).live


@pytest.mark.parametrize("name", [None, "registered", "other"])
def test_an_anonymous_contributor_is_named_nowhere(people, index, committed, name):
    with committed():
        found = taken(people, index, credit=SECRET_NAME)
    approved(people, committed)
    page, client = page_of(found), signed_in(people.get(name))
    assert (page.credit, page.owner) == ("", None)
    for path in (
        "/en/practices/stewards-who-speak-languages/",
        "/en/practices/",
        "/en/practices/?format=json",
        "/en/practices/?format=csv",
        "/en/feed.xml",
        f"/api/v2/pages/{page.pk}/",
        f"/api/v2/pages/{page.pk}/?version=1",
        "/api/v2/pages/?type=guides.GoodPracticePage&fields=*",
        "/api/v2/changes/",
        "/en/search/?q=Featherstone",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        shown = text(answer).replace("q=Featherstone", "").replace('value="Featherstone"', "")
        shown = shown.replace("<title>Featherstone", "")
        assert "Featherstone" not in shown and "member@example.org" not in shown, path


def test_sent_back_by_a_reviewer_changed_and_sent_again(people, index, committed):
    client, editor = signed_in(people["member"]), signed_in(people["editor"])
    found = taken(people, index)
    page = page_of(found)
    # An editor improves one text meanwhile; a reviewer asks for another.
    changed = page.get_latest_revision_as_object()
    changed.gender = "<p>Added by an editor.</p>"
    changed.save_revision(user=people["editor"])
    with committed():
        review(people["reviewer"], "reject", comment="Name the law.")
    found.refresh_from_db()
    assert (found.state, found.reason) == (State.RETURNED, "Name the law.")
    assert "Name the law." in text(client.get(f"{HOME}{found.uuid}/edit/"))
    answer = edit(client, found, "submit", consent="on", legal_basis="A law of 2020.", phase=[])
    assert answer.status_code == 302
    desk(editor, found, "take", index=index.pk)
    found.refresh_from_db()
    assert found.state == State.IN_REVIEW
    latest = page_of(found).get_latest_revision_as_object()
    assert latest.pk == page.pk and GoodPracticePage.objects.count() == 1
    assert (latest.legal_basis, latest.gender) == ("<p>A law of 2020.</p>", "<p>Added by an editor.</p>")
    assert sorted(row.term.code for row in latest.practice_terms.all()) == ["church", "tg"]
    assert latest.latest_revision.user == people["member"]
    assert WorkflowState.objects.count() == 1 and current().revision == latest.latest_revision
    approved(people, committed)
    assert state_of(found) == State.PUBLISHED
    assert "A law of 2020." in text(Client().get("/en/practices/stewards-who-speak-languages/"))


def test_withdrawn_it_is_its_authors_alone_again(people, index, committed):
    client = signed_in(people["member"])
    found = taken(people, index)
    page = page_of(found)
    assert state_of(found) == State.IN_REVIEW
    assert "Withdraw this practice?" in text(client.get(f"{HOME}{found.uuid}/withdraw/"))
    with committed():
        client.post(f"{HOME}{found.uuid}/withdraw/")
    found.refresh_from_db()
    assert (found.state, found.page_id, found.consented_at, found.consent) == (State.DRAFT, None, None, "")
    assert not Page.objects.filter(pk=page.pk).exists() and not WorkflowState.objects.exists()
    assert signed_in(people["admin"]).get(f"/admin/submissions/{found.uuid}/").status_code == 404
    assert client.post(f"{HOME}{found.uuid}/withdraw/").status_code == 302
    assert state_of(found) == State.DRAFT
    edit(client, found, "submit", consent="on")
    assert state_of(found) == State.SUBMITTED


def test_returned_by_the_staff_the_review_ends_and_the_draft_stays(people, index):
    found = taken(people, index)
    desk(signed_in(people["editor"]), found, "return", reason="Shorter, please.")
    assert state_of(found) == State.RETURNED and page_of(found).live is False
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED
    edit(signed_in(people["member"]), found, "submit", consent="on", title="Shorter")
    desk(signed_in(people["editor"]), found, "take", index=index.pk)
    assert state_of(found) == State.IN_REVIEW
    assert page_of(found).get_latest_revision_as_object().title == "Shorter"


def test_declined_in_review_nothing_of_it_is_left_to_be_published(people, index):
    found = taken(people, index)
    desk(signed_in(people["editor"]), found, "decline", reason="Not for this library.")
    found.refresh_from_db()
    assert (found.state, found.page_id) == (State.DECLINED, None)
    assert not GoodPracticePage.objects.exists() and not WorkflowState.objects.exists()


def test_a_review_that_somebody_calls_off_or_deletes_waits_again(people, index):
    found = taken(people, index)
    WorkflowState.objects.get().cancel(user=people["admin"])
    assert state_of(found) == State.SUBMITTED
    desk(signed_in(people["editor"]), found, "take", index=index.pk)
    assert state_of(found) == State.IN_REVIEW and GoodPracticePage.objects.count() == 1
    page_of(found).delete(user=people["admin"])
    found.refresh_from_db()
    assert (found.state, found.page_id) == (State.SUBMITTED, None)
    desk(signed_in(people["editor"]), found, "take", index=index.pk)
    assert state_of(found) == State.IN_REVIEW and GoodPracticePage.objects.count() == 1


def test_what_is_to_be_published_later_is_accepted(people, index, committed, mailoutbox):
    found = taken(people, index)
    page = page_of(found).get_latest_revision_as_object()
    page.go_live_at = timezone.now() + timedelta(days=2)
    page.save_revision()
    approved(people, committed)
    # The first review was of what stood there before the day was set.
    with committed():
        assert "Approved." in text(review(people["second"]))
    letters_go_out()
    found.refresh_from_db()
    assert (found.state, found.accepted_at is not None, found.published_at) == (State.ACCEPTED, True, None)
    assert "is accepted" in [mail for mail in mailoutbox if mail.to == ["member@example.org"]][-1].subject
    client = signed_in(people["member"])
    client.post(f"{HOME}{found.uuid}/withdraw/")
    assert state_of(found) == State.DRAFT and not GoodPracticePage.objects.exists()


def test_another_practices_fate_is_nobodys(people, index, committed):
    found = taken(people, index)
    with committed():
        other = world.add(
            index,
            GoodPracticePage(title="Other", slug="other", human_rights="<p>Yes.</p>", consent=True),
            live=False,
        )
        world.publish(other)
    assert state_of(found) == State.IN_REVIEW


# Accounts that go -------------------------------------------------------------------------------------------------


def test_with_the_account_goes_what_nobody_took_up(people, index, uploads, committed):
    client, editor = signed_in(people["member"]), signed_in(people["editor"])
    published = taken(people, index, title="Published")
    approved(people, committed)
    waiting = handed_in(client, title="Waiting")
    returned = handed_in(client, title="Returned")
    desk(editor, returned, "take", index=index.pk)
    draft_page = page_of(returned)
    desk(editor, returned, "return", reason="Shorter.")
    declined = handed_in(client, title="Declined")
    desk(editor, declined, "decline", reason="No.")
    own = draft(client, title="Own")
    edit(client, own, title="Own", files=[picture()])
    stored = own.files.get().file.name
    theirs = draft(signed_in(people["other"]))
    with committed():
        people["member"].delete()
    left = {each.title: each for each in Submission.objects.all()}
    assert set(left) == {"Published", "Waiting", theirs.title}
    assert left["Published"].author is None and left["Waiting"].author is None
    assert page_of(published).live and Client().get("/en/practices/published/").status_code == 200
    assert not Page.objects.filter(pk=draft_page.pk).exists()
    assert not default_storage.exists(stored)
    # What was handed in can still be taken up.
    desk(editor, waiting, "take", index=index.pk)
    assert state_of(waiting) == State.IN_REVIEW
    letters_go_out()


# The door itself --------------------------------------------------------------------------------------------------


def test_functions_refuse_whoever_may_not(people, index):
    now = timezone.now()
    found = handed_in(signed_in(people["member"]))
    key = found.uuid
    before = Submission.objects.filter(pk=found.pk).values().get()
    for name in ("registered", "member", "other", "rights"):
        for write in (
            lambda user: triage.take(by=user, key=key, index_id=index.pk, now=now),
            lambda user: triage.send_back(by=user, key=key, reason="x", now=now),
            lambda user: triage.decline(by=user, key=key, reason="x", now=now),
        ):
            with pytest.raises(NotPermitted):
                write(people[name])
    for write in (
        lambda user: submissions.save(user=user, key=key, values={"title": "x"}, now=now),
        lambda user: submissions.submit(user=user, key=key, consent="x", now=now),
        lambda user: submissions.withdraw(user=user, key=key, now=now),
        lambda user: submissions.delete(user=user, key=key),
        lambda user: submissions.attach(user=user, key=key, files=[], now=now),
    ):
        for name in ("other", "admin"):
            with pytest.raises(NotFound):
                write(people[name])
    with pytest.raises(Conflict):
        submissions.save(user=people["member"], key=key, values={"title": "x"}, now=now)
    with pytest.raises(BadInput), transaction.atomic():
        triage.decline(by=people["editor"], key=key, reason=" ", now=now)
    with pytest.raises(BadInput):
        submissions.create(user=people["member"], title="x" * 201, language="en", now=now)
    assert Submission.objects.filter(pk=found.pk).values().get() == before
    assert PageLogEntry.objects.filter(user=people["member"]).count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"consented_at": None},
        {"consent": ""},
        {"submitted_at": None},
        {"state": "lost"},
        {"state": "returned"},
        {"state": "declined"},
        {"state": "in-review"},
        {"state": "published", "page_id": 7},
        {"published_at": datetime(2026, 3, 1, tzinfo=UTC)},
        {"credit": "A name"},
    ],
    ids=str,
)
def test_the_database_holds_the_rules_too(people, wrong):
    found = handed_in(signed_in(people["member"]))
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=found.pk).update(**wrong)


def test_handing_in_twice_is_one_and_another_text_is_not_lost_without_a_word(people, committed, mailoutbox):
    client = signed_in(people["member"])
    with committed():
        found = handed_in(client)
    sent = len(mailoutbox)
    with committed():
        again = edit(client, found, "submit", consent="on")
    html = text(client.get(again["Location"]))
    assert "Submitted. You will hear from us by mail." in html and "meanwhile" not in html
    assert len(mailoutbox) == sent
    for go, words in (("submit", "Other words."), ("save", WHOLE["results"])):
        again = edit(client, found, go, consent="on", results=words)
        assert "handed in meanwhile" in text(client.get(again["Location"]))
    before = found.updated_at
    found.refresh_from_db()
    assert (found.results, found.updated_at) == (WHOLE["results"], before)


def test_a_reason_is_set_in_its_own_direction(people):
    client = signed_in(people["member"])
    found = handed_in(client)
    Submission.objects.filter(pk=found.pk).update(state=State.RETURNED, reason="Say for how long.")
    for path in ("", f"{found.uuid}/", f"{found.uuid}/edit/"):
        assert '<blockquote class="reason" dir="auto">' in text(client.get(f"/ar/contribute/{path}"))


def test_sizes_in_a_refusal_are_written_in_the_readers_digits(people, uploads):
    client = signed_in(people["member"])
    found = draft(client)
    large = SimpleUploadedFile("large.pdf", b"%PDF-" + b"0" * submitting.MOST_BYTES)
    answer = client.post(f"/ar/contribute/{found.uuid}/edit/", WHOLE | {"go": "save", "files": [large]})
    assert "١٠,٠" in text(answer) and "10,0" not in text(answer)
