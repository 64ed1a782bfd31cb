"""Bundles: one file with a random name, signed inside and encrypted outside, read and written as a stream."""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
import pyrage
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from gridbook.errors import BundleIsNewer, BundleTooLarge, BundleTorn, NotABundle, NotAddressedHere
from gridbook.i18n import tr
from gridbook.records.base import UnitCode
from gridbook.store import age
from gridbook.sync import form, segment, trust
from gridbook.sync.form import Hash, Life, Moment

MAGIC = b"GRIDBOOK"
VERSION = 1
ENDING = ".gbb"
MANIFEST_PREFIX = b"gridbook manifest 1\0"
LARGEST_MANIFEST = 16 << 20
MOST_SEGMENTS = 200_000
MOST_CERTIFICATES = 4096
MOST_PAGES = 4096
MOST_LIVES = 4096
WIDEST = 1000
"""How many times larger than as it lies in the bundle a segment may be, beyond `SMALL`."""
SMALL = 64 * 1024
PACKING = zstandard.ZstdCompressionParameters(
    strategy=zstandard.STRATEGY_LAZY,
    window_log=21,
    hash_log=17,
    chain_log=16,
    search_log=2,
    min_match=5,
    write_content_size=True,
)
"""How segments are compressed: as small as by level 6 within a hundredth, in two thirds of its time."""
AGE_HEADER = b"age-encryption.org/v1"


class Manifest(msgspec.Struct, array_like=True, frozen=True):
    """What a bundle says of itself; the sender signs exactly these bytes."""

    suite: int
    sender: bytes
    unit: UnitCode
    incarnation: Life
    lineage: Annotated[tuple[tuple[UnitCode, bytes, bytes | None, bool], ...], Meta(max_length=MOST_LIVES)]
    receiver: UnitCode
    made_at: Moment
    reads: int
    practice: bool
    roster: bytes
    certificates: Annotated[tuple[bytes, ...], Meta(max_length=MOST_CERTIFICATES)]
    receipts: Annotated[tuple[bytes, ...], Meta(max_length=MOST_PAGES)]
    segments: Annotated[tuple[Hash, ...], Meta(max_length=MOST_SEGMENTS)]
    further_rosters: Annotated[tuple[bytes, ...], Meta(max_length=trust.MOST_ROSTERS)] = ()
    """Rosters beside the newest that revoke what it does not; no sender of the first form knows of them."""

    @property
    def rosters(self) -> tuple[bytes, ...]:
        """Every roster that came along."""
        return (*((self.roster,) if self.roster else ()), *self.further_rosters)


_manifests = msgspec.msgpack.Decoder(Manifest)


class _Plain:
    """Hands out the plaintext to age piece by piece, so that nothing is held whole."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while not self._left:
            self._left = next(self._parts, b"")
            if not self._left:
                return b""
        piece, self._left = self._left[:size], self._left[size:]
        return piece


class _Counted:
    """Passes on what age writes and keeps its hash and length, to compare with what is read back."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.length = 0

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.length += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def pack_segment(raw: bytes) -> bytes:
    """A segment as it lies in a bundle."""
    return zstandard.ZstdCompressor(compression_params=PACKING).compress(raw)


def unpack_segment(packed: bytes) -> bytes:
    """The segment behind what lies in a bundle; sizes are checked before anything is allocated."""
    size = zstandard.frame_content_size(packed)
    if not 0 <= size <= min(segment.LARGEST_PLAIN, SMALL + WIDEST * len(packed)):
        raise too_large()
    return zstandard.ZstdDecompressor(max_window_size=1 << 25).decompress(
        packed, max_output_size=segment.LARGEST_PLAIN
    )


def write(
    file: IO[bytes],
    recipients: Iterable[str],
    key: Ed25519PrivateKey,
    manifest: Manifest,
    segments: Iterable[bytes],
) -> tuple[bytes, int]:
    """Encrypt manifest, signature and packed segments into the file; returns its SHA-256 and length."""
    encoded = msgspec.msgpack.encode(manifest)
    signature = key.sign(MANIFEST_PREFIX + encoded)

    def parts() -> Iterator[bytes]:
        yield MAGIC + bytes([VERSION]) + len(encoded).to_bytes(4, "big")
        yield encoded
        yield signature
        for packed in segments:
            yield len(packed).to_bytes(4, "big") + packed

    counted = _Counted(file)
    pyrage.encrypt_io(_Plain(parts()), counted, [_recipient(text) for text in recipients])
    return counted.hash.digest(), counted.length


def _recipient(text: str) -> Any:
    return pyrage.x25519.Recipient.from_str(text)


