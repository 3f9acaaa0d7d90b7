"""A translation's slug typed at the desk, where its language has addresses of its own; nowhere else."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import SegmentOverride, StringTranslation, Translation, TranslationContext

from cms.content.models import ContentItem
from cms.core.errors import Conflict, NotPermitted
from cms.translation import deciding, slugs
from cms.translation.models import Work
from home.guides.models import ChapterPage
from tests import world

from .desk import stored

JSON = {"HTTP_ACCEPT": "application/json"}


def signed(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def french(things, submit, choose):
    choose("fr", own_slugs=True)
    return submit(things.chapter, "fr")


@pytest.fixture
def translator(person):
    return person(translates=["fr"])


def address(translation):
    return reverse("translation:write_slug", args=[translation.uuid])


def page_of(translation, client):
    return client.get(reverse("translation:work", args=[translation.uuid])).content.decode()


def send(client, translation, text, base="squares", **options):
    return client.post(address(translation), {"text": text, "base": base}, **options)


def overrides():
    return list(SegmentOverride.objects.order_by("pk").values_list("locale__language_code", "data_json"))


def everything():
    pages = list(Page.objects.order_by("pk").values("pk", "slug", "draft_title", "latest_revision"))
    return stored(), overrides(), list(StringTranslation.objects.values()), pages


def test_a_translator_types_it_and_readers_come_by_it(french, translator, committed, write):
    client = signed(translator)
    shown = page_of(french, client)
    assert address(french) in shown and 'value="squares"' in shown
    with committed():
        answer = send(client, french, " les-places ", **JSON)
    assert answer.status_code == 200
    assert (answer.json()["text"], answer.json()["problem"]) == ("les-places", "")
    assert overrides() == [("fr", '"les-places"')]
    assert SegmentOverride.objects.get().last_translated_by == translator
    shown = page_of(french, client)
    assert 'value="les-places"' in shown and f"Written by {translator}" in shown
    # Readers have it when the translation is published.
    target = french.get_target_instance()
    assert target.slug == "squares"
    write(french)
    with committed():
        french.save_target(publish=True)
    assert french.get_target_instance().slug == "les-places"
    assert ContentItem.objects.get(page_id=target.pk).path.endswith("/les-places/")


def test_without_a_script_the_form_leads_back_to_it(french, translator, committed):
    with committed():
        answer = send(signed(translator), french, "places")
    assert (answer.status_code, answer["Location"].rpartition("#")[2]) == (302, "pslug")


def test_letters_of_any_script(french, things, submit, choose, person, committed, settings):
    choose("ar", own_slugs=True)
    arabic = submit(things.chapter, "ar")
    client = signed(person(translates=["ar"]))
    with committed():
        assert send(client, arabic, "الساحات", **JSON).json()["text"] == "الساحات"
    settings.WAGTAIL_ALLOW_UNICODE_SLUGS = False
    before = everything()
    assert send(client, arabic, "ساحة", base="الساحات", **JSON).status_code == 400
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "bad_slug"),
        ("les places", "bad_slug"),
        ("a/b", "bad_slug"),
        ("<b>", "bad_slug"),
        ("a\0b", "bad_slug"),
        ("--", "bad_slug"),
        ("x" * 256, "too_long"),
    ],
)
def test_what_is_no_slug_is_refused(french, translator, typed, code):
    before = everything()
    answer = send(signed(translator), french, typed, **JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"]
    shown = send(signed(translator), french, typed)
    assert shown.status_code == 400 and answer.json()["message"] in shown.content.decode().replace(
        "&#x27;", "'"
    )
    assert everything() == before


def test_one_that_a_page_beside_it_has_or_waits_for_is_refused(french, things, submit, translator, committed):
    client = signed(translator)
    with committed():
        beside = world.add(
            french.get_target_instance().get_parent(), ChapterPage(title="Places", slug="places")
        )
    assert beside.locale_id == french.target_locale_id
    before = everything()
    answer = send(client, french, "places", **JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "slug_taken")
    assert "“places” is taken" in answer.json()["message"]
    shown = send(client, french, "places").content.decode()
    assert "“places” is taken" in shown and 'value="places"' in shown
    assert everything() == before
    with committed():
        more = world.add(things.guide, ChapterPage(title="More", slug="more"))
    other = submit(more, "fr")
    with committed():
        assert send(client, other, "reste", base="more", **JSON).status_code == 200
    before = everything()
    assert send(client, french, "reste", **JSON).json()["code"] == "slug_taken"
    assert everything() == before


@pytest.mark.parametrize("how", ["draft", "members"])
def test_nothing_is_told_of_pages_that_one_may_not_see(french, translator, person, committed, write, how):
    with committed():
        parent = french.get_target_instance().get_parent()
        beside = world.add(parent, ChapterPage(title="Places", slug="places"), live=how != "draft")
    if how == "members":
        with committed():
            world.for_members(beside)
    with committed():
        answer = send(signed(translator), french, "places", **JSON)
    assert (answer.status_code, answer.json()["text"]) == (200, "places")
    # Both have an address, whatever was typed.
    write(french)
    with committed():
        french.save_target(publish=True)
    assert french.get_target_instance().slug == "places-1"
    assert Page.objects.get(pk=beside.pk).slug == "places"
    # Whoever may change that page is told.
    editor = signed(person(translates=["fr"], changes=parent))
    with committed():
        assert send(editor, french, "squares", base="places", **JSON).status_code == 200
    before = everything()
    assert send(editor, french, "places", **JSON).json()["code"] == "slug_taken"
    assert everything() == before


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(french, translator, person, committed):
    client = signed(translator)
    with committed():
        send(client, french, "Places-", **JSON)
        body = {"text": "places-publiques", "base": "squares", "sent": ["un deux", "Places-"]}
        answer = client.post(address(french), body, **JSON)
    assert (answer.status_code, overrides()) == (200, [("fr", '"places-publiques"')])
    with committed():
        send(signed(person(translates=["fr"])), french, "lieux", base="places-publiques", **JSON)
    before = everything()
    body = {"text": "ailleurs", "base": "squares", "sent": ["Places-"]}
    assert client.post(address(french), body, **JSON).status_code == 409
    assert everything() == before


def test_two_translators_lose_nothing(french, translator, person, committed):
    other = person(translates=["fr"])
    with committed():
        send(signed(other), french, "places", **JSON)
    before = everything()
    answer = send(signed(translator), french, "lieux", **JSON)
    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["theirs"], told["base"], told["merged"]) == (
        "text_changed",
        "places",
        "places",
        "",
    )
    assert told["by"] == str(other)
    shown = send(signed(translator), french, "lieux")
    assert shown.status_code == 409 and 'value="lieux"' in shown.content.decode()
    assert everything() == before
    # The same twice is no conflict.
    assert send(signed(translator), french, "places", **JSON).status_code == 200


def test_what_localizes_editor_stored_is_shown(french, translator):
    SegmentOverride.objects.create(
        context=TranslationContext.objects.get(object=french.source.object_id, path="slug"),
        locale=french.target_locale,
        data_json=json.dumps("ailleurs"),
    )
    assert 'value="ailleurs"' in page_of(french, signed(translator))


def test_where_the_language_is_in_step_nothing_is_offered(french, translator, choose):
    choose("fr", own_slugs=False)
    client = signed(translator)
    assert address(french) not in page_of(french, client)
    before = everything()
    answer = send(client, french, "places", **JSON)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_slug")
    assert send(client, french, "places").status_code == 404
    assert everything() == before


def test_neither_for_front_pages_and_what_is_no_page(things, french, submit, translator, person):
    front = submit(things.home, "fr")
    card = submit(things.tool, "fr")
    client = signed(person(translates=["fr"], snippets=True))
    for each in (front, card):
        assert address(each) not in page_of(each, client)
        assert send(client, each, "places", **JSON).status_code == 404
    assert overrides() == []


def test_only_by_who_translates_or_reviews_that_language(things, french, submit, person):
    Work.objects.filter(translation=french).update(stage=Work.Stage.IN_REVIEW)
    before = everything()
    kinds = {
        "another language": (person(translates=["ar"]), 404),
        "who manages": (person(manages=True), 403),
        "in review": (person(translates=["fr"]), 409),
    }
    for name, (user, status) in kinds.items():
        assert send(signed(user), french, "places", **JSON).status_code == status, name
    assert Client().post(address(french), {"text": "x", "base": "squares"}).status_code == 302
    assert everything() == before
    assert address(french) not in page_of(french, signed(person(translates=["fr"])))


def test_what_was_approved_is_open_to_work_again(french, translator, committed, write):
    write(french)
    Work.objects.filter(translation=french).update(stage=Work.Stage.APPROVED)
    with committed():
        send(signed(translator), french, "places", **JSON)
    assert Work.objects.get(translation=french).stage == Work.Stage.OPEN


def test_what_somebody_types_while_another_decides_is_shown_first(
    french, things, submit, write, person, translator, committed
):
    with committed():
        for each in (things.home, things.compendium, things.guide):
            write(submit(each, "fr")).save_target(publish=True)
    write(french, by=translator)
    Work.objects.filter(translation=french).update(stage=Work.Stage.IN_REVIEW, submitted_by=translator)
    chapter, (one, other) = (
        Translation.objects.get(pk=french.pk),
        (person(reviews=["fr"]), person(reviews=["fr"])),
    )

    def approve(seen):
        with committed():
            deciding.approve(by=one, uuid=chapter.uuid, now=timezone.now(), seen=seen)

    seen = deciding.digest([chapter])
    with committed():
        assert send(signed(other), french, "places", **JSON).status_code == 200
    with pytest.raises(Conflict) as refused:
        approve(seen)
    assert refused.value.code == "changed"
    approve(deciding.digest([chapter]))
    assert chapter.get_target_instance().slug == "places"


def test_who_typed_it_does_not_approve_alone(french, write, person, translator, committed, settings):
    write(french, by=translator)
    Work.objects.filter(translation=french).update(stage=Work.Stage.IN_REVIEW, submitted_by=translator)
    one, other = person(reviews=["fr"]), person(reviews=["fr"])
    with committed():
        assert send(signed(one), french, "places", **JSON).status_code == 200
    before = stored()
    chapter, all_of_them = Translation.objects.get(pk=french.pk), Translation.objects.filter(pk=french.pk)
    with pytest.raises(NotPermitted) as refused:
        deciding.approve(by=one, uuid=french.uuid, now=timezone.now())
    assert refused.value.code == "second_person" and stored() == before
    assert [deciding.may_approve(each, chapter) for each in (one, other)] == [False, True]
    assert [deciding.approvable(each, all_of_them).exists() for each in (one, other)] == [False, True]
    settings.TRANSLATION_ONE_PERSON = True
    assert deciding.may_approve(one, chapter) and deciding.approvable(one, all_of_them).exists()


def test_four_statements(french):
    rows = Translation.objects.select_related("source__specific_content_type", "target_locale")
    found = rows.get(pk=french.pk)
    with CaptureQueriesContext(connection) as captured:
        slugs.slug_of(found)
    assert len(captured) == 4
