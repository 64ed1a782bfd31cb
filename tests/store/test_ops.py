"""Ops as bytes: they come back as they were, small, and what is no op is refused."""

import hashlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from gridbook import paths
from gridbook.records.rights import Kind
from gridbook.store import journal, ops, visits
from gridbook.store.book import Store
from gridbook.store.ops import Op
from tests import make

SHIPPED = "004f111e22b5f3ff2e46108dc78beba7da3e5f27e4168230a4f77bb758b0da32"
"""SHA-256 of the dictionary that books of release 0.1.0 are written with."""

TEXTS = st.text(max_size=60)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(0, 2**40), TEXTS, st.binary(max_size=40), st.lists(TEXTS)
)


@given(
    fields=st.dictionaries(st.text(min_size=1, max_size=12), VALUES, max_size=8), stamp=st.integers(0, 2**43)
)
def test_an_op_comes_back_as_it_was(fields: dict[str, object], stamp: int) -> None:
    op = Op(
        "Visit", bytes(16), Kind.SET, make.GRID, (b"\x01" * 32,), stamp, False, 1, fields, "1", "", bytes(16)
    )

    raw = ops.encode(op)

    assert ops.decode(ops.unpack(ops.pack(raw))) == op
    assert ops.digest_of_husk(ops.husk_of(raw)) == ops.digest_of(raw)
    assert ops.decode_husk(ops.husk_of(raw)).stamp == stamp


def test_the_ops_of_a_visit_are_small(grid: Store) -> None:
    entry = grid.write(visits.save, make.visit_entry(id=b"", number=""))
    assert isinstance(entry, visits.VisitEntry)

    for name in ("Visit", "VisitDetails"):
        (seen,) = grid.read(journal.history, name, make.GRID, entry.visit.id)
        assert len(ops.pack(ops.encode(seen.op))) <= 110


@given(body=st.binary(max_size=200))
def test_bytes_that_are_no_body_are_refused_in_one_way(body: bytes) -> None:
    try:
        ops.decode(ops.unpack(body))
    except (zstandard.ZstdError, ValueError):
        return
    pytest.fail("random bytes were read as an op")


def test_the_dictionary_is_the_one_that_shipped() -> None:
    words = paths.resource("store", "ops-1.zdict").read_bytes()

    assert hashlib.sha256(words).hexdigest() == SHIPPED


@given(raws=st.lists(st.binary(max_size=80), max_size=8))
def test_many_ops_at_once_are_what_they_are_one_by_one(raws: list[bytes]) -> None:
    # Also an op with more words than most, and one that is hardly any bytes.
    raws = [*raws, b"", b"\xff", bytes(range(256)) * 40]

    assert ops.digests_of(raws) == [ops.digest_of(raw) for raw in raws]
    assert ops.pack_all(raws) == [ops.pack(raw) for raw in raws]
    assert ops.unpack_all(ops.pack_all(raws)) == raws


def test_one_damaged_body_among_many_is_refused() -> None:
    sound = ops.pack(b"sound")

    for damaged in (b"", b"\xff" + sound, sound[:-1]):
        with pytest.raises((ValueError, zstandard.ZstdError)):
            ops.unpack_all([sound, damaged])
