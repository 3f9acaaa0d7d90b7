"""The small Markdown: to rich text, and to the segments of a translation."""

import pytest

from cms.demo.loader.markdown import rich_text, segments


def link(target):
    return f'href="{target}"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("Before:\n\n1. a\n2. b\n\nAfter.", "<p>Before:</p><ol><li>a</li><li>b</li></ol><p>After.</p>"),
        ("**bold** and *italic*", "<p><b>bold</b> and <i>italic</i></p>"),
        ("[words](page:guides/one)", '<p><a href="page:guides/one">words</a></p>'),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("", ""),
    ],
)
def test_rich_text(text, html):
    assert rich_text(text, link) == html


def test_segments_are_cut_as_wagtail_localize_cuts_them(db):
    from wagtail_localize.strings import extract_strings

    text = "A [link](page:x) and [another](page:y), **bold**.\n\n- an item\n- another"
    html = rich_text(text, lambda target: 'linktype="page" id="1"')
    _, strings = extract_strings(html)
    assert segments(text) == [string.data for string, _ in strings]
