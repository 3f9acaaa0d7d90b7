"""Files of the desk in the admin: take one along, bring one back, look at what it would do, let it be done."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale
from wagtail_localize.models import Translation

from cms.core import languages
from cms.core.errors import NotFound, NotPermitted
from cms.core.imports.views import PlanView
from cms.core.tables.faults import FileRefused
from cms.translation import access
from cms.translation.views.base import isolated

from . import existing, exporting, gathering, memory, process, texts
from .models import OutdatedExport, TranslationImport
from .plan import Action

STEPS_SHOWN = 50
FAULTS_SHOWN = 200
GATHERED_SHOWN = 10
NO_PARAGRAPHS = "no_paragraphs"
REFRESH_SECONDS = 5
Format = TranslationImport.Format

ACTIONS = {
    Action.CREATE: gettext_lazy("New"),
    Action.UPDATE: gettext_lazy("Changed"),
    Action.CONFLICT: gettext_lazy("Changed here meanwhile"),
    Action.UNCHANGED: gettext_lazy("Unchanged"),
    Action.UNFINISHED: gettext_lazy("Not translated, or not finished"),
    "left_out": gettext_lazy("Left out"),
}
REASONS = {
    NotPermitted.code: gettext_lazy("You may not translate this any more. Nothing was imported."),
}
GATHERING_REASONS = {
    NotPermitted.code: gettext_lazy("You may not translate into this language any more."),
    NO_PARAGRAPHS: gettext_lazy("Nothing is outdated any more."),
    gathering.TooMuch.code: gettext_lazy(
        "More is outdated than one export holds. Take guides along one by one, where they are translated."
    ),
}
_MOST = {"most": texts.MOST_BYTES // 1024**2}


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"))

    def __init__(self, *args, accept: str, told: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = told
        self.fields["file"].widget.attrs["accept"] = accept

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > texts.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % _MOST)
        return file


class Languages(WagtailAdminTemplateMixin, TemplateView):
    """The languages whose files somebody may take along and bring back; one alone is opened at once."""

    header_icon = "doc-full"
    page_title = gettext_lazy("Files for translators")
    template_name = "wagtailadmin/translation/files.html"

    @cached_property
    def rights(self) -> access.Rights:
        return access.rights_of(self.request.user)

    def get(self, request, *args, **kwargs):
        own = [code for pk, code in self._codes() if self.rights.may_translate(pk)]
        if not own:
            raise PermissionDenied
        if len(own) == 1:
            return redirect("translation:language_files", own[0])
        named = [(code, languages.name(code)) for code in languages.codes() if code in own]
        return self.render_to_response(self.get_context_data(own=named))

    def _codes(self):
        return Locale.objects.values_list("pk", "language_code")

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("translation:board"), "label": _("Translation desk")},
            {"url": "", "label": self.page_title},
        ]


class OfLanguage:
    """For people who translate into the language of the address. Others meet what isn't there."""

    @cached_property
    def locale(self) -> Locale:
        locale = Locale.objects.filter(language_code=self.kwargs["language"]).first()
        if locale is None:
            raise Http404
        return locale

    @cached_property
    def translation(self) -> Translation | None:
        return None

    @cached_property
    def rights(self) -> access.Rights:
        return access.rights_of(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if not self.rights.may_translate(self.locale.pk):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class OfThing(OfLanguage):
    """For people who translate the thing of the address."""

    @property
    def locale(self) -> Locale:
        return self.translation.target_locale

    @cached_property
    def translation(self) -> Translation:
        found = access.seen_translations(self.request.user).filter(uuid=self.kwargs["uuid"])
        translation = found.select_related("source__locale", "target_locale").first()
        if translation is None:
            raise Http404
        return translation


class Files(WagtailAdminTemplateMixin, TemplateView):
    """Files out, and one in. Subclasses say of what."""

    header_icon = "doc-full"
    page_title = gettext_lazy("Files for translators")
    accept = ".xlf,.xliff,.po"
    told = gettext_lazy("XLIFF 2.1 or 1.2, or PO, in UTF-8, at most 10 MB.")

    def kind_of(self, data: bytes, name: str) -> str:
        return process.recognised(data, name)

    def upload_form(self, *data) -> UploadForm:
        return UploadForm(*data, accept=self.accept, told=self.told)

    def post(self, request, *args, **kwargs):
        form = self.upload_form(request.POST, request.FILES)
        faults = ()
        if form.is_valid():
            file = form.cleaned_data["file"]
            data = file.read()
            try:
                record = process.upload(
                    user=request.user,
                    locale=self.locale,
                    translation=self.translation,
                    data=data,
                    kind=self.kind_of(data, file.name),
                    file_name=file.name,
                    now=timezone.now(),
                )
                return redirect("translation:import", record.pk)
            except FileRefused as error:
                faults = error.faults
        return self.render_to_response(self.get_context_data(form=form, faults=faults))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "form": kwargs.get("form") or self.upload_form(),
            "faults": kwargs.get("faults", ()),
            "language": self.locale.language_code,
            "language_name": languages.name(self.locale.language_code),
            "formats": [("xliff", "XLIFF 2.1"), ("po", "PO")],
        }

    def get_page_subtitle(self):
        return languages.name(self.locale.language_code)

    def get_breadcrumbs_items(self):
        label = f"{self.page_title}: {self.get_page_subtitle()}"
        desk = {"url": reverse("translation:board"), "label": _("Translation desk")}
        return [*self.breadcrumbs_items, desk, {"url": "", "label": label}]


