"""Files out of the admin and back: what is shown, what is written, who may, and what is refused without a trace."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from cms.core.imports.process import Stale
from cms.translation.files import existing, exporting, process, xliff
from cms.translation.models import MemoryUnit, TranslationImport, Work
from home.guides.models import ChapterPage
from tests import world
from tests.translation.desk import stored, work_of

TMX = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en-GB"/><body>
<tu><tuv xml:lang="en-GB"><seg>A door</seg></tuv><tuv xml:lang="fr-CA"><seg>Une porte</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>A <bpt i="1">&lt;b></bpt>gate<ept i="1">&lt;/b></ept></seg></tuv><tuv xml:lang="fr"><seg>Un portail</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>A <ph>{0}</ph></seg></tuv><tuv xml:lang="fr"><seg>Un <ph>{0}</ph></seg></tuv></tu>
</body></tmx>"""


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def translator(person):
    return person(translates=["fr"])


@pytest.fixture
def client(translator):
    return signed_in(translator)


@pytest.fixture
def rich(things, committed):
    """A chapter with a link, bold words and a footnote."""
    body = [
        ("text", '<p>See <a href="https://example.org/x">the <b>site</b></a> &amp; more.</p><p>Two</p>'),
        ("footnote", {"text": "<p>A <i>note</i></p>"}),
    ]
    with committed():
        return world.add(things.guide, ChapterPage(title="Rich", slug="rich", body=body))


@pytest.fixture
def french(rich, submit):
    return submit(rich, "fr")


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def exported(client, translation, kind="xliff", **more):
    response = client.get(
        reverse("translation:export_thing", args=[translation.uuid]), {"format": kind, **more}
    )
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    return text(response)


def translated(data: str, **texts) -> str:
    """An XLIFF file with translations of these sources, or of all: in capitals, tags and all."""

    def fill(found):
        source = found[2]
        if texts and re.sub("<[^>]*>", "", source) not in texts:
            return found[0]
        target = texts.get(source) or re.sub(r"(^|>)([^<&]*)", lambda each: each[1] + each[2].upper(), source)
        return f"{found[1]}{source}</source><target>{target}</target></segment>"

    return re.sub(r"(<source>)(.*?)</source>(?:<target>.*?</target>)?</segment>", fill, data)


def upload(client, address, data, name="back.xlf"):
    data = data if isinstance(data, bytes) else data.encode()
    return client.post(address, {"file": SimpleUploadedFile(name, data)})


def of_thing(translation):
    return reverse("translation:thing_files", args=[translation.uuid])


def of_language(code="fr"):
    return reverse("translation:language_files", args=[code])


def uploaded(client, address, data, name="back.xlf"):
    response = upload(client, address, data, name)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def confirm(client, address):
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', text(client.get(address)))
    return client.post(address, {"digest": found[1] if found else ""}, follow=True)


def everything():
    return (stored(), list(StringTranslation.objects.order_by("pk").values()), PageLogEntry.objects.count())


def texts_of(translation) -> dict[str, str]:
    rows = StringTranslation.objects.filter(
        context__object=translation.source.object_id, locale=translation.target_locale
    )
    return dict(rows.values_list("translation_of__data", "data"))


