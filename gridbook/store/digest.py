"""One hash per stream and one of all rows: equal at stations that hold the same, however it came."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from gridbook.records.base import CLASSES, Reach, UnitCode
from gridbook.store import tables
from gridbook.store.ops import digest_of, digest_of_husk, unpack
from gridbook.store.session import Session

_ROOM = 1 << 256


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes by stream (`unit reach`): of its ops, of the rows they come to; and one of all rows."""

    streams: Mapping[str, str]
    rows: Mapping[str, str]
    all: str


def of_book(session: Session) -> Digests:
    """The digests of this book as it stands."""
    rows = _rows(session)
    whole = hashlib.sha256("\n".join(f"{name} {value}" for name, value in sorted(rows.items())).encode())
    return Digests(_streams(session), rows, whole.hexdigest())


def stream_name(unit: UnitCode, reach: str) -> str:
    """How a stream is called in lists of digests."""
    return f"{unit} {reach}"


def _streams(session: Session) -> dict[str, str]:
    log, line = tables.op, tables.line
    lines: dict[str, list[int]] = {}
    for number, unit, reach in session.connection.execute(sa.select(line.c.id, line.c.unit, line.c.reach)):
        lines.setdefault(stream_name(unit, reach), []).append(number)
    found = {}
    for name, ids in sorted(lines.items()):
        # A set, because a cloned PC can have sealed the same op twice.
        digests: set[bytes] = set()
        for row in session.connection.execute(sa.select(log.c.body, log.c.husk).where(log.c.line.in_(ids))):
            digests.add(digest_of_husk(row.husk) if row.body is None else digest_of(unpack(row.body)))
        if digests:
            found[name] = _of_set(digests)
    return found


def _of_set(digests: set[bytes]) -> str:
    whole = hashlib.sha256()
    for one in sorted(digests):
        whole.update(one)
    return whole.hexdigest()


def _rows(session: Session) -> dict[str, str]:
    sums: dict[str, int] = {}
    for name, rule in CLASSES.items():
        _add(session, sums, tables.RECORDS[name], rule.reach)
    _add(session, sums, tables.request_state, CLASSES["Request"].reach)
    return {name: value.to_bytes(32, "big").hex() for name, value in sorted(sums.items())}


def _add(session: Session, sums: dict[str, int], table: sa.Table, reach: Reach) -> None:
    # Adding the hashes makes the order in which rows came in not matter.
    for row in session.connection.execute(sa.select(table)):
        plain: list[Any] = [str(table.name), *row]
        one = int.from_bytes(hashlib.sha256(msgspec.msgpack.encode(plain)).digest(), "big")
        name = stream_name(row.unit, reach)
        sums[name] = (sums.get(name, 0) + one) % _ROOM
