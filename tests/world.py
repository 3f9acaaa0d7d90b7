"""Building a world through Wagtail's own doors. Called inside `committed()` where documents are wanted."""

from contextlib import contextmanager
from io import BytesIO

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone
from PIL import Image as Pillow
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.operations import TranslationCreator

from cms.media.models import Image
from home.vocabulary.models import Term, TermLabel


@contextmanager
def committed():
    """Runs what waits for a commit, as at the end of a transaction of its own: what waited before isn't its concern."""
    before, connection.run_on_commit = connection.run_on_commit, []
    try:
        with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
            try:
                yield callbacks
            except BaseException:
                # It never committed, and what fails after it would only hide why.
                connection.run_on_commit = []
                raise
    finally:
        connection.run_on_commit = before


@contextmanager
def built(build):
    """`build(site, committed)` in a transaction that is undone at the end: a world made once for a module's tests.

    Each test's own transaction lies inside, so that it undoes what it does. To be entered with the database unblocked.
    """
    from home.setup import make_site

    with transaction.atomic():
        with committed():
            site = make_site(title="Compendium")
        yield build(site, committed)
        transaction.set_rollback(True)


def as_stored(value):
    """A page of a world, or a list of them, as it is stored now."""
    if isinstance(value, list):
        return [as_stored(each) for each in value]
    return type(value).objects.get(pk=value.pk)


def locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def add(parent: Page, page: Page, *, live: bool = True) -> Page:
    """Hang a page below another, published (or as a draft).

    Live at once, as a page added in code is: a third of what an editor's way through a revision costs, which `publish`
    takes.
    """
    page.live = live
    page.locale = parent.locale
    if live:
        page.first_published_at = page.last_published_at = timezone.now()
    parent.refresh_from_db()
    parent.add_child(instance=page)
    return page.specific_class.objects.get(pk=page.pk) if live else page


def publish(page: Page, user=None, **fields) -> Page:
    """Change fields and publish, through a revision, as an editor does."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision(user=user).publish(user=user)
    return page.specific_class.objects.get(pk=page.pk)


def picture(width=1600, height=1000, colour=(11, 92, 171), kind="PNG") -> ContentFile:
    target = BytesIO()
    Pillow.new("RGB", (width, height), colour).save(target, kind)
    return ContentFile(target.getvalue(), name=f"picture.{kind.lower()}")


def image(title="A picture", description="What it shows", **options) -> Image:
    return Image.objects.create(title=title, description=description, file=picture(**options))


def term(taxonomy: str, code: str, **labels: str) -> Term:
    """A term with its labels by language; in English it is called like its code."""
    found, _ = Term.objects.get_or_create(taxonomy=taxonomy, code=code)
    for locale_code, label in ({"en": code.title()} | labels).items():
        TermLabel.objects.get_or_create(term=found, locale=locale_code, defaults={"label": label})
    return found


def translation(page: Page, code: str, user=None) -> Page:
    """A page's translation, with those of its ancestors: a draft of its own, no alias."""
    TranslationCreator(user=user, target_locales=[locale(code)]).create_translations(
        page, include_related_objects=True
    )
    translated = page.get_translation(locale(code))
    if translated.alias_of_id:
        translated.alias_of = None
        translated.save()
    return translated.specific


def for_members(page: Page) -> PageViewRestriction:
    """Restrict a page to the group “Members”."""
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.get_or_create(name="Members")[0])
    return restriction
