"""What load balancers are told: live always, ready only when everything that is needed is there, and no secrets."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from cms.core import health
from cms.core.health import NotReady, findings, live, readiness, ready
from cms.core.ops_models import beat


@pytest.fixture(autouse=True)
def forgetful(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(health, "_remembered", None)
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def all_run(db):
    beat("scheduler", timezone.now())
    beat("worker:a", timezone.now())


def answer():
    import json

    response = ready(RequestFactory().get("/health/ready/"))
    return response.status_code, json.loads(response.content)


def failing():
    return {finding.name for finding in findings(timezone.now()) if not finding.ready}


def test_live_asks_nobody():
    # without access to the database
    assert live(RequestFactory().get("/health/live/")).status_code == 200


def test_ready_when_everything_runs(all_run, tmp_path):
    status, body = answer()
    assert status == 200
    assert body["status"] == "ready"
    assert {"database", "cache", "storage", "scheduler", "worker"} <= set(body["checks"])
    assert all(check == {"ready": True} for check in body["checks"].values())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_a_missing_scheduler_and_worker_are_named():
    status, body = answer()
    assert status == 503
    assert body["checks"]["scheduler"] == {"ready": False, "reason": "No scheduler is running."}
    assert body["checks"]["worker"] == {"ready": False, "reason": "No worker is running."}
    assert body["checks"]["database"] == {"ready": True}


def test_silence_is_noticed(all_run):
    beat("scheduler", timezone.now() - timedelta(seconds=61))
    beat("worker:a", timezone.now() - timedelta(seconds=61))
    assert failing() == {"scheduler", "worker"}
    beat("worker:b", timezone.now())
    assert failing() == {"scheduler"}


def test_a_storage_that_cannot_be_written_is_noticed(all_run, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file"
    assert failing() == {"storage"}


def test_an_exceptions_words_are_logged_and_not_shown(all_run, caplog):
    @readiness("broken")
    def broken(now):
        raise RuntimeError("password=hunter2 at db.internal")

    status, body = answer()
    assert status == 503
    assert body["checks"]["broken"] == {"ready": False, "reason": "The check failed; the log says why."}
    assert "hunter2" not in str(body)
    assert "hunter2" in caplog.text


def test_packages_above_add_their_own_once(all_run):
    @readiness("outbox")
    def outbox(now):
        raise NotReady("The outbox is an hour behind.")

    with pytest.raises(ValueError, match="outbox"):
        readiness("outbox")(outbox)
    assert failing() == {"outbox"}


def test_asking_often_costs_one_look(all_run, django_assert_num_queries):
    answer()
    with django_assert_num_queries(0):
        assert answer()[0] == 200
