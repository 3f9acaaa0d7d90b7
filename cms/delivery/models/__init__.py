"""Keys of programs that read. One module an idea; import from here."""

from .keys import ApiKey, ApiKeySecret, KeyUse, Scope

__all__ = ["ApiKey", "ApiKeySecret", "KeyUse", "Scope"]
