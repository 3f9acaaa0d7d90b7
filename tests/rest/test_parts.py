"""The pure parts: entity tags, addresses, rates, parameters, log lines."""

import gzip
import json
import logging
from datetime import UTC, datetime
from types import SimpleNamespace

import brotli
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import QueryDict

from cms.core.errors import BadInput
from cms.rest import addresses, caching, logs, middleware, paging, parameters, throttling


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        ("", False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b" , W/"a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ('"a', False),
        ('"ab"', False),
    ],
)
def test_entity_tags(header, expected):
    assert caching.matches(header, '"a"') is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip;q=0", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("br; q=0.000, gzip;q=0, *", ""),
        ("gzip, *;q=0", "gzip"),
        ("identity", ""),
        ("x" * 5000, ""),
    ],
)
def test_codings(header, expected):
    assert caching.coding_for(header) == expected


def test_coded_bodies_say_the_same_and_are_made_once():
    answer = caching.make_answer(b"words " * 500)
    assert gzip.decompress(answer.coded("gzip")) == brotli.decompress(answer.coded("br")) == answer.coded("")
    assert answer.coded("br") is answer.coded("br")
    assert len(answer.coded("br")) < len(answer.body) / 10


def test_digests_tell_parts_apart():
    assert caching.digest("ab", "c") != caching.digest("a", "bc")
    assert caching.digest("a") == caching.digest(b"a")


def test_remembered_answers_stay_within_their_bytes():
    cache = caching.AnswerCache(100_000)
    for number in range(100):
        cache.put(number, caching.make_answer(bytes(4000)))
    kept = [number for number in range(100) if cache.get(number)]
    assert kept == list(range(100 - len(kept), 100))
    assert 4 <= len(kept) <= 20
    # Small ones count with what surrounds them: many of them fill it too.
    for number in range(1000):
        cache.put(("small", number), caching.make_answer(b""))
    assert sum(cache.get(("small", number)) is not None for number in range(1000)) <= 25
    cache.put("large", caching.make_answer(bytes(50_000)))
    assert cache.get("large") is None


def request_from(address, forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return SimpleNamespace(META={"REMOTE_ADDR": address, **headers})


@pytest.mark.parametrize(
    ("address", "forwarded", "expected"),
    [
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
    ],
)
def test_who_a_proxy_speaks_for(settings, address, forwarded, expected):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert addresses.client_address(request_from(address, forwarded)) == expected


def test_nobody_is_believed_without_proxies(settings):
    settings.TRUSTED_PROXIES = []
    assert addresses.client_address(request_from("10.0.0.1", "198.51.100.1")) == "10.0.0.1"


def test_neighbourhoods():
    assert addresses.neighbourhood("203.0.113.5") == "203.0.113.5"
    assert addresses.neighbourhood("2001:db8:1:2:3::4") == addresses.neighbourhood("2001:db8:1:2:ffff::")
    assert addresses.neighbourhood("2001:db8:1:2::") != addresses.neighbourhood("2001:db8:1:3::")
    assert addresses.neighbourhood("::ffff:203.0.113.5") == "203.0.113.5"
    assert addresses.neighbourhood("nonsense") == addresses.neighbourhood("x" * 10_000) == "unknown"


def test_rates():
    assert throttling.parse_rate("600/minute") == (600, 60)
    assert throttling.parse_rate("") is None
    for wrong in ("600", "x/minute", "0/minute", "-1/day", "5/fortnight"):
        with pytest.raises(ImproperlyConfigured):
            throttling.parse_rate(wrong)


def test_counting_begins_again_with_each_window():
    verdicts = [throttling.count("test", "me", "2/minute", now=now) for now in (600, 601, 659, 660)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, False, True]
    assert [verdict.remaining for verdict in verdicts] == [1, 0, -1, 1]
    assert verdicts[2].reset == 2
    assert throttling.count("test", "you", "2/minute", now=659).remaining == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T15:30:00Z", datetime(2026, 11, 22, 15, 30, tzinfo=UTC)),
        ("2026-11-22T15:30:00 01:00", datetime(2026, 11, 22, 14, 30, tzinfo=UTC)),
        ("2026-11-22T15:30", datetime(2026, 11, 22, 15, 30, tzinfo=UTC)),
        ("2026-11-22 15:30", datetime(2026, 11, 22, 15, 30, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_moments(text, expected):
    assert parameters.moment({"at": text}, "at") == expected


def test_parameters_are_named_when_wrong():
    with pytest.raises(BadInput) as caught:
        parameters.check(QueryDict("a\x1b[31m%00=1"), {"b"})
    assert "\x1b" not in str(caught.value.message)
    assert "\0" not in str(caught.value.message)
    parameters.check(QueryDict("_=123&format=json&b=1"), {"b"})


def test_cursors_belong_to_their_list():
    cursor = paging.seal_cursor("one", 5, "x")
    assert paging.open_cursor("one", cursor) == [5, "x"]
    assert cursor.isascii()
    assert not set(cursor) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    with pytest.raises(BadInput):
        paging.open_cursor("two", cursor)


def logged(message, *args, **extra):
    record = logging.LogRecord("test", logging.WARNING, __file__, 1, message, args, None)
    for name, value in extra.items():
        setattr(record, name, value)
    logs.RequestIdFilter().filter(record)
    return logs.JsonFormatter().format(record)


def test_a_log_line_is_one_line_whatever_is_in_it():
    line = logged("%s went wrong", 'x\n{"level": "INFO", "message": "all is well"}\r\u2028')
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["message"].startswith("x\n{")
    assert json.loads(logged("\udcff"))["message"] == "\\udcff"


def test_log_lines_carry_the_request():
    token = logs.request_id.set("abc12345")
    try:
        assert json.loads(logged("x"))["request_id"] == "abc12345"
    finally:
        logs.request_id.reset(token)
    assert "request_id" not in json.loads(logged("x"))


def test_policies():
    found = middleware.policy(**middleware.PAGES)
    assert "unsafe" not in found
    assert "default-src 'none'" in found
    assert "frame-ancestors 'self'" in found