class _Reader:
    """Takes the plaintext in pieces of any size and hands out manifest and segments as they are whole."""

    def __init__(
        self,
        on_manifest: Callable[[Manifest, bytes, bytes], Callable[[bytes, bytes], None]],
    ) -> None:
        self._on_manifest = on_manifest
        self._on_segment: Callable[[bytes, bytes], None] | None = None
        self._held = bytearray()
        self._steps = self._read()
        self._wanted = next(self._steps)
        self.whole = False

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) >= self._wanted and not self.whole:
            piece = bytes(self._held[: self._wanted])
            del self._held[: self._wanted]
            try:
                self._wanted = self._steps.send(piece)
            except StopIteration:
                self.whole = True
        if self.whole and self._held:
            raise NotABundle(
                tr("The bundle is longer than it says."),
                kept=tr("Nothing was taken from it."),
                next=tr("Ask the other office to hand over again."),
            )
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def _read(self) -> Generator[int, bytes, None]:
        start = yield len(MAGIC) + 5
        if start[: len(MAGIC)] != MAGIC:
            raise not_a_bundle()
        if start[len(MAGIC)] != VERSION:
            raise newer(start[len(MAGIC)])
        length = int.from_bytes(start[-4:], "big")
        if length > LARGEST_MANIFEST:
            raise too_large()
        encoded = yield length
        signature = yield 64
        manifest = _manifest(encoded)
        on_segment = self._on_manifest(manifest, encoded, signature)
        for listed in manifest.segments:
            size = int.from_bytes((yield 4), "big")
            if not 0 < size <= segment.LARGEST_PACKED:
                raise too_large()
            on_segment(listed, (yield size))


def _manifest(encoded: bytes) -> Manifest:
    try:
        manifest = form.read(_manifests, encoded)
    except ValueError as error:
        raise not_a_bundle() from error
    if manifest.suite != trust.SUITE:
        raise newer(manifest.suite)
    if len(set(manifest.segments)) != len(manifest.segments):
        raise not_a_bundle()
    return manifest


def read(
    file: IO[bytes],
    identities: list[Any],
    on_manifest: Callable[[Manifest, bytes, bytes], Callable[[bytes, bytes], None]],
) -> None:
    """Decrypt a bundle and hand out its parts; a file that is cut or altered raises, perhaps after some.

    `on_manifest(manifest, its bytes, signature)` returns what each packed segment is given to. age hands out
    plaintext before it knows that the file is whole, so nothing may be kept until this function returns.
    """
    reader = _Reader(on_manifest)
    try:
        age.open_into(file, reader, identities)
    except age.HeaderTooLong as error:
        raise not_a_bundle() from error
    except pyrage.DecryptError as error:
        if _ALIEN in str(error):
            raise not_for_us() from error
        raise not_a_bundle() from error
    except OSError as error:
        raise torn() from error
    if not reader.whole:
        raise torn()


class _Enough(Exception):
    """The first bytes of the plaintext came, so the file is for this station."""


class _Peek:
    def write(self, data: bytes) -> int:
        raise _Enough

    def flush(self) -> None:
        """Nothing is held back."""


def is_for(file: IO[bytes], identities: list[Any]) -> bool:
    """Whether one of these keys opens the file; read no further than its first bytes."""
    try:
        age.open_into(file, _Peek(), identities)
    except pyrage.DecryptError as error:
        return _ALIEN not in str(error)
    except (_Enough, OSError, ValueError):
        return True
    return True


_ALIEN = "No matching keys"


def looks_like_one(path: Path) -> bool:
    """Whether the file begins like an encrypted bundle."""
    with path.open("rb") as file:
        return file.read(len(AGE_HEADER)) == AGE_HEADER


def torn() -> BundleTorn:
    """What is said of a file that was cut or altered."""
    return BundleTorn(
        tr("The bundle was cut off or altered on its way."),
        kept=tr("Nothing was taken from it."),
        next=tr("Put the stick in again, or ask the other office to hand over again."),
    )


def not_a_bundle() -> NotABundle:
    """What is said of a file that never was a bundle."""
    return NotABundle(
        tr("This file is not a GridBook bundle."),
        kept=tr("Nothing was taken from it."),
        next=tr("Ask the other office to hand over again."),
    )


def not_for_us() -> NotAddressedHere:
    """What is said of a bundle that another office is meant to read."""
    return NotAddressedHere(
        tr("This bundle is not addressed to this office."),
        kept=tr("Nothing was taken from it."),
        next=tr("Take the stick to the office it is meant for."),
    )


def newer(version: int) -> BundleIsNewer:
    """What is said of a container this program does not know."""
    return BundleIsNewer(
        tr("This bundle has form {version}; this program reads form {known}.").format(
            version=version, known=VERSION
        ),
        kept=tr("Nothing was taken from it."),
        next=tr("Update GridBook on this PC, then take the bundle in again."),
    )


def too_large() -> BundleTooLarge:
    """What is said of a file that claims impossible sizes."""
    return BundleTooLarge(
        tr("This bundle claims sizes that no honest bundle has."),
        kept=tr("Nothing was taken from it."),
        next=tr("Keep the stick and tell the office above."),
    )
