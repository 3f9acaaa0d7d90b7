"""Pictures: what they lose on the way in, and who may see them on the way out."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Pillow
from wagtail.models import Collection, CollectionViewRestriction

from cms.media.models import Image
from tests import world

GPS = 0x8825


def photograph() -> ContentFile:
    """A JPEG that says where and by whom it was taken, and that it lies on its side."""
    picture = Pillow.new("RGB", (400, 200), (10, 120, 60))
    exif = picture.getexif()
    exif[0x010F] = "A camera"
    exif[0x0112] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (36.0, 48.0, 23.0)
    target = BytesIO()
    picture.save(target, "JPEG", exif=exif)
    return ContentFile(target.getvalue(), name="photo.jpg")


@pytest.mark.django_db
def test_an_upload_loses_its_place_and_keeps_its_orientation():
    assert Pillow.open(photograph()).getexif().get_ifd(GPS)
    image = Image.objects.create(title="Photo", file=photograph())
    stored = Pillow.open(image.file.open())
    assert not stored.getexif()
    assert stored.size == (200, 400)
    assert (image.width, image.height) == (200, 400)


@pytest.mark.django_db
def test_renditions_are_made_at_upload_in_two_formats(committed):
    with committed():
        image = world.image()
    assert sorted(image.renditions.values_list("filter_spec", flat=True)) == sorted(
        f"width-{width}|format-{kind}" for width in (320, 640, 1280) for kind in ("webp", "jpeg")
    )


@pytest.mark.django_db
def test_renditions_are_served_to_everybody_originals_to_editors(committed, client, django_user_model):
    with committed():
        image = world.image()
    rendition = image.renditions.first()
    answer = client.get(rendition.url)
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert client.get(image.file.url).status_code == 404
    client.force_login(django_user_model.objects.create_superuser("editor@example.org"))
    assert client.get(image.file.url).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["../db.sqlite3", "renditions/../../secret-key", "/etc/passwd", "renditions/", "x"]
)
def test_nothing_else_is_served(client, name):
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.django_db
def test_a_restricted_picture_is_nobody_elses_and_stored_by_no_cache(committed, client, django_user_model):
    with committed():
        image = world.image()
    closed = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    image.collection = closed
    image.save()
    address = image.renditions.first().url
    assert client.get(address).status_code == 404
    client.force_login(django_user_model.objects.create_user("member@example.org"))
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
