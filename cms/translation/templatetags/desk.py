"""How the desk's templates show texts of translations."""

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..markup import Run, first_runs, is_plain, runs, typed

# Characters of a text in a table.
MOST_IN_TABLES = 600

register = template.Library()


@register.filter
def tagged(html: str) -> SafeString:
    """Inline HTML for people to read: its words, lines, and its tags as marks that stand out and keep their order in any script."""
    return _joined(runs(html))


@register.filter
def beginning(html: str, source: str) -> SafeString:
    """The first words of a translation in a table, as it is typed: with marks for tags where its original has some."""
    if is_plain(source):
        words = typed(html, source)
        return linebreaksbr(words if len(words) <= MOST_IN_TABLES else f"{words[:MOST_IN_TABLES].rstrip()}…")
    return _joined(first_runs(html, MOST_IN_TABLES))


def _joined(found: list[Run]) -> SafeString:
    return format_html_join("", "{}", ((_shown(run),) for run in found))


def _shown(run: Run):
    if not run.is_tag:
        return run.text
    return format_html(
        '<code class="desk-tag" dir="ltr">{}</code>{}', run.text, SafeString("<br>" * run.ends_line)
    )
