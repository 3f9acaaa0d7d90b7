"""The desk's screens: who sees which, and what a press does."""

import re
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import formats, timezone
from wagtail_localize.models import Translation

from cms.translation.models import LanguageRole, Work
from tests import world

from .desk import stored, work_of

BOARD, MINE, START = "/admin/translation/", "/admin/translation/mine/", "/admin/translation/start/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def assignment(translation) -> str:
    return f"/admin/translation/{translation.uuid}/assignment/"


@pytest.fixture
def french(things, submit):
    return submit(things.chapter, "fr")


def test_the_six_kinds_of_person(things, french, submit, write, person, client, restrict):
    """Anonymous, registered, a member, a member of another group's editor, a translator of another language: nothing."""
    secret = submit(things.secret, "fr")
    others = person(translates=["ar"], changes=things.draft)
    kinds = {
        "anonymous": client,
        "registered": signed_in(get_user_model().objects.create_user("r@example.org", "x")),
        "member": signed_in(person(groups=[Group.objects.get(name="Members")], enters=False)),
        "editor of another section": signed_in(person(changes=things.draft)),
        "translator of another language": signed_in(others),
        "translator who may not see it": signed_in(person(translates=["fr"])),
    }
    before = stored()
    for name, browser in kinds.items():
        thing = secret if name == "translator who may not see it" else french
        for address in (assignment(thing), f"/admin/translation/{thing.uuid}/"):
            assert browser.get(address).status_code in (302, 404), (name, address)
        for act in ("claim", "give_back", "assign", "update", "hand_in", "approve", "send_back"):
            answer = browser.post(assignment(thing), {act: "", "reason": "No", "leave_out": "on"})
            assert answer.status_code in (302, 404), (name, act)
        target = thing.source.object_id
        answer = browser.post(START, {"start": f"{target} fr"})
        assert answer.status_code in (302, 404)
        for address in (BOARD, MINE):
            assert "Zebra" not in browser.get(address).content.decode(), (name, address)
    assert stored() == before
    administrator = signed_in(get_user_model().objects.create_superuser("a@example.org", "x"))
    assert "Zebra" in administrator.get(BOARD).content.decode()
    assert administrator.get(assignment(secret)).status_code == 200


def test_a_translator_sees_one_language(things, french, submit, person):
    submit(things.chapter, "ar")
    text = signed_in(person(translates=["fr"])).get(BOARD).content.decode()
    assert "Français" in text and ">العربية<" not in text
    assert str(french.uuid) in text
    assert 'name="start"' in text
    assert 'name="start"' not in signed_in(person(reviews=["fr"])).get(BOARD).content.decode()


def test_the_menu_leads_there(things, person):
    assert BOARD in signed_in(person(translates=["fr"])).get("/admin/").content.decode()
    assert BOARD not in signed_in(person()).get("/admin/").content.decode()


def test_from_a_cell_into_the_work(things, person, committed):
    client = signed_in(person(translates=["fr"]))
    with committed():
        answer = client.post(START, {"start": f"{things.chapter.translation_key} fr"})
    made = Translation.objects.get(
        source__object=things.chapter.translation_key, target_locale__language_code="fr"
    )
    assert answer["Location"] == f"/admin/translation/{made.uuid}/"
    assert "Squares" in client.get(answer["Location"]).content.decode()
    assert client.post(START, {"start": "nonsense"}).status_code == 404
    assert client.post(START, {"start": f"{uuid4()} fr"}).status_code == 404


def test_the_whole_way(things, french, submit, write, person, committed):
    with committed():
        submit(things.guide, "fr").save_target(publish=True)
    manager, translator, reviewer = (
        person(manages=True),
        person(translates=["fr"]),
        person(reviews=["fr"]),
    )
    page = assignment(french)
    answer = signed_in(manager).post(page, {"assign": "", "person": translator.pk, "due_on": "2099-01-31"})
    assert answer["Location"] == page
    assert (work_of(french).translator, str(work_of(french).due_on)) == (translator, "2099-01-31")
    assert "Squares" in signed_in(translator).get(MINE).content.decode()
    signed_in(translator).post(page, {"hand_in": ""})
    assert work_of(french).stage == Work.Stage.OPEN
    write(french, by=translator)
    signed_in(translator).post(page, {"hand_in": ""})
    assert work_of(french).stage == Work.Stage.IN_REVIEW
    assert "Decide" in signed_in(reviewer).get(MINE).content.decode()
    assert "Decide" not in signed_in(translator).get(MINE).content.decode()
    answer = signed_in(reviewer).post(page, {"send_back": "", "reason": ""})
    told = answer.content.decode()
    assert "the translator reads it" in told
    # One is led to the field, which says what it is described by.
    field = re.search(r'<textarea name="reason"[^>]*>', told)[0]
    described = re.search(r'aria-describedby="([^"]*)"', field)[1].split()
    assert "autofocus" in field and len(described) == 2
    assert all(f'id="{each}"' in told for each in described)
    signed_in(reviewer).post(page, {"send_back": "", "reason": "Too literal."})
    assert "Too literal." in signed_in(translator).get(MINE).content.decode()
    signed_in(translator).post(page, {"hand_in": ""})
    with committed():
        signed_in(reviewer).post(page, {"approve": "", "seen": seen(signed_in(reviewer), page)})
    assert work_of(french).stage == Work.Stage.APPROVED
    assert "published" in signed_in(reviewer).get(page).content.decode()


