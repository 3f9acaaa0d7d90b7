"""Who runs which course, in the admin: a list of courses, and one course's people and groups."""

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.core.errors import BadInput
from learning.catalogue.rows import Course
from learning.flows import granting

PAGE = 50


class PermissionsForm(forms.Form):
    """For somebody new: a person by address, or a group."""

    email = forms.EmailField(label=gettext_lazy("Address of a person"), required=False)
    group = forms.ModelChoiceField(
        Group.objects.order_by("name"), label=gettext_lazy("or a group"), required=False
    )
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("May do"),
        choices=list(granting.GRANTED.items()),
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("email")) == bool(cleaned.get("group")):
            raise forms.ValidationError(_("Give the address of a person or choose a group."))
        return cleaned


class DeskView(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "group"
    page_title = gettext_lazy("Who runs courses")

    def dispatch(self, request, *args, **kwargs):
        if not granting.may_grant(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class CourseList(DeskView):
    """The courses, by title."""

    template_name = "wagtailadmin/running/list.html"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        page = Paginator(Course.objects.order_by("title", "pk"), PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs, page=page)


class CoursePeople(DeskView):
    """Who runs a course; letting somebody, changing what they may, taking it away."""

    template_name = "wagtailadmin/running/course.html"
    form = None

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse_lazy("running"), "label": _("Who runs courses")},
            {"url": "", "label": self.course.title},
        ]

    def dispatch(self, request, *args, key, **kwargs):
        self.course = Course.objects.filter(pk=key).first() if granting.may_grant(request.user) else None
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        if self.course is None:
            raise Http404
        return super().get_context_data(
            **kwargs,
            course=self.course,
            holders=granting.holders(self.course),
            granted=list(granting.GRANTED.items()),
            form=self.form or PermissionsForm(),
        )

    def post(self, request, *args, **kwargs):
        if self.course is None:
            raise Http404
        asked = self._of_row() if "kind" in request.POST else self._of_form()
        if asked is None:
            return self.render_to_response(self.get_context_data(), status=400)
        try:
            granting.set_permissions(by=request.user, course_key=self.course.pk, **asked)
        except BadInput as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Saved."))
        return redirect(reverse("running_course", kwargs={"key": self.course.pk}))

    def _of_row(self) -> dict:
        data = self.request.POST
        pk = data.get("pk", "")
        return {
            "kind": data["kind"],
            "pk": int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 10 else None,
            "permissions": data.getlist("permissions"),
        }

    def _of_form(self) -> dict | None:
        self.form = PermissionsForm(self.request.POST)
        if not self.form.is_valid():
            return None
        cleaned = self.form.cleaned_data
        group = cleaned["group"]
        return {
            "kind": "group" if group else "user",
            "pk": group.pk if group else None,
            "email": cleaned["email"],
            "permissions": cleaned["permissions"],
        }
