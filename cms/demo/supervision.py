"""Keeping the demo's processes up: a port that is free, children that are started, watched and stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management.base import CommandError

GRACE_SECONDS = 15
# A child that lived this long is sound: its next death starts a new count.
SOUND_AFTER_SECONDS = 60
DEATHS_ALLOWED = 6


def check_port(host: str, port: int) -> None:
    """Raise CommandError if the web server couldn't listen there."""
    if not 0 < port < 65536:
        raise CommandError(f"PORT must lie between 1 and 65535, not {port}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CommandError(
                f"Port {port} needs special rights. Choose another: make demo PORT=8001"
            ) from None
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} isn't free ({error.strerror}). Choose another: make demo PORT={port + 1}"
            ) from None


def answers(host: str, port: int) -> bool:
    """Whether the web server answers a visitor."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/health/live/", timeout=10) as response:
            return response.status == 200
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _die_with_parent():
    """In a child, before it becomes its program: ask Linux to stop it when the supervisor is killed outright."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG


@dataclass
class Child:
    name: str
    command: list[str]
    env: dict
    folder: Path
    process: subprocess.Popen | None = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0

    def start(self):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, deadline: float):
        """Ask it to finish; end it when it hasn't by `deadline` (on the monotonic clock)."""
        if not self.runs:
            return
        self.process.terminate()
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def wait_before_restart(deaths: int) -> float:
    """Seconds until a child that died for the n-th time is started again: 1, 2, 4, … 30. Pure."""
    return float(min(2 ** (deaths - 1), 30))


@dataclass
class Supervisor:
    """Starts children, starts again those that die, gives up on one that keeps dying, stops all on a signal."""

    children: list[Child]
    say: Callable[[str], object]
    stopping: bool = False
    failed: str = ""
    _old: dict = field(default_factory=dict)

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._old[number] = signal.signal(number, self._stop)
        for child in self.children:
            child.start()
        return self

    def __exit__(self, *_):
        self.say("Stopping…")
        deadline = time.monotonic() + GRACE_SECONDS
        for child in reversed(self.children):
            child.stop(deadline)
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def _stop(self, number, frame):
        self.stopping = True

    def watch(self):
        """Look after the children until a signal comes or one of them can't be kept up."""
        self.wait_until(lambda: False, seconds=None)

    def wait_until(self, condition, seconds=90) -> bool:
        """Look after the children until `condition()` holds; whether it does. Not when a signal came or one failed."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self.stopping and not self.failed:
            self.look()
            if condition():
                return True
            if end is not None and time.monotonic() > end:
                self.failed = self.children[-1].name
            time.sleep(0.2)
        return False

    def look(self):
        """Notice deaths, and start again what has waited long enough."""
        now = time.monotonic()
        for child in self.children:
            if child.runs or self.stopping:
                continue
            if not child.again_at:
                child.deaths = 1 if now - child.started > SOUND_AFTER_SECONDS else child.deaths + 1
                if child.deaths > DEATHS_ALLOWED:
                    self.failed = child.name
                    return
                wait = wait_before_restart(child.deaths)
                child.again_at = now + wait
                self.say(
                    f"The {child.name} stopped (code {child.process.returncode}); again in {wait:.0f} s."
                )
            elif now >= child.again_at:
                child.again_at = 0.0
                child.start()