# The way in and out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [of_thing, lambda translation: of_language()])
def test_a_file_is_shown_then_taken_over(french, client, translator, address):
    back = translated(exported(client, french))
    before = everything()
    plan = uploaded(client, address(french), back)
    html = text(client.get(plan))
    tag = '<code class="desk-tag" dir="ltr">{}</code>'.format
    told = f"SEE {tag('&lt;a id=&quot;a1&quot;&gt;')}THE {tag('&lt;b&gt;')}SITE{tag('&lt;/b&gt;')}{tag('&lt;/a&gt;')} &amp; more."
    assert told in html
    assert everything() == before
    html = text(confirm(client, plan))
    assert "All of it was imported." in html and "4 paragraphs were written." in html
    assert texts_of(french) == {
        "Rich": "RICH",
        'See <a id="a1">the <b>site</b></a> &amp; more.': 'SEE <a id="a1">THE <b>SITE</b></a> &amp; more.',
        "Two": "TWO",
        "A <i>note</i>": "A <i>NOTE</i>",
    }
    rows = StringTranslation.objects.filter(context__object=french.source.object_id)
    assert set(
        rows.values_list("translation_type", "tool_name", "last_translated_by", "has_error", "field_error")
    ) == {("manual", "xliff", translator.pk, False, "")}
    work = work_of(french)
    assert (work.words_done, work.stage) == (work.words_total, Work.Stage.OPEN)
    page = Page.objects.get(translation_key=french.source.object_id, locale=french.target_locale)
    assert (page.draft_title, page.live) == ("RICH", False)
    entry = PageLogEntry.objects.get(action=process.LOG_ACTION)
    assert (entry.page_id, entry.user_id, entry.data) == (
        page.pk,
        translator.pk,
        {"file": "back.xlf", "written": 4},
    )
    assert bytes(TranslationImport.objects.get().data) == b""
    # Once: what was done is done.
    after = everything()
    client.post(plan, {"digest": "0" * 64})
    assert everything() == after


def test_a_plan_says_which_text_a_paragraph_is_of_where_there_are_several(
    things, rich, french, client, submit
):
    guide = submit(things.guide, "fr")
    kind = '<span class="desk-kind"><bdi>Rich</bdi></span>'
    plan = uploaded(client, of_thing(french), translated(exported(client, french), Two="DEUX"))
    assert kind not in text(client.get(plan))
    plan = uploaded(client, of_thing(guide), translated(exported(client, guide, chapters="1"), Two="DEUX"))
    assert text(client.get(plan)).count(kind) == 1


@pytest.mark.parametrize("where", ["thing", "language", "memory"])
def test_one_is_led_to_what_was_imported(french, client, where):
    address = {"thing": of_thing(french), "language": of_language()}.get(
        where, reverse("translation:memory_files", args=["fr"])
    )
    back = TMX if where == "memory" else translated(exported(client, french))
    html = text(
        confirm(client, uploaded(client, address, back, "back.tmx" if where == "memory" else "b.xlf"))
    )
    led = {
        "thing": reverse("translation:work", args=[french.uuid]),
        "language": f"{reverse('translation:board')}?language=fr",
    }.get(where, address)
    assert f'<a class="button" href="{led}">' in html
    assert client.get(led).status_code == 200


def test_what_was_imported_can_be_published(french, client, translator, committed):
    confirm(client, uploaded(client, of_thing(french), translated(exported(client, french))))
    with committed():
        french.save_target(user=translator)
    page = ChapterPage.objects.get(translation_key=french.source.object_id, locale=french.target_locale)
    assert (page.title, page.live) == ("RICH", True)
    assert str(page.body[0].value.source) == (
        '<p>SEE <a href="https://example.org/x">THE <b>SITE</b></a> &amp; more.</p><p>TWO</p>'
    )


def test_po_goes_the_same_way(french, client):
    back = exported(client, french, "po").replace('msgid "Two"\nmsgstr ""', 'msgid "Two"\nmsgstr "Deux"')
    html = text(confirm(client, uploaded(client, of_thing(french), back, "back.po")))
    assert "1 paragraph was written." in html
    assert texts_of(french) == {"Two": "Deux"}
    assert StringTranslation.objects.get(data="Deux").tool_name == "po"


def test_the_same_file_again_has_nothing_to_do(french, client):
    back = translated(exported(client, french))
    confirm(client, uploaded(client, of_thing(french), back))
    before = everything()
    html = text(client.get(uploaded(client, of_thing(french), back)))
    assert "There is nothing to do" in html and 'name="digest"' not in html
    assert everything() == before


