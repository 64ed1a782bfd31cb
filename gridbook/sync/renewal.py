"""New keys for a book that has joined: after a clone, or where somebody else may know the old ones."""

import sqlalchemy as sa

from gridbook.records.base import Reach
from gridbook.store import book, keys, log, tables
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import judging, stations
from gridbook.sync.trust import Certificate


def settle(store: Store) -> bool:
    """Sign by the newest certificate of this station whose keys this PC has; returns whether that is new.

    Book and key file are two files: whichever of them is older after a power cut or a restore follows here.
    """
    if not store.read(stations.joined):
        return False
    own = store.read(stations.known).own
    if own.body.sign_key not in {pair.verify_key for pair in store.keys.pairs}:
        store.keys = keys.read_again(store.folder, store.keys)
    newest = store.read(_newest, store)
    if newest is None:
        return False
    if newest.body.sign_key != store.keys.verify_key:
        store.keys = keys.use(store.folder, store.keys, newest.body.sign_key)
    return store.write(_sign_as, newest)


def _newest(session: Session, store: Store) -> Certificate | None:
    ours = {pair.verify_key for pair in store.keys.pairs}
    every = stations.known(session).by_hash.values()
    mine = [one for one in every if one.unit == session.unit and one.body.sign_key in ours]
    return max(mine, key=lambda one: (one.body.issued_at, one.hash), default=None)


def _sign_as(session: Session, own: Certificate) -> bool:
    if book.get(session, stations.OWN) == own.hash:
        return False
    book.put(session, stations.OWN, own.hash)
    # The lines of the new certificate begin anew, so that a clone which keeps the old one is told apart.
    book.new_life(session, "renewed")
    _sign_anew(session)
    return True


def _sign_anew(session: Session) -> None:
    """What this office wrote and nobody believes any more: who admitted it anew vouches for it."""
    now = stations.known(session)
    rows = session.connection.execute(
        sa.select(tables.segment.c.id, tables.segment.c.hash, tables.segment.c.certificate, tables.line)
        .join(tables.line, tables.line.c.id == tables.segment.c.line)
        .where(tables.line.c.author == session.unit, tables.segment.c.parked.is_(None))
        .order_by(tables.segment.c.id)
    ).all()
    good: dict[bytes, set[bytes]] = {}
    for row in rows:
        certificate = bytes(row.certificate)
        if certificate in now.by_hash and certificate not in now.revoked:
            continue
        if certificate not in good:
            named = now.revoked.get(certificate) if certificate in now.by_hash else None
            good[certificate] = judging.up_to_heads(
                judging.chain(session, certificate), named or [frozenset()]
            )
        if bytes(row.hash) not in good[certificate]:
            line = log.line_of(session, session.incarnation, session.unit, row.unit, Reach(row.reach))
            session.run("UPDATE op SET line = ?, segment = NULL WHERE segment = ?", (line, row.id))
            session.run("DELETE FROM segment WHERE id = ?", (row.id,))
