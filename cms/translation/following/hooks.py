"""“Publish and update translations” in the page editor: Wagtail's own publishing, and what follows it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import PublishMenuItem

from ..subtrees.views import SUBMIT
from . import act

# What the button says in Wagtail's own name for publishing: that publishes, whatever the value.
VALUE = "update-translations"


def _wishes(request) -> bool:
    return request.method == "POST" and request.POST.get("action-publish") == VALUE


class PublishAndUpdate(PublishMenuItem):
    """For whoever may publish the page and submit for translation, where it is translated."""

    label = gettext_lazy("Publish and update translations")
    template_name = "wagtailadmin/translation/publish_and_update.html"
    icon_name = "globe"

    def is_shown(self, context):
        return (
            context["view"] != "create"
            and super().is_shown(context)
            and context["request"].user.has_perm(SUBMIT)
            and act.source_of(context["page"]) is not None
        )

    def get_context_data(self, parent_context):
        return super().get_context_data(parent_context) | {"value": VALUE}


@hooks.register("register_page_action_menu_item")
def publish_and_update():
    return PublishAndUpdate(order=35)


@hooks.register("before_edit_page", order=-1)
def refuse_wish(request, page):
    """Before anything is saved, so that whoever may not do both does neither."""
    if _wishes(request) and not request.user.has_perm(SUBMIT):
        raise PermissionDenied


@hooks.register("after_publish_page")
def follow(request, page):
    if not _wishes(request) or not request.user.has_perm(SUBMIT) or act.source_of(page) is None:
        return
    act.wish(page.latest_revision)
    if page.live_revision_id == page.latest_revision_id:
        told = _(
            "Its translations are brought up to date: translators find at the desk what has changed. Readers keep what they "
            "have until that is published."
        )
    else:
        told = _("Its translations are brought up to date when it is published.")
    messages.success(request, told)
