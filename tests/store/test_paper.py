"""What can be printed from a book: lists of doors, follow-ups, counts, and everything held about a door."""

from datetime import date

import pytest

from gridbook.errors import BadDoor, NotAllowed, NotFound
from gridbook.records.errand import DocumentReceipt, ErrandWay, Mandate, Paper
from gridbook.records.figures import covered
from gridbook.records.request import Action
from gridbook.records.visit import VisitOutcome
from gridbook.sheets import SHEETS, from_book
from gridbook.sheets.from_book import Job, Wanted
from gridbook.store import audit, counts, held, journal, prints, requests, undoing, visits
from gridbook.store.book import Store
from tests import make

BUILDING = b"\x03" * 16


def told(job: Job) -> str:
    """Every text of the pages, a line each."""
    return "\n".join(text for page in job.pages for text in page.texts())


def asked(grid: Store, **over: object) -> str:
    """The number of a request at door 2-501 that was just written down."""
    return grid.write(requests.save, make.request_entry(id=b"", number="", **over)).request.number


def test_a_list_of_doors_is_printed_and_each_number_brings_its_door_back(grid: Store) -> None:
    wanted = Wanted("P3", doors=("3-2-501", "3#1-101"), purpose="送达供暖通知")

    job = grid.write(from_book.made, wanted)

    assert "事由：送达供暖通知" in told(job) and "幸福苑3号楼1单元101" in told(job)
    assert len(job.numbers) == 2
    (blank,) = grid.read(prints.blanks, job.numbers[1], 1)
    assert (blank.form, blank.door) == ("visit", "幸福苑3号楼1单元101")
    assert [one.number for one in grid.read(prints.not_keyed_in)] == list(job.numbers)
    with pytest.raises(BadDoor):
        grid.write(from_book.made, Wanted("P3", doors=("3-2-501", "3-9-901")))
    with pytest.raises(NotFound):
        grid.write(from_book.made, Wanted("P3"))
    assert len(grid.read(prints.not_keyed_in)) == 2


def test_a_spoilt_sheet_is_struck_off_and_its_number_opens_nothing(grid: Store) -> None:
    (number,) = grid.write(from_book.made, Wanted("P1", blanks=1)).numbers

    grid.write(prints.give_up, number)

    assert grid.read(prints.not_keyed_in) == []
    assert grid.read(prints.blanks, number, 1) == []


def test_a_follow_up_slip_is_waited_for_until_its_answers_are_keyed_in(grid: Store) -> None:
    number = asked(grid)
    grid.write(requests.act, number, Action.SETTLE)
    grid.write(requests.act, number, Action.FEED_BACK)

    job = grid.write(from_book.made, Wanted("P9", (number,)))

    assert "诉求回访单" in told(job)
    (waiting,) = grid.read(prints.not_keyed_in)
    assert (waiting.number, waiting.form) == (number, "request")
    grid.write(requests.act, number, Action.FOLLOW_UP, {"satisfaction": "satisfied", "solved": True})
    assert grid.read(prints.not_keyed_in) == []


def test_a_second_print_says_so_and_looking_does_not_count(grid: Store) -> None:
    number = asked(grid)
    for code in ("P8-1", "P8-2", "P8-3", "P8-4", "P9"):
        assert "补打" not in told(grid.read(from_book.made, Wanted(code, (number,))))
        assert "补打" not in told(grid.write(from_book.made, Wanted(code, (number,))))
        assert "补打" in told(grid.write(from_book.made, Wanted(code, (number,))))


def test_notes_that_urge_are_printed_above_the_grid_only(grid: Store) -> None:
    number = asked(grid)

    with pytest.raises(NotAllowed):
        grid.write(from_book.made, Wanted("P10-1", (number,)))
    assert "P10-1" not in grid.read(from_book.known_at)
    assert set(grid.read(from_book.known_at)) == set(SHEETS) - {"P10-1", "P10-2"}


def test_the_language_of_a_job_is_kept_nowhere(grid: Store) -> None:
    before = grid.read(audit.recent)

    job = grid.write(from_book.made, Wanted("P13", language="en", blanks=2))

    assert len(job.pages) == 2 and "Consent (voluntary)" in told(job)
    assert grid.read(audit.recent) == before
    assert "到访联系卡" in told(grid.write(from_book.made, Wanted("P4")))


def test_everything_held_about_a_door_is_printed_with_who_holds_it_and_until_when(grid: Store) -> None:
    number = asked(grid)
    changed = grid.read(requests.entry, number)
    particulars = make.change(changed.particulars, title="客厅屋顶漏水")
    grid.write(requests.save, make.change(changed, particulars=particulars))
    grid.write(requests.act, number, Action.ACCEPT, note="下周二上门")
    grid.write(visits.save, make.visit_entry(id=b"", number="", note="门铃坏了，敲门"))
    nobody = make.visit_entry(id=b"", number="", outcome=VisitOutcome.NOT_IN, details={"items": ()})
    grid.write(visits.save, nobody)
    elsewhere = asked(grid, particulars={"door": "1-101", "called": "李先生"})

    text = told(grid.write(from_book.made, Wanted("P15", doors=("3-2-501",))))

    for line in ("王女士", "19900001234", "客厅屋顶漏水", "下周二上门", "门铃坏了，敲门", "到访未遇"):
        assert line in text
    assert "标题：卧室屋顶漏水" in text, "what stood there before is held, too"
    assert "只在本电脑" in text and "网格、社区掌握" in text and "结束后保存 6 个月" in text
    assert "李先生" not in text and elsewhere not in text


