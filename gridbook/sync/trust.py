"""Who is who: certificates by the office above, the root-signed roster, and the 8 digits people compare."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridbook.errors import BadValue
from gridbook.records.base import UnitCode
from gridbook.records.place import Level, is_practice, level_of, parent_of
from gridbook.sync import form
from gridbook.sync.form import Count, Moment

SUITE = 1
"""Ed25519, X25519 through age, SHA-256; other suites have other numbers."""

CERTIFICATE_PREFIX = b"gridbook certificate 1\0"
ROSTER_PREFIX = b"gridbook roster 1\0"
LARGEST_CERTIFICATE = 2048
LARGEST_ROSTER = 1 << 20
MOST_ROSTERS = 16
"""So many rosters travel beside the newest; more would need a subdistrict that was put back that often."""


class Body(msgspec.Struct, array_like=True, frozen=True):
    """What a certificate states: which unit's station holds these keys, and which station says so."""

    suite: int
    unit: UnitCode
    name: str
    sign_key: bytes
    age_recipient: str
    recovery_recipient: str
    issued_by: bytes | None
    issued_at: Moment


class _Signed(msgspec.Struct, array_like=True, frozen=True):
    body: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with the exact bytes it came in; its hash is its name."""

    raw: bytes
    hash: bytes
    body: Body
    signed: bytes
    signature: bytes

    @property
    def unit(self) -> UnitCode:
        """The unit whose station this is."""
        return self.body.unit

    def made_signature(self, prefix: bytes, message: bytes, signature: bytes) -> bool:
        """Whether this station signed the message."""
        return verified(self.body.sign_key, prefix + message, signature)


class RosterBody(msgspec.Struct, array_like=True, frozen=True):
    """Every station of the subdistrict, and the heads up to which a revoked one is still believed.

    Both only grow: two rosters come to what either of them says, and a station that is revoked in both is
    believed only as far as both of them believe it.
    """

    version: Count
    made_at: Moment
    stations: tuple[tuple[UnitCode, bytes], ...]
    revoked: tuple[tuple[bytes, tuple[bytes, ...]], ...]


Revocation = tuple[bytes, frozenset[bytes]]
"""A revoked certificate and the heads of its work up to which it is still believed."""

_outers = msgspec.msgpack.Decoder(_Signed)
_bodies = msgspec.msgpack.Decoder(Body)
_rosters = msgspec.msgpack.Decoder(RosterBody)


def verified(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is good."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def issue(
    key: Ed25519PrivateKey,
    issuer: Certificate | None,
    asked: "Asked",
    issued_at: int,
) -> Certificate:
    """A certificate for the asking station, signed by the office above (or by itself, at the root)."""
    body = Body(
        SUITE,
        asked.unit,
        asked.name,
        asked.sign_key,
        asked.age_recipient,
        asked.recovery_recipient,
        issuer.hash if issuer else None,
        issued_at,
    )
    signed = msgspec.msgpack.encode(body)
    signature = key.sign(CERTIFICATE_PREFIX + signed)
    return read_certificate(msgspec.msgpack.encode(_Signed(signed, signature)))


@lru_cache(maxsize=1024)
def read_certificate(raw: bytes) -> Certificate:
    """The certificate behind its bytes; its signature is checked by `believed`."""
    # Kept, because every bundle asks for each station of the subdistrict several times.
    if len(raw) > LARGEST_CERTIFICATE:
        raise ValueError("a certificate has at most 2 KiB")
    outer = form.read(_outers, raw)
    body = form.read(_bodies, outer.body)
    if body.suite != SUITE or len(body.sign_key) != 32:
        raise ValueError("unknown suite")
    try:
        level_of(body.unit)
    except BadValue as bad:
        raise ValueError(bad.message) from bad
    return Certificate(raw, hashlib.sha256(raw).digest(), body, outer.body, outer.signature)


Revoked = Mapping[bytes, frozenset[frozenset[bytes]]]
"""Revoked certificates, and for each revocation the heads that it names."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What belief rests on: the pinned root, whom the rosters revoke, and whom they list."""

    root: bytes
    revoked: Revoked
    listed: frozenset[bytes]

    def disowns(self, certificate: Certificate) -> bool:
        """Whether its issuer was revoked before a roster listed it: a thief could have made it."""
        return certificate.body.issued_by in self.revoked and certificate.hash not in self.listed


