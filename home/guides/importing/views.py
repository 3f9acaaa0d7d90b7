"""The import in the admin: choose a file, look at what it would do, let it be done."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.core.errors import Conflict, NotFound, NotPermitted
from home.vocabulary import api as vocabulary

from ..models import PracticeImport, PracticeIndexPage
from . import api, execute
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
    execute.Stale.code: gettext_lazy(
        "Something was changed between the plan and its execution. Nothing was imported: upload the file again."
    ),
    execute.Faulty.code: gettext_lazy(
        "A row had an error when its turn came. Nothing was imported: upload the file again."
    ),
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


class Import(ImportView, TemplateView):
    """One file of this person's: its plan, its progress, or what came of it."""

    template_name = "wagtailadmin/imports/import.html"

    @cached_property
    def record(self) -> PracticeImport:
        found = PracticeImport.objects.filter(pk=self.kwargs["pk"], user=self.request.user)
        record = found.select_related("user", "index__locale").first()
        if record is None:
            raise Http404
        return record

    def get(self, request, *args, **kwargs):
        if self.record.expired(timezone.now()):
            messages.warning(request, _("This file waited too long. Upload it again."))
            return redirect("practice_imports")
        if self.record.index_id not in {page.pk for page in self.repositories}:
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            record = api.confirm(
                self.kwargs["pk"],
                user=request.user,
                digest=request.POST.get("digest", ""),
                now=timezone.now(),
            )
        except NotFound:
            raise Http404 from None
        except NotPermitted:
            raise PermissionDenied from None
        except Conflict as error:
            messages.error(request, str(error.message))
            return redirect("practice_import", self.kwargs["pk"])
        if record.state == PracticeImport.State.DONE:
            written = record.counts[api.Action.CREATE] + record.counts[api.Action.UPDATE]
            messages.success(
                request,
                ngettext("%(count)s draft was written.", "%(count)s drafts were written.", written)
                % {"count": written},
            )
        return redirect("practice_import", record.pk)

    def get_context_data(self, **kwargs):
        record = self.record
        context = super().get_context_data(**kwargs) | {"record": record, "state": record.state}
        if record.state == PracticeImport.State.PLANNED:
            return context | self._plan_context()
        if record.state == PracticeImport.State.FAILED:
            fault = _("It stopped by a fault of ours, which was noted. Nothing was imported.")
            context["reason"] = REASONS.get(record.reason, fault)
        if record.state == PracticeImport.State.RUNNING:
            context["done"] = api.progress(record)
        return context | {"counts": _counted(record.counts)}

    def _plan_context(self):
        plan = api.planned(self.record)
        # Rows that change nothing are counted, not listed.
        page = Paginator(plan.writing, STEPS_SHOWN).get_page(self.request.GET.get("p"))
        language = get_language()
        return {
            "counts": _counted(plan.counts),
            "faults": plan.faults[:FAULTS_SHOWN],
            "more_faults": max(0, len(plan.faults) - FAULTS_SHOWN),
            "warnings": plan.warnings[:FAULTS_SHOWN],
            "more_warnings": max(0, len(plan.warnings) - FAULTS_SHOWN),
            "steps": [
                {
                    "step": step,
                    "action": ACTIONS[step.action],
                    "changes": list(api.shown(plan, step, language)),
                }
                for step in page
            ],
            "page_obj": page,
            "executable": bool(plan.writing) and not plan.faults,
            "digest": plan.digest(),
        }

    def get_page_subtitle(self):
        return self.record.file_name

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("practice_imports"), "label": self.page_title},
            {"url": "", "label": self.record.file_name},
        ]

    def get_header_title(self):
        return f"{self.page_title}: {self.record.file_name}"


def _counted(counts: dict) -> list[tuple[str, int]]:
    return [(label, counts[action]) for action, label in ACTIONS.items() if counts.get(action)]
