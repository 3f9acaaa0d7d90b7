"""Indexes of a guide or compendium: its case studies, tables and figures, and the abbreviations that its texts use.

What a page gives to them is found when it is compiled and lies beside its document (`ItemIndex`); the contents document of
a root gathers it by key. An entry counts within its page alone: the number of the chapter, which may move, is put before it
where it is shown.

An index of a page is `{"figures": [[anchor, number, title], …], …, "abbreviations": [[abbreviation, meaning], …]}`.
"""

from collections.abc import Iterable

from cms.core.abbreviations import alphabetical

from .walk import stream_fields

#: Lists of numbered things, in the order in which they are shown.
NUMBERED = ("case_studies", "tables", "figures")
ABBREVIATIONS = "abbreviations"
NONE = {kind: [] for kind in (*NUMBERED, ABBREVIATIONS)}


def entries_of(page, body: dict) -> dict[str, list]:
    """The numbered things in a page's compiled streams, by kind. Kinds without any are left out."""
    found: dict[str, list] = {}
    for field in stream_fields(page):
        children = field.stream_block.child_blocks
        for compiled in body.get(field.name, ()):
            block = children[compiled["type"]]
            kind = getattr(block, "listed_in", "")
            title = block.entry_title(compiled["value"]) if kind else None
            if title is not None:
                anchor = f"{block.anchor}-{compiled['id']}"
                found.setdefault(kind, []).append([anchor, compiled["value"]["number"], title])
    return {kind: found[kind] for kind in NUMBERED if kind in found}


def full_number(chapter: str, number: int) -> str:
    """`full_number("4.1", 2) == "4.1.2"`; where the chapter has no number the thing's own."""
    return f"{chapter}.{number}" if chapter else str(number)


def gathered(nodes: Iterable[dict], indexes: dict[str, dict], locale: str) -> dict[str, list[dict]]:
    """The indexes of these nodes of a contents document, for whoever sees all of them.

    Numbered things are `{number, title, key, anchor, url, locale}` in reading order; abbreviations `{abbreviation, meaning,
    locale}`. What an abbreviation stands for is said in `locale` where any text in that language says it.
    """
    found: dict[str, list[dict]] = {kind: [] for kind in NONE}
    meanings: dict[str, dict] = {}
    for node in nodes:
        own = indexes.get(node["key"], {})
        for kind in NUMBERED:
            found[kind] += [
                {
                    "number": full_number(node["number"], number),
                    "title": title,
                    "key": node["key"],
                    "anchor": anchor,
                    "url": f"{node['url']}#{anchor}",
                    "locale": node["locale"],
                }
                for anchor, number, title in own.get(kind, ())
            ]
        for abbreviation, meaning in own.get(ABBREVIATIONS, ()):
            known = meanings.get(abbreviation)
            if known is None or (known["locale"] != locale and node["locale"] == locale):
                meanings[abbreviation] = {
                    "abbreviation": abbreviation,
                    "meaning": meaning,
                    "locale": node["locale"],
                }
    found[ABBREVIATIONS] = [meanings[each] for each in sorted(meanings, key=alphabetical)]
    return found
