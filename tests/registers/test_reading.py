"""Foreign files: read by another process, columns outside the purpose unread, hostile ones refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gridbook.errors import RegisterError
from gridbook.registers import capped, headings, reading
from gridbook.registers.kinds import Kind
from gridbook.registers.reading import CannotRead
from tests.registers import files


def test_a_register_is_read_by_another_process_without_the_columns_nobody_may_read(tmp_path: Path) -> None:
    title = ["幸福社区走访台账（2026年）"]
    file = files.workbook(tmp_path / "old.xlsx", title, files.VISITS, files.visit(), [], files.visit(2))

    sheet = capped.read(file)

    assert (sheet.sheet, sheet.heading_row, sheet.total) == ("台账", 2, 2)
    assert sheet.refused == ["身份证号", "民族"]
    assert "身份证号" not in sheet.headings and len(sheet.headings) == 10
    assert [row.number for row in sheet.rows] == [3, 5]
    assert not any("110101" in cell for row in sheet.rows for cell in row.cells)


ROW = "走访日期,地址,走访内容\n2026-06-01,幸福苑3-2-501,水龙头已修好\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_table_of_text_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(ROW.replace(",", mark).encode(encoding))

    sheet = reading.read(file)

    assert sheet.headings == ["走访日期", "地址", "走访内容"]
    assert sheet.rows[0].cells == ["2026-06-01", "幸福苑3-2-501", "水龙头已修好"]


def written(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


HOSTILE: list[tuple[str, Callable[[Path], Path], str]] = [
    ("zip bomb", files.bomb, "large"),
    ("entity bomb", files.entity_bomb, "damaged"),
    ("macros", files.with_macros, "macros"),
    ("old or locked workbook", written(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "old workbook"),
    ("another zip", lambda path: files.parts(path, word__document=b"<w/>"), "no workbook"),
    ("cut workbook", files.cut, "damaged"),
    ("workbook that is none", lambda path: files.parts(path, xl__workbook=b"<workbook/>"), "damaged"),
    ("picture", written(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))), "no table"),
    ("wrong letters", written("走访日期,地址\n".encode("gb18030") + b"\x81\xff,\xff\xff\n"), "encoding"),
    ("half of utf-16", written("走访日期,地址\n1,2\n".encode("utf-16") + b"\xd8"), "encoding"),
    ("a letter", written("尊敬的居民：您好".encode()), "no table"),
    ("nothing", written(b" \n"), "empty"),
    ("headings alone", written("走访日期,地址\n".encode()), "empty"),
    ("too many rows", lambda path: files.huge(path, reading.MOST_ROWS + 1), "rows"),
    ("not there", lambda path: path, "missing"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "why"), [one[1:] for one in HOSTILE], ids=[one[0] for one in HOSTILE])
def test_a_hostile_file_is_refused_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path], why: str
) -> None:
    file = make(tmp_path / "x.xlsx")

    with pytest.raises((CannotRead, Exception)) as refused:
        reading.read(file)

    found = refused.value.why if isinstance(refused.value, CannotRead) else "damaged"
    assert found == why
    said = capped.refusal(found).sentence()
    assert said.endswith("。") and "\n" not in said


def test_what_the_other_process_refuses_or_cannot_bear_is_told_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RegisterError, match="宏"):
        capped.read(files.with_macros(tmp_path / "x.xlsx"))
    with pytest.raises(RegisterError, match="损坏"):
        capped.read(files.parts(tmp_path / "y.xlsx", xl__workbook=b"<workbook/>"))

    monkeypatch.setattr(capped, "WAIT", 0)
    with pytest.raises(RegisterError, match="太久") as late:
        capped.read(files.workbook(tmp_path / "z.xlsx", files.VISITS, files.visit()))
    assert late.value.kept and late.value.next


def test_a_long_number_that_lost_its_end_is_noticed(tmp_path: Path) -> None:
    file = files.workbook(tmp_path / "a.xlsx", ["走访日期", "走访内容"], ["2026-06-01", 110101199003078515])
    (row,) = reading.read(file).rows
    table = tmp_path / "b.csv"
    table.write_text("走访日期,走访内容\n2026-06-01,1.10101E+17\n", encoding="utf-8")
    (as_power,) = reading.read(table).rows

    assert row.mangled == as_power.mangled == [1]


@pytest.mark.parametrize(
    "heading",
    ["身份证号码", "户主 身份证号", "民族", "是否党员", "家庭年收入（元）", "户籍地", "Ethnicity", "idCard",
     "date of birth", "性别", "工作单位", "人员类型", "风险等级", "车牌号", "微信号", "残疾情况",
     "Household size"],
)  # fmt: skip
def test_a_column_about_what_nobody_is_to_know_is_refused(heading: str) -> None:
    assert headings.is_refused(heading)


def test_no_column_that_the_book_asks_for_is_refused() -> None:
    known = headings.known_words()
    assert not [word for word in known if headings.is_refused(word)]


def test_headings_suggest_their_fields_though_they_are_spelled_otherwise() -> None:
    found = [
        "序号",
        "走访的日期",
        "小区名",
        "楼栋 号",
        "单元",
        "房间号",
        "走访事由*",
        "走访结果（必填）",
        "备注",
    ]

    assert headings.likely_kind(found) is Kind.VISITS
    assert list(headings.suggested(Kind.VISITS, found).values()) == [
        "visited_on", "estate", "building", "unit", "door", "reason", "outcome",
    ]  # fmt: skip
    assert headings.likely_kind(files.REQUESTS) is Kind.REQUESTS
    assert headings.likely_kind(files.PLACES) is Kind.PLACES
