"""Where somebody submits a page with everything below it that was submitted before, which wagtail-localize's form doesn't offer."""

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.models import Locale, Page

from cms.core import languages

from ..views.base import isolated
from . import submitting
from .views import SUBMIT, shown_to


def languages_of(page: Page) -> list[Locale]:
    """Those into which a page was submitted, in the official order; none for what is no original."""
    found = Locale.objects.filter(
        translations__source__object=page.translation_key,
        translations__source__locale=page.locale_id,
        translations__enabled=True,
    )
    order = {code: position for position, code in enumerate(languages.codes())}
    return sorted(found, key=lambda locale: order.get(locale.language_code, len(order)))


def may_submit(user, page: Page) -> bool:
    """Whether somebody may submit what stands below a page: as wagtail-localize's form asks, and a right to the page."""
    return user.has_perm(SUBMIT) and page.permissions_for_user(user).can_edit()


def again_button(page: Page, user, **kwargs):
    """In the page's header, where something below it may have been submitted before."""
    if page.numchild and page.alias_of_id is None and may_submit(user, page) and languages_of(page):
        yield Button(
            gettext("Translate everything below again"),
            reverse("translation:submit_again", args=[page.pk]),
            icon_name="resubmit",
            priority=61,
        )


class AgainForm(forms.Form):
    """The languages into which it is submitted again."""

    locales = forms.ModelMultipleChoiceField(
        label=_("Languages"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose a language.")},
    )

    def __init__(self, *args, locales: list[Locale], **options):
        super().__init__(*args, **options)
        self.fields["locales"].queryset = Locale.objects.filter(pk__in=[each.pk for each in locales])
        self.fields["locales"].label_from_instance = lambda locale: languages.name(locale.language_code)
        self.initial["locales"] = locales


class SubmitAgain(WagtailAdminTemplateMixin, TemplateView):
    """A page that was submitted before, with everything below it: what has come since is submitted, what has changed is brought
    up to date. Tells first how much that is. For whoever may submit and has a right to the page; others meet nothing."""

    template_name = "wagtailadmin/translation/submit_again.html"
    header_icon = "resubmit"
    page_title = _("Translate everything below again")

    @cached_property
    def page(self) -> Page:
        page = Page.objects.filter(pk=self.kwargs["page_id"], depth__gt=1, alias_of=None).first()
        if page is None or not may_submit(self.request.user, page):
            raise Http404
        return page

    @cached_property
    def locales(self) -> list[Locale]:
        found = languages_of(self.page)
        if not found:
            raise Http404
        return found

    def post(self, request, page_id):
        form = AgainForm(request.POST, locales=self.locales)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        chosen = list(form.cleaned_data["locales"])
        new, changed = self.counted(chosen)
        if not new + changed:
            messages.success(request, gettext("Everything is submitted, and as the originals are now."))
            return redirect("translation:submit_again", page_id)
        submission = submitting.begin(page=self.page, locales=chosen, by=request.user, now=timezone.now())
        if not shown_to(request.user).filter(pk=submission.pk).exists():
            # It goes on already, and how far it is, is shown to whoever asked first.
            told = gettext(
                "Somebody else has submitted the same, and it goes on: nothing is left to be done."
            )
            messages.success(request, told)
            return redirect("translation:submit_again", page_id)
        return redirect("translation:submission", submission.uuid)

    def counted(self, locales: list[Locale]) -> tuple[int, int]:
        """How many pages are new, once for each language, and how many have changed. One statement for each language, and one."""
        new = sum(submitting.missing(self.page, locale).count() for locale in locales)
        return new, submitting.behind(self.page, locales).count()

    def get_context_data(self, **kwargs):
        new, changed = self.counted(self.locales)
        return super().get_context_data(**kwargs) | {
            "page": self.page,
            "form": kwargs.get("form") or AgainForm(locales=self.locales),
            "new": new,
            "changed": changed,
        }

    def get_page_subtitle(self):
        return isolated(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailadmin_explore", args=[self.page.pk]), "label": self.page.title},
            {"url": "", "label": self.page_title},
        ]
