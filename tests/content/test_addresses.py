"""Addresses of translations: the originals', or those that translators typed, by language; former ones lead on."""

import json

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail_localize.models import SegmentOverride, Translation, TranslationContext

from cms.content.models import ContentItem
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from tests import world


@pytest.fixture
def chapter(site, committed):
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Open places", slug="open"))
        page = world.add(guide, ChapterPage(title="Squares", slug="squares"))
    return page


@pytest.fixture
def sync(committed):
    """`sync(page, "fr")`: the original taken apart anew, its translation put together and published; its address then."""

    def make(page, code):
        found = Translation.objects.get(
            source__object_id=page.translation_key, target_locale__language_code=code
        )
        with committed():
            found.source.update_from_db()
            found.save_target(publish=True)
        return path(page, code)

    return make


@pytest.fixture
def translated(chapter, committed, sync):
    """`translated("fr")`: the chapter with its parents, all published."""

    def make(code):
        for page in [*chapter.get_ancestors().filter(depth__gt=2).specific(), chapter]:
            with committed():
                target = world.translation(page, code)
            sync(page, code)
        return ChapterPage.objects.get(pk=target.pk)

    return make


def type_slug(page, code, slug):
    """As wagtail-localize's editor stores what is typed in place of a field that is kept in step."""
    context = TranslationContext.objects.get(object=page.translation_key, path="slug")
    SegmentOverride.objects.update_or_create(
        context=context, locale=world.locale(code), defaults={"data_json": json.dumps(slug)}
    )


def path(page, code):
    return ContentItem.objects.get(key=page.translation_key, locale=code, status="live").path


def change_slug(page, slug, committed):
    with committed():
        world.publish(ChapterPage.objects.get(pk=page.pk), slug=slug)


def test_slugs_are_in_step_and_what_was_typed_waits(chapter, translated, sync, choose, committed):
    translated("fr")
    type_slug(chapter, "fr", "places")
    assert sync(chapter, "fr") == "/fr/guides/open/squares/"
    change_slug(chapter, "plazas", committed)
    assert sync(chapter, "fr") == "/fr/guides/open/plazas/"
    choose("fr", own_slugs=True)
    assert sync(chapter, "fr") == "/fr/guides/open/places/"


@pytest.mark.parametrize(
    ("code", "typed", "expected"),
    [
        ("fr", "Les Places à vivre", "les-places-à-vivre"),
        ("ar", "الساحات", "الساحات"),
        ("fr", "!?", "squares"),
    ],
)
def test_a_language_with_addresses_of_its_own(
    chapter, translated, sync, choose, committed, client, code, typed, expected
):
    choose(code, own_slugs=True)
    translated(code)
    type_slug(chapter, code, typed)
    address = f"/{code}/guides/open/{expected}/"
    assert sync(chapter, code) == address
    assert client.get(address).status_code == 200
    # The original may move: a translation that has an address of its own stays where it is.
    change_slug(chapter, "plazas", committed)
    assert sync(chapter, code) == address
    assert path(chapter, "en") == "/en/guides/open/plazas/"


def test_what_was_typed_in_the_page_itself_stays_and_comes_back(chapter, translated, sync, choose, committed):
    choose("fr", own_slugs=True)
    french = translated("fr")
    with committed():
        world.publish(french, slug="places")
    assert sync(chapter, "fr") == "/fr/guides/open/places/"
    choose("fr", own_slugs=False)
    assert sync(chapter, "fr") == "/fr/guides/open/squares/"
    choose("fr", own_slugs=True)
    assert sync(chapter, "fr") == "/fr/guides/open/places/"


def test_a_slug_that_is_taken_is_counted(chapter, translated, sync, choose, committed):
    choose("fr", own_slugs=True)
    french = translated("fr")
    with committed():
        world.add(french.get_parent(), ChapterPage(title="Places", slug="places"))
    type_slug(chapter, "fr", "places")
    assert sync(chapter, "fr") == "/fr/guides/open/places-1/"


def test_former_addresses_lead_on(chapter, translated, sync, choose, client):
    choose("fr", own_slugs=True)
    french = translated("fr")
    former = path(chapter, "fr")
    type_slug(chapter, "fr", "places")
    new = sync(chapter, "fr")
    assert Redirect.objects.filter(old_path=former.rstrip("/"), redirect_page=french).exists()
    # The original still has that slug: by it one comes to the translation as well.
    assert client.get(former).url == new
    found = client.get(f"/api/v2/pages/find/?html_path={former}")
    assert (found.status_code, found.url.split("?")[0]) == (
        302,
        f"http://testserver/api/v2/pages/{french.pk}/",
    )
    # And what lies below a page whose slug changed.
    guide = Page.objects.get(pk=french.get_parent().pk)
    type_slug(guide, "fr", "ouvert")
    sync(guide, "fr")
    assert path(chapter, "fr") == "/fr/guides/ouvert/places/"
    assert client.get(new).url == "/fr/guides/ouvert/places/"


def test_a_translation_has_one_address(chapter, translated, sync, choose, client):
    """By the original's slug behind its language one comes to it, not to a copy of it."""
    choose("fr", own_slugs=True)
    translated("fr")
    type_slug(chapter, "fr", "places")
    sync(chapter, "fr")
    Redirect.objects.all().delete()
    found = client.get("/fr/guides/open/squares/?q=1")
    assert (found.status_code, found.url) == (302, "/fr/guides/open/places/?q=1")


def test_where_a_translation_is_missing_its_alias_is_none(chapter, translate, client):
    """wagtail-localize makes live aliases of untranslated parents: readers meet the fallback, which says what it is."""
    translate(chapter, "fr")
    key = chapter.get_parent().translation_key
    alias = Page.objects.get(translation_key=key, locale__language_code="fr")
    assert alias.live and alias.alias_of_id == chapter.get_parent().pk
    assert not ContentItem.objects.filter(page_id=alias.pk, status="live").exists()
    shown = client.get("/fr/guides/open/")
    assert shown.status_code == 200
    assert b'hreflang="fr"' not in shown.content.partition(b"</head>")[0]
    assert client.get("/api/v2/pages/?locale=fr&type=guides.GuidePage").json()["meta"]["total_count"] == 0
    assert client.get(f"/api/v2/pages/{alias.pk}/").status_code == 404
    [fallback] = client.get("/api/v2/pages/?locale=fr&fallback=en&type=guides.GuidePage").json()["items"]
    assert (fallback["meta"]["locale"], fallback["meta"]["fallback_for"]) == ("en", "fr")
