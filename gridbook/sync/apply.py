"""Pass 2 of taking in: manifest, receipts and lineage first, then whole segments, in any order."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

from gridbook.i18n import tr
from gridbook.records.base import Reach, UnitCode, instant_text
from gridbook.records.place import is_within, short_name
from gridbook.store import arriving, audit, book, conflicts, life, log, tables
from gridbook.store.book import Store
from gridbook.store.bulk import parts, without_pauses
from gridbook.store.session import Session
from gridbook.sync import bundle, quarantine, receipt, segment, stations, sticks
from gridbook.sync.incoming import SegmentBad, Taken, Transaction, Verified
from gridbook.sync.segment import Header
from gridbook.sync.trust import Certificate
from gridbook.sync.verify import opened, understood

OPS_PER_TRANSACTION = 100_000
"""A commit writes pages of every index anew: 20,000 took a tenth longer, more need more memory."""

BYTES_PER_TRANSACTION = 16 << 20

UNPARKED_AT_ONCE = 4
"""So many parked segments are read in one transaction: 20,000 ops at most."""

AHEAD_MS = 400 * 24 * 3600 * 1000


def apply(
    store: Store,
    write: Transaction,
    copy: Path,
    verified: Verified,
    taken: Taken,
    at_last: Callable[[Session], None],
) -> None:
    """Pass 2: certificates, receipts and lineage first, then whole segments by ≤ 100,000 ops a transaction.

    A bundle of a day is one transaction: what a commit costs is more than what so small a bundle holds.
    `at_last` belongs to the last of them.
    """
    waiting: list[tuple[bytes, Header | None, bytes]] = []
    before: conflicts.Open | None = None
    begun = False

    def keep(session: Session) -> None:
        nonlocal before
        if not begun:
            before = conflicts.open_now(session)
            _keep_manifest(session, verified, taken)
        _keep_segments(session, store, verified, waiting, taken)

    def keep_the_last(session: Session) -> None:
        keep(session)
        at_last(session)
        _look_at_receipts(session, verified, taken)
        _note_taken(session, verified, taken)
        if before is not None:
            _compare(before, conflicts.open_now(session), taken)
        if doubt := life.wrong_clock(session):
            taken.alarm(doubt)

    def on_manifest(*_: object) -> Callable[[bytes, bytes], None]:
        def on_segment(listed: bytes, packed: bytes) -> None:
            nonlocal begun
            header = None if listed in verified.refused else verified.headers[listed]
            ops = sum(one.count for _, one, _ in [*waiting, (listed, header, packed)] if one is not None)
            if ops > OPS_PER_TRANSACTION or sum(len(one) for *_, one in waiting) > BYTES_PER_TRANSACTION:
                write(keep)
                begun = True
                waiting.clear()
            waiting.append((listed, header, packed))

        return on_segment

    with without_pauses(), copy.open("rb") as file:
        bundle.read(file, taken.opened_by(store), on_manifest)
        write(keep_the_last)


def _compare(before: conflicts.Open, after: conflicts.Open, taken: Taken) -> None:
    taken.opened = len(after.asked - before.asked)
    taken.settled = len(before.asked - after.asked)
    taken.waiting = after.waiting - before.waiting


def _keep_manifest(session: Session, verified: Verified, taken: Taken) -> None:
    manifest = verified.manifest
    stations.keep_certificates(session, verified.certificates.values(), "told")
    stations.keep_lineage(session, verified.sender.unit, manifest.lineage)
    now = stations.known(session)
    # The oldest first, so that each is compared with what was said before it.
    for raw in reversed(manifest.rosters):
        try:
            alarm = stations.keep_roster(session, raw, now.by_hash[now.root])
        except ValueError:
            alarm = tr("The roster in this bundle is not signed by the subdistrict office.")
        if alarm:
            taken.alarm(alarm)
    for raw in manifest.receipts:
        _keep_receipt(session, verified, raw, taken)
    ahead = stations.moment(session) + AHEAD_MS
    if manifest.made_at <= ahead:
        session.standing.newest_signed = max(session.standing.newest_signed, manifest.made_at)


def _keep_receipt(session: Session, verified: Verified, raw: bytes, taken: Taken) -> None:
    try:
        page, outer = receipt.decode(raw)
    except ValueError:
        return
    holder = verified.certificates.get(page.certificate)
    if holder is None or holder.unit != page.holder or not receipt.is_credible(page):
        return
    if not holder.made_signature(receipt.PREFIX, outer.page, outer.signature):
        return
    verified.pages.append(page)
    key = (page.holder, page.incarnation, page.unit)
    same = "WHERE holder = ? AND incarnation = ? AND unit = ?"
    held = session.run(f"SELECT number, body FROM receipt {same}", key)
    if held and held[0][0] == page.number and bytes(held[0][1]) != raw:
        taken.alarm(_on_two_pcs(page.holder))
        _note_contradiction(session, page)
        session.run(f"DELETE FROM receipt {same}", key)
        return
    if held and held[0][0] >= page.number:
        return
    session.run(f"DELETE FROM receipt {same}", key)
    session.run(
        "INSERT INTO receipt (holder, incarnation, unit, number, body, came_at) VALUES (?, ?, ?, ?, ?, ?)",
        (*key, page.number, raw, instant_text(log.sound_now(session))),
    )


def _note_contradiction(session: Session, page: receipt.Page) -> None:
    """One life gives a number once: neither page proves anything; an office below begins lives told apart."""
    if is_within(page.holder, session.unit):
        over = "UPDATE incarnation SET superseded = ? WHERE id = ? AND unit = ?"
        session.run(over, (True, page.incarnation, page.holder))


def _keep_segments(
    session: Session,
    store: Store,
    verified: Verified,
    waiting: Sequence[tuple[bytes, Header | None, bytes]],
    taken: Taken,
) -> None:
    for listed, header, packed in waiting:
        if header is None:
            quarantine.note(session, store, verified, listed, packed, taken)
            continue
        held = held_as(session, listed)
        if held is not None:
            taken.known += 1
            try:
                _complete(session, held, verified, header, packed)
            except SegmentBad as bad:
                # It was held as husks; the bodies that came now are not what their author's program writes.
                verified.refused[listed] = str(bad)
                quarantine.note(session, store, verified, listed, packed, taken)
            continue
        try:
            author = verified.certificates[header.certificate]
            keep_segment(session, store, author, listed, header, packed, taken)
        except SegmentBad as bad:
            verified.refused[listed] = str(bad)
            quarantine.note(session, store, verified, listed, packed, taken)


def keep_segment(
    session: Session,
    store: Store,
    author: Certificate,
    listed: bytes,
    header: Header,
    packed: bytes,
    taken: Taken,
) -> None:
    """Take a checked segment into the log and its ops into the tables; raises where they cannot be."""
    raw = bundle.unpack_segment(packed)
    _, payload = segment.decode(raw)
    parked = header.min_reader > segment.READER
    ops = [] if parked else understood(author.unit, header, payload)
    line = log.line_of(session, header.incarnation, author.unit, header.unit, Reach(header.reach))
    _notice_fork(session, line, header, listed, author, taken)
    ((number,),) = session.run(
        'INSERT INTO segment (line, n, hash, prev, "count", min_reader, certificate, signature, parked) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            line,
            header.n,
            listed,
            header.prev,
            header.count,
            header.min_reader,
            header.certificate,
            payload.signature,
            raw if parked else None,
        ),
    )
    taken.segments += 1
    quarantine.take_back(session, store, listed)
    if parked:
        taken.parked += 1
        return
    tally = arriving.absorb(session, line, number, header.unit, ops)
    log.count(session, (listed,), header.count)
    taken.ops += header.count
    for name, count in Counter(one.op.record_class for one in ops).items():
        taken.by_class[name] = taken.by_class.get(name, 0) + count
    taken.added += tally.added
    taken.changed += tally.changed


def held_as(session: Session, its_hash: bytes) -> int | None:
    """The number under which this book holds a segment, if it does."""
    found = session.run("SELECT id FROM segment WHERE hash = ?", (its_hash,))
    return int(found[0][0]) if found else None


def _complete(session: Session, held: int, verified: Verified, header: Header, packed: bytes) -> None:
    """A segment that was held with bodies missing came once more: take the bodies."""
    ops = tables.op
    lacking = session.connection.execute(
        sa.select(ops.c.pos).where(ops.c.segment == held, ops.c.gone == "absent").limit(1)
    ).first()
    if lacking is not None:
        author = verified.certificates[header.certificate].unit
        arriving.complete(session, held, header.unit, understood(author, *opened(packed)))


def has_readable(session: Session) -> bool:
    """Whether segments are parked that this program can read now."""
    statement = "SELECT id FROM segment WHERE parked IS NOT NULL AND min_reader <= ? LIMIT 1"
    return bool(session.run(statement, (segment.READER,)))


def unpark(session: Session, store: Store) -> int:
    """After an update: take the ops of some parked segments that this program can read now.

    Returns how many were settled; one that turns out to be no good is refused and lies in the way no longer.
    """
    seg, line = tables.segment, tables.line
    rows = session.connection.execute(
        sa.select(seg, line.c.incarnation, line.c.unit, line.c.author, line.c.reach)
        .join(line, line.c.id == seg.c.line)
        .where(seg.c.parked.is_not(None), seg.c.min_reader <= segment.READER)
        .order_by(seg.c.id)
        .limit(UNPARKED_AT_ONCE)
    ).all()
    for row in rows:
        try:
            header, payload = segment.decode(bytes(row.parked))
            ops = understood(row.author, header, payload)
        except (SegmentBad, ValueError) as bad:
            reason = str(bad) if isinstance(bad, SegmentBad) else "malformed"
            quarantine.note_held(session, store, row, bytes(row.parked), reason)
            session.connection.execute(sa.delete(seg).where(seg.c.id == row.id))
            continue
        arriving.absorb(session, row.line, row.id, row.unit, ops)
        log.count(session, (bytes(row.hash),), header.count)
        session.connection.execute(sa.update(seg).where(seg.c.id == row.id).values(parked=None))
    return len(rows)


def _notice_fork(
    session: Session, line: int, header: Header, listed: bytes, author: Certificate, taken: Taken
) -> None:
    if not session.run(
        "SELECT id FROM segment WHERE line = ? AND n = ? AND hash <> ? LIMIT 1", (line, header.n, listed)
    ):
        return
    taken.alarm(_on_two_pcs(author.unit))
    if header.incarnation == session.incarnation and author.unit == session.unit:
        _begin_anew(session, taken)


def _on_two_pcs(unit: UnitCode) -> str:
    return tr("The book of {unit} seems to be in use on two PCs; both sides of its work are kept.").format(
        unit=short_name(unit)
    )


def _begin_anew(session: Session, taken: Taken) -> None:
    missing = life.what_is_missing(session)
    book.new_life(session, "echo")
    taken.alarm(
        tr("The other office knows newer work of this book than is here; what is missing was asked for.")
    )
    taken.alarm(missing)


def _look_at_receipts(session: Session, verified: Verified, taken: Taken) -> None:
    """A neighbour that knows segments or receipt numbers of ours that we do not: time ran backwards here."""
    line, seg = tables.line, tables.segment
    own = sa.select(seg.c.hash).join(line, line.c.id == seg.c.line)
    own = own.where(line.c.incarnation == session.incarnation)
    number = int.from_bytes(book.get(session, "receipt number") or b"", "big")
    if (verified.sender.unit, verified.manifest.incarnation) == (session.unit, session.incarnation):
        # Another PC of this office lives the very same life.
        taken.alarm(_on_two_pcs(session.unit))
        book.new_life(session, "echo")
        return
    for page in verified.pages:
        heads = {
            run.head for held in page.lines if held.incarnation == session.incarnation for run in held.runs
        }
        known = {
            bytes(row[0])
            for part in parts(sorted(heads))
            for row in session.connection.execute(own.where(seg.c.hash.in_(part)))
        }
        knows_more = heads != known
        saw_more = page.unit == session.unit and any(
            incarnation == session.incarnation and seen > number for incarnation, seen in page.seen
        )
        if knows_more or saw_more:
            _begin_anew(session, taken)
            return
    if _is_superseded(session):
        _begin_anew(session, taken)


def _is_superseded(session: Session) -> bool:
    """Whether this life was retired by a person, or has a child that somebody else saw."""
    table = tables.incarnation
    mine = session.incarnation
    retired = (table.c.id == mine) & table.c.superseded
    followed = (table.c.parent == mine) & (table.c.unit == session.unit)
    found = session.connection.execute(sa.select(table.c.id).where(retired | followed).limit(1))
    return found.first() is not None


def _note_taken(session: Session, verified: Verified, taken: Taken) -> None:
    audit.note(session, "import", taken.content, verified.sender.unit)
    session.connection.execute(
        sa.insert(tables.bundle).values(
            name=sticks.shown(taken.path),
            way="in",
            peer=verified.sender.unit,
            at=instant_text(session.now()),
            ops=taken.ops,
            bytes=verified.length,
            note="",
        )
    )
