"""The pages on which members send in practices. Signed-in people only; nobody finds another's submission."""

from functools import wraps
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.content import api as content
from cms.core import audiences
from cms.core.errors import BadInput, Conflict, NotFound, NotPermitted, Unprocessable

from . import attachments, drafting, submitting
from . import flow as submissions
from .form import OPTIONAL, PARTS, NewSubmissionForm, SubmissionForm, initial
from .submitting import State

ORDER = (*(field for _name, _heading, fields in PARTS for field in fields), "consent")

SUBMITTED = gettext_lazy("Submitted. You will hear from us by mail.")

form_view = require_http_methods(["GET", "HEAD", "POST"])


def contribution(view):
    """A page for people who are signed in: `view(request, now, …)`. What isn't theirs isn't there."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                messages.warning(request, _("You were signed out. Sign in, then do it once more."))
            response = redirect_to_login(home() if request.method == "POST" else request.get_full_path())
        else:
            try:
                response = view(request, *args, now=timezone.now(), **kwargs)
            except NotFound:
                raise Http404 from None
            except NotPermitted:
                raise PermissionDenied from None
            except (Conflict, BadInput) as refusal:
                key = kwargs.get("key")
                if key and refusal.code == "submission_closed" and sent_again(request, key):
                    messages.success(request, SUBMITTED)
                else:
                    messages.warning(request, words(refusal))
                response = HttpResponseRedirect(place("submission", key) if key else home())
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def sent_again(request: HttpRequest, key: UUID) -> bool:
    """Whether somebody hands in, word for word, what has just been handed in: its answer got lost on the way."""
    found = submissions.own(request.user, key)
    form = SubmissionForm(request.POST, locale=get_language(), language=found.language)
    if request.POST.get("go") != "submit" or found.state != State.SUBMITTED or not form.is_valid():
        return False
    stored = initial(found, submissions.chosen_codes(found))
    return all(_compared(value) == _compared(stored[name]) for name, value in form.values().items())


def _compared(value):
    return sorted(value) if isinstance(value, list) else value


def home() -> str:
    return reverse("contribute:submissions")


def place(name: str, key) -> str:
    return reverse(f"contribute:{name}", kwargs={"key": key})


def words(refusal) -> str:
    """A refusal as a member is told it."""
    known = {
        "too_many_submissions": _(
            "You have %(most)s open submissions. Finish or delete one, then begin another."
        )
        % {"most": submitting.MOST_OPEN},
        "submission_closed": _("It has been handed in meanwhile: withdraw it to change it."),
        "submission_state": _("That can’t be done with it any more."),
    }
    return str(known.get(refusal.code, refusal.message))


@require_safe
@contribution
def listed(request, *, now):
    """One's own submissions, those under way first. For people who may contribute, or did once."""
    found = list(submissions.of_author(request.user))
    may = submissions.may_contribute(request.user)
    if not found and not may:
        raise NotPermitted
    closed = [each for each in found if each.state in submitting.CLOSED]
    open_ones = [each for each in found if each.state not in submitting.CLOSED]
    context = {
        "open": open_ones,
        "closed": closed,
        "may": may,
        "full": len(open_ones) >= submitting.MOST_OPEN,
        "most": submitting.MOST_OPEN,
        "addresses": published_at(request.user, [each.page_id for each in closed]),
    }
    return render(request, "contribute/submissions.html", context)


def published_at(user, page_ids) -> dict[int, str]:
    """`{page's id: address}` of those practices that are published and that this person may read. One statement."""
    wanted = [page_id for page_id in page_ids if page_id is not None]
    if not wanted:
        return {}
    visible = content.visible(audiences.principals_of(user))
    return dict(visible.filter(page_id__in=wanted).values_list("page_id", "path"))


@form_view
@contribution
def new(request, *, now):
    """Begin a draft: a title and a language; the rest, and files, on the next page."""
    if not submissions.may_contribute(request.user):
        raise NotPermitted
    # The draft's key is in the form: who sends it twice, on a line that breaks, makes one draft.
    key = next(iter(_uuids(request.POST.getlist("key"))), None) or uuid4()
    form = NewSubmissionForm(
        request.POST or None, initial={"language": get_language()}, use_required_attribute=False
    )
    if request.method == "POST" and form.is_valid():
        made = submissions.create(user=request.user, now=now, key=key, **form.cleaned_data)
        return HttpResponseRedirect(place("edit", made.uuid))
    context = {"form": form, "summary": error_summary(form), "key": key}
    return render(request, "contribute/new.html", context)


@require_safe
@contribution
def submission(request, key, *, now):
    """Where one submission stands, and what can be done with it."""
    found = submissions.own(request.user, key)
    context = {
        "submission": found,
        "files": list(found.files.all()),
        "may_edit": found.state in submitting.EDITABLE and submissions.may_contribute(request.user),
        "may_withdraw": submitting.after(found.state, submitting.Act.WITHDRAW) is not None,
        "may_delete": found.state == State.DRAFT,
        "address": published_at(request.user, [found.page_id]).get(found.page_id, "")
        if found.state == State.PUBLISHED
        else "",
        "steps": [
            (state.label, getattr(found, submissions.moment(state)))
            for state in submitting.HANDED_IN
            if getattr(found, submissions.moment(state))
        ],
    }
    return render(request, "contribute/submission.html", context)


