"""Facts travel, persons stay: a canary in every field is found at exactly the entitled offices."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from gridbook.records.base import CLASSES, FieldRule, Reach, Record, new_id
from gridbook.records.rights import HANDED_OVER
from gridbook.store import journal, tables
from gridbook.store.ops import unpack
from gridbook.store.session import Session
from tests.sync.offices import COMMUNITY, GRID, OTHER_COMMUNITY, OTHER_GRID, SUBDISTRICT, Offices

OFFICES = (SUBDISTRICT, COMMUNITY, OTHER_COMMUNITY, GRID, OTHER_GRID)

ENTITLED = {
    Reach.HERE: {GRID},
    Reach.COMMUNITY: {GRID, COMMUNITY},
    Reach.SUBDISTRICT: {GRID, COMMUNITY, SUBDISTRICT},
    Reach.DOWN: set(OFFICES),
}
"""Who may hold what the grid writes, and the lists that the subdistrict writes."""


FIXED: dict[str, Any] = {
    "category": "F01",
    "categories": ("F01",),
    "limit": "5",
    "phone": "19900004321",
    "opens": "09:00",
    "pause_from": "12:00",
    "pause_to": "13:30",
    "closes": "17:31",
    "left": False,
    "back": None,
    "back_on": None,
    "added": ("9-901",),
    "missing": (),
}
"""Fields whose rules leave no room for a canary."""


def canary(class_name: str, rule: FieldRule) -> Any:
    """A value of the field's kind that is found nowhere else."""
    if rule.python is str:
        return f"canary{list(CLASSES).index(class_name):02}x{rule.name}"[: rule.longest]
    if rule.python is tuple:
        return (f"canary{list(CLASSES).index(class_name):02}x{rule.name}"[: rule.longest],)
    if issubclass(rule.python, StrEnum):
        return next(iter(rule.python))
    return {
        int: 7,
        bool: True,
        bytes: f"canary{list(CLASSES).index(class_name):02}".encode().ljust(16, b"!"),
        date: date(2031, 1, 1 + list(CLASSES).index(class_name)),
        datetime: datetime(2032, 1, 1 + list(CLASSES).index(class_name), tzinfo=UTC),
    }[rule.python]


def filled(class_name: str, unit: str, record_id: bytes) -> Record:
    """A record of the class with a canary in every field that the rules of entry leave free."""
    rule = CLASSES[class_name]
    values = {field.name: canary(class_name, field) for field in rule.fields}
    values |= {name: value for name, value in FIXED.items() if name in values}
    values |= {"code": unit} if class_name == "Unit" else {}
    return rule.record(unit=unit, id=record_id, **values)


@pytest.fixture(scope="module")
def travelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """Five offices after the grid wrote a record of every class and all sticks went round twice."""
    offices = Offices(tmp_path_factory.mktemp("reach")).found(*OFFICES)
    case = new_id()
    for class_name in CLASSES:
        shared = class_name in (
            "Visit",
            "VisitDetails",
            "VisitNote",
            "Request",
            "Particulars",
            "Contact",
            "Mandate",
        )
        author = SUBDISTRICT if CLASSES[class_name].reach is Reach.DOWN else GRID
        desk = COMMUNITY if class_name in HANDED_OVER else author
        offices[desk].write(journal.save, filled(class_name, author, case if shared else new_id()))
    for _ in range(2):
        offices.round()
    yield offices
    offices.close()


@pytest.mark.parametrize("class_name", list(CLASSES))
def test_a_class_is_found_at_exactly_the_entitled_offices(travelled: Offices, class_name: str) -> None:
    rule = CLASSES[class_name]
    for unit in OFFICES:
        held = travelled[unit].read(_texts_of_class, class_name)
        for field in rule.fields:
            if field.python is str and field.name not in FIXED and field.name != "code":
                found = canary(class_name, field) in held
                assert found == (unit in ENTITLED[rule.reach]), (unit, class_name, field.name)


@pytest.mark.parametrize("unit", OFFICES)
def test_no_canary_lies_anywhere_else_in_a_book(travelled: Offices, unit: str) -> None:
    everything = travelled[unit].read(_every_text)
    for class_name, rule in CLASSES.items():
        for field in rule.fields:
            if field.python is str and unit not in ENTITLED[rule.reach]:
                word = canary(class_name, field)
                if word.startswith("canary"):
                    assert word not in everything, (unit, class_name, field.name)
    if unit not in ENTITLED[Reach.COMMUNITY]:
        assert "19900004321" not in everything


def test_no_canary_lies_in_the_clear_on_any_disk_or_stick(travelled: Offices) -> None:
    for path in Path(travelled.folder).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for coding in ("utf-8", "utf-16-le", "gbk"):
                assert "canary".encode(coding) not in data, path
                assert "19900004321".encode(coding) not in data, path


def _texts_of_class(session: Session, class_name: str) -> str:
    rows = session.connection.execute(tables.RECORDS[class_name].select()).all()
    return repr([tuple(row) for row in rows])


def _every_text(session: Session) -> str:
    """Everything a book holds: every table, with the bodies of the log unpacked."""
    parts = []
    for table in tables.metadata.sorted_tables:
        for row in session.connection.execute(table.select()):
            parts.append(repr(tuple(row)))
            if table is tables.op and row.body is not None:
                parts.append(unpack(bytes(row.body)).decode("utf-8", "replace"))
            if table is tables.segment and row.parked is not None:
                parts.append(bytes(row.parked).decode("utf-8", "replace"))
    return "\n".join(parts)
