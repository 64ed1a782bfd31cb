"""One book on two PCs: noticed where both of its lives go on, or one station signed a number twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations

import sqlalchemy as sa

from gridbook.records.base import UnitCode, instant_of
from gridbook.store import tables
from gridbook.store.session import Session
from gridbook.sync import receipt, stations


@dataclass(frozen=True, slots=True)
class _Life:
    unit: UnitCode
    id: bytes
    parent: bytes | None
    began_at: datetime
    signed_at: datetime


def noticed(session: Session) -> Sequence[UnitCode]:
    """The units whose present certificate is used on two PCs; a unit that was renewed since is settled."""
    now = stations.known(session)
    units = {one.unit for one in now.by_hash.values()}
    present = {one.hash: unit for unit in units if (one := now.of_unit(unit)) is not None}
    found = {present[its_hash] for its_hash in _signed_twice(session) if its_hash in present}
    lives = _lives(session, present)
    return sorted(found | {one.unit for one, other in combinations(lives, 2) if _both_go_on(one, other)})


def _signed_twice(session: Session) -> list[bytes]:
    rows = session.run(
        "SELECT DISTINCT one.certificate FROM segment AS one JOIN segment AS other "
        "ON other.line = one.line AND other.n = one.n AND other.hash <> one.hash"
    )
    return [bytes(row[0]) for row in rows]


def _lives(session: Session, present: Mapping[bytes, UnitCode]) -> list[_Life]:
    """The lives of other offices that signed a receipt with their present certificate, and when last."""
    signed: dict[tuple[UnitCode, bytes], datetime] = {}
    table = tables.receipt
    for row in session.connection.execute(sa.select(table.c.holder, table.c.body)).all():
        page, _ = receipt.decode(bytes(row.body))
        if present.get(page.certificate) == row.holder:
            at = datetime.fromtimestamp(page.made_at / 1000, UTC)
            key = (row.holder, page.incarnation)
            signed[key] = max(signed.get(key, at), at)
    life = tables.incarnation
    return [
        _Life(
            row.unit,
            bytes(row.id),
            None if row.parent is None else bytes(row.parent),
            instant_of(row.began_at),
            signed[(row.unit, bytes(row.id))],
        )
        for row in session.connection.execute(sa.select(life).order_by(life.c.began_at, life.c.id)).all()
        if (row.unit, bytes(row.id)) in signed
    ]


def _both_go_on(one: _Life, other: _Life) -> bool:
    """Whether two lives that parted from one book signed after each had heard of the other's beginning.

    A book that was put back twice has two such lives as well, but the first was silent from then on.
    """
    parted = one.unit == other.unit and one.parent is not None and one.parent == other.parent
    return parted and one.signed_at > other.began_at and other.signed_at > one.began_at
