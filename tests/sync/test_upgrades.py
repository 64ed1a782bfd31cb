"""Books and bundles of format 1 in today's program: opened, worked on, exchanged; what was parked is read."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gridbook.store import backup, book, checks, digest, engine, keys, rebuild
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import bundle, export, healing, receipt, segment, stations, status, take
from tests.sync.offices import COMMUNITY, GRID, PASSPHRASE, SUBDISTRICT, Clock
from tests.sync.vectors.town import HERE, Receivers, Town

SAMPLE = Path(__file__).parent / "bundles" / "v1"
OLD = {"of the first bundle": SAMPLE / "community", "of the hostile bundles": HERE / COMMUNITY}
Open = Callable[[Path], Store]


@pytest.fixture(params=list(OLD.values()), ids=list(OLD))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A community's book of the first format, joined and exchanging, opened today."""
    folder = tmp_path / "community"
    shutil.copytree(request.param, folder)
    with book.open_book(folder, "王芳", PASSPHRASE, clock=Clock()) as store:
        yield store


def sound(store: Store) -> bool:
    return not store.read(checks.troubles, deep=True, hash_now=healing.hash_now)


def test_an_old_book_that_exchanged_is_sound_and_goes_on_exchanging(old: Store, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    before = old.read(digest.of_book)

    assert sound(old)
    assert rebuild.rebuild(old) > 0
    assert old.read(digest.of_book) == before
    made = export.hand_over(old, stick)
    assert {one.receiver for one in made} == set(old.read(stations.neighbours))
    assert old.read(status.held).peers


def test_an_old_book_is_backed_up_and_brought_back(old: Store, tmp_path: Path) -> None:
    before = old.read(digest.of_book)
    file = backup.make(old, tmp_path / "disk")

    restored = backup.restore(file, tmp_path / "again", "王芳", PASSPHRASE, clock=Clock())

    assert restored.digest == before


def test_the_old_bundle_is_taken_twice_as_once_and_the_book_stays_sound(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "community", tmp_path / "community")
    with book.open_book(tmp_path / "community", "王芳", PASSPHRASE, clock=Clock()) as store:
        assert take.take(store, SAMPLE / "grid-to-community.gbb").added > 0
        held = store.read(digest.of_book)
        assert take.take(store, SAMPLE / "grid-to-community.gbb").ops == 0
        assert store.read(digest.of_book) == held
        assert sound(store)


def parked_before_the_update(folder: Path, own: keys.Keys) -> bytes:
    """Put a segment into an old book, as a program of that day parked it; returns its hash."""
    town = Town()
    held = town.piece(ops=[town.visit()], min_reader=3)
    raw = bundle.unpack_segment(held.packed)
    header, payload = segment.decode(raw)
    with engine.looked_into(folder / book.DATABASE, own.book) as ask:
        life = header.incarnation.hex()
        ask(
            "INSERT INTO line (id, incarnation, author, unit, reach) "
            f"VALUES (4711, x'{life}', '{GRID}', '{GRID}', '{header.reach}')"
        )
        ask(
            'INSERT INTO segment (line, n, hash, prev, "count", min_reader, certificate, signature, parked) '
            f"VALUES (4711, 1, x'{held.hash.hex()}', NULL, 1, 3, x'{header.certificate.hex()}', "
            f"x'{payload.signature.hex()}', x'{raw.hex()}')"
        )
    return held.hash


def test_what_was_parked_before_an_update_is_held_receipted_forwarded_and_read_when_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "community"
    shutil.copytree(HERE / COMMUNITY, folder)
    own = keys.unlock(folder, "王芳", PASSPHRASE, Clock())
    its_hash = parked_before_the_update(folder, own)
    stick = tmp_path / "stick"
    stick.mkdir()

    # The update brought the book forward and still does not read that form: it is carried and receipted.
    with book.open_with(folder, own, "王芳", book.take_lock(folder), Clock()) as store:
        assert take.resume(store) == []
        assert store.read(_parked) == {its_hash}
        assert sound(store)
        rebuild.rebuild(store)
        (up,) = export.hand_over(store, stick, SUBDISTRICT)
        assert store.read(lambda s: s.run("SELECT count(*) FROM visit")) == [(0,)]
    with Receivers(tmp_path / "books").open(SUBDISTRICT) as above:
        # The grid's certificate came with the bundle, and so did what nobody here can read yet.
        taken = take.take(above, up.path)
        assert (taken.error, taken.parked, taken.refused) == (None, 1, [])

        monkeypatch.setattr(segment, "READER", 3)
        assert take.resume(above) == []
        assert above.read(lambda s: s.run("SELECT count(*) FROM visit")) == [(1,)]
    with book.open_with(folder, own, "王芳", book.take_lock(folder), Clock()) as store:
        assert take.resume(store) == []
        assert store.read(_parked) == set()
        assert store.read(lambda s: s.run("SELECT count(*) FROM visit")) == [(1,)]
        assert sound(store)


def _parked(session: Session) -> set[bytes]:
    own = stations.known(session).own
    pages = receipt.pages(session, own.hash, 1, 0, [GRID])
    return {its_hash for page in pages for line in page.lines for its_hash in line.parked}
