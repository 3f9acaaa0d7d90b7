"""Tags about good practices: labels of codes that documents hold."""

from django import template
from django.http import QueryDict

from home.vocabulary.models import Taxonomy

from ..models import GoodPracticePage, ResourcePage
from ..repository.listing import listing
from ..searches.alerting import Alert

register = template.Library()


@register.simple_tag
def evidence(code):
    """`{label, rank}`, rank 1 to 3 from promising to evaluated."""
    levels = GoodPracticePage.Evidence
    return (
        {"label": levels(code).label, "rank": levels.values.index(code) + 1}
        if code in levels.values
        else None
    )


@register.simple_tag
def scale(code):
    scales = GoodPracticePage.Scale
    return scales(code).label if code in scales.values else code


@register.simple_tag
def resource_kind(code):
    kinds = ResourcePage.Kind
    return kinds(code).label if code in kinds.values else code


@register.simple_tag
def alerts():
    """`[(code, label)]`: how often somebody can hear of a saved search."""
    return Alert.choices


@register.simple_tag
def grouped_terms(terms):
    """`[{taxonomy, label, terms}]` in the order of the taxonomies."""
    return [
        {"taxonomy": taxonomy.value, "label": taxonomy.label, "terms": found}
        for taxonomy in Taxonomy
        if (found := [term for term in terms or [] if term["taxonomy"] == taxonomy.value])
    ]


@register.simple_tag(takes_context=True)
def practice_listing(context):
    """The list that the view has made; in a preview, which no view of ours answers, one made here."""
    if context.get("listing") is not None:
        return context["listing"]
    reading, chrome = context.get("reading"), context.get("chrome")
    if reading is None or chrome is None:
        return None
    return listing(
        page_ids=[item.page_id for item in reading.siblings.values() if item.page_id],
        locale=reading.locale,
        principals=chrome.principals,
        query=QueryDict(),
        url=chrome.request.path,
    )
