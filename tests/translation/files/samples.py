"""Things to put into files: by hand, and made up at random in six scripts."""

from hypothesis import strategies as st

from cms.translation.files import inline
from cms.translation.files.contents import Paragraph, Thing

KEY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
OTHER = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"

LINKED = 'See <a id="a1">the <b>guide</b></a> &amp; more<br/>here'
LINKED_FR = 'Voir <a id="a1">le <b>guide</b></a> &amp; plus<br/>ici'


def thing(*paragraphs, key=KEY, title="Doors & gates", language="en") -> Thing:
    """`(source, target)` or `(path, source, target)` each."""
    return Thing(key, title, language, tuple(_paragraph(*each) for each in paragraphs), 1)


def _paragraph(*parts):
    path, source, target = parts if len(parts) == 3 else ("body", *parts)
    return Paragraph(path, source, target)


# Arabic (with marks of direction), Chinese, Latin, Cyrillic, accents that combine, signs beyond the first plane.
_WORDS = st.text(
    st.one_of(
        st.sampled_from("abc xyz ."),
        st.sampled_from("éèçñ«»\u00a0\u202f’"),
        st.sampled_from("кириллица"),
        st.sampled_from("العربية\u200f\u200e\u061c\u2067\u2069"),
        st.sampled_from("中文翻译，。"),
        st.sampled_from("e\u0301\u0323"),
        st.sampled_from("🚪👩‍🚒𝔸\U0010fffd"),
        st.sampled_from("<>&\"'\\%{}[]#\u2028\u0085\u001c\u000b"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n\t"),
    ),
    max_size=12,
)
_LEAVES = _WORDS.map(lambda text: inline.to_html((text,))) | st.just("<br/>")
_NAMES = st.sampled_from(["b", "i", "em", "strong", "code", "abbr"])


def _around(children):
    inner = st.lists(children, max_size=3).map("".join)
    formatted = st.tuples(_NAMES, inner).map(lambda each: f"<{each[0]}>{each[1]}</{each[0]}>")
    linked = st.tuples(st.integers(1, 4), inner).map(lambda each: f'<a id="a{each[0]}">{each[1]}</a>')
    return formatted | linked


#: inline HTML as wagtail-localize stores it
HTML = st.lists(st.recursive(_LEAVES, _around, max_leaves=6), max_size=4).map("".join)
#: the same with words in it
WORDY = HTML.map(lambda html: f"x{html}")
