"""The map of a register as a small file: which heading is which field, and values for all rows."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from gridbook.errors import BadValue
from gridbook.i18n import tr
from gridbook.registers import headings
from gridbook.registers.kinds import Kind
from gridbook.registers.rows import Plan


class Map(msgspec.Struct, forbid_unknown_fields=True):
    """A map as offices keep it beside their registers, written as JSON."""

    kind: Kind
    columns: dict[str, str]
    sheet: str = ""
    fixed: dict[str, str] = {}


def read(file: Path) -> Map:
    """The map in a file."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Map)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadValue(
            "map",
            tr("The map {file} cannot be read.").format(file=file.name),
            next=tr("Let `gridbook load FILE --suggest` write one, and change what it got wrong."),
        ) from error


def suggested(kind: Kind | None, found: Sequence[str], sheet: str = "") -> Map:
    """The map that the headings suggest; of two columns of one name the first counts."""
    chosen = kind or headings.likely_kind(found)
    columns: dict[str, str] = {}
    for n, name in headings.suggested(chosen, found).items():
        columns.setdefault(found[n], name)
    return Map(chosen, columns, sheet)


def text(made: Map) -> str:
    """A map as its file has it."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2).decode()


def plan(of: Map, found: Sequence[str]) -> Plan:
    """A map laid onto the headings of a register."""
    columns = {}
    for heading, name in of.columns.items():
        if heading not in found:
            raise BadValue(
                "map",
                tr("The register has no column “{heading}”.").format(heading=heading[:30]),
                next=tr("Its columns are: {names}.").format(names="、".join(found)),
            )
        columns[list(found).index(heading)] = name
    return Plan(of.kind, columns, of.fixed)
