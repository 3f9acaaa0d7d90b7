"""Figures that enlarge: a link to the widest rendition, a script only where there is a figure."""

import re

from cms.content import api as content
from cms.content.models import ContentItem
from home.models import StandardPage
from home.templatetags.reading import has_figures, largest
from tests import world

SCRIPT = r'<script src="/static/site/figures[^"]*\.js" data-close="Close" defer></script>'


def html_of(client, path="/en/guides/religious/one/"):
    return client.get(path).content.decode()


def test_the_picture_leads_to_its_widest_jpeg_with_words_for_it(client, pages):
    html = html_of(client)
    body = content.body(ContentItem.objects.select_related("current").get(page_id=pages["one"].pk).current)[
        "body"
    ]
    image = next(block["value"]["image"] for block in body if block["type"] == "figure")
    widest = max(
        (each for each in image["renditions"] if each["format"] == "jpeg"), key=lambda each: each["width"]
    )
    [link] = re.findall(r'<a class="enlarge" href="([^"]+)">', html)
    assert link == widest["url"] == largest(image)
    assert re.search(r'alt="What it shows"[^>]*></picture>\s*<span class="sr-only">Enlarge</span></a>', html)
    assert client.get(link).status_code == 200


def test_the_script_is_a_file_and_comes_with_figures_alone(client, pages):
    assert len(re.findall(SCRIPT, html_of(client))) == 1
    assert "figures.js" not in html_of(client, "/en/guides/religious/two/")
    assert "figures.js" not in html_of(client, "/en/about/")


def test_a_decorative_picture_without_a_caption_is_no_link(client, site, committed):
    picture = world.image()
    picture.contextual_alt_text, picture.decorative = "", True
    with committed():
        body = [("figure", {"image": picture, "caption": "", "credit": ""})]
        world.add(site, StandardPage(title="Plain", slug="plain", body=body))
    html = html_of(client, "/en/plain/")
    assert '<figure class="figure"' in html
    assert 'class="enlarge"' not in html


def test_a_picture_that_is_gone_has_no_address():
    assert largest(None) == largest({"renditions": []}) == ""
    webp = {"format": "webp", "width": 320, "url": "/media/a.webp"}
    assert largest({"renditions": [webp]}) == "/media/a.webp"


def test_figures_are_found_in_what_is_shown_in_place():
    figure = {"type": "figure", "value": {"image": None}, "id": "1"}
    assert has_figures([figure])
    assert has_figures([{"type": "chapter", "value": {"body": [figure]}, "id": "2"}])
    assert not has_figures([{"type": "text", "value": "<p>figure</p>", "id": "3"}])
    assert not has_figures([{"type": "chapter", "value": None, "id": "4"}])
    assert not has_figures(None)
