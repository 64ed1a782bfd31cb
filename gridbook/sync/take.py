"""Taking in: verify everything and keep nothing, then apply; idempotent, in any order."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyrage
import sqlalchemy as sa
import zstandard

from gridbook.errors import (
    BundleError,
    BundleTooLarge,
    GridbookError,
    NotAddressedHere,
    PracticeIsNotReal,
    UnknownSender,
)
from gridbook.i18n import N_, tr
from gridbook.records.base import CLASSES, Reach, UnitCode, instant_text
from gridbook.records.place import holds, is_within, short_name
from gridbook.records.rights import may_write
from gridbook.store import book, files, journal, tables
from gridbook.store.book import Store
from gridbook.store.bulk import parts, without_pauses
from gridbook.store.journal import Arrived
from gridbook.store.ops import decode as decode_op
from gridbook.store.ops import decode_husk
from gridbook.store.session import Session
from gridbook.sync import bundle, form, judging, receipt, segment, stations, sticks, trust
from gridbook.sync.segment import Header, Payload
from gridbook.sync.trust import Certificate

OPS_PER_TRANSACTION = 20_000
BYTES_PER_TRANSACTION = 16 << 20
AHEAD_MS = 400 * 24 * 3600 * 1000
MOST_KEPT = 200
"""So many refused pieces of one bundle are kept and listed; the rest is counted."""
LARGEST_QUARANTINE = 512 << 20
LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Taken:
    """What came of one file: how much was added, what was refused, what people should be told."""

    path: Path
    sender: UnitCode = ""
    sender_name: str = ""
    segments: int = 0
    ops: int = 0
    added: int = 0
    changed: int = 0
    known: int = 0
    parked: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    by_class: dict[str, int] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    error: GridbookError | None = None

    def alarm(self, sentence: str) -> None:
        """Tell people something, once."""
        if sentence not in self.alarms:
            self.alarms.append(sentence)


@dataclass(slots=True)
class _Verified:
    manifest: bundle.Manifest
    sender: Certificate
    certificates: dict[bytes, Certificate]
    refused: dict[bytes, str] = field(default_factory=dict)
    headers: dict[bytes, Header] = field(default_factory=dict)
    came: dict[bytes, bytes] = field(default_factory=dict)
    pages: list[receipt.Page] = field(default_factory=list)
    ops: int = 0
    length: int = 0


class _SegmentBad(Exception):
    """A segment that is not taken; the rest of the bundle is."""


def from_stick(
    store: Store,
    folder: Path,
    told: Callable[[Taken], None] = lambda taken: None,
    *,
    preview: bool = False,
) -> list[Taken]:
    """Take in every bundle on a stick that is addressed to this office; all others are passed over."""
    ours = store.read(_own_names)
    found = []
    for path in sticks.files(folder, bundle.ENDING):
        if path.name in ours:
            continue
        taken = take(store, path, preview=preview)
        if not isinstance(taken.error, NotAddressedHere):
            found.append(taken)
            told(taken)
    return found


def _own_names(session: Session) -> set[str]:
    table = tables.bundle
    return {row[0] for row in session.connection.execute(sa.select(table.c.name).where(table.c.way == "out"))}


def take(store: Store, path: Path, *, preview: bool = False) -> Taken:
    """Take in one bundle: copy, verify, apply; what cannot be taken is told in the result, never raised."""
    taken = Taken(path)
    try:
        if path.is_symlink() or not path.is_file() or not bundle.looks_like_one(path):
            raise bundle.not_a_bundle()
        copy = sticks.to_inbox(path, store.folder / "inbox")
        if preview:
            # What was only looked at is not taken in at the next start.
            copy = copy.replace(copy.with_name(copy.name + sticks.PART))
    except GridbookError as error:
        taken.error = error
        return taken
    except (OSError, ValueError):
        taken.error = sticks.missing(path.parent)
        return taken
    _take_copy(store, copy, taken, preview=preview)
    return taken


def resume(store: Store) -> list[Taken]:
    """At the start: read what a newer program can read now, and what lies in the inbox since a power cut."""
    if store.read(_has_readable):
        store.write(unpark)
    inbox = store.folder / "inbox"
    if not inbox.is_dir():
        return []
    for part in inbox.glob("*" + sticks.PART):
        part.unlink(missing_ok=True)
    found = []
    for copy in sticks.files(inbox, bundle.ENDING):
        taken = Taken(copy)
        _take_copy(store, copy, taken, preview=False)
        found.append(taken)
    return found


def _take_copy(store: Store, copy: Path, taken: Taken, *, preview: bool) -> None:
    try:
        verified = _verify(store, copy, taken)
        if preview:
            _look(store, copy, verified, taken)
        else:
            _apply(store, copy, verified, taken)
    except (UnknownSender, BundleTooLarge) as error:
        taken.error = error
        if not preview:
            _keep_as_evidence(store, copy)
    except BundleError as error:
        taken.error = error
    except GridbookError as error:
        taken.error = error
        if not preview:
            # The inbox copy stays: after the cause is gone, the next try goes on where this one stopped.
            return
    except Exception as error:
        # Whatever a file holds, it neither ends the program nor lies in the way of the next start.
        LOG.exception("a bundle could not be taken in")
        taken.error = _beyond_reading(error)
        if not preview:
            _keep_as_evidence(store, copy)
    copy.unlink(missing_ok=True)


def _beyond_reading(error: Exception) -> BundleError:
    return BundleError(
        tr("This bundle could not be taken in ({name}).").format(name=type(error).__name__),
        kept=tr("What was taken in before is kept, and so is the file."),
        next=tr("Keep the stick and tell the office above."),
    )


def _verify(store: Store, copy: Path, taken: Taken) -> _Verified:
    """Pass 1: decrypt and check everything, keep nothing."""
    found: list[_Verified] = []

    def on_manifest(
        manifest: bundle.Manifest, encoded: bytes, signature: bytes
    ) -> Callable[[bytes, bytes], None]:
        verified = store.read(_believe, store, manifest, encoded, signature)
        found.append(verified)
        taken.sender, taken.sender_name = verified.sender.unit, verified.sender.body.name

        def on_segment(listed: bytes, packed: bytes) -> None:
            try:
                header, payload = _opened(packed)
                verified.headers[listed] = header
                _check_segment(store, verified, listed, header, payload)
                verified.ops += header.count
            except _SegmentBad as bad:
                verified.refused[listed] = str(bad)

        return on_segment

    with copy.open("rb") as file:
        bundle.read(file, store.keys.age, on_manifest)
    found[0].length = copy.stat().st_size
    good = {one: header for one, header in found[0].headers.items() if one not in found[0].refused}
    beyond = store.read(judging.beyond_revocation, good, found[0].manifest.roster)
    found[0].refused.update((listed, judging.REVOKED) for listed in beyond)
    return found[0]


def _opened(packed: bytes) -> tuple[Header, Payload]:
    try:
        return segment.decode(bundle.unpack_segment(packed))
    except (zstandard.ZstdError, ValueError) as error:
        raise _SegmentBad("malformed") from error


def _believe(
    session: Session, store: Store, manifest: bundle.Manifest, encoded: bytes, signature: bytes
) -> _Verified:
    now = stations.known(session)
    if manifest.practice != session.practice:
        raise PracticeIsNotReal(
            tr("Practice work and real work are never mixed."),
            kept=tr("Nothing was taken from it."),
            next=tr("Use a stick of your own for practice."),
        )
    try:
        sent = [trust.read_certificate(raw) for raw in manifest.certificates]
    except ValueError as error:
        raise bundle.not_a_bundle() from error
    # The sender first: a stranger is not worth the work of looking at every certificate.
    sender = next((one for one in (*now.by_hash.values(), *sent) if one.hash == manifest.sender), None)
    good = (
        sender is not None
        and trust.believed_one(sender, sent, now.by_hash, now.root)
        and sender.unit == manifest.unit
        and sender.hash not in now.revoked
        and sender.made_signature(bundle.MANIFEST_PREFIX, encoded, signature)
    )
    if sender is None or not good:
        raise UnknownSender(
            tr("The sender of this bundle is unknown or not believed."),
            kept=tr("Nothing was taken from it; the file is kept as evidence."),
            next=tr("Keep the stick and tell the office above."),
        )
    if manifest.receiver != session.unit:
        raise NotAddressedHere(
            tr("This bundle is not addressed to this office."),
            kept=tr("Nothing was taken from it."),
            next=tr("Take the stick to the office it is meant for."),
        )
    return _Verified(manifest, sender, trust.believed_among(sent, now.by_hash, now.root))


def _check_segment(
    store: Store, verified: _Verified, listed: bytes, header: Header, payload: Payload
) -> None:
    """Everything about a segment that does not need its ops understood."""
    author = verified.certificates.get(header.certificate)
    if author is None:
        raise _SegmentBad("unknown author")
    try:
        reach = Reach(header.reach)
    except ValueError:
        raise _SegmentBad("unknown reach") from None
    came = segment.hash_of(payload.header, segment.digests_of(payload))
    if came != listed:
        # Refused by the hash of what came, never by the listed one, or the true segment would be shut out.
        verified.came[listed] = came
        raise _SegmentBad("altered")
    if not author.made_signature(segment.SIGNATURE_PREFIX, listed, payload.signature):
        raise _SegmentBad("altered")
    if not form.is_code(header.unit) or not may_write(author.unit, header.unit, reach):
        raise _SegmentBad("not the author's stream")
    if not holds(store.unit, header.unit, reach):
        raise _SegmentBad("not for this office")


def _understood(author: UnitCode, header: Header, payload: Payload) -> list[Arrived]:
    """The ops of a segment, each by the segment's author and of a class that belongs to its reach."""
    try:
        found = [
            Arrived(one.husk, decode_husk(one.husk), whole=False)
            if isinstance(one, segment.Bare)
            else Arrived(one, decode_op(one))
            for one in payload.ops
        ]
    except ValueError as error:
        raise _SegmentBad("malformed") from error
    for name in {one.op.record_class for one in found}:
        rule = CLASSES.get(name)
        if rule is None or rule.reach != header.reach:
            raise _SegmentBad("class of another reach")
    if {one.op.author for one in found} != {author}:
        raise _SegmentBad("another author's op")
    return found


