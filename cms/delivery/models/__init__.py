"""Keys of programs that read, webhooks, drafts for other front ends. One module an idea; import from here."""

from .keys import ApiKey, ApiKeySecret, KeyUse, Scope
from .previews import PreviewDraft
from .webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookPosition, WebhookSecret

__all__ = [
    "ApiKey",
    "ApiKeySecret",
    "KeyUse",
    "PreviewDraft",
    "Scope",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookPosition",
    "WebhookSecret",
]
