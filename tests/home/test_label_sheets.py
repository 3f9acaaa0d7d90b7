"""Labels of terms, instruments and organisations at the translation desk: one sheet a list, in step with the labels."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
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
    assert statements() == few == 35


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


def test_a_language_that_is_added_gets_its_sheet(threats, committed):
    with committed():
        Locale.objects.create(language_code="pt")
        sheets.settle_all()
    assert work("pt").words_done == 0


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
