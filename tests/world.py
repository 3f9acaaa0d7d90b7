"""Building a world through Wagtail's own doors. Called inside `committed()` where documents are wanted."""

from contextlib import contextmanager
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from PIL import Image as Pillow
from wagtail.models import Locale, Page

from cms.media.models import Image


@contextmanager
def built(build):
    """`build(site, committed)` in a transaction that is undone at the end: a world made once for a module's tests.

    Each test's own transaction lies inside, so that it undoes what it does. To be entered with the database unblocked.
    """
    from home.setup import make_site

    def committed():
        return TestCase.captureOnCommitCallbacks(execute=True)

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
