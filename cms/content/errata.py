"""Errata: what was found wrong in an edition after its release. Published as soon as they are written."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import languages
from cms.core.errors import BadInput, NotFound, NotPermitted

from .models import Edition, Erratum
from .releasing import announce, may_publish, source_page
from .turns import take_turn

MAX_LENGTH = 2000


def note_erratum(
    *, edition: Edition, key: UUID | None, texts: Mapping[str, str], noted_on: date, by=None
) -> Erratum:
    """Add an erratum to an edition: of the page `key`, or of the whole (None). `texts` are by language.

    Raises like `write`.
    """
    return write(Erratum(edition=edition, author=by), key=key, texts=texts, noted_on=noted_on, by=by)


def write(
    erratum: Erratum, *, key: UUID | None, texts: Mapping[str, str], noted_on: date, by=None
) -> Erratum:
    """Store an erratum, new or changed. `by` is nobody in particular where the system does it.

    Raises NotPermitted unless `by` may publish the root; BadInput, with `errors` by field, for a page that the edition
    doesn't hold, for no text or an overlong one, an unknown language, or a day before the edition's release.
    """
    texts = {code: text.strip() for code, text in texts.items() if text.strip()}
    edition = erratum.edition
    errors = {}
    if key is not None and not edition.rows.filter(key=key).exists():
        errors["key"] = [_("This edition doesn’t hold that page.")]
    if not texts:
        errors["texts"] = [_("Say in at least one language what was wrong and how it should read.")]
    elif any(len(text) > MAX_LENGTH for text in texts.values()) or texts.keys() - set(languages.codes()):
        errors["texts"] = [_("One of the texts is too long, or in a language that there isn’t here.")]
    if noted_on < edition.released_at.date():
        errors["noted_on"] = [_("The edition had not been released by then.")]
    if errors:
        raise BadInput(_("The erratum can’t be stored like this."), errors=errors)
    with transaction.atomic():
        take_turn()
        _permit(by, edition)
        erratum.key, erratum.texts, erratum.noted_on = key, texts, noted_on
        erratum.save()
        announce(edition.root_key)
    return erratum


def remove_erratum(erratum: Erratum, *, by=None) -> None:
    """Take an erratum back. Raises NotPermitted unless `by` may publish the root."""
    with transaction.atomic():
        take_turn()
        _permit(by, erratum.edition)
        erratum.delete()
        announce(erratum.edition.root_key)


def _permit(by, edition: Edition) -> None:
    root = source_page(edition.root_key)
    if root is None:
        raise NotFound
    if by is not None and not may_publish(by, root):
        raise NotPermitted
