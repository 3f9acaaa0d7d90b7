"""The servers that are measured: children of ours on free ports, stopped by their ids whatever happens."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 10
# As `manage.py demo` starts it: one process, and more threads than this only wait for one another.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


def die_with_parent() -> None:
    """In a child, before it becomes its program: Linux stops it should we be killed outright."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Server:
    """`with Server("cms.wsgi:application", folder, env, ready="/health/live/") as server: server.port`."""

    def __init__(self, application: str, folder: Path, env: dict[str, str], *, ready: str = "/"):
        self.application, self.folder, self.env, self.ready = application, folder, env, ready
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        command = [
            *(
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--host",
                HOST,
                "--port",
                str(self.port),
            ),
            *("--workers", "1", "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning"),
            *("--workers-kill-timeout", str(STOP_SECONDS - 5), self.application),
        ]
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.application} stopped at once (code {self.process.returncode})")
            with contextlib.suppress(OSError):
                self.get(self.ready)
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.application} didn't answer within {START_SECONDS} s")

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, Message, bytes]:
        """One request: status, headers, body. Statuses from 300 on are answers too; raises OSError without one."""
        request = urllib.request.Request(f"http://{HOST}:{self.port}{path}", headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read()

    def stop(self) -> None:
        """Ask it to finish, and end its group when it hasn't."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _of_worker(self, name: str) -> str:
        """A file of Linux's about the process that does the work. Raises OSError or IndexError elsewhere."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return Path(f"/proc/{children[-1]}/{name}").read_text()

    @property
    def mebibytes(self) -> int | None:
        """What the worker has occupied at most so far; None where the system doesn't say."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(self._of_worker("status").partition("VmHWM:")[2].split()[0]) // 1024
        return None

    @property
    def processor_seconds(self) -> float | None:
        """Time that the worker has spent on a processor; None where the system doesn't say."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            # After the name in brackets: utime and stime are the 14th and 15th field of all.
            fields = self._of_worker("stat").rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return None
