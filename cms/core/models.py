"""Models of the platform itself."""

from .language_models import Language
from .ops_models import Heartbeat

__all__ = ["Heartbeat", "Language"]
