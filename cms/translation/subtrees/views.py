"""How far a submission is: on the admin's front page while it goes on, and on a page of its own."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.core import languages

from ..access import MANAGE
from .models import Submission

SUBMIT = "wagtail_localize.submit_translation"
REFRESH_SECONDS = 5
SHOWN = 20


def shown_to(user):
    """The submissions that somebody may look at, the newest first: their own; all for whoever gives out work."""
    rows = Submission.objects.select_related("page").prefetch_related("locales").order_by("-pk")
    if user.has_perm(MANAGE):
        return rows
    return rows.filter(by=user) if user.has_perm(SUBMIT) else rows.none()


def described(submission: Submission) -> dict:
    codes = {locale.language_code for locale in submission.locales.all()}
    return {
        "submission": submission,
        "languages": [languages.name(code) for code in languages.codes() if code in codes],
        "problems": [{**each, "language": languages.name(each["locale"])} for each in submission.problems],
    }


class Submissions(Component):
    """On the admin's front page: what goes on."""

    template_name = "wagtailadmin/translation/submissions.html"
    order = 130

    def get_context_data(self, parent_context):
        rows = shown_to(parent_context["request"].user).filter(finished_at=None)
        return {"rows": [described(each) for each in rows[:SHOWN]]}


class SubmissionPage(WagtailAdminTemplateMixin, TemplateView):
    """One submission. While it goes on the page asks again by itself."""

    template_name = "wagtailadmin/translation/submission.html"
    header_icon = "globe"
    page_title = _("Submitted for translation")

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("translation:board"), "label": _("Translation desk")},
            {"url": "", "label": self.page_title},
        ]

    def dispatch(self, request, *args, **kwargs):
        if not (request.user.has_perm(SUBMIT) or request.user.has_perm(MANAGE)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, uuid, **kwargs):
        found = shown_to(self.request.user).filter(uuid=uuid).first()
        if found is None:
            raise Http404
        return super().get_context_data(**described(found), **kwargs)

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        if context["submission"].finished_at is None:
            response["Refresh"] = str(REFRESH_SECONDS)
        return response
