"""Figures as the design defines them, with the example of a published bulletin."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridbook.records.figures import FollowUps, percent, share
from gridbook.records.request import Satisfaction

S, M, D = Satisfaction.SATISFIED, Satisfaction.MOSTLY, Satisfaction.DISSATISFIED
AWAY, SILENT = Satisfaction.NOT_REACHED, Satisfaction.NO_ANSWER


def test_the_example_of_the_bulletin_comes_out_to_the_hundredth() -> None:
    asked = [(S, True)] * 614 + [(M, True)] * 34 + [(D, True)] * 15 + [(D, False)] * 7
    month = FollowUps.of(asked)

    assert month == FollowUps(satisfied=614, mostly=34, dissatisfied=22, not_asked=0, solved=663)
    assert percent(month.follow_up_rate) == "100%"
    assert percent(month.solved_rate) == "98.96%"
    assert percent(month.satisfaction()) == "94.69%"
    assert percent(month.plain_share) == "96.72%"


def test_who_could_not_be_asked_counts_only_in_the_follow_up_rate() -> None:
    month = FollowUps.of([(S, True), (M, None), (D, False), (AWAY, None), (SILENT, True)])

    assert percent(month.follow_up_rate) == "60%"
    assert percent(month.solved_rate) == "33.33%"
    assert percent(month.satisfaction()) == "53.33%"


def test_without_answers_there_is_no_figure() -> None:
    for none in (FollowUps(), FollowUps.of([(AWAY, None)])):
        assert [none.solved_rate, none.satisfaction(), none.plain_share] == [None] * 3
        assert percent(none.satisfaction()) == "—"
    assert FollowUps().follow_up_rate is None


def test_the_weight_of_mostly_satisfied_is_a_setting() -> None:
    month = FollowUps(satisfied=1, mostly=1)

    assert [month.satisfaction(Decimal(w)) for w in ("0", "0.6", "0.8", "1")] == [50, 80, 90, 100]
    assert month.satisfaction(Decimal(1)) == month.plain_share


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (1, 8, "12.5"),
        (1, 800, "0.13"),
        (1, 1600, "0.06"),
        (5, 80000, "0.01"),
        (3, 80000, "0"),
        (2, 3, "66.67"),
    ],
)
def test_halves_are_rounded_up(part: int, whole: int, printed: str) -> None:
    assert share(part, whole) == Decimal(printed)


@given(*[st.integers(0, 500)] * 3)
def test_satisfaction_lies_between_satisfied_alone_and_the_plain_share(s: int, m: int, d: int) -> None:
    month = FollowUps(s, m, d)
    low, figure, high = share(s, month.valid), month.satisfaction(), month.plain_share

    if low is not None and figure is not None and high is not None:
        assert 0 <= low <= figure <= high <= 100
