"""System checks: what a deployment must have, said at start instead of found out later."""

from django.conf import settings
from django.core.checks import Error, register


@register()
def one_language_order(app_configs, **kwargs):
    if list(settings.WAGTAIL_CONTENT_LANGUAGES) != list(settings.LANGUAGES):
        return [Error("WAGTAIL_CONTENT_LANGUAGES must equal LANGUAGES", id="core.E001")]
    return []


@register("database", deploy=False)
def one_site(app_configs, databases=None, **kwargs):
    """Documents hold root-relative addresses, so a deployment answers for one site."""
    if not databases:
        return []
    from django.db import DatabaseError
    from wagtail.models import Site

    try:
        sites = Site.objects.count()
    except DatabaseError:  # before the first migration
        return []
    return [Error(f"One site per deployment: there are {sites}", id="core.E002")] if sites > 1 else []
