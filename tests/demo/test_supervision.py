"""The demo's processes: a busy port is said, the dead are started again and given up in the end, all are stopped."""

import os
import signal
import socket
import sys
import time

import pytest
from django.core.management.base import CommandError

from cms.demo import supervision
from cms.demo.preparation import only_one
from cms.demo.supervision import Child, Supervisor, answers, check_port, wait_before_restart


def child(name, code, tmp_path):
    return Child(name, [sys.executable, "-c", code], dict(os.environ), tmp_path)


SLEEPS = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "pathlib.Path('ready').touch(); time.sleep(60)"
)


def test_a_port_that_is_taken_is_said_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"PORT={port + 1}"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_cannot_be_is_refused(port):
    with pytest.raises(CommandError, match="between 1 and 65535"):
        check_port("127.0.0.1", port)


def test_nobody_listening_answers_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert answers("127.0.0.1", port) is False


def test_one_demo_a_checkout(tmp_path):
    refused = pytest.raises(CommandError, match=f"process {os.getpid()}")
    with only_one(tmp_path / "lock"), refused, only_one(tmp_path / "lock"):
        pass
    with only_one(tmp_path / "lock"):
        pass


def test_the_wait_before_a_restart_doubles_up_to_half_a_minute():
    assert [wait_before_restart(deaths) for deaths in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_what_dies_is_started_again_and_given_up_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(supervision, "wait_before_restart", lambda deaths: 0.0001)
    monkeypatch.setattr(supervision, "DEATHS_ALLOWED", 2)
    said = []
    sound, broken = child("sound", SLEEPS, tmp_path), child("broken", "import sys; sys.exit(3)", tmp_path)
    with Supervisor([sound, broken], say=said.append) as supervisor:
        assert supervisor.wait_until(lambda: False, seconds=20) is False
        assert sound.runs
    assert supervisor.failed == "broken"
    assert len(said) == 3
    assert said[0].startswith("The broken stopped (code 3)")
    assert not sound.runs


def test_a_signal_stops_all_and_the_stubborn_too(tmp_path, monkeypatch):
    monkeypatch.setattr(supervision, "GRACE_SECONDS", 0.5)
    before = signal.getsignal(signal.SIGTERM)
    children = [child("sleeper", SLEEPS, tmp_path), child("stubborn", STUBBORN, tmp_path)]
    began = time.monotonic()
    with Supervisor(children, say=print) as supervisor:
        assert supervisor.wait_until(lambda: (tmp_path / "ready").exists(), seconds=20)
        os.kill(os.getpid(), signal.SIGTERM)
        supervisor.watch()
    assert not supervisor.failed
    assert not any(each.runs for each in children)
    assert children[1].process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 25
    assert signal.getsignal(signal.SIGTERM) is before
