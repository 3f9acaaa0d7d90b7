"""Tags and filters of our pages: streams of compiled blocks, numbers, languages, pictures."""

import orjson
from django import template
from django.conf import settings
from django.template.defaultfilters import date as format_date
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cms.content import api as content
from cms.core import languages, numerals
from home import citation, structured
from home.chrome import Chrome

register = template.Library()

# How many guides have a colour and an emblem of their own.
HUES = 5


# Chrome -----------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def site_chrome(context):
    """Put `chrome` for this page into the context: from `reading` where there is one."""
    request = context.get("request")
    reading = context.get("reading")
    known = context.get("chrome")
    if request is not None and (known is None or known.reading is not reading):
        context["chrome"] = Chrome(request, reading)
    return ""


@register.simple_tag(takes_context=True)
def structured_data(context):
    """The page in the words of schema.org, as a block of data that no browser runs."""
    reading, chrome = context["reading"], context["chrome"]
    data = structured.described(reading, base_url=chrome.base_url, site_name=chrome.site_name)
    # Nothing in it may close the element.
    text = orjson.dumps(data).decode().replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


# Numbers and dates ------------------------------------------------------------------------------------------------


@register.filter
def digits(value, language=None):
    """Digits as the language writes them; the language at work unless one is given."""
    return "" if value is None else numerals.localised(value, language or get_language() or "")


@register.filter
def day(value):
    """A date in words, from a date, a moment or what a document holds of one (`2026-06-03`, `2026-06-03T…Z`)."""
    if isinstance(value, str):
        value = parse_datetime(value) if "T" in value else parse_date(value)
    # Django's English date is the American one; the United Nations write 3 June 2026.
    form = "j F Y" if (get_language() or "").startswith("en") else "DATE_FORMAT"
    return digits(format_date(value, form)) if value else ""


@register.filter
def moment(value):
    """A moment in words, in the site's time zone: `3 June 2026, 14:30 UTC`."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{day(local)}, {digits(format_date(local, 'H:i'))} {local.tzname()}"


@register.filter
def iso_day(value):
    """The same as YYYY-MM-DD, for `datetime` attributes."""
    return str(value)[:10] if value else ""


@register.filter
def minutes(value):
    """`12` as “12 min”, from an hour and a half on in hours."""
    number = int(value or 0)
    if number >= 90:
        hours = round(number / 60)
        return digits(ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours})
    return digits(_("%(number)s min") % {"number": number})


@register.filter
def total_minutes(node):
    """Reading time of a node and everything below it."""
    return sum(each["minutes"] for each in content.flatten(node)) if node else 0


@register.filter
def chapters_of(nodes):
    """How many nodes hang directly below these."""
    return sum(len(node["children"]) for node in nodes)


# Languages --------------------------------------------------------------------------------------------------------


@register.filter
def bcp47(code):
    return numerals.bcp47(code or "")


@register.filter
def direction(code):
    return languages.direction(code or "")


@register.filter
def language_name(code):
    """The language's own name."""
    return languages.name(code or "")


@register.filter
def under(url, locale):
    """A document's address under another language's prefix: the reader's language stays what it was."""
    return languages.swap_prefix(url, locale) if url and locale else url


@register.simple_tag
def titled(node, locale=""):
    """The title of a node or link; where it is in another language than `locale`, it says in which."""
    own = node.get("locale") or ""
    if not own or own == (locale or get_language()):
        return node["title"]
    return format_html(
        '<span lang="{}" dir="{}">{}</span> <span class="lang-tag" lang="{}">{}</span>',
        numerals.bcp47(own),
        languages.direction(own),
        node["title"],
        numerals.bcp47(own),
        languages.name(own),
    )


# Places in the contents -------------------------------------------------------------------------------------------


@register.filter
def hue(number):
    """The colour of a guide by its number: `hue-1` to `hue-5`, and round again."""
    text = str(number or "").partition(".")[0]
    return f"hue-{(int(text) - 1) % HUES + 1}" if text.isdecimal() and int(text) else "hue-0"


