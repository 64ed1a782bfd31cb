"""Care contacts and lists of doors without a window."""

from datetime import timedelta

from gridbook.records.base import SystemClock, local_day
from gridbook.records.care import a_year_after
from tests.cli.conftest import Run
from tests.cli.test_work import line

TODAY = local_day(SystemClock().now())
SIGNED = TODAY - timedelta(days=3)
CARE = {"place": "3-2-501", "called": "赵阿姨", "every": "14"}


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def test_an_agreement_is_written_listed_and_withdrawn(grid: Run) -> None:
    emergency = {"called": "钱先生", "phone": "19900006789", "signed_on": day(-3)}
    done = grid("record", "care", stdin=line(**CARE, meals=True, signed_on=day(-3), emergency=emergency))
    assert done.code == 0, done.err
    number = done.facts["number"]
    assert done.facts["ends_on"] == a_year_after(SIGNED).isoformat()

    row = grid("list", "care").facts
    assert (row["number"], row["meals"], row["due_on"], row["holds"]) == (number, True, day(11), True)
    assert grid("list", "care", "--where", "due=yes").lines == []
    assert grid("care", number).facts["place"] == "幸福苑3号楼2单元501"
    assert grid("care", number, "withdraw").facts["erased"] == 2
    assert grid("list", "care").lines == []
    gone = grid("care", number)
    assert (gone.code, gone.facts["error"]) == (1, "NotFound")


def test_without_a_signature_or_for_more_than_a_year_nothing_is_written(grid: Run) -> None:
    unsigned = grid("record", "care", stdin=line(**CARE))
    long = grid("record", "care", stdin=line(**CARE, signed_on=day(-3), ends_on=day(370)))

    assert (unsigned.code, unsigned.facts["field"]) == (1, "signed_on")
    assert (long.code, long.facts["field"]) == (1, "ends_on")
    assert grid("list", "care").lines == []


def test_doors_of_a_list_are_added_struck_off_and_put_back(grid: Run) -> None:
    made = grid("record", "lists", stdin=line(starts_on=day(0), ends_on=day(7), doors=["3-1-101"])).facts
    assert made["doors"] == 1

    assert len(grid("doors", made["id"], "add", "3-2-501").lines) == 2
    struck = grid("doors", made["id"], "strike", "3-1-101").lines
    assert [(one["door"], one["struck_by"]) for one in struck] == [("2-501", ""), ("1-101", "hand")]
    back = grid("doors", made["id"], "back", "3-1-101").lines
    assert [one["struck_by"] for one in back] == ["", ""]
    assert grid("doors", made["id"], "remove").code == 0
    assert grid("list", "lists").lines == []


def test_a_round_is_for_one_of_the_public_purposes(grid: Run) -> None:
    span = {"starts_on": day(0), "ends_on": day(20), "doors": ["3-1-101", "3-1-102"]}
    odd = grid("record", "rounds", stdin=line(purpose="who lives there", **span))
    assert (odd.code, odd.facts["field"]) == (1, "purpose")

    assert grid("record", "rounds", stdin=line(purpose="gas hose", **span)).facts["doors"] == 2
    assert [one["purpose"] for one in grid("list", "rounds").lines] == ["gas hose"]
