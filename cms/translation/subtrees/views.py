"""What was submitted with everything below it: on the admin's front page while it goes on, in a list, and each on a page of its own."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from cms.core import languages

from .. import access
from .models import Submission

SUBMIT = "wagtail_localize.submit_translation"
REFRESH_SECONDS = 5
SHOWN = 20
PAGE_SIZE = 50


def has_submissions(user) -> bool:
    """Whether there is anything for them to look at: they may submit, or give out work."""
    return user.has_perm(SUBMIT) or user.has_perm(access.MANAGE)


def shown_to(user):
    """The submissions that somebody may look at, the newest first: their own; all for whoever gives out work. Of pages that
    they may see."""
    if not has_submissions(user):
        return Submission.objects.none()
    seen = access.seen_pages(user, Page.objects.all()).order_by()
    rows = Submission.objects.filter(page__in=seen.values("pk")).select_related("page", "by")
    rows = rows.prefetch_related("locales").order_by("-pk")
    return rows if user.has_perm(access.MANAGE) else rows.filter(by=user)


def described(submission: Submission) -> dict:
    codes = {locale.language_code for locale in submission.locales.all()}
    return {
        "submission": submission,
        "languages": [languages.name(code) for code in languages.codes() if code in codes],
    }


def problems_of(user, submission: Submission) -> dict:
    """What failed, of pages that this person may see, and how much else did; `opens`: they may change the page. Two statements."""
    pages = Page.objects.filter(pk__in={each["page"] for each in submission.problems})
    seen = set(access.seen_pages(user, pages).values_list("pk", flat=True))
    changeable = page_permission_policy.instances_user_has_permission_for(user, "change")
    changed = set(changeable.filter(pk__in=seen).values_list("pk", flat=True))
    found = [
        {
            **each,
            "language": languages.name(each["locale"]) if each["locale"] else "",
            "opens": each["page"] in changed,
        }
        for each in submission.problems
        if each["page"] in seen
    ]
    return {"problems": found, "other_problems": len(submission.problems) - len(found)}


class Submissions(Component):
    """On the admin's front page: what goes on."""

    template_name = "wagtailadmin/translation/submissions.html"
    order = 130

    def get_context_data(self, parent_context):
        rows = shown_to(parent_context["request"].user).filter(finished_at=None)
        return {"rows": [described(each) for each in rows[:SHOWN]]}


class OfSubmissions(WagtailAdminTemplateMixin, TemplateView):
    """A screen for whoever submits or gives out work, with a desk or without. Raises PermissionDenied for others."""

    header_icon = "globe"
    page_title = _("Submitted for translation")

    @cached_property
    def rights(self) -> access.Rights:
        return access.rights_of(self.request.user)

    def get_breadcrumbs_items(self):
        crumbs = [*self.breadcrumbs_items]
        if self.rights.has_desk:
            crumbs.append({"url": reverse_lazy("translation:board"), "label": _("Translation desk")})
        return crumbs

    def dispatch(self, request, *args, **kwargs):
        if not has_submissions(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class SubmissionList(OfSubmissions):
    """All of them, the newest first. `?p=`."""

    template_name = "wagtailadmin/translation/submission_list.html"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        page = Paginator(shown_to(self.request.user), PAGE_SIZE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {
            "items": page,
            "rows": [described(each) for each in page],
            "elided_page_range": page.paginator.get_elided_page_range(page.number),
        }


class SubmissionPage(OfSubmissions):
    """One submission. While it goes on the page asks again by itself."""

    template_name = "wagtailadmin/translation/submission.html"

    def get_breadcrumbs_items(self):
        above = {"url": reverse_lazy("translation:submissions"), "label": self.page_title}
        return [*super().get_breadcrumbs_items(), above, {"url": "", "label": self.submission.page.title}]

    @cached_property
    def submission(self) -> Submission:
        found = shown_to(self.request.user).filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **described(self.submission),
            **problems_of(self.request.user, self.submission),
            **kwargs,
        )

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        if self.submission.finished_at is None:
            response["Refresh"] = str(REFRESH_SECONDS)
        return response
