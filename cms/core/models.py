"""Models of the platform itself."""

from .ops_models import Heartbeat

__all__ = ["Heartbeat"]