def believed(certificate: Certificate, known: Mapping[bytes, Certificate], ground: Ground) -> bool:
    """Whether a chain of good signatures leads from the certificate up to the pinned root."""
    if certificate.hash == ground.root:
        return certificate.body.issued_by is None and certificate.made_signature(
            CERTIFICATE_PREFIX, certificate.signed, certificate.signature
        )
    issuer = known.get(certificate.body.issued_by or b"")
    return (
        issuer is not None
        and not ground.disowns(certificate)
        and issuer.unit == parent_of(certificate.unit)
        and is_practice(issuer.unit) == is_practice(certificate.unit)
        and issuer.made_signature(CERTIFICATE_PREFIX, certificate.signed, certificate.signature)
        and believed(issuer, known, ground)
    )


def believed_one(
    certificate: Certificate, sent: Iterable[Certificate], known: Mapping[bytes, Certificate], ground: Ground
) -> bool:
    """Whether a chain leads from this one to the root, over certificates that came with it or are known."""
    everyone = {**{one.hash: one for one in sent}, **known}
    return not ground.disowns(certificate) and (
        certificate.hash in known or believed(certificate, everyone, ground)
    )


def believed_among(
    certificates: Iterable[Certificate], known: Mapping[bytes, Certificate], ground: Ground
) -> dict[bytes, Certificate]:
    """Those certificates to which a chain leads, together with the ones already known."""
    everyone = {**{one.hash: one for one in certificates}, **known}
    return {
        one.hash: one
        for one in everyone.values()
        if not ground.disowns(one) and (one.hash in known or believed(one, everyone, ground))
    }


def sign_roster(key: Ed25519PrivateKey, body: RosterBody) -> bytes:
    """The roster as it travels."""
    signed = msgspec.msgpack.encode(body)
    return msgspec.msgpack.encode(_Signed(signed, key.sign(ROSTER_PREFIX + signed)))


def read_roster(raw: bytes, root: Certificate) -> RosterBody:
    """The roster behind its bytes; raises ValueError unless the root signed it."""
    if len(raw) > LARGEST_ROSTER:
        raise ValueError("a roster has at most 1 MiB")
    outer = form.read(_outers, raw)
    if not root.made_signature(ROSTER_PREFIX, outer.body, outer.signature):
        raise ValueError("the roster is not signed by the root")
    return form.read(_rosters, outer.body)


@lru_cache(maxsize=8)
def kept_roster(raw: bytes) -> RosterBody:
    """The roster behind bytes whose signature was checked when they were kept."""
    return form.read(_rosters, form.read(_outers, raw).body)


def revocations(body: RosterBody) -> frozenset[Revocation]:
    """What a roster says of revoked stations, in a form that can be compared and joined."""
    return frozenset((certificate, frozenset(heads)) for certificate, heads in body.revoked)


class Asked(msgspec.Struct, array_like=True, frozen=True):
    """What a new station asks to be admitted with; public keys only."""

    unit: UnitCode
    name: str
    sign_key: bytes
    age_recipient: str
    recovery_recipient: str


def fingerprint(raw: bytes) -> str:
    """Eight digits that two people compare by voice: `1234 5678`."""
    hashed = hashlib.sha256(b"gridbook fingerprint 1\0" + raw).digest()
    text = f"{int.from_bytes(hashed[:8], 'big') % 100_000_000:08}"
    return f"{text[:4]} {text[4:]}"


def is_root(unit: UnitCode) -> bool:
    """Whether the unit's station signs the roster."""
    return level_of(unit) is Level.SUBDISTRICT