def test_what_was_sent_back_comes_first_with_its_reason_and_its_day(things, submit, write, person):
    translator, manager = person(translates=["fr"]), person(manages=True)
    early, back = submit(things.guide, "fr"), write(submit(things.chapter, "fr"), by=translator)
    Work.objects.update(translator=translator)
    Work.objects.filter(translation=early).update(due_on="2020-01-31")
    signed_in(translator).post(assignment(back), {"hand_in": ""})
    signed_in(person(reviews=["fr"])).post(assignment(back), {"send_back": "", "reason": "Too <literal>."})
    day = formats.date_format(timezone.localdate(), "DATE_FORMAT")
    for address, user in ((MINE, translator), (BOARD, translator), (BOARD, manager)):
        shown = signed_in(user).get(address).content.decode()
        assert f"sent back on {day}" in shown and "Too &lt;literal&gt;." in shown, address
        assert shown.count("sent back on ") == 1, address
    shown = signed_in(translator).get(MINE).content.decode()
    assert shown.index(str(back.uuid)) < shown.index(str(early.uuid))
    only = signed_in(manager).get(BOARD, {"sent_back": "1"}).content.decode()
    assert str(back.uuid) in only and str(early.uuid) not in only
    # Whoever may see neither is told nothing of it.
    assert "literal" not in signed_in(person(translates=["ar"])).get(BOARD).content.decode()
    signed_in(translator).post(assignment(back), {"hand_in": ""})
    assert "literal" not in signed_in(translator).get(MINE).content.decode()


def test_what_readers_have_and_was_sent_back_is_still_somebodys_work(
    things, french, write, person, committed
):
    translator = person(translates=["fr"])
    write(french)
    with committed():
        french.save_target(publish=True)
    Work.objects.filter(translation=french).update(
        translator=translator, reason="Too literal.", decided_at=timezone.now()
    )
    assert "Too literal." in signed_in(translator).get(MINE).content.decode()


def test_what_goes_along_can_be_read_before(things, submit, write, person):
    guide, chapter = submit(things.guide, "fr"), submit(things.chapter, "fr")
    for each in (guide, chapter):
        write(each, by=person(translates=["fr"]))
    Work.objects.filter(translation__in=(guide, chapter)).update(stage=Work.Stage.IN_REVIEW)
    page = signed_in(person(reviews=["fr"])).get(assignment(chapter)).content.decode()
    assert f'<li><a href="/admin/translation/{guide.uuid}/"><bdi>Open places</bdi></a></li>' in page


def seen(client, page) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(page).content.decode())[1]


def test_a_text_that_was_rewritten_since_it_was_shown_isnt_published(
    things, french, submit, write, person, committed
):
    with committed():
        submit(things.guide, "fr").save_target(publish=True)
    write(french, by=person(translates=["fr"]))
    Work.objects.filter(translation=french).update(stage=Work.Stage.IN_REVIEW)
    client, page = signed_in(person(reviews=["fr"])), assignment(french)
    shown = seen(client, page)
    write(french, by=person(reviews=["fr"]), only=1, text="Autre")
    assert work_of(french).stage == Work.Stage.IN_REVIEW
    before = stored()
    for told in ({"seen": shown}, {}):
        with committed():
            answer = client.post(page, {"approve": ""} | told, follow=True)
        assert "Somebody was faster" in answer.content.decode()
        assert stored() == before
    with committed():
        client.post(page, {"approve": "", "seen": seen(client, page)})
    assert work_of(french).stage == Work.Stage.APPROVED


