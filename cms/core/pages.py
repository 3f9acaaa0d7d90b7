"""The abstract page under every page type."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, PublishingPanel, TabbedInterface
from wagtail.api import APIField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from .addresses import SlugField, SlugMixin
from .panels import ChecklistPanel, CorrectionPanel
from .ports import port
from .problems import Problem, PublicationRefused
from .requirements import Requirement


class PublicationForm(WagtailAdminPageForm):
    """The editor's form: publishing a page that has problems is refused before anything is written."""

    only_corrects = forms.BooleanField(
        required=False,
        label=_("This only corrects: the meaning is unchanged"),
        help_text=_(
            "For what you publish with this edit. Lessons that show this page then follow at once for people who are under "
            "way, and translations don’t fall behind. Leave it unticked where anything is said that wasn’t said before."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        if "action-publish" in self.data and not self.errors:
            # Some problems are about who does it; rows below the page are saved later than its fields are set.
            rows_changed = any(formset.has_changed() for formset in self.formsets.values())
            self.instance.pending_change = (getattr(self.for_user, "pk", None), rows_changed)
            for problem in port("publication_problems")(self._draft()):
                self.add_error(problem.field if problem.field in self.fields else None, problem.told)
        return cleaned

    def save(self, commit=True):
        self.instance.only_corrects = self.cleaned_data.get("only_corrects", False)
        return super().save(commit=commit)

    def _draft(self):
        """The page as it would be published: cleaned values on a copy, so that a refusal leaves the instance alone."""
        page = self.instance
        for name, value in self.cleaned_data.items():
            if name in {field.name for field in page._meta.concrete_fields}:
                setattr(page, name, value)
        return page


class BasePage(SlugMixin, Page):
    """A page that is published as a document.

    Subclasses say in `api_fields` what the document holds beside the title, in that order; everything that is resolved
    there (images, references, rich text) is resolved by the blocks and fields themselves.
    """

    summary = models.TextField(
        _("summary"),
        blank=True,
        max_length=500,
        help_text=_("One or two sentences: shown in lists, search results and previews of links."),
    )

    base_form_class = PublicationForm
    show_in_menus_default = False
    # As readers have them: chapters one after the other, not the last that was touched.
    admin_default_ordering = "ord"
    template = "pages/standard.html"

    #: Whether lists, feed and search hold it. Lessons and quizzes are read through learning instead.
    listed = True
    #: Whether nobody reads it, not even who reads what lists don't hold: others are made of it (questions of a bank).
    for_editors = False
    #: Members of the document that no reader of the API gets, whoever it is.
    withheld: tuple[str, ...] = ()
    #: Whether it is the root of a contents document: numbering, previous and next.
    contents_root = False
    #: Whether a root is released in editions.
    editions = False
    #: Fields of a root's body that its contents document repeats, for pages that show them without showing the root.
    contents_texts: tuple[str, ...] = ()
    #: Whether it stands in its root's contents. Things that come by the thousand don't.
    in_contents = True
    #: Whether it is counted among its numbered siblings.
    numbered = False
    #: Kinds of file that it can be taken away as, with what lies below it: "pdf", "epub".
    takeaways: tuple[str, ...] = ()
    #: What it is to machines that read the page: a type of schema.org.
    schema_type = "WebPage"
    #: Whether its texts lead to the glossary: its document then holds the terms that it uses in `glossary`.
    glossed = False
    #: Whether its case studies, tables, figures and abbreviations stand in the indexes of what it belongs to.
    indexed = False
    #: Whether its page and its files show the indexes of what lies below it.
    shows_indexes = False

    #: What it needs to be published, beside what its blocks and links need: see `own_problems`.
    requirements: tuple[Requirement, ...] = ()
    #: Codes of own problems that may become true of a published page without anybody touching it: its document follows.
    afterwards: frozenset[str] = frozenset()
    #: Whether the revision that is saved next only corrects; asked anew with each.
    only_corrects = False

    api_fields = [APIField("summary")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("For search engines"),
        ),
        MultiFieldPanel([FieldPanel("show_in_menus")], heading=_("On this site")),
    ]
    settings_panels = [PublishingPanel()]

    # The slug is the source's in every language, so that addresses differ by their prefix alone, unless a language has its own.
    override_translatable_fields = [SlugField(), SynchronizedField("show_in_menus")]

    class Meta:
        abstract = True

    def own_problems(self) -> list[Problem]:
        """Reasons against publishing that only this type knows. Each has its code in `requirements`."""
        return []

    def text_for_minutes(self) -> int | None:
        """Minutes to read, where the type knows better than counting words."""
        return None

    @property
    def own_number(self) -> int | None:
        """None: not numbered. 0: counted among its siblings. A type may carry a number of its own."""
        return 0 if self.numbered else None

    def item_terms(self) -> list[tuple[str, str]]:
        """What filters and facets find it by: `(taxonomy, code)`."""
        return []

    def save(self, clean=True, user=None, log_action=False, **kwargs):
        if not kwargs.get("update_fields"):
            self.settle_slug()
        if clean and self.live and not kwargs.get("update_fields"):
            problems = port("publication_problems")(self)
            if problems:
                raise PublicationRefused(problems)
        return super().save(clean=clean, user=user, log_action=log_action, **kwargs)

    save.alters_data = True

    def save_revision(self, *args, **kwargs):
        with transaction.atomic():
            revision = super().save_revision(*args, **kwargs)
            port("revision_saved")(revision, self.only_corrects)
        self.only_corrects = False
        return revision

    save_revision.alters_data = True

    @property
    def preview_modes(self):
        if settings.HEADLESS_PREVIEW_URL:
            return [*super().preview_modes, ("headless", _("On the other front end"))]
        return super().preview_modes

    def serve_preview(self, request, mode_name):
        if mode_name == "headless":
            return port("other_front_end")(self, request)
        return super().serve_preview(request, mode_name)

    def get_context(self, request, *args, **kwargs):
        """The same context for Wagtail's previews and for ours: a document, compiled from the draft in a preview."""
        return {"page": self, "self": self, **port("reading_context")(self, request)}

    @classmethod
    def tabs(cls, *tabs):
        """An edit handler of named tabs and the three that every page has."""
        return TabbedInterface(
            [
                *(ObjectList(panels, heading=heading) for heading, panels in tabs),
                ObjectList(cls.promote_panels, heading=_("Promote")),
                ObjectList(
                    [ChecklistPanel(), CorrectionPanel("only_corrects", icon="edit", disable_comments=True)],
                    heading=_("Before publishing"),
                ),
                ObjectList(cls.settings_panels, heading=_("Publishing"), classname="settings"),
            ]
        )


__all__ = ["BasePage", "Problem", "PublicationForm", "PublicationRefused", "Requirement", "ValidationError"]
