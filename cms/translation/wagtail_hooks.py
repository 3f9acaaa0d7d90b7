"""The translation desk in the admin."""

from django.contrib.auth.models import Permission
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import access, urls
from .files import hooks as _of_files  # noqa: F401
from .following import hooks as _of_following  # noqa: F401
from .roles import LanguageRolesPanel
from .subtrees.again import again_button
from .subtrees.views import Submissions


class DeskMenuItem(MenuItem):
    """Shown to those who have something to do there."""

    def is_shown(self, request):
        return access.rights_of(request.user).has_desk


@hooks.register("register_admin_urls")
def desk():
    return [path("translation/", include(urls))]


@hooks.register("register_admin_menu_item")
def desk_menu():
    return DeskMenuItem(
        _("Translation desk"),
        reverse_lazy("translation:board"),
        name="translation-desk",
        icon_name="globe",
        order=105,
    )


@hooks.register("construct_homepage_panels")
def submissions(request, panels):
    panels.append(Submissions())


hooks.register("register_page_header_buttons", again_button)


@hooks.register("register_group_permission_panel")
def roles():
    return LanguageRolesPanel


@hooks.register("register_permissions")
def permissions():
    """Who sees all languages and gives out work."""
    return Permission.objects.filter(content_type__app_label="translation", codename="manage_desk")
