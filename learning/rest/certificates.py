"""Certificates and the transcript of the caller; for everybody what a code says."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from cms.core.errors import BadInput, NotFound
from cms.rest.attachments import attachment
from cms.rest.throttling import CallerThrottle, count_origin
from learning.credentials import badges, holding, keys, papers, transcripts, verifying
from learning.reading import certificates as reading

from . import certificate_shapes as shapes
from . import paging
from .base import LOCALE, LOCALE_PARAMETER, PAGE_PARAMETERS, LearningView, OwnView
from .serializers import listing

KINDS = tuple(papers.MEDIA_TYPES)
REVOKED = OpenApiResponse(description="`certificate_revoked`")


class CodeThrottle(CallerThrottle):
    """Whoever asks for codes, signed in or not; pages and API count together."""

    def allow_request(self, request, view):
        self.verdict = view.rate_limit = count_origin("codes", request, settings.VERIFICATION_RATE)
        return self.verdict is None or self.verdict.allowed


class VerificationView(LearningView):
    """Whoever has a code learns the same, signed in or not."""

    authentication_classes = ()
    throttle_classes = (CallerThrottle, CodeThrottle)

    @extend_schema(
        operation_id="verify_certificate",
        parameters=[LOCALE_PARAMETER],
        responses=shapes.VerifiedSerializer,
        examples=[
            OpenApiExample("A certificate whose holder agreed", value=shapes.VERIFIED, response_only=True)
        ],
    )
    def get(self, request, code):
        """Whether a certificate is valid, expired or revoked, and what its holder lets others see. 404 for any other code."""
        found = verifying.verify(code, self.now)
        return {**found, "html_url": verifying.address_of(found["code"], self.reader.locale)}

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response


class OwnCertificatesView(OwnView):
    allowed_parameters = LOCALE | paging.PARAMETERS

    @extend_schema(
        operation_id="own_certificates",
        parameters=[LOCALE_PARAMETER, *PAGE_PARAMETERS],
        responses=listing("OwnCertificates", shapes.CertificateSerializer),
    )
    def get(self, request):
        """The caller's certificates, the first first."""
        rows = list(reversed(holding.own(request.user)))
        found = [reading.certificate_value(each, self.now, self.reader.locale) for each in rows]
        return paging.page(
            found,
            query=request.GET,
            salt="certificates",
            place=lambda each: [each["completed_at"].isoformat(), str(each["id"])],
        )


class OwnCertificateView(OwnView):
    @extend_schema(
        operation_id="own_certificate",
        parameters=[LOCALE_PARAMETER],
        responses=shapes.CertificateSerializer,
        examples=[OpenApiExample("A certificate", value=shapes.CERTIFICATE, response_only=True)],
    )
    def get(self, request, certificate):
        """One of the caller's certificates."""
        found = holding.own_one(request.user, certificate)
        return reading.certificate_value(found, self.now, self.reader.locale)

    @extend_schema(
        operation_id="change_own_certificate",
        parameters=[LOCALE_PARAMETER],
        request=shapes.ChoiceSerializer,
        responses={200: shapes.CertificateSerializer, 409: OpenApiResponse(description="`name_is_fixed`")},
    )
    def patch(self, request, certificate):
        """Decide whether those who verify see the name; give the name where none was known at issue."""
        data = self.fields("name_shown", "name")
        shown, name = data.get("name_shown"), data.get("name")
        if not isinstance(shown, bool | None) or ("name_shown" in data and shown is None):
            raise BadInput(code="bad_value", errors={"name_shown": ["true or false"]})
        if not isinstance(name, str | None) or ("name" in data and name is None):
            raise BadInput(code="bad_name", errors={"name": ["—"]})
        found = holding.choose(user=request.user, certificate_id=certificate, name_shown=shown, name=name)
        return reading.certificate_value(found, self.now, self.reader.locale)


class OwnCertificateFileView(OwnView):
    @extend_schema(
        operation_id="own_certificate_file",
        parameters=[LOCALE_PARAMETER, OpenApiParameter("kind", str, "path", enum=KINDS)],
        responses={
            **{(200, media_type): OpenApiTypes.BINARY for media_type in papers.MEDIA_TYPES.values()},
            409: REVOKED,
        },
    )
    def get(self, request, certificate, kind):
        """The certificate as `pdf`; its badge as `png` or `svg` with the credential baked in; the credential as `jwt`."""
        if kind not in KINDS:
            raise NotFound
        found = holding.own_one(request.user, certificate)
        content = papers.file_of(found, kind, email=request.user.email, now=self.now)
        return attachment(content, papers.MEDIA_TYPES[kind], reading.file_name(found, kind))