def _look(store: Store, copy: Path, verified: _Verified, taken: Taken) -> None:
    """What an import would do, without doing it."""

    def on_manifest(*_: object) -> Callable[[bytes, bytes], None]:
        def on_segment(listed: bytes, packed: bytes) -> None:
            header = verified.headers.get(listed)
            if listed in verified.refused or header is None:
                taken.refused.append((verified.refused.get(listed, ""), header.unit if header else ""))
            elif store.read(_held, listed) is not None:
                taken.known += 1
            elif header.min_reader > segment.READER:
                taken.parked += 1
            else:
                try:
                    author = verified.certificates[header.certificate].unit
                    ops = _understood(author, *_opened(packed))
                except _SegmentBad as bad:
                    taken.refused.append((str(bad), header.unit))
                    return
                tally = store.read(_weigh, header, ops, taken.by_class)
                taken.segments += 1
                taken.ops += header.count
                taken.added += tally.added
                taken.changed += tally.changed

        return on_segment

    with copy.open("rb") as file:
        bundle.read(file, store.keys.age, on_manifest)


def _weigh(
    session: Session, header: Header, ops: Sequence[Arrived], by_class: dict[str, int]
) -> journal.Tally:
    for one in ops:
        by_class[one.op.record_class] = by_class.get(one.op.record_class, 0) + 1
    return journal.weigh(session, header.unit, ops)


