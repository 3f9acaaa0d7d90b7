"""Where one translates: the original, paragraph by paragraph, and what helps beside it.

Every write is a form that works without a script; a script sends the same as one types, and asks for JSON.
"""

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.snippets.permissions import user_can_edit_snippet_type
from wagtail_localize.models import StringSegment

from cms.content.api import shortened, word_changes
from cms.core import languages
from cms.core.errors import BadInput, Conflict, DomainError, NotFound, NotPermitted

from .. import access, memory, originals, slugs, writing
from ..board import live_and_outdated
from ..markup import cleaned_text, plain, typed
from ..models import Work
from ..paragraphs import paragraphs
from .base import DeskMixin, DeskPage, isolated

# HTTP's statuses of what a write may be refused with.
STATUSES = {BadInput: 400, NotPermitted: 403, NotFound: 404, Conflict: 409, DomainError: 400}

NO_PARAGRAPH = "no_such_paragraph"
# Of texts whose answers were lost, the last ones.
MOST_SENT = 5
# The slug's field among those of paragraphs, which are known by their segments.
SLUG = "slug"
GONE = gettext_lazy(
    "Not saved: the original doesn’t have this paragraph any more, or it reads differently now. "
    "Copy what you typed if you still need it."
)


def differences(before: str, after: str) -> list[list[str]]:
    """`[kind, text]` of each piece that differs, with some words around it, see `word_changes`; nothing where no word does."""
    found = word_changes(before, after)
    if all(piece.kind == "same" for piece in found):
        return []
    return [[piece.kind, piece.text] for piece in shortened(found)]


class OfTranslation(DeskMixin):
    """One translation that the person may see; 404 for all others."""

    @cached_property
    def found(self):
        """The translation. Raises NotFound."""
        return access.translation_for(self.request.user, self.kwargs["uuid"])

    @cached_property
    def translation(self):
        try:
            return self.found
        except NotFound:
            raise Http404 from None

    @property
    def whose(self) -> dict:
        return {"by": self.request.user, "uuid": self.kwargs["uuid"]}

    @property
    def wants_json(self) -> bool:
        return self.request.accepted_types[0].match("application/json") and not self.request.accepts(
            "text/html"
        )

    def progress(self) -> dict:
        work = Work.objects.get(translation=self.translation)
        return {"words_done": work.words_done, "words_total": work.words_total}

    def back(self, segment_id=None):
        address = reverse("translation:work", args=[self.kwargs["uuid"]])
        return HttpResponseRedirect(f"{address}#p{segment_id}" if segment_id else address)


class Texts(OfTranslation, DeskPage):
    """All paragraphs. GET alone."""

    template_name = "wagtailadmin/translation/texts.html"

    def get_context_data(self, **kwargs):
        shown = self.shown(paragraphs(self.request.user, self.translation))
        conflict = kwargs.get("conflict")
        # What was refused stands in its paragraph's field, or alone where there is no such field.
        in_field = conflict and "segment" in conflict and shown["writes"]
        if in_field and conflict["segment"] == SLUG:
            in_field = shown["slug"] is not None
        return super().get_context_data(**kwargs) | shown | {"alone": None if in_field else conflict}

    def shown(self, rows) -> dict:
        translation, rights = self.translation, self.rights
        source, target = translation.source.locale.language_code, translation.target_locale.language_code
        work = translation.work
        writes = rights.may_translate(translation.target_locale_id) or rights.may_review(
            translation.target_locale_id
        )
        in_review = work.stage == Work.Stage.IN_REVIEW
        translates = rights.may_translate(translation.target_locale_id)
        live, outdated = live_and_outdated(translation)
        outdated = live and outdated and not in_review
        kind = translation.source.specific_content_type.model_class()
        return {
            "translation": translation,
            "work": work,
            "paragraphs": rows,
            "slug": slugs.slug_of(translation),
            "gone": GONE,
            "source": {
                "code": source,
                "name": languages.name(source),
                "direction": languages.direction(source),
            },
            "target": {
                "code": target,
                "name": languages.name(target),
                "direction": languages.direction(target),
            },
            "writes": writes and (not in_review or rights.may_review(translation.target_locale_id)),
            "in_review": in_review,
            "decides": in_review and rights.may_review(translation.target_locale_id),
            "translates": translates,
            "outdated": outdated,
            "moved_on": outdated and originals.has_moved_on(translation.source),
            "one_person": settings.TRANSLATION_ONE_PERSON,
            "takes": translates and not in_review and work.translator_id is None,
            "hands_in": translates
            and work.stage == Work.Stage.OPEN
            and work.translator_id in (None, self.request.user.pk),
            "sent_back": work.reason if work.stage == Work.Stage.OPEN else "",
            "overdue": work.stage == Work.Stage.OPEN
            and bool(work.due_on)
            and work.due_on < timezone.localdate(),
            "first_open": next((row.id for row in rows if not row.is_done), None),
            "fillable": sum(bool(row.exact) for row in rows),
            "unconfirmed": sum(row.unconfirmed for row in rows),
            "is_page": issubclass(kind, Page),
            # Snippets that nobody edits by themselves have no form of wagtail-localize's either.
            "has_form": issubclass(kind, Page) or user_can_edit_snippet_type(self.request.user, kind),
        }

    def get_page_title(self):
        return isolated(self.translation.source.object_repr)

    def get_page_subtitle(self):
        return languages.name(self.translation.target_locale.language_code)


