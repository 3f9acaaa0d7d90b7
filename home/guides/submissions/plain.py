"""Plain words as rich text: paragraphs apart by an empty line, lines that begin with a hyphen as a list. Pure."""

from html import escape

_MARKS = ("- ", "* ", "• ", "– ")


def rich_text(text: str) -> str:
    """`text` as our editor would store it; whatever looks like markup in it is shown as it was written."""
    html = []
    for kind, lines in _groups(text):
        if kind == "p":
            html.append("<p>" + "<br/>".join(lines) + "</p>")
        else:
            html.append("<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>")
    return "".join(html)


def _groups(text: str) -> list[tuple[str, list[str]]]:
    """`("p" | "ul", lines)`; an empty line ends a paragraph, and a list where no item follows it."""
    groups: list[tuple[str, list[str]]] = []
    fresh = True
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            fresh = True
            continue
        kind = "ul" if line.startswith(_MARKS) else "p"
        content = escape(line[2:].strip() if kind == "ul" else line, quote=False)
        goes_on = groups and groups[-1][0] == kind and (kind == "ul" or not fresh)
        if goes_on:
            groups[-1][1].append(content)
        else:
            groups.append((kind, [content]))
        fresh = False
    return groups
