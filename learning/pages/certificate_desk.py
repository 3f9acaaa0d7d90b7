"""Certificates in the admin, for people who may revoke those of a course: a list, one of them, ending it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.core.errors import Conflict
from learning.credentials import codes, holding, revoking

PAGE = 50


class RevocationForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=revoking.MAX_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For people who run courses. The public page says only that it was revoked."),
    )


class DeskView(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "success"
    page_title = gettext_lazy("Certificates")

    def dispatch(self, request, *args, **kwargs):
        if not revoking.has_any(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class CertificateList(DeskView):
    """The certificates of one's courses, the latest first; found by code."""

    template_name = "wagtailadmin/certificates/list.html"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        rows = revoking.revocable(self.request.user)
        text = self.request.GET.get("q", "").strip()
        if text:
            rows = rows.filter(code=codes.read(text) or "")
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("p"))
        found = [(each, holding.holder_of(each), each.status(timezone.now())) for each in page]
        return super().get_context_data(**kwargs, page=page, found=found, q=text)


class CertificateDetail(DeskView):
    """What a certificate says, who revoked it and why; revoking it."""

    template_name = "wagtailadmin/certificates/certificate.html"
    form = None

    def dispatch(self, request, *args, uuid, **kwargs):
        user = request.user
        self.certificate = revoking.revocable(user).filter(uuid=uuid).first() if user.is_active else None
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse_lazy("certificates"), "label": _("Certificates")},
            {"url": "", "label": str(self.certificate)},
        ]

    def get_context_data(self, **kwargs):
        if self.certificate is None:
            raise Http404
        return super().get_context_data(
            **kwargs,
            certificate=self.certificate,
            holder=holding.holder_of(self.certificate),
            status=self.certificate.status(timezone.now()),
            form=self.form or RevocationForm(),
        )

    def post(self, request, *args, **kwargs):
        if self.certificate is None:
            raise Http404
        self.form = RevocationForm(request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=400)
        try:
            revoking.revoke(
                certificate_id=self.certificate.uuid,
                by=request.user,
                reason=self.form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except Conflict as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The certificate has been revoked."))
        return redirect(reverse("certificate", kwargs={"uuid": self.certificate.uuid}))
