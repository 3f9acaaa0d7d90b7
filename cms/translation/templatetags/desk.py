"""How the desk's templates show texts of translations."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..markup import Run, runs

register = template.Library()


@register.filter
def tagged(html: str) -> SafeString:
    """Inline HTML for people to read: its words, lines, and its tags as marks that stand out and keep their order in any script."""
    return format_html_join("", "{}", ((_shown(run),) for run in runs(html)))


def _shown(run: Run):
    if not run.is_tag:
        return run.text
    return format_html(
        '<code class="desk-tag" dir="ltr">{}</code>{}', run.text, SafeString("<br>" * run.ends_line)
    )