def test_printing_what_is_held_is_noted_without_what_it_says(grid: Store) -> None:
    asked(grid)

    grid.read(from_book.made, Wanted("P15", doors=("3-2-501",)))
    assert not [one for one in grid.read(audit.recent) if one.reason == "P15"]
    grid.write(from_book.made, Wanted("P15", doors=("3-2-501",)))

    (noted,) = [one for one in grid.read(audit.recent) if one.reason == "P15"]
    assert (noted.action, noted.object) == ("print", BUILDING.hex())


def test_one_case_is_printed_by_its_number(grid: Store) -> None:
    number = asked(grid)
    other = asked(grid)

    text = told(grid.write(from_book.made, Wanted("P15", (number,))))

    assert number in text and "王女士" in text and other not in text
    with pytest.raises(NotFound):
        grid.write(from_book.made, Wanted("P15", ("0305-26-9999",)))


def test_whatever_else_belongs_to_a_case_is_held_too(grid: Store) -> None:
    made = grid.write(requests.save, make.request_entry(id=b"", number="")).request
    day = make.TODAY
    mandate = Mandate(
        unit=made.unit, id=made.id, way=next(iter(ErrandWay)), may="代取证件", given_on=day, until=day
    )
    receipt = DocumentReceipt(
        unit=made.unit,
        id=make.new_id(),
        case=made.id,
        document="社保卡",
        paper=next(iter(Paper)),
        handed_on=day,
    )
    grid.write(journal.save, mandate, receipt)

    text = told(grid.write(from_book.made, Wanted("P15", doors=("3-2-501",))))

    assert "代取证件" in text and "社保卡" in text


def test_a_day_is_counted_for_the_whole_office(grid: Store) -> None:
    number = asked(grid)
    asked(grid, particulars={"door": "1-101"})
    grid.write(requests.act, number, Action.SETTLE)
    grid.write(visits.save, make.visit_entry(id=b"", number=""))

    found = grid.read(counts.of_days, make.TODAY, make.TODAY)

    assert (found.visits, found.registered, found.resolved, found.waiting) == (1, 2, 1, 1)
    assert found.acts[Action.SETTLE] == 1
    assert found.groups["F"] == (2, 1)
    job = grid.write(from_book.made, Wanted("P14", since=make.TODAY, until=make.TODAY))
    assert "服务工作日报表" in told(job) and "王女士" not in told(job) and number not in told(job)
    assert grid.read(counts.of_days, date(2026, 10, 1), date(2026, 10, 31)).registered == 0


def test_spans_are_days_weeks_and_months() -> None:
    assert counts.span("week", date(2026, 11, 29)) == (date(2026, 11, 23), date(2026, 11, 29))
    assert counts.span("month", date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert counts.kind_of(date(2026, 2, 1), date(2026, 2, 28)) == "month"
    assert counts.kind_of(date(2026, 2, 1), date(2026, 2, 27)) == ""


def test_few_cases_of_a_personal_matter_cannot_be_reckoned_from_the_rest() -> None:
    assert covered({"A": 3, "B": 0, "F": 9, "G": 7}, {"A", "B"}) == {"A": "<5", "B": "0", "F": "9", "G": "*"}
    assert covered({"A": 3, "B": 4, "F": 9}, {"A", "B"}) == {"A": "<5", "B": "<5", "F": "9"}
    assert covered({"A": 5, "F": 1}, {"A"}) == {"A": "5", "F": "1"}


def test_held_is_empty_where_nothing_was_written_down(grid: Store) -> None:
    found = grid.read(held.of_door, BUILDING, "3-601")

    assert (found.cases, found.tries, found.drafts) == ([], [], 0)


def test_what_lies_in_the_bin_is_held_and_told_as_such(grid: Store) -> None:
    number = asked(grid)
    (case,) = grid.read(held.of_door, BUILDING, "2-501").cases
    grid.write(undoing.undo)
    assert [thing.about for thing in grid.read(undoing.bin_of)] == [f"诉求 {number}"]

    (binned,) = grid.read(held.of_door, BUILDING, "2-501").cases

    assert binned.title == case.title == f"诉求 {number}"
    assert [part.what for part in binned.parts] == [f"{part.what}（在回收站）" for part in case.parts]
    assert [part.holders for part in binned.parts] == [part.holders for part in case.parts]
    said = {text for part in binned.parts for _, text in part.facts}
    assert {text for part in case.parts if part.what != "诉求" for _, text in part.facts} <= said
    assert grid.read(held.of_door, BUILDING, "3-601").cases == []
