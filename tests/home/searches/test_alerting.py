"""When alerts are due and what is new: rules over values."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.guides.searches.alerting import Alert, latest_turn, news

# A Wednesday.
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
kinds = st.sampled_from([Alert.DAILY, Alert.WEEKLY])


@pytest.mark.parametrize(
    ("alert", "now", "turn"),
    [
        (Alert.DAILY, NOON, datetime(2026, 3, 4, 5, tzinfo=UTC)),
        (Alert.DAILY, NOON.replace(hour=5), datetime(2026, 3, 4, 5, tzinfo=UTC)),
        (Alert.DAILY, NOON.replace(hour=4), datetime(2026, 3, 3, 5, tzinfo=UTC)),
        (Alert.WEEKLY, NOON, datetime(2026, 3, 2, 5, tzinfo=UTC)),
        (Alert.WEEKLY, datetime(2026, 3, 2, 4, 59, tzinfo=UTC), datetime(2026, 2, 23, 5, tzinfo=UTC)),
        (Alert.WEEKLY, datetime(2026, 3, 2, 5, tzinfo=UTC), datetime(2026, 3, 2, 5, tzinfo=UTC)),
        # The moment counts, not how it is written.
        (
            Alert.DAILY,
            datetime(2026, 3, 4, 6, tzinfo=timezone(timedelta(hours=3))),
            datetime(2026, 3, 3, 5, tzinfo=UTC),
        ),
    ],
)
def test_turns(alert, now, turn):
    assert latest_turn(alert, now) == turn


def test_no_alert_has_no_turn():
    with pytest.raises(ValueError, match="no turns"):
        latest_turn(Alert.NONE, NOON)


@given(kinds, moments)
def test_a_turn_is_past_and_the_next_one_is_not(alert, now):
    turn = latest_turn(alert, now)
    length = timedelta(days=1 if alert == Alert.DAILY else 7)
    assert turn <= now < turn + length
    assert (turn.hour, turn.minute) == (5, 0)
    assert alert == Alert.DAILY or turn.weekday() == 0


@given(kinds, moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=20)), max_size=30))
def test_at_most_once_a_turn_and_never_passed_over(alert, begun, steps):
    last, now, turns = begun, begun, set()
    for step in steps:
        now += step
        turn = latest_turn(alert, now)
        if last < turn:
            assert turn not in turns and turn > begun
            turns.add(turn)
            last = now


@given(st.lists(st.integers(0, 9), unique=True), st.sets(st.integers(0, 9)))
def test_news_is_what_was_not_known(matching, known):
    found = news(matching, known)
    assert set(found) == set(matching) - known
    assert found == [each for each in matching if each in found]
