"""Books, backups, paper and wrong usage from the command line."""

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from gridbook import cli
from gridbook.store import book, views
from gridbook.store.views import View
from gridbook.sync import drills
from tests.cli.conftest import PASSPHRASE, Done, Run, run
from tests.cli.test_work import REQUEST, line
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices

COLUMNS = (
    "序号 编号 登记日期 来源 社区 网格 小区/楼栋 一级类别 二级类别 诉求摘要 办理层级 主办 协办 办理时限 "
    "办结日期 是否按期 办理结果 回访日期 是否解决 满意度 备注"
)


def test_a_new_book_opens_with_its_passphrase_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "right").write_text("correct horse", encoding="utf-8")
    (tmp_path / "wrong").write_text("wrong horse", encoding="utf-8")
    where = ("--book", tmp_path / "book", "--json", "--passphrase-file")
    fields = (
        "--role",
        "subdistrict",
        "--unit",
        "990101001",
        "--name",
        "示范街道（演示数据）",
        "--as",
        "周丽",
    )

    made = run("new", *where, tmp_path / "right", *fields)

    assert made.code == 0, made.err
    assert len(made.facts["recovery"].split()) > 5
    assert run("status", *where, tmp_path / "right").facts["unsent"] >= 0
    refused = run("status", *where, tmp_path / "wrong")
    assert (refused.code, refused.facts["error"]) == (1, "WrongPassphrase")
    again = run("new", *where, tmp_path / "right", *fields)
    assert (again.code, again.facts["error"]) == (1, "BookExists")


def test_a_code_of_another_level_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("correct horse", encoding="utf-8")

    done = run(
        "new", "--book", tmp_path / "book", "--passphrase-file", tmp_path / "word",
        "--role", "grid", "--unit", "990101001", "--name", "x", "--json",
    )  # fmt: skip

    assert (done.code, done.facts["error"]) == (1, "BadValue")
    assert not (tmp_path / "book").exists()


