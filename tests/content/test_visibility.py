"""Every way in which content becomes visible or invisible, one test each: document, contents and feed follow."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import TranslationCreator
from wagtail_localize.synctree import synchronize_tree

from cms.changes.api import feed_page
from cms.content import api
from cms.content.models import ContentItem, Hold, Mark
from cms.core import invariants
from cms.core.audiences import principals_of
from cms.media.models import Image
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from home.models import StandardPage
from tests import world

ANYBODY = frozenset()


@pytest.fixture
def guide(site, committed):
    """A compendium with one guide of two chapters."""
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides", show_in_menus=True))
        guide = world.add(compendium, GuidePage(title="Religious sites", slug="religious", module_number=4))
        world.add(guide, ChapterPage(title="One", slug="one", body=[("text", "<p>First words.</p>")]))
        world.add(guide, ChapterPage(title="Two", slug="two", body=[("text", "<p>Second words.</p>")]))
    return guide


@pytest.fixture(autouse=True)
def _invariants(db):
    yield
    assert list(invariants.violations()) == []


def chapter(slug="one"):
    return ChapterPage.objects.get(slug=slug, locale__language_code="en")


def sees(path, principals=ANYBODY):
    """The title that a reader finds at an address, or None."""
    found = api.reading(path=path, principals=principals)
    return found and found.document["title"]


def feed(after=0, keys=("",)):
    return [
        (row.kind, row.locale, row.item_id)
        for row in feed_page(after=after, access_keys=set(keys), limit=500).rows
    ]


def last_number():
    return feed_page(after=0, access_keys={""}, limit=500).next_number


def titles(path="/en/guides/"):
    root = api.reading(path=path, principals=ANYBODY).root
    return [node["title"] for node in api.flatten(root)]


def test_publishing_shows(guide):
    assert sees("/en/guides/religious/one/") == "One"
    assert titles() == ["Guides", "Religious sites", "One", "Two"]


def test_a_draft_is_not_there(guide, committed):
    with committed():
        world.add(guide, ChapterPage(title="Three", slug="three"), live=False)
    assert sees("/en/guides/religious/three/") is None
    assert "Three" not in titles()


def test_republishing_without_a_change_gives_no_version_and_no_change(guide, committed):
    before = last_number()
    item = ContentItem.objects.get(page_id=chapter().pk)
    with committed():
        world.publish(chapter())
    item.refresh_from_db()
    assert item.versions.count() == 1
    assert feed(after=before) == []


def test_an_edit_gives_a_version_and_a_change(guide, committed):
    before = last_number()
    with committed():
        world.publish(chapter(), body=[("text", "<p>Other words.</p>")])
    item = ContentItem.objects.get(page_id=chapter().pk)
    assert item.current.number == 2
    assert feed(after=before) == [("updated", "en", chapter().pk)]
    assert "First words" in item.versions.get(number=1).body


def test_unpublishing_withdraws_in_its_own_transaction(guide, committed):
    before = last_number()
    chapter().unpublish()
    # Nothing has waited for a commit: the very next statement sees nothing.
    assert sees("/en/guides/religious/one/") is None
    assert "One" not in titles()
    assert feed(after=before) == [("withdrawn", "en", chapter().pk)]


def test_publishing_again_brings_it_back(guide, committed):
    with committed():
        chapter().unpublish()
    with committed():
        world.publish(chapter())
    assert sees("/en/guides/religious/one/") == "One"
    assert ContentItem.objects.get(page_id=chapter().pk).versions.count() == 1


def test_deleting_withdraws_descendants_too(guide, committed):
    ids = {guide.pk, *guide.get_children().values_list("pk", flat=True)}
    before = last_number()
    with committed():
        guide.delete()
    assert sees("/en/guides/religious/one/") is None
    assert {row[2] for row in feed(after=before)} == ids
    assert titles() == ["Guides"]


def test_scheduling_shows_nothing_and_the_schedule_shows_it(guide, committed):
    with committed():
        page = world.add(guide, ChapterPage(title="Later", slug="later"), live=False)
        page.go_live_at = timezone.now() + timedelta(hours=1)
        page.save_revision().publish()
    assert sees("/en/guides/religious/later/") is None
    page.refresh_from_db()
    revision = page.latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    content = revision.content
    content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.content = content
    revision.save()
    with committed():
        call_command("publish_scheduled")
    assert sees("/en/guides/religious/later/") == "Later"


def test_expiring_withdraws(guide, committed):
    Page.objects.filter(pk=chapter().pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    with committed():
        call_command("publish_scheduled")
    assert sees("/en/guides/religious/one/") is None


def test_a_new_slug_moves_descendants(guide, committed):
    before = last_number()
    with committed():
        world.publish(guide, slug="places-of-worship")
    assert sees("/en/guides/religious/one/") is None
    assert sees("/en/guides/places-of-worship/one/") == "One"
    assert {row[2] for row in feed(after=before)} == {guide.pk, chapter("one").pk, chapter("two").pk}


def test_moving_changes_addresses_of_all_below(guide, site, committed):
    with committed():
        other = world.add(site, CompendiumPage(title="Other", slug="other"))
    with committed():
        guide.move(other, pos="last-child")
    assert sees("/en/guides/religious/one/") is None
    assert sees("/en/other/religious/one/") == "One"
    assert titles() == ["Guides"]


def test_reordering_changes_numbers(guide, committed):
    with committed():
        chapter("two").move(chapter("one"), pos="left")
    nodes = api.flatten(api.reading(path="/en/guides/", principals=ANYBODY).root)
    assert [(node["number"], node["title"]) for node in nodes[1:]] == [
        ("4", "Religious sites"),
        ("4.1", "Two"),
        ("4.2", "One"),
    ]


def test_copying_live_shows_the_copy(guide, committed):
    with committed():
        chapter().copy(update_attrs={"slug": "copy", "title": "A copy"}, keep_live=True)
    assert sees("/en/guides/religious/copy/") == "A copy"


def test_a_page_added_live_in_code_shows(guide, committed):
    with committed():
        guide.add_child(instance=ChapterPage(title="In code", slug="in-code", locale=guide.locale))
    assert sees("/en/guides/religious/in-code/") == "In code"


def test_an_alias_compiles_to_nothing(guide, committed):
    with committed():
        chapter().create_alias(update_slug="alias")
    assert sees("/en/guides/religious/alias/") is None


def test_an_alias_that_becomes_a_page_of_its_own_shows(guide, committed):
    with committed():
        alias = chapter().create_alias(update_slug="alias")
    with committed():
        ConvertAliasPageAction(alias.specific, user=None).execute(skip_permission_checks=True)
    assert sees("/en/guides/religious/alias/") == "One"


def test_a_locale_tree_sync_makes_aliases_that_are_missing(guide, committed):
    with committed():
        synchronize_tree(world.locale("en"), world.locale("fr"))
    assert Page.objects.filter(locale__language_code="fr", alias_of__isnull=False, live=True).exists()
    found = api.reading(path="/fr/guides/religious/one/", principals=ANYBODY)
    assert found.is_fallback and found.language == "en"
    assert not ContentItem.objects.filter(locale="fr").exists()


def translate(page, code="fr", **strings):
    """Translate through wagtail-localize: every string gets a mark of the language, and it is published."""
    source, _ = TranslationSource.get_or_create_from_instance(page)
    source.update_from_db()
    translation, _ = Translation.objects.get_or_create(source=source, target_locale=world.locale(code))
    po = source.export_po()
    for entry in po:
        entry.msgstr = f"{code}: {entry.msgid}"
    exported = translation.export_po()
    for entry in exported:
        entry.msgstr = f"{code}: {entry.msgid}"
    translation.import_po(exported)
    translation.save_target(publish=True)
    return page.get_translation(world.locale(code))


def test_a_translation_published_by_localize_shows(guide, site, committed):
    before = last_number()
    with committed():
        translate(chapter())
    found = api.reading(path="/fr/guides/religious/one/", principals=ANYBODY)
    assert (found.language, found.document["title"]) == ("fr", "fr: One")
    assert found.document["body"][0]["value"] == "<p>fr: First words.</p>"
    assert ("published", "fr") in [row[:2] for row in feed(after=before)]


def test_block_ids_are_the_same_in_a_translation(guide, committed):
    with committed():
        translate(chapter())
    ids = [
        [block["id"] for block in api.reading(path=path, principals=ANYBODY).document["body"]]
        for path in ("/en/guides/religious/one/", "/fr/guides/religious/one/")
    ]
    assert ids[0] == ids[1]


def test_an_edit_of_the_source_outdates_translations_until_they_are_brought_up(guide, committed):
    with committed():
        translate(chapter())
    before = last_number()
    with committed():
        world.publish(chapter(), body=[("text", "<p>New words.</p>")])
    french = ContentItem.objects.get(key=chapter().translation_key, locale="fr")
    assert french.outdated
    assert ("updated", "fr") in [row[:2] for row in feed(after=before)]
    with committed():
        translate(chapter())
    french.refresh_from_db()
    assert not french.outdated
    assert sees("/fr/guides/religious/one/") == "fr: One"


def test_what_a_translator_has_nothing_to_do_with_outdates_nothing(guide, committed):
    with committed():
        target = chapter("two")
        text = f'<p><a linktype="page" id="{target.pk}">words</a></p>'
        world.publish(chapter(), body=[("text", text)])
    with committed():
        translate(chapter())
    with committed():
        world.publish(chapter("two"), slug="second")
    english = ContentItem.objects.get(page_id=chapter().pk)
    assert "/en/guides/religious/second/" in english.current.body
    assert not ContentItem.objects.get(key=english.key, locale="fr").outdated


def test_a_restriction_on_an_ancestor_hides_all_languages_at_once_and_lifting_shows(guide, committed):
    with committed():
        translate(chapter())
    before = last_number()
    restriction = PageViewRestriction.objects.create(page=guide, restriction_type=PageViewRestriction.LOGIN)
    # No commit yet: it is hidden already, in French too.
    assert sees("/en/guides/religious/one/") is None
    assert sees("/fr/guides/religious/one/") is None
    assert titles() == ["Guides"]
    assert {row[:2] for row in feed(after=before)} == {("withdrawn", "en"), ("withdrawn", "fr")}
    assert sees("/fr/guides/religious/one/", frozenset({"registered"})) == "fr: One"
    restriction.delete()
    assert sees("/en/guides/religious/one/") == "One"
    assert titles()[1:] == ["Religious sites", "One", "Two"]


def test_a_restriction_to_groups_and_a_change_of_its_groups(guide, committed):
    members, others = (Group.objects.create(name=name) for name in ("Members", "Others"))
    restriction = PageViewRestriction.objects.create(
        page=chapter(), restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.set([members])
    member = frozenset({"registered", f"group:{members.pk}"})
    other = frozenset({"registered", f"group:{others.pk}"})
    assert sees("/en/guides/religious/one/", member) == "One"
    assert sees("/en/guides/religious/one/", other) is None
    restriction.groups.set([others])
    assert sees("/en/guides/religious/one/", member) is None
    assert sees("/en/guides/religious/one/", other) == "One"
    assert sees("/en/guides/religious/one/", frozenset({"registered", "*"})) == "One"


def test_a_translation_made_under_a_restriction_is_restricted(guide, committed):
    PageViewRestriction.objects.create(page=chapter(), restriction_type=PageViewRestriction.LOGIN)
    with committed():
        translate(chapter())
    assert sees("/fr/guides/religious/one/") is None
    assert sees("/fr/guides/religious/one/", frozenset({"registered"})) == "fr: One"


def test_moving_under_a_restriction_hides(guide, site, committed):
    with committed():
        closed = world.add(site, CompendiumPage(title="Closed", slug="closed"))
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    guide.move(closed, pos="last-child")
    assert sees("/en/closed/religious/one/") is None
    assert sees("/en/guides/religious/one/") is None


def test_replacing_an_image_gives_another_address_and_keeps_the_old_version_whole(site, committed, client):
    with committed():
        image = world.image()
        page = world.add(site, StandardPage(title="Page", slug="page", body=[figure(image)]))
    old = renditions("/en/page/")
    assert old[0]["url"].startswith("/media/renditions/")
    with committed():
        image.refresh_from_db()
        image.file = world.picture(colour=(200, 30, 30))
        image._set_image_file_metadata()
        image.save()
        image.renditions.all().delete()
    new = renditions("/en/page/")
    assert {each["url"] for each in old}.isdisjoint(each["url"] for each in new)
    assert ContentItem.objects.get(page_id=page.pk).versions.count() == 2
    for each in (*old, *new):
        assert client.get(each["url"]).status_code == 200


def test_deleting_an_image_takes_it_out(site, committed):
    with committed():
        image = world.image()
        world.add(site, StandardPage(title="Page", slug="page", body=[figure(image)]))
    with committed():
        image.delete()
    assert api.reading(path="/en/page/", principals=ANYBODY).document["body"][0]["value"]["image"] is None


def figure(image):
    image.contextual_alt_text, image.decorative = "What it shows", False
    return ("figure", {"image": image, "caption": "Caption", "credit": ""})


def renditions(path):
    return api.reading(path=path, principals=ANYBODY).document["body"][0]["value"]["image"]["renditions"]


def test_a_restricted_collection_hides_its_pictures(site, committed, client):
    with committed():
        image = world.image()
        world.add(site, StandardPage(title="Page", slug="page", body=[figure(image)]))
    address = renditions("/en/page/")[0]["url"]
    closed = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    with committed():
        image.collection = closed
        image.save()
    assert client.get(address).status_code == 404


def test_a_picture_moved_to_a_restricted_collection_with_others_is_taken_out(site, committed, admin_client):
    # Wagtail's bulk action updates rows without a signal.
    with committed():
        images = [world.image(), world.image()]
        world.add(site, StandardPage(title="Page", slug="page", body=[figure(images[0]), figure(images[1])]))
    closed = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    address = reverse("wagtail_bulk_action", args=["media", "image", "add_to_collection"])
    with committed():
        admin_client.post(f"{address}?id={images[0].pk}&id={images[1].pk}", {"collection": closed.pk})
    assert {image.collection for image in Image.objects.all()} == {closed}
    body = api.reading(path="/en/page/", principals=ANYBODY).document["body"]
    assert [block["value"]["image"] for block in body] == [None, None]


def test_recall_destroys_every_version_and_file(site, committed, client):
    with committed():
        image = world.image()
        page = world.add(site, StandardPage(title="Page", slug="page", body=[figure(image)]))
    addresses = [each["url"] for each in renditions("/en/page/")]
    with committed():
        image.delete()
    assert client.get(addresses[0]).status_code == 200  # the first version still shows it
    before = last_number()
    with committed():
        page.unpublish()
    with committed():
        api.recall(page.pk)
    assert not ContentItem.objects.filter(page_id=page.pk).exists()
    assert client.get(addresses[0]).status_code == 404
    assert ("withdrawn", "en", page.pk) in feed(after=before)


def test_what_shows_is_marked_durably_and_swept_after_a_crash(guide):
    # No commit callbacks run: as if the process had died right after the commit.
    world.publish(chapter(), body=[("text", "<p>Crash.</p>")])
    assert Mark.objects.filter(page_id=chapter().pk).exists()
    api.sweep(older_than=timedelta(0), now=timezone.now() + timedelta(seconds=1))
    assert not Mark.objects.exists()
    assert "Crash" in str(api.reading(path="/en/guides/religious/one/", principals=ANYBODY).document)


def test_a_page_live_past_the_gate_is_held_and_its_previous_version_stays(guide, committed):
    from cms.content.dependants import mark_pages

    with committed():
        page = chapter()
        image = world.image(description="")
        image.contextual_alt_text, image.decorative = "", False
        page.body = [("figure", {"image": image, "caption": "", "credit": ""})]
        # A way past form, hook and save: as `QuerySet.update` or a bulk action of somebody else's.
        ChapterPage.objects.filter(pk=page.pk).update(body=page.body)
        mark_pages([page.pk], reason="published")
    assert Hold.objects.get(page_id=page.pk).problems[0]["field"] == "body"
    assert "First words" in str(api.reading(path="/en/guides/religious/one/", principals=ANYBODY).document)


def test_translating_a_subtree_through_the_creator(guide, committed):
    with committed():
        creator = TranslationCreator(user=None, target_locales=[world.locale("es")])
        creator.create_translations(chapter())
    # A translation that nobody has published isn't there.
    assert api.reading(path="/es/guides/religious/one/", principals=ANYBODY).is_fallback


def test_breadcrumbs_go_through_what_stands_between_front_page_and_root(site, committed):
    from learning.catalogue.pages import CourseIndexPage, CoursePage

    with committed():
        index = world.add(site, CourseIndexPage(title="Courses", slug="courses"))
        world.add(index, CoursePage(title="A course", slug="a-course"))
    found = api.reading(path="/en/courses/a-course/", principals=ANYBODY)
    assert [node["title"] for node in found.trail] == ["Compendium", "Courses"]


def test_when_a_group_is_deleted_nobody_is_left_who_may_read(guide, committed, django_user_model):
    with committed():
        restriction = world.for_members(guide)
    group = restriction.groups.get()
    member = django_user_model.objects.create_user("member@example.org")
    member.groups.add(group)
    were_in_it = principals_of(member)
    assert sees("/en/guides/religious/", were_in_it) == "Religious sites"
    with committed():
        group.delete()
    # A group that got the same number would else inherit it.
    assert sees("/en/guides/religious/", were_in_it) is None
