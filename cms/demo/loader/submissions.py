"""What the demo's member has sent in, and drafts under review: through the functions that people's clicks call."""

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult
from wagtail.models import TaskState, Workflow

from cms.demo.pictures import PICTURES
from home.guides.models import GoodPracticePage, PracticeIndexPage, PracticeTerm, ReviewState, Submission
from home.guides.reviews import reviewing, workflows
from home.guides.reviews.reviewing import Kind
from home.guides.submissions import flow as submissions
from home.guides.submissions import letters, submitting, triage
from home.guides.submissions.submitting import State
from home.markdown import rich_text
from home.vocabulary.models import Term

from . import files

# Who gives which review: nobody all of them.
REVIEWERS = {Kind.CONTENT: "reviewer", Kind.HUMAN_RIGHTS: "rights-reviewer", Kind.SECURITY: "reviewer"}
DAYS_TO_PUBLICATION = 30


def read() -> dict[str, list[dict]]:
    """`{submissions, drafts}` of `content/submissions.yaml`."""
    return yaml.safe_load((files.CONTENT / "submissions.yaml").read_text())


def load(users: Mapping[str, object]) -> int:
    """Load what there is for these accounts, by their names; how many submissions. Once."""
    if Submission.objects.exists():
        return 0
    now = timezone.now()
    index = PracticeIndexPage.objects.get(locale__language_code=files.SOURCE)
    data = read()
    with nobody_is_told(), translation.override(files.SOURCE):
        entries = data["submissions"]
        for number, entry in enumerate(entries):
            _submission(entry, index, users, now - timedelta(days=3 * (len(entries) - number)))
        for entry in data["drafts"]:
            _draft(entry, index, users)
    return len(entries)


@contextmanager
def nobody_is_told():
    """The accounts' addresses are nobody's, and a screen full of mails would hide what the demo says."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = before
        DBTaskResult.objects.filter(task_path=letters.send.module_path).delete()


def _submission(entry: dict, index: PracticeIndexPage, users, now: datetime) -> None:
    state, author, desk = State(entry["state"]), users["member"], users["editor"]
    made = submissions.create(user=author, title=entry["title"], language=entry["language"], now=now)
    submissions.save(user=author, key=made.uuid, values=_values(entry), now=now)
    if "file" in entry:
        picture = SimpleUploadedFile(f"{entry['file']}.jpg", PICTURES[entry["file"]]())
        submissions.attach(user=author, key=made.uuid, files=[picture], now=now)
    if state == State.DRAFT:
        return
    consent = str(submitting.CONSENT)
    submissions.submit(user=author, key=made.uuid, consent=consent, now=now + timedelta(hours=1))
    later = now + timedelta(days=1)
    if state == State.SUBMITTED:
        return
    if state == State.DECLINED:
        triage.decline(by=desk, key=made.uuid, reason=entry["reason"], now=later)
        return
    taken = triage.take(by=desk, key=made.uuid, index_id=index.pk, now=later)
    page = GoodPracticePage.objects.get(pk=taken.page_id)
    if state == State.RETURNED:
        _review(page, users, comment=entry["reason"])
    elif state == State.ACCEPTED:
        scheduled = page.get_latest_revision_as_object()
        scheduled.go_live_at = timezone.now() + timedelta(days=DAYS_TO_PUBLICATION)
        scheduled.save_revision(user=desk, log_action=True)
    if state in (State.ACCEPTED, State.PUBLISHED):
        _approve(page, users, until=None)
    if state == State.ACCEPTED:
        # The first review was of what stood there before the day was set.
        _review(page, users)


def _values(entry: dict) -> dict:
    """What `submissions.save` takes, from a file's entry."""
    names = (*submitting.LENGTHS, "attribution", *(taxonomy.value for taxonomy in submitting.TAXONOMIES))
    texts = {name: value for name, value in entry.items() if name in names}
    return {name: value.strip() if isinstance(value, str) else value for name, value in texts.items()}


def _draft(entry: dict, index: PracticeIndexPage, users) -> None:
    """A practice that the editor has written, under review."""
    editor = users["editor"]
    page = GoodPracticePage(locale=index.locale, live=False, original_language=files.SOURCE, owner=editor)
    for name, value in entry.items():
        if name in ("until", "terms"):
            continue
        field = GoodPracticePage._meta.get_field(name)
        setattr(page, name, rich_text(value, str) if hasattr(field, "features") else value)
    page.practice_terms = [
        PracticeTerm(term=Term.objects.get(taxonomy=taxonomy, code=code))
        for taxonomy, codes in entry["terms"].items()
        for code in codes
    ]
    PracticeIndexPage.objects.get(pk=index.pk).add_child(instance=page)
    page.save_revision(user=editor, log_action=True)
    Workflow.objects.get(name=workflows.WORKFLOW).start(GoodPracticePage.objects.get(pk=page.pk), editor)
    _approve(page, users, until=Kind(entry["until"]))


def _approve(page: GoodPracticePage, users, *, until: Kind | None) -> None:
    """Give the reviews before `until`; all of them for None."""
    for kind in Kind:
        if kind == until:
            return
        _review(page, users)


def _review(page: GoodPracticePage, users, *, comment: str = "") -> None:
    """Approve the review that a page is in, or with a comment send it back."""
    state = ReviewState.objects.get(
        workflow_state__object_id=str(page.pk), status=TaskState.STATUS_IN_PROGRESS
    )
    task = state.task.specific
    answers = {question.code: reviewing.Answer.YES for question in reviewing.CHECKLISTS[task.kind]}
    if comment:
        task.on_action(state, users[REVIEWERS[task.kind]], "reject", comment=comment)
    else:
        task.on_action(state, users[REVIEWERS[task.kind]], "approve", comment="", **answers)