class LanguageFiles(OfLanguage, Files):
    template_name = "wagtailadmin/translation/language_files.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "outdated": [
                {"code": code, "language": languages.name(code), "number": number}
                for code, number in exporting.outdated(self.request.user, self.locale).items()
            ],
            "gathered": OutdatedExport.objects.filter(user=self.request.user, target=self.locale)
            .select_related("target")
            .defer("data", "translations")
            .order_by("-created_at")[:GATHERED_SHOWN],
        }


class ThingFiles(OfThing, Files):
    template_name = "wagtailadmin/translation/thing_files.html"

    def get_context_data(self, **kwargs):
        own = existing.own(self.request.user, self.locale)
        below = existing.below(own, self.translation).count()
        return super().get_context_data(**kwargs) | {"translation": self.translation, "below": below - 1}

    def get_page_subtitle(self):
        return (
            f"{isolated(self.translation.source.object_repr)} ({languages.name(self.locale.language_code)})"
        )


class MemoryFiles(OfLanguage, Files):
    template_name = "wagtailadmin/translation/memory_files.html"
    page_title = gettext_lazy("Translation memory")
    accept = ".tmx"
    told = gettext_lazy("TMX 1.4, in UTF-8, at most 10 MB.")

    def kind_of(self, data, name):
        return Format.TMX

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "sources": [
                {"code": locale.language_code, "language": languages.name(locale.language_code)}
                for locale in memory.sources(self.request.user, self.locale)
            ]
        }


# Out ----------------------------------------------------------------------------------------------------------------


def _download(export: exporting.Export, kind: str, name: str) -> HttpResponse:
    return _attachment(export.data, exporting.MEDIA[kind], f"{name}.{exporting.ENDINGS[kind]}")


def _attachment(data: bytes, media: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _kind(value: str | None) -> str:
    if value not in exporting.WRITE:
        raise Http404
    return value


class ExportThing(OfThing, View):
    """`?format=xliff` or `po`; with `chapters=1` what stands below it comes too."""

    def get(self, request, uuid):
        kind = _kind(request.GET.get("format"))
        with_chapters = request.GET.get("chapters") == "1"
        try:
            export = exporting.of_thing(request.user, self.translation, kind, with_chapters=with_chapters)
        except NotFound:
            raise Http404 from None
        title = slugify(self.translation.source.object_repr)[:60] or "translation"
        return _download(export, kind, f"{title}-{self.locale.language_code}")


class ExportOutdated(OfLanguage, View):
    """Posted, since originals that were changed are taken apart anew: `format`, and `source`, the code of a language. What is much
    is gathered in the background."""

    def post(self, request, language):
        kind = _kind(request.POST.get("format"))
        source = _locale(request.POST.get("source"))
        try:
            if gathering.is_long(request.user, source, self.locale):
                record = gathering.begin(
                    user=request.user, source=source, target=self.locale, kind=kind, now=timezone.now()
                )
                return redirect("translation:export", record.pk)
            export = exporting.of_outdated(request.user, source, self.locale, kind)
        except NotFound:
            raise Http404 from None
        return _download(export, kind, f"outdated-{self.locale.language_code}")


class OfGathered:
    """For whoever asked for it, while they translate into that language."""

    @cached_property
    def record(self) -> OutdatedExport:
        rows = OutdatedExport.objects.filter(pk=self.kwargs["pk"], user=self.request.user)
        record = rows.select_related("user", "source", "target").first()
        if record is None:
            raise Http404
        return record

    def dispatch(self, request, *args, **kwargs):
        if not access.rights_of(request.user).may_translate(self.record.target_id):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Gathered(OfGathered, WagtailAdminTemplateMixin, TemplateView):
    """How far it is, and the file when it is there. While it goes on the page asks again by itself."""

    template_name = "wagtailadmin/translation/gathered.html"
    header_icon = "doc-full"
    page_title = gettext_lazy("Everything outdated")

    @cached_property
    def rights(self) -> access.Rights:
        return access.rights_of(self.request.user)

    def get_context_data(self, **kwargs):
        record = self.record
        return super().get_context_data(**kwargs) | {
            "record": record,
            "language": record.target.language_code,
            "reason": GATHERING_REASONS.get(record.reason)
            or _("It stopped by a fault of ours, which was noted. Ask for it again."),
        }

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        if self.record.finished_at is None:
            response["Refresh"] = str(REFRESH_SECONDS)
        return response

    def get_page_subtitle(self):
        return languages.name(self.record.target.language_code)

    def get_breadcrumbs_items(self):
        files = reverse("translation:language_files", args=[self.record.target.language_code])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("translation:board"), "label": _("Translation desk")},
            {"url": files, "label": Files.page_title},
            {"url": "", "label": self.page_title},
        ]


