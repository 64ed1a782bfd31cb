"""A register in the book: whole or not at all, as old as it is, and taken back by one undo."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gridbook.errors import BadValue, NotAllowed, RowsAreWrong
from gridbook.records.base import local_day
from gridbook.records.place import Building, Estate, Pattern
from gridbook.records.request import Action, Outcome, Status
from gridbook.registers import loading, maps, reading, wrong_rows
from gridbook.registers.buildings import of_doors
from gridbook.registers.kinds import Kind
from gridbook.registers.loading import Loaded, Prepared
from gridbook.registers.reading import Sheet
from gridbook.registers.rows import Plan
from gridbook.store import caseload, digest, loads, places, requests, retention, visits
from gridbook.store.book import Store
from tests import make
from tests.registers import files
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices


def register(path: Path, *rows: Sequence[Any], kind: Kind | None = None) -> tuple[Sheet, Plan]:
    """A register as the wizard has it after its second step, with what the headings suggest."""
    sheet = reading.read(files.workbook(path / f"{kind}.xlsx", *rows))
    return sheet, maps.plan(maps.suggested(kind, sheet.headings), sheet.headings)


def prepared(store: Store, sheet: Sheet, plan: Plan) -> Prepared:
    return store.read(loading.prepare, sheet, plan)


def loaded(store: Store, sheet: Sheet, plan: Plan, *, leave_out: bool = False) -> Loaded:
    return store.write(loading.load, sheet, plan, b"file", leave_out=leave_out)


def test_visits_are_kept_on_their_own_day_without_names(grid: Store, tmp_path: Path) -> None:
    rows = [files.visit(n) for n in range(1, 4)]
    sheet, plan = register(tmp_path, files.VISITS, *rows, files.visit(9, 走访结果="未遇"))
    seen = prepared(grid, sheet, plan)

    done = loaded(grid, sheet, plan)

    assert [line for line in seen.notes if "身份证号" in line] == ["与服务无关、未读取的列：身份证号、民族。"]
    assert any("户主姓名" in line for line in seen.notes)
    assert any("未遇" in line for line in seen.notes)
    assert done.rows == 3
    held = grid.read(visits.recent)
    assert [one.visit.visited_on for one in held] == [date(2026, 6, n) for n in (4, 3, 2)]
    assert held[0].place == "幸福苑3号楼2单元501"
    assert held[0].details is not None and held[0].details.items == ("水龙头已修好",)
    # Its id is as old as the visit, so its door and words go when those of that day go.
    assert local_day(make.NOW) != date(2026, 6, 4)
    assert int.from_bytes(held[0].visit.id[:6], "big") // 1000 < make.NOW.timestamp() - 86400 * 100


def test_what_would_be_purged_at_once_is_not_taken_in(grid: Store, tmp_path: Path) -> None:
    old, new = date(2023, 3, 1), date(2025, 3, 1)
    sheet, plan = register(
        tmp_path,
        files.REQUESTS,
        files.request(1, 登记日期=old, 办结日期=old + timedelta(days=2)),
        files.request(2, 登记日期=new, 办结日期=new + timedelta(days=2)),
        files.request(3),
        kind=Kind.REQUESTS,
    )
    loaded(grid, sheet, plan)

    held = sorted(
        grid.read(caseload.page, caseload.Wanted(), 0, 9), key=lambda row: row.request.registered_at
    )
    views = [grid.read(requests.get, row.request.id) for row in held]
    assert [view.particulars is not None for view in views] == [False, True, True]
    assert [view.contact is not None for view in views] == [False, False, True]
    assert grid.write(retention.purge, thorough=True) == {}


def test_a_past_request_ends_on_its_own_day_and_says_where_it_came_from(grid: Store, tmp_path: Path) -> None:
    sheet, plan = register(tmp_path, files.REQUESTS, files.request(1), kind=Kind.REQUESTS)
    loaded(grid, sheet, plan)

    (row,) = grid.read(caseload.page, caseload.Wanted(), 0, 9)
    view = grid.read(requests.get, row.request.id)
    assert (view.state.status, view.state.outcome) == (Status.CLOSED, Outcome.SOLVED)
    assert view.state.closed_at is not None and local_day(view.state.closed_at) == date(2026, 9, 5)
    assert view.state.on_time()
    assert view.particulars is not None and view.particulars.called == "王同志"
    assert view.contact is not None and view.contact.phone == "19900001234"
    (event,) = view.events
    assert event.event.action is Action.FROM_REGISTER
    assert event.event.given["was"] == "XF-2026-0001"
    assert Action.FROM_REGISTER not in view.actions
    with pytest.raises(NotAllowed, match="旧台账"):
        grid.write(requests.act, row.request.id, Action.FROM_REGISTER, dict(event.event.given))


def test_what_the_book_never_records_is_put_as_a_service(grid: Store, tmp_path: Path) -> None:
    sheet, plan = register(
        tmp_path, files.VISITS, files.visit(1, 走访内容="有高血压，不便下楼；水龙头已修好")
    )
    assert any("服务用语" in line for line in prepared(grid, sheet, plan).notes)
    loaded(grid, sheet, plan)

    (row,) = grid.read(visits.recent)
    assert row.details is not None
    assert row.details.items == ("需要上门服务，不便下楼", "水龙头已修好")


def test_a_case_that_is_still_open_is_open_here(grid: Store, tmp_path: Path) -> None:
    sheet, plan = register(
        tmp_path, files.REQUESTS, files.request(1, 办理结果="", 办结日期=""), kind=Kind.REQUESTS
    )
    assert any("未办结" in line for line in prepared(grid, sheet, plan).notes)
    loaded(grid, sheet, plan)

    (row,) = grid.read(caseload.page, caseload.Wanted(open=True), 0, 9)
    assert row.state.status is Status.REGISTERED
    assert local_day(row.request.registered_at) == date(2026, 9, 2)


@pytest.mark.parametrize(
    ("over", "heading", "said"),
    [
        ({"走访日期": "去年"}, "走访日期", "年月日"),
        ({"走访日期": date(2027, 1, 1)}, "走访日期", "不能晚于今天"),
        ({"走访日期": ""}, "走访日期", "缺少"),
        ({"室号": 909}, "室号", "没有户室"),
        ({"楼栋": "17号楼"}, "楼栋", "17"),
        ({"走访事由": "随便看看"}, "走访事由", "可选范围"),
        ({"走访内容": 110101199003078515}, "走访内容", "末尾几位已丢失"),
        ({"走访内容": "身份证110101199003078515"}, "走访内容", "身份证"),
        ({"走访内容": "a\u202eb"}, "走访内容", "看不见"),
    ],
)
def test_what_is_wrong_names_its_row_and_its_column(
    grid: Store, tmp_path: Path, over: dict[str, Any], heading: str, said: str
) -> None:
    sheet, plan = register(tmp_path, files.VISITS, files.visit(1), files.visit(2, **over), files.visit(3))

    (wrong,) = prepared(grid, sheet, plan).wrong

    assert (wrong.row, wrong.heading) == (3, heading)
    assert said in wrong.sentence


def test_all_or_nothing_unless_somebody_leaves_wrong_rows_out(grid: Store, tmp_path: Path) -> None:
    sheet, plan = register(tmp_path, files.VISITS, files.visit(1), files.visit(2, 走访日期="去年"))
    before = grid.read(digest.of_book)

    with pytest.raises(RowsAreWrong, match="第 3 行“走访日期”"):
        loaded(grid, sheet, plan)
    assert grid.read(digest.of_book) == before

    assert loaded(grid, sheet, plan, leave_out=True).left_out == 1
    with pytest.raises(NotAllowed, match="导入过"):
        loaded(grid, sheet, plan, leave_out=True)
    wrong_rows.write(sheet, plan, prepared(grid, sheet, plan).wrong, tmp_path / "wrong.xlsx")
    again = reading.read(tmp_path / "wrong.xlsx")
    assert maps.suggested(None, again.headings).columns == maps.suggested(None, sheet.headings).columns
    assert [row.cells[0] for row in again.rows] == ["去年"]
    assert "身份证号" not in again.headings and "走访日期：" in "".join(again.rows[0].cells)


def test_whoever_stops_a_load_keeps_nothing_of_it(grid: Store, tmp_path: Path) -> None:
    sheet, plan = register(tmp_path, files.VISITS, *(files.visit(n) for n in range(1, 151)))
    before = grid.read(digest.of_book)

    def stop(done: int, of: int) -> None:
        if done:
            raise loading.LoadStopped("stopped")

    with pytest.raises(loading.LoadStopped):
        grid.write(loading.load, sheet, plan, b"file", told=stop)

    assert grid.read(digest.of_book) == before


def test_one_undo_takes_a_whole_load_back_but_not_what_was_worked_on_since(
    grid: Store, tmp_path: Path
) -> None:
    sheet, plan = register(tmp_path, files.VISITS, files.visit(1), files.visit(2))
    visits_load = loaded(grid, sheet, plan)
    assert grid.write(loads.undo, visits_load.id).taken == 2
    assert not grid.read(visits.recent)
    loaded(grid, sheet, plan)

    sheet, plan = register(tmp_path, files.REQUESTS, *map(files.request, (1, 2, 3)), kind=Kind.REQUESTS)
    of = grid.write(loading.load, sheet, plan, b"other")
    newest = grid.read(caseload.page, caseload.Wanted(), 0, 9)[0].request
    grid.write(requests.act, newest.id, Action.REOPEN, {"reason": "not lasting"})

    done = grid.write(loads.undo, of.id)

    assert (done.taken, done.stayed) == (2, 1)
    assert [row.request.id for row in grid.read(caseload.page, caseload.Wanted(), 0, 9)] == [newest.id]
    assert len(grid.read(visits.recent)) == 2


def test_what_was_loaded_travels_and_so_does_its_undoing(tmp_path: Path) -> None:
    offices = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID)
    grid, community = offices[GRID], offices[COMMUNITY]
    estate = make.estate()
    grid.write(places.save, estate, make.building(estate))
    sheet, plan = register(tmp_path, files.REQUESTS, *map(files.request, (1, 2)), kind=Kind.REQUESTS)
    of = loaded(grid, sheet, plan)

    offices.carry(GRID, COMMUNITY)
    held = community.read(caseload.page, caseload.Wanted(), 0, 9)
    assert [row.state for row in held] == [
        row.state for row in grid.read(caseload.page, caseload.Wanted(), 0, 9)
    ]
    assert {row.state.status for row in held} == {Status.CLOSED}

    grid.write(loads.undo, of.id)
    offices.carry(GRID, COMMUNITY)
    assert not community.read(caseload.page, caseload.Wanted(), 0, 9)
    offices.close()


def test_estates_come_as_patterns_and_those_that_are_there_stay(grid: Store, tmp_path: Path) -> None:
    sheet, plan = register(
        tmp_path,
        files.PLACES,
        ["云溪花园", "1号楼", 2, "18层", 4],
        ["", "2", 1, 6, 2],
        ["幸福苑", "3", 9, 9, 9],
        kind=Kind.PLACES,
    )
    seen = prepared(grid, sheet, plan)
    of = loaded(grid, sheet, plan)

    assert any("1 栋楼本簿已有" in line for line in seen.notes)
    assert [one.shown[1:] for one in seen.ready] == [["1", "共 144 户"], ["2", "共 12 户"]]
    (garden,) = [one for one in grid.read(places.estates) if one.name == "云溪花园"]
    assert garden.quick == "yxhy"
    assert grid.read(places.resolve, "yxhy1-2-1804").building.floors == 18
    assert grid.read(places.resolve, "xfy3-2-501").building.units == 3
    assert grid.write(loads.undo, of.id).taken == 3
    assert [one.name for one in grid.read(places.estates)] == ["幸福苑"]


def test_an_estate_whose_doors_are_in_use_is_not_taken_back(grid: Store, tmp_path: Path) -> None:
    sheet, plan = register(
        tmp_path, files.PLACES, ["云溪花园", "1", 2, 6, 2], ["云溪花园", "2", 2, 6, 2], kind=Kind.PLACES
    )
    of = loaded(grid, sheet, plan)
    at = grid.read(places.resolve, "yxhy1-1-101")
    grid.write(
        visits.save,
        make.visit_entry(id=b"", number="", details={"building": at.building.id, "door": at.door}),
    )

    done = grid.write(loads.undo, of.id)

    assert (done.taken, done.stayed) == (1, 2)
    assert grid.read(places.resolve, "yxhy1-1-101").building.id == at.building.id


def test_a_list_of_doors_becomes_a_pattern_with_its_exceptions(grid: Store, tmp_path: Path) -> None:
    doors = [f"{unit}单元{floor}0{door}" for unit in (1, 2) for floor in (1, 2, 3) for door in (1, 2)]
    doors.remove("2单元301")
    rows = [["云溪花园", "5号楼", *door.split("单元")] for door in doors]
    sheet, plan = register(tmp_path, ("小区", "楼栋", "单元", "房号"), *rows, kind=Kind.PLACES)
    loaded(grid, sheet, plan)

    building = grid.read(places.resolve, "yxhy5-2-302").building
    assert (building.units, building.floors, building.doors_per_floor) == (2, 3, 2)
    assert (building.missing, building.added) == (("2-301",), ())
    assert len(building.doors()) == 11


def test_any_doors_are_met_exactly_by_the_pattern_that_needs_fewest_exceptions() -> None:
    estate = Estate(unit=make.GRID, id=bytes(16), name="幸福苑")
    blank = Building(unit=make.GRID, id=bytes(16), estate=estate.id, number="1")

    def met(*doors: str) -> Building:
        made = of_doors(blank, doors)
        assert set(made.doors()) == set(doors)
        return made

    tower = [f"1-{floor}{door:02}" for floor in range(1, 35) for door in range(1, 5) if floor != 4]
    assert met(*tower).missing == ("1-401", "1-402", "1-403", "1-404")
    assert met("1-101", "1-102", "1-201", "1-202", "1-1901").added
    assert met("1", "2", "4").pattern is Pattern.SINGLE
    assert met("1-101", "s1", "s2").added == ("s1", "s2")
    assert of_doors(blank, ["101", "102"]).doors() == ("1-101", "1-102")


def test_a_plan_that_lacks_a_column_is_refused_before_any_row(grid: Store, tmp_path: Path) -> None:
    sheet, _ = register(tmp_path, files.VISITS, files.visit(1))

    with pytest.raises(BadValue, match="日期"):
        prepared(grid, sheet, Plan(Kind.VISITS, {}))
    with pytest.raises(BadValue, match="income"):
        prepared(grid, sheet, Plan(Kind.VISITS, {0: "visited_on", 1: "income"}))
    with pytest.raises(BadValue, match="两列"):
        prepared(grid, sheet, Plan(Kind.VISITS, {0: "visited_on", 1: "visited_on"}))
