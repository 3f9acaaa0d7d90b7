"""The release of an edition and errata in the admin, as editors meet them."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission

from cms.content import api as content
from cms.content.models import Edition, EditionPin, Erratum
from tests import world
from tests.home.test_pages import get, text, words


@pytest.fixture
def desk(pages):
    return reverse("editions", args=[pages["compendium"].pk])


@pytest.fixture
def editor(pages, django_user_model):
    """Somebody with these permissions on the compendium."""

    def make(*codenames):
        group = Group.objects.create(name="Editors of guides")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        for codename in codenames:
            GroupPagePermission.objects.create(
                group=group,
                page=pages["compendium"],
                permission=Permission.objects.get(codename=codename),
            )
        user = django_user_model.objects.create_user(email="editor@example.org", password="secret-secret")
        user.groups.add(group)
        return user

    return make


def release(client, desk, number=1, **data):
    return client.post(desk, {"number": number, "note": "What is new", **data}, follow=True)


def numbers():
    return list(Edition.objects.order_by("number").values_list("number", flat=True))


def test_the_button_is_where_a_root_is_edited(client, pages, desk, editor, translate):
    client.force_login(editor("change_page", "publish_page"))

    def edit(page):
        return text(get(client, reverse("wagtailadmin_pages:edit", args=[page.pk])))

    assert f'href="{desk}"' in edit(pages["compendium"])
    assert "/admin/editions/" not in edit(pages["guide"])


def test_not_for_whoever_may_not_publish(client, pages, desk, editor):
    client.force_login(editor("change_page"))
    edit = text(get(client, reverse("wagtailadmin_pages:edit", args=[pages["compendium"].pk])))
    assert "/admin/editions/" not in edit
    add = reverse("erratum_add", args=[pages["compendium"].pk, 1])
    for path in (desk, add):
        assert client.get(path).status_code in (302, 403)
    release(client, desk)
    client.post(add, {"noted_on": "2030-01-01", "text_en": "Mine"})
    assert (numbers(), Erratum.objects.count()) == ([1], 0)


def test_it_shows_what_there_is_and_what_has_changed(client, pages, desk, editor, committed):
    client.force_login(editor("change_page", "publish_page"))
    with committed():
        world.publish(pages["two"], body=[("text", "<p>Two words.</p>")])
    pages["one"].title = "A draft title"
    pages["one"].save_revision()
    read = words(text(get(client, desk)))
    assert "Edition 1 is the current one" in read and "Release edition 2" in read
    assert "A draft title" in read and "All editions" in read


def test_releasing(client, pages, desk, editor, committed):
    client.force_login(editor("change_page", "publish_page"))
    pages["two"].body = [("text", "<p>Two words.</p>")]
    pages["two"].save_revision()
    assert "<ins> words.</ins>" in text(get(client, desk)) or "<ins>" in text(get(client, desk))
    with committed():
        read = words(text(release(client, desk, drafts=[pages["two"].pk])))
    assert "Edition 2 has been released." in read and "What is new" in read
    assert numbers() == [1, 2]
    assert "Two words." in text(get(client, "/en/guides/religious/two/"))
    assert "Two words." not in text(get(client, "/en/_edition/1/guides/religious/two/"))


def test_a_second_click_releases_nothing_more(client, pages, desk, editor, committed):
    client.force_login(editor("change_page", "publish_page"))
    with committed():
        release(client, desk)
        pins = EditionPin.objects.count()
        read = words(text(release(client, desk)))
    assert "Edition 2 has been released meanwhile." in read
    assert (numbers(), EditionPin.objects.count()) == ([1, 2], pins)


@pytest.mark.parametrize(
    "data", [{"note": "  "}, {"number": ""}, {"number": "x"}, {"drafts": ["1"]}, {"note": "a" * 2001}]
)
def test_what_is_wrong_releases_nothing(client, pages, desk, editor, data):
    client.force_login(editor("change_page", "publish_page"))
    response = client.post(desk, {"number": 1, "note": "New"} | data)
    assert (response.status_code == 200 and "error" in text(response)) or "help-critical" in text(response)
    assert numbers() == [1]


def test_only_where_editions_are_released(client, pages, admin_user, translate):
    client.force_login(admin_user)
    arabic = translate(pages["compendium"], "ar", title="الأدلة")
    for page_id in (pages["guide"].pk, pages["home"].pk, arabic.pk, 999999):
        assert client.get(reverse("editions", args=[page_id])).status_code == 404


def test_an_erratum_is_written_changed_and_taken_back(client, pages, desk, editor):
    client.force_login(editor("change_page", "publish_page"))
    add = reverse("erratum_add", args=[pages["compendium"].pk, 1])
    assert "4.2 Design" in text(get(client, add))
    today = content.editions_of(pages["compendium"].translation_key)[0].released_at.date().isoformat()
    values = {"noted_on": today, "key": str(pages["two"].translation_key), "text_en": "Read 2."}
    client.post(add, values)
    assert "Read 2." in text(get(client, "/en/guides/religious/two/"))
    erratum = Erratum.objects.get()
    assert erratum.author.email == "editor@example.org"
    change = reverse("erratum", args=[pages["compendium"].pk, erratum.pk])
    assert "Read 2." in text(get(client, change))
    client.post(change, values | {"text_en": "", "text_fr": "Lire 2."})
    assert Erratum.objects.get().texts == {"fr": "Lire 2."}
    refused = client.post(change, values | {"text_en": ""})
    assert "Say in at least one language" in text(refused)
    refused = client.post(change, values | {"key": "00000000-0000-0000-0000-000000000000"})
    assert refused.status_code == 200
    assert Erratum.objects.get().texts == {"fr": "Lire 2."}
    client.post(change, {"remove": "1"})
    assert Erratum.objects.count() == 0
    assert "Lire 2." not in text(get(client, "/en/guides/religious/two/"))


def test_errata_of_others_are_not_there(client, pages, editor):
    client.force_login(editor("change_page", "publish_page"))
    root = pages["compendium"].pk
    assert client.get(reverse("erratum_add", args=[root, 2])).status_code == 404
    assert client.get(reverse("erratum", args=[root, 999])).status_code == 404
