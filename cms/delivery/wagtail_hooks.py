"""The headless API in the admin: keys and webhooks."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .admin.keys import KeyDetail, KeyList, NewKey
from .admin.webhooks import EndpointDetail, EndpointList, NewEndpoint


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("delivery.key.issue", _("Make an API key"), _("API key made"))
    actions.register_action("delivery.key.change", _("Change an API key"), _("API key changed"))
    actions.register_action("delivery.key.rotate", _("Rotate an API key"), _("API key rotated"))
    actions.register_action("delivery.key.revoke", _("End an API key"), _("API key ended"))
    actions.register_action("delivery.webhook.add", _("Add a webhook"), _("Webhook added"))
    actions.register_action("delivery.webhook.change", _("Change a webhook"), _("Webhook changed"))
    actions.register_action(
        "delivery.webhook.rotate", _("Rotate a webhook’s secret"), _("Webhook’s secret rotated")
    )
    actions.register_action("delivery.webhook.pause", _("Pause a webhook"), _("Webhook paused"))
    actions.register_action("delivery.webhook.resume", _("Let a webhook go on"), _("Webhook goes on"))
    actions.register_action("delivery.webhook.replay", _("Send webhooks again"), _("Webhooks sent again"))


@hooks.register("register_admin_urls")
def addresses():
    return [
        path("api-keys/", KeyList.as_view(), name="api_keys"),
        path("api-keys/new/", NewKey.as_view(), name="new_api_key"),
        path("api-keys/<uuid:uuid>/", KeyDetail.as_view(), name="api_key"),
        path("webhooks/", EndpointList.as_view(), name="webhooks"),
        path("webhooks/new/", NewEndpoint.as_view(), name="new_webhook"),
        path("webhooks/<uuid:uuid>/", EndpointDetail.as_view(), name="webhook"),
    ]


class GuardedMenuItem(MenuItem):
    """Shown to those who have a permission."""

    def __init__(self, *args, permission: str, **kwargs):
        self.permission = permission
        super().__init__(*args, **kwargs)

    def is_shown(self, request):
        return request.user.has_perm(self.permission)


@hooks.register("register_settings_menu_item")
def keys_menu():
    return GuardedMenuItem(
        _("API keys"),
        reverse_lazy("api_keys"),
        name="api-keys",
        icon_name="key",
        order=800,
        permission="delivery.view_apikey",
    )


@hooks.register("register_settings_menu_item")
def webhooks_menu():
    return GuardedMenuItem(
        _("Webhooks"),
        reverse_lazy("webhooks"),
        name="webhooks",
        icon_name="link-external",
        order=810,
        permission="delivery.view_webhookendpoint",
    )
