"""Tools and recommendations in the admin, with where each is used; reviews, submissions, the import of practices."""

from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import LocaleColumn, UpdatedAtColumn
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup
from wagtail_localize.models import Translation

from .importing import execute
from .importing import views as imports
from .models import GoodPracticePage, Recommendation, Tool
from .panels import uses_of
from .reviews import inbox
from .submissions import desk, triage


class ToolViewSet(SnippetViewSet):
    model = Tool
    icon = "cogs"
    menu_label = _("Tools")
    list_display = ["name", LocaleColumn(label=_("Language")), "kind", "code", UpdatedAtColumn()]
    list_filter = ["kind"]
    ordering = ["name"]


class RecommendationViewSet(SnippetViewSet):
    model = Recommendation
    icon = "success"
    menu_label = _("Recommendations")
    list_display = ["text", LocaleColumn(label=_("Language")), "code", UpdatedAtColumn()]
    ordering = ["code"]


class BuildingBlocksGroup(SnippetViewSetGroup):
    items = (ToolViewSet, RecommendationViewSet)
    menu_icon = "cogs"
    menu_label = _("Tools and recommendations")
    menu_name = "building-blocks"
    menu_order = 290


register_snippet(BuildingBlocksGroup)


class ReviewsMenuItem(MenuItem):
    def is_shown(self, request):
        return bool(inbox.tasks_of(request.user))


@hooks.register("register_admin_urls")
def reviews():
    return [
        path("reviews/", inbox.Inbox.as_view(), name="reviews"),
        path("reviews/<int:pk>/", inbox.Review.as_view(), name="review"),
    ]


@hooks.register("register_admin_menu_item")
def reviews_menu():
    return ReviewsMenuItem(
        _("Reviews"), reverse_lazy("reviews"), name="reviews", icon_name="tasks", order=110
    )


@hooks.register("before_edit_page")
@hooks.register("before_edit_snippet")
def tell_translator_of_uses(request, instance):
    """A translation is edited in wagtail-localize's form, which has no panels: a message says what `UsedInPanel` would."""
    if request.method != "GET" or not isinstance(instance, GoodPracticePage | Tool | Recommendation):
        return
    translations = Translation.objects.filter(
        source__object_id=instance.translation_key, target_locale=instance.locale_id, enabled=True
    )
    if translations.exists():
        uses = uses_of(instance, request.user)
        if uses.total:
            messages.info(request, render_to_string("wagtailadmin/panels/uses.html", {"uses": uses}))


class SubmissionsMenuItem(MenuItem):
    def is_shown(self, request):
        return triage.may_look(request.user)


@hooks.register("register_admin_urls")
def submissions():
    return [
        path("submissions/", desk.Submissions.as_view(), name="submissions"),
        path("submissions/<uuid:key>/", desk.SubmissionView.as_view(), name="submission"),
        path(
            "submissions/<uuid:key>/files/<uuid:file>/",
            desk.Attachment.as_view(),
            name="submission_attachment",
        ),
    ]


@hooks.register("register_admin_menu_item")
def submissions_menu():
    return SubmissionsMenuItem(
        _("Submissions"), reverse_lazy("submissions"), name="submissions", icon_name="mail", order=115
    )


@hooks.register("register_permissions")
def submission_permissions():
    """Who may send in practices (add), see what was sent in (view) and decide about it (change)."""
    return Permission.objects.filter(
        content_type__app_label="guides",
        codename__in=["add_submission", "view_submission", "change_submission"],
    )


class ImportMenuItem(MenuItem):
    def is_shown(self, request):
        return bool(imports.repositories(request.user))


@hooks.register("register_admin_urls")
def practice_imports():
    return [
        path("practices/import/", imports.Upload.as_view(), name="practice_imports"),
        path("practices/import/template.<slug:kind>", imports.Blank.as_view(), name="practice_import_blank"),
        path("practices/import/<uuid:pk>/", imports.Import.as_view(), name="practice_import"),
    ]


@hooks.register("register_admin_menu_item")
def imports_menu():
    return ImportMenuItem(
        _("Import practices"),
        reverse_lazy("practice_imports"),
        name="practice-import",
        icon_name="upload",
        order=295,
    )


@hooks.register("register_log_actions")
def import_log(actions):
    @actions.register_action(execute.LOG_ACTION)
    class ImportFormatter(LogFormatter):
        label = _("Import practices")

        def format_message(self, log_entry):
            return _("Import of %(file)s: %(create)s new, %(update)s changed") % log_entry.data
