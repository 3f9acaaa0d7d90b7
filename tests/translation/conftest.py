"""A guide, a chapter for members, a draft and a tool, submitted for translation; people with a role in one language each."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import TranslationCreator

from cms.translation.models import LanguageRole
from home.guides.models import ChapterPage, CompendiumPage, GuidePage, Tool
from tests import world

from .desk import stored


def build(site, committed):
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Open places", slug="open", summary="Two words"))
        chapter = world.add(
            guide, ChapterPage(title="Squares", slug="squares", body=[("text", "<p>One</p>")])
        )
        secret = world.add(guide, ChapterPage(title="Zebra", slug="zebra", body=[("text", "<p>Two</p>")]))
    with committed():
        world.for_members(secret)
    draft = world.add(guide, ChapterPage(title="Quagga", slug="quagga"), live=False)
    tool = Tool.objects.create(name="A card", code="card", kind="checklist", locale=world.locale("en"))
    return {
        "home": site,
        "compendium": compendium,
        "guide": guide,
        "chapter": chapter,
        "secret": secret,
        "draft": draft,
        "tool": tool,
    }


@pytest.fixture(scope="module")
def built_things(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), world.built(build) as things:
        yield things


@pytest.fixture
def things(built_things, db):
    return SimpleNamespace(**{name: world.as_stored(value) for name, value in built_things.items()})


@pytest.fixture
def person(db):
    """`person(translates=["fr"], reviews=[…], manages=True, changes=page, groups=[…], snippets=True)`."""
    count = iter(range(1, 100))

    def make(
        *, translates=(), reviews=(), manages=False, changes=None, groups=(), snippets=False, enters=True
    ):
        number = next(count)
        group = Group.objects.create(name=f"Desk {number}")
        for role, codes in (("translator", translates), ("reviewer", reviews)):
            for code in codes:
                LanguageRole.objects.create(group=group, locale=world.locale(code), role=role)
        names = [
            *(["access_admin"] if enters else []),
            *(["manage_desk"] if manages else []),
            *(["view_tool"] if snippets else []),
        ]
        group.permissions.set(Permission.objects.filter(codename__in=names))
        if changes is not None:
            GroupPagePermission.objects.create(
                group=group, page=changes, permission=Permission.objects.get(codename="change_page")
            )
        user = get_user_model().objects.create_user(f"person{number}@example.org", "x")
        user.groups.set([group, *groups])
        return user

    return make


@pytest.fixture
def submit(committed):
    """`submit(thing, "fr")`: its translation, with parents, submitted and counted."""

    def make(thing, code):
        with committed():
            TranslationCreator(None, [world.locale(code)]).create_translations(
                thing, include_related_objects=False
            )
        return Translation.objects.get(
            source__object=thing.translation_key, target_locale__language_code=code
        )

    return make


@pytest.fixture
def write(committed):
    """`write(translation, by=…, only=1)`: every paragraph, or the first ones, through wagtail-localize's rows."""

    def make(translation, by=None, only=None, text="Du texte"):
        segments = StringSegment.objects.filter(source=translation.source).order_by("order", "pk")
        with committed():
            for segment in segments[:only]:
                StringTranslation.objects.update_or_create(
                    translation_of_id=segment.string_id,
                    context_id=segment.context_id,
                    locale=translation.target_locale,
                    defaults={"data": f"{text} {segment.pk}", "last_translated_by": by},
                )
        translation.work.refresh_from_db()
        return translation

    return make


@pytest.fixture
def root(db):
    return Page.get_first_root_node()


@pytest.fixture
def refused(db):
    """`with refused(Conflict, "taken") as caught: …`: that error with that code, and nothing at the desk has changed."""

    @contextmanager
    def check(kind, code):
        before = stored()
        with pytest.raises(kind) as caught:
            yield caught
        assert caught.value.code == code
        assert stored() == before

    return check
