"""What people keep for themselves: notes, bookmarks, feedback on lessons. Everything works without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core.errors import BadInput
from cms.rest.attachments import attachment
from learning.notebook import keeping
from learning.progress import places
from learning.reading import notebook
from learning.reading.sections import section_at, sections

from .answers import study, words
from .running import course_context

COMMENTS = 50


def of_lesson(user, reading) -> dict:
    """What a lesson's page shows of somebody's own: `{notebook, place}`. Four statements; `place` for people who are enrolled."""
    found, key = sections(reading.document.body), reading.document.item.key
    own = notebook.own_in(user=user, key=key)
    kept = own["bookmarks"]
    context = {
        "notebook": {
            **own,
            "kept": "" in kept,
            "sections": [{"section": each, "kept": each.id in kept} for each in found if each.level < 4],
            "longest_note": keeping.LONGEST_NOTE,
            "longest_comment": keeping.LONGEST_COMMENT,
        }
    }
    if reading.enrolment is not None:
        context["place"] = _place(reading, found)
    return context


def _place(reading, found) -> dict:
    """Where somebody stopped. At the very beginning and at the end there is nothing to lead back to."""
    position = places.position(reading.enrolment, reading.document.item.key)
    inside = position is not None and 0 < position < 10_000
    section = section_at(found, position) if inside else None
    return {
        "position": position if inside else None,
        "anchor": section.anchor if section else "",
        "enrolment": reading.enrolment,
        "minutes": reading.document.item.minutes,
    }


@require_safe
@study
def overview(request, *, reader, now):
    """All notes and bookmarks of somebody. Nobody else is shown them, whoever they are."""
    context = {
        "bookmarks": notebook.own_bookmarks(user=request.user, reader=reader),
        "notes": notebook.own_notes(user=request.user, reader=reader),
    }
    return render(request, "learning/notebook.html", context)


@require_safe
@study
def download(request, *, reader, now):
    """The notes as plain text."""
    text = notebook.notes_as_text(user=request.user, reader=reader)
    return attachment(text.encode(), "text/plain; charset=utf-8", "notes.txt")


@require_POST
@study
def note(request, key, *, reader, now):
    """Save a note on a lesson."""
    if request.POST.get("text", "").strip():
        notebook.lesson(user=request.user, key=key, reader=reader, now=now)
    return _write(request, key, "", now)


@require_POST
@study
def reflection(request, key, block, *, reader, now):
    """Save what somebody writes in a reflection of a lesson."""
    block = str(block)
    if request.POST.get("text", "").strip():
        notebook.reflection(user=request.user, key=key, block=block, reader=reader, now=now)
    return _write(request, key, block, now)


def _write(request, key, block, now):
    """Save a note. What can't be saved is shown again with the reason: nothing that was typed is lost."""
    text = request.POST.get("text", "")
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    try:
        keeping.save_note(user=request.user, unit=key, block=block, text=text, version=version, now=now)
    except keeping.StaleNote as refusal:
        return _note_again(request, key, block, text, refusal, saved=refusal.extra["saved"])
    except BadInput as refusal:
        saved = keeping.note_value(keeping.note(request.user, key, block))
        return _note_again(request, key, block, text, refusal, version=version or saved["version"])
    messages.success(request, _("Your note is saved.") if text.strip() else _("Your note is deleted."))
    return HttpResponseRedirect(_back(request, key, _place_of(block)))


def _place_of(block) -> str:
    return f"reflection-{block}" if block else "notebook"


def _note_again(request, key, block, text, refusal, *, saved=None, version=0):
    context = {
        "key": key,
        "reflection": block,
        "place": _place_of(block),
        "text": text,
        "error": words(refusal),
        "saved": saved,
        "version": saved["version"] if saved else version,
        "longest": keeping.LONGEST_NOTE,
    }
    return render(request, "learning/note.html", context, status=409 if saved else 400)


@require_POST
@study
def bookmark(request, key, *, reader, now):
    """Keep or drop the bookmark of a lesson, or of a section of it."""
    section = request.POST.get("section", "")
    if request.POST.get("keep") == "no":
        keeping.drop_bookmark(user=request.user, unit=key, section=section)
    else:
        reading = notebook.lesson(user=request.user, key=key, reader=reader, now=now)
        section = notebook.section_in(reading, section)
        keeping.keep_bookmark(user=request.user, unit=key, section=section, now=now)
    return HttpResponseRedirect(_back(request, key))


@require_POST
@study
def feedback(request, key, *, reader, now):
    """Say whether a lesson was useful, or take it back."""
    useful = {"yes": True, "no": False}.get(request.POST.get("useful", ""))
    if request.POST.get("take_back"):
        keeping.take_back_feedback(user=request.user, unit=key)
        messages.success(request, _("Your feedback is deleted."))
    elif useful is None:
        messages.warning(request, _("Choose whether the lesson was useful."))
    else:
        reading = notebook.lesson(user=request.user, key=key, reader=reader, now=now)
        keeping.give_feedback(
            user=request.user,
            course=notebook.enrolled_course(reading),
            unit=key,
            useful=useful,
            comment=request.POST.get("comment", ""),
            now=now,
        )
        messages.success(request, _("Thank you. Those who run the course see it without your name."))
    return HttpResponseRedirect(_back(request, key, "feedback"))


def _back(request, key, place="notebook") -> str:
    """To the lesson, or to the list that the form stood on."""
    if request.POST.get("back") == "notebook":
        return reverse("learning:notebook")
    return reverse("learning:unit", kwargs={"key": key}) + f"#{place}"


@require_safe
@study
def course_feedback(request, key, *, reader, now):
    """What learners said of a course's lessons, for people who may see its report."""
    found = notebook.course_feedback(
        user=request.user,
        course_key=key,
        reader=reader,
        after=_uuid(request.GET.get("after")),
        limit=COMMENTS,
    )
    context = {"found": found, **course_context(request.user, found["course"], "feedback", reader)}
    return render(request, "learning/course_feedback.html", context)


def _uuid(value) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None
