"""Who is asking: the session of our own pages, or the session token of the accounts library's headless API.

`authentication_classes = SIGNED_IN` on a view takes both. A token that is waiting for its second factor is nobody's:
allauth signs in only after the last stage. A credential that is not good is 401, never read as nobody's.
"""

import re

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission

from .errors import BadCredential, NotSignedIn

# REST framework answers 401 instead of 403 only where the first class says how to sign in.
CHALLENGE = 'Bearer realm="api"'

# Anything else (a NUL, a novel) is not asked of the database.
_TOKEN = re.compile(r"[A-Za-z0-9._-]{8,200}")


class TokenAuthentication(XSessionTokenAuthentication):
    """`X-Session-Token: …` or `Authorization: Bearer …`. Raises BadCredential for a token that is not good."""

    def authenticate(self, request):
        token = self.get_session_token(request)
        if token is None:
            return None
        found = super().authenticate(request) if _TOKEN.fullmatch(token) else None
        if found is None or not found[0].is_active:
            raise BadCredential
        return found

    def get_session_token(self, request):
        token = request.headers.get("X-Session-Token")
        if token is not None:
            return token
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        return value.strip() if scheme.lower() == "bearer" else None

    def authenticate_header(self, request):
        return CHALLENGE


class CookieAuthentication(SessionAuthentication):
    """The session cookie of our own pages, with the CSRF token on everything that writes."""

    def authenticate(self, request):
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not user.is_active:
            return None
        return super().authenticate(request)

    def authenticate_header(self, request):
        return CHALLENGE


SIGNED_IN = (TokenAuthentication, CookieAuthentication)


class IsSignedIn(BasePermission):
    """Somebody who is signed in; anybody else gets 401."""

    def has_permission(self, request, view):
        if request.user is None or not request.user.is_authenticated:
            raise NotSignedIn
        return True


class Anybody(BasePermission):
    """Everybody; what they get is decided further in."""

    def has_permission(self, request, view):
        return True
