"""Tags of the programme's pages."""

from django import template
from django.utils import timezone

from .. import partners
from ..press_kit import press_kit

register = template.Library()


@register.simple_tag(takes_context=True)
def partners_of(context, document):
    """`{partner: […], consultation: […], donor: […]}` in force in the page's year; a preview's is the current one."""
    year = context.get("year") or timezone.localdate().year
    return partners.by_role(document.get("partnerships") or [], year)


@register.simple_tag(takes_context=True)
def kit_of(context, document):
    """What the page's view has chosen; a preview shows everything."""
    items = [each["value"] for each in document.get("items") or []]
    return context.get("kit") or press_kit(items, {}, timezone.localdate())
