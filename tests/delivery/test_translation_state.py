"""How documents stand as translations: in answers, lists, the feed, webhooks, and never to whom may not see them."""

import orjson
import pytest
from django.utils import timezone

from cms.content.models import ContentItem
from cms.delivery import keys
from cms.delivery.models import Scope, WebhookDelivery
from cms.delivery.webhooks import endpoints, fanout, sending
from home.guides.models import ChapterPage
from tests import world

from .conftest import API
from .test_changes import feed, follow

OUTDATED = "translation.outdated"


@pytest.fixture
def translated(library, translate):
    """The first chapter in French and Arabic."""
    return {code: translate(library["one"], code, title=f"One ({code})") for code in ("fr", "ar")}


@pytest.fixture
def edit(library, committed):
    """Publish other words in the first chapter, or only a correction of them."""

    def make(words, *, corrects=False):
        page = ChapterPage.objects.get(pk=library["one"].pk)
        page.body[0].value.source, page.only_corrects = f"<p>{words}</p>", corrects
        with committed():
            page.save_revision().publish()

    return make


def states(client, page):
    listed = client.get(f"{API}/pages/{page.pk}/").json()["meta"]["translations"]
    return {each["locale"]: (each["state"], each["outdated_since"]) for each in listed}


def found(client, **query):
    answer = client.get(f"{API}/pages/", {"type": "guides.ChapterPage", **query}).json()
    return sorted((item["meta"]["locale"], item["title"]) for item in answer["items"])


# Answers -----------------------------------------------------------------------------------------------------------


def test_each_language_says_how_it_stands_and_since_when(client, library, translated, edit):
    assert states(client, library["one"]) == {
        "en": ("original", None),
        "fr": ("published", None),
        "ar": ("published", None),
    }
    edit("Second words.")
    source = ContentItem.objects.get(page_id=library["one"].pk)
    since = source.current.created_at.isoformat().replace("+00:00", "Z")
    expected = {"en": ("original", None), "fr": ("outdated", since), "ar": ("outdated", since)}
    assert all(states(client, page) == expected for page in (library["one"], *translated.values()))
    # The moment is when it first fell behind, whatever else is published afterwards.
    edit("Third words.")
    assert states(client, translated["fr"]) == expected


def test_a_correction_outdates_nothing(client, library, translated, edit):
    edit("First, words.", corrects=True)
    assert {state for state, _since in states(client, library["one"]).values()} == {"original", "published"}


def test_going_back_to_what_was_translated_ends_it(client, library, translated, edit):
    edit("Second words.")
    edit("First words.")
    assert states(client, translated["fr"])["fr"] == ("published", None)


# Lists -------------------------------------------------------------------------------------------------------------


def test_lists_by_state_and_language(client, library, translated, edit):
    assert found(client, translation_state="original") == [("en", "One"), ("en", "Two")]
    assert found(client, translation_state="outdated") == []
    assert found(client, translation_state="published", locale="fr") == [("fr", "One (fr)")]
    edit("Second words.")
    assert found(client, translation_state="outdated") == [("ar", "One (ar)"), ("fr", "One (fr)")]
    assert found(client, translation_state="outdated", locale="fr") == [("fr", "One (fr)")]
    assert found(client, translation_state="published", locale="fr") == []
    assert found(client, translation_state="outdated", locale="en") == []


def test_with_a_fallback_it_is_the_state_of_what_was_chosen(client, library, translated):
    query = {"locale": "fr", "fallback": "en"}
    assert found(client, translation_state="original", **query) == [("en", "Two")]
    assert found(client, translation_state="published", **query) == [("fr", "One (fr)")]


@pytest.mark.parametrize("value", ["in_review", "", "Outdated", "outdated,original"])
def test_another_value_is_named(client, library, value):
    response = client.get(f"{API}/pages/", {"translation_state": value})
    assert (response.status_code, response.json()["parameter"]) == (400, "translation_state")


@pytest.mark.parametrize("state", ["original", "published", "outdated"])
def test_three_statements_whatever_the_state(
    client, library, translated, edit, state, django_assert_max_num_queries
):
    edit("Second words.")
    with django_assert_max_num_queries(3):
        client.get(f"{API}/pages/?translation_state={state}&fields=*&locale=fr")


# The feed: whoever keeps a copy holds what the API shows -----------------------------------------------------------------


def shown(client):
    items = client.get(f"{API}/pages/?fields=*&limit=100").json()["items"]
    return {item["id"]: item for item in items}


@pytest.fixture
def mirror(client, library):
    """`mirror()` follows the feed with documents from where it was and returns the whole copy."""
    held, cursor = {}, None

    def run():
        nonlocal cursor
        while True:
            page = feed(client, cursor, include="document", limit=500).json()
            for row in page["items"]:
                if row["kind"] == "withdrawn":
                    held.pop(row["id"], None)
                else:
                    held[row["id"]] = row["document"]
            cursor = page["next_cursor"]
            if not page["has_more"]:
                return held

    return run


