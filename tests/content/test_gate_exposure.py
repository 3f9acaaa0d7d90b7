"""Nothing is shown to more people than may have it: files and images of restricted collections, in any way of showing."""

import pytest
from django.core.files.base import ContentFile
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.content import api
from cms.content.models import Hold
from cms.core.audiences import REGISTERED
from cms.media.models import File
from home.guides.models import ChapterPage, CompendiumPage, GuidePage, ResourcePage, Tool
from home.programme.models import ProgrammePage
from tests import world


@pytest.fixture
def closed(db):
    root = Collection.get_first_root_node()
    outer = root.add_child(instance=Collection(name="Closed"))
    inner = outer.add_child(instance=Collection(name="Inner"))
    CollectionViewRestriction.objects.create(collection=outer, restriction_type="login")
    return inner


@pytest.fixture
def file(closed):
    return File.objects.create(title="A list", file=ContentFile(b"x", name="list.txt"), collection=closed)


@pytest.fixture
def image(closed, committed):
    with committed():
        found = world.image(title="A plan")
    found.collection = closed
    found.save()
    return found


@pytest.fixture
def guide(site, committed):
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        return world.add(compendium, GuidePage(title="Guide", slug="guide"))


def download(file):
    return {"type": "download", "value": {"title": "T", "description": "", "file": file.pk}, "id": "d"}


def figure(image):
    value = {
        "image": {"image": image.pk, "alt_text": "A plan", "decorative": False},
        "caption": "",
        "credit": "",
    }
    return {"type": "figure", "value": value, "id": "f"}


def told(page):
    return [(each.code, each.field, each.block) for each in api.publication_problems(page)]


def chapter(guide, *body):
    return ChapterPage(title="Chapter", slug="chapter", locale=guide.locale, body=list(body))


def test_in_a_public_page_it_is_refused(guide, file, image, committed):
    tool = Tool.objects.create(name="A tool", code="a-tool", locale=guide.locale, file=file)
    body = [download(file), figure(image), {"type": "tool", "value": tool.pk, "id": "t"}]
    with committed():
        page = world.add(guide, chapter(guide, *body), live=False)
    assert told(page) == [("restricted_file", "body", each) for each in "dft"]
    assert str(api.publication_problems(page)[0].message).startswith(
        "“A list” lies in a restricted collection"
    )


def test_in_the_fields_of_a_page_too(site, guide, file, image, committed):
    with committed():
        programme = world.add(site, ProgrammePage(title="P", slug="p", banner=image), live=False)
    assert told(programme) == [("restricted_file", "banner", "")]
    with committed():
        resource = world.add(site, ResourcePage(title="R", slug="r", file=file), live=False)
    assert told(resource) == [("restricted_file", "file", "")]


def test_a_link_to_a_file_becomes_its_words(guide, file, committed):
    text = f'<p><a linktype="document" id="{file.pk}">the list</a></p>'
    with committed():
        page = world.add(guide, chapter(guide, ("text", text)))
    assert told(page) == []
    assert api.compile_page(page).body["body"][0]["value"] == "<p>the list</p>"


def test_in_a_page_for_the_same_people_it_is_shown(guide, file, image, committed):
    PageViewRestriction.objects.create(page=guide, restriction_type=PageViewRestriction.LOGIN)
    with committed():
        page = world.add(guide, chapter(guide, download(file), figure(image)))
    assert told(page) == []
    body = api.reading(path="/en/guides/guide/chapter/", principals=frozenset({REGISTERED})).document["body"]
    assert body[0]["value"]["file"]["title"] == "A list"
    assert body[1]["value"]["image"]["alt"] == "A plan"


def test_what_is_restricted_later_comes_out_and_the_editor_is_told(guide, committed):
    collection = Collection.get_first_root_node().add_child(instance=Collection(name="Open"))
    with committed():
        file = File.objects.create(
            title="A list", file=ContentFile(b"x", name="list.txt"), collection=collection
        )
        image = world.image()
        image.collection = collection
        image.save()
        world.add(guide, chapter(guide, download(file), figure(image)))
    with committed():
        CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    body = api.reading(path="/en/guides/guide/chapter/", principals=frozenset()).document["body"]
    assert (body[0]["value"]["file"], body[1]["value"]["image"]) == (None, None)
    assert {problem["code"] for problem in Hold.objects.get().problems} == {"restricted_file"}


def test_who_may_have_files_of_collections_in_few_statements(closed, django_assert_num_queries):
    from cms.content.access import audiences_of_collections

    ids = set(Collection.objects.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        found = audiences_of_collections(ids)
    assert found[closed.pk] == frozenset({frozenset({REGISTERED})})
    assert found[Collection.get_first_root_node().pk] == frozenset()
    with django_assert_num_queries(0):
        assert audiences_of_collections(set()) == {}
