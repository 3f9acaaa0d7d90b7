"""The import in the admin: choose a file, look at what it would do, let it be done."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.core.errors import NotPermitted
from cms.core.imports.views import PlanView
from home.vocabulary import api as vocabulary

from ..models import PracticeIndexPage
from . import api
from .columns import COLUMNS
from .parse import MOST_BYTES

STEPS_SHOWN = 50
FAULTS_SHOWN = 200

ACTIONS = {
    api.Action.CREATE: gettext_lazy("New"),
    api.Action.UPDATE: gettext_lazy("Changed"),
    api.Action.UNCHANGED: gettext_lazy("Unchanged"),
    api.Action.PASSED: gettext_lazy("Passed over"),
    api.Action.REFUSED: gettext_lazy("With errors"),
}
REASONS = {
    NotPermitted.code: gettext_lazy("You may not add practices there any more. Nothing was imported."),
}


def repositories(user) -> list[PracticeIndexPage]:
    """The repositories to which this person may add."""
    pages = PracticeIndexPage.objects.filter(alias_of__isnull=True).select_related("locale").order_by("path")
    return [page for page in pages if page.permissions_for_user(user).can_add_subpage()]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or xlsx, at most 5 MB and 2,000 rows."),
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    repository = forms.ModelChoiceField(
        label=gettext_lazy("Repository"), queryset=PracticeIndexPage.objects.none(), empty_label=None
    )
    submit = forms.BooleanField(
        label=gettext_lazy("Submit the drafts for review"),
        required=False,
        help_text=gettext_lazy(
            "Else they wait until somebody submits them. Nothing is published by an import."
        ),
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["repository"]
        field.queryset = PracticeIndexPage.objects.filter(pk__in=[page.pk for page in choices])
        field.choices = [(page.pk, f"{page} ({page.locale})") for page in choices]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2}
            )
        return file

    def clean(self):
        cleaned = super().clean()
        index = cleaned.get("repository")
        if cleaned.get("submit") and index is not None and index.get_workflow() is None:
            self.add_error("submit", _("This repository has no reviews."))
        return cleaned


class ImportView(WagtailAdminTemplateMixin):
    """For people who may add practices somewhere. Raises PermissionDenied for others."""

    header_icon = "upload"
    page_title = gettext_lazy("Import practices")

    @cached_property
    def repositories(self):
        return repositories(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if not self.repositories:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Upload(ImportView, TemplateView):
    template_name = "wagtailadmin/imports/upload.html"
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": "", "label": ImportView.page_title},
    ]

    def post(self, request, *args, **kwargs):
        form = UploadForm(request.POST, request.FILES, choices=self.repositories)
        faults = ()
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                record = api.upload(
                    user=request.user,
                    index=form.cleaned_data["repository"],
                    rows=api.parse(file.read(), file.name),
                    file_name=file.name,
                    submit=form.cleaned_data["submit"],
                    now=timezone.now(),
                )
                return redirect("practice_import", record.pk)
            except api.FileRefused as error:
                faults = error.faults
        return self.render_to_response(self.get_context_data(form=form, faults=faults))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "form": kwargs.get("form") or UploadForm(choices=self.repositories),
            "faults": kwargs.get("faults", ()),
            "columns": COLUMNS,
            "kinds": list(api.KINDS),
        }


class Blank(ImportView, View):
    """The file to begin with."""

    def get(self, request, kind):
        if kind not in api.KINDS:
            raise Http404
        response = HttpResponse(api.blank(kind, vocabulary.load_names()), content_type=api.KINDS[kind])
        response["Content-Disposition"] = f'attachment; filename="practices.{kind}"'
        return response


class Import(ImportView, PlanView):
    template_name = "wagtailadmin/imports/practices.html"
    process = api.PROCESS
    actions = ACTIONS
    reasons = REASONS

    def upload_address(self):
        return reverse("practice_imports")

    def plan_context(self, plan):
        # Rows that change nothing are counted, not listed.
        page = Paginator(plan.writing, STEPS_SHOWN).get_page(self.request.GET.get("p"))
        language = get_language()
        return {
            "faults": plan.faults[:FAULTS_SHOWN],
            "more_faults": max(0, len(plan.faults) - FAULTS_SHOWN),
            "warnings": plan.warnings[:FAULTS_SHOWN],
            "more_warnings": max(0, len(plan.warnings) - FAULTS_SHOWN),
            "steps": [
                {
                    "step": step,
                    "place": {"line": step.line},
                    "action": ACTIONS[step.action],
                    "changes": list(api.shown(plan, step, language)),
                }
                for step in page
            ],
            "page_obj": page,
        }

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("practice_imports"), "label": self.page_title},
            {"url": "", "label": self.record.file_name},
        ]