class OfParagraph(OfTranslation):
    """One paragraph, by where it stands and what it says: that is the same when the source is taken apart anew."""

    @cached_property
    def segment_id(self) -> int:
        """Its segment now. Raises NotFound, `no_such_paragraph` where there is none any more."""
        segments = StringSegment.objects.filter(
            source=self.found.source_id,
            context__pk=self.kwargs["context"],
            string__pk=self.kwargs["string"],
        )
        segment_id = segments.order_by("order", "pk").values_list("pk", flat=True).first()
        if segment_id is None:
            raise NotFound(code=NO_PARAGRAPH)
        return segment_id

    def shown_again(self, error: DomainError, typed: str, **conflict):
        """The page with what was typed, so that nothing of it is lost, and what stands against it; with the error's status."""
        page = Texts()
        page.setup(self.request, uuid=self.kwargs["uuid"])
        conflict |= {"typed": typed, "message": self.message_of(error)}
        return page.render_to_response(page.get_context_data(conflict=conflict), status=self.status_of(error))

    @staticmethod
    def message_of(error: DomainError) -> str:
        return str(GONE if error.code == NO_PARAGRAPH else error.message)

    @staticmethod
    def status_of(error: DomainError) -> int:
        return next(code for kind, code in STATUSES.items() if isinstance(error, kind))


class Write(OfParagraph, View):
    """POST `text`, `base` (what stood there when the typing began) and `sent` (texts that were sent since and never answered, any
    number): one paragraph.

    JSON: `{text, problem, words_done, words_total}`, or a refusal `{code, message, theirs?, merged?}` with 400, 403, 404, 409.
    """

    http_method_names = ["post"]

    @property
    def place(self):
        """What its field is known by on the page."""
        return self.segment_id

    def write(self, **typed) -> writing.Written:
        return writing.write(**self.whose, segment_id=self.segment_id, **typed)

    def post(self, request, **address):
        text, base = request.POST.get("text", ""), request.POST.get("base", "")
        sent = request.POST.getlist("sent")[-MOST_SENT:]
        try:
            written = self.write(text=text, base=base, sent=sent, now=timezone.now())
        except DomainError as error:
            return self.refused(error, text)
        if self.wants_json:
            return JsonResponse({"text": written.text, "problem": written.problem, **self.progress()})
        if written.problem:
            messages.warning(request, written.problem)
        else:
            messages.success(request, _("Saved."))
        return self.back(self.place)

    def refused(self, error: DomainError, text: str):
        if self.wants_json:
            told = {"code": error.code, "message": self.message_of(error), **self.both(error, text)}
            return JsonResponse(told, status=self.status_of(error))
        if error.code == NO_PARAGRAPH:
            return self.shown_again(error, text)
        if isinstance(error, NotFound):
            raise Http404 from None
        if isinstance(error, NotPermitted):
            raise PermissionDenied from None
        return self.shown_again(error, text, segment=self.place, **self.both(error, text))

    def both(self, error: DomainError, text: str) -> dict:
        """`{base, theirs, merged, changes, by}` where somebody else wrote: texts as they are typed, but for `base`; `changes` are
        `differences` from what was typed here to theirs."""
        if "theirs" not in error.extra:
            return {}
        theirs, merged = error.extra["theirs"], error.extra["merged"]
        [row] = paragraphs(self.request.user, self.translation, [self.segment_id])
        return {
            "base": theirs,
            "theirs": typed(theirs, row.source),
            "merged": typed(merged, row.source) if merged else "",
            "changes": differences(plain(cleaned_text(text, row.source)), plain(theirs)),
            "by": row.written_by,
        }