class GatheredFile(OfGathered, View):
    """The file, while everything in it is theirs to see."""

    http_method_names = ["get", "head"]

    def get(self, request, pk):
        record = self.record
        if record.state != OutdatedExport.State.DONE:
            raise Http404
        data = gathering.download(record)
        if data is None:
            messages.error(
                request, _("Something in it is gone, or isn’t yours to see any more. Ask for it again.")
            )
            return redirect("translation:language_files", record.target.language_code)
        media = "application/zip" if record.files > 1 else exporting.MEDIA[record.format]
        return _attachment(data, media, record.name)


class ExportMemory(OfLanguage, View):
    """`?source=` is the code of a language."""

    def get(self, request, language):
        source = _locale(request.GET.get("source"))
        try:
            export = memory.export(request.user, source, self.locale)
        except NotFound:
            raise Http404 from None
        return _download(export, "tmx", f"memory-{source.language_code}-{self.locale.language_code}")


def _locale(code: str | None) -> Locale:
    locale = Locale.objects.filter(language_code=code or "").first()
    if locale is None:
        raise Http404
    return locale


# In -----------------------------------------------------------------------------------------------------------------


class Import(PlanView):
    """What a file would do, for whoever uploaded it."""

    @cached_property
    def rights(self) -> access.Rights:
        return access.rights_of(self.request.user)

    process = process.PROCESS
    actions = ACTIONS
    reasons = REASONS
    page_title = gettext_lazy("Import translations")

    def get_template_names(self):
        kind = "memory" if self.is_memory else "translations"
        return [f"wagtailadmin/translation/import_{kind}.html"]

    @property
    def is_memory(self) -> bool:
        return self.record.format == Format.TMX

    def upload_address(self):
        if self.is_memory:
            return reverse("translation:memory_files", args=[self.record.locale.language_code])
        if self.record.translation is not None:
            return reverse("translation:thing_files", args=[self.record.translation.uuid])
        return reverse("translation:language_files", args=[self.record.locale.language_code])

    def target_address(self):
        if self.is_memory:
            return self.upload_address()
        if self.record.translation is not None:
            return reverse("translation:work", args=[self.record.translation.uuid])
        return f"{reverse('translation:board')}?language={self.record.locale.language_code}"

    def post(self, request, *args, **kwargs):
        """With `conflicts`, `file` or `here`: which text stays where both were changed. Nothing is executed then."""
        chosen = request.POST.get("conflicts")
        if chosen is None:
            return super().post(request, *args, **kwargs)
        planned = self.own().filter(pk=self.record.pk, state=TranslationImport.State.PLANNED)
        planned.update(overwrite=chosen == "file")
        return redirect(request.path)

    def said(self, record):
        written = record.counts["create"] + record.counts["update"]
        if self.is_memory:
            told = ngettext("%(count)s unit was written.", "%(count)s units were written.", written)
        else:
            told = ngettext("%(count)s paragraph was written.", "%(count)s paragraphs were written.", written)
        return told % {"count": written}

    def plan_context(self, plan):
        page = Paginator(plan.writing, STEPS_SHOWN).get_page(self.request.GET.get("p"))
        context = {
            "faults": plan.faults[:FAULTS_SHOWN],
            "more_faults": max(0, len(plan.faults) - FAULTS_SHOWN),
            "steps": [self._row(step) for step in page],
            "page_obj": page,
            "direction": languages.direction(self.record.locale.language_code),
        }
        if self.is_memory:
            left_out = plan.left_out
            return context | {
                "left_out": left_out[:FAULTS_SHOWN],
                "more_left_out": max(0, len(left_out) - FAULTS_SHOWN),
            }
        conflicts = plan.conflicts
        return context | {
            "conflicts": [self._row(step) for step in conflicts[:FAULTS_SHOWN]],
            "more_conflicts": max(0, len(conflicts) - FAULTS_SHOWN),
            "overwrite": self.record.overwrite,
            "several": len({step.thing.key for step in plan.steps}) > 1,
        }

    def _row(self, step) -> dict:
        """Texts are inline HTML; `of` is the thing that a paragraph belongs to."""
        if self.is_memory:
            pair = step.pair
            return {"step": step, "source": pair.source, "old": step.stored, "new": pair.target}
        paragraph, of = step.paragraph, step.thing.title
        return {
            "step": step,
            "of": of,
            "source": paragraph.source,
            "old": paragraph.target,
            "new": step.new,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "language_name": languages.name(self.record.locale.language_code),
            "language": self.record.locale.language_code,
        }

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": self.upload_address(), "label": self.page_title},
            {"url": "", "label": self.record.file_name},
        ]
