"""A learner's certificates and transcript."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.rest.attachments import attachment
from learning.catalogue.documents import Reader
from learning.credentials import holding, papers, reminders, transcripts
from learning.progress.models import Learner
from learning.reading import certificates as reading

from .answers import study


def own_certificates(user, reader: Reader, now) -> list[dict]:
    """Somebody's certificates for a list, the latest first. One statement."""
    return [reading.certificate_value(each, now, reader.locale) for each in holding.own(user)]


@require_safe
@study
def certificates(request, *, reader, now):
    """All certificates; whether mails come before they expire, and before the time for a course ends."""
    found = own_certificates(request.user, reader, now)
    context = {
        "certificates": found,
        "may_be_reminded": bool(found) or Learner.objects.filter(user=request.user).exists(),
        "wants_reminders": holding.wants_reminders(request.user),
    }
    return render(request, "learning/certificates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@study
def certificate(request, certificate, *, reader, now):
    """One certificate: what it says, what to take away, and whether those who verify it see the name."""
    if request.method == "POST":
        name = request.POST.get("name")
        shown = request.POST.get("name_shown") if "choice" in request.POST else None
        holding.choose(
            user=request.user,
            certificate_id=certificate,
            name=name or None,
            name_shown=None if "choice" not in request.POST else shown == "yes",
        )
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    found = holding.own_one(request.user, certificate)
    value = reading.certificate_value(found, now, reader.locale)
    return render(request, "learning/certificate.html", {"certificate": value})


@require_safe
@study
def certificate_file(request, certificate, kind, *, reader, now):
    """The certificate, its badge or its credential as a file."""
    if kind not in papers.MEDIA_TYPES:
        raise Http404
    found = holding.own_one(request.user, certificate)
    content = papers.file_of(found, kind, email=request.user.email, now=now)
    return attachment(content, papers.MEDIA_TYPES[kind], reading.file_name(found, kind))


@require_safe
@study
def transcript(request, *, reader, now):
    found = transcripts.transcript(user=request.user, reader=reader, now=now)
    return render(request, "learning/transcript.html", {"transcript": found})


@require_safe
@study
def transcript_file(request, *, reader, now):
    found = transcripts.transcript(user=request.user, reader=reader, now=now)
    return attachment(papers.transcript_pdf(found), "application/pdf", "transcript.pdf")


@require_POST
@study
def choose_reminders(request, *, reader, now):
    """Turn mails before expiry on or off."""
    holding.choose_reminders(user=request.user, wanted=request.POST.get("reminders") == "yes", now=now)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("learning:certificates"))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_reminders(request, token: str):
    """Turn off the mails that a mail's link names: asked once more, since programs follow links; at once when posted.

    No redirect after it: RFC 8058 (3.2) forbids one. Nobody is signed in there, so there is nothing to forge.
    """
    learner = reminders.learner_of_token(token)
    if learner is None:
        raise Http404
    if request.method == "POST":
        holding.set_reminders(learner, False, timezone.now())
    response = render(request, "learning/stop_reminders.html", {"stopped": request.method == "POST"})
    response["Cache-Control"] = "private, no-store"
    return response
