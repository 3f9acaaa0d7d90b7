"""`rich_text_format=markdown`: every rich text of a document, and nothing else, as CommonMark."""

import re
from html import escape, unescape

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField

from cms.core.blocks import PageEmbedBlock
from cms.delivery import markdown
from cms.delivery.document_schemas import shared
from cms.delivery.types import document_types
from home.guides.models import Tool
from tests import world

from .conftest import API

HTML = '<p>Some <b>bold</b> words and <a href="https://example.org/">a link</a>.</p>'
AS_MARKDOWN = "Some **bold** words and [a link](https://example.org/)."
ASKED = "?rich_text_format=markdown"
TAG = re.compile(r"<[^>]*>")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        (HTML, AS_MARKDOWN),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One<br>Two</p><hr><p>Three</p>", "One  \nTwo\n\n---\n\nThree"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol><li>a</li><li><i>b</i></li></ol>", "1. a\n2. *b*"),
        ("<p>A <code>a &lt; b</code></p>", "A `a < b`"),
        # What Markdown has no form for.
        ("<p>m<sup>2</sup>, H<sub>2</sub>O</p>", "m<sup>2</sup>, H<sub>2</sub>O"),
        # The glossary is beside the text.
        ('<p>A <a class="term" href="#term-uas">drone</a>.</p>', "A drone."),
        (
            '<p><a href="http://testserver/fr/x/" hreflang="fr" rel="noopener noreferrer">x</a></p>',
            "[x](http://testserver/fr/x/)",
        ),
        (
            '<p><a href="https://a.org/b (c)?d=1&amp;e;f">[x]</a></p>',
            r"[\[x\]](https://a.org/b%20%28c%29?d=1&amp;e;f)",
        ),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", r"\<script\>alert(1)\</script\>"),
        ("<p>![x](javascript:alert(1)) &amp;lt;</p>", r"!\[x\](javascript:alert(1)) \&lt;"),
        ("<p># a</p><p>1. b</p><p>- c</p>", "\\# a\n\n1\\. b\n\n\\- c"),
        ("<b>" * 3000 + "x &lt;i&gt;" + "</b>" * 3000, r"x \<i\>"),
    ],
)
def test_html_as_markdown(html, text):
    assert markdown.from_html(html) == text


@given(st.lists(st.text("ab1 <>&;#*_`~|[]()!\\-+=.:/\n\"'é是", min_size=1, max_size=16), max_size=3))
def test_words_stay_words(texts):
    """Whatever a text says: read as Markdown it says the same, and nothing in it is a tag, a link, a list or a heading."""
    shown = MarkdownIt("commonmark").render(
        markdown.from_html("".join(f"<p>{escape(each)}</p>" for each in texts))
    )
    assert set(TAG.findall(shown)) <= {"<p>", "</p>"}
    assert unescape(TAG.sub(" ", shown)).split() == " ".join(texts).split()


def inline(words):
    return st.recursive(
        words,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(["b", "i", "strong", "em", "sup", "code"]), inner).map(
                lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"
            ),
            inner.map(lambda each: f'<a href="https://example.org/">{TAG.sub("", each)}</a>'),
            st.lists(inner, max_size=3).map(" ".join),
        ),
        max_leaves=6,
    )


INLINE = inline(st.sampled_from(["words", "more words", "a &lt;b&gt;", "two", ""]))
ITEMS = st.lists(INLINE.map(lambda each: f"<li>{each}</li>"), min_size=1, max_size=3).map("".join)
BLOCK = st.one_of(
    INLINE.map(lambda each: f"<p>{each}</p>"),
    ITEMS.map(lambda each: f"<ul>{each}</ul>"),
    ITEMS.map(lambda each: f"<ol>{each}</ol>"),
)


@given(st.lists(BLOCK, max_size=4).map("".join))
def test_no_tag_remains_but_raised_and_lowered_letters(html):
    text = re.sub(r"`[^`]*`", "", markdown.from_html(html))
    assert set(re.findall(r"(?<!\\)<[^>]*>", text)) <= {"<sup>", "</sup>"}


# Which strings are rich text ------------------------------------------------------------------------------------


