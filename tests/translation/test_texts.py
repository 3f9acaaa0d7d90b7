"""The page on which one translates, as a translator uses it: with forms, and with JSON as the script does."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation

from cms.core.errors import Conflict
from cms.translation import memory, remembering, terms, writing
from cms.translation.models import Comment, MemoryUnit, Work
from cms.translation.paragraphs import paragraphs
from tests import world

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def signed():
    def make(user):
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def french(things, submit, person):
    """A chapter into French, and its translator."""
    things.chapter.body = [
        ("text", '<p>Keep the door <b>closed</b>.</p><p><a href="https://example.org/">Read</a> on.</p>')
    ]
    things.chapter.save()
    return submit(things.chapter, "fr"), person(translates=["fr"])


def segments(translation):
    return list(
        StringSegment.objects.filter(source=translation.source)
        .select_related("string")
        .order_by("order", "pk")
    )


def segment(translation, beginning):
    return next(each for each in segments(translation) if each.string.data.startswith(beginning))


def address(translation, each, name="write"):
    return reverse(f"translation:{name}", args=[translation.uuid, each.context_id, each.string_id])


def take_apart(translation, committed, body):
    """What happens when a translation is brought up to date with an original that has another body."""
    page = translation.source.get_source_instance()
    page.body[0] = ("text", body, page.body[0].id)
    page.save()
    with committed():
        translation.source.update_from_db()
        translation.source.refresh_segments()


def stored_texts():
    return list(StringTranslation.objects.order_by("pk").values_list("data", "has_error", "tool_name"))


def test_a_paragraph_is_saved_and_counted(french, signed, committed):
    translation, user = french
    door = segment(translation, "Keep")
    with committed():
        answer = signed(user).post(
            address(translation, door), {"text": "Gardez la porte <b>fermée</b>.", "base": ""}, **JSON
        )
    assert answer.status_code == 200
    told = answer.json()
    assert (told["text"], told["problem"]) == ("Gardez la porte <b>fermée</b>.", "")
    row = StringTranslation.objects.get()
    assert (row.last_translated_by, row.translation_type, row.has_error) == (user, "manual", False)
    assert Work.objects.get(translation=translation).words_done == 4
    with committed():
        signed(user).post(address(translation, door), {"text": "", "base": told["text"]}, **JSON)
    assert stored_texts() == []
    assert Work.objects.get(translation=translation).words_done == 0


def test_without_a_script_the_form_leads_back_to_the_paragraph(french, signed, committed):
    translation, user = french
    door = segment(translation, "Keep")
    page = signed(user).get(reverse("translation:work", args=[translation.uuid]))
    assert page.status_code == 200
    assert f'id="p{door.pk}"' in page.content.decode()
    # What leads to the first paragraph that is open.
    assert f'href="#p{segments(translation)[0].pk}"' in page.content.decode()
    with committed():
        answer = signed(user).post(address(translation, door), {"text": "La porte", "base": ""})
    assert (answer.status_code, answer["Location"].rpartition("#")[2]) == (302, f"p{door.pk}")


def test_what_lacks_a_link_is_kept_and_not_counted(french, signed, committed):
    translation, user = french
    read = segment(translation, "<a")
    with committed():
        told = signed(user).post(address(translation, read), {"text": "Lisez.", "base": ""}, **JSON).json()
    assert "a1" in told["problem"]
    assert stored_texts() == [("Lisez.", True, "")]
    assert told["words_done"] == 0


def test_an_answer_that_was_lost_is_no_conflict_with_oneself(french, signed, person, committed):
    """What arrived though its answer didn't is what one goes on from."""
    translation, user = french
    door = segment(translation, "Keep")

    def send(client, text, base="", *sent):
        return client.post(address(translation, door), {"text": text, "base": base, "sent": sent}, **JSON)

    with committed():
        send(signed(user), " Gardez ")
        answer = send(signed(user), "Gardez la porte", "", "<b>Broken", " Gardez ")
    assert (answer.status_code, stored_texts()) == (200, [("Gardez la porte", False, "")])
    # It was taken away by what was sent.
    with committed():
        send(signed(user), "", "Gardez la porte")
        answer = send(signed(user), "La porte", "Gardez la porte", "")
    assert (answer.status_code, stored_texts()) == (200, [("La porte", False, "")])
    # What somebody else wrote since then is theirs.
    with committed():
        send(signed(person(translates=["fr"])), "Porte", "La porte")
        answer = send(signed(user), "Une porte", "Gardez", "La porte", *(["x"] * 50))
    assert (answer.status_code, stored_texts()) == (409, [("Porte", False, "")])


