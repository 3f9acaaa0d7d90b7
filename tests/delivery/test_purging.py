"""Caches in front are told what a change touches: after the commit, by a worker, as often as it takes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.contrib.redirects.models import Redirect

from cms.core.tasks import policy_of, retry_failed
from cms.delivery import checks
from cms.delivery.purging import backends, tasks
from cms.delivery.purging.http import KEYS_A_REQUEST, HttpPurge
from cms.delivery.purging.urls import WagtailPurge
from tests import world

from .conftest import API
from .receiver import Handler, Receiver


class Cache(Handler):
    def do_PURGE(self):
        self.server.got.append((self.command, self.path, self.headers["Host"], self.headers["Surrogate-Key"]))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    do_BAN = do_PURGE


@pytest.fixture
def cache(settings):
    server = Receiver()
    server.RequestHandlerClass = Cache
    settings.PURGE_BACKEND = "http"
    settings.PURGE_URLS = [server.url]
    yield server
    server.shutdown()
    server.server_close()


def waiting():
    """What the tasks that wait are to have forgotten: [(keys, paths)]."""
    rows = DBTaskResult.objects.filter(task_path=tasks.purge.module_path, status=TaskResultStatus.READY)
    return [tuple(set(each) for each in row.args_kwargs["args"]) for row in rows.order_by("enqueued_at")]


def test_nothing_is_noted_and_nothing_may_be_kept_without_a_backend(client, library, committed):
    with committed():
        world.publish(library["one"], title="Another")
    assert waiting() == []
    answer = client.get(f"{API}/pages/{library['one'].pk}/")
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer["Vary"] == "Accept-Encoding"


def test_with_one_anonymous_answers_may_be_kept_for_a_minute(client, library, cache):
    for path in (f"{API}/pages/{library['one'].pk}/", f"{API}/pages/", f"{API}/site/"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
        assert answer["Vary"] == "Accept-Encoding, Authorization"
        again = client.get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again["Cache-Control"]) == (304, answer["Cache-Control"])
    page = client.get(library["one"].url)
    assert "s-maxage=60" in page["Cache-Control"]
    assert {each.strip() for each in page["Vary"].split(",")} >= {
        "Accept-Encoding",
        "Authorization",
        "Cookie",
    }
    # What isn't there is never kept, and neither is an answer that no key names.
    assert client.get(f"{API}/pages/999999/")["Cache-Control"] == "no-store"
    found = client.get(f"{API}/pages/find/", {"html_path": library["one"].url})
    assert found["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_a_change_names_everything_it_touches(library, committed, cache):
    with committed():
        world.publish(library["guide"], title="Places of worship")
    ((keys, paths),) = waiting()
    assert {f"key-{library[name].translation_key}" for name in ("guide", "one", "two")} <= keys
    assert {
        f"contents-{library['compendium'].translation_key}",
        "pages",
        "site",
        "changes",
        "redirects",
    } <= keys
    assert {library["guide"].url, f"{API}/pages/{library['guide'].pk}/"} <= paths
    # Nobody was told in the request itself.
    assert cache.got == []


def test_every_answer_that_changes_carries_a_key_that_is_named(client, library, committed, cache):
    guide = library["guide"]
    paths = [
        f"{API}/pages/{guide.pk}/",
        f"{API}/pages/{library['one'].pk}/",
        f"{API}/pages/",
        f"{API}/pages/?search=worship",
        f"{API}/pages/{library['compendium'].pk}/contents/",
        f"{API}/changes/",
        f"{API}/site/",
        guide.url,
        library["compendium"].url,
    ]
    before = {path: client.get(path) for path in paths}
    with committed():
        world.publish(guide, title="Places of worship")
    ((keys, _paths),) = waiting()
    for path, answer in before.items():
        if client.get(path).content != answer.content:
            assert keys & set(answer["Surrogate-Key"].split()), path


def test_withdrawing_and_restricting_are_told_once_a_transaction(library, committed, restrict, cache):
    with committed():
        library["one"].unpublish()
    ((keys, _paths),) = waiting()
    assert f"key-{library['one'].translation_key}" in keys
    DBTaskResult.objects.all().delete()
    restrict(library["compendium"])
    named = {key for keys, _paths in waiting() for key in keys}
    assert {f"key-{library[name].translation_key}" for name in ("compendium", "guide", "two")} <= named


def test_what_is_no_document_is_told_as_well(library, committed, term, cache):
    with committed():
        Redirect.objects.create(old_path="/old", redirect_page=library["one"])
    with committed():
        term("phase", "planning")
    with committed():
        library["picture"].save()
    found = waiting()
    assert {"redirects"} in [keys for keys, _paths in found]
    assert {"taxonomies", "taxonomy-phase"} in [keys for keys, _paths in found]
    assert any({"images", f"image-{library['picture'].pk}"} <= keys for keys, _paths in found)


def test_addresses_of_the_deployment_are_sent_the_keys(cache, settings):
    many = [f"key-{number}" for number in range(KEYS_A_REQUEST + 1)]
    backends.configured().purge(many, ["/en/"])
    settings.PURGE_METHOD = "BAN"
    backends.configured().purge(["pages"], [])
    assert [got[:2] for got in cache.got] == [("PURGE", "/hook")] * 2 + [("BAN", "/hook")]
    assert [got[3] for got in cache.got] == [" ".join(many[:KEYS_A_REQUEST]), many[-1], "pages"]


def test_one_that_is_dead_keeps_the_others_from_nothing(cache, settings):
    settings.PURGE_URLS = ["http://127.0.0.1:9/", *settings.PURGE_URLS]
    with pytest.raises(backends.Unpurged, match=r"127\.0\.0\.1:9"):
        HttpPurge().purge(["pages"], [])
    assert len(cache.got) == 1
    cache.answers = [404]  # it holds nothing of that name
    settings.PURGE_URLS = settings.PURGE_URLS[1:]
    HttpPurge().purge(["pages"], [])
    cache.answers = [302]
    with pytest.raises(backends.Unpurged, match="302"):
        HttpPurge().purge(["pages"], [])


def test_publishing_goes_on_and_the_worker_tries_again(client, library, committed, settings, cache):
    settings.PURGE_URLS = ["http://127.0.0.1:9/"]
    with committed():
        world.publish(library["one"], title="Another")
    assert client.get(f"{API}/pages/{library['one'].pk}/").json()["title"] == "Another"
    assert policy_of(tasks.purge.module_path).attempts > 1
    # As a worker leaves a task that failed.
    row = DBTaskResult.objects.get(task_path=tasks.purge.module_path)
    with pytest.raises(backends.Unpurged):
        tasks.purge.call(*row.args_kwargs["args"])
    DBTaskResult.objects.exclude(pk=row.pk).delete()
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, worker_ids=["worker:1"])
    assert retry_failed(timezone.now()) == 1
    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY
    assert row.run_after - timezone.now() < timedelta(seconds=3)
    settings.PURGE_URLS = [cache.url]
    tasks.purge.call(*row.args_kwargs["args"])
    assert f"key-{library['one'].translation_key}" in cache.got[0][3].split()


def test_wagtails_backends_are_told_addresses(cache, settings):
    settings.PURGE_BACKEND = "wagtail"
    settings.WAGTAILFRONTENDCACHE = {
        "one": {"BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend", "LOCATION": cache.url}
    }
    backend = backends.configured()
    assert isinstance(backend, WagtailPurge)
    backend.purge(["pages"], ["/en/guides/"])
    assert [got[:3] for got in cache.got] == [("PURGE", "/en/guides/", "testserver")]


def test_names_that_nobody_knows_and_that_somebody_has(settings):
    settings.PURGE_BACKEND = "nonsense"
    assert [each.id for each in checks.purge_backend_is_known(None)] == ["delivery.E001"]
    with pytest.raises(ImproperlyConfigured, match="nonsense"):
        backends.configured()
    with pytest.raises(ValueError, match="already"):
        backends.register("http", HttpPurge)
