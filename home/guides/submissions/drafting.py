"""From a submission to the draft of a practice, which editors and reviewers go on with."""

from django.utils.text import slugify
from wagtail.actions.delete_page import DeletePageAction
from wagtail.models import Locale, Page, Workflow, WorkflowState

from cms.core.errors import Conflict

from ..models import GoodPracticePage, PracticeIndexPage, PracticeTerm, Submission
from .plain import rich_text

_RICH = (
    "context",
    "description",
    "results",
    "lessons_learned",
    "human_rights",
    "gender",
    "legal_basis",
)


def values_of(submission: Submission) -> dict[str, object]:
    """The page's fields as its author wrote them. Nobody's name but the one to be thanked is among them."""
    return {
        "title": submission.title,
        "summary": submission.summary,
        "place": submission.place,
        **{name: rich_text(getattr(submission, name)) for name in _RICH},
        "source_note": submission.source,
        "credit": "" if submission.is_anonymous else submission.credit,
        "original_language": submission.language,
        "consent": submission.consented_at is not None,
    }


def terms_of(submission: Submission) -> list:
    rows = submission.terms.select_related("term").order_by("term__taxonomy", "term__position", "term__code")
    return [row.term for row in rows]


def unsaved(submission: Submission) -> GoodPracticePage | None:
    """The page that it would become, for a preview: below a repository of its language, else any; None without one."""
    indexes = (
        PracticeIndexPage.objects.filter(alias_of__isnull=True).select_related("locale").order_by("path")
    )
    index = next(
        (each for each in indexes if each.locale.language_code == submission.language), indexes.first()
    )
    if index is None:
        return None
    page = _new(submission, Locale.objects.get(language_code=submission.language))
    page.slug = page.slug or "preview"
    # As Wagtail's own view for the preview of a page that is being added does.
    page.set_url_path(index)
    page.depth, page.path = index.depth + 1, Page._get_children_path_interval(index.path)[1]
    return page


def _new(submission: Submission, locale: Locale) -> GoodPracticePage:
    page = GoodPracticePage(locale=locale, live=False, **values_of(submission))
    if not slugify(page.title, allow_unicode=True):
        # Wagtail makes the others from their titles.
        page.slug = f"practice-{submission.uuid.hex[:8]}"
    page.practice_terms = [PracticeTerm(term=term) for term in terms_of(submission)]
    return page


def write(submission: Submission, index: PracticeIndexPage) -> GoodPracticePage:
    """Make the draft below a repository, or bring what its author has changed since into the one that is there.

    The revision is its author's, so that they count as its writer. What editors changed and the author didn't stays.
    """
    found = GoodPracticePage.objects.filter(pk=submission.page_id).first() if submission.page_id else None
    if found is None:
        page = _new(submission, index.locale)
        index.add_child(instance=page)
    else:
        page = found.get_latest_revision_as_object()
        before = (
            page.revisions.filter(pk=submission.revision_id).values_list("content", flat=True).first() or {}
        )
        for name, value in values_of(submission).items():
            if before.get(name) != value:
                setattr(page, name, value)
        terms = terms_of(submission)
        if [row["term"] for row in before.get("practice_terms", ())] != [term.pk for term in terms]:
            page.practice_terms.set([PracticeTerm(term=term) for term in terms])
    revision = page.save_revision(user=submission.author, log_action=True)
    submission.page_id, submission.revision_id = page.pk, revision.pk
    return GoodPracticePage.objects.get(pk=page.pk)


def start_review(page: GoodPracticePage, *, by) -> None:
    """Start the workflow of the page's repository, or go on with it where it was sent back.

    Raises Conflict `no_review` where the repository has none. The review is asked for by whoever took it: its author
    may have no access to the admin.
    """
    state = active_review(page.pk)
    if state is None:
        workflow: Workflow | None = page.get_workflow()
        if workflow is None:
            raise Conflict(code="no_review")
        workflow.start(page, by)
    elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)


def active_review(page_id: int | None) -> WorkflowState | None:
    """The workflow that a page is in, waiting for a reviewer or for changes."""
    page = Page.objects.filter(pk=page_id).first() if page_id else None
    return WorkflowState.objects.active().for_instance(page).first() if page is not None else None


def call_off(page_id: int | None, *, by) -> None:
    """Cancel the review of a page, if it is in one."""
    state = active_review(page_id)
    if state is not None:
        state.cancel(user=by)


def discard(page_id: int | None, *, by) -> None:
    """Cancel the review of a page and delete it, unless readers have seen it: then it is the editors' matter."""
    page = GoodPracticePage.objects.filter(pk=page_id).first() if page_id else None
    if page is None:
        return
    call_off(page_id, by=by)
    if not page.live and page.first_published_at is None:
        # Who takes something back, or says no to it, needs no right over the tree.
        DeletePageAction(page, user=by).execute(skip_permission_checks=True)
