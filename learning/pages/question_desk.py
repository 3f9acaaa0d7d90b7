"""Questions in and out of the admin: a file into a bank, a bank or a quiz into a file."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.core.errors import NotPermitted
from cms.core.imports.views import PlanView
from learning.exchange import api
from learning.models import QuestionBankPage, QuizPage

STEPS_SHOWN = 50
LOSSES_SHOWN = 200
#: what browsers may call the file that they send
READ = ".csv,.tsv,.txt,.gift,.xml"
Format = api.QuestionImport.Format

ACTIONS = {
    api.Action.CREATE: gettext_lazy("New"),
    api.Action.UPDATE: gettext_lazy("Changed"),
    api.Action.UNCHANGED: gettext_lazy("Unchanged"),
    api.Action.LEFT_OUT: gettext_lazy("Left out"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("GIFT, Moodle XML or CSV, at most 5 MB and 1,000 questions."),
        widget=forms.FileInput({"accept": READ}),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("", gettext_lazy("By the file’s name")), *Format.choices],
        required=False,
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Publish the questions"),
        required=False,
        help_text=gettext_lazy("Else they are drafts until somebody publishes them."),
    )

    def __init__(self, *args, may_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_publish:
            del self.fields["publish"]


class OfBank(WagtailAdminTemplateMixin):
    """For people who may add questions to the bank. Raises PermissionDenied for others, Http404 for what is no bank."""

    header_icon = "upload"
    page_title = gettext_lazy("Import questions")

    @cached_property
    def bank(self) -> QuestionBankPage:
        bank = QuestionBankPage.objects.filter(pk=self.kwargs["bank_id"]).select_related("locale").first()
        if bank is None:
            raise Http404
        return bank

    def dispatch(self, request, *args, **kwargs):
        if not api.may_import(request.user, self.bank):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def upload_address(self) -> str:
        return reverse("question_imports", args=[self.bank.pk])

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailadmin_explore", args=[self.bank.pk]), "label": self.bank.title},
            {"url": self.upload_address(), "label": self.page_title},
        ]


class Upload(OfBank, TemplateView):
    template_name = "wagtailadmin/imports/upload_questions.html"

    def post(self, request, *args, **kwargs):
        form = UploadForm(request.POST, request.FILES, may_publish=self.may_publish)
        refused = None
        if form.is_valid():
            file = form.cleaned_data["file"]
            data = file.read()
            try:
                record = api.upload(
                    user=request.user,
                    bank=self.bank,
                    data=data,
                    kind=form.cleaned_data["format"] or api.recognised(data, file.name),
                    file_name=file.name,
                    publish=form.cleaned_data.get("publish", False),
                    now=timezone.now(),
                )
                return redirect("question_import", self.bank.pk, record.pk)
            except api.FileRefused as error:
                refused = error
        return self.render_to_response(self.get_context_data(form=form, refused=refused))

    @property
    def may_publish(self) -> bool:
        return api.may_publish(self.request.user, self.bank)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "form": kwargs.get("form") or UploadForm(may_publish=self.may_publish),
            "bank": self.bank,
            "columns": api.COLUMNS,
        }


class Import(OfBank, PlanView):
    template_name = "wagtailadmin/imports/questions.html"
    process = api.PROCESS
    actions = ACTIONS
    reasons = {
        NotPermitted.code: gettext_lazy("You may not add questions there any more. Nothing was imported.")
    }

    def own(self):
        return super().own().filter(bank=self.bank)

    def plan_context(self, plan):
        # Questions that change nothing are counted, and listed only where something was lost.
        page = Paginator(plan.writing, STEPS_SHOWN).get_page(self.request.GET.get("p"))
        return {
            "unchanged": plan.counts[api.Action.UNCHANGED.value],
            "left_out": plan.left_out[:LOSSES_SHOWN],
            "more_left_out": max(0, len(plan.left_out) - LOSSES_SHOWN),
            "losing": plan.losing[:LOSSES_SHOWN],
            "more_losing": max(0, len(plan.losing) - LOSSES_SHOWN),
            "steps": [
                {
                    "step": step,
                    "place": step.place,
                    "action": ACTIONS[step.action],
                    "changes": list(api.shown(step)),
                }
                for step in page
            ],
            "page_obj": page,
        }

    def said(self, record):
        if not record.publish:
            return super().said(record)
        written = record.counts["create"] + record.counts["update"]
        return ngettext(
            "%(count)s question was published.", "%(count)s questions were published.", written
        ) % {"count": written}

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.record.file_name}]


class Export(WagtailAdminTemplateMixin, TemplateView):
    """The questions of a bank or a quiz as a file, for people who may edit it: answers are in it. `?format=` gives the file,
    without it the page says what each format would lose."""

    template_name = "wagtailadmin/imports/export_questions.html"
    header_icon = "download"
    page_title = gettext_lazy("Export questions")

    @cached_property
    def page(self):
        page = Page.objects.filter(pk=self.kwargs["page_id"]).first()
        page = page.specific if page is not None else None
        if not isinstance(page, QuestionBankPage | QuizPage):
            raise Http404
        return page

    def exported(self, kind: str) -> api.Export:
        export = api.of_bank if isinstance(self.page, QuestionBankPage) else api.of_quiz
        try:
            return export(self.page, self.request.user, kind)
        except NotPermitted:
            raise PermissionDenied from None

    def get(self, request, *args, **kwargs):
        kind = request.GET.get("format")
        if kind is None:
            return super().get(request, *args, **kwargs)
        if kind not in api.FORMATS:
            raise Http404
        response = HttpResponse(self.exported(kind).text, content_type=api.FORMATS[kind])
        name = slugify(self.page.title) or "questions"
        response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "formats": [
                {"kind": kind, "label": Format(kind).label, "losses": self.exported(kind).losses}
                for kind in api.FORMATS
            ]
        }

    def get_page_subtitle(self):
        return self.page.title

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]), "label": self.page.title},
            {"url": "", "label": _("Export questions")},
        ]