def test_what_was_approved_is_another_text_then(french, client, write):
    write(french)
    Work.objects.filter(pk=french.work.pk).update(stage=Work.Stage.APPROVED)
    confirm(client, uploaded(client, of_thing(french), translated(exported(client, french), Two="DEUX")))
    assert work_of(french).stage == Work.Stage.OPEN


def test_an_error_of_the_old_text_goes_with_it(french, client, write):
    write(french)
    row = StringTranslation.objects.get(translation_of__data="Two")
    StringTranslation.objects.filter(pk=row.pk).update(has_error=True, field_error="Too long")
    confirm(client, uploaded(client, of_thing(french), translated(exported(client, french), Two="DEUX")))
    row.refresh_from_db()
    assert (row.data, row.has_error, row.field_error) == ("DEUX", False, "")


def test_a_guide_comes_with_its_chapters(things, rich, french, client, submit):
    submit(things.chapter, "fr")
    guide = submit(things.guide, "fr")
    data = exported(client, guide, chapters="1")
    keys = re.findall(r'<file id="([^"]*)"', data)
    assert keys == [str(each.translation_key) for each in (things.guide, things.chapter, rich)]
    assert re.findall(r'<file id="([^"]*)"', exported(client, guide)) == keys[:1]
    confirm(client, uploaded(client, of_thing(guide), translated(data)))
    assert texts_of(french)["Two"] == "TWO" and texts_of(guide)["Open places"] == "OPEN PLACES"
    assert PageLogEntry.objects.filter(action=process.LOG_ACTION).count() == 3


def test_everything_outdated_is_exported_as_its_originals_are_now(
    things, rich, french, client, write, committed, translator
):
    write(french)
    with committed():
        # Above it first.
        for each in Translation.objects.filter(target_locale=french.target_locale).order_by("pk"):
            each.save_target(user=translator)
    address = reverse("translation:export_outdated", args=["fr"])
    assert client.post(address, {"format": "xliff", "source": "en"}).status_code == 404
    assert "Nothing is outdated" in text(client.get(of_language()))
    with committed():
        body = [("text", "<p>Two</p><p>Brand new</p>")]
        world.publish(ChapterPage.objects.get(pk=rich.pk), body=body)
    assert "1 text written in English has changed since it was translated." in text(client.get(of_language()))
    with committed():
        data = text(client.post(address, {"format": "xliff", "source": "en"}))
    assert "<source>Brand new</source></segment>" in data and "note" not in re.findall("<source>.*", data)
    assert client.get(address).status_code == 405
    confirm(client, uploaded(client, of_language(), translated(data, **{"Brand new": "Neuf"})))
    assert texts_of(french)["Brand new"] == "Neuf"


def test_each_original_is_taken_apart_by_itself(
    things, rich, french, write, submit, committed, translator, monkeypatch
):
    squares = submit(things.chapter, "fr")
    both = {str(each.uuid): each for each in (french, squares)}
    for each in both.values():
        write(each)
    with committed():
        for each in Translation.objects.filter(target_locale=french.target_locale).order_by("pk"):
            each.save_target(user=translator)
    with committed():
        for page in (rich, things.chapter):
            world.publish(ChapterPage.objects.get(pk=page.pk), body=[("text", "<p>Brand new</p>")])
    take_apart, done = exporting.flows.bring_up_to_date, []

    def only_one(*, by, uuid):
        if done:
            raise OperationalError
        done.append(str(uuid))
        take_apart(by=by, uuid=uuid)

    monkeypatch.setattr(exporting.flows, "bring_up_to_date", only_one)
    source = french.source.locale
    with committed(), pytest.raises(OperationalError):
        exporting.of_outdated(translator, source, french.target_locale, "xliff")
    new = StringSegment.objects.filter(string__data="Brand new").values_list("source", flat=True)
    assert list(new) == [both[done[0]].source_id]
    monkeypatch.setattr(exporting.flows, "bring_up_to_date", take_apart)
    with committed():
        found = exporting.of_outdated(translator, source, french.target_locale, "xliff")
    assert found.data.decode().count("<source>Brand new</source>") == 2


