"""Certificates, transcripts and badges as files, in the holder's language. Set when they are asked for, in tens of
milliseconds, and kept nowhere: there is nothing to erase, and nothing that says what isn't so any more."""

import io
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import qrcode
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from qrcode.image.svg import SvgPathImage

from cms.core import languages, numerals, typesetting
from cms.core.errors import Conflict
from home.templatetags.reading import day, digits
from learning.progress.models import Enrolment

from . import badges, baking, holding, rules, verifying
from .models import Certificate

HERE = Path(__file__).parent
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml", "jwt": "text/plain"}
_NUMBERING = {"ar": "١"}


def file_of(certificate: Certificate, kind: str, *, email: str, now: datetime) -> bytes:
    """A certificate as `pdf`, its badge as `png` or `svg` with the credential baked in, or the credential itself as `jwt`.

    Raises Conflict `certificate_revoked`: what was revoked is handed out no more.
    """
    if certificate.status(now) == rules.REVOKED:
        raise Conflict(_("This certificate has been revoked."), code="certificate_revoked")
    if kind == "pdf":
        return certificate_pdf(certificate)
    credential = badges.signed(certificate, email, now)
    if kind == "png":
        return baking.bake_png(picture(certificate.title, certificate.title_locale, "png"), credential)
    if kind == "svg":
        drawn = picture(certificate.title, certificate.title_locale, "svg").decode()
        return baking.bake_svg(drawn, credential).encode()
    return credential.encode()


def certificate_pdf(certificate: Certificate) -> bytes:
    """One page, tagged, with the address at which it can be checked as a link, in words and as a QR code."""
    locale = certificate.language if certificate.language in languages.codes() else settings.LANGUAGE_CODE
    holder = holding.holder_of(certificate)
    url = verifying.address(certificate, locale)
    with override(locale):
        facts = [
            (_("Completed on:"), day(certificate.completed_on)),
            (_("Edition:"), digits(certificate.edition.number)),
        ]
        if certificate.expires_on:
            facts.append((_("Holds until:"), day(certificate.expires_on)))
        facts.append((_("Code:"), str(certificate)))
        value = {
            **typesetting.language(locale),
            "fonts": typesetting.families(locale),
            "site": settings.WAGTAIL_SITE_NAME,
            "heading": _("Certificate of completion"),
            "awarded-to": _("Awarded to"),
            "name": holder.name if holder else "",
            "for-completing": _("for completing the course"),
            "title": certificate.title,
            "title-lang": typesetting.language(certificate.title_locale)["lang"],
            "title-rtl": typesetting.language(certificate.title_locale)["rtl"],
            "signatory": certificate.signatory,
            "signatory-role": certificate.signatory_role,
            "facts": [{"label": label, "value": text} for label, text in facts],
            "check-at": _("Check it at:"),
            "url": url,
            "url-shown": url.partition("://")[2],
            "qr-alt": _("QR code of the address at which this certificate can be checked"),
        }
    return typesetting.compile_alone(HERE / "certificate.typ", value, files={"qr.svg": _qr(url)})


def _qr(text: str) -> bytes:
    out = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=0).save(out)
    return out.getvalue()


@lru_cache(maxsize=64)
def picture(title: str, locale: str, kind: str) -> bytes:
    """The badge of a course as `svg` or `png`, with nothing baked in: the same for all who earn it."""
    with override(locale):
        value = {
            **typesetting.language(locale),
            "fonts": typesetting.families(locale),
            "site": settings.WAGTAIL_SITE_NAME,
            "title": title,
            "kind": _("Course completed"),
        }
    return typesetting.compile_alone(HERE / "badge.typ", value, format=kind)


def transcript_pdf(value: dict) -> bytes:
    """A transcript (`transcripts.transcript`) as a tagged PDF, in its language."""
    locale = value["locale"]
    with override(locale):
        rows = [_row(item, locale) for item in value["items"]]
        data = {
            **typesetting.language(locale),
            "fonts": typesetting.families(locale),
            "numbering": _NUMBERING.get(locale, "1"),
            "site": settings.WAGTAIL_SITE_NAME,
            "heading": pgettext("record of studies", "Transcript"),
            "name": value["name"],
            "made": _("As of %(day)s") % {"day": day(value["made_at"])},
            "nothing": _("There is nothing in it yet."),
            "columns": [_("Course"), _("State"), _("Completed"), _("Score"), _("Certificate")],
            "rows": rows,
        }
    return typesetting.compile_alone(HERE / "transcript.typ", data)


def _row(item: dict, locale: str) -> dict:
    """The cells of a line in order, and the code of its certificate, which is written from left to right everywhere."""
    certificate, score = item["certificate"], item["score_bp"]
    shown = ""
    if certificate:
        words = {
            rules.VALID: pgettext("certificate", "valid until %(day)s")
            % {"day": day(certificate["expires_on"])}
            if certificate["expires_on"]
            else pgettext("certificate", "valid"),
            rules.EXPIRED: pgettext("certificate", "expired"),
            rules.REVOKED: pgettext("certificate", "revoked"),
        }
        shown = words[certificate["status"]]
    title = f"{item['title']} ({item['code']})" if item["code"] else item["title"]
    cells = [
        title,
        str(dict(Enrolment.State.choices)[item["state"]]),
        day(item["completed_at"]) if item["completed_at"] else "",
        "" if score is None else numerals.localised(_("%(percent)s%%") % {"percent": score // 100}, locale),
        shown,
    ]
    return {"cells": cells, "code": certificate["code"] if certificate else ""}
