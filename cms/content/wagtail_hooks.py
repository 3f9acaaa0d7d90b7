"""The gate, its checklist and the holds in the editor; editions of roots; what choosers and reports don't show."""

from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from cms.core.problems import Problem

from . import edition_views, foreign, restrictions
from .gate import publication_problems
from .models import ContentItem, Hold
from .notices import listed
from .releasing import LOG_ACTION, may_publish
from .turns import take_turn
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


@hooks.register("before_bulk_action")
def take_turn_first(request, action_type, objects, action_class_instance):
    """Wagtail does a bulk action in one transaction. One that waited for its turn with pages in hand could stop whoever has
    it and wants one of them."""
    if issubclass(action_class_instance.model, Page):
        take_turn()


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


@hooks.register("register_admin_urls")
def edition_urls():
    return [
        path("editions/<int:page_id>/", edition_views.Editions.as_view(), name="editions"),
        path(
            "editions/<int:page_id>/<int:number>/errata/add/",
            edition_views.ErratumView.as_view(),
            name="erratum_add",
        ),
        path("editions/<int:page_id>/errata/<int:pk>/", edition_views.ErratumView.as_view(), name="erratum"),
    ]


@hooks.register("register_page_header_buttons")
def release_button(page, user, view_name, next_url=None):
    if edition_views.has_editions(page) and may_publish(user, page):
        yield Button(
            _("Release edition…"),
            url=reverse("editions", args=[page.pk]),
            icon_name="history",
            priority=62,
        )


@hooks.register("register_log_actions")
def release_in_history(actions):
    @actions.register_action(LOG_ACTION)
    class ReleaseFormatter(LogFormatter):
        label = gettext_lazy("Release edition")

        def format_message(self, log_entry):
            return _("Edition %(number)s was released") % {"number": log_entry.data.get("number")}

        def format_comment(self, log_entry):
            return log_entry.data.get("note", "")


@hooks.register("after_bulk_action")
def on_files_moved(request, action_type, objects, action):
    """Wagtail moves many images and files to a collection in one statement, of which no signal tells."""
    if action_type == "add_to_collection":
        restrictions.files_moved(objects)


@hooks.register("construct_page_chooser_queryset")
def hide_what_is_not_theirs(pages, request):
    return foreign.choosable(pages, request.user)


@hooks.register("construct_reports_menu")
def hide_reports_of_all_pages(request, menu_items):
    if not foreign.sees_all_pages(request.user):
        closed = {reverse(name) for name in foreign.REPORTS}
        menu_items[:] = [item for item in menu_items if item.url not in closed]
