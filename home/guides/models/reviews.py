"""Reviews as steps of a Wagtail workflow, each with a checklist whose answers are kept."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from ..reviews import reviewing
from ..reviews.history import pending_writers, review_history


class ReviewState(TaskState):
    """One review of one revision: Wagtail's task state, and what was answered."""

    # {question's code: answer}
    answers = models.JSONField(_("answers"), default=dict, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")


class ReviewTask(AbstractGroupApprovalTask):
    """A step of a workflow: members of the groups answer a checklist, and approve or send back with a reason."""

    kind = models.CharField(_("kind of review"), max_length=16, choices=reviewing.Kind)

    task_state_class = ReviewState
    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "kind"]

    class Meta:
        verbose_name = _("review with a checklist")
        verbose_name_plural = _("reviews with a checklist")

    @classmethod
    def get_description(cls):
        return _("Members of the chosen groups answer a checklist; who wrote it can’t approve it.")

    def get_actions(self, obj, user):
        """Both acts ask for something: the checklist, or the reason."""
        if not (user.is_superuser or self._user_in_groups(user)):
            return []
        actions = [("reject", _("Request changes"), True)]
        if self.refusal(obj, user) is None:
            actions.append(("approve", _("Approve"), True))
        return actions

    def get_form_for_action(self, action):
        return review_form(self.kind, action)

    def refusal(self, obj, user) -> reviewing.Refusal | None:
        """Why this user may not approve this page now, or None."""
        return reviewing.refusal(person=user.pk, writers=pending_writers(obj), **self.history(obj))

    def history(self, obj) -> dict:
        """`{approvers, left}` of the workflow that the page is in."""
        return review_history(obj.current_workflow_state)

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        """Record the answers with the act. Raises PermissionDenied for somebody who may not, or an incomplete form.

        The editor's form posts what the dialogue collected, so it is looked at again here.
        """
        page = task_state.workflow_state.content_object
        if action_name not in {name for name, *_rest in self.get_actions(page, user)}:
            raise PermissionDenied
        form = self.get_form_for_action(action_name)(kwargs)
        if not form.is_valid():
            raise PermissionDenied
        review = task_state.specific
        review.answers = form.answers()
        review.save(update_fields=["answers"])
        super().on_action(review, user, action_name, comment=form.cleaned_data["comment"])


class ReviewForm(forms.Form):
    """A checklist and a comment. Approval needs every question answered; sending back needs a reason."""

    kind = ""
    action = ""

    def answers(self) -> dict[str, str]:
        codes = [question.code for question in reviewing.CHECKLISTS[self.kind]]
        return {code: self.cleaned_data[code] for code in codes if self.cleaned_data.get(code)}

    def clean(self):
        cleaned = super().clean()
        if self.action == "approve":
            for code in reviewing.unanswered(self.kind, cleaned):
                if code not in self.errors:
                    self.add_error(code, _("Approval needs a yes here; else send it back."))
        return cleaned


def review_form(kind: str, action: str) -> type[ReviewForm]:
    """The form of one act of one kind of review."""
    approving = action == "approve"
    fields = {
        question.code: forms.ChoiceField(
            label=question.text,
            required=approving,
            error_messages={"required": _("Approval needs an answer here.")},
            widget=forms.RadioSelect,
            choices=[
                (Answer.value, Answer.label)
                for Answer in reviewing.Answer
                if question.optional or Answer is not reviewing.Answer.NOT_APPLICABLE
            ],
        )
        for question in reviewing.CHECKLISTS[kind]
    }
    fields["comment"] = forms.CharField(
        label=_("Comment") if approving else _("Reason"),
        required=not approving,
        error_messages={"required": _("Give a reason: the author reads it.")},
        widget=forms.Textarea({"rows": 3}),
        help_text="" if approving else _("What has to change. The author reads it."),
    )
    return type("ReviewForm", (ReviewForm,), {**fields, "kind": kind, "action": action})
