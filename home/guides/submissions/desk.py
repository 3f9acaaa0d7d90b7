"""Submissions in the admin: the list, one of them with its files, and what the staff decides about it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.core import languages
from cms.core.errors import Conflict, NotFound, NotPermitted

from ..models import PracticeIndexPage, Submission
from . import attachments, drafting, submitting, triage
from . import flow as submissions
from .submitting import Act

PAGE_SIZE = 50
TEXTS = tuple(name for name in submitting.LENGTHS if name not in ("title", "credit"))


class RepositoryForm(forms.Form):
    """Where the draft goes: repositories in the submission's own language first."""

    index = forms.ModelChoiceField(
        label=gettext_lazy("Repository"), queryset=PracticeIndexPage.objects.none(), empty_label=None
    )

    def __init__(self, *args, language: str, **options):
        super().__init__(*args, **options)
        self.fields["index"].queryset = PracticeIndexPage.objects.filter(alias_of__isnull=True)
        pages = list(self.fields["index"].queryset.select_related("locale").order_by("path"))
        pages.sort(key=lambda page: page.locale.language_code != language)
        self.fields["index"].choices = [
            (page.pk, f"{page.title} ({languages.name(page.locale.language_code)})") for page in pages
        ]


class ReasonForm(forms.Form):
    """Why something is sent back or declined."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=4_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The author reads it."),
        error_messages={"required": gettext_lazy("Give a reason: the author reads it.")},
    )


class DeskMixin:
    """For the staff and for reviewers. Raises PermissionDenied for others."""

    def dispatch(self, request, *args, **kwargs):
        if not triage.may_look(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def submission(self) -> Submission:
        found = triage.handed_in().select_related("author").filter(uuid=self.kwargs["key"]).first()
        if found is None:
            raise Http404
        return found


class Submissions(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """All that was handed in, what waits first; one state of it by `?state=`."""

    page_title = gettext_lazy("Submissions")
    header_icon = "mail"
    template_name = "wagtailadmin/submissions/list.html"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": page_title}]

    def get_context_data(self, **kwargs):
        state = self.request.GET.get("state", "")
        chosen = state if state in submitting.HANDED_IN else ""
        found = triage.handed_in().select_related("author").order_by("-submitted_at", "-pk")
        page = Paginator(found.filter(state=chosen) if chosen else found, PAGE_SIZE).get_page(
            self.request.GET.get("p")
        )
        return super().get_context_data(**kwargs) | {
            "items": page,
            "elided_page_range": page.paginator.get_elided_page_range(page.number),
            "chosen": chosen,
            "states": [(state.value, state.label) for state in submitting.HANDED_IN],
        }


class SubmissionView(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """One submission: what its author wrote, its files, and the staff's three answers."""

    header_icon = "mail"
    template_name = "wagtailadmin/submissions/submission.html"

    def post(self, request, *args, **kwargs):
        for act, answer in (("take", self._take), ("return", self._refuse), ("decline", self._refuse)):
            if act in request.POST:
                return answer(act)
        return redirect(self._here)

    def _take(self, act):
        form = RepositoryForm(self.request.POST, language=self.submission.language)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(repository=form))
        index = form.cleaned_data["index"]
        return self._do(
            lambda now: triage.take(
                by=self.request.user, key=self.submission.uuid, index_id=index.pk, now=now
            ),
            _("Taken into review: the reviewers are told."),
        )

    def _refuse(self, act):
        form = ReasonForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(reason=form))
        write, done = {
            "return": (triage.send_back, _("Sent back to the author, with your reason.")),
            "decline": (triage.decline, _("Declined. The author reads your reason.")),
        }[act]
        reason = form.cleaned_data["reason"]
        return self._do(
            lambda now: write(by=self.request.user, key=self.submission.uuid, reason=reason, now=now), done
        )

    def _do(self, write, done):
        try:
            write(timezone.now())
        except NotPermitted:
            raise PermissionDenied from None
        except NotFound:
            # Withdrawn at this very moment: it is its author's again.
            messages.warning(self.request, _("Its author has withdrawn it."))
            return redirect("submissions")
        except Conflict as refusal:
            known = {"no_review": _("This repository has no review: set one up first.")}
            messages.error(self.request, known.get(refusal.code, str(refusal.message)))
        else:
            messages.success(self.request, done)
        return redirect(self._here)

    @property
    def _here(self) -> str:
        return reverse("submission", kwargs={"key": self.submission.uuid})

    def get_context_data(self, **kwargs):
        found = self.submission
        acting = triage.may_act(self.request.user)

        def may(act):
            return acting and submitting.after(found.state, act) is not None

        page = Page.objects.filter(pk=found.page_id).first() if found.page_id else None
        return super().get_context_data(**kwargs) | {
            "submission": found,
            "texts": [
                (Submission._meta.get_field(name).verbose_name, text)
                for name in TEXTS
                if (text := getattr(found, name))
            ],
            "terms": drafting.terms_of(found),
            "files": list(found.files.all()),
            "page": page
            if page is not None and page.permissions_for_user(self.request.user).can_edit()
            else None,
            "may_take": may(Act.TAKE),
            "may_refuse": may(Act.RETURN),
            "language": languages.name(found.language),
            "repository": kwargs.get("repository") or RepositoryForm(language=found.language),
            "reason": kwargs.get("reason") or ReasonForm(use_required_attribute=False),
            "moments": [
                (state.label, getattr(found, submissions.moment(state)))
                for state in submitting.HANDED_IN
                if getattr(found, submissions.moment(state))
            ],
            "is_reasoned": found.state in submitting.REASONED,
        }

    def get_page_title(self):
        return self.submission.title

    def get_page_subtitle(self):
        return self.submission.get_state_display()

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("submissions"), "label": Submissions.page_title},
            {"url": "", "label": self.get_header_title()},
        ]


class Attachment(DeskMixin, View):
    """A file that goes with a submission that was handed in."""

    def get(self, request, *args, **kwargs):
        row = self.submission.files.filter(uuid=self.kwargs["file"]).first()
        if row is None:
            raise Http404
        return attachments.answer(row)