def compiled(block):
    """A compiled value of a block, made by its kind: rich text wherever the block holds some."""
    if isinstance(block, blocks.RichTextBlock):
        return HTML
    if isinstance(block, PageEmbedBlock):
        kind = document_types()[block.target_models[0]._meta.label]
        shown = {name: member_of(kind, name) for name in block.fields}
        return {**block.example(), "type": kind.label, **shown}
    if isinstance(block, blocks.BaseStreamBlock):
        return [
            {"type": name, "value": compiled(child), "id": name} for name, child in block.child_blocks.items()
        ]
    if isinstance(block, blocks.BaseStructBlock) and not getattr(block, "api_schema", None):
        return {name: compiled(child) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        return [compiled(block.child_block)]
    example = block.example() if hasattr(block, "example") else None
    return "a &lt; b" if example is None else example


def member_of(kind, name):
    field = kind.model_field(name)
    if isinstance(field, RichTextField):
        return HTML
    return compiled(field.stream_block) if isinstance(field, StreamField) else "a &lt; b"


def strings(value):
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("label", sorted(document_types()))
def test_every_rich_text_of_every_type(label):
    """In fields and blocks of every kind, at any depth, in what is embedded too; all other strings as they are."""
    kind = document_types()[label]
    body = {name: member_of(kind, name) for name in kind.fields}
    before, after = list(strings(body)), list(strings(markdown.of_document(label, body)))
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        if old == HTML:
            assert new == AS_MARKDOWN
        elif old.startswith("<"):
            assert "<" not in new, old
        else:
            assert new == old


def test_streams_with_rich_text_are_among_them():
    found = [
        orjson.dumps(member_of(kind, name)).decode().count("Some <b>")
        for kind in document_types().values()
        for name in kind.fields
    ]
    assert max(found) > 5


def test_components_hold_no_rich_text():
    """What a reference leads to isn't looked into."""
    assert "text/html" not in orjson.dumps(shared()).decode()


def test_a_block_that_is_no_more_stays_as_it_is():
    body = {"body": [{"type": "gone", "value": HTML, "id": "1"}], "gone": HTML}
    assert markdown.of_document("guides.ChapterPage", body) == body


# Through HTTP ---------------------------------------------------------------------------------------------------


@pytest.fixture
def chapter(library, committed):
    """A chapter with what holds rich text, and with words that look like it."""
    tool = Tool.objects.create(
        code="plan", name="A plan", text="<ul><li>One.</li></ul>", locale=library["site"].locale
    )
    with committed():
        return world.publish(
            library["two"],
            body=[
                ("text", f'<p>See <a linktype="page" id="{library["one"].pk}">one</a>. &lt;b&gt;</p>'),
                ("box", {"title": "<p>Title</p>", "text": "<p><b>Boxed.</b></p>"}),
                ("tool", tool),
                ("quote", {"text": "<i>So</i> * it is", "attribution": ""}),
                ("footnote", {"text": "<p>A <i>note</i>.</p>"}),
            ],
        )


def values(document):
    return {each["type"]: each["value"] for each in document["body"]}


def check(document, library):
    found = values(document)
    assert found["text"] == rf"See [one](http://testserver/en/guides/religious/{library['one'].slug}/). \<b\>"
    assert found["box"] == {"title": "<p>Title</p>", "text": "**Boxed.**"}
    assert found["tool"]["text"] == "- One."
    assert found["quote"]["text"] == "<i>So</i> * it is"
    assert found["footnote"] == {"text": "A *note*.", "number": 1}


def test_detail_and_by_key(client, library, chapter):
    address = f"{API}/pages/{chapter.pk}/"
    plain, asked = client.get(address), client.get(address + ASKED)
    check(asked.json(), library)
    assert asked.json()["meta"] == plain.json()["meta"]
    assert asked.json().keys() == plain.json().keys()
    assert plain["ETag"] != asked["ETag"]
    assert client.get(address).content == client.get(f"{address}?rich_text_format=html").content
    assert client.get(address + ASKED, headers={"If-None-Match": plain["ETag"]}).status_code == 200
    assert client.get(address + ASKED, headers={"If-None-Match": asked["ETag"]}).status_code == 304
    by_key = client.get(f"{API}/pages/by-key/{chapter.translation_key}/{ASKED}&locale=en&fields=_,body")
    check(by_key.json(), library)


def test_single_fields(client, library):
    address = f"{API}/pages/{library['guide'].pk}/{ASKED}&fields=_,foreword,cover(alt)"
    found = client.get(address).json()
    assert found["foreword"] == "See [elsewhere](https://example.org/)."
    assert found["cover"]["alt"] == "What it shows"


def test_find_keeps_it(client, library, chapter):
    found = client.get(f"{API}/pages/find/{ASKED}&html_path=/en/guides/religious/two/", follow=True)
    check(found.json(), library)


def test_versions(client, library, chapter, committed):
    number = client.get(f"{API}/pages/{chapter.pk}/").json()["meta"]["version"]
    with committed():
        world.publish(chapter, body=[("text", "<p>Other.</p>")])
    check(client.get(f"{API}/pages/{chapter.pk}/{ASKED}&version={number}").json(), library)
    assert values(client.get(f"{API}/pages/{chapter.pk}/{ASKED}").json()) == {"text": "Other."}


def test_lists(client, library, chapter, django_assert_num_queries):
    address = f"{API}/pages/?type=guides.ChapterPage&fields="
    plain = client.get(f"{address}*")
    asked = client.get(f"{address}*&rich_text_format=markdown")
    document = next(each for each in asked.json()["items"] if each["id"] == chapter.pk)
    check(document, library)
    check(client.get(f"{address}body&rich_text_format=markdown").json()["items"][1], library)
    assert plain["ETag"] != asked["ETag"]
    # Neither is kept in the other's place.
    assert client.get(f"{address}*").content == plain.content
    assert client.get(f"{address}*&rich_text_format=markdown").content == asked.content
    with django_assert_num_queries(2):
        client.get(f"{address}*&rich_text_format=markdown")
    # Where no text is shown there is one form.
    short = f"{API}/pages/?type=guides.ChapterPage"
    assert client.get(short)["ETag"] == client.get(f"{short}&rich_text_format=markdown")["ETag"]


@pytest.mark.parametrize("where", ["pages/?", "pages/{id}/?", "pages/by-key/{key}/?locale=en&"])
def test_other_formats_are_refused(client, library, where):
    one = library["one"]
    response = client.get(f"{API}/{where.format(id=one.pk, key=one.translation_key)}rich_text_format=pdf")
    assert response.status_code == 400
    assert (response.json()["code"], response.json()["parameter"]) == ("bad_parameter", "rich_text_format")
