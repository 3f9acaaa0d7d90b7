"""A new site: the six languages, a front page in the deployment's own, and what packages add. Repeatable."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Collection, Locale, Page, Site

from .models import HomePage

_steps: dict[str, Callable[[], object]] = {}


def register_step(name: str, run: Callable[[], object]) -> None:
    """Add to what a new site gets: `run()` adds what is missing and changes nothing that exists.

    Raises ValueError for a name that is taken.
    """
    if name in _steps:
        raise ValueError(f"the step {name!r} is there already")
    _steps[name] = run


def set_up(*, title: str = "Compendium", told: Callable[[str], None] = lambda name: None) -> HomePage:
    """The whole of it: the site, then each package's step. `told(name)` hears of each."""
    home = make_site(title=title)
    for name, run in _steps.items():
        told(name)
        run()
    return home


@transaction.atomic
def make_site(*, title: str = "Compendium") -> HomePage:
    """Make what is missing of languages, front page and site; returns the front page in the deployment's language.

    Wagtail's own welcome page goes, unless somebody has put pages below it.
    """
    for code, _ in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    locale = Locale.objects.get(language_code=settings.LANGUAGE_CODE)
    home = HomePage.objects.filter(locale=locale, depth=2).first()
    if home is None:
        # A flushed database has lost what Wagtail's migrations made.
        root = Page.get_first_root_node() or Page.add_root(
            instance=Page(
                title="Root", slug="root", locale=locale, content_type=ContentType.objects.get_for_model(Page)
            )
        )
        # Ours needs the slug: it goes under another until the welcome page is gone.
        home = root.add_child(instance=HomePage(title=title, slug="front", locale=locale, site_name=title))
    site = Site.objects.filter(is_default_site=True).first() or Site(
        is_default_site=True, hostname="localhost"
    )
    site.root_page = home
    site.site_name = title
    site.save()
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    welcome = Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk).first()
    if welcome is not None and welcome.specific_class is Page and not welcome.numchild:
        welcome.delete()
    if home.slug == "front":
        home = HomePage.objects.get(pk=home.pk)
        home.slug = "home"
        home.save()
    return home
