"""Tags of the programme's pages."""

from django import template
from django.utils import timezone

from .. import partners

register = template.Library()


@register.simple_tag(takes_context=True)
def partners_of(context, document):
    """`{partner: […], consultation: […], donor: […]}` in force in the page's year; a preview's is the current one."""
    year = context.get("year") or timezone.localdate().year
    return partners.by_role(document.get("partnerships") or [], year)