@register.simple_tag
def emblem(number):
    """The drawing of a guide by its number."""
    name = hue(number).removeprefix("hue-")
    return mark_safe(render_to_string(f"art/emblem-{name}.svg"))


@register.simple_tag
def module_of(reading):
    """The numbered node of the highest level above or at this page: the guide that a chapter belongs to."""
    if reading is None:
        return None
    for node in [*reading.trail, reading.node]:
        if node and node["number"].isdecimal():
            return node
    return None


@register.simple_tag
def shelf(reading):
    """`{title, url, guides}` of the first set of numbered things that was loaded with this page, or None."""
    if reading is None:
        return None
    for document in reading.documents.values():
        root = content.visible_node(document["node"], reading.access)
        if root and any(child["number"] for child in root["children"]):
            return {**root, "guides": [child for child in root["children"] if child["number"]]}
    return None


@register.simple_tag
def sections(blocks, level=2):
    """The headings of a body down to a level, for the list beside a chapter."""
    return [
        each["value"]
        for each in blocks or []
        if each["type"] == "heading" and each["value"]["level"] <= level
    ]


@register.simple_tag
def taking_away(reading):
    """`{files: [{kind, url, size}], sentence, address, bibtex, ris}` of a document that comes as a file, else None. An earlier
    edition can be cited, and has no files.

    A file that is still being made has no size yet; whoever asks for it gets it all the same.
    """
    item = reading.item if reading else None
    if item is None or not item.pk:
        return None
    kinds = content.takeaway_kinds(item)
    if not kinds:
        return None
    edition = reading.edition
    sizes = {each["kind"]: each["size"] for each in orjson.loads(item.files)}
    above = [node for node in reading.trail if node["type"] != "home.HomePage"]
    source = citation.Source(
        title=item.title,
        container=above[-1]["title"] if above else "",
        publisher=reading.site["site_name"] or reading.site["home"]["title"],
        published_on=item.published_at.date(),
        version=reading.version.number,
        # An edition's own address stays when the next one is released.
        url=settings.BASE_URL + (edition["url"] if edition else item.path),
        language=numerals.bcp47(item.locale),
        key=str(item.key),
        edition=edition and edition["number"],
    )
    # The citation is in the language of what is cited, whatever the page around it speaks.
    with translation.override(item.locale):
        sentence = citation.sentence(source, _("version"), _("edition"))
    return {
        "files": [
            {"kind": kind, "url": content.takeaway_address(item, kind), "size": sizes.get(kind)}
            # Files are made of what is current.
            for kind in (() if reading.is_superseded else kinds)
        ],
        "sentence": sentence,
        "address": source.url,
        "bibtex": citation.bibtex(source),
        "ris": citation.ris(source),
    }


# Streams ----------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def stream(context, blocks, prefix="", deeper=0):
    """The blocks of a compiled stream, each through `blocks/<type>.html` with `value`, `block_id` and `notes`.

    `prefix` keeps anchors apart where a body stands inside another; `deeper` lowers the level of its headings. What we
    say ourselves inside (“Case study”, numbers) is in the language of the text.
    """
    reading = context.get("reading")
    node = getattr(reading, "node", None)
    text_language = context.get("text_language") or getattr(reading, "language", None) or get_language()
    numbered = context.get("number_prefix", node["number"] if node else "")
    html = []
    with (
        translation.override(text_language),
        context.push(
            number_prefix=numbered, text_language=text_language, anchor_prefix=prefix, deeper=deeper
        ),
    ):
        context.setdefault("interface_locale", getattr(reading, "locale", None) or text_language)
        for block, notes in with_notes(blocks or []):
            if block["value"] is not None:
                html.append(_render(context, block, notes))
    return mark_safe("".join(html))


def with_notes(blocks):
    """Each block with the footnotes that follow it; footnotes themselves stand at the end of the page."""
    grouped = []
    for block in blocks:
        if block["type"] == "footnote":
            if grouped:
                grouped[-1][1].append(block["value"])
        else:
            grouped.append((block, []))
    return grouped


