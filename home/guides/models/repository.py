"""The repository and what its entries have in common: terms, organisations and instruments in child rows."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.models import Orderable, Page

from cms.content import api as content
from cms.core import languages
from cms.core.pages import BasePage
from home.vocabulary.models import LegalInstrument, Organisation, Taxonomy, Term

from .texts import text_field


class PracticeIndexPage(BasePage):
    """The repository: lists the good practices and resources below it."""

    introduction = text_field(_("introduction"))

    template = "pages/practice_index.html"
    schema_type = "CollectionPage"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["guides.GoodPracticePage", "guides.ResourcePage"]
    # Its entries have no order of their own.
    admin_default_ordering = "-latest_revision_created_at"
    api_fields = [*BasePage.api_fields, APIField("introduction")]
    edit_handler = BasePage.tabs(
        (_("Content"), [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("introduction")])
    )

    class Meta:
        verbose_name = _("repository of good practices")
        verbose_name_plural = _("repositories of good practices")


def source_ids(keys: Collection[UUID]) -> dict[UUID, int]:
    """Which page of each key its translations are made from; where that is gone, the first by the site's languages.

    One statement where nothing is translated, three at most.
    """
    pages = defaultdict(list)
    for page in Page.objects.filter(translation_key__in=keys).select_related("locale"):
        pages[page.translation_key].append(page)
    translated = [page for found in pages.values() if len(found) > 1 for page in found]
    written_in = content.source_locales(translated) if translated else {}
    rank = {code: place for place, code in enumerate(languages.fallback_chain(""))}

    def distance(page: Page) -> tuple:
        code = page.locale.language_code
        from_here = code == written_in.get(page.translation_key)
        return page.alias_of_id is not None, not from_here, rank.get(code, len(rank)), page.pk

    return {key: min(found, key=distance).pk for key, found in pages.items()}


class EntryMixin:
    """A page of the repository. Its child rows are kept on the source page and read from there for every language.

    Subclasses have child rows under `term_rows_name` and `instrument_rows_name`, and perhaps
    `organisation_rows_name`.
    """

    term_rows_name = ""
    instrument_rows_name = ""
    organisation_rows_name = ""
    #: the kind of resource that every page of this type is, where the type alone says so
    resource_type_code = ""

    @cached_property
    def source_page(self):
        """The page that holds the child rows: see `source_ids`."""
        source = source_ids([self.translation_key]).get(self.translation_key)
        return self if source in (None, self.pk) else type(self).objects.get(pk=source)

    def _rows(self, name: str, target: str, *related: str) -> list:
        """What the source page's child rows name, in their order, with labels loaded."""
        if not name:
            return []
        rows = getattr(self.source_page, name).all()
        if hasattr(rows, "select_related") and not getattr(rows, "_result_cache", None):
            rows = rows.select_related(target, *related)
        found = [getattr(row, target) for row in rows]
        models.prefetch_related_objects(found, "labels")
        return found

    @property
    def entry_terms(self) -> list[Term]:
        return self._rows(self.term_rows_name, "term", "term__parent__parent")

    @property
    def terms(self) -> list[dict]:
        """`[{taxonomy, code, label}]`, labels in the page's language."""
        return [
            {"taxonomy": term.taxonomy, "code": term.code, "label": term.label(self.locale.language_code)}
            for term in self.entry_terms
        ]

    @property
    def instruments(self) -> list[dict]:
        """`[{code, title, kind, year, url}]`, titles in the page's language."""
        rows: list[LegalInstrument] = self._rows(self.instrument_rows_name, "instrument")
        return [row.compiled(self.locale.language_code) for row in rows]

    @property
    def organisations(self) -> list[dict]:
        """`[{code, name, abbreviation, kind, url}]`, names in the page's language."""
        rows: list[Organisation] = self._rows(self.organisation_rows_name, "organisation")
        return [row.compiled(self.locale.language_code) for row in rows]

    def item_terms(self) -> list[tuple[str, str]]:
        """What filters and facets find it by: `(taxonomy, code)`, a country's regions too."""
        found = {(each.taxonomy, each.code) for term in self.entry_terms for each in term.chain}
        found |= {("instrument", each["code"]) for each in self.instruments}
        found |= {("organisation", each["code"]) for each in self.organisations}
        if self.resource_type_code:
            found.add((Taxonomy.RESOURCE_TYPE, self.resource_type_code))
        return sorted(found)


class PracticeTerm(Orderable):
    page = ParentalKey("guides.GoodPracticePage", on_delete=models.CASCADE, related_name="practice_terms")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", verbose_name=_("term"))

    panels = [FieldPanel("term")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "term"], name="guides_practice_term_once")]

    def __str__(self):
        return str(self.term)


class PracticeInstrument(Orderable):
    page = ParentalKey(
        "guides.GoodPracticePage", on_delete=models.CASCADE, related_name="practice_instruments"
    )
    instrument = models.ForeignKey(
        LegalInstrument, on_delete=models.PROTECT, related_name="+", verbose_name=_("legal instrument")
    )

    panels = [FieldPanel("instrument")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "instrument"], name="guides_practice_instrument_once")
        ]

    def __str__(self):
        return str(self.instrument)


class PracticeOrganisation(Orderable):
    page = ParentalKey(
        "guides.GoodPracticePage", on_delete=models.CASCADE, related_name="practice_organisations"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )

    panels = [FieldPanel("organisation")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "organisation"], name="guides_practice_organisation_once")
        ]

    def __str__(self):
        return str(self.organisation)


class ResourceTerm(Orderable):
    page = ParentalKey("guides.ResourcePage", on_delete=models.CASCADE, related_name="resource_terms")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", verbose_name=_("term"))

    panels = [FieldPanel("term")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "term"], name="guides_resource_term_once")]

    def __str__(self):
        return str(self.term)


class ResourceInstrument(Orderable):
    page = ParentalKey("guides.ResourcePage", on_delete=models.CASCADE, related_name="resource_instruments")
    instrument = models.ForeignKey(
        LegalInstrument, on_delete=models.PROTECT, related_name="+", verbose_name=_("legal instrument")
    )

    panels = [FieldPanel("instrument")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "instrument"], name="guides_resource_instrument_once")
        ]

    def __str__(self):
        return str(self.instrument)


SOURCE_ROWS = _("Set on the source language's page.")


def finding_panels(term_rows: str, instrument_rows: str, *more) -> list:
    """The panels of the tab “Finding it”."""
    return [
        InlinePanel(term_rows, heading=_("Terms"), help_text=SOURCE_ROWS),
        InlinePanel(instrument_rows, heading=_("Legal instruments"), help_text=SOURCE_ROWS),
        *more,
    ]
