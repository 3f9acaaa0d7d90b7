"""The pages of saved searches: for people who are signed in, but for the link that turns an alert off."""

from functools import wraps
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core import languages
from cms.core.audiences import principals_of
from cms.core.errors import BadInput, Conflict, NotFound
from home.views import bad_request

from ..repository.library import library
from . import saved as own
from .alert_mail import searches_of_token
from .alerting import Alert


def signed_in(view):
    """A page of somebody's own: others are asked to sign in, what isn't theirs isn't there, nothing is kept by caches."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                messages.warning(request, _("You were signed out. Sign in, then do it once more."))
            readable = reverse("guides:searches") if request.method == "POST" else request.get_full_path()
            response = redirect_to_login(readable)
        else:
            try:
                response = view(request, **kwargs)
            except NotFound:
                raise Http404 from None
            except BadInput:
                response = bad_request(request)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


class SaveForm(forms.Form):
    repository = forms.UUIDField()
    query = forms.CharField(required=False, max_length=own.LONGEST_QUERY)
    name = forms.CharField(max_length=own.LONGEST_NAME, required=False)
    alert = forms.ChoiceField(choices=Alert.choices)


class AlertForm(forms.Form):
    alert = forms.ChoiceField(choices=Alert.choices)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def searches(request):
    """Somebody's saved searches; a form posted here saves one."""
    if request.method == "POST":
        return _save(request)
    shown = own.overview(owner=request.user, locale=get_language())
    return render(request, "pages/saved_searches.html", {"searches": shown, "alerts": Alert.choices})


def _save(request) -> HttpResponse:
    """Save a search, and back to the list that it was made on with a sentence about it."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        raise BadInput()
    given = form.cleaned_data
    back = _back(request, given["repository"], given["query"])
    if not given["name"]:
        messages.error(request, _("Give the search a name."))
        return back
    try:
        search = own.save(
            owner=request.user,
            name=given["name"],
            query=QueryDict(given["query"]),
            repository=given["repository"],
            locale=get_language(),
            alert=given["alert"],
            now=timezone.now(),
        )
    except Conflict as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("“%(name)s” is among your saved searches.") % {"name": search.name})
    return back


def _back(request, repository: UUID, query: str) -> HttpResponse:
    """To the repository with the choice that was made there. Raises NotFound where this person sees none."""
    locale = get_language()
    index = library(principals=principals_of(request.user), repositories=[repository], keys=[]).repository(
        repository, locale
    )
    if index is None:
        raise NotFound
    path = languages.swap_prefix(index.path, locale)
    kept = QueryDict(query).urlencode()
    return HttpResponseRedirect(f"{path}?{kept}" if kept else path)


@require_safe
@signed_in
def result(request, search: UUID):
    """To what a search finds; what is there now is no longer new."""
    return redirect(own.visit(owner=request.user, search=search, locale=get_language()))


@require_POST
@signed_in
def alert(request, search: UUID):
    form = AlertForm(request.POST)
    if not form.is_valid():
        raise BadInput()
    changed = own.change_alert(
        owner=request.user, search=search, alert=form.cleaned_data["alert"], now=timezone.now()
    )
    messages.success(
        request,
        _("“%(name)s”: %(alert)s.") % {"name": changed.name, "alert": changed.get_alert_display()},
    )
    return redirect("guides:searches")


@require_POST
@signed_in
def delete(request, search: UUID):
    own.forget(owner=request.user, search=search)
    messages.success(request, _("The search is deleted."))
    return redirect("guides:searches")


# A mail program posts here by itself (RFC 8058): it has no cookie and no form of ours, the token says what it may do.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token: str):
    """Turn off the alerts that a mail's link names: asked once more, since programs follow links; at once when posted.

    No redirect after it: RFC 8058 (3.2) forbids one.
    """
    pks = searches_of_token(token)
    if pks is None:
        raise Http404
    if request.method == "POST":
        own.stop_alerts(pks)
    response = render(
        request, "pages/stop_alert.html", {"stopped": request.method == "POST", "several": len(pks) > 1}
    )
    response["Cache-Control"] = "private, no-store"
    return response