def _render(context, block, notes):
    name = block["type"]
    found = context.template.engine.select_template([f"blocks/{name}.html", f"learning/blocks/{name}.html"])
    with context.push(value=block["value"], block_id=block["id"], notes=notes):
        return found.render(context)


@register.simple_tag(takes_context=True)
def note_marks(context, notes=None):
    """The numbers of a block's footnotes, each leading to its note."""
    prefix = context.get("anchor_prefix", "")
    return mark_safe(
        "".join(
            format_html(
                '<sup class="note-mark"><a id="{}ref-{}" href="#{}note-{}" role="doc-noteref">{}</a></sup>',
                prefix,
                note["number"],
                prefix,
                note["number"],
                digits(note["number"]),
            )
            for note in (context.get("notes") if notes is None else notes) or []
        )
    )


@register.simple_tag(takes_context=True)
def with_marks(context, html):
    """Display HTML with the footnotes' numbers inside its last paragraph or item."""
    marks = note_marks(context)
    place = max(html.rfind("</p>"), html.rfind("</li>")) if marks else -1
    return mark_safe(html + marks if place < 0 else html[:place] + marks + html[place:])


@register.inclusion_tag("parts/footnotes.html", takes_context=True)
def footnotes(context, blocks, prefix=""):
    """The notes of a body, collected, each leading back to its place."""
    marked = {note["number"] for _block, notes in with_notes(blocks or []) for note in notes}
    return {
        "notes": [
            {**each["value"], "marked": each["value"]["number"] in marked}
            for each in blocks or []
            if each["type"] == "footnote"
        ],
        "prefix": prefix,
    }


@register.simple_tag(takes_context=True)
def heading_level(context, level):
    """The level of a heading where it stands: a body inside another begins lower."""
    return min(int(level) + int(context.get("deeper") or 0), 6)


@register.simple_tag(takes_context=True)
def heading_number(context, number):
    """The number of a section with its chapter's before it: `2.1`. Pages that carry no number count no sections."""
    before = context.get("number_prefix")
    if not before and context.get("reading"):
        return ""
    return digits(f"{before}.{number}" if before else number)


@register.simple_tag(takes_context=True)
def counted_number(context, number):
    """The number of a figure, table or case study with its chapter's before it: `4.1.2`; else counted in the page."""
    before = context.get("number_prefix")
    return f"{before}.{number}" if before else number


# Pictures ---------------------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/picture.html")
def picture(image, sizes="(min-width: 48rem) 44rem, 100vw", eager=False, alt=None):
    """An image of a document in the formats and widths that it has."""
    renditions = (image or {}).get("renditions") or []
    by_format = {}
    for rendition in renditions:
        by_format.setdefault(rendition["format"], []).append(rendition)
    fallback = by_format.pop("jpeg", None) or renditions
    smallest = min(fallback, key=lambda each: each["width"]) if fallback else None
    return {
        "image": image,
        "alt": image["alt"] if alt is None and image else alt,
        "sizes": sizes,
        "eager": eager,
        "sources": [{"type": f"image/{name}", "srcset": _srcset(found)} for name, found in by_format.items()],
        "fallback": max(fallback, key=lambda each: each["width"]) if fallback else None,
        "srcset": _srcset(fallback),
        # The sheet sets the width; these keep the shape. Where no sheet arrives, it fits a telephone.
        "width": smallest and smallest["width"],
        "height": smallest and smallest["height"],
    }


@register.filter
def largest(image):
    """The address of an image's widest rendition that every browser and viewer shows; empty where there is none."""
    renditions = (image or {}).get("renditions") or []
    shown = [each for each in renditions if each["format"] == "jpeg"] or renditions
    return max(shown, key=lambda each: each["width"])["url"] if shown else ""


@register.filter
def has_figures(blocks):
    """Whether there is a figure to enlarge in a body, or in what is shown in it."""
    return any(
        block["type"] == "figure" or has_figures(block["value"].get("body"))
        for block in blocks or []
        if isinstance(block["value"], dict)
    )


def _srcset(renditions):
    return ", ".join(
        f"{each['url']} {each['width']}w" for each in sorted(renditions, key=lambda each: each["width"])
    )
