"""The public page of a certificate, for whoever has its code."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.core.errors import NotFound
from cms.rest.throttling import count_origin
from learning.credentials import codes, verifying


@require_safe
def ask(request):
    """A field for a code."""
    text = request.GET.get("code", "").strip()
    if text:
        code = codes.read(text)
        # What can't be a code isn't put into an address: it may be anything.
        shown = codes.grouped(code) if code else "0"
        return HttpResponseRedirect(reverse("verification:certificate", kwargs={"code": shown}))
    return _page(request, {})


@require_safe
def certificate(request, code: str):
    """Valid, expired or revoked, and what the holder allows. One answer for all codes that were never issued."""
    verdict = count_origin("codes", request, settings.VERIFICATION_RATE)
    if verdict is not None and not verdict.allowed:
        response = _page(request, {"too_many": True}, status=429)
        response["Retry-After"] = str(verdict.reset)
        return response
    try:
        found = verifying.verify(code, timezone.now())
    except NotFound:
        return _page(request, {"unknown": True}, status=404)
    return _page(request, {"certificate": found})


def _page(request, context: dict, status: int = 200):
    response = render(request, "learning/verification.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    # The address holds the code: it is told to no other site. With no origin at all the forms of the page would be refused.
    response["Referrer-Policy"] = "same-origin"
    return response