def test_a_copy_knows_of_translations_that_come_fall_behind_and_go(
    client, library, translate, edit, mirror, committed
):
    assert mirror() == shown(client)
    french = translate(library["one"], "fr", title="Un")
    assert mirror() == shown(client)
    arabic = translate(library["one"], "ar", title="واحد")
    assert mirror() == shown(client)
    edit("Second words.")
    assert mirror() == shown(client)
    edit("First words.")
    assert mirror() == shown(client)
    with committed():
        world.publish(world.as_stored(french), title="Une")
    assert mirror() == shown(client)
    with committed():
        world.as_stored(arabic).unpublish()
    assert mirror() == shown(client)


def test_whoever_follows_without_documents_is_told_of_all_languages(client, library, translated, edit):
    _rows, cursor = follow(client)
    edit("Second words.")
    rows, cursor = follow(client, cursor)
    family = {library["one"].pk, *(page.pk for page in translated.values())}
    assert {row["id"] for row in rows} >= family
    # Nothing else is true of the translations now: only the original is told of.
    edit("Third words.")
    rows, _cursor = follow(client, cursor)
    assert {row["id"] for row in rows} & family == {library["one"].pk}


def test_entity_tags_change_with_it(client, library, translated, edit):
    address = f"{API}/pages/{translated['ar'].pk}/"
    listed = f"{API}/pages/?locale=ar"
    tags = [client.get(each)["ETag"] for each in (address, listed)]
    edit("Second words.")
    assert all(
        client.get(each, headers={"If-None-Match": tag}).status_code == 200
        for each, tag in zip((address, listed), tags, strict=True)
    )


# Webhooks ------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _to_this_machine(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.fixture
def listening(receiver):
    """`listening(*topics, groups)`: an endpoint of a key that reads as these groups."""

    def make(*topics, groups=()):
        scopes = [Scope.MEMBERS] if groups else [Scope.PUBLIC]
        key, _secret = keys.issue(name="Portal", scopes=scopes, groups=groups, now=timezone.now())
        return endpoints.register(key=key, url=receiver.url, wanted=topics, now=timezone.now())[0]

    return make


def heard(receiver, endpoint):
    receiver.got.clear()
    fanout.fan_out(timezone.now())
    sending.send_due(endpoint.pk, roll=lambda: 0)
    return [orjson.loads(body) for _headers, body in receiver.got]


def test_one_message_for_each_translation_that_falls_behind(library, translated, edit, listening, receiver):
    endpoint = listening(OUTDATED)
    edit("First, words.", corrects=True)
    assert heard(receiver, endpoint) == []
    edit("Second words.")
    said = heard(receiver, endpoint)
    assert sorted(each["data"]["locale"] for each in said) == ["ar", "fr"]
    french = next(each for each in said if each["data"]["locale"] == "fr")
    assert french["type"] == OUTDATED
    assert french["data"] == {
        "key": str(library["one"].translation_key),
        "locale": "fr",
        "id": translated["fr"].pk,
        "type": "guides.ChapterPage",
        "version": 1,
        "position": french["data"]["position"],
    }
    # They are behind already.
    edit("Third words.")
    assert heard(receiver, endpoint) == []
    # Back, and behind again.
    edit("First words.")
    assert heard(receiver, endpoint) == []
    edit("Fourth words.")
    assert len(heard(receiver, endpoint)) == 2


def test_it_comes_beside_what_is_said_of_the_document(library, translated, edit, listening, receiver):
    endpoint = listening(OUTDATED, "content.updated")
    edit("Second words.")
    said = [(each["type"], each["data"]["locale"]) for each in heard(receiver, endpoint)]
    assert sorted(said) == [
        ("content.updated", "ar"),
        ("content.updated", "en"),
        ("content.updated", "fr"),
        (OUTDATED, "ar"),
        (OUTDATED, "fr"),
    ]


def test_a_draft_of_a_translation_is_no_news(library, edit, listening, receiver, committed):
    endpoint = listening(OUTDATED)
    with committed():
        world.translation(library["one"], "fr")
    edit("Second words.")
    assert heard(receiver, endpoint) == []


def test_nobody_hears_of_what_is_not_for_their_key(library, translated, edit, listening, receiver, restrict):
    group = restrict(library["guide"]).groups.get()
    public, members = listening(OUTDATED), listening(OUTDATED, groups=[group])
    edit("Second words.")
    assert (heard(receiver, public), len(heard(receiver, members))) == ([], 2)


def test_what_was_restricted_before_it_is_sent_is_dropped(
    library, translated, edit, listening, receiver, restrict
):
    endpoint = listening(OUTDATED)
    edit("Second words.")
    fanout.fan_out(timezone.now())
    assert WebhookDelivery.objects.count() == 2
    restrict(library["guide"])
    assert heard(receiver, endpoint) == []
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {WebhookDelivery.Status.DROPPED}