def test_joining_compares_digits(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("correct horse", encoding="utf-8")
    (tmp_path / "stick").mkdir()

    def at(unit: str, *arguments: str | Path) -> dict[str, str]:
        done = run(
            "--book", tmp_path / unit, "--passphrase-file", tmp_path / "word", "--json", *arguments
        )  # fmt: skip
        return done.facts

    at("top", "new", "--role", "subdistrict", "--unit", "990101001", "--name", "街道")
    at("low", "new", "--role", "community", "--unit", "990101001003", "--name", "社区")
    asked = at("low", "join", "ask", "--to", tmp_path / "stick")
    wrong = at("top", "join", "admit", asked["file"], "--to", tmp_path / "stick", "--fingerprint", "00000000")
    assert wrong["error"] == "BadValue"
    told = at(
        "top", "join", "admit", asked["file"], "--to", tmp_path / "stick",
        "--fingerprint", asked["fingerprint"],
    )  # fmt: skip
    assert told["unit"] == "990101001003"
    assert at("low", "join", "accept", told["file"])["office"] == "990101001"


def test_a_missing_book_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("x", encoding="utf-8")

    done = run("status", "--book", tmp_path / "no", "--passphrase-file", tmp_path / "word", "--json")

    assert (done.code, done.facts["error"]) == (1, "BookMissing")
    assert len(done.err.splitlines()) == 1


def test_a_passphrase_that_is_nowhere_is_asked_for_and_never_taken_from_the_records(
    made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GRIDBOOK_PASSPHRASE", raising=False)

    none = run("record", "requests", "--book", made / "grid", "--json", stdin=line(**REQUEST))
    no_file = run("status", "--book", made / "grid", "--json", "--passphrase-file", tmp_path / "no")

    assert (none.code, none.facts["error"]) == (1, "BadValue")
    assert (no_file.code, no_file.facts["error"]) == (1, "NotFound")


def test_a_grid_worker_does_not_erase_what_other_offices_hold(grid: Run) -> None:
    number = grid("record", "requests", stdin=line(**REQUEST)).facts["number"]

    done = grid("erase", number, "--reason", "本人要求删除")

    assert (done.code, done.facts["error"]) == (1, "NotAllowed")
    assert grid("show", number).facts["phone"] == "19900001234"
    assert grid("erase", number).code == 2
    assert grid("purge").facts == {}


def test_backup_restore_and_check(grid: Run, made: Path, tmp_path: Path) -> None:
    number = grid("record", "requests", stdin=line(**REQUEST)).facts["number"]
    before = grid("digest").facts["all"]
    file = grid("backup", "--to", tmp_path / "backups").facts["file"]
    grid("record", "requests", stdin=line(**REQUEST))

    restored = grid("restore", file)

    assert restored.code == 0, restored.err
    assert grid("digest").facts["all"] == before
    assert grid("show", number).code == 0
    assert grid("check", "--deep", "--rebuild").facts == {"troubles": [], "asked_for": 0}
    torn = tmp_path / "torn.gbk"
    torn.write_bytes(Path(file).read_bytes()[:-100])
    assert grid("restore", torn).facts["error"] == "BackupTorn"


def test_sheets_and_ledger_are_written(grid: Run, tmp_path: Path) -> None:
    title = '=HYPERLINK("http://x","y")'
    number = grid("record", "requests", stdin=line(**{**REQUEST, "title": title})).facts["number"]

    for sheet in ("P5", "P6"):
        done = grid("print", sheet, number, "--pdf", tmp_path / f"{sheet}.pdf")
        assert done.code == 0, done.err
        assert (tmp_path / f"{sheet}.pdf").read_bytes().startswith(b"%PDF-")
    blank = grid("print", "P1", "--blank", "2", "--pdf", tmp_path / "blank.pdf").facts
    assert blank["pages"] == 2
    assert len(set(blank["numbers"])) == 2
    batch = grid("print", "P2", "--blank", "2", "--pdf", tmp_path / "batch.pdf").facts
    assert (batch["pages"], len(batch["numbers"])) == (2, 20)
    assert grid("print", "P5", "--blank", "1", "--pdf", tmp_path / "x.pdf").facts["error"] == "NotFound"
    for sheet in ("P9", "P15"):
        assert grid("print", sheet, number, "--pdf", tmp_path / "x.pdf").facts["pages"] == 1
    (tmp_path / "doors.txt").write_text("\n")
    empty = grid("print", "P3", "--doors", tmp_path / "doors.txt", "--pdf", tmp_path / "x.pdf")
    assert (empty.code, "--door" in empty.err) == (2, True)
    month = grid("print", "P14", "--month", "2026-11", "--pdf", tmp_path / "x.pdf").facts
    notice = grid("print", "P13", "--language", "en", "--pdf", tmp_path / "x.pdf").facts
    assert (month["pages"], notice["pages"]) == (1, 1)
    assert grid("print", "P14", "--day", "2026-13-01", "--pdf", tmp_path / "x.pdf").code == 2
    assert grid("print", "P99", number, "--pdf", tmp_path / "x.pdf").code == 2
    assert grid("print", "P1", "--pdf", tmp_path / "x.pdf").code == 2

    month = grid("show", number).facts["registered_at"][:7]
    done = grid("report", "ledger", "--month", month, "--xlsx", tmp_path / "ledger.xlsx")
    sheet_ = openpyxl.load_workbook(tmp_path / "ledger.xlsx").active
    assert sheet_ is not None
    heads = [cell.value for cell in sheet_[2]]
    assert " ".join(heads) == COLUMNS
    row = next(row for row in sheet_.iter_rows(min_row=3) if row[1].value == number)
    assert row[heads.index("诉求摘要")].value == title
    assert row[heads.index("诉求摘要")].data_type == "s"
    assert isinstance(row[heads.index("登记日期")].value, datetime)
    words = str([[cell.value for cell in row] for row in sheet_.iter_rows()])
    assert "王女士" not in words
    assert "19900001234" not in words
    assert "单元" not in words
    assert grid("report", "ledger", "--month", "November", "--xlsx", tmp_path / "y.xlsx").code == 1


def test_a_kept_view_is_handed_out_by_a_command(grid: Run, made: Path, tmp_path: Path) -> None:
    grid("record", "requests", stdin=line(**REQUEST))
    with book.open_book(made / "grid", "陈晓", PASSPHRASE) as store:
        store.write(views.keep, View("requests", "县里要的表", columns=("number", "called", "place")))
    file = tmp_path / "list.csv"
    asked = ("report", "list", "requests", "--view", "县里要的表", "--why", "for a meeting")
    done = grid(*asked, "--csv", file)

    assert (done.code, done.facts["lines"]) == (0, len(file.read_text("utf-8-sig").splitlines()) - 1)
    assert file.read_text("utf-8-sig").splitlines()[0] == "编号,小区/楼栋"
    assert grid(*asked, "--xlsx", tmp_path / "list.xlsx", "--csv", file).code == 2
    assert grid("report", "list", "doors", "--why", "own check", "--csv", file).code == 2
    gone = grid("report", "list", "visits", "--view", "x", "--why", "own check", "--csv", file)
    assert gone.facts["error"] == "NotFound"


def test_the_schema_says_reach_and_retention_of_every_class() -> None:
    told = json.loads(run("schema", "--json").out)

    assert told["$defs"]["VisitNote"]["reach"] == "here"
    assert told["$defs"]["Contact"]["keep"]["days"] == 180


def test_wrong_usage_is_exit_2() -> None:
    assert run("no-such-command").code == 2
    assert run("list").code == 2
    assert run("export", "--json").code == 2


def test_a_bug_says_where_its_trace_is_and_keeps_words_out_of_it(
    monkeypatch: pytest.MonkeyPatch, grid: Run
) -> None:
    words = "王女士" + "19900001234"

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr("gridbook.cli.look.search.find", broken)

    done = grid("find", "x")

    assert done.code == 3
    assert "Traceback" not in done.err
    trace = (cli.paths.logs() / "crash.log").read_text(encoding="utf-8")
    assert "RuntimeError" in trace
    assert words not in trace


def test_what_lay_on_a_stick_and_which_stations_there_are(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    offices = Offices(tmp_path).found(SUBDISTRICT, COMMUNITY, GRID)
    offices.visit()
    offices.carry(GRID, COMMUNITY)
    foreseen = offices[COMMUNITY].read(drills.foresee, GRID)
    offices.close()

    def on(unit: str, *command: str) -> Done:
        where = ("--book", tmp_path / unit, "--passphrase-file", tmp_path / "passphrase", "--json")
        return run(*where, *command)

    (there,) = on(GRID, "lost-stick").lines
    assert there["for"] == COMMUNITY and there["by_class"]["Visit"] == 1 and there["held"] is False
    listed = {one["unit"]: one for one in on(COMMUNITY, "stations").lines}
    assert list(listed) == [SUBDISTRICT, COMMUNITY, GRID]
    assert listed[GRID]["standing"] == "provisional" and listed[COMMUNITY]["own"]
    assert on(COMMUNITY, "lost-pc", GRID).facts["believed"] == foreseen.believed > 0
    told = on(COMMUNITY, "lost-pc", GRID, "--backup-to", str(tmp_path))
    assert told.code == 1 and told.facts["error"] == "NotFound"
