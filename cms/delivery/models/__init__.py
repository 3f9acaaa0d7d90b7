"""Keys of programs that read, and webhooks. One module an idea; import from here."""

from .keys import ApiKey, ApiKeySecret, KeyUse, Scope
from .webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookPosition, WebhookSecret

__all__ = [
    "ApiKey",
    "ApiKeySecret",
    "KeyUse",
    "Scope",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookPosition",
    "WebhookSecret",
]
