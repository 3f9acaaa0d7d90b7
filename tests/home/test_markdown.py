"""The small Markdown: to rich text, and to the segments of a translation."""

import time

import pytest

from home.markdown import rich_text, segments, web_link


def link(target):
    return 'linktype="page" id="1"' if target.startswith("page:") else f'href="{target}"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("Before:\n\n1. a\n2. b\n\nAfter.", "<p>Before:</p><ol><li>a</li><li>b</li></ol><p>After.</p>"),
        ("**bold** and *italic*", "<p><b>bold</b> and <i>italic</i></p>"),
        ("[words](page:guides/one)", '<p><a linktype="page" id="1">words</a></p>'),
        ("[words](https://example.org/a)", '<p><a href="https://example.org/a">words</a></p>'),
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


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[words](page:guides/one)", "<p>words</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ('[x](https://a"onclick="b)', '<p>[x](https://a"onclick="b)</p>'),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("**<b onclick=x>**", "<p><b>&lt;b onclick=x&gt;</b></p>"),
    ],
)
def test_what_comes_from_elsewhere_is_harmless(text, html):
    assert rich_text(text, web_link) == html


@pytest.mark.parametrize("piece", ["[", "[a](https://", "**", "*a", "[a](page:", "1. ", "- ", "**a"])
def test_no_line_takes_longer_than_its_length(piece):
    begun = time.process_time()
    rich_text(piece * (20_000 // len(piece)), web_link)
    assert time.process_time() - begun < 0.5