def test_two_translators_lose_nothing(french, signed, person, committed):
    translation, user = french
    door = segment(translation, "Keep")
    other = person(translates=["fr"])
    with committed():
        signed(user).post(address(translation, door), {"text": "Gardez la porte close", "base": ""}, **JSON)
    base = "Gardez la porte close"
    with committed():
        signed(other).post(address(translation, door), {"text": "Tenez la porte close", "base": base}, **JSON)
    answer = signed(user).post(
        address(translation, door), {"text": "Gardez la porte fermée", "base": base}, **JSON
    )
    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["theirs"], told["merged"], told["by"]) == (
        "text_changed",
        "Tenez la porte close",
        "Tenez la porte fermée",
        str(other),
    )
    assert told["changes"][:2] == [["gone", "Gardez"], ["new", "Tenez"]]
    assert stored_texts() == [("Tenez la porte close", False, "")]
    shown = signed(user).post(address(translation, door), {"text": "Gardez la porte fermée", "base": base})
    assert shown.status_code == 409
    assert all(each in shown.content.decode() for each in ("Gardez la porte fermée", "Tenez la porte fermée"))
    assert "<del>Gardez</del><ins>Tenez</ins>" in shown.content.decode()
    # The same typed by both is no conflict.
    again = signed(user).post(
        address(translation, door), {"text": "Tenez la porte close", "base": base}, **JSON
    )
    assert again.status_code == 200


def test_line_breaks_between_tags_lock_nobody_out(french, signed, person, committed):
    """Forms send the line breaks of all their fields as `\\r\\n`, hidden ones too."""
    translation, user = french
    door = segment(translation, "Keep")
    client = signed(user)
    first, second = "Un <b>deux</b>\r\ntrois", "Un <b>deux</b>\r\nquatre"
    with committed():
        client.post(address(translation, door), {"text": first, "base": ""}, **JSON)
    assert stored_texts() == [("Un <b>deux</b>\ntrois", False, "")]
    with committed():
        answer = client.post(address(translation, door), {"text": second, "base": first}, **JSON)
    assert (answer.status_code, stored_texts()) == (200, [("Un <b>deux</b>\nquatre", False, "")])
    # Who typed over the text before is told all the same.
    other = signed(person(translates=["fr"]))
    refused = other.post(address(translation, door), {"text": "Cinq", "base": first}, **JSON)
    assert (refused.status_code, stored_texts()) == (409, [("Un <b>deux</b>\nquatre", False, "")])


def test_a_paragraph_keeps_its_address_when_another_comes_to_stand_before_it(french, signed, committed):
    translation, user = french
    door = segment(translation, "Keep")
    client = signed(user)
    keys = {row.key for row in paragraphs(user, translation)}
    take_apart(translation, committed, "<p>Knock.</p><p>Keep the door <b>closed</b>.</p>")
    moved = segment(translation, "Keep")
    assert moved.pk != door.pk
    with committed():
        answer = client.post(address(translation, door), {"text": "Gardez", "base": ""}, **JSON)
    assert answer.status_code == 200
    [row] = paragraphs(user, translation, [moved.pk])
    assert (row.text, row.key in keys) == ("Gardez", True)
    assert client.get(address(translation, door, "matches")).status_code == 200
    answer = client.post(address(translation, door, "comment"), {"text": "Which?"})
    assert answer["Location"].endswith(f"#p{moved.pk}")
    page = client.get(reverse("translation:work", args=[translation.uuid])).content.decode()
    assert f'data-desk-key="{row.key}"' in page
    assert f'action="{address(translation, door)}"' in page