def test_the_desk_leads_to_the_files_of_whoever_translates(french, client, person):
    address = reverse("translation:assignment", args=[french.uuid])
    assert of_thing(french) in text(client.get(address))
    assert of_thing(french) not in text(signed_in(person(reviews=["fr"])).get(address))


# Refused ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda data: data.replace('trgLang="fr"', 'trgLang="es"'), "not into Français"),
        (
            lambda data: re.sub(r'file id="[^"]*"', f'file id="{"0" * 8}-{"0000-" * 3}{"0" * 12}"', data),
            "something else",
        ),
        (lambda data: data.replace("TWO", '<pc id="b_1">TWO</pc>'), "has no tag &lt;b&gt;"),
        (lambda data: data.replace("<source>Two", "<source>Three"), "changed in the file"),
        (lambda data: data.replace("</xliff>", ""), "not well-formed"),
        (lambda data: data.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1), "declares a document type"),
        (lambda data: data.replace("TWO", "é").encode("latin-1"), "isn’t in UTF-8"),
        (lambda data: "", "empty"),
    ],
)
def test_a_wrong_file_is_refused_whole(french, client, spoil, told):
    back = spoil(translated(exported(client, french)))
    before = everything()
    response = upload(client, of_thing(french), back)
    if response.status_code == 302:
        address = response["Location"]
        html = text(client.get(address))
        assert 'name="digest"' not in html
        client.post(address, {"digest": "0" * 64})
    else:
        html = text(response)
        assert not TranslationImport.objects.exists()
    assert told in html
    assert everything() == before


def test_what_is_too_large_is_not_even_read(french, client, monkeypatch):
    monkeypatch.setattr("cms.translation.files.texts.MOST_BYTES", 100)
    assert "larger than" in text(upload(client, of_thing(french), "x" * 101))
    assert not TranslationImport.objects.exists()


def test_a_source_that_was_changed_since_is_refused(french, client, rich, committed):
    back = translated(exported(client, french))
    with committed():
        world.publish(ChapterPage.objects.get(pk=rich.pk), title="Richer")
        french.source.update_from_db()
    before = everything()
    html = text(client.get(uploaded(client, of_thing(french), back)))
    assert "was changed here since the export" in html and "Line" in html
    assert 'name="digest"' not in html and everything() == before


def test_what_was_changed_here_is_shown_and_left_unless_chosen(french, client, write):
    back = translated(exported(client, french))
    write(french, only=2)
    mine = texts_of(french)
    address = uploaded(client, of_thing(french), back)
    assert "Changed here since the export" in text(client.get(address))
    html = text(confirm(client, address))
    assert "2 paragraphs were written." in html
    assert {source: texts_of(french)[source] for source in mine} == mine
    address = uploaded(client, of_thing(french), back)
    before = everything()
    html = text(client.get(address))
    assert "There is nothing to do" not in html and "What else the file has is here already" in html
    html = text(client.post(address, {"conflicts": "file"}, follow=True))
    assert "the file’s text is taken" in html and everything() == before
    assert "2 paragraphs were written." in text(confirm(client, address))
    assert texts_of(french)["Rich"] == "RICH"


def test_only_what_was_shown_is_executed(french, client, write):
    address = uploaded(client, of_thing(french), translated(exported(client, french)))
    seen = re.search(r'name="digest" value="(\w+)"', text(client.get(address)))[1]
    write(french, only=1)
    before = everything()
    html = text(client.post(address, {"digest": seen}, follow=True))
    assert "Something was changed in the meantime." in html
    assert everything() == before


WAITS = "“Rich” waits for a reviewer: nothing can be written into it until that is decided."


def in_review(translation):
    Work.objects.filter(translation=translation).update(stage=Work.Stage.IN_REVIEW)