def _apply(store: Store, copy: Path, verified: _Verified, taken: Taken) -> None:
    """Pass 2: certificates, receipts and lineage first, then whole segments by ≤ 20,000 ops a transaction.

    A bundle of a day is one transaction: what a commit costs is more than what so small a bundle holds.
    """
    waiting: list[tuple[bytes, Header | None, bytes]] = []
    begun = False

    def keep(session: Session) -> None:
        if not begun:
            _keep_manifest(session, verified, taken)
        _keep_segments(session, store, verified, waiting, taken)

    def keep_the_last(session: Session) -> None:
        keep(session)
        _look_at_receipts(session, verified, taken)
        _note_taken(session, verified, taken)

    def on_manifest(*_: object) -> Callable[[bytes, bytes], None]:
        def on_segment(listed: bytes, packed: bytes) -> None:
            nonlocal begun
            header = None if listed in verified.refused else verified.headers[listed]
            ops = sum(one.count for _, one, _ in [*waiting, (listed, header, packed)] if one is not None)
            if ops > OPS_PER_TRANSACTION or sum(len(one) for *_, one in waiting) > BYTES_PER_TRANSACTION:
                store.write(keep)
                begun = True
                waiting.clear()
            waiting.append((listed, header, packed))

        return on_segment

    with without_pauses(), copy.open("rb") as file:
        bundle.read(file, store.keys.age, on_manifest)
        store.write(keep_the_last)


