"""What a revoked station signed: believed up to the heads that the rosters name, and nothing after them."""

import contextlib
from collections.abc import Iterable, Mapping

from gridbook.store.session import Session
from gridbook.sync import stations, trust
from gridbook.sync.segment import Header

REVOKED = "revoked"
UNKNOWN = "unknown author"
ALTERED = "altered"


def ground_with(session: Session, now: stations.Known, rosters: Iterable[bytes]) -> trust.Ground:
    """What belief rests on by the rosters that are held and by those that just came."""
    came = []
    for raw in rosters:
        with contextlib.suppress(ValueError):
            came.append(trust.read_roster(raw, now.by_hash[now.root]))
    return stations.ground(session, now.root, came)


def beyond_revocation(
    session: Session, headers: Mapping[bytes, Header], revoked: trust.Revoked
) -> set[bytes]:
    """Those segments (by hash) of revoked stations that are neither a named head nor come before one."""
    beyond: set[bytes] = set()
    for certificate in {one.certificate for one in headers.values()} & set(revoked):
        came = {its_hash: one for its_hash, one in headers.items() if one.certificate == certificate}
        before = chain(session, certificate) | {its_hash: one.prev for its_hash, one in came.items()}
        beyond |= set(came) - up_to_heads(before, revoked[certificate])
    return beyond


def chain(session: Session, certificate: bytes) -> dict[bytes, bytes | None]:
    """What came before each segment of a station, of those that are held and those in quarantine."""
    return {
        bytes(its_hash): None if prev is None else bytes(prev)
        for its_hash, prev in session.run(
            "SELECT hash, prev FROM segment WHERE certificate = ? "
            "UNION ALL SELECT segment, prev FROM refusal WHERE certificate = ?",
            (certificate, certificate),
        )
    }


def up_to_heads(before: Mapping[bytes, bytes | None], revocations: Iterable[frozenset[bytes]]) -> set[bytes]:
    """The segments that every one of the revocations still believes: its heads and what led to them."""
    return set.intersection(*(_up_to(before, heads) for heads in revocations))


def _up_to(before: Mapping[bytes, bytes | None], heads: Iterable[bytes]) -> set[bytes]:
    good: set[bytes] = set()
    for head in heads:
        one: bytes | None = head
        while one is not None and one not in good:
            good.add(one)
            one = before.get(one)
    return good
