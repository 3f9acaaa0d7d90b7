"""The shapes of certificates and transcripts, for the API's description, with examples."""

from rest_framework import serializers as s

from learning.credentials import rules, verifying
from learning.progress.models import Enrolment

STATUSES = [rules.VALID, rules.EXPIRED, rules.REVOKED]
CODE = "3F8K-WQ2M-ZT6R-0CVB-N7YD-5HPX-JS4G"
COURSE = "5d2e1c34-6f2b-4f7e-9a54-0d8a1f5b7c21"
ADDRESS = f"https://compendium.example/en/verify/{CODE}/"
_BASE = {
    "course": COURSE,
    "title": "Protecting religious sites together",
    "locale": "en",
    "edition": 2,
    "completed_on": "2026-03-31",
    "issued_at": "2026-03-31T09:12:44Z",
    "expires_on": "2028-03-31",
    "expires_at": "2028-04-01T00:00:00Z",
    "revoked_at": None,
}
VERIFIED = {
    "code": CODE,
    "status": "valid",
    **_BASE,
    "holder": {"state": "named", "name": "A Learner"},
    "html_url": ADDRESS,
}
CERTIFICATE = {
    "id": "0b0a0f0e-7d0b-4b53-8f57-7f2c6a3d9e10",
    "code": CODE,
    "status": "valid",
    **_BASE,
    "completed_at": "2026-03-31T09:12:44Z",
    "name": "A Learner",
    "name_shown": True,
    "renews": None,
    "renewable": False,
    "verification_url": ADDRESS,
    "html_url": "https://compendium.example/en/learn/certificates/0b0a0f0e-7d0b-4b53-8f57-7f2c6a3d9e10/",
    "files": [
        {
            "kind": "pdf",
            "url": "https://compendium.example/api/learning/v1/me/certificates/"
            "0b0a0f0e-7d0b-4b53-8f57-7f2c6a3d9e10/files/pdf/",
        }
    ],
}
TRANSCRIPT = {
    "learner": "c1f0f7de-58b5-4f6a-8d5b-6a1d2e3f4a5b",
    "name": "A Learner",
    "locale": "en",
    "made_at": "2026-04-02T08:00:00Z",
    "items": [
        {
            "enrolment": "9b3f2c1a-0d4e-4a5b-8c6d-7e8f9a0b1c2d",
            "course": COURSE,
            "title": "Protecting religious sites together",
            "locale": "en",
            "code": "PRS-1",
            "edition": 2,
            "state": "completed",
            "enrolled_at": "2026-03-01T10:00:00Z",
            "completed_at": "2026-03-31T09:12:44Z",
            "progress_bp": 10_000,
            "score_bp": 9_250,
            "certificate": {
                "id": "0b0a0f0e-7d0b-4b53-8f57-7f2c6a3d9e10",
                "code": CODE,
                "status": "valid",
                "expires_on": "2028-03-31",
            },
        }
    ],
}


class HolderSerializer(s.Serializer):
    state = s.ChoiceField(
        [verifying.NAMED, verifying.PRIVATE, verifying.REMOVED],
        help_text="`removed`: it was issued, and its holder was removed since.",
    )
    name = s.CharField(allow_null=True, help_text="Only where the holder agreed.")


class _FactsSerializer(s.Serializer):
    code = s.CharField(help_text="In groups of four.")
    status = s.ChoiceField(STATUSES)
    course = s.UUIDField()
    title = s.CharField(help_text="The course's, at issue.")
    locale = s.CharField(help_text="The language of the title.")
    edition = s.IntegerField()
    completed_on = s.DateField()
    issued_at = s.DateTimeField()
    expires_on = s.DateField(allow_null=True, help_text="The last day, in the site's time zone.")
    expires_at = s.DateTimeField(allow_null=True, help_text="The first moment after the last day.")
    revoked_at = s.DateTimeField(allow_null=True)


class VerifiedSerializer(_FactsSerializer):
    holder = HolderSerializer()
    html_url = s.CharField()


class CertificateFileSerializer(s.Serializer):
    kind = s.ChoiceField(["pdf", "png", "svg", "jwt"])
    url = s.CharField()


class CertificateSerializer(_FactsSerializer):
    id = s.UUIDField()
    completed_at = s.DateTimeField()
    name = s.CharField(help_text="As at issue; empty where none was known: it may be given once.")
    name_shown = s.BooleanField(help_text="Whether those who verify see the name.")
    renews = s.UUIDField(allow_null=True, help_text="The earlier certificate that this one follows.")
    renewable = s.BooleanField(help_text="Whether it is time for a renewal.")
    verification_url = s.CharField()
    html_url = s.CharField()
    files = CertificateFileSerializer(many=True, help_text="None once it is revoked.")


class ChoiceSerializer(s.Serializer):
    name_shown = s.BooleanField(required=False)
    name = s.CharField(required=False, max_length=300)


class RemindersSerializer(s.Serializer):
    wanted = s.BooleanField(
        help_text="A mail before a certificate expires, and before the time for a course ends."
    )


class TranscriptCertificateSerializer(s.Serializer):
    id = s.UUIDField()
    code = s.CharField()
    status = s.ChoiceField(STATUSES)
    expires_on = s.DateField(allow_null=True)


class TranscriptItemSerializer(s.Serializer):
    enrolment = s.UUIDField()
    course = s.UUIDField()
    title = s.CharField()
    locale = s.CharField()
    code = s.CharField(help_text="The course's.")
    edition = s.IntegerField()
    state = s.ChoiceField(Enrolment.State.choices)
    enrolled_at = s.DateTimeField()
    completed_at = s.DateTimeField(allow_null=True)
    progress_bp = s.IntegerField()
    score_bp = s.IntegerField(allow_null=True)
    certificate = TranscriptCertificateSerializer(allow_null=True)


class TranscriptSerializer(s.Serializer):
    learner = s.UUIDField(allow_null=True, help_text="The pseudonym; null before the first enrolment.")
    name = s.CharField()
    locale = s.CharField()
    made_at = s.DateTimeField()
    items = TranscriptItemSerializer(many=True)
