"""Who reads through the headless API. Cookies don't count here."""

from django.http import HttpRequest

from cms.core.audiences import ANONYMOUS
from cms.rest.api import BadCredential


def principals_of_request(request: HttpRequest) -> frozenset[str]:
    """The principals that a request reads as: nobody in particular's.

    Raises BadCredential where a credential came along: there are none that are good here, and reading on as nobody would
    hide that from its owner. What a proxy in front asks for itself (`Authorization: Basic`) is not ours.
    """
    if request.META.get("HTTP_AUTHORIZATION", "")[:7].lower() == "bearer ":
        raise BadCredential
    return ANONYMOUS
