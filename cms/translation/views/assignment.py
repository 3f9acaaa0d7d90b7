"""One translation: how it stands, who does it until when, and what may be done with it now."""

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from cms.content.models import ContentItem
from cms.core import languages
from cms.core.errors import NotFound

from .. import access, deciding, flows, originals
from ..board import live_and_outdated
from ..models import LanguageRole, Work
from ..needs import WITHOUT_FAIL
from ..state import State, is_overdue, percentage, state_of
from .base import DeskPage, isolated


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return f"{person} ({person.email})" if str(person) != person.email else person.email


class AssignmentForm(forms.Form):
    """Who translates, and until when."""

    person = PersonField(
        label=gettext_lazy("Translator"), queryset=None, required=False, empty_label=gettext_lazy("nobody")
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("The translator gets a mail at once, and one three days before this day."),
    )

    def __init__(self, *args, work: Work, locale_id: int, **options):
        super().__init__(*args, **options)
        able = access.people(locale_id, LanguageRole.Role.TRANSLATOR)
        self.fields["person"].queryset = get_user_model().objects.filter(
            Q(pk__in=able.values("pk")) | Q(pk=work.translator_id)
        )


class ReasonForm(forms.Form):
    """Why it is sent back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for sending it back"),
        max_length=deciding.LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The translator reads it."),
        error_messages={"required": gettext_lazy("Give a reason: the translator reads it.")},
    )


class Assignment(DeskPage):
    """POST one of `claim`, `give_back`, `assign`, `update`, `hand_in`, `approve`, `send_back`."""

    template_name = "wagtailadmin/translation/assignment.html"

    @cached_property
    def translation(self):
        try:
            return access.translation_for(self.request.user, self.kwargs["uuid"])
        except NotFound:
            raise Http404 from None

    @property
    def work(self) -> Work:
        return self.translation.work

    @property
    def whose(self) -> dict:
        return {"by": self.request.user, "uuid": self.translation.uuid}

    def assignment_form(self, data=None) -> AssignmentForm:
        return AssignmentForm(
            data,
            work=self.work,
            locale_id=self.translation.target_locale_id,
            initial={"person": self.work.translator_id, "due_on": self.work.due_on},
        )

    def post(self, request, *args, **kwargs):
        for act in ("claim", "give_back", "assign", "update", "hand_in", "approve", "send_back"):
            if act in request.POST:
                return getattr(self, act)()
        return self._back()

    def _back(self):
        return redirect("translation:assignment", uuid=self.translation.uuid)

    def claim(self):
        done = self.do(lambda: flows.claim(**self.whose), _("You have taken this."))
        return redirect("translation:work", uuid=self.translation.uuid) if done else self._back()

    def give_back(self):
        self.do(lambda: flows.give_back(**self.whose), _("Others can take this now."))
        return self._back()

    def assign(self):
        form = self.assignment_form(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(assignment=form))
        given = form.cleaned_data
        self.do(
            lambda: flows.assign(
                **self.whose, person=given["person"], due_on=given["due_on"], today=timezone.localdate()
            ),
            _("Saved."),
        )
        return self._back()

    def update(self):
        done = self.do(
            lambda: flows.bring_up_to_date(**self.whose), _("The original’s texts are as they are now.")
        )
        return redirect("translation:work", uuid=self.translation.uuid) if done else self._back()

    def hand_in(self):
        done = self.do(
            lambda: flows.hand_in(**self.whose, now=timezone.now()), _("Handed in: a reviewer decides.")
        )
        # What is missing is written there.
        return self._back() if done else redirect("translation:work", uuid=self.translation.uuid)

    def approve(self):
        self.do(
            lambda: deciding.approve(
                **self.whose,
                now=timezone.now(),
                leave_out="leave_out" in self.request.POST,
                seen=self.request.POST.get("seen", ""),
            ),
            _("Approved and published."),
        )
        return self._back()

    def send_back(self):
        form = ReasonForm(self.request.POST)
        if not form.is_valid():
            form.fields["reason"].widget.attrs["autofocus"] = True
            return self.render_to_response(self.get_context_data(reason=form))
        self.do(
            lambda: deciding.send_back(**self.whose, reason=form.cleaned_data["reason"], now=timezone.now()),
            _("Sent back to the translator, with your reason."),
        )
        return self._back()

    def address(self) -> str | None:
        """Where readers meet it; None for what is no page, or while its language isn't ready. One statement."""
        document = ContentItem.objects.filter(
            key=self.translation.source.object_id,
            locale=self.translation.target_locale.language_code,
            status=ContentItem.Status.LIVE,
        )
        return document.values_list("path", flat=True).first()

    def get_context_data(self, **kwargs):
        work, translation, user = self.work, self.translation, self.request.user
        live, outdated = live_and_outdated(translation)
        state = state_of(stage=work.stage, words_done=work.words_done, live=live, outdated=outdated)
        translates = self.rights.may_translate(translation.target_locale_id)
        in_review = work.stage == Work.Stage.IN_REVIEW
        reviewing = in_review and self.rights.may_review(translation.target_locale_id)
        needs = deciding.missing(user, translation) if reviewing else []
        along = [need for need in needs if need.translation]
        return super().get_context_data(**kwargs) | {
            "translation": translation,
            "translates": translates,
            "work": work,
            "state": state,
            "address": self.address() if live else None,
            "overdue": is_overdue(work.due_on, state, timezone.localdate()),
            "percent": percentage(work.words_done, work.words_total),
            "source_language": languages.name(translation.source.locale.language_code),
            "language": languages.name(translation.target_locale.language_code),
            "can_claim": translates and work.translator_id is None and not in_review,
            "can_give_back": work.translator_id == user.pk and not in_review,
            "can_hand_in": translates
            and not in_review
            and work.translator_id in (None, user.pk)
            and state != State.PUBLISHED,
            "can_update": state == State.OUTDATED and originals.has_moved_on(translation.source),
            "reviewing": reviewing,
            "may_approve": reviewing and deciding.may_approve(user, translation),
            "along": along,
            "seen": deciding.digest([*(need.translation for need in along), translation])
            if reviewing
            else "",
            "lacking": [need.told for need in needs if not need.translation],
            "may_leave_out": any(not need.translation and need.kind not in WITHOUT_FAIL for need in needs),
            "assignment": (kwargs.get("assignment") or self.assignment_form())
            if self.rights.may_manage()
            else None,
            "reason": kwargs.get("reason") or ReasonForm(),
        }

    def get_page_title(self):
        return isolated(self.translation.source.object_repr)

    def get_page_subtitle(self):
        return languages.name(self.translation.target_locale.language_code)