def test_what_was_typed_for_a_paragraph_that_has_gone_is_shown_again(french, signed, person, committed):
    translation, user = french
    door = segment(translation, "Keep")
    take_apart(translation, committed, "<p>Keep the gate <b>closed</b>.</p>")
    typed = {"text": "Gardez <b>la porte</b>", "base": ""}
    client = signed(user)
    told = client.post(address(translation, door), typed, **JSON)
    assert (told.status_code, told.json()["code"]) == (404, "no_such_paragraph")
    assert "Copy what you typed" in told.json()["message"]
    for name in ("write", "comment"):
        shown = client.post(address(translation, door, name), typed)
        page = shown.content.decode()
        assert shown.status_code == 404
        assert "Gardez &lt;b&gt;la porte&lt;/b&gt;</textarea>" in page
        assert "data-desk-gone hidden" not in page
    assert client.get(address(translation, door, "matches")).status_code == 404
    stranger = signed(person(translates=["ar"])).post(address(translation, door), typed)
    assert (stranger.status_code, "Gardez" in stranger.content.decode()) == (404, False)
    assert (stored_texts(), Comment.objects.count()) == ([], 0)
    # Where nothing is lost there is nothing to be copied.
    page = client.get(reverse("translation:work", args=[translation.uuid])).content.decode()
    assert "data-desk-gone hidden" in page


@pytest.mark.parametrize("text", ["<script>x</script>", "a\0b", "x" * 20_001, '<a href="//e">x</a>'])
def test_what_can_not_be_kept_is_refused(french, signed, text):
    translation, user = french
    answer = signed(user).post(
        address(translation, segment(translation, "Keep")), {"text": text, "base": ""}, **JSON
    )
    assert (answer.status_code, stored_texts()) == (400, [])


def test_so_is_what_never_stood_there(french, signed, committed):
    translation, user = french
    place = address(translation, segment(translation, "Squares"))
    typed = "&" * 20_000
    with committed():
        told = signed(user).post(place, {"text": typed, "base": ""}, **JSON).json()
    stood = stored_texts()
    answer = signed(user).post(place, {"text": "x", "base": "a " * 60_001}, **JSON)
    assert (answer.status_code, answer.json()["code"], stored_texts()) == (400, "too_long", stood)
    # The longest text that can be typed can be typed over.
    assert len(told["text"]) == 100_000
    with committed():
        answer = signed(user).post(place, {"text": "Places", "base": told["text"]}, **JSON)
    assert (answer.status_code, stored_texts()) == (200, [("Places", False, "")])


def test_people_of_other_languages_see_and_change_nothing(french, signed, person, things, submit):
    translation, _user = french
    door = segment(translation, "Keep")
    arabic = submit(things.chapter, "ar")
    reads = [
        reverse(f"translation:{name}", args=[translation.uuid]) for name in ("work", "preview", "localize")
    ] + [address(translation, door, "matches")]
    writes = [
        (address(translation, door), {"text": "x", "base": ""}),
        (reverse("translation:fill", args=[translation.uuid]), {}),
        (address(translation, door, "comment"), {"text": "x"}),
    ]
    strangers = [person(translates=["ar"], reviews=["ar"]), person()]
    for user in strangers:
        client = signed(user)
        assert {client.get(path).status_code for path in reads} <= {302, 403, 404}
        assert {client.post(path, data).status_code for path, data in writes} <= {302, 403, 404}
    assert (stored_texts(), Comment.objects.count()) == ([], 0)
    # A paragraph of another language's translation, at an address of one's own.
    own = reverse("translation:write", args=[arabic.uuid, 10**9, 10**30])
    assert signed(strangers[0]).post(own, {"text": "x", "base": ""}, **JSON).status_code == 404


