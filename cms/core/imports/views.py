"""A file's plan in the admin: what it would do, whether it may, and what came of it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.core.errors import Conflict, NotFound, NotPermitted

from .process import Faulty, Process, Stale, progress
from .record import FileImport

REASONS = {
    Stale.code: gettext_lazy(
        "Something was changed between the plan and its execution. Nothing was imported: upload the file again."
    ),
    Faulty.code: gettext_lazy(
        "A row had an error when its turn came. Nothing was imported: upload the file again."
    ),
}


class PlanView(WagtailAdminTemplateMixin, TemplateView):
    """One file of this person's. Subclasses say where it was uploaded and what stands in its plan; see `templates/wagtailadmin/
    imports/import.html` for the context."""

    header_icon = "upload"
    process: Process
    #: labels of what a plan counts, in order
    actions: dict
    #: why it was not executed, by code, beside `REASONS`
    reasons: dict = {}

    def own(self):
        """The records that this view may show, whoever's they are."""
        return self.process.model.objects.all()

    def upload_address(self) -> str:
        raise NotImplementedError

    def target_address(self) -> str:
        """Where what was imported is."""
        return reverse("wagtailadmin_explore", args=[self.process.page_id(self.record)])

    def plan_context(self, plan) -> dict:
        raise NotImplementedError

    @cached_property
    def record(self) -> FileImport:
        found = self.own().filter(pk=self.kwargs["pk"], user=self.request.user)
        record = found.select_related(*self.process.related).first()
        if record is None:
            raise Http404
        return record

    def get(self, request, *args, **kwargs):
        if self.record.expired(timezone.now()):
            messages.warning(request, _("This file waited too long. Upload it again."))
            return redirect(self.upload_address())
        try:
            self.process.permit(self.record)
        except NotPermitted:
            raise PermissionDenied from None
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            record = self.process.confirm(
                self.record.pk,
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
            return redirect(request.path)
        if record.state == FileImport.State.DONE:
            messages.success(request, self.said(record))
        return redirect(request.path)

    def said(self, record) -> str:
        """What a person is told after it was done."""
        written = record.counts["create"] + record.counts["update"]
        return ngettext("%(count)s draft was written.", "%(count)s drafts were written.", written) % {
            "count": written
        }

    def get_context_data(self, **kwargs):
        record = self.record
        context = super().get_context_data(**kwargs) | {
            "record": record,
            "state": record.state,
            "upload_address": self.upload_address(),
            "target_address": self.target_address(),
        }
        if record.state == FileImport.State.PLANNED:
            plan = self.process.planned(record)
            return context | {
                "counts": self._counted(plan.counts),
                "executable": bool(plan.writing) and not plan.faults,
                "digest": plan.digest(),
                **self.plan_context(plan),
            }
        if record.state == FileImport.State.FAILED:
            fault = _("It stopped by a fault of ours, which was noted. Nothing was imported.")
            context["reason"] = (REASONS | self.reasons).get(record.reason, fault)
        if record.state == FileImport.State.RUNNING:
            context["done"] = progress(record)
        return context | {"counts": self._counted(record.counts)}

    def _counted(self, counts: dict) -> list[tuple[str, int]]:
        return [(label, counts[action]) for action, label in self.actions.items() if counts.get(action)]

    def get_page_subtitle(self):
        return self.record.file_name

    def get_header_title(self):
        return f"{self.page_title}: {self.record.file_name}"