class WriteSlug(Write):
    """The same for the slug, where the language has addresses of its own."""

    place = SLUG

    def write(self, **typed):
        return slugs.write(**self.whose, **typed)

    def both(self, error, text):
        if "theirs" not in error.extra:
            return {}
        there = slugs.slug_of(self.translation)
        theirs = error.extra["theirs"]
        return {
            "base": theirs,
            "theirs": theirs,
            "merged": "",
            "changes": differences(text, theirs),
            "by": there.written_by if there else "",
        }


class Matches(OfParagraph, View):
    """What the memory has for a paragraph: `{items: [{percent, source, target, changes}]}`, texts as they are typed; `changes`
    are `[kind, text]` from the memory's original to this one, see `word_changes`."""

    http_method_names = ["get", "head"]

    def get(self, request, uuid, context, string):
        try:
            [row] = paragraphs(request.user, self.translation, [self.segment_id])
        except NotFound:
            raise Http404 from None
        found = memory.matches(request.user, self.translation, row.source)
        return JsonResponse(
            {
                "items": [
                    {
                        "percent": match.percent,
                        "source": typed(match.source, match.source),
                        "target": typed(match.target, row.source),
                        "changes": [
                            [piece.kind, piece.text]
                            for piece in word_changes(plain(match.source), plain(row.source))
                        ],
                    }
                    for match in found
                ]
            }
        )


class Fill(OfTranslation, View):
    """POST: what the memory has letter by letter, into all paragraphs without a translation."""

    http_method_names = ["post"]

    def post(self, request, uuid):
        def write():
            self.filled = writing.fill(**self.whose, now=timezone.now())

        if self.do(write):
            text = ngettext(
                "%(count)s paragraph was filled in. Look at it and confirm it.",
                "%(count)s paragraphs were filled in. Look at each and confirm it.",
                self.filled,
            )
            messages.success(request, text % {"count": self.filled})
        return self.back()


class Comments(OfParagraph, View):
    """POST `text`: say something about a paragraph."""

    http_method_names = ["post"]

    def post(self, request, uuid, context, string):
        text = request.POST.get("text", "")
        try:
            segment_id = self.segment_id
        except NotFound as error:
            if error.code != NO_PARAGRAPH:
                raise Http404 from None
            return self.shown_again(error, text)
        self.do(
            lambda: writing.comment(**self.whose, segment_id=segment_id, text=text),
            _("Your comment is there."),
        )
        return self.back(segment_id)


class Resolve(OfTranslation, View):
    """POST: what a comment asked for is done."""

    http_method_names = ["post"]

    def post(self, request, uuid, comment):
        self.do(lambda: writing.resolve(**self.whose, comment_id=comment, now=timezone.now()), _("Done."))
        return self.back(
            request.POST.get("segment", "") if request.POST.get("segment", "").isdigit() else None
        )


class Preview(OfTranslation, View):
    """The page as it would be with what is translated so far; the original's words where something is missing."""

    http_method_names = ["get"]

    def get(self, request, uuid):
        translation = self.translation
        if not issubclass(translation.source.specific_content_type.model_class(), Page):
            raise Http404
        try:
            page = translation.source.get_ephemeral_translated_instance(
                translation.target_locale, fallback=True
            )
        except ObjectDoesNotExist:
            raise Http404 from None
        return page.make_preview_request(request, page.default_preview_mode)


class Localize(OfTranslation, View):
    """Leads to wagtail-localize's own form, for what is no text: pictures and links of a language's own."""

    http_method_names = ["get", "head"]

    def get(self, request, uuid):
        try:
            return redirect(self.translation.get_target_instance_edit_url())
        except ObjectDoesNotExist:
            raise Http404 from None
