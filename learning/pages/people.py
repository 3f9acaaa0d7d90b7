"""For people who decide for the learners of a course: requests, keys, invitations. Of any other course they see nothing."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from cms.core.errors import BadInput, NotFound
from learning.catalogue import documents, rules, running
from learning.catalogue.choices import EnrolmentMode
from learning.flows import deciding, inviting
from learning.joining import invitations as invitation_rows
from learning.joining import keys as key_rows
from learning.joining.addresses import MOST
from learning.reading.joining import request_value

from .answers import study
from .running import course_context

PAGE = 50


class KeyForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=120,
        help_text=gettext_lazy("For you and others who run the course: whom it is for."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until you revoke it."),
    )
    max_uses = forms.IntegerField(
        label=gettext_lazy("How many people"),
        required=False,
        min_value=1,
        max_value=key_rows.MAX_USES,
        help_text=gettext_lazy("Empty: any number."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@study
def requests(request, key, *, reader, now):
    """Requests that wait, and deciding those that are chosen."""
    course = running.course_of(request.user, key, reader, running.DECIDE)
    if request.method == "POST":
        chosen = [_uuid(each) for each in request.POST.getlist("enrolment")[: PAGE + 1]]
        if not chosen:
            raise BadInput(_("Choose at least one request."), code="nothing_chosen")
        decided = deciding.decide_all(
            by=request.user,
            course_key=key,
            enrolment_ids=chosen,
            decision=request.POST.get("decision", ""),
            reason=request.POST.get("reason", ""),
            now=now,
        )
        messages.success(
            request,
            ngettext("%(number)s request is decided.", "%(number)s requests are decided.", decided)
            % {"number": decided},
        )
        return HttpResponseRedirect(request.path)
    rows = deciding.requests(key, after=_number(request.GET.get("after", "")), limit=PAGE + 1)
    context = {
        "requests": [request_value(each) for each in rows[:PAGE]],
        "next_after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
    }
    return _page(request, course, "requests", reader, context)


@require_http_methods(["GET", "HEAD", "POST"])
@study
def keys(request, key, *, reader, now):
    """The keys of a course; making one, whose secret is in the answer and nowhere else; revoking one."""
    course = running.course_of(request.user, key, reader, running.DECIDE)
    if request.method == "POST" and "revoke" in request.POST:
        key_rows.revoke(course=course, key_id=_uuid(request.POST["revoke"]), now=now)
        messages.success(request, _("The key is revoked. Whoever is enrolled stays so."))
        return HttpResponseRedirect(request.path)
    form, secret, status = KeyForm(), "", 200
    if request.method == "POST":
        form, status = KeyForm(request.POST), 400
        if form.is_valid():
            try:
                _row, secret = key_rows.create(course=course, by=request.user, now=now, **form.cleaned_data)
                form, status = KeyForm(), 200
            except BadInput as refusal:
                form.add_error("last_day" if refusal.code == "bad_day" else "label", str(refusal.message))
    rows = key_rows.of_course(course)[:200]
    course_rules = documents.rules_of([key]).get(key)
    context = {
        "keys": [
            {
                "id": each.uuid,
                "label": each.label,
                "status": each.status(now),
                "uses": each.uses,
                "max_uses": each.max_uses,
                "last_day": rules.last_day(each.expires_at, settings.TIME_ZONE) if each.expires_at else None,
            }
            for each in rows
        ],
        "by_key": course_rules is not None and course_rules.enrolment_mode == EnrolmentMode.KEY,
        "form": form,
        "secret": secret,
    }
    return _page(request, course, "keys", reader, context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@study
def invitations(request, key, *, reader, now):
    """The invitations to a course; reading pasted addresses, showing what was read, sending; revoking one."""
    course = running.course_of(request.user, key, reader, running.DECIDE)
    if request.method == "POST" and "revoke" in request.POST:
        invitation_rows.revoke(course=course, invitation_id=_uuid(request.POST["revoke"]), now=now)
        messages.success(request, _("The invitation is revoked."))
        return HttpResponseRedirect(request.path)
    text = request.POST.get("addresses", "")
    language = request.POST.get("language", reader.locale)
    if "send" in request.POST:
        sent = inviting.invite(by=request.user, course_key=key, text=text, language=language, now=now)
        messages.success(
            request,
            ngettext(
                "%(number)s invitation is on its way.", "%(number)s invitations are on their way.", len(sent)
            )
            % {"number": len(sent)},
        )
        return HttpResponseRedirect(request.path)
    plan = invitation_rows.plan(course, text, now) if request.method == "POST" else None
    rows = invitation_rows.of_course(course)
    before = _number(request.GET.get("before", ""))
    rows = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    context = {
        "invitations": [
            {
                "id": each.uuid,
                "to": each.email or (str(each.accepted_by.user or _("Removed")) if each.accepted_by else "–"),
                "status": each.status(now),
                "created_at": each.created_at,
            }
            for each in rows[:PAGE]
        ],
        "next_after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "plan": plan,
        "can_send": plan is not None
        and bool(plan.addresses)
        and not plan.refused
        and len(plan.addresses) <= MOST,
        "sendable": ", ".join(plan.addresses) if plan else "",
        "text": text,
        "language": language,
    }
    return _page(request, course, "invitations", reader, context)


def _page(request, course, here: str, reader, context: dict, status: int = 200):
    context = {**context, **course_context(request.user, course, here, reader)}
    return render(request, f"learning/people/{here}.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
