"""Who translates and reviews what, and what nobody gets to see at the desk."""

from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from cms.core.errors import NotFound
from cms.translation import access
from cms.translation.access import Rights
from tests import world


def seen(user) -> set[str]:
    return set(access.seen_sources(user).values_list("object_repr", flat=True))


def test_rights_say_what_they_hold():
    rights = Rights(translates=frozenset({1}), reviews=frozenset({2}))
    assert [rights.may_translate(each) for each in (1, 2, 3)] == [True, False, False]
    assert [rights.may_review(each) for each in (1, 2, 3)] == [False, True, False]
    assert [rights.may_see(each) for each in (1, 2, 3)] == [True, True, False]
    assert rights.has_desk and not rights.may_manage()
    assert not Rights().has_desk
    manager = Rights(manages=True)
    assert (
        manager.has_desk and manager.may_see(3) and not manager.may_translate(3) and not manager.may_review(3)
    )
    everybody = Rights(everything=True)
    assert everybody.may_translate(3) and everybody.may_review(3) and everybody.may_manage()


def test_roles_come_through_groups(person, django_assert_num_queries):
    french, arabic = world.locale("fr").pk, world.locale("ar").pk
    user = get_user_model().objects.get(pk=person(translates=["fr"], reviews=["ar"]).pk)
    assert access.rights_of(user) == Rights(translates=frozenset({french}), reviews=frozenset({arabic}))
    with django_assert_num_queries(0):
        access.rights_of(user)


def test_nobody_else_has_a_desk(person):
    assert not access.rights_of(AnonymousUser()).has_desk
    assert not access.rights_of(None).has_desk
    assert not access.rights_of(person()).has_desk
    assert not access.rights_of(person(translates=["fr"], enters=False)).has_desk
    gone = person(translates=["fr"])
    gone.is_active = False
    assert not access.rights_of(gone).has_desk


def test_translators_of_a_language_are_found(person):
    french = person(translates=["fr"])
    person(translates=["ar"], reviews=["fr"])
    person(translates=["fr"], enters=False)
    gone = person(translates=["fr"])
    gone.is_active = False
    gone.save()
    assert list(access.people(world.locale("fr").pk, "translator")) == [french]


@pytest.fixture
def submitted(things, submit):
    return [submit(each, "fr") for each in (things.chapter, things.secret, things.draft, things.tool)]


def test_a_thing_is_shown_by_its_own_access(things, submitted, person, root):
    assert seen(person(translates=["fr"])) == {"Squares"}
    assert seen(person(translates=["fr"], snippets=True)) == {"Squares", "A card"}
    member = person(translates=["fr"], groups=[Group.objects.get(name="Members")])
    assert seen(member) == {"Squares", "Zebra"}
    assert seen(person(translates=["fr"], changes=things.guide)) == {"Squares", "Zebra", "Quagga"}
    assert seen(person(translates=["fr"], changes=things.chapter)) == {"Squares"}
    assert seen(person(manages=True)) == {"Squares"}
    admin = get_user_model().objects.create_superuser("root@example.org", "x")
    assert seen(admin) == set(TranslationSource.objects.values_list("object_repr", flat=True))


def test_what_is_withdrawn_is_its_editors_matter(things, submitted, person, committed):
    with committed():
        Page.objects.get(pk=things.chapter.pk).specific.unpublish()
    assert seen(person(translates=["fr"])) == set()
    assert seen(person(translates=["fr"], changes=things.chapter)) == {"Squares"}


def test_a_translator_meets_one_language(things, submitted, submit, person):
    arabic = submit(things.chapter, "ar")
    user = person(translates=["fr"])
    assert list(access.seen_translations(user)) == [submitted[0]]
    assert access.translation_for(user, submitted[0].uuid) == submitted[0]
    for absent in (arabic.uuid, submitted[1].uuid, uuid4()):
        with pytest.raises(NotFound):
            access.translation_for(user, absent)
    assert set(access.seen_translations(person(manages=True))) == {submitted[0], arabic}
    assert not access.seen_translations(person()).exists()
