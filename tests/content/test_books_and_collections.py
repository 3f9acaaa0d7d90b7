"""What a collection holds back is in no document and no file, however it came to be held back."""

import zipfile
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.content.models import ContentItem
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from tests import world


@pytest.fixture
def illustrated(site, committed):
    """A picture in a collection of its own, and the guide that shows it."""
    picture = world.image(description="Doors of a building")
    picture.collection = Collection.get_first_root_node().add_child(name="Pictures")
    picture.save()
    with committed():
        guide = world.add(world.add(site, CompendiumPage(title="Guides")), GuidePage(title="Sites"))
        figure = ("figure", {"image": picture, "caption": "Doors", "credit": ""})
        chapter = world.add(guide, ChapterPage(title="One", slug="one", body=[figure]))
    return picture, guide, chapter


def pictures_of(guide, client=None) -> list[str]:
    """The names of the pictures in a guide's EPUB."""
    item = ContentItem.objects.get(page_id=guide.pk)
    response = (client or Client()).get(f"/files/{item.key}/en/{item.slug}.epub")
    with zipfile.ZipFile(BytesIO(b"".join(response.streaming_content))) as archive:
        return [name for name in archive.namelist() if name.endswith(".jpg")]


def test_a_collection_that_moves_below_a_restricted_one(illustrated, committed, admin_client):
    picture, guide, chapter = illustrated
    address = picture.renditions.first().url
    path = f"/api/v2/pages/{chapter.pk}/"
    assert Client().get(address).status_code == 200
    assert pictures_of(guide) and address in Client().get(path).content.decode()
    hidden = Collection.get_first_root_node().add_child(name="Hidden")
    CollectionViewRestriction.objects.create(collection=hidden, restriction_type="groups").groups.add(
        Group.objects.create(name="Insiders")
    )
    with committed():
        admin_client.post(
            f"/admin/collections/{picture.collection_id}/", {"name": "Pictures", "parent": hidden.pk}
        )
    assert Collection.objects.get(pk=picture.collection_id).is_descendant_of(hidden)
    assert Client().get(address).status_code == 404
    assert address not in Client().get(path).content.decode()
    assert not pictures_of(guide)


def test_a_collection_that_goes_to_another_group(illustrated, committed, django_user_model):
    """A guide of one group's with a picture that is another group's from now on. The admin saves a restriction and then
    its groups, each in a transaction of its own."""
    picture, guide, _chapter = illustrated
    ours, theirs = Group.objects.create(name="Ours"), Group.objects.create(name="Theirs")
    reader = django_user_model.objects.create_user("reader@example.org", "x")
    reader.groups.add(ours)
    client = Client()
    client.force_login(reader)

    def give(restriction, group):
        with committed():
            restriction.save()
        with committed():
            restriction.groups.set([group])

    restriction = CollectionViewRestriction(collection=picture.collection, restriction_type="groups")
    give(PageViewRestriction(page=guide, restriction_type="groups"), ours)
    give(restriction, ours)
    assert pictures_of(guide, client)
    give(restriction, theirs)
    assert client.get(picture.renditions.first().url).status_code == 404
    assert not pictures_of(guide, client)