def test_nobody_but_a_reviewer_writes_while_it_is_decided(french, person, signed):
    translation, user = french
    door = segment(translation, "Keep")
    Work.objects.filter(translation=translation).update(stage=Work.Stage.IN_REVIEW)
    told = signed(user).post(address(translation, door), {"text": "x", "base": ""}, **JSON)
    assert (told.status_code, told.json()["code"], stored_texts()) == (409, "in_review", [])
    # Without a script, too, what was typed isn't lost.
    shown = signed(user).post(address(translation, door), {"text": "Presque <b>fini</b>", "base": ""})
    assert (shown.status_code, stored_texts()) == (409, [])
    assert "Presque &lt;b&gt;fini&lt;/b&gt;</textarea>" in shown.content.decode()
    assert (
        'name="text"'
        not in signed(user)
        .get(reverse("translation:work", args=[translation.uuid]))
        .content.decode()
        .split("desk-comments")[0]
    )
    reviewer = person(reviews=["fr"])
    assert (
        signed(reviewer).post(address(translation, door), {"text": "x", "base": ""}, **JSON).status_code
        == 200
    )


def test_what_is_handed_in_while_somebody_types_is_left_as_it_is(french, monkeypatch, committed):
    translation, user = french
    door = segment(translation, "Keep")
    place = writing._place

    def handed_in(*args):
        found = place(*args)
        Work.objects.filter(translation=translation).update(stage=Work.Stage.IN_REVIEW)
        return found

    monkeypatch.setattr(writing, "_place", handed_in)
    with pytest.raises(Conflict) as refused, committed():
        writing.write(
            by=user, uuid=translation.uuid, segment_id=door.pk, text="x", base="", now=timezone.now()
        )
    assert (refused.value.code, stored_texts()) == ("in_review", [])


def test_what_changed_is_marked_and_the_earlier_translation_shown(french, committed):
    translation, user = french
    door = segment(translation, "Keep")
    with committed():
        writing.write(
            by=user, uuid=translation.uuid, segment_id=door.pk, text="Gardez", base="", now=timezone.now()
        )
    page = translation.source.get_source_instance()
    block = page.body[0]
    page.body[0] = ("text", "<p>Keep the gate <b>closed</b>.</p>", block.id)
    page.save()
    with committed():
        translation.source.update_from_db()
        translation.source.refresh_segments()
    [row] = [each for each in paragraphs(user, translation) if each.source.startswith("Keep")]
    assert [(piece.kind, piece.text.strip()) for piece in row.earlier.pieces if piece.kind != "same"] == [
        ("gone", "door"),
        ("new", "gate"),
    ]
    assert row.earlier.target == "Gardez"
    assert (row.text, row.earlier.rewritten) == ("", ())
    # Whoever reviews the new translation sees both changes.
    with committed():
        writing.write(
            by=user,
            uuid=translation.uuid,
            segment_id=row.id,
            text="Gardez <b>tout</b>",
            base="",
            now=timezone.now(),
        )
    [row] = paragraphs(user, translation, [row.id])
    assert [(piece.kind, piece.text.strip()) for piece in row.earlier.rewritten] == [
        ("same", "Gardez"),
        ("new", "tout"),
    ]


