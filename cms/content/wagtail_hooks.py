"""The gate, its checklist and the holds in the editor."""

from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages

from cms.core.problems import Problem

from .gate import publication_problems
from .models import ContentItem, Hold
from .notices import listed
from .views import checklist_fragment


@hooks.register("register_admin_urls")
def checklist_address():
    return [path("pages/<int:page_id>/checklist/", checklist_fragment, name="page_checklist")]


@hooks.register("before_publish_page")
def refuse_problems(request, page):
    """What the form let through (a stale form, a plugin's button) is refused here, with reasons; the draft is kept."""
    problems = publication_problems(page.specific)
    if problems:
        messages.error(
            request, listed(_("This page can't be published yet:"), [each.told for each in problems])
        )
        return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    return None


@hooks.register("before_edit_page")
def tell_of_hold(request, page):
    """A page that went live past the gate says so to its editor: readers still see the previous version."""
    if request.method != "GET":
        return None
    hold = Hold.objects.filter(page_id=page.pk).first()
    if hold is not None:
        sentence = (
            _("Readers still see the previous version of this page, because of what it shows now:")
            if ContentItem.objects.filter(page_id=page.pk, status=ContentItem.Status.LIVE).exists()
            else _("Readers don't see this page yet, because of what it shows:")
        )
        messages.warning(request, listed(sentence, [Problem(**problem).told for problem in hold.problems]))
    return None
