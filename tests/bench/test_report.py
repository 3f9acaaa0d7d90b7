"""The pure part of the bench: medians, ratios, verdicts, the table."""

import json

import pytest

from cms.bench.load import request_text
from cms.bench.report import Budget, Report, Section, median, number, ratio, table


def test_a_median_is_the_middle_one_and_none_of_nothing():
    assert median([9.0, 1.0, 2.0]) == 2.0
    assert median([1.0, 2.0]) == 1.5
    with pytest.raises(ValueError, match="nothing was measured"):
        median([])


def test_a_ratio_compares_rounds_that_were_measured_side_by_side():
    # A machine that was busy in the last round was busy for both.
    assert ratio([200.0, 200.0, 20.0], [10.0, 10.0, 1.0]) == 20.0
    assert ratio([1.0, 2.0, 9.0], [1.0, 1.0, 1.0]) == 2.0
    with pytest.raises(ValueError):
        ratio([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "met"),
    [
        (20.0, 20, True, True),
        (19.99, 20, True, False),
        (1.5, 1.5, False, True),
        (1.51, 1.5, False, False),
        (0, 0, False, True),
    ],
)
def test_a_budget_is_met_on_its_limit_and_not_beyond(value, limit, at_least, met):
    budget = Budget("work", "text", value, limit, at_least)
    assert budget.met is met
    assert budget.line[0] == ("met" if met else "MISSED")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (3, "3"),
        (0.6180, "0.62"),
        (42.123, "42.1"),
        (12345.6, "12,346"),
        (2026, "2,026"),
    ],
)
def test_numbers_keep_the_digits_that_mean_something(value, text):
    assert number(value) == text


def test_a_table_has_names_to_the_left_and_figures_to_the_right():
    assert table(["work", "ms"], [["one", 1.5], ["another", 250.0]]) == (
        "  work       ms\n  -------  ----\n  one      1.50\n  another   250"
    )


def test_a_report_says_in_text_and_json_what_was_missed():
    section = Section("Over HTTP", ["work", "requests/s", "SQL"])
    section.add("detail", 1234.56789, 1)
    section.add("bare", 9000.0, None)
    report = Report(
        {"cores": 2},
        [section],
        [Budget("detail", "at most 1 statement", 1, 1), Budget("detail", "at least 20 times", 3.0, 20, True)],
        {"detail": [1200.0, 1300.0]},
    )
    assert [budget.text for budget in report.missed] == ["at least 20 times"]
    text = report.as_text()
    assert "cores: 2" in text
    assert "detail       1,235    1" in text
    assert "MISSED  detail" in text
    stored = json.loads(json.dumps(report.as_dict()))
    assert stored["figures"]["Over HTTP"] == {
        "detail": {"requests/s": 1234.5679, "SQL": 1},
        "bare": {"requests/s": 9000.0, "SQL": None},
    }
    assert [each["met"] for each in stored["budgets"]] == [True, False]
    assert stored["rounds"] == {"detail": [1200.0, 1300.0]}


def test_a_request_is_written_as_it_goes_over_the_wire():
    assert request_text("/a/?b=1", {"If-None-Match": '"tag"'}) == (
        'GET /a/?b=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: "tag"\r\n\r\n'
    )
