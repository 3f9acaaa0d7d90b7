"""Releasing an edition and noting errata: who may, what is kept, what is refused and changes nothing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, PageLogEntry, PageViewRestriction

from cms.changes.models import Change
from cms.content import api, errata
from cms.content.differences import draft_changes, since_release
from cms.content.models import ContentItem, Edition, EditionPin, EditionRow, Erratum
from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted
from cms.core.invariants import violations
from cms.core.problems import PublicationRefused
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from tests import world


@pytest.fixture
def compendium(site, committed):
    with committed():
        page = world.add(site, CompendiumPage(title="Guides", slug="guides"))
    with committed():
        guide = world.add(page, GuidePage(title="Guide", slug="guide", module_number=4))
        world.add(guide, ChapterPage(title="One", slug="one", body=[("text", "<p>First words.</p>")]))
    return page


@pytest.fixture
def chapter(compendium):
    return ChapterPage.objects.get()


def person(page, *permissions, django_user_model, email="editor@example.org"):
    group = Group.objects.create(name=email)
    for codename in permissions:
        GroupPagePermission.objects.create(
            group=group, page=page, permission=Permission.objects.get(codename=codename)
        )
    user = django_user_model.objects.create_user(email=email, password="secret-secret")
    user.groups.add(group)
    return user


def counted():
    models = (Edition, EditionPin, EditionRow, Erratum, Change, PageLogEntry)
    return [model.objects.count() for model in models]


def release(page, committed, **options):
    with committed():
        return api.release_edition(root_key=page.translation_key, **options)


def says(chapter):
    return api.body(ContentItem.objects.get(key=chapter.translation_key).current)["body"][0]["value"]


def test_a_root_says_which_edition_readers_see(compendium, committed):
    def said():
        item = ContentItem.objects.get(key=compendium.translation_key)
        return item.edition_number, item.edition_released_at

    first = api.current_edition(compendium.translation_key)
    assert said() == (1, first.released_at)
    second = release(compendium, committed, note="New")
    assert said() == (2, second.released_at)
    assert ContentItem.objects.filter(edition_number=None).count() == 3
    assert list(violations()) == []


def test_a_translated_root_says_it_too(compendium, committed):
    from wagtail_localize.operations import TranslationCreator

    with committed():
        TranslationCreator(user=None, target_locales=[world.locale("fr")]).create_translations(
            compendium, include_related_objects=True
        )
        french = compendium.get_translation(world.locale("fr"))
    with committed():
        world.publish(french, title="Guides français")
    assert ContentItem.objects.get(page_id=french.pk).edition_number == 1
    assert list(violations()) == []


def test_pins_keep_the_place_that_a_page_had(compendium, chapter, committed):
    release(compendium, committed, note="New")
    with committed():
        world.publish(ChapterPage.objects.get(), title="Another title", slug="another")
    pin = EditionPin.objects.get(key=chapter.translation_key)
    assert (pin.path, pin.title, pin.own_number, pin.minutes) == ("/en/guides/guide/one/", "One", 0, 1)


def test_a_release_is_told_to_whoever_follows_and_stands_in_the_page_history(
    compendium, committed, admin_user
):
    before = ContentItem.objects.get(key=compendium.translation_key).updated_at
    changes = Change.objects.filter(key=compendium.translation_key).count()
    release(compendium, committed, note="What is new", by=admin_user)
    assert Change.objects.filter(key=compendium.translation_key).count() == changes + 1
    assert ContentItem.objects.get(key=compendium.translation_key).updated_at > before
    entry = PageLogEntry.objects.get(action="content.release_edition")
    assert (entry.page_id, entry.user, entry.data) == (
        compendium.pk,
        admin_user,
        {"number": 2, "note": "What is new"},
    )


def test_drafts_are_published_as_part_of_the_new_edition(compendium, chapter, committed):
    chapter.body = [("text", "<p>Second words.</p>")]
    chapter.save_revision()
    [change] = draft_changes(chapter)
    assert [piece.text for piece in change.pieces] == ["First", "Second", " words."]
    first = api.current_edition(compendium.translation_key)
    release(compendium, committed, note="New", drafts=[chapter.pk])
    first.refresh_from_db()
    held = api.pinned_versions(edition=first, keys=[chapter.translation_key], locale="en")
    assert api.body(held[chapter.translation_key])["body"][0]["value"] == "<p>First words.</p>"
    assert says(chapter) == "<p>Second words.</p>"
    found = since_release(api.current_edition(compendium.translation_key), "en")
    assert found.counts == {"added": 0, "removed": 0, "moved": 0, "retitled": 0, "revised": 1}


def test_what_has_changed_since_the_first_release(compendium, chapter, committed):
    first = api.current_edition(compendium.translation_key)
    assert [place.title for place in since_release(first, "en").added] == ["Guide", "One"]
    Edition.objects.update(released_at=timezone.now())
    first.refresh_from_db()
    assert since_release(first, "en").is_empty
    with committed():
        world.publish(chapter, title="Number one", body=[("text", "<p>Other words.</p>")])
    found = since_release(first, "en")
    assert [(pair.before.title, pair.after.title) for pair in found.retitled] == [("One", "Number one")]
    assert [len(pair.changes) for pair in found.revised] == [1]


class TestRefused:
    """Each refusal leaves everything as it was."""

    @pytest.fixture(autouse=True)
    def _same(self, compendium):
        before = counted()
        yield
        assert counted() == before
        assert api.current_edition(compendium.translation_key).frozen_at is None

    def test_without_permission_to_publish_the_root(self, compendium, committed, django_user_model):
        user = person(compendium, "change_page", django_user_model=django_user_model)
        with pytest.raises(NotPermitted):
            release(compendium, committed, note="Mine", by=user)

    def test_after_another_edition_than_the_current_one(self, compendium, committed):
        with pytest.raises(Conflict) as caught:
            release(compendium, committed, note="Late", after=2)
        assert caught.value.code == "edition_released_already"

    def test_a_draft_that_is_not_below_the_root(self, site, compendium, committed):
        with pytest.raises(NotFound):
            release(compendium, committed, note="New", drafts=[site.pk])

    def test_a_draft_that_waits_no_more(self, compendium, chapter, committed):
        with pytest.raises(Conflict) as caught:
            release(compendium, committed, note="New", drafts=[chapter.pk])
        assert caught.value.code == "draft_gone"


def test_of_what_is_not_published_any_more(compendium, committed):
    with committed():
        Page.objects.get(pk=compendium.pk).unpublish()
    before = counted()
    with pytest.raises(NotFound):
        release(compendium, committed, note="New")
    assert counted() == before


def test_a_draft_with_problems_stops_the_whole_release(compendium, chapter, committed):
    picture = world.image(description="")
    picture.contextual_alt_text, picture.decorative = "", False
    chapter.body = [("figure", {"image": picture, "caption": "", "credit": ""})]
    chapter.save_revision()
    before = counted()
    with pytest.raises(PublicationRefused):
        release(compendium, committed, note="New", drafts=[chapter.pk])
    assert counted() == before
    assert says(chapter) == "<p>First words.</p>"


def test_a_draft_that_somebody_may_not_publish(site, compendium, chapter, committed, django_user_model):
    chapter.body = [("text", "<p>Second words.</p>")]
    chapter.save_revision()
    user = person(compendium, "publish_page", "change_page", django_user_model=django_user_model)
    release(compendium, committed, note="May", by=user, drafts=[chapter.pk])
    assert says(chapter) == "<p>Second words.</p>"


def test_nothing_new_is_no_edition(compendium, committed):
    release(compendium, committed, note="New")
    before = counted()
    with pytest.raises(Conflict) as caught:
        release(compendium, committed, note="The same again")
    assert (caught.value.code, counted()) == ("nothing_new", before)


# Errata -----------------------------------------------------------------------------------------------------------


def note(compendium, **options):
    values = {"key": None, "texts": {"en": "Read “two”."}, "noted_on": timezone.localdate()} | options
    return api.note_erratum(edition=api.current_edition(compendium.translation_key), **values)


def test_an_erratum_stands_in_the_contents_of_its_edition(compendium, chapter):
    note(compendium, key=chapter.translation_key, texts={"fr": " Lire « deux ». ", "ar": ""})
    document = api.load_contents([compendium.translation_key], "es")[str(compendium.translation_key)]
    assert document["errata"] == [
        {
            "key": str(chapter.translation_key),
            "text": "Lire « deux ».",
            "locale": "fr",
            "noted_on": timezone.localdate().isoformat(),
        }
    ]
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"texts": {"en": "  "}}, "texts"),
        ({"texts": {}}, "texts"),
        ({"texts": {"tlh": "nuqneH"}}, "texts"),
        ({"texts": {"en": "a" * 2001}}, "texts"),
        ({"key": "00000000-0000-0000-0000-000000000001"}, "key"),
        ({"noted_on": timezone.localdate() - timedelta(days=400)}, "noted_on"),
    ],
)
def test_a_wrong_erratum_is_refused_with_the_name_of_what_is_wrong(compendium, wrong, field):
    before = counted()
    with pytest.raises(BadInput) as caught:
        note(compendium, **wrong)
    assert (list(caught.value.extra["errors"]), counted()) == ([field], before)


def test_errata_need_permission_to_publish(compendium, django_user_model):
    user = person(compendium, "change_page", django_user_model=django_user_model)
    mine = note(compendium)
    before = counted()
    with pytest.raises(NotPermitted):
        note(compendium, by=user)
    with pytest.raises(NotPermitted):
        errata.write(mine, key=None, texts={"en": "Other"}, noted_on=mine.noted_on, by=user)
    with pytest.raises(NotPermitted):
        errata.remove_erratum(mine, by=user)
    assert (counted(), Erratum.objects.get().texts) == (before, {"en": "Read “two”."})


def test_an_erratum_says_something(compendium):
    edition = api.current_edition(compendium.translation_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erratum.objects.create(edition=edition, texts={}, noted_on=timezone.localdate())


def test_a_recall_takes_what_errata_said_of_it(compendium, chapter, committed):
    note(compendium, key=chapter.translation_key, texts={"en": "It said X."})
    note(compendium, key=chapter.translation_key, texts={"en": "It said Y.", "fr": "Au lieu de Z."})
    with committed():
        Page.objects.get(pk=chapter.pk).unpublish()
        api.recall(chapter.pk)
    assert [erratum.texts for erratum in Erratum.objects.all()] == [{"fr": "Au lieu de Z."}]


# Access of what is gone -------------------------------------------------------------------------------------------


def restrict(page, name="Members"):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
    restriction.groups.add(Group.objects.get_or_create(name=name)[0])
    return restriction


def test_what_was_deleted_stays_as_restricted_as_it_was(compendium, chapter, committed):
    with committed():
        restrict(chapter)
    key = ContentItem.objects.get(page_id=chapter.pk).access_key
    assert key
    with committed():
        Page.objects.get(pk=chapter.pk).delete()
    with committed():
        guide = restrict(GuidePage.objects.get(), "Others")
    stricter = ContentItem.objects.get(page_id=chapter.pk).access_key
    assert stricter not in ("", key)
    with committed():
        guide.delete()
    assert ContentItem.objects.get(page_id=chapter.pk).access_key == stricter
