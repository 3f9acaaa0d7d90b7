"""The gate about form: headings that skip a level, images without words. With the block where it is."""

import pytest

from cms.content import api
from cms.content.models import Hold
from cms.core.problems import PublicationRefused
from home.guides.models import GuidePage
from home.models import StandardPage
from home.programme.models import ProgrammePage
from tests import world


def heading(level, text="A heading"):
    return {"type": "heading", "value": {"text": text, "level": str(level)}, "id": f"h{level}-{text}"}


def page(*body, **fields):
    return StandardPage(title="Page", slug="page", body=list(body), **fields)


def told(page):
    return [(each.code, each.field, each.block, each.place) for each in api.publication_problems(page)]


def test_a_skipped_level_is_told_with_its_place(site):
    text = {"type": "text", "value": "<p>Words.</p>", "id": "t"}
    draft = page(heading(2), text, heading(4, "Too deep"), heading(3), heading(4))
    draft.locale = site.locale
    assert told(draft) == [("heading_skipped", "body", "h4-Too deep", "Body, block 3: Heading")]
    (problem,) = api.publication_problems(draft)
    assert str(problem.message) == (
        "“Too deep” is a heading of the level “Paragraph heading”: one of the level “Subsection” is missing before it."
    )


def test_a_body_begins_with_a_section(site):
    draft = page(heading(3))
    draft.locale = site.locale
    assert told(draft) == [("heading_skipped", "body", "h3-A heading", "Body, block 1: Heading")]


def test_publishing_it_is_refused_and_changes_nothing(site, committed):
    with committed():
        live = world.add(site, page(heading(2)))
    with pytest.raises(PublicationRefused):
        world.publish(live, body=[heading(2), heading(4)])
    assert [
        block["type"] for block in api.reading(path="/en/page/", principals=frozenset()).document["body"]
    ] == ["heading"]


def test_what_was_published_before_the_rule_follows_and_is_told(site, committed):
    with committed():
        live = world.add(site, page(heading(2)))
    StandardPage.objects.filter(pk=live.pk).update(body=[heading(3)])
    api.publish(live.pk)
    found = api.reading(path="/en/page/", principals=frozenset()).document
    assert found["body"][0]["value"]["level"] == 3
    assert [problem["code"] for problem in Hold.objects.get().problems] == ["heading_skipped"]


def figure(image, *, alt="", decorative=False):
    value = {
        "image": {"image": image.pk, "alt_text": alt, "decorative": decorative},
        "caption": "",
        "credit": "",
    }
    return {"type": "figure", "value": value, "id": "f"}


def test_an_image_says_what_it_shows_or_is_decorative(site, committed):
    with committed():
        image, described = world.image(description=""), world.image(description="A door")
    for block, codes in (
        (figure(image), ["alt_missing"]),
        (figure(image, alt="A door"), []),
        (figure(image, decorative=True), []),
        (figure(described), []),
    ):
        draft = page(block)
        draft.locale = site.locale
        assert [problem.code for problem in api.publication_problems(draft)] == codes
    draft = page(figure(image))
    draft.locale = site.locale
    assert told(draft) == [("alt_missing", "body", "f", "Body, block 1: Figure")]


def test_the_images_of_a_page_itself_too(site, committed):
    with committed():
        image, described = world.image(description=""), world.image(description="A door")
    for model, field, label in ((GuidePage, "cover", "Cover image"), (ProgrammePage, "banner", "Banner")):
        draft = model(title="Page", slug="page", locale=site.locale, **{field: image})
        assert told(draft) == [("alt_missing", field, "", label)]
        setattr(draft, field, described)
        assert told(draft) == []
