"""The order of headings in a body: what somebody hears who goes from heading to heading with a screen reader."""

from collections.abc import Iterable

#: The level of a body's first heading; the page's title is level 1.
FIRST = 2


def skipped(levels: Iterable[int]) -> list[int]:
    """Positions, from 0, of headings that lie more than one level below the heading before them (WCAG 2.2, 1.3.1).

    The first heading stands below the page's title. After a skip the next ones are measured by what is there, so that
    one mistake is told once.
    """
    found, before = [], FIRST - 1
    for position, level in enumerate(levels):
        if level > before + 1:
            found.append(position)
        before = level
    return found
