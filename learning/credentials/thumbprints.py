"""JWK thumbprints (RFC 7638). Pure."""

import base64
import hashlib
import json

_MEMBERS = {"RSA": ("e", "kty", "n")}


def thumbprint(public: dict) -> str:
    """The SHA-256 thumbprint of a public key, in base64url without padding."""
    required = {name: public[name] for name in _MEMBERS[public["kty"]]}
    text = json.dumps(required, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
