"""Old registers as offices have them, and files that only look like some."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl

VISITS = (
    "序号",
    "走访日期",
    "小区",
    "楼栋",
    "单元",
    "室号",
    "户主姓名",
    "身份证号",
    "民族",
    "走访事由",
    "走访结果",
    "走访内容",
)
REQUESTS = (
    "编号",
    "登记日期",
    "地址",
    "诉求人",
    "联系电话",
    "问题类别",
    "诉求内容",
    "办理结果",
    "办结日期",
    "满意度",
    "家庭年收入",
)
PLACES = ("小区名称", "楼栋号", "单元数", "层数", "每层户数")


def workbook(path: Path, *rows: Sequence[Any], title: str = "台账") -> Path:
    """A workbook of one sheet with these rows."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    made.save(path)
    return path


def visit(n: int = 1, **over: Any) -> list[Any]:
    """A row of an old register of visits, with what this book never keeps beside it."""
    given = {
        "序号": n, "走访日期": date(2026, 6, 1) + timedelta(days=n), "小区": "幸福苑", "楼栋": "3号楼",
        "单元": "2单元", "室号": 501, "户主姓名": "王小明", "身份证号": "110101199003078515", "民族": "汉",
        "走访事由": "回访", "走访结果": "已见面", "走访内容": "水龙头已修好", **over,
    }  # fmt: skip
    return [given[name] for name in VISITS]


def request(n: int = 1, **over: Any) -> list[Any]:
    """A row of an old register of requests."""
    day = date(2026, 9, 1) + timedelta(days=n)
    given = {
        "编号": f"XF-2026-{n:04}", "登记日期": day, "地址": "幸福苑3号楼2单元501室", "诉求人": "王小明",
        "联系电话": 19900001234, "问题类别": "房屋漏水渗水", "诉求内容": "下雨后屋顶渗水",
        "办理结果": "已解决", "办结日期": day + timedelta(days=3), "满意度": "满意",
        "家庭年收入": "3万", **over,
    }  # fmt: skip
    return [given[name] for name in REQUESTS]


def parts(path: Path, **held: bytes) -> Path:
    """A zip of these parts, each named with `__` for a stroke."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, data in held.items():
            made.writestr(name.replace("__", "/") + ".xml", data)
    return path


def bomb(path: Path) -> Path:
    """A small file that unpacks to more than a disk would like."""
    return parts(path, xl__workbook=b"<workbook/>", xl__sheet=b"\0" * (600 << 20))


def entity_bomb(path: Path) -> Path:
    """A workbook whose text would grow a thousandfold while it is read."""
    said = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    return parts(path, xl__workbook=said)


def with_macros(path: Path) -> Path:
    """A workbook that brings a program along."""
    workbook(path, VISITS, visit())
    with zipfile.ZipFile(path, "a") as held:
        held.writestr("xl/vbaProject.bin", b"\xcc\x61")
    return path


def huge(path: Path, rows: int) -> Path:
    """A table of text with so many rows."""
    text = io.StringIO()
    text.write("走访日期,地址\n")
    text.write("2026-06-01,幸福苑3-2-501\n" * rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def cut(path: Path) -> Path:
    """The first part of a workbook, as a stick that was pulled out leaves it."""
    path.write_bytes(workbook(path, VISITS, visit()).read_bytes()[:900])
    return path