def _keep_manifest(session: Session, verified: _Verified, taken: Taken) -> None:
    manifest = verified.manifest
    stations.keep_certificates(session, verified.certificates.values(), "told")
    stations.keep_lineage(session, verified.sender.unit, manifest.lineage)
    now = stations.known(session)
    if manifest.roster:
        try:
            alarm = stations.keep_roster(session, manifest.roster, now.by_hash[now.root])
        except ValueError:
            alarm = tr("The roster in this bundle is not signed by the subdistrict office.")
        if alarm:
            taken.alarm(alarm)
    for raw in manifest.receipts:
        _keep_receipt(session, verified, raw, taken)
    ahead = int(session.now().timestamp() * 1000) + AHEAD_MS
    if manifest.made_at <= ahead:
        session.standing.newest_signed = max(session.standing.newest_signed, manifest.made_at)


def _keep_receipt(session: Session, verified: _Verified, raw: bytes, taken: Taken) -> None:
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
        (*key, page.number, raw, instant_text(journal.sound_now(session))),
    )


def _note_contradiction(session: Session, page: receipt.Page) -> None:
    """One life gives a number once: neither page proves anything; an office below begins lives told apart."""
    if is_within(page.holder, session.unit):
        over = "UPDATE incarnation SET superseded = ? WHERE id = ? AND unit = ?"
        session.run(over, (True, page.incarnation, page.holder))


def _held(session: Session, its_hash: bytes) -> int | None:
    found = session.run("SELECT id FROM segment WHERE hash = ?", (its_hash,))
    return int(found[0][0]) if found else None


def _complete(session: Session, held: int, verified: _Verified, header: Header, packed: bytes) -> None:
    """A segment that was held with bodies missing came once more: take the bodies."""
    log = tables.op
    lacking = session.connection.execute(
        sa.select(log.c.pos).where(log.c.segment == held, log.c.gone == "absent").limit(1)
    ).first()
    if lacking is not None:
        author = verified.certificates[header.certificate].unit
        journal.complete(session, held, header.unit, _understood(author, *_opened(packed)))


def _keep_segments(
    session: Session,
    store: Store,
    verified: _Verified,
    waiting: Sequence[tuple[bytes, Header | None, bytes]],
    taken: Taken,
) -> None:
    for listed, header, packed in waiting:
        if header is None:
            _note_refusal(session, store, verified, listed, packed, taken)
            continue
        held = _held(session, listed)
        if held is not None:
            taken.known += 1
            _complete(session, held, verified, header, packed)
            continue
        author = verified.certificates[header.certificate]
        raw = bundle.unpack_segment(packed)
        _, payload = segment.decode(raw)
        parked = header.min_reader > segment.READER
        try:
            ops = [] if parked else _understood(author.unit, header, payload)
        except _SegmentBad as bad:
            verified.refused[listed] = str(bad)
            _note_refusal(session, store, verified, listed, packed, taken)
            continue
        line = journal.line_of(session, header.incarnation, author.unit, header.unit, Reach(header.reach))
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
        _take_back_refusal(session, store, listed)
        if parked:
            taken.parked += 1
            continue
        tally = journal.absorb(session, line, number, header.unit, ops)
        journal.count(session, (listed,), header.count)
        taken.ops += header.count
        taken.added += tally.added
        taken.changed += tally.changed


def _has_readable(session: Session) -> bool:
    statement = "SELECT id FROM segment WHERE parked IS NOT NULL AND min_reader <= ? LIMIT 1"
    return bool(session.run(statement, (segment.READER,)))


def unpark(session: Session) -> int:
    """After an update: take the ops of parked segments that this program can read now; returns how many."""
    seg, line = tables.segment, tables.line
    rows = session.connection.execute(
        sa.select(seg.c.id, seg.c.line, seg.c.hash, seg.c.parked, line.c.unit, line.c.author)
        .join(line, line.c.id == seg.c.line)
        .where(seg.c.parked.is_not(None), seg.c.min_reader <= segment.READER)
    ).all()
    for row in rows:
        header, payload = segment.decode(bytes(row.parked))
        journal.absorb(session, row.line, row.id, row.unit, _understood(row.author, header, payload))
        journal.count(session, (bytes(row.hash),), header.count)
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
    book.new_life(session, "echo")
    taken.alarm(
        tr("The other office knows newer work of this book than is here; what is missing was asked for.")
    )