@form_view
@contribution
def edit(request, key, *, now):
    """Write in a draft, or in what was sent back. What can be kept is kept, whatever else is wrong."""
    found = submissions.own(request.user, key)
    if found.state not in submitting.EDITABLE:
        if request.method == "POST":
            raise Conflict(code="submission_closed")
        return HttpResponseRedirect(place("submission", key))
    if not submissions.may_contribute(request.user):
        raise NotPermitted
    if request.method != "POST":
        given = initial(found, submissions.chosen_codes(found))
        form = SubmissionForm(locale=get_language(), language=found.language, initial=given)
        return edit_page(request, found, form)
    submissions.detach(user=request.user, key=key, files=_uuids(request.POST.getlist("remove")))
    refused = submissions.attach(user=request.user, key=key, files=request.FILES.getlist("files"), now=now)
    form = SubmissionForm(request.POST, locale=get_language(), language=found.language)
    if not form.is_valid():
        return edit_page(request, found, form, refused=refused)
    found = submissions.save(user=request.user, key=key, values=form.values(), now=now)
    go = request.POST.get("go")
    if refused:
        return edit_page(request, found, form, refused=refused, saved=True)
    if go == "submit":
        return _submit(request, found, form, form.cleaned_data["consent"], now)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(place("preview" if go == "preview" else "edit", key))


@require_POST
@contribution
def submit(request, key, *, now):
    """Hand in what is stored; the form with all that is missing where something is."""
    found = submissions.own(request.user, key)
    consent = "consent" in request.POST
    data = {**initial(found, submissions.chosen_codes(found)), "consent": consent}
    form = SubmissionForm(_as_posted(data), locale=get_language(), language=found.language)
    form.is_valid()
    return _submit(request, found, form, consent, now)


def _submit(request, found, form, consent, now) -> HttpResponse:
    sentence = str(submitting.CONSENT) if consent else ""
    try:
        submissions.submit(user=request.user, key=found.uuid, consent=sentence, now=now)
    except Unprocessable as refusal:
        for name, sentences in refusal.extra["errors"].items():
            form.add_error(name, sentences)
        return edit_page(request, found, form, saved=True)
    messages.success(request, SUBMITTED)
    return HttpResponseRedirect(place("submission", found.uuid))


def _as_posted(values: dict) -> dict:
    """Stored values as the form's own widgets would send them."""
    posted = dict(values)
    for number, code in enumerate(posted.pop("country")):
        posted[f"country_{number}"] = code
    return posted


def edit_page(request, found, form, *, refused=(), saved=False) -> HttpResponse:
    """The form: with errors beside its fields and a list of them that leads there."""
    parts = [(name, heading, [form[field] for field in fields]) for name, heading, fields in PARTS]
    context = {
        "submission": found,
        "form": form,
        "parts": parts,
        "optional": OPTIONAL,
        "summary": error_summary(form),
        "files": list(found.files.all()),
        "refused": refused,
        "saved": saved,
        "most_files": submitting.MOST_FILES,
        "most_bytes": submitting.MOST_BYTES,
    }
    return render(request, "contribute/edit.html", context)


def error_summary(form) -> list[dict]:
    """`[{anchor, label, errors}]` in the form's order."""
    return [
        {
            "anchor": _anchor(form[name]),
            "label": form[name].label if name != "consent" else "",
            "errors": form.errors[name],
        }
        for name in ORDER
        if name in form.errors
    ]


def _anchor(field) -> str:
    """Where an error is: the field itself; of several, what they stand in."""
    return f"{field.auto_id}_group" if field.use_fieldset else field.id_for_label


@require_safe
@contribution
def preview(request, key, *, now):
    """The practice as readers would see it."""
    found = submissions.own(request.user, key)
    page = drafting.unsaved(found)
    if page is None:
        raise NotFound
    request.is_preview = True
    shown = page.get_context(request)
    context = {
        "submission": found,
        "document": shown["document"],
        # The page around it is the reader's own, in their language.
        "shown": shown["reading"],
        "may_submit": found.state in submitting.EDITABLE and submissions.may_contribute(request.user),
        "consent": submitting.CONSENT,
    }
    return render(request, "contribute/preview.html", context)


@form_view
@contribution
def withdraw(request, key, *, now):
    """Ask once more, then take it back."""
    found = submissions.own(request.user, key)
    if request.method == "POST":
        submissions.withdraw(user=request.user, key=key, now=now)
        messages.success(request, _("Withdrawn. It is your draft again, and nobody else sees it."))
        return HttpResponseRedirect(place("submission", key))
    if submitting.after(found.state, submitting.Act.WITHDRAW) is None:
        return HttpResponseRedirect(place("submission", key))
    return render(request, "contribute/confirm.html", {"submission": found, "act": "withdraw"})


@form_view
@contribution
def delete(request, key, *, now):
    """Ask once more, then delete a draft."""
    found = submissions.own(request.user, key)
    if request.method == "POST":
        submissions.delete(user=request.user, key=key)
        messages.success(request, _("Deleted."))
        return HttpResponseRedirect(home())
    if found.state != State.DRAFT:
        return HttpResponseRedirect(place("submission", key))
    return render(request, "contribute/confirm.html", {"submission": found, "act": "delete"})


@require_safe
@contribution
def attachment(request, key, file, *, now):
    """One's own attachment."""
    row = submissions.own(request.user, key).files.filter(uuid=file).first()
    if row is None:
        raise NotFound
    return attachments.answer(row)


def _uuids(values) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            raise BadInput from None
    return found
