"""Certificates and transcripts as PDF: tagged, in six scripts, hostile text as text."""

import io

import pdfplumber
import pikepdf
import pytest
from django.conf import settings
from django.utils import timezone

from learning.credentials import papers, transcripts, verifying
from tests.learning import factories

CODES = [code for code, _ in settings.LANGUAGES]
TITLES = {
    "ar": "حماية المواقع الدينية معا",
    "zh-hans": "共同保护宗教场所",
    "en": "Protecting religious sites together",
    "fr": "Protéger ensemble les sites religieux",
    "ru": "Вместе защищаем религиозные объекты",
    "es": "Proteger juntos los sitios religiosos",
}


def facts(content):
    with pikepdf.open(io.BytesIO(content)) as found:
        metadata = found.open_metadata()
        return {
            "tagged": bool(found.Root.MarkInfo.Marked),
            "ua": metadata.get("pdfuaid:part"),
            "lang": str(found.Root.Lang),
            "title": str(metadata.get("dc:title")),
            "pages": len(found.pages),
        }


def words(content):
    with pdfplumber.open(io.BytesIO(content)) as found:
        return "\n".join(page.extract_text() for page in found.pages)


@pytest.mark.parametrize("locale", CODES)
def test_a_certificate_is_one_tagged_page_in_the_learners_language(certificate, locale):
    certificate.language = certificate.title_locale = locale
    certificate.title = TITLES[locale]
    content = papers.certificate_pdf(certificate)
    found = facts(content)
    assert (found["tagged"], found["ua"], found["pages"]) == (True, "1", 1)
    assert found["lang"].lower().startswith(locale[:2])
    assert TITLES[locale] in found["title"]
    text = words(content)
    assert str(certificate) in text
    assert "�" not in text


def test_it_says_who_what_when_and_where_to_check(certificate):
    text = words(papers.certificate_pdf(certificate))
    for expected in ("Ada Example", "A course", "The course team", "Training", str(certificate)):
        assert expected in text
    with pikepdf.open(io.BytesIO(papers.certificate_pdf(certificate))) as found:
        links = [str(each.A.URI) for each in found.pages[0].Annots]
    assert verifying.address(certificate) in links


def test_the_same_certificate_gives_the_same_bytes(certificate):
    assert papers.certificate_pdf(certificate) == papers.certificate_pdf(certificate)


def test_hostile_text_stays_text(certificate):
    nasty = '#image("/etc/passwd") <b>x</b> $1/0$ "\\'
    certificate.title = certificate.holder.name = certificate.signatory = nasty
    text = words(papers.certificate_pdf(certificate))
    assert text.count('#image("/etc/passwd")') == 3


def test_a_very_long_title_keeps_to_one_page(certificate):
    certificate.title = "Protecting places of worship and those who gather there " * 4
    certificate.holder.name = "A very long name " * 17
    assert facts(papers.certificate_pdf(certificate))["pages"] == 1


@pytest.mark.parametrize("locale", CODES)
def test_a_transcript_is_tagged_in_each_language(certificate, holder, locale):
    found = transcripts.transcript(user=holder, reader=factories.reader(holder, locale), now=timezone.now())
    content = papers.transcript_pdf(found)
    about = facts(content)
    assert (about["tagged"], about["ua"]) == (True, "1")
    assert about["lang"].lower().startswith(locale[:2])
    assert str(certificate) in words(content).replace("\n", "") or certificate.code[:4] in words(content)


def test_an_empty_transcript(db):
    nobody = factories.person("nobody@example.org")
    found = transcripts.transcript(user=nobody, reader=factories.reader(nobody), now=timezone.now())
    assert found["items"] == [] and found["learner"] is None
    assert facts(papers.transcript_pdf(found))["pages"] == 1