def test_what_was_written_since_the_last_decision_is_marked(french, person, signed, write):
    translation, user = french
    write(translation)
    address_of_all = reverse("translation:work", args=[translation.uuid])
    assert not any(row.is_new for row in paragraphs(user, translation))
    Work.objects.filter(translation=translation).update(decided_at=timezone.now())
    translation.work.refresh_from_db()
    door = segment(translation, "Keep")
    [row] = paragraphs(user, translation, [door.pk])
    writing.write(
        by=user, uuid=translation.uuid, segment_id=door.pk, text="Neuf", base=row.text, now=timezone.now()
    )
    Work.objects.filter(translation=translation).update(stage=Work.Stage.IN_REVIEW)
    assert [row.id for row in paragraphs(user, translation) if row.is_new] == [door.pk]
    page = signed(person(reviews=["fr"])).get(address_of_all).content.decode()
    assert page.count("new since the last decision") == 1
    assert "If you change a text here" in page


def test_what_was_sent_back_and_what_is_behind_is_told_on_the_page(french, signed, committed, things):
    translation, user = french
    address_of_all = reverse("translation:work", args=[translation.uuid])
    assert "Sent back:" not in signed(user).get(address_of_all).content.decode()
    Work.objects.filter(translation=translation).update(reason="The door is a <gate>.")
    page = signed(user).get(address_of_all).content.decode()
    assert "The door is a &lt;gate&gt;." in page
    assert 'name="update"' not in page


def test_what_was_taken_over_isnt_asked_for_again(things, submit, write, person, signed, committed):
    with committed():
        submit(things.guide, "fr").save_target(publish=True)
    french = write(submit(things.chapter, "fr"))
    with committed():
        french.save_target(publish=True)
    user = person(translates=["fr"])
    work = reverse("translation:work", args=[french.uuid])
    decision = reverse("translation:assignment", args=[french.uuid])
    with committed():
        world.publish(things.chapter, body=[("text", "<p>One</p><p>More</p>")])
    for each in (work, decision):
        assert 'name="update"' in signed(user).get(each).content.decode()
    with committed():
        signed(user).post(decision, {"update": ""})
    for each in (work, decision):
        assert 'name="update"' not in signed(user).get(each).content.decode()
    assert "They keep it until this is translated" in signed(user).get(work).content.decode()


def test_terms_stand_with_the_paragraphs_that_use_them(french, monkeypatch):
    translation, user = french
    known = [
        terms.Term("door", ("door", "doors"), "porte"),
        terms.Term("window", ("window",), "fenêtre"),
    ]
    monkeypatch.setattr("cms.translation.paragraphs.agreed", lambda *args: known)
    found = {
        row.source[:4]: [term.translation for term in row.terms] for row in paragraphs(user, translation)
    }
    assert found["Keep"] == ["porte"]
    assert found["<a i"] == []


def test_tags_are_shown_as_marks(french, signed):
    translation, user = french
    page = signed(user).get(reverse("translation:work", args=[translation.uuid])).content.decode()
    assert '<code class="desk-tag" dir="ltr">&lt;b&gt;</code>closed' in page
    assert 'data-opens="&lt;a id=&quot;a1&quot;&gt;" data-closes="&lt;/a&gt;"' in page


def test_the_memory_offers_what_its_person_may_see(french, things, submit, person, committed, write):
    translation, user = french
    for thing, text in ((things.secret, "Deux"), (things.guide, "Lieux ouverts")):
        other = write(submit(thing, "fr"), text=text)
        remembering.remember(other, timezone.now())
    door = StringSegment(source=translation.source).source
    members = things.secret.get_view_restrictions().first()
    insider = person(translates=["fr"], groups=list(members.groups.all()))
    for someone, found in ((user, []), (insider, ["Deux"])):
        offered = [match.target.split(" ")[0] for match in memory.matches(someone, translation, "Two")]
        assert offered == found, someone
        assert list(memory.exact(someone, translation, ["Two"])) == (["Two"] if found else []), someone
    assert door


