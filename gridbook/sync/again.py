"""Judged again: held work when its author was revoked, refused work when the cause of the refusal is gone."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from gridbook import __version__
from gridbook.i18n import tr
from gridbook.records.place import short_name
from gridbook.store import aside, book, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import judging, quarantine, sealing, stations
from gridbook.sync.apply import held_as, keep_segment
from gridbook.sync.incoming import SegmentBad, Taken
from gridbook.sync.verify import check_segment, opened

TRUST, PROGRAM = "judged by trust", "judged by program"
"""By which certificates and revocations, and by which program, everything here was judged last."""


def judge(
    session: Session,
    store: Store,
    taken: Taken,
    came: frozenset[bytes] = frozenset(),
    *,
    rehearsed: bool = False,
) -> None:
    """Judge anew what a roster, a certificate, an update or a piece by these stations gives cause for."""
    now = stations.known(session)
    trusted = _mark_of(now)
    fresh = book.get(session, TRUST) != trusted
    updated = book.get(session, PROGRAM) != __version__.encode()
    if not (fresh or updated or came & {*now.revoked}):
        return
    book.put(session, TRUST, trusted)
    book.put(session, PROGRAM, __version__.encode())
    for certificate in sorted({*now.revoked, *stations.disowned(session, now)}):
        # A book that was itself revoked keeps its work; nobody believes it till it is admitted anew.
        if certificate != now.own.hash:
            _judge_station(session, store, now, certificate, taken, rehearsed=rehearsed)
    for row in _curable(session, now, updated=updated):
        _try_again(session, store, now, row, taken)


def _mark_of(now: stations.Known) -> bytes:
    mark = hashlib.sha256()
    for one in (*sorted(now.by_hash), b"revoked"):
        mark.update(one)
    for certificate, namings in sorted(now.revoked.items()):
        for heads in sorted(sorted(heads) for heads in namings):
            mark.update(b"".join((certificate, *heads)))
    return mark.digest()


def _judge_station(
    session: Session,
    store: Store,
    now: stations.Known,
    certificate: bytes,
    taken: Taken,
    *,
    rehearsed: bool,
) -> None:
    """Take what lies beyond the named heads out of the log, and what does not out of quarantine."""
    before = judging.chain(session, certificate)
    good: set[bytes] = set()
    if certificate in now.by_hash:
        good = judging.up_to_heads(before, now.revoked[certificate])
    reason = judging.REVOKED if certificate in now.by_hash else judging.UNKNOWN
    held = session.run("SELECT id, hash FROM segment WHERE certificate = ?", (certificate,))
    beyond = [(int(number), bytes(its_hash)) for number, its_hash in held if bytes(its_hash) not in good]
    if beyond:
        for number, its_hash in beyond:
            _set_aside(session, store, number, its_hash, reason, rehearsed=rehearsed)
        aside.take_out(session, [number for number, _ in beyond])
        taken.aside += len(beyond)
        taken.alarm(
            tr(
                "{n} pieces of work by {author} were put into quarantine: its station was revoked before."
            ).format(n=len(beyond), author=short_name(stations.unit_of(session, certificate)))
        )
    rows = session.connection.execute(_refused().where(tables.refusal.c.certificate == certificate)).all()
    for row in rows:
        if row.reason == judging.REVOKED and bytes(row.segment) in good:
            _try_again(session, store, now, row, taken)


def _set_aside(
    session: Session, store: Store, number: int, its_hash: bytes, reason: str, *, rehearsed: bool
) -> None:
    table, seg, line = tables.refusal, tables.segment, tables.line
    if session.connection.execute(sa.select(table.c.id).where(table.c.segment == its_hash)).first():
        return
    row = session.connection.execute(
        sa.select(seg, line.c.incarnation, line.c.unit, line.c.reach, line.c.author)
        .join(line, line.c.id == seg.c.line)
        .where(seg.c.id == number)
    ).one()
    quarantine.note_held(session, store, row, sealing.rebuilt(session, number), reason, rehearsed=rehearsed)


def _refused() -> "sa.Select[tuple[object, ...]]":
    return sa.select(tables.refusal).order_by(tables.refusal.c.incarnation, tables.refusal.c.n)


def _curable(
    session: Session, now: stations.Known, *, updated: bool
) -> "Sequence[sa.Row[tuple[object, ...]]]":
    """Refusals whose author is known now, and after an update all that an older program may have misread."""
    rows = session.connection.execute(_refused()).all()
    return [
        row
        for row in rows
        if (row.reason == judging.UNKNOWN and row.certificate in now.by_hash)
        or (updated and row.reason not in (judging.UNKNOWN, judging.REVOKED, judging.ALTERED))
    ]


def _try_again(
    session: Session,
    store: Store,
    now: stations.Known,
    row: "sa.Row[tuple[object, ...]]",
    taken: Taken,
) -> None:
    """Take a refused piece out of quarantine if nothing is wrong with it any more; nobody sends it again."""
    listed = bytes(row.segment)
    packed = quarantine.kept(store, row.kept_as)
    if packed is None or held_as(session, listed) is not None:
        # It was thrown away or never kept: what is not refused any more comes again by itself.
        quarantine.take_back(session, store, listed)
        return
    try:
        header, payload = opened(packed)
        check_segment(session.unit, now.by_hash, listed, header, payload)
        if judging.beyond_revocation(session, {listed: header}, now.revoked):
            raise SegmentBad(judging.REVOKED)
        keep_segment(session, store, now.by_hash[header.certificate], listed, header, packed, taken)
        taken.released += 1
    except SegmentBad as bad:
        author = now.by_hash.get(row.certificate)
        table = tables.refusal
        session.connection.execute(
            sa.update(table)
            .where(table.c.id == row.id)
            .values(reason=str(bad), author=author.unit if author else row.author)
        )