def test_nothing_comes_into_what_a_reviewer_reads(french, client, write):
    write(french)
    back = translated(exported(client, french), Two="DEUX")
    confirmed = uploaded(client, of_thing(french), back)
    seen = re.search(r'name="digest" value="(\w+)"', text(client.get(confirmed)))[1]
    in_review(french)
    before = everything()
    for address in (confirmed, uploaded(client, of_language(), back)):
        html = text(client.get(address))
        assert WAITS in html and 'name="digest"' not in html
        client.post(address, {"digest": seen})
        assert everything() == before
    # What was chosen about conflicts makes no difference.
    client.post(confirmed, {"conflicts": "file"})
    client.post(confirmed, {"digest": seen})
    assert everything() == before


def test_nothing_comes_into_it_by_a_worker_either(french, client, write, monkeypatch):
    monkeypatch.setattr(process.TranslationImports, "at_once", 1)
    write(french)
    confirm(client, uploaded(client, of_thing(french), translated(exported(client, french))))
    in_review(french)
    before = everything()
    process.PROCESS.run(str(TranslationImport.objects.get().pk))
    assert everything() == before
    record = TranslationImport.objects.get()
    assert (record.state, record.reason) == (TranslationImport.State.FAILED, "import_faulty")


def test_a_file_may_hold_what_a_reviewer_reads_where_it_changes_none_of_it(
    things, rich, french, client, submit, write
):
    squares = submit(things.chapter, "fr")
    guide = submit(things.guide, "fr")
    write(french)
    in_review(french)
    data = exported(client, guide, chapters="1")
    confirm(client, uploaded(client, of_thing(guide), translated(data, Squares="PLACES")))
    assert texts_of(squares)["Squares"] == "PLACES"
    assert work_of(french).stage == Work.Stage.IN_REVIEW


def test_whoever_reviews_the_language_may_bring_it_in(french, person, write):
    write(french)
    in_review(french)
    client = signed_in(person(translates=["fr"], reviews=["fr"]))
    confirm(client, uploaded(client, of_thing(french), translated(exported(client, french), Two="DEUX")))
    assert texts_of(french)["Two"] == "DEUX"
    before = everything()
    # Of another language it says nothing.
    client = signed_in(person(translates=["fr"], reviews=["ru"]))
    back = translated(exported(client, french), Two="LES DEUX")
    assert WAITS in text(client.get(uploaded(client, of_thing(french), back)))
    assert everything() == before


def planned_before(monkeypatch, happens):
    """Let something happen right after a plan was made for the last time, as somebody else's transaction would."""
    planned = process.TranslationImports.planned

    def first(self, record):
        found = planned(self, record)
        happens()
        return found

    monkeypatch.setattr(process.TranslationImports, "planned", first)


def test_what_was_written_here_while_it_was_planned_stays(french, client, translator, write, monkeypatch):
    record = TranslationImport.objects.get(
        pk=uploaded(client, of_thing(french), translated(exported(client, french))).rstrip("/").split("/")[-1]
    )
    digest, before = process.PROCESS.planned(record).digest(), everything()
    at = timezone.now()
    planned_before(monkeypatch, lambda: write(french, only=2))
    with pytest.raises(Stale):
        process.PROCESS.confirm(record.pk, user=translator, digest=digest, now=at)
    # Here it was written within the same transaction, which was undone.
    assert everything() == before
    record.refresh_from_db()
    assert record.state == TranslationImport.State.PLANNED


def test_the_same_written_here_meanwhile_is_no_other_text(french, client, translator, monkeypatch):
    address = uploaded(client, of_thing(french), translated(exported(client, french)))
    segment = StringSegment.objects.get(source=french.source, string__data="Two")

    def write_it():
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=french.target_locale,
            defaults={"data": "TWO", "tool_name": "by hand"},
        )

    html = client.get(address).content.decode()
    planned_before(monkeypatch, write_it)
    client.post(address, {"digest": re.search(r'name="digest" value="(\w+)"', html)[1]})
    assert len(texts_of(french)) == 4
    assert StringTranslation.objects.get(data="TWO").tool_name == "by hand"