def test_a_match_tells_what_differs(french, things, submit, signed, write):
    translation, user = french
    remembering.remember(write(submit(things.guide, "fr"), text="Lieux"), timezone.now())
    MemoryUnit.objects.filter(source="Open places").update(
        source="Keep the gate closed.", source_digest="x", length=21
    )
    door = segment(translation, "Keep")
    [found] = signed(user).get(address(translation, door, "matches")).json()["items"]
    assert 70 <= found["percent"] < 100
    assert [piece for piece in found["changes"] if piece[0] != "same"] == [["gone", "gate"], ["new", "door"]]


def test_filling_leaves_paragraphs_to_be_confirmed(french, signed, committed):
    translation, user = french
    door = segment(translation, "Keep")
    MemoryUnit.objects.create(
        source_locale=world.locale("en"),
        target_locale=world.locale("fr"),
        source=door.string.data,
        source_digest=memory.digest(door.string.data),
        length=20,
        target="Gardez la porte <b>fermée</b>.",
        updated_at=timezone.now(),
    )
    client = signed(user)
    with committed():
        client.post(reverse("translation:fill", args=[translation.uuid]))
    assert stored_texts() == [("Gardez la porte <b>fermée</b>.", False, "memory")]
    [row] = paragraphs(user, translation, [door.pk])
    assert row.unconfirmed and not row.is_done
    with committed():
        client.post(address(translation, door), {"text": row.typed, "base": row.text}, **JSON)
    [row] = paragraphs(user, translation, [door.pk])
    assert row.is_done
    with committed():
        assert writing.fill(by=user, uuid=translation.uuid, now=timezone.now()) == 0


def test_a_comment_is_said_once_though_its_answer_was_lost(french, signed, person):
    translation, user = french
    door = segment(translation, "Keep")
    place, client = address(translation, door, "comment"), signed(user)
    for text in ("Which door?", " Which door?", "This one."):
        client.post(place, {"text": text})
    assert list(Comment.objects.values_list("text", flat=True)) == ["Which door?", "This one."]
    # Somebody else says the same, and what is done is asked anew.
    signed(person(translates=["fr"])).post(place, {"text": "This one."})
    Comment.objects.update(resolved_at=timezone.now())
    client.post(place, {"text": "This one."})
    assert Comment.objects.count() == 4


def test_comments_are_said_and_done(french, signed):
    translation, user = french
    door = segment(translation, "Keep")
    client = signed(user)
    client.post(address(translation, door, "comment"), {"text": "Which <door>?"})
    said = Comment.objects.get()
    page = client.get(reverse("translation:work", args=[translation.uuid])).content.decode()
    assert "Which &lt;door&gt;?" in page
    client.post(reverse("translation:resolve", args=[translation.uuid, said.pk]), {"segment": door.pk})
    said.refresh_from_db()
    assert said.resolved_by == user
    client.post(address(translation, door, "comment"), {"text": " "})
    assert Comment.objects.count() == 1


def test_as_many_statements_for_many_paragraphs_as_for_few(
    french, things, committed, django_assert_num_queries
):
    translation, user = french

    def statements():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert paragraphs(user, translation)
        return len(captured)

    few = statements()
    page = translation.source.get_source_instance()
    page.body = [("text", f"<p>Paragraph {n}.</p>") for n in range(40)]
    page.save()
    with committed():
        translation.source.update_from_db()
        translation.source.refresh_segments()
    for each in segments(translation)[:20]:
        with committed():
            writing.write(
                by=user, uuid=translation.uuid, segment_id=each.pk, text="Texte", base="", now=timezone.now()
            )
    assert statements() <= few + 1


def test_the_first_of_two_who_begin_at_once_wins(french, person, committed):
    translation, user = french
    door = segment(translation, "Keep")
    given = {"uuid": translation.uuid, "segment_id": door.pk, "base": "", "now": timezone.now()}
    writing.write(by=user, text="Un", **given)
    with pytest.raises(Conflict) as refused:
        writing.write(by=person(translates=["fr"]), text="Deux", **given)
    assert refused.value.extra == {"theirs": "Un", "merged": ""}
    assert stored_texts() == [("Un", False, "")]
