"""The reviewers' inbox: what waits for this person, and one review with its checklist."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import TaskState

from cms.content import api as content

from ..models import ReviewState, ReviewTask, Submission
from . import reviewing

DONE_SHOWN = 20


def tasks_of(user) -> list[ReviewTask]:
    """The reviews that this person gives."""
    tasks = ReviewTask.objects.filter(active=True)
    if not user.is_superuser:
        tasks = tasks.filter(groups__user=user)
    return list(tasks.distinct())


class ReviewerView(WagtailAdminTemplateMixin, TemplateView):
    """For people who review something. Raises PermissionDenied for others."""

    header_icon = "tasks"

    @cached_property
    def tasks(self):
        return tasks_of(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if not self.tasks:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def reviews(self):
        """Reviews of this person's tasks, with what a line of a list shows."""
        return ReviewState.objects.filter(task__in=[task.pk for task in self.tasks]).select_related(
            "task__reviewtask", "revision__user", "workflow_state__requested_by", "finished_by"
        )


class Inbox(ReviewerView):
    page_title = gettext_lazy("Reviews")
    template_name = "wagtailadmin/reviews/inbox.html"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": page_title}]

    def get_context_data(self, **kwargs):
        waiting = self.reviews.filter(status=TaskState.STATUS_IN_PROGRESS).order_by("started_at", "pk")
        done = self.reviews.filter(finished_by=self.request.user).order_by("-finished_at", "-pk")[:DONE_SHOWN]
        return super().get_context_data(**kwargs) | {"waiting": list(waiting), "done": list(done)}


class Review(ReviewerView):
    """One review: the draft beside its checklist; approve it, or send it back with a reason."""

    template_name = "wagtailadmin/reviews/review.html"

    @cached_property
    def state(self) -> ReviewState:
        state = self.reviews.filter(pk=self.kwargs["pk"]).first()
        if state is None:
            raise Http404
        return state

    @cached_property
    def task(self) -> ReviewTask:
        return self.state.task.reviewtask

    @cached_property
    def page(self):
        return self.state.workflow_state.content_object.specific

    @property
    def open(self) -> bool:
        return self.state.status == TaskState.STATUS_IN_PROGRESS

    @cached_property
    def refusal(self) -> reviewing.Refusal | None:
        return self.task.refusal(self.page, self.request.user) if self.open else None

    def form(self, action: str, data=None):
        return self.task.get_form_for_action(action)(data, use_required_attribute=False)

    def post(self, request, *args, **kwargs):
        action = "approve" if "approve" in request.POST else "reject"
        form = self.form(action, request.POST)
        if not self.open:
            messages.warning(request, _("This review has been given already."))
            return redirect("reviews")
        if action == "approve" and self.refusal:
            messages.error(request, str(reviewing.REFUSALS[self.refusal]))
        elif action == "approve" and self._last and (problems := content.publication_problems(self._draft)):
            form.add_error(None, [problem.told for problem in problems])
        elif form.is_valid():
            self.task.on_action(self.state, request.user, action, **form.cleaned_data)
            messages.success(
                request,
                _("Approved.") if action == "approve" else _("Sent back to the author, with your reason."),
            )
            return redirect("reviews")
        return self.render_to_response(self.get_context_data(form=form))

    @property
    def _last(self) -> bool:
        return self.task.history(self.page)["left"] == 1

    @cached_property
    def _draft(self):
        """What would be published, looked at as if somebody who changed nothing published it now."""
        draft = self.page.get_latest_revision_as_object()
        draft.pending_change = (self.request.user.pk, False)
        return draft

    def get_context_data(self, **kwargs):
        earlier = (
            ReviewState.objects.filter(workflow_state=self.state.workflow_state)
            .exclude(status=TaskState.STATUS_IN_PROGRESS)
            .select_related("task__reviewtask", "finished_by")
            .order_by("started_at", "pk")
        )
        return super().get_context_data(**kwargs) | {
            "state": self.state,
            "page": self.page,
            "submission": Submission.objects.filter(page_id=self.page.pk).first(),
            "open": self.open,
            "form": kwargs.get("form") or self.form("approve"),
            "refusal": reviewing.REFUSALS[self.refusal] if self.refusal else "",
            "earlier": [(review, answered(review)) for review in earlier],
            "preview": reverse("wagtailadmin_pages:workflow_preview", args=[self.page.pk, self.task.pk]),
        }

    def get_page_title(self):
        return self.page.get_admin_display_title()

    def get_page_subtitle(self):
        return self.task.get_kind_display()

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("reviews"), "label": Inbox.page_title},
            {"url": "", "label": self.get_header_title()},
        ]


def answered(review: ReviewState) -> list[tuple[str, str]]:
    """What was answered: `[(question, answer)]` in the checklist's order."""
    labels = dict(reviewing.Answer.choices)
    return [
        (question.text, labels[review.answers[question.code]])
        for question in reviewing.CHECKLISTS[review.task.reviewtask.kind]
        if question.code in review.answers
    ]