def test_a_row_without_a_text_is_no_translation(french, client, write):
    write(french, only=1)
    row = StringTranslation.objects.get()
    StringTranslation.objects.filter(pk=row.pk).update(data="")
    html = text(confirm(client, uploaded(client, of_thing(french), translated(exported(client, french)))))
    assert "4 paragraphs were written." in html
    assert set(texts_of(french).values()) >= {"RICH", "TWO"} and "" not in texts_of(french).values()


def test_a_file_that_waits_too_long_is_forgotten(french, client):
    uploaded(client, of_thing(french), translated(exported(client, french)))
    process.PROCESS.forget(timezone.now() + timedelta(minutes=50))
    assert TranslationImport.objects.exists()
    process.PROCESS.forget(timezone.now() + timedelta(minutes=70))
    assert not TranslationImport.objects.exists()


def test_a_long_file_waits_for_a_worker(french, client, monkeypatch):
    monkeypatch.setattr(process.TranslationImports, "at_once", 1)
    address = uploaded(client, of_thing(french), translated(exported(client, french)))
    assert "You may leave this page" in text(confirm(client, address))
    assert texts_of(french) == {}
    process.PROCESS.run(str(TranslationImport.objects.get().pk))
    assert "All of it was imported." in text(client.get(address))
    assert len(texts_of(french)) == 4


# Who may ------------------------------------------------------------------------------------------------------------


def test_each_kind_of_person(french, things, person, submit):
    """Anonymous, registered, member, editor of another section, translator of another language, reviewer, who manages."""
    addresses = [
        of_thing(french),
        f"{reverse('translation:export_thing', args=[french.uuid])}?format=xliff",
        of_language(),
        reverse("translation:memory_files", args=["fr"]),
        f"{reverse('translation:export_memory', args=['fr'])}?source=en",
    ]
    MemoryUnit.objects.create(**unit("A door", "Une porte"))
    kinds = {
        "registered": person(enters=False),
        "member": person(enters=False, groups=[]),
        "editor of another section": person(changes=things.home),
        "translator of another language": person(translates=["ru"]),
        "reviewer": person(reviews=["fr"]),
        "who manages": person(manages=True),
        "translator": person(translates=["fr"]),
    }
    found = {
        name: [signed_in(user).get(each).status_code for each in addresses] for name, user in kinds.items()
    }
    assert [Client().get(each).status_code for each in addresses] == [302] * 5
    allowed = found.pop("translator")
    assert allowed == [200] * 5
    for name, statuses in found.items():
        assert not {200} & set(statuses), name
    before = everything()
    data = exported(signed_in(kinds["translator"]), french)
    for name in found:
        for address in (of_thing(french), of_language(), reverse("translation:memory_files", args=["fr"])):
            assert upload(signed_in(kinds[name]), address, translated(data)).status_code in (302, 403, 404)
    assert everything() == before and not TranslationImport.objects.exists()


def test_a_translator_of_one_language_imports_nothing_of_another(french, things, person, submit):
    both = person(translates=["fr", "ru"])
    back = translated(exported(signed_in(both), french))
    client = signed_in(person(translates=["ru"]))
    before = everything()
    html = text(client.get(uploaded(client, of_language("ru"), back)))
    assert "not into Русский" in html and 'name="digest"' not in html
    # Nor by saying that it is the other one: there is nothing of that thing in theirs.
    html = text(client.get(uploaded(client, of_language("ru"), back.replace('trgLang="fr"', 'trgLang="ru"'))))
    assert "something else" in html and everything() == before
    # Whoever translates into both brings it into the one for which it was asked.
    client = signed_in(both)
    html = text(client.get(uploaded(client, of_language("ru"), back.replace('trgLang="fr"', 'trgLang="ru"'))))
    assert "something else" in html and everything() == before


def test_a_file_is_its_person_s(french, client, person):
    address = uploaded(client, of_thing(french), translated(exported(client, french)))
    other = signed_in(person(translates=["fr"]))
    assert other.get(address).status_code == other.post(address, {}).status_code == 404


