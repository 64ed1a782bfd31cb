"""What a revoked station signed: believed up to the heads that the roster names, and nothing after them."""

from collections.abc import Mapping

from gridbook.records.base import Reach
from gridbook.records.place import holds
from gridbook.store.session import Session
from gridbook.sync import stations, trust
from gridbook.sync.segment import Header

REVOKED = "revoked"


def revoked_with(session: Session, roster: bytes) -> dict[bytes, frozenset[bytes]]:
    """Revoked certificates and the heads up to which each counts, also by a roster that just came."""
    now = stations.known(session)
    found = dict(now.revoked)
    if roster:
        try:
            body = trust.read_roster(roster, now.by_hash[now.root])
        except ValueError:
            return found
        for certificate, heads in body.revoked:
            found.setdefault(certificate, frozenset(heads))
    return found


def beyond_revocation(session: Session, headers: Mapping[bytes, Header], roster: bytes) -> set[bytes]:
    """Those segments (by hash) of revoked stations that are neither a named head nor come before one."""
    revoked = revoked_with(session, roster)
    now = stations.known(session)
    root = now.by_hash[now.root].unit
    # The roster cannot name heads of chains that the subdistrict never holds; to refuse these would cut a
    # new PC off from what its community keeps for it.
    headers = {its_hash: one for its_hash, one in headers.items() if holds(root, one.unit, Reach(one.reach))}
    beyond: set[bytes] = set()
    for certificate in {one.certificate for one in headers.values()} & set(revoked):
        before = {its_hash: one.prev for its_hash, one in headers.items()}
        before |= {
            bytes(its_hash): None if prev is None else bytes(prev)
            for its_hash, prev in session.run(
                "SELECT hash, prev FROM segment WHERE certificate = ?", (certificate,)
            )
        }
        good: set[bytes] = set()
        for head in revoked[certificate]:
            one: bytes | None = head
            while one is not None and one not in good:
                good.add(one)
                one = before.get(one)
        beyond |= {
            its_hash
            for its_hash, one in headers.items()
            if one.certificate == certificate and its_hash not in good
        }
    return beyond
