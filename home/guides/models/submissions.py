"""What a member sends in: the texts of a practice, where it stands, and files that go with it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.core import languages
from cms.media.api import ATTACHMENT_KINDS
from home.vocabulary.models import Term

from ..submissions.submitting import LENGTHS, REASONED, Attribution, State

_KEPT = ~Q(state=State.DRAFT)


def _line(label, name):
    return models.CharField(label, max_length=LENGTHS[name], blank=True)


def _prose(label, name):
    return models.TextField(label, max_length=LENGTHS[name], blank=True)


class Submission(models.Model):
    """A practice as a member wrote it. What becomes of it stands in a page, which editors and reviewers change.

    Personal data: `author` and `credit`. With the account what nobody has taken up goes, and of the rest the tie to the
    account (`submissions.forget`). `page_id` and `revision_id` are no foreign keys: pages come and go.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="submissions",
        verbose_name=_("author"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    language = models.CharField(_("language"), max_length=12, choices=languages.choices)

    title = models.CharField(_("title"), max_length=LENGTHS["title"])
    summary = _prose(_("summary"), "summary")
    place = _line(_("place"), "place")
    context = _prose(_("context"), "context")
    description = _prose(_("what was done"), "description")
    results = _prose(_("results"), "results")
    lessons_learned = _prose(_("lessons learned"), "lessons_learned")
    human_rights = _prose(_("human rights"), "human_rights")
    gender = _prose(_("gender"), "gender")
    legal_basis = _prose(_("legal basis"), "legal_basis")
    source = _prose(_("source"), "source")
    attribution = models.CharField(
        _("attribution"), max_length=12, choices=Attribution, default=Attribution.ANONYMOUS
    )
    credit = _line(_("credit"), "credit")

    # The sentence that was agreed to, in the language in which it was read.
    consent = models.TextField(_("consent"), blank=True)
    consented_at = models.DateTimeField(_("consented at"), null=True, blank=True)

    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    in_review_at = models.DateTimeField(_("taken into review at"), null=True, blank=True)
    returned_at = models.DateTimeField(_("sent back at"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    # Why it was sent back last, or declined.
    reason = models.TextField(_("reason"), blank=True)

    page_id = models.BigIntegerField(_("page"), null=True, blank=True, db_index=True)
    # The page's revision that holds what the author wrote last: what differs from it is new.
    revision_id = models.BigIntegerField(_("revision"), null=True, blank=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-updated_at", "-pk"]
        indexes = [models.Index(fields=["state", "-submitted_at"], name="guides_submission_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="guides_submission_state_known"),
            models.CheckConstraint(
                condition=~_KEPT | Q(consented_at__isnull=False, submitted_at__isnull=False) & ~Q(consent=""),
                name="guides_submission_consented",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(REASONED)) | ~Q(reason=""), name="guides_submission_reasoned"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.IN_REVIEW, State.ACCEPTED, State.PUBLISHED])
                | Q(page_id__isnull=False),
                name="guides_submission_has_page",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PUBLISHED, published_at__isnull=False)
                | ~Q(state=State.PUBLISHED) & Q(published_at__isnull=True),
                name="guides_submission_published",
            ),
            models.CheckConstraint(
                condition=~Q(attribution=Attribution.ANONYMOUS) | Q(credit=""),
                name="guides_submission_anonymous",
            ),
            models.UniqueConstraint(
                fields=["page_id"],
                condition=Q(page_id__isnull=False),
                name="guides_submission_page_once",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_anonymous(self) -> bool:
        return self.attribution == Attribution.ANONYMOUS


class SubmissionTerm(models.Model):
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="terms")
    # Nobody who looks after the terms can see a draft: it can't stand in their way.
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="+", verbose_name=_("term"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "term"], name="guides_submission_term_once")
        ]

    def __str__(self):
        return str(self.term)


def stored_as(instance, filename: str) -> str:
    """No part of the name is the sender's; `cms.media` serves nothing of this folder."""
    return f"submissions/{instance.submission.uuid}/{instance.uuid}.{instance.kind}"


class SubmissionFile(models.Model):
    """A file that goes with a submission: for its author and the staff, never shown to readers.

    Personal data: what it holds, and its name.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to=stored_as, max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=[(kind, kind) for kind in ATTACHMENT_KINDS])
    name = models.CharField(_("name"), max_length=120)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, editable=False)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "sha256"], name="guides_submission_file_once")
        ]

    def __str__(self):
        return self.name