def test_a_right_that_was_taken_away_is_asked_for_again(french, client, translator):
    address = uploaded(client, of_thing(french), translated(exported(client, french)))
    seen = re.search(r'name="digest" value="(\w+)"', text(client.get(address)))[1]
    translator.groups.get().language_roles.all().delete()
    before = everything()
    assert client.get(address).status_code == 302
    assert client.post(address, {"digest": seen})["Location"] == reverse("wagtailadmin_home")
    assert everything() == before


def test_nothing_restricted_comes_out(things, person, submit):
    guide, secret = submit(things.guide, "fr"), submit(things.secret, "fr")
    submit(things.chapter, "fr")
    MemoryUnit.objects.create(**unit("Zebra", "Zèbre", origin=things.secret.translation_key))
    MemoryUnit.objects.create(**unit("Quagga", "Couagga", origin=things.draft.translation_key))
    MemoryUnit.objects.create(**unit("Squares", "Places", origin=things.chapter.translation_key))
    client = signed_in(person(translates=["fr"]))
    memory = f"{reverse('translation:export_memory', args=['fr'])}?source=en"
    assert client.get(of_thing(secret)).status_code == 404
    assert "Zebra" not in exported(client, guide, chapters="1")
    assert re.findall("<seg>(.*?)</seg>", text(client.get(memory))) == ["Squares", "Places"]
    member = signed_in(
        person(translates=["fr"], groups=[things.secret.get_view_restrictions()[0].groups.get()])
    )
    assert "Zebra" in exported(member, guide, chapters="1")
    assert re.findall("<seg>(.*?)</seg>", text(member.get(memory))) == ["Zebra", "Zèbre", "Squares", "Places"]
    # Nor does anything come in there.
    back = translated(exported(member, secret))
    before = everything()
    html = text(client.get(uploaded(client, of_language(), back)))
    assert "something else" in html and everything() == before


# The memory ---------------------------------------------------------------------------------------------------------


def unit(source, target, **more):
    inner = {"source_locale": world.locale("en"), "target_locale": world.locale("fr")}
    return {
        **inner,
        "source": source,
        "source_digest": f"{hash(source):x}",
        "length": len(source),
        "target": target,
        "origin": None,
        "updated_at": timezone.now(),
        **more,
    }


def test_a_memory_is_shown_then_taken_over(client, things):
    address = reverse("translation:memory_files", args=["fr"])
    plan = uploaded(client, address, TMX, "memory.tmx")
    html = text(client.get(plan))
    assert "Une porte" in html and "codes that texts don’t have here" in html
    assert not MemoryUnit.objects.exists()
    assert "2 units were written." in text(confirm(client, plan))
    rows = MemoryUnit.objects.order_by("pk").values_list("source", "target", "length", "origin")
    assert list(rows) == [("A door", "Une porte", 6, None), ("A <b>gate</b>", "Un portail", 6, None)]
    assert "There is nothing to do" in text(client.get(uploaded(client, address, TMX, "memory.tmx")))
    again = TMX.replace("Une porte", "La porte")
    html = text(client.get(plan := uploaded(client, address, again, "memory.tmx")))
    assert "Une porte" in html and "La porte" in html
    confirm(client, plan)
    assert MemoryUnit.objects.get(source="A door").target == "La porte"
    data = text(client.get(reverse("translation:export_memory", args=["fr"]), {"source": "en"}))
    assert "La porte" in data and "&lt;b&gt;" in data


def own_memory(client) -> str:
    return text(client.get(reverse("translation:export_memory", args=["fr"]), {"source": "en"}))


