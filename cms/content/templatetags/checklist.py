"""Where a problem's place is in Wagtail's edit view."""

import re

from django import template

from cms.core.problems import Problem

register = template.Library()

# Ids of blocks come from stored content: only what can't end a selector goes into one.
_PLAIN = re.compile(r"[\w-]+")


def _path(problem: Problem) -> list[str]:
    return [part for part in (problem.field, problem.block) if _PLAIN.fullmatch(part)]


@register.filter
def content_path(problem: Problem) -> str:
    """`body.1f0c…`, as Wagtail's own links into the edit view have it."""
    return ".".join(_path(problem))


@register.filter
def content_selector(problem: Problem) -> str:
    """The same as a CSS selector of the element in the edit view."""
    return " ".join(f'[data-contentpath="{part}"]' for part in _path(problem))
