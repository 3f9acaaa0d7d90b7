"""Who asks: `wrk` where it is installed, else our own generator; either is a process of its own."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .load import HOST, LEAST
from .servers import die_with_parent

CONNECTIONS = 4

_LUA = """
local all, next = {%s}, 0
request = function() next = next %% #all + 1; return all[next] end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("\\nBENCH {\\"requests\\": %%d, \\"seconds\\": %%f, \\"p50_ms\\": %%f, \\"p99_ms\\": %%f, \\"errors\\": %%d}\\n",
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


class Failed(Exception):
    """A measurement came to nothing: the server answered wrongly, or not at all."""


@dataclass(frozen=True)
class Window:
    """What one measurement saw."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Generator:
    """Asks a server for a while. `name` says with what."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.wrk = shutil.which("wrk")
        self.name = "wrk" if self.wrk else "own generator (cms.bench.load)"

    def hammer(self, port: int, requests: list[str], *, seconds: float, status: int = 200) -> Window:
        """Take the requests in turn over four connections. Raises Failed for any answer of another status."""
        if self.wrk:
            window = self._with_wrk(port, requests, seconds)
            # It stops on the second: of slow answers it counts too few to tell anything.
            if window.requests >= LEAST:
                return window
        found = self._ask(
            {
                "work": "hammer",
                "port": port,
                "requests": requests,
                "seconds": seconds,
                "connections": CONNECTIONS,
                "status": status,
            },
            timeout=seconds + 60,
        )
        if not found["requests"]:
            raise Failed("no request was answered in time: take longer windows (--seconds)")
        return Window(**found)

    def follow(self, port: int, path: str) -> dict:
        """Follow a feed to its end: see `load.follow`."""
        return self._ask({"work": "follow", "port": port, "path": path}, timeout=120)

    def _ask(self, job: dict, timeout: float) -> dict:
        done = _run([sys.executable, "-m", "cms.bench.load"], timeout=timeout, text=json.dumps(job))
        return json.loads(done)

    def _with_wrk(self, port, requests, seconds) -> Window:
        # wrk counts whole seconds, and errors from status 400 on.
        with tempfile.NamedTemporaryFile("w", suffix=".lua", dir=self.folder) as script:
            script.write(_LUA % ", ".join(json.dumps(each) for each in requests))
            script.flush()
            whole = max(1, round(seconds))
            options = ["-t1", f"-c{CONNECTIONS}", f"-d{whole}s", "-s", script.name]
            said = _run([self.wrk, *options, f"http://{HOST}:{port}/"], timeout=whole + 60)
        found = json.loads(said.rpartition("BENCH ")[2])
        if found.pop("errors"):
            raise Failed(f"wrk met errors: {said}")
        return Window(**found)


def _run(command: list[str], *, timeout: float, text: str = "") -> str:
    """Run a child to its end; it is stopped when we are, or when it takes too long."""
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    except subprocess.TimeoutExpired as problem:
        raise Failed(f"{command[0]} took longer than {timeout:.0f} s") from problem
    if done.returncode:
        raise Failed(done.stderr.strip()[-2000:] or f"{command[0]} ended with {done.returncode}")
    return done.stdout
