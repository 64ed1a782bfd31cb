"""Bodies that go: by a lawful order wherever it arrives, or because their time is over."""

from collections.abc import Sequence

import sqlalchemy as sa

from gridbook.records.base import RecordId, UnitCode
from gridbook.records.rights import BY_CONSENT, Kind, may_do
from gridbook.store import tables
from gridbook.store.fold import Seen
from gridbook.store.ops import Digest, digest_of_husk, husk_of, unpack
from gridbook.store.session import Session


def drop_bodies(
    session: Session,
    class_name: str,
    unit: UnitCode,
    record: RecordId,
    digests: frozenset[Digest] | None,
    why: str,
) -> int:
    """Keep only the husks of these ops (or of all), so that the chain still verifies; returns how many."""
    log, line = tables.op, tables.line
    rows = session.connection.execute(
        sa.select(log.c.pos, log.c.body, log.c.husk)
        .join(line, line.c.id == log.c.line)
        .where(
            log.c.record == record,
            log.c["class"] == tables.CLASS_NUMBERS[class_name],
            line.c.unit == unit,
            sa.or_(log.c.gone.is_(None), log.c.gone != why),
        )
    ).all()
    dropped = 0
    for pos, body, held in rows:
        husk = bytes(held) if body is None else husk_of(unpack(bytes(body)))
        if digests is None or digest_of_husk(husk) in digests:
            session.connection.execute(
                sa.update(log).where(log.c.pos == pos).values(body=None, husk=husk, gone=why)
            )
            dropped += body is not None
    return dropped


def obey(session: Session, class_name: str, unit: UnitCode, record: RecordId, seen: Sequence[Seen]) -> None:
    """Drop the bodies that lawful orders among the ops of a record name."""
    named = ordered(class_name, unit, seen)
    if named:
        drop_bodies(session, class_name, unit, record, named, "erased")


def ordered(class_name: str, unit: UnitCode, seen: Sequence[Seen]) -> frozenset[Digest]:
    """The ops of a record whose bodies have to go by a lawful order; an order itself never goes."""
    orders = [
        one for one in seen if one.op.kind is Kind.ERASE and may_do(one.author, unit, class_name, Kind.ERASE)
    ]
    if orders and class_name in BY_CONSENT:
        # Where the consent is gone nothing may stay, also what an office wrote that had not heard of it yet.
        named = {one.digest for one in seen}
    else:
        named = {bytes.fromhex(digest) for one in orders for digest in named_in(one.op.fields.get("digests"))}
    return frozenset(named - {one.digest for one in seen if one.op.kind is Kind.ERASE})


def named_in(value: object) -> list[str]:
    """The digests that an order names, as far as they are digests."""
    if not isinstance(value, list):
        return []
    return [
        text
        for text in value
        if isinstance(text, str) and len(text) == 64 and all(c in "0123456789abcdef" for c in text)
    ]
