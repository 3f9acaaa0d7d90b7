"""Editions in the admin: what there is, what has changed, the release of the next one, and errata."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page

from cms.core import languages
from cms.core.errors import BadInput, DomainError

from . import editions, errata
from .archive import kept
from .differences import SEES_EVERYTHING, draft_changes, since_release
from .models import ContentItem, Edition, Erratum
from .release_choices import choices_of
from .releasing import may_publish, release_edition, source_page, waiting_drafts

# Comparing a draft compiles it: of more drafts than this only the names are shown.
DRAFTS_COMPARED = 20


def has_editions(page: Page) -> bool:
    """Whether editions are released from this page: a published root, in the language in which it was first written."""
    root = source_page(page.translation_key) if getattr(page.specific_class, "editions", False) else None
    return root is not None and root.pk == page.pk


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What is new in it, for readers: it stands above the list of changes."),
    )
    number = forms.IntegerField(widget=forms.HiddenInput)
    drafts = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, root, drafts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["drafts"].choices = [(page.pk, page.get_admin_display_title()) for page in drafts]
        self.asked = {f"choice_{choice.name}": choice for choice in choices_of(root)}
        for name, choice in self.asked.items():
            self.fields[name] = choice.field(root)

    @property
    def choices(self) -> list:
        """The fields of what packages above ask."""
        return [self[name] for name in self.asked]

    @property
    def chosen(self) -> dict[str, str]:
        """What `release_edition` takes as `choices`, from cleaned data."""
        return {choice.name: self.cleaned_data[name] for name, choice in self.asked.items()}


class ErratumForm(forms.Form):
    """`texts` are fields of their own, one a language."""

    noted_on = forms.DateField(label=gettext_lazy("Date"), widget=AdminDateInput)
    key = forms.TypedChoiceField(label=gettext_lazy("Page"), required=False, coerce=UUID, empty_value=None)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [("", _("The edition as a whole")), *places]
        for code, name in settings.LANGUAGES:
            attrs = {"rows": 2, "lang": code, "dir": languages.direction(code)}
            self.fields[f"text_{code}"] = forms.CharField(
                label=name, required=False, max_length=errata.MAX_LENGTH, widget=forms.Textarea(attrs=attrs)
            )

    @property
    def values(self) -> dict:
        """What `errata.write` takes, from cleaned data."""
        cleaned = self.cleaned_data
        return {
            "key": cleaned["key"],
            "noted_on": cleaned["noted_on"],
            "texts": {code: cleaned[f"text_{code}"] for code in languages.codes()},
        }

    def refuse(self, error: BadInput) -> None:
        for name, sentences in error.extra.get("errors", {"": [error.message]}).items():
            self.add_error(name if name in self.fields else None, sentences)


class RootView(WagtailAdminTemplateMixin, TemplateView):
    """For people who may publish a root. 404 for what has no editions; raises PermissionDenied for others."""

    header_icon = "history"

    @cached_property
    def root(self) -> Page:
        page = Page.objects.filter(pk=self.kwargs["page_id"]).first()
        if page is None or not has_editions(page):
            raise Http404
        return page.specific

    @cached_property
    def editions(self) -> list[Edition]:
        return editions.editions_of(self.root.translation_key)

    def dispatch(self, request, *args, **kwargs):
        if not may_publish(request.user, self.root):
            raise PermissionDenied
        if not self.editions:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def home(self) -> str:
        return reverse("editions", args=[self.root.pk])

    def get_breadcrumbs_items(self):
        edit = reverse("wagtailadmin_pages:edit", args=[self.root.pk])
        return [
            *self.breadcrumbs_items,
            {"url": edit, "label": self.root.get_admin_display_title()},
            {"url": self.home, "label": _("Editions")},
        ]

    def get_page_subtitle(self):
        return self.root.get_admin_display_title()


class Editions(RootView):
    """The editions of a root, what has changed since the last release, and the next one."""

    page_title = gettext_lazy("Editions")
    template_name = "wagtailadmin/editions/editions.html"

    @cached_property
    def drafts(self) -> list[Page]:
        return [page for page in waiting_drafts(self.root) if may_publish(self.request.user, page)]

    def form(self, data=None) -> ReleaseForm:
        initial = {"number": self.editions[0].number}
        return ReleaseForm(data, root=self.root, drafts=self.drafts, initial=initial)

    def post(self, request, *args, **kwargs):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            edition = release_edition(
                root_key=self.root.translation_key,
                note=form.cleaned_data["note"],
                by=request.user,
                after=form.cleaned_data["number"],
                drafts=[int(pk) for pk in form.cleaned_data["drafts"]],
                choices=form.chosen,
            )
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Edition %(number)s has been released.") % {"number": edition.number})
        return redirect(self.home)

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or self.form()
        chosen = set(form["drafts"].value() or [])
        current, path = self.editions[0], self._path
        return super().get_context_data(**kwargs) | {
            "root": self.root,
            "current": current,
            "next_number": current.number + 1,
            "form": form,
            "since": since_release(current, get_language()),
            "drafts": [
                {
                    "page": page,
                    "chosen": str(page.pk) in chosen,
                    "changes": draft_changes(page) if index < DRAFTS_COMPARED else None,
                    "locale": page.locale.language_code,
                }
                for index, page in enumerate(self.drafts)
            ],
            "editions": [
                {
                    "edition": each,
                    "url": editions.address(each.number, path) if each.frozen_at else path,
                    "changes_url": editions.changes_address(each.number, path) if each.number > 1 else "",
                }
                for each in self.editions
            ],
        }

    @property
    def _path(self) -> str:
        return ContentItem.objects.values_list("path", flat=True).get(page_id=self.root.pk)


class ErratumView(RootView):
    """An erratum of an edition: written, changed, taken back."""

    template_name = "wagtailadmin/editions/erratum.html"

    @cached_property
    def erratum(self) -> Erratum:
        if "number" in self.kwargs:
            edition = next((each for each in self.editions if each.number == self.kwargs["number"]), None)
            found = edition and Erratum(edition=edition, noted_on=timezone.localdate(), texts={})
        else:
            found = (
                Erratum.objects.select_related("edition")
                .filter(pk=self.kwargs["pk"], edition__root_key=self.root.translation_key)
                .first()
            )
        if found is None:
            raise Http404
        return found

    def form(self, data=None) -> ErratumForm:
        [shelf] = kept([self.erratum.edition], SEES_EVERYTHING, unlisted=True)
        chosen = [(row, shelf.best(row.key, shelf.chain(row.key, ""))) for row in shelf.rows]
        places = [
            (str(row.key), f"{shelf.numbers[row.key]} {held.title}".strip()) for row, held in chosen if held
        ]
        initial = {"noted_on": self.erratum.noted_on, "key": str(self.erratum.key or "")}
        initial |= {f"text_{code}": text for code, text in self.erratum.texts.items()}
        return ErratumForm(data, places=places, initial=initial)

    def post(self, request, *args, **kwargs):
        if "remove" in request.POST and self.erratum.pk:
            errata.remove_erratum(self.erratum, by=request.user)
            messages.success(request, _("The erratum has been taken back."))
            return redirect(self.home)
        form = self.form(request.POST)
        if form.is_valid():
            self.erratum.author = self.erratum.author if self.erratum.pk else request.user
            try:
                errata.write(self.erratum, by=request.user, **form.values)
            except BadInput as error:
                form.refuse(error)
            else:
                messages.success(request, _("The erratum is published."))
                return redirect(self.home)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "erratum": self.erratum,
            "form": kwargs.get("form") or self.form(),
            "home": self.home,
        }

    def get_page_title(self):
        return _("Erratum to edition %(number)s") % {"number": self.erratum.edition.number}

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]
