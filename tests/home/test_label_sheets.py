"""Labels of terms, instruments and organisations at the translation desk: one sheet a list, in step with the labels."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.locales.utils import get_locale_usage
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from cms.translation import deciding, flows, writing
from cms.translation.models import LanguageRole, Work
from home.vocabulary import sheets
from home.vocabulary.models import (
    InstrumentTitle,
    LabelSheet,
    LegalInstrument,
    Organisation,
    OrganisationName,
    Term,
    TermLabel,
)
from tests import world
from tests.translation.conftest import person  # noqa: F401

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CODES = ("ar", "es", "fr", "ru", "zh-hans")
WAITS_AT_MOST = 30


def term(code, position=0, taxonomy="threat", **labels):
    made = Term.objects.create(taxonomy=taxonomy, code=code, position=position)
    for locale, label in labels.items():
        TermLabel.objects.create(term=made, locale=locale, label=label)
    return made


@pytest.fixture
def languages(db):
    for code in ("en", *CODES):
        world.locale(code)


@pytest.fixture
def threats(languages, committed):
    """Two threats; French calls both, Spanish one of them."""
    with committed():
        term("vehicle", 1, en="Vehicle & lorry", fr="Véhicule", es="Vehículo")
        term("drone", 2, en="Drone", fr="Drone télécommandé")
        sheets.settle("threat")


def work(code, name="threat") -> Work:
    return Work.objects.select_related("translation__source").get(
        translation__source__object=sheets.key_of(name), translation__target_locale__language_code=code
    )


def texts(code, name="threat"):
    source = TranslationSource.objects.get(object_id=sheets.key_of(name))
    rows = StringSegment.objects.filter(source=source).annotate_translation(world.locale(code))
    return dict(rows.values_list("context__path", "translation"))


def label(code, locale):
    return TermLabel.objects.filter(term__code=code, locale=locale).values_list("label", flat=True).first()


def test_what_is_there_is_taken_over_and_counted(threats):
    # In the order of the list.
    assert LabelSheet.objects.get(locale__language_code="en").labels == [
        ["vehicle", "Vehicle & lorry"],
        ["drone", "Drone"],
    ]
    assert texts("fr") == {"labels.vehicle": "Véhicule", "labels.drone": "Drone télécommandé"}
    assert texts("es") == {"labels.vehicle": "Vehículo", "labels.drone": None}
    # “Vehicle & lorry” has two words.
    french, spanish = work("fr"), work("es")
    assert (french.words_done, french.words_total, french.published_at is not None) == (3, 3, True)
    assert (spanish.words_done, spanish.words_total, spanish.published_at) == (2, 3, None)
    assert not Work.objects.filter(translation__target_locale__language_code__in=["ar", "ru"]).exists()
    # Where the desk has nothing, the labels have nothing either: no fallback is written as if it were a translation.
    assert not TermLabel.objects.filter(locale__in=["ar", "ru", "zh-hans"]).exists()
    assert label("drone", "es") is None


def test_it_settles_once(threats, committed):
    before = [
        list(model.objects.order_by("pk").values())
        for model in (LabelSheet, Translation, StringTranslation, Work, TermLabel)
    ]
    with committed():
        sheets.settle_all()
    after = [
        list(model.objects.order_by("pk").values())
        for model in (LabelSheet, Translation, StringTranslation, Work, TermLabel)
    ]
    assert after == before


def test_settling_what_is_settled_takes_the_same_statements_for_any_number_of_labels(threats, committed):
    def statements():
        with CaptureQueriesContext(connection) as taken, committed():
            sheets.settle("threat")
        return len(taken)

    few = statements()
    with committed():
        for number in range(20):
            term(f"more-{number}", 3 + number, en=f"More {number}", fr=f"Encore {number}")
    # PostgreSQL has a lock to take.
    assert statements() == few == 22 + (connection.vendor == "postgresql")


def test_the_desk_writes_labels_when_it_is_approved(threats, committed, person):  # noqa: F811
    translator, reviewer = person(translates=["es"]), person(reviews=["es"])
    for each in (translator, reviewer):
        see(each)
    uuid = work("es").translation.uuid
    segment = StringSegment.objects.get(context__path="labels.drone", source=work("es").translation.source)
    with committed():
        writing.write(by=translator, uuid=uuid, segment_id=segment.pk, text="Dron & más", base="", now=NOW)
    assert label("drone", "es") is None
    with committed():
        flows.hand_in(by=translator, uuid=uuid, now=NOW)
    with committed():
        deciding.approve(by=reviewer, uuid=uuid, now=NOW)
    assert label("drone", "es") == "Dron & más"
    assert label("vehicle", "es") == "Vehículo"
    assert work("es").published_at is not None


def see(user):
    user.groups.first().permissions.add(Permission.objects.get(codename="view_labelsheet"))


def test_what_is_too_long_for_a_label_is_refused(threats):
    sheet = LabelSheet(list="threat", locale=world.locale("fr"), labels=[["drone", "x" * 121]])
    with pytest.raises(ValidationError, match="drone: this is longer than 120 characters"):
        sheet.clean()
    LabelSheet(list="instrument", locale=world.locale("fr"), labels=[["A", "x" * 300]]).clean()


def test_a_label_that_is_written_in_the_vocabulary_is_the_desks_as_well(threats, committed):
    with committed():
        row = TermLabel.objects.get(term__code="vehicle", locale="fr")
        row.label = "Véhicule-bélier"
        row.save()
    assert texts("fr")["labels.vehicle"] == "Véhicule-bélier"
    with committed():
        TermLabel.objects.create(term=Term.objects.get(code="drone"), locale="es", label="Dron")
    assert texts("es")["labels.drone"] == "Dron"
    # Whole, and readers have it: nobody has to approve that.
    assert work("es").published_at is not None
    with committed():
        TermLabel.objects.get(term__code="drone", locale="es").delete()
    assert texts("es")["labels.drone"] is None


def test_a_label_that_changes_in_its_own_language_is_to_be_translated_anew(threats, committed):
    with committed():
        row = TermLabel.objects.get(term__code="drone", locale="en")
        row.label = "Drone or model aircraft"
        row.save()
    assert texts("fr") == {"labels.vehicle": "Véhicule", "labels.drone": None}
    french = work("fr")
    assert (french.behind, french.published_at is not None) == (True, True)
    # Readers keep what they had.
    assert label("drone", "fr") == "Drone télécommandé"


def test_both_changed_at_once_are_in_step_at_once(threats, committed):
    with committed():
        for locale, text in (("en", "Unmanned aircraft"), ("fr", "Aéronef sans pilote")):
            row = TermLabel.objects.get(term__code="drone", locale=locale)
            row.label = text
            row.save()
    assert texts("fr")["labels.drone"] == "Aéronef sans pilote"
    french = work("fr")
    assert (french.behind, french.words_done) == (False, french.words_total)


def test_a_new_term_and_one_that_is_gone(threats, committed):
    with committed():
        term("fire", 3, en="Fire", fr="Feu")
    assert texts("fr")["labels.fire"] == "Feu"
    assert work("es").words_total == 4
    with committed():
        Term.objects.get(code="fire").delete()
    assert "labels.fire" not in texts("fr")
    sheet = LabelSheet.objects.get(locale__language_code="en")
    assert [code for code, _label in sheet.labels] == ["vehicle", "drone"]


def test_what_a_translator_wrote_and_nobody_approved_stays_theirs(threats, committed):
    segment = StringSegment.objects.get(context__path="labels.drone", source=work("es").translation.source)
    with committed():
        StringTranslation.objects.create(
            translation_of=segment.string, context=segment.context, locale=world.locale("es"), data="Dron"
        )
    with committed():
        term("fire", 3, en="Fire", es="Fuego")
    assert label("drone", "es") is None
    assert work("es").published_at is None


def test_instruments_and_organisations(languages, committed):
    with committed():
        instrument = LegalInstrument.objects.create(code="S/RES/2341", kind="security-council")
        InstrumentTitle.objects.create(instrument=instrument, locale="en", label="Resolution 2341 (2017)")
        dotted = LegalInstrument.objects.create(code="CAT.1", kind="treaty")
        InstrumentTitle.objects.create(instrument=dotted, locale="en", label="A treaty")
        InstrumentTitle.objects.create(instrument=dotted, locale="fr", label="Un traité")
        body = Organisation.objects.create(code="un", abbreviation="UN")
        OrganisationName.objects.create(organisation=body, locale="en", label="United Nations")
        sheets.settle_all()
    assert texts("fr", "instrument") == {"labels.CAT.1": "Un traité", "labels.S/RES/2341": None}
    source = TranslationSource.objects.get(object_id=sheets.key_of("instrument"))
    for segment in StringSegment.objects.filter(source=source, context__path="labels.S/RES/2341"):
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=world.locale("fr"),
            data="Résolution 2341 (2017)",
        )
    with committed():
        Translation.objects.get(source=source, target_locale=world.locale("fr")).save_target()
    assert instrument.labels.get(locale="fr").label == "Résolution 2341 (2017)"
    assert dotted.labels.get(locale="fr").label == "Un traité"
    with committed():
        OrganisationName.objects.create(organisation=body, locale="fr", label="Nations Unies")
    assert texts("fr", "organisation") == {"labels.un": "Nations Unies"}


def test_a_language_without_labels_is_begun_like_all_else_and_can_be_removed(threats, committed, person):  # noqa: F811
    with committed():
        portuguese = Locale.objects.create(language_code="pt")
        sheets.settle_all()
    # Nothing of it stands in the way of Wagtail's removing the language.
    assert get_locale_usage(portuguese) == (0, 0)
    assert not Work.objects.filter(translation__target_locale=portuguese).exists()
    manager = person(manages=True)
    see(manager)
    with committed():
        flows.start(by=manager, key=sheets.key_of("threat"), locale="pt")
    assert (work("pt").words_done, work("pt").words_total) == (0, 3)
    assert not TermLabel.objects.filter(locale="pt").exists()


def test_a_language_whose_labels_are_gone_can_be_removed(threats, committed):
    """Unless somebody was given its list, or has written in it."""
    spanish = world.locale("es")
    assert get_locale_usage(spanish) == (0, 1)
    Work.objects.filter(pk=work("es").pk).update(due_on=NOW.date())
    with committed():
        for row in TermLabel.objects.filter(locale="es"):
            row.delete()
    assert work("es").words_done == 0
    Work.objects.filter(pk=work("es").pk).update(due_on=None)
    others = [stored_in(code) for code in ("fr", "ar")]
    with committed():
        sheets.settle_all()
    assert get_locale_usage(spanish) == (0, 0)
    assert stored_in("es") == [0, 0, 0]
    assert [stored_in(code) for code in ("fr", "ar")] == others
    # It comes back with its labels.
    with committed():
        TermLabel.objects.create(
            term=Term.objects.get(code="drone", taxonomy="threat"), locale="es", label="Dron"
        )
    assert texts("es")["labels.drone"] == "Dron"


def test_a_text_at_the_desk_keeps_its_language_there(threats, committed, person):  # noqa: F811
    translator = person(translates=["es"])
    see(translator)
    with committed():
        TermLabel.objects.filter(locale="es").delete()
        StringTranslation.objects.filter(locale=world.locale("es")).update(data="Otro")
        sheets.settle_all()
    assert "Otro" in texts("es").values()


def stored_in(code):
    locale = world.locale(code)
    rows = (
        LabelSheet.objects.filter(locale=locale),
        Translation.objects.filter(target_locale=locale),
        StringTranslation.objects.filter(locale=locale),
    )
    return [each.count() for each in rows]


def test_the_desk_shows_it_to_those_who_may_see_it(threats, client, person):  # noqa: F811
    translator = person(translates=["fr"])
    client.force_login(translator)
    address = reverse("translation:work", args=[work("fr").translation.uuid])
    assert client.get(address).status_code == 404
    see(translator)
    page = client.get(address)
    assert page.status_code == 200
    assert "Véhicule" in page.content.decode()
    # Nobody edits a sheet by itself, so there is no form of wagtail-localize's to lead to.
    assert reverse("translation:localize", args=[work("fr").translation.uuid]) not in page.content.decode()
    board = client.get(reverse("translation:board")).content.decode()
    assert "Labels: Threat" in board
    other = client.get(reverse("translation:work", args=[work("es").translation.uuid]))
    assert other.status_code == 404
    assert LanguageRole.objects.filter(locale__language_code="es").count() == 0


# Neither side loses what the other says -------------------------------------------------------------------------------


def text_of(code, locale, text, by=None, name="threat"):
    """Somebody types it at the desk."""
    source = TranslationSource.objects.get(object_id=sheets.key_of(name))
    segment = StringSegment.objects.get(source=source, context__path=f"labels.{code}")
    StringTranslation.objects.update_or_create(
        translation_of=segment.string,
        context=segment.context,
        locale=world.locale(locale),
        defaults={"data": text, "last_translated_by": by, "tool_name": ""},
    )


def rename(code, locale, text):
    row = TermLabel.objects.get(term__code=code, locale=locale)
    row.label = text
    row.save()


def put_together(locale, name="threat"):
    Translation.objects.get(
        source__object=sheets.key_of(name), target_locale__language_code=locale
    ).save_target()


def test_saving_a_terms_form_leaves_what_is_in_review_alone(threats, committed, client, admin_user, person):  # noqa: F811
    translator, reviewer = person(translates=["fr"]), person(reviews=["fr"])
    for each in (translator, reviewer):
        see(each)
    with committed():
        text_of("vehicle", "fr", "Automobile", by=translator)
    with committed():
        flows.hand_in(by=translator, uuid=work("fr").translation.uuid, now=NOW)
    client.force_login(admin_user)
    vehicle = Term.objects.get(code="vehicle")
    address = reverse("wagtailsnippets_vocabulary_term:edit", args=[vehicle.pk])
    labels = list(vehicle.labels.order_by("pk"))
    form = {
        "taxonomy": "threat",
        "code": "vehicle",
        "parent": "",
        "position": "7",
        "labels-TOTAL_FORMS": len(labels),
        "labels-INITIAL_FORMS": len(labels),
        "labels-MIN_NUM_FORMS": 1,
        "labels-MAX_NUM_FORMS": 1000,
    }
    for number, each in enumerate(labels):
        form |= {
            f"labels-{number}-id": each.pk,
            f"labels-{number}-locale": each.locale,
            f"labels-{number}-label": each.label,
            f"labels-{number}-alternatives": "[]",
        }
    with committed():
        assert client.post(address, form).status_code == 302
    assert Term.objects.get(code="vehicle").position == 7
    assert [code for code, _label in LabelSheet.objects.get(locale__language_code="en").labels] == [
        "drone",
        "vehicle",
    ]
    assert texts("fr")["labels.vehicle"] == "Automobile"
    french = work("fr")
    assert french.stage == Work.Stage.IN_REVIEW
    # Whoever wrote it doesn't approve it, whatever was saved meanwhile.
    assert deciding.writers_of(french.translation) == {translator.pk}
    with committed():
        deciding.approve(by=reviewer, uuid=french.translation.uuid, now=NOW)
    assert label("vehicle", "fr") == "Automobile"


def test_what_is_typed_while_an_approval_ends_stays(threats, committed):
    with committed():
        text_of("vehicle", "fr", "Automobile")
        put_together("fr")
        text_of("vehicle", "fr", "Voiture")
    assert texts("fr")["labels.vehicle"] == "Voiture"
    assert label("vehicle", "fr") == "Automobile"


@pytest.mark.django_db(transaction=True)
def test_a_label_that_somebody_changes_while_the_desk_writes_stays(transactional_db):
    """They saved it after the desk had read it: whoever was last is the newer one."""
    if connection.vendor != "postgresql":
        pytest.skip("writers go one by one on SQLite")
    for code in ("en", "fr"):
        world.locale(code)
    term("vehicle", 1, en="Vehicle", fr="Véhicule")
    term("drone", 2, en="Drone", fr="Drone")
    sheets.settle("threat")
    text_of("vehicle", "fr", "Voiture")
    text_of("drone", "fr", "Aéronef")
    started = []

    def theirs():
        try:
            rename("drone", "fr", "Engin volant")
        finally:
            connection.close()

    def meanwhile(instance, **kwargs):
        # The desk has read both labels and has written one of them.
        if not started and getattr(instance, "from_desk", False):
            other = threading.Thread(target=theirs, daemon=True)
            started.append(other)
            other.start()
            other.join(1)

    post_save.connect(meanwhile, sender=TermLabel)
    try:
        put_together("fr")
    finally:
        post_save.disconnect(meanwhile, sender=TermLabel)
    started[0].join(WAITS_AT_MOST)
    assert not started[0].is_alive()
    assert (label("vehicle", "fr"), label("drone", "fr")) == ("Voiture", "Engin volant")
    # It agreed with what the desk had written, and was changed since.
    assert texts("fr") == {"labels.vehicle": "Voiture", "labels.drone": "Engin volant"}


def test_a_source_that_goes_and_comes_back_brings_no_old_text_along(threats, committed):
    with committed():
        rename("drone", "en", "Unmanned aircraft")
    with committed():
        rename("drone", "fr", "Aéronef")
    with committed():
        rename("drone", "en", "Drone")
    assert texts("fr")["labels.drone"] is None
    with committed():
        put_together("fr")
    assert label("drone", "fr") == "Aéronef"


def test_a_label_that_changes_while_there_is_nothing_to_translate(threats, committed):
    with committed():
        TermLabel.objects.get(term__code="drone", locale="en").delete()
    with committed():
        rename("drone", "fr", "Aéronef")
    with committed():
        TermLabel.objects.create(term=Term.objects.get(code="drone"), locale="en", label="Drone")
    assert texts("fr")["labels.drone"] == "Aéronef"


def test_a_term_that_is_made_again_is_another_one(threats, committed):
    with committed():
        Term.objects.get(code="drone").delete()
    with committed():
        term("drone", 2, en="Drone")
    assert texts("fr")["labels.drone"] is None
    with committed():
        put_together("fr")
    assert label("drone", "fr") is None


def test_labels_that_came_without_signals_win_over_texts_that_didnt_change(threats, committed):
    TermLabel.objects.filter(term__code="drone", locale="fr").update(label="Aéronef")
    with committed():
        put_together("fr")
    assert label("drone", "fr") == "Aéronef"
    with committed():
        sheets.settle_all()
    assert texts("fr")["labels.drone"] == "Aéronef"


def test_where_both_changed_the_desks_waits_and_whoever_approves_decides(threats, committed):
    with committed():
        text_of("drone", "fr", "Engin")
    with committed():
        rename("drone", "fr", "Aéronef")
    assert (texts("fr")["labels.drone"], label("drone", "fr")) == ("Engin", "Aéronef")
    with committed():
        put_together("fr")
    assert (texts("fr")["labels.drone"], label("drone", "fr")) == ("Engin", "Engin")


def test_a_code_that_changes_takes_its_labels_along(threats, committed):
    with committed():
        drone = Term.objects.get(code="drone")
        drone.code = "uav"
        drone.save()
    assert texts("fr") == {"labels.vehicle": "Véhicule", "labels.uav": "Drone télécommandé"}


def test_a_term_that_moves_to_another_list(threats, committed):
    with committed():
        term("crowd", 1, taxonomy="target", en="Crowd")
        sheets.settle("target")
    with committed():
        drone = Term.objects.get(code="drone")
        drone.taxonomy = "target"
        drone.save()
    assert list(texts("fr")) == ["labels.vehicle"]
    # The other list had no French until then.
    assert texts("fr", "target") == {"labels.crowd": None, "labels.drone": "Drone télécommandé"}


def test_a_list_that_is_emptied_stops_no_other(threats, committed):
    with committed():
        Term.objects.all().delete()
    assert texts("fr") == {}
    with committed():
        term("crowd", 1, taxonomy="target", en="Crowd", fr="Foule")
        Locale.objects.create(language_code="pt")
        sheets.settle_all()
    assert texts("fr", "target") == {"labels.crowd": "Foule"}
    with committed():
        put_together("fr")


def test_one_list_that_fails_stops_no_other_and_is_told(threats, committed, monkeypatch, caplog):
    settle = sheets.settle

    def failing(name):
        if name == "threat":
            raise RuntimeError("a lock")
        settle(name)

    monkeypatch.setattr(sheets, "settle", failing)
    with committed():
        term("stadium", 1, taxonomy="topic", en="Stadium", fr="Stade")
    with pytest.raises(RuntimeError), committed():
        sheets.settle_all()
    assert texts("fr", "topic") == {"labels.stadium": "Stade"}
    assert "threat" in caplog.text


def test_what_fails_after_a_commit_fails_nothing_else(threats, committed, monkeypatch):
    done = []

    def failing(name):
        raise RuntimeError("a lock")

    with monkeypatch.context() as patched:
        patched.setattr(sheets, "settle", failing)
        with transaction_hooks():
            rename("drone", "fr", "Aéronef")
            transaction.on_commit(lambda: done.append(True))
    assert done == [True]
    assert label("drone", "fr") == "Aéronef"
    # The clock makes up for it.
    with committed():
        sheets.settle_all()
    assert texts("fr")["labels.drone"] == "Aéronef"


@contextmanager
def transaction_hooks():
    """Hooks of a commit, run as Django runs them, errors and all."""
    before, connection.run_on_commit = connection.run_on_commit, []
    try:
        yield
        hooks, connection.run_on_commit = connection.run_on_commit, []
        for _savepoints, hook, robust in hooks:
            try:
                hook()
            except Exception as error:
                assert robust
                assert hook.__qualname__, error
    finally:
        connection.run_on_commit = before


def test_another_language_of_the_deployment(threats, committed, settings):
    settings.LANGUAGE_CODE = "fr"
    with committed():
        sheets.settle_all()
    sources = TranslationSource.objects.filter(object_id=sheets.key_of("threat"))
    assert [source.locale.language_code for source in sources] == ["fr"]
    assert texts("en") == {"labels.vehicle": "Vehicle &amp; lorry", "labels.drone": "Drone"}
    with committed():
        rename("drone", "en", "Unmanned aircraft")
    assert texts("en")["labels.drone"] == "Unmanned aircraft"


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_labels_of_several_lines_that_were_imported_stop_nothing(languages, committed, locale):
    labels = {"en": "Vehicle", "fr": "Véhicule"} | {locale: "Two\tlines\u2028"}
    with committed():
        term("vehicle", 1, **labels)
        term("drone", 2, en="Drone", fr="\u200b")
        sheets.settle("threat")
    assert texts("fr") == {
        "labels.vehicle": "Two lines" if locale == "fr" else "Véhicule",
        "labels.drone": None,
    }
    before = list(TermLabel.objects.order_by("pk").values())
    with committed():
        put_together("fr")
    # What the desk didn't change stays as it was written.
    assert list(TermLabel.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("text", "problem"), [("Two\nlines", "more than one line"), ("\u200b", "can be seen"), ("\u2028", "line")]
)
def test_labels_that_cant_be_shown_are_refused(threats, text, problem):
    sheet = LabelSheet(list="threat", locale=world.locale("fr"), labels=[["drone", text]])
    with pytest.raises(ValidationError, match=problem):
        sheet.clean()


def test_how_many_statements_writing_labels_takes(threats, committed):
    """What each label costs is what saving it costs by itself; the desk is told once, and of what it wrote itself not at all."""

    def approve(count):
        with committed():
            for number in range(count):
                term(f"n{count}-{number}", 10 + number, en=f"Number {count} {number}")
        with committed():
            for number in range(count):
                text_of(f"n{count}-{number}", "fr", f"Numéro {count} {number}")
        with CaptureQueriesContext(connection) as taken, committed():
            put_together("fr")
        assert label(f"n{count}-0", "fr") == f"Numéro {count} 0"
        return len(taken)

    one, sixty = approve(1), approve(60)
    assert (sixty - one) / 59 <= 8

    def save(count):
        with CaptureQueriesContext(connection) as taken, committed():
            for row in TermLabel.objects.filter(locale="fr", label__startswith="Numéro 60")[:count]:
                row.label += "!"
                row.save()
        return len(taken)

    one, sixty = save(1), save(60)
    assert (sixty - one) / 59 <= 8


def test_nobody_edits_a_sheet_by_itself(threats, client, admin_user):
    client.force_login(admin_user)
    sheet = LabelSheet.objects.get(locale__language_code="en")
    for name in ("add", "edit", "delete"):
        args = [] if name == "add" else [sheet.pk]
        address = reverse(f"wagtailsnippets_vocabulary_labelsheet:{name}", args=args)
        assert client.get(address).status_code in (302, 403, 404), name
        assert client.post(address, {"labels": "{}"}).status_code in (302, 403, 404), name
    sheet.refresh_from_db()
    assert ["drone", "Drone"] in sheet.labels


def test_nobody_reaches_a_sheet_through_the_views_of_the_libraries(threats, client, admin_user):
    """They ask for Django's permissions, which a superuser has all of, or for none."""
    client.force_login(admin_user)
    translation = work("fr").translation
    sheet = LabelSheet.objects.get(locale__language_code="en")
    segment = StringSegment.objects.filter(source=translation.source).first()
    kind, state = ["vocabulary", "labelsheet"], stored()

    def refused(name, args, method="get", **data):
        address = reverse(f"wagtail_localize:{name}", args=args)
        answer = getattr(client, method)(address, **data)
        assert answer.status_code in (302, 403), name
        assert answer.get("Location", "/admin/") == "/admin/", name

    refused("submit_snippet_translation", [*kind, sheet.pk])
    refused("submit_snippet_translation", [*kind, sheet.pk], "post", data={"locales": []})
    refused("update_translations", [translation.source_id], "post", data={"publish_translations": "on"})
    refused("edit_string_translation", [translation.pk, segment.pk], "put", data="value=Autre")
    refused("edit_string_translation", [translation.pk, segment.pk], "delete")
    refused("machine_translate", [translation.pk], "post")
    refused("stop_translation", [translation.pk], "post")
    refused("upload_pofile", [translation.pk], "post")
    refused("download_pofile", [translation.pk])
    assert stored() == state
    assert client.get("/admin/snippets/choose/vocabulary/labelsheet/").status_code == 404


def test_names_of_a_kind_are_listed_to_those_with_a_right_to_it(threats, client, person):  # noqa: F811
    user = person()
    client.force_login(user)
    address = reverse("wagtail_localize:snippets_api_listing", args=["vocabulary", "labelsheet"])
    assert client.get(address).status_code in (302, 403)
    user.groups.first().permissions.add(Permission.objects.get(codename="view_labelsheet"))
    assert len(client.get(address).json()) == LabelSheet.objects.count()


def stored():
    models = (LabelSheet, Translation, TranslationSource, StringTranslation, Work, TermLabel)
    return [list(model.objects.order_by("pk").values()) for model in models]
