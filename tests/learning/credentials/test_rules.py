"""Codes and days: pure."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.credentials import codes, rules


def test_a_code_has_140_bits_and_is_read_however_it_is_typed():
    code = codes.new_code()
    assert len(code) == 28 and len(codes.ALPHABET) == 32
    assert codes.read(codes.grouped(code)) == code
    assert codes.read(codes.grouped(code).lower().replace("-", " ")) == code
    assert codes.read(code.replace("0", "O").replace("1", "l")) == code


@pytest.mark.parametrize(
    "text", ["", "0", "U" * 28, "0" * 27, "0" * 29, "0" * 10_000, "٠" * 28, "0" * 27 + "\0"]
)
def test_what_cannot_be_a_code(text):
    assert codes.read(text) is None


def test_codes_differ():
    assert len({codes.new_code() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("done", "months", "last"),
    [
        (date(2026, 3, 31), 12, date(2027, 3, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), None, None),
        (date(2026, 3, 31), 0, None),
        (date(9998, 12, 31), 240, None),
    ],
)
def test_the_last_day(done, months, last):
    assert rules.last_day(done, months) == last


@given(st.dates(max_value=date(2100, 1, 1), min_value=date(1990, 1, 1)), st.integers(1, 240))
def test_the_last_day_lies_so_many_months_later(done, months):
    last = rules.last_day(done, months)
    assert (last.year - done.year) * 12 + last.month - done.month == months
    assert last.day == done.day or (last.day < done.day and (last + timedelta(days=1)).day == 1)


def test_the_last_day_is_inclusive_in_the_zone():
    end = rules.end_of(date(2026, 3, 31), "Asia/Tokyo")
    assert end == datetime(2026, 3, 31, 15, tzinfo=UTC)
    before = end - timedelta(microseconds=1)
    assert rules.status(revoked_at=None, expires_at=end, now=before) == "valid"
    assert rules.status(revoked_at=None, expires_at=end, now=end) == "expired"
    assert rules.status(revoked_at=before, expires_at=end, now=end) == "revoked"
    assert rules.status(revoked_at=None, expires_at=None, now=end) == "valid"
    assert rules.day_of(before, "Asia/Tokyo") == date(2026, 3, 31)
    assert rules.day_of(end, "Asia/Tokyo") == date(2026, 4, 1)


def test_when_a_renewal_makes_sense():
    end = datetime(2026, 4, 1, tzinfo=UTC)
    thirty = end - timedelta(days=30)
    assert rules.is_renewable(revoked_at=None, expires_at=end, now=thirty)
    assert not rules.is_renewable(revoked_at=None, expires_at=end, now=thirty - timedelta(seconds=1))
    assert rules.is_renewable(revoked_at=None, expires_at=end, now=end + timedelta(days=900))
    assert not rules.is_renewable(revoked_at=thirty, expires_at=end, now=end)
    assert not rules.is_renewable(revoked_at=None, expires_at=None, now=end)