def test_what_things_say_stays_theirs_when_it_comes_back(things, person, submit, committed):
    """As a unit of a file it would be everybody's, and stay when the thing is restricted or recalled."""
    submit(things.secret, "fr")
    theirs = (
        ("Zebra", "Zèbre"),
        ("One &amp; two<br/>more", "Un &amp; deux<br/>plus"),
        ("A\u00a0<b>\x0bgate</b>\n here", "Un\u00a0<b>portail</b>\t ici "),
    )
    for source, target in theirs:
        MemoryUnit.objects.create(**unit(source, target, origin=things.secret.translation_key))
    member = signed_in(
        person(translates=["fr"], groups=[things.secret.get_view_restrictions()[0].groups.get()])
    )
    address = reverse("translation:memory_files", args=["fr"])
    data = own_memory(member)
    before = everything()
    assert "There is nothing to do" in text(member.get(uploaded(member, address, data, "memory.tmx")))
    assert everything() == before
    # What they have changed is their own, and is written beside it; so is what is in the same file.
    mixed = data.replace("</body>", TMX.partition("<body>")[2].partition("</tu>")[0] + "</tu></body>")
    confirm(member, uploaded(member, address, mixed.replace("Zèbre", "Le zèbre"), "memory.tmx"))
    files = MemoryUnit.objects.filter(origin=None).order_by("source")
    assert list(files.values_list("source", "target")) == [("A door", "Une porte"), ("Zebra", "Le zèbre")]
    # To whoever doesn't see the thing it says nothing of what is there.
    other = signed_in(person(translates=["fr"]))
    html = text(other.get(uploaded(other, address, data, "memory.tmx")))
    assert "There is nothing to do" not in html


def test_a_memory_of_things_costs_as_much_as_an_empty_one(things, person, client, submit):
    submit(things.chapter, "fr")
    address = reverse("translation:memory_files", args=["fr"])
    few = statements(lambda: client.get(uploaded(client, address, TMX, "memory.tmx")))
    for number in range(30):
        words = unit(f"Squares {number}", f"Places {number}", origin=things.chapter.translation_key)
        MemoryUnit.objects.create(**words)
    data = own_memory(client)
    assert statements(lambda: client.get(uploaded(client, address, data, "memory.tmx"))) == few


def test_a_wrong_memory_is_refused(client, things):
    address = reverse("translation:memory_files", args=["fr"])
    for data in (
        TMX.replace("en-GB", "de"),
        TMX.replace("?>", "?><x>"),
        exported_nothing(),
        TMX.replace("fr", "es"),
    ):
        assert "Nothing was taken from this file" in text(upload(client, address, data, "memory.tmx"))
    assert not MemoryUnit.objects.exists() and not TranslationImport.objects.exists()


def exported_nothing():
    return xliff.write([], "en", "fr")


# How much it asks ---------------------------------------------------------------------------------------------------


def chapter_of(things, number, committed, slug):
    body = [("text", "".join(f"<p>Words {slug} {each}</p>" for each in range(number)))]
    with committed():
        return world.add(things.guide, ChapterPage(title=slug, slug=slug, body=body))


def statements(do) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        do()
    return len(asked)


def test_statements_dont_grow_with_paragraphs(things, client, submit, committed):
    first, short, long = (
        submit(chapter_of(things, number, committed, slug), "fr")
        for number, slug in ((1, "first"), (2, "short"), (60, "long"))
    )
    confirm(client, uploaded(client, of_thing(first), translated(exported(client, first))))
    counts = {}
    for translation in (short, long):
        export = statements(lambda translation=translation: exported(client, translation))
        back = translated(exported(client, translation))
        address = uploaded(client, of_thing(translation), back)
        plan = statements(lambda address=address: client.get(address))
        execute = statements(lambda address=address: confirm(client, address))
        counts[translation.pk] = (export, plan, execute)
        assert len(texts_of(translation)) == StringSegment.objects.filter(source=translation.source).count()
    assert counts[short.pk] == counts[long.pk]


def test_things_are_read_in_four_statements(things, french, translator, submit, django_assert_num_queries):
    submit(things.chapter, "fr")
    own = existing.own(translator, french.target_locale)
    with django_assert_num_queries(4):
        found = existing.things(own)
    assert [each.title for each in found][-2:] == ["Squares", "Rich"]