class RemindersView(OwnView):
    @extend_schema(
        operation_id="own_reminders", parameters=[LOCALE_PARAMETER], responses=shapes.RemindersSerializer
    )
    def get(self, request):
        """Whether the caller gets a mail before something of theirs ends."""
        return {"wanted": holding.wants_reminders(request.user)}

    @extend_schema(
        operation_id="choose_reminders",
        parameters=[LOCALE_PARAMETER],
        request=shapes.RemindersSerializer,
        responses=shapes.RemindersSerializer,
    )
    def put(self, request):
        """Turn these mails on or off. Twice is once; 404 before the first enrolment."""
        wanted = self.fields("wanted").get("wanted")
        if not isinstance(wanted, bool):
            raise BadInput(code="bad_value", errors={"wanted": [_("This must be true or false.")]})
        holding.choose_reminders(user=request.user, wanted=wanted, now=self.now)
        return {"wanted": wanted}


class TranscriptView(OwnView):
    @extend_schema(
        operation_id="own_transcript",
        parameters=[LOCALE_PARAMETER],
        responses=shapes.TranscriptSerializer,
        examples=[OpenApiExample("A transcript", value=shapes.TRANSCRIPT, response_only=True)],
    )
    def get(self, request):
        """All that the caller has enrolled in, what is completed first."""
        return transcripts.transcript(user=request.user, reader=self.reader, now=self.now)


class TranscriptFileView(OwnView):
    @extend_schema(
        operation_id="own_transcript_pdf",
        parameters=[LOCALE_PARAMETER],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request):
        """The same as PDF, in the language that is asked for."""
        found = transcripts.transcript(user=request.user, reader=self.reader, now=self.now)
        return attachment(papers.transcript_pdf(found), "application/pdf", "transcript.pdf")


# What verifiers fetch ---------------------------------------------------------------------------------------------


class BadgeView(LearningView):
    """Documents that credentials refer to: for everybody, from anywhere."""

    authentication_classes = ()

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        if response.status_code == 200:
            response["Cache-Control"] = "public, max-age=60"
        return response


class IssuerView(BadgeView):
    @extend_schema(operation_id="badge_issuer", responses=OpenApiTypes.OBJECT)
    def get(self, request):
        """Who issues badges: a Profile of Open Badges 3.0."""
        return badges.issuer_document()


class KeysView(BadgeView):
    @extend_schema(operation_id="badge_keys", responses=OpenApiTypes.OBJECT)
    def get(self, request):
        """The public keys that badges were and are signed with, as a JWK set."""
        return keys.jwks()


class KeyView(BadgeView):
    @extend_schema(operation_id="badge_key", responses=OpenApiTypes.OBJECT)
    def get(self, request, thumbprint):
        """One public key as a JWK: where `kid` of a credential leads."""
        found = keys.jwk(thumbprint)
        if found is None:
            raise NotFound
        return found


class AchievementView(BadgeView):
    @extend_schema(
        operation_id="badge_achievement", parameters=[LOCALE_PARAMETER], responses=OpenApiTypes.OBJECT
    )
    def get(self, request, key):
        """What completing a course means: an Achievement of Open Badges 3.0. Of public courses that offer certificates."""
        return badges.public_achievement(key, self.reader.locale)


class AchievementImageView(BadgeView):
    @extend_schema(
        operation_id="badge_image",
        parameters=[LOCALE_PARAMETER],
        responses={(200, "image/png"): OpenApiTypes.BINARY},
    )
    def get(self, request, key):
        """The picture of a course's badge, with no credential in it."""
        found = badges.public_achievement(key, self.reader.locale)
        return HttpResponse(
            papers.picture(found["name"], found["inLanguage"], "png"), content_type="image/png"
        )


class StatusListView(BadgeView):
    @extend_schema(operation_id="badge_status", responses={(200, "application/vc+jwt"): OpenApiTypes.BYTE})
    def get(self, request, number):
        """Which credentials were revoked: a Bitstring Status List (W3C), signed."""
        return HttpResponse(badges.status_list(number, self.now), content_type="application/vc+jwt")
