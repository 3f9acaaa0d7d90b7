"""Tools and recommendations in the admin, with where each is used."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import UpdatedAtColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import Recommendation, Tool


class ToolViewSet(SnippetViewSet):
    model = Tool
    icon = "wrench"
    menu_label = _("Tools")
    list_display = ["name", "kind", "code", UpdatedAtColumn()]
    list_filter = ["kind"]
    ordering = ["name"]


class RecommendationViewSet(SnippetViewSet):
    model = Recommendation
    icon = "success"
    menu_label = _("Recommendations")
    list_display = ["text", "code", UpdatedAtColumn()]
    ordering = ["code"]


class BuildingBlocksGroup(SnippetViewSetGroup):
    items = (ToolViewSet, RecommendationViewSet)
    menu_icon = "wrench"
    menu_label = _("Tools and recommendations")
    menu_name = "building-blocks"
    menu_order = 290


register_snippet(BuildingBlocksGroup)
