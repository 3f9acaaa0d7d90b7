"""The vocabulary in the admin: lists that can be searched and filtered, and where each row is used."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import LocaleColumn, UpdatedAtColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import GlossaryTerm, LabelSheet, LegalInstrument, Organisation, Partnership, Term


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "tag"
    menu_label = _("Terms")
    list_display = ["__str__", "taxonomy", "code", "position"]
    list_filter = ["taxonomy"]
    ordering = ["taxonomy", "position"]
    inspect_view_enabled = True


class GlossaryViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = _("Glossary")
    list_display = [
        "term",
        LocaleColumn(label=_("Language")),
        "abbreviation",
        "definition",
        UpdatedAtColumn(),
    ]
    ordering = ["term"]


class InstrumentViewSet(SnippetViewSet):
    model = LegalInstrument
    icon = "form"
    menu_label = _("Legal instruments")
    list_display = ["code", "__str__", "kind", "year"]
    list_filter = ["kind", "year"]
    ordering = ["code"]
    inspect_view_enabled = True


class OrganisationViewSet(SnippetViewSet):
    model = Organisation
    icon = "group"
    menu_label = _("Organisations")
    list_display = ["__str__", "abbreviation", "kind", "code"]
    list_filter = ["kind"]
    ordering = ["code"]
    inspect_view_enabled = True


class PartnershipViewSet(SnippetViewSet):
    model = Partnership
    icon = "group"
    menu_label = _("Partnerships")
    list_display = ["organisation", "role", "position", "from_year", "to_year"]
    list_filter = ["role"]


class LookOnly(ModelPermissionPolicy):
    """Sheets follow the labels and the desk: nobody adds, changes or deletes one by itself."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, action)

    def users_with_any_permission(self, actions):
        if "view" not in actions:
            return get_user_model().objects.none()
        return super().users_with_any_permission({"view"})


class NotChosen(SnippetChooserViewSet):
    """Nothing refers to a sheet; Wagtail's choosers ask for no right."""

    register_widget = False

    def get_urlpatterns(self):
        return []


class LabelSheetViewSet(SnippetViewSet):
    model = LabelSheet
    chooser_viewset_class = NotChosen
    icon = "tag"
    menu_label = _("Lists of labels")
    list_display = ["__str__", LocaleColumn(label=_("Language"))]
    inspect_view_enabled = True


class VocabularyGroup(SnippetViewSetGroup):
    items = (
        TermViewSet,
        GlossaryViewSet,
        InstrumentViewSet,
        OrganisationViewSet,
        PartnershipViewSet,
        LabelSheetViewSet,
    )
    menu_icon = "tag"
    menu_label = _("Vocabulary")
    menu_name = "vocabulary"
    menu_order = 300


register_permission_policy(LabelSheet, LookOnly(LabelSheet))
register_snippet(VocabularyGroup)
