"""How our views describe themselves in the OpenAPI description.

A view says with drf-spectacular's `extend_schema` what it takes and gives. What every view has in common is added here:
the problems that any call may meet, and the headers of limits and conditional requests.
"""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). `code` is stable, `detail` is for people, `message` says the same.",
    "required": ["type", "title", "status", "code", "detail", "message"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "examples": ["not_found"]},
        "detail": {"type": "string"},
        "message": {"type": "string"},
        "request_id": {"type": "string"},
        "parameter": {"type": "string", "description": "The query parameter that is wrong."},
        "errors": {
            "type": "object",
            "description": "Per field what is wrong with it.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "additionalProperties": True,
}

RESPONSES = {
    "400": "The request is wrong; the problem says where.",
    "401": "A credential is missing or not good.",
    "403": "Known to exist, but not yours to do.",
    "404": "There is nothing here, or nothing that you may see.",
    "409": "It doesn't fit the present state.",
    "410": "No longer available in this form.",
    "413": "The request is too large.",
    "415": "Send JSON.",
    "422": "It contradicts an earlier request.",
    "429": "Too many requests; `Retry-After` says for how many seconds.",
}


class ApiSchema(AutoSchema):
    """Adds to each operation the problems that it may answer; tags it by the part of the API that it is in."""

    def get_tags(self):
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        # /api/v2/pages/… is "pages", /api/learning/v1/… is "learning".
        return [parts[1] if parts[1] != "v2" else parts[2]] if len(parts) > 2 else ["api"]

    def get_operation(self, *args, **kwargs):
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        statuses = {"400", "401", "429"}
        if "{" in self.path:
            statuses.add("404")
        if self.method not in ("GET", "HEAD"):
            statuses |= {"413", "415"}
        handler = getattr(self.view, self.method.lower(), None)
        if getattr(handler, "idempotent", False):
            statuses |= {"409", "422"}
            operation.setdefault("parameters", []).append(IDEMPOTENCY_PARAMETER)
        statuses |= {str(status) for status in getattr(self.view, "problem_statuses", ())}
        for status in sorted(statuses):
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
        return operation


IDEMPOTENCY_PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Makes the request repeatable for 30 days: the same key and body have their effect once.",
}


def add_problems(result, generator, request, public):
    """Postprocessing hook: the components that operations refer to."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {
        f"Problem{status}": {
            "description": description,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, description in RESPONSES.items()
    }
    return result


def only_ours(endpoints):
    """Preprocessing hook: the endpoints under /api/; the accounts library describes its own."""
    return [each for each in endpoints if each[0].startswith("/api/")]


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "cms.rest.authentication.TokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema):
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The session token that `/_allauth/app/v1/` gives at sign-in; also as `X-Session-Token`.",
        }


class CookieScheme(OpenApiAuthenticationExtension):
    target_class = "cms.rest.authentication.CookieAuthentication"
    name = "cookie"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "The session of our own pages, with `X-CSRFToken` on everything that writes.",
        }
