"""Badges: what is signed with one library is checked with another, from published keys alone; the structure is that of Open
Badges 3.0 and of verifiable credentials, as their specifications have it."""

import base64
import gzip
import hashlib
import io
import json
from datetime import timedelta
from xml.etree import ElementTree

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from jwcrypto import jwk, jws
from PIL import Image
from wagtail.models import PageViewRestriction

from cms.core import sealing
from learning.credentials import badges, baking, keys, papers, revoking
from learning.models import SigningKey
from tests.learning import factories

URI = {"type": "string", "pattern": "^(https?://|urn:uuid:)"}
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"}
KINDS = {"type": "array", "items": TEXT, "minItems": 1}

# The structure that the specification asks for, in our words: what is required, of which kind, and nothing of a person.
PROFILE = {
    "type": "object",
    "required": ["id", "type", "name"],
    "properties": {"id": URI, "type": {"contains": {"const": "Profile"}}, "name": TEXT, "url": URI},
}
ACHIEVEMENT = {
    "type": "object",
    "required": ["id", "type", "name", "description", "criteria"],
    "properties": {
        "id": URI,
        "type": {"contains": {"const": "Achievement"}},
        "name": TEXT,
        "description": TEXT,
        "criteria": {"type": "object", "properties": {"id": URI, "narrative": TEXT}, "minProperties": 1},
        "image": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"id": URI, "type": {"const": "Image"}},
        },
        "inLanguage": TEXT,
        "version": TEXT,
        "creator": PROFILE,
    },
}
IDENTITY = {
    "type": "object",
    "required": ["type", "hashed", "identityHash", "identityType"],
    "properties": {
        "type": {"const": "IdentityObject"},
        "hashed": {"const": True},
        "identityHash": {"pattern": r"^sha256\$[0-9a-f]{64}$"},
        "identityType": {"const": "emailAddress"},
        "salt": {"type": "string", "minLength": 16},
    },
    "additionalProperties": False,
}
CREDENTIAL = {
    "type": "object",
    "required": [
        "@context",
        "id",
        "type",
        "issuer",
        "validFrom",
        "credentialSubject",
        "iss",
        "jti",
        "sub",
        "nbf",
    ],
    "properties": {
        "@context": {
            "type": "array",
            "minItems": 2,
            "prefixItems": [
                {"const": "https://www.w3.org/ns/credentials/v2"},
                {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context"},
            ],
        },
        "id": URI,
        "type": {
            **KINDS,
            "allOf": [
                {"contains": {"const": "VerifiableCredential"}},
                {"contains": {"enum": ["OpenBadgeCredential", "AchievementCredential"]}},
            ],
        },
        "name": TEXT,
        "issuer": PROFILE,
        "validFrom": MOMENT,
        "validUntil": MOMENT,
        "awardedDate": MOMENT,
        "credentialSubject": {
            "type": "object",
            "required": ["id", "type", "achievement"],
            "properties": {
                "id": URI,
                "type": {"contains": {"const": "AchievementSubject"}},
                "identifier": {"type": "array", "items": IDENTITY, "minItems": 1},
                "achievement": ACHIEVEMENT,
            },
            "additionalProperties": False,
        },
        "credentialStatus": {
            "type": "object",
            "required": ["type", "statusPurpose", "statusListIndex", "statusListCredential"],
            "properties": {
                "id": URI,
                "type": {"const": "BitstringStatusListEntry"},
                "statusPurpose": {"const": "revocation"},
                "statusListIndex": {"type": "string", "pattern": "^[0-9]+$"},
                "statusListCredential": URI,
            },
        },
        "nbf": {"type": "integer"},
        "exp": {"type": "integer"},
    },
}


def fetch(url, status=200):
    """What a verifier somewhere gets from an address of ours."""
    path = url.removeprefix("http://testserver")
    assert path != url, url
    response = Client().get(path)
    assert response.status_code == status, (url, response.content)
    return response


def checked(token):
    """The payload of a compact JWS whose key was fetched from where its header says, checked by jwcrypto."""
    parsed = jws.JWS()
    parsed.deserialize(token)
    header = parsed.jose_header
    assert header["alg"] == "RS256"
    published = fetch(header["kid"]).json()
    assert set(published) == {"kty", "n", "e", "kid", "use", "alg"}  # nothing private
    parsed.verify(jwk.JWK(**published))
    return json.loads(parsed.payload)


@pytest.fixture
def token(certificate, holder):
    return badges.signed(certificate, holder.email, timezone.now())


def test_another_library_verifies_it_with_the_published_key(token, certificate, holder):
    payload = checked(token)
    jsonschema.Draft202012Validator(CREDENTIAL).validate(payload)
    subject = payload["credentialSubject"]
    assert payload["iss"] == payload["issuer"]["id"]
    assert payload["jti"] == payload["id"]
    assert payload["sub"] == subject["id"]
    assert payload["nbf"] == int(certificate.issued_at.timestamp())
    assert payload["exp"] == int(certificate.expires_at.timestamp())
    assert subject["achievement"]["name"] == "A course"
    fetched = fetch(payload["issuer"]["id"]).json()
    assert fetched["name"] == payload["issuer"]["name"]
    listed = fetch("http://testserver/.well-known/jwks.json").json()["keys"]
    assert [each["kid"] for each in listed] == [keys.signer(timezone.now()).kid]


def test_it_names_nobody(token, holder):
    payload = checked(token)
    text = json.dumps(payload)
    for word in (holder.email, holder.first_name, holder.last_name, str(holder.uuid)):
        assert word not in text
    (identity,) = payload["credentialSubject"]["identifier"]
    digest = hashlib.sha256((holder.email + identity["salt"]).encode()).hexdigest()
    assert identity["identityHash"] == f"sha256${digest}"


def test_two_badges_of_one_person_have_nothing_in_common(offering, site, committed, holder, complete):
    other = factories.course(
        site, committed, {"M": [("first", "lesson", {})]}, title="Another", certificate_offered=True
    )
    one, two = (
        badges.credential(complete(each, holder), holder.email)["credentialSubject"]
        for each in (offering, other)
    )
    assert one["id"] != two["id"]
    assert one["identifier"][0]["salt"] != two["identifier"][0]["salt"]
    assert one["identifier"][0]["identityHash"] != two["identifier"][0]["identityHash"]


@pytest.mark.parametrize("part", [1, 2])
def test_what_was_changed_is_refused(token, part):
    parts = token.split(".")
    raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=="))
    raw[10] ^= 1
    parts[part] = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    with pytest.raises(jws.InvalidJWSSignature):
        checked(".".join(parts))


def test_a_rotated_key_still_verifies_what_it_signed_and_signs_nothing(token, certificate, holder):
    before = SigningKey.objects.get()
    call_command("signing_key", rotate=True)
    assert checked(token)["name"] == "A course"
    after = badges.signed(certificate, holder.email, timezone.now())
    assert checked(after)["jti"] == checked(token)["jti"]
    headers = [json.loads(base64.urlsafe_b64decode(each.split(".")[0] + "==")) for each in (token, after)]
    assert headers[0]["kid"] != headers[1]["kid"]
    before.refresh_from_db()
    assert (before.signs, before.sealed) == (False, "")
    assert len(fetch("http://testserver/.well-known/jwks.json").json()["keys"]) == 2


def test_private_keys_lie_sealed(token, settings, certificate, holder):
    sealed = SigningKey.objects.get().sealed
    assert "PRIVATE" not in sealed
    assert "PRIVATE" in sealing.unseal("credentials", sealed)
    assert sealing.unseal("webhooks", sealed) is None
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(Exception) as refused:
        badges.signed(certificate, holder.email, timezone.now())
    assert refused.value.code == "signing_key_sealed"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert checked(badges.signed(certificate, holder.email, timezone.now()))


# Revocations ------------------------------------------------------------------------------------------------------


def bit(payload):
    """Whether a credential was revoked, as a verifier finds out."""
    entry = payload["credentialStatus"]
    response = fetch(entry["statusListCredential"])
    assert response["Content-Type"] == "application/vc+jwt"
    listed = checked(response.content.decode())
    assert listed["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert listed["id"] == entry["statusListCredential"]
    subject = listed["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    encoded = subject["encodedList"]
    assert encoded[0] == "u"
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert len(bits) >= 16_384
    index = int(entry["statusListIndex"])
    return bits[index // 8] >> (7 - index % 8) & 1


def test_a_revocation_is_told_by_the_status_list(token, certificate, holder, offering, complete):
    other_holder = factories.person("other@example.org")
    other = badges.credential(complete(offering, other_holder), other_holder.email)
    payload = checked(token)
    assert bit(payload) == 0
    revoking.revoke(
        certificate_id=certificate.uuid,
        by=factories.person("admin@example.org", is_superuser=True),
        reason="A mistake",
        now=timezone.now(),
    )
    assert bit(payload) == 1
    assert bit(other) == 0
    certificate.refresh_from_db()
    for kind in papers.MEDIA_TYPES:
        with pytest.raises(Exception) as refused:
            papers.file_of(certificate, kind, email=holder.email, now=timezone.now())
        assert refused.value.code == "certificate_revoked"


def test_a_status_list_that_holds_nobody_is_not_there(token):
    fetch("http://testserver/api/learning/v1/badges/status/1/", 404)
    fetch("http://testserver/api/learning/v1/badges/keys/unknown/", 404)


# Achievements -----------------------------------------------------------------------------------------------------


def test_achievements_are_public_in_each_language(offering, committed, token):
    factories.translated_course(committed, offering, "fr")
    url = checked(token)["credentialSubject"]["achievement"]["id"]
    found = fetch(url).json()
    jsonschema.Draft202012Validator(ACHIEVEMENT).validate(found)
    assert (found["name"], found["inLanguage"]) == ("A course", "en")
    (related,) = found["related"]
    french = fetch(related["id"]).json()
    assert (french["name"], french["inLanguage"], french["id"]) == ("Un cours", "fr", related["id"])
    assert "Un cours" in french["criteria"]["narrative"]
    picture = fetch(found["image"]["id"])
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"


def test_a_restricted_course_has_no_public_achievement(offering, committed, token):
    url = checked(token)["credentialSubject"]["achievement"]["id"]
    with committed():
        PageViewRestriction.objects.create(page=offering.course, restriction_type=PageViewRestriction.LOGIN)
    fetch(url, 404)
    fetch(url.replace("/?", "/image/?"), 404)


def test_a_course_that_offers_none_has_no_achievement(world):
    fetch(f"http://testserver/api/learning/v1/badges/achievements/{world.key}/", 404)


# Baking -----------------------------------------------------------------------------------------------------------


def test_a_png_holds_the_credential_once_and_uncompressed(certificate, holder):
    content = papers.file_of(certificate, "png", email=holder.email, now=timezone.now())
    picture = Image.open(io.BytesIO(content))
    picture.load()
    assert picture.size[0] == picture.size[1] >= 400
    assert checked(picture.text["openbadgecredential"])["name"] == "A course"
    assert content.count(b"openbadgecredential") == 1
    with pytest.raises(ValueError, match="already"):
        baking.bake_png(content, "a.b.c")
    with pytest.raises(ValueError, match="PNG"):
        baking.bake_png(b"GIF89a", "a.b.c")


def test_an_svg_holds_the_credential_directly_below_its_root(certificate, holder):
    content = papers.file_of(certificate, "svg", email=holder.email, now=timezone.now()).decode()
    root = ElementTree.fromstring(content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    first = root[0]
    assert first.tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert checked(first.get("verify"))["name"] == "A course"
    assert "<script" not in content
    with pytest.raises(ValueError, match="already"):
        baking.bake_svg(content, "a.b.c")


def test_an_expired_certificate_says_so_in_its_badge(offering, holder, complete):
    certificate = complete(offering, holder, at=timezone.now() - timedelta(days=400))
    payload = badges.credential(certificate, holder.email)
    assert payload["exp"] < timezone.now().timestamp()
