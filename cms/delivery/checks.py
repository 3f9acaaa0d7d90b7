"""System checks of the headless API."""

from django.conf import settings
from django.core.checks import Error, register

from .purging import backends


@register()
def purge_backend_is_known(app_configs, **kwargs):
    if settings.PURGE_BACKEND and settings.PURGE_BACKEND not in backends.names():
        known = ", ".join(backends.names())
        return [Error(f"PURGE_BACKEND is {settings.PURGE_BACKEND!r}; there are {known}", id="delivery.E001")]
    return []