def test_a_refusal_is_told(things, french, write, person):
    both = person(translates=["fr"], reviews=["fr"])
    write(french, by=both)
    client = signed_in(both)
    client.post(assignment(french), {"hand_in": ""})
    answer = client.post(assignment(french), {"approve": ""}, follow=True)
    assert "You wrote some of this" in answer.content.decode()
    assert work_of(french).stage == Work.Stage.IN_REVIEW


def test_a_wrong_day_is_told_and_changes_nothing(french, person):
    client = signed_in(person(manages=True))
    before = stored()
    assert (
        "error-message" in client.post(assignment(french), {"assign": "", "due_on": "31/31"}).content.decode()
    )
    answer = client.post(assignment(french), {"assign": "", "due_on": "2000-01-01"}, follow=True)
    assert "That day has passed." in answer.content.decode()
    assert stored() == before


def test_filters_that_nobody_could_choose_count_for_nothing(things, french, person):
    client = signed_in(person(translates=["fr"]))
    for query in (
        {"language": "ar"},
        {"language": "xx"},
        {"state": "x"},
        {"guide": "x"},
        {"translator": "x"},
        {"p": "x"},
    ):
        assert "Squares" in client.get(BOARD, query).content.decode(), query


def test_languages_are_given_where_a_groups_other_rights_are(things, admin_client):
    group = Group.objects.create(name="French")
    french, arabic = world.locale("fr"), world.locale("ar")
    LanguageRole.objects.create(group=group, locale=arabic, role="translator")
    LanguageRole.objects.create(group=group, locale=french, role="reviewer")
    address = f"/admin/groups/edit/{group.pk}/"
    text = admin_client.get(address).content.decode()
    assert "Review and publish translations into" in text
    data = {
        "name": "French",
        "languages-translator": [french.pk],
        "languages-reviewer": [french.pk],
        **{f"{name}-TOTAL_FORMS": 0 for name in PREFIXES},
        **{f"{name}-INITIAL_FORMS": 0 for name in PREFIXES},
    }
    assert admin_client.post(address, data).status_code == 302
    assert set(group.language_roles.values_list("role", "locale")) == {
        ("translator", french.pk),
        ("reviewer", french.pk),
    }
    assert admin_client.post("/admin/groups/new/", data | {"name": "Another"}).status_code == 302
    assert Group.objects.get(name="Another").language_roles.count() == 2


PREFIXES = ("page_permissions", "collection_permissions", "image_permissions", "document_permissions")


FILES = "/admin/translation/files/"


def test_files_are_found_from_every_screen(things, french, person):
    translator = signed_in(person(translates=["fr"], reviews=["fr"]))
    for address in (BOARD, MINE, assignment(french), f"/admin/translation/{french.uuid}/"):
        assert f'href="{FILES}"' in translator.get(address).content.decode(), address
    answer = translator.get(FILES)
    assert (answer.status_code, answer["Location"]) == (302, f"{FILES}fr/")
    both = signed_in(person(translates=["fr", "ar"])).get(FILES).content.decode()
    for code in ("fr", "ar"):
        assert f'href="{FILES}{code}/"' in both and f'href="{FILES}{code}/memory/"' in both
    assert f'href="{FILES}es/"' not in both


def test_who_translates_nothing_has_no_files(things, person):
    for other in (person(reviews=["fr"]), person(manages=True)):
        browser = signed_in(other)
        assert f'href="{FILES}"' not in browser.get(BOARD).content.decode()
        assert browser.get(FILES).status_code == 302


def test_handing_in_too_early_leads_to_what_is_missing(french, person):
    translator = signed_in(person(translates=["fr"]))
    before = stored()
    answer = translator.post(assignment(french), {"hand_in": ""})
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/translation/{french.uuid}/")
    assert stored() == before


def test_what_can_be_left_out_is_offered_to_be_left_out(things, submit, write, person, committed):
    """Parents can't: no box is shown that would change nothing."""
    submit(things.guide, "fr")
    french = submit(things.chapter, "fr")
    write(french, by=person(translates=["fr"]))
    Work.objects.filter(translation=french).update(stage=Work.Stage.IN_REVIEW)
    reviewer = signed_in(person(reviews=["fr"], snippets=True))
    page = reviewer.get(assignment(french)).content.decode()
    assert "which stands above it" in page and 'name="leave_out"' not in page
    with committed():
        world.publish(things.chapter, body=[("text", "<p>One</p>"), ("tool", things.tool)])
    page = reviewer.get(assignment(french)).content.decode()
    assert "which it shows" in page and 'name="leave_out"' in page
