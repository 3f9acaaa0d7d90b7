"""Taking turns: one writer at a time, in the order of asking."""

import threading
from collections import deque
from collections.abc import Callable


class Turns:
    """A lock that is handed on to whoever has waited longest. Not reentrant; belongs to no thread.

    `threading.Lock` promises no order: under load somebody would wait until their patience ended, and be refused.
    """

    def __init__(self):
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._holds: Callable[[], bool] | None = None

    def take(self, seconds: float, holds: Callable[[], bool]) -> bool:
        """Wait for the turn, `seconds` at most. False: it didn't come.

        `holds()` says later, in whatever thread, whether the turn is still made use of: one that was never given back, by
        a thread that is gone, is taken away from it when somebody has waited in vain.
        """
        with self._guard:
            if self._holds is None:
                self._holds = holds
                return True
            place = threading.Lock()
            place.acquire()
            self._waiting.append(place)
        if place.acquire(timeout=seconds):
            self._holds = holds
            return True
        with self._guard:
            if place in self._waiting:
                self._waiting.remove(place)
                if self._holds():
                    return False
            # Else it was handed on in the very moment.
            self._holds = holds
            return True

    def give(self) -> None:
        """Hand the turn on."""
        with self._guard:
            if self._waiting:
                self._holds = _handed_on
                self._waiting.popleft().release()
            else:
                self._holds = None


def _handed_on() -> bool:
    return True
