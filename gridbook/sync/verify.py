"""Pass 1 of taking in: decrypt and check everything, keep nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path

import zstandard

from gridbook.errors import PracticeIsNotReal, UnknownSender
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, Reach, UnitCode
from gridbook.records.place import holds
from gridbook.records.rights import may_write
from gridbook.store.arriving import Arrived
from gridbook.store.book import Store
from gridbook.store.bulk import without_pauses
from gridbook.store.ops import decode as decode_op
from gridbook.store.ops import decode_husk
from gridbook.store.session import Session
from gridbook.sync import bundle, form, judging, segment, stations, trust
from gridbook.sync.incoming import SegmentBad, Taken, Transaction, Verified
from gridbook.sync.segment import Header, Payload
from gridbook.sync.trust import Certificate


def verify(store: Store, read: Transaction, copy: Path, taken: Taken) -> Verified:
    """Pass 1: decrypt and check everything, keep nothing."""
    found: list[Verified] = []

    def on_manifest(
        manifest: bundle.Manifest, encoded: bytes, signature: bytes
    ) -> Callable[[bytes, bytes], None]:
        verified = read(_believe, manifest, encoded, signature, taken)
        found.append(verified)
        taken.sender, taken.sender_name = verified.sender.unit, verified.sender.body.name

        def on_segment(listed: bytes, packed: bytes) -> None:
            try:
                header, payload = opened(packed)
                verified.headers[listed] = header
                check_segment(store.unit, verified.certificates, listed, header, payload)
                verified.ops += header.count
            except SegmentBad as bad:
                verified.refused[listed] = str(bad)
                if bad.came is not None:
                    verified.came[listed] = bad.came

        return on_segment

    with without_pauses(), copy.open("rb") as file:
        bundle.read(file, taken.opened_by(store), on_manifest)
    found[0].length = copy.stat().st_size
    good = {one: header for one, header in found[0].headers.items() if one not in found[0].refused}
    beyond = read(judging.beyond_revocation, good, found[0].revoked)
    found[0].refused.update((listed, judging.REVOKED) for listed in beyond)
    return found[0]


def opened(packed: bytes) -> tuple[Header, Payload]:
    """A packed segment as header and payload; raises SegmentBad where it cannot be read."""
    try:
        return segment.decode(bundle.unpack_segment(packed))
    except (zstandard.ZstdError, ValueError) as error:
        raise SegmentBad("malformed") from error


def _believe(
    session: Session, manifest: bundle.Manifest, encoded: bytes, signature: bytes, taken: Taken
) -> Verified:
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
    ground = judging.ground_with(session, now, manifest.rosters)
    good = (
        sender is not None
        and trust.believed_one(sender, sent, now.by_hash, ground)
        and sender.unit == manifest.unit
        and sender.hash not in ground.revoked
        and sender.made_signature(bundle.MANIFEST_PREFIX, encoded, signature)
    )
    if sender is None or not good:
        raise UnknownSender(
            tr("The sender of this bundle is unknown or not believed."),
            kept=tr("Nothing was taken from it; the file is kept as evidence."),
            next=tr("Keep the stick and tell the office above."),
        )
    # With the recovery key at hand an office reads what was meant for one that cannot read it any more;
    # what it may hold of that is judged piece by piece.
    if manifest.receiver != session.unit and not taken.recovery:
        raise bundle.not_for_us()
    return Verified(manifest, sender, trust.believed_among(sent, now.by_hash, ground), ground.revoked)


def check_segment(
    unit: UnitCode,
    certificates: Mapping[bytes, Certificate],
    listed: bytes,
    header: Header,
    payload: Payload,
) -> None:
    """Everything about a segment that does not need its ops understood, for the office of that unit."""
    author = certificates.get(header.certificate)
    if author is None:
        raise SegmentBad(judging.UNKNOWN)
    try:
        reach = Reach(header.reach)
    except ValueError:
        raise SegmentBad("unknown reach") from None
    came = segment.hash_of(payload.header, segment.digests_of(payload.ops))
    if came != listed:
        # Refused by the hash of what came, never by the listed one, or the true segment would be shut out.
        raise SegmentBad(judging.ALTERED, came)
    if not author.made_signature(segment.SIGNATURE_PREFIX, listed, payload.signature):
        raise SegmentBad(judging.ALTERED)
    if not form.is_code(header.unit) or not may_write(author.unit, header.unit, reach):
        raise SegmentBad("not the author's stream")
    if not holds(unit, header.unit, reach):
        raise SegmentBad("not for this office")


def understood(author: UnitCode, header: Header, payload: Payload) -> list[Arrived]:
    """The ops of a segment, each by the segment's author and of a class that belongs to its reach."""
    try:
        found = [
            Arrived(one.husk, decode_husk(one.husk), whole=False)
            if isinstance(one, segment.Bare)
            else Arrived(one, decode_op(one))
            for one in payload.ops
        ]
    except ValueError as error:
        raise SegmentBad("malformed") from error
    for name in {one.op.record_class for one in found}:
        rule = CLASSES.get(name)
        if rule is None or rule.reach != header.reach:
            raise SegmentBad("class of another reach")
    if {one.op.author for one in found} != {author}:
        raise SegmentBad("another author's op")
    return found
