"""Who wrote what waits to be published, and who has approved it: read from revisions, the log and the reviews."""

import json
import re
from dataclasses import dataclass, field

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageLogEntry, TaskState, WorkflowState

from cms.core.problems import Problem

from . import reviewing

# What a revision holds beside what somebody wrote.
_NOT_WRITTEN = {
    "live",
    "has_unpublished_changes",
    "draft_title",
    "first_published_at",
    "last_published_at",
    "live_revision",
    "latest_revision",
    "latest_revision_created_at",
    "expired",
    "locked",
    "locked_at",
    "locked_by",
    "path",
    "depth",
    "numchild",
    "url_path",
    "wagtail_admin_comments",
}
# The editor's own marks on paragraphs; inside a stream's JSON the quotes are escaped.
_BLOCK_KEY = re.compile(r' data-block-key=\\?"[^"\\]*\\?"')

# What the editor makes of a rich text in which nothing stands.
_EMPTY = "<p></p>"


def _written(content: dict) -> dict:
    """What somebody wrote of a revision's content, comparable with another's."""
    return {
        name: _BLOCK_KEY.sub("", value).removesuffix(_EMPTY) if isinstance(value, str) else value
        for name, value in content.items()
        if name not in _NOT_WRITTEN
    }


def _as_stored(page: Page) -> dict:
    """A page's content as a revision would give it back: moments and numbers have become JSON's."""
    return json.loads(json.dumps(page.serializable_data(), cls=DjangoJSONEncoder))


@dataclass
class Pending:
    """What people did since the last publication: changes, and the saving of something unchanged, which is what
    publishing somebody else's draft leaves behind.
    """

    changes: list[reviewing.Act] = field(default_factory=list)
    passed_on: list[reviewing.Act] = field(default_factory=list)
    #: what the last revision says
    written: dict | None = None
    #: the revision of the last change
    changed_in: int | None = None


def pending_acts(page: Page, *, up_to: int | None = None) -> Pending:
    """What people did to a page after its last publication before revision `up_to` (None: all revisions).

    Revisions without a user (imports, the system) aren't anybody's change.
    """
    published = PageLogEntry.objects.filter(page_id=page.pk, action__startswith="wagtail.publish")
    revisions = page.revisions.order_by("pk")
    if up_to is not None:
        published = published.filter(revision_id__lt=up_to)
        revisions = revisions.filter(pk__lte=up_to)
    base = published.exclude(action="wagtail.publish.schedule").order_by("-revision_id")
    start = base.values_list("revision_id", flat=True).first()
    if start is not None:
        revisions = revisions.filter(pk__gte=start)
    acts = Pending()
    for pk, created_at, user, content in revisions.values_list("pk", "created_at", "user_id", "content"):
        written = _written(content)
        if user is not None and pk != start:
            if written == acts.written:
                acts.passed_on.append((created_at, user))
            else:
                acts.changes.append((created_at, user))
                acts.changed_in = pk
        acts.written = written
    return acts


def pending_writers(page: Page) -> set[int]:
    """Primary keys of those whose changes wait to be published."""
    return {user for _moment, user in pending_acts(page).changes}


def review_history(state: WorkflowState | None) -> dict:
    """`{approvers, left}` of a workflow under way: who approved the newest revision so far, and how many reviews are left, now's
    included."""
    if state is None:
        return {"approvers": [], "left": 0}
    approved = list(
        state.successful_task_states.filter(status=TaskState.STATUS_APPROVED).values_list(
            "finished_by", "task"
        )
    )
    tasks = set(state.workflow.tasks.filter(active=True).values_list("pk", flat=True))
    return {
        "approvers": [person for person, _task in approved if person is not None],
        "left": len(tasks - {task for _person, task in approved}),
    }


def second_person_problem(page: Page) -> Problem | None:
    """The gate's question: what people wrote since the last publication was approved by somebody else.

    Who publishes what somebody else wrote, without changing it, approves it; so does a workflow all of whose reviews were
    given for the newest revision. `page.pending_change`, set by the
    editor's form, is `(user's primary key, whether rows below the page changed)`: the act that is about to be done.
    """
    if not page.pk:
        return None
    about_to_be = getattr(page, "pending_change", None)
    acts = pending_acts(page, up_to=page.live_revision_id if page.live and about_to_be is None else None)
    changes, approvals = acts.changes, []
    if about_to_be is not None:
        user, rows_changed = about_to_be
        changed = rows_changed or _written(_as_stored(page)) != acts.written
        (changes if changed else approvals).append((timezone.now(), user))
    elif acts.passed_on:
        approvals.append(acts.passed_on[-1])
    if not changes:
        return None
    # Some reviews of several are none: what counts is a workflow that has been gone through, for what was written last.
    approvals += TaskState.objects.filter(
        workflow_state__status=WorkflowState.STATUS_APPROVED,
        revision_id__gte=acts.changed_in or 0,
        workflow_state__object_id=str(page.pk),
        workflow_state__base_content_type=page.get_base_content_type(),
        status=TaskState.STATUS_APPROVED,
        finished_by__isnull=False,
    ).values_list("finished_at", "finished_by")
    if reviewing.second_person_missing(changes, approvals):
        return Problem(
            "second_person_missing",
            _(
                "Somebody else than its author has to approve a practice before it is published: submit it for review."
            ),
        )
    return None
