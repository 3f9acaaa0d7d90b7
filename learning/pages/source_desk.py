"""Sources of a course's lessons that have changed, in the admin: what changed, and taking it over."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.content import api as content
from cms.core.errors import DomainError, NotPermitted
from learning.catalogue import publishing
from learning.flows.sources import take_over
from learning.models import CoursePage

#: Comparing takes time: of more sources than this only the names are shown.
MOST_COMPARED = 30

_SHOWN = ("summary", "place", "section", "body")


class ChangedSources(WagtailAdminTemplateMixin, TemplateView):
    """What lessons of a course show from guides and what has changed there, for who may edit the course."""

    header_icon = "history"
    page_title = gettext_lazy("Sources that have changed")
    template_name = "wagtailadmin/sources/changed.html"

    def dispatch(self, request, *args, page_id, **kwargs):
        self.course = get_object_or_404(CoursePage, pk=page_id)
        if not self.course.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        return super().dispatch(request, *args, page_id=page_id, **kwargs)

    @cached_property
    def edition(self):
        return content.current_edition(self.course.translation_key)

    def post(self, request, *args, **kwargs):
        try:
            pairs = [each.split(":", 1) for each in request.POST.getlist("lesson")]
            chosen = {int(page_id): int(version) for page_id, version in pairs}
        except ValueError:
            raise Http404 from None
        try:
            count = take_over(course_key=self.course.translation_key, chosen=chosen, by=request.user)
        except NotPermitted:
            raise PermissionDenied from None
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            sentence = ngettext(
                "People who are under way have the newest version of %(count)s lesson now.",
                "People who are under way have the newest versions of %(count)s lessons now.",
                count,
            )
            messages.success(request, sentence % {"count": count})
        return redirect(reverse("changed_sources", args=[self.course.pk]))

    def get_context_data(self, **kwargs):
        rows = self._rows()
        return super().get_context_data(**kwargs) | {
            "course": self.course,
            "edition": self.edition,
            "rows": rows,
            "ready": [row["token"] for row in rows if row["may_take_over"]],
        }

    def _rows(self) -> list[dict]:
        waiting = publishing.waiting_in(self.edition) if self.edition else []
        waiting = [each for each in waiting if each.sources or each.withdrawn]
        pages = Page.objects.in_bulk([each.item.page_id for each in waiting])
        rows, compared = [], 0
        for each in waiting:
            page = pages.get(each.item.page_id)
            may_publish = page is not None and page.permissions_for_user(self.request.user).can_publish()
            rows.append(
                {
                    "waiting": each,
                    "token": f"{each.item.page_id}:{each.item.current_id}",
                    "may_take_over": may_publish and not each.own,
                    "sources": [
                        _source(source, compare=compared + place < MOST_COMPARED)
                        for place, source in enumerate(each.sources)
                    ],
                }
            )
            compared += len(each.sources)
        return rows

    def get_breadcrumbs_items(self):
        edit = reverse("wagtailadmin_pages:edit", args=[self.course.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.course.get_admin_display_title()},
            {"url": "", "label": _("Sources that have changed")},
        ]

    def get_page_subtitle(self):
        return self.course.get_admin_display_title()


def _source(source, *, compare: bool) -> dict:
    before, after = source.changed.before, source.changed.after
    return {
        "value": after,
        "since": source.since,
        "is_gone": "section" in after and after["section"] is None,
        "changes": content.revision(_paragraphs(before), _paragraphs(after)) if compare else (),
    }


def _paragraphs(value) -> tuple[str, ...]:
    if value is None:
        return ()
    texts = {name: value[name] for name in _SHOWN if value.get(name)}
    return tuple(content.paragraphs({"heading": value["title"], **texts}))