def _look_at_receipts(session: Session, verified: _Verified, taken: Taken) -> None:
    """A neighbour that knows segments or receipt numbers of ours that we do not: time ran backwards here."""
    line, seg = tables.line, tables.segment
    own = sa.select(seg.c.hash).join(line, line.c.id == seg.c.line)
    own = own.where(line.c.incarnation == session.incarnation)
    number = int.from_bytes(book.get(session, "receipt number") or b"", "big")
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


def _note_refusal(
    session: Session, store: Store, verified: _Verified, listed: bytes, packed: bytes, taken: Taken
) -> None:
    header = verified.headers.get(listed)
    reason = verified.refused[listed]
    author = verified.certificates.get(header.certificate) if header else None
    name = short_name(author.unit) if author else tr("an unknown author")
    taken.refused.append((reason, author.unit if author else ""))
    taken.alarm(
        tr(
            "A piece of work by {author}, brought by {sender}, was refused: {reason}. The rest was taken."
        ).format(author=name, sender=short_name(verified.sender.unit), reason=tr(REASONS[reason]))
    )
    if len(taken.refused) > MOST_KEPT:
        return
    table = tables.refusal
    came = verified.came.get(listed, listed)
    known = session.connection.execute(sa.select(table.c.id).where(table.c.segment == came)).first()
    if known is None:
        session.connection.execute(
            sa.insert(table).values(
                segment=came,
                incarnation=header.incarnation if header else b"",
                unit=header.unit if header else "",
                reach=header.reach if header and header.reach in tuple(Reach) else "",
                n=header.n if header else 0,
                author=author.unit if author else "",
                sender=verified.sender.unit,
                reason=reason,
                at=instant_text(session.now()),
                kept_as=_quarantine_segment(store, packed),
            )
        )


def _take_back_refusal(session: Session, store: Store, listed: bytes) -> None:
    """What was refused for a cause that is gone (its author is known now) lies in quarantine no longer."""
    for (kept_as,) in session.run("DELETE FROM refusal WHERE segment = ? RETURNING kept_as", (listed,)):
        if kept_as:
            session.after_commit.append(partial(_discard, store.folder / "quarantine" / kept_as))


def _discard(file: Path) -> None:
    file.unlink(missing_ok=True)


def _note_taken(session: Session, verified: _Verified, taken: Taken) -> None:
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


def _quarantine_segment(store: Store, packed: bytes) -> str:
    """Keep a refused segment, encrypted to this station: it may hold people's words."""
    name = f"{hashlib.sha256(packed).hexdigest()[:32]}.segment.age"
    place = _place_of_evidence(store, name, len(packed))
    if place is None:
        return ""
    files.write_whole(place, pyrage.encrypt(packed, [store.keys.age.to_public()]))
    return name


def _keep_as_evidence(store: Store, copy: Path) -> None:
    """Move a hostile file aside under its content's hash: it is kept once, however often it comes."""
    try:
        place = _place_of_evidence(store, sticks.name_of(copy), copy.stat().st_size)
        if place is not None:
            copy.replace(place)
    except OSError:
        LOG.warning("a refused file could not be kept")


def _place_of_evidence(store: Store, name: str, length: int) -> Path | None:
    """Where to keep it, or nothing when it is there already or the quarantine is full."""
    folder = store.folder / "quarantine"
    folder.mkdir(exist_ok=True)
    kept = {path.name: path.stat().st_size for path in folder.iterdir()}
    if name in kept or sum(kept.values()) + length > LARGEST_QUARANTINE:
        return None
    return folder / name


REASONS = {
    judging.REVOKED: N_("its author's station was revoked before"),
    "malformed": N_("it cannot be read"),
    "unknown author": N_("its author is unknown"),
    "unknown reach": N_("it belongs to no known stream"),
    "altered": N_("it was altered on its way"),
    "not the author's stream": N_("its author may not write there"),
    "not for this office": N_("it is not meant for this office"),
    "another author's op": N_("it passes off another office's work as its own"),
    "class of another reach": N_("it holds what does not belong there"),
}
