"""Hostile sticks: ten thousand files, headers without end, names that are paths, devices; and late malice."""

import multiprocessing
import os
import resource
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pyrage
import pytest

from gridbook.errors import BackupTorn, NotABundle
from gridbook.records.base import Reach
from gridbook.store import audit, backup, recovery_key
from gridbook.store.ops import encode, husk_of
from gridbook.sync import joining, segment, sticks, take
from tests.sync import forge
from tests.sync.forge import Author, Forge, piece
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices, errors
from tests.sync.vectors.town import HERE, Receivers

HEADER = b"age-encryption.org/v1\n"
STANZA = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"


@pytest.fixture
def good(offices: Offices) -> Path:
    """A stick with one good bundle for the community."""
    offices.visit()
    return offices.bundle(GRID, COMMUNITY)


def test_of_ten_thousand_files_on_a_stick_the_one_bundle_is_taken_and_the_log_stays_short(
    offices: Offices, good: Path
) -> None:
    for n in range(10_000):
        (good.parent / f"{n}.gbb").touch()
    began = time.process_time()

    taken = take.from_stick(offices[COMMUNITY], good.parent)

    assert time.process_time() - began < 20
    assert errors(taken) == ["NotABundle"] * 10_000
    assert offices.count(COMMUNITY, "visit") == 1
    noted = [one for one in offices[COMMUNITY].read(audit.recent, 500) if one.action == "import refused"]
    assert len(noted) == take.MOST_NOTED + 1
    assert noted[0].reason == str(10_000 - take.MOST_NOTED)


def test_bundles_for_others_are_neither_copied_nor_noted(
    offices: Offices, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[Path] = []
    monkeypatch.setattr(sticks, "to_inbox", lambda path, inbox: copied.append(path))

    assert take.from_stick(offices[SUBDISTRICT], good.parent) == []

    assert copied == []
    assert not any(one.action.startswith("import") for one in offices[SUBDISTRICT].read(audit.recent, 500))


def endless(path: Path, megabytes: int) -> Path:
    """A header of recipients without end, which a parser that starts anew reads for hours."""
    with path.open("wb") as file:
        file.write(HEADER + STANZA * (megabytes * 10_000))
    return path


def test_a_header_of_a_hundred_thousand_recipients_costs_nothing(offices: Offices, good: Path) -> None:
    path = endless(good.with_name("endless.gbb"), 10)
    began = time.process_time()

    assert errors([take.take(offices[COMMUNITY], path)]) == ["NotABundle"]
    with pytest.raises(NotABundle):
        joining.accept(offices[COMMUNITY], endless(good.with_name("endless.gbw"), 3))
    with pytest.raises(BackupTorn):
        backup.unseal(path, recovery_key.printed(str(pyrage.x25519.Identity.generate())), good.parent)

    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fbook.db.gbb",
        "con.gbb",
        "aux.gbb",
        "book.db:stream.gbb",
        "a\nb.gbb",
        "\u202efdp.gbb",
        " .gbb",
        "-rf.gbb",
        "名" * 80 + ".gbb",
        "mark.GBB",
    ],
)
def test_no_name_from_a_stick_ever_becomes_a_path(offices: Offices, good: Path, name: str) -> None:
    odd = good.rename(good.with_name(name))
    store = offices[COMMUNITY]
    before = {path for path in offices.folder.rglob("*") if path.is_file()}

    (taken,) = take.from_stick(store, odd.parent)

    assert taken.error is None and offices.count(COMMUNITY, "visit") == 1
    grown = {path for path in offices.folder.rglob("*") if path.is_file()} - before
    assert {path.name for path in grown} <= {"book.db-wal", "book.db-shm"}
    assert [name] == [
        row[0] for row in store.read(lambda s: s.run("SELECT name FROM bundle WHERE way = 'in'"))
    ]


def test_what_is_refused_is_kept_under_a_name_of_our_own(offices: Offices, good: Path) -> None:
    attack = Forge(offices[GRID], offices[COMMUNITY])
    plain = attack.plain()
    path = good.with_name("..\\..\\windows\\system32.gbb")
    path.write_bytes(forge.sealed(plain[:-64] + bytes(64), attack.recipient))

    assert errors([take.take(offices[COMMUNITY], path)]) == ["UnknownSender"]

    (kept,) = (offices[COMMUNITY].folder / "quarantine").iterdir()
    assert kept.stem.isalnum() and len(kept.stem) == 32


@pytest.mark.parametrize("kind", ["folder", "loop", "pipe", "device", "socket", "empty", "of zeros"])
def test_what_is_no_file_beside_a_bundle_hides_it_not(offices: Offices, good: Path, kind: str) -> None:
    beside = good.with_name("0.gbb")
    match kind:
        case "folder":
            beside.mkdir()
        case "loop":
            beside.symlink_to(beside)
        case "pipe":
            os.mkfifo(beside)
        case "device":
            beside.symlink_to("/dev/zero")
        case "socket":
            beside.symlink_to("/proc/self/fd/0")
        case "empty":
            beside.touch()
        case _:
            beside.write_bytes(bytes(100_000))

    taken = take.from_stick(offices[COMMUNITY], good.parent)

    assert offices.count(COMMUNITY, "visit") == 1
    assert set(errors(taken)) <= {"NotABundle"}


def test_a_stick_that_is_a_file_or_a_link_to_nowhere_is_no_stick(offices: Offices, good: Path) -> None:
    (good.parent / "link").symlink_to(good.parent / "nowhere")

    for stick in (good, good.parent / "link"):
        with pytest.raises(Exception, match="U盘") as told:
            take.from_stick(offices[COMMUNITY], stick)
        assert getattr(told.value, "next", "")


# --- memory, measured where nothing else lives ---------------------------------------------------------

HUNGRY = (
    "bomb",
    "segment-length",
    "manifest-length",
    "scrypt",
    "recipients",
    "stanzas",
    "endless",
    "frame",
    "window",
)


def _take_the_hungry(folder: Path, told: Connection) -> None:
    with Receivers(folder).open(COMMUNITY) as store:
        take.take(store, HERE / "first.gbb")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        slowest = 0.0
        names = [path for path in sorted(HERE.glob("*.gbb")) if any(word in path.stem for word in HUNGRY)]
        for path in [*names, endless(folder / "endless.gbb", 40)]:
            began = time.process_time()
            take.take(store, path)
            slowest = max(slowest, time.process_time() - began)
        told.send((len(names), slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))


def test_bombs_and_hostile_parameters_stay_under_two_seconds_and_256_mib(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_take_the_hungry, args=(tmp_path / "books", theirs)
    )
    process.start()
    assert ours.poll(120)
    files, slowest, grown = ours.recv()
    process.join()

    assert files > 25
    assert slowest < 2
    assert grown < 256 * 1024


# --- malice that is understood late --------------------------------------------------------------------


def test_a_parked_segment_that_is_no_good_is_refused_after_the_update_and_blocks_no_start(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack = Forge(offices[GRID], offices[COMMUNITY])
    bad = piece(attack.sender, [b"no op at all"], min_reader=3)
    stolen = piece(attack.sender, [forge.visit(COMMUNITY)], min_reader=3)
    fine = piece(attack.sender, [forge.visit(GRID)], min_reader=3)
    taken = take.take(offices[COMMUNITY], attack.write(offices.stick(), attack.plain([bad, stolen, fine])))
    assert (taken.error, taken.parked) == (None, 3)
    monkeypatch.setattr(segment, "READER", 3)

    assert take.resume(offices[COMMUNITY]) == []

    assert offices.count(COMMUNITY, "visit") == 1
    assert offices.count(COMMUNITY, "segment") == 1
    refused = offices[COMMUNITY].read(lambda s: s.run("SELECT reason FROM refusal ORDER BY reason"))
    assert refused == [("another author's op",), ("malformed",)]
    assert len(list((offices[COMMUNITY].folder / "quarantine").iterdir())) == 2
    assert take.resume(offices[COMMUNITY]) == []


def test_a_body_that_is_no_good_and_came_after_its_husk_keeps_nothing_else_out(offices: Offices) -> None:
    attack = Forge(offices[GRID], offices[COMMUNITY])
    raw = forge.visit(GRID)
    spoilt = raw[: 2 + int.from_bytes(raw[:2], "big")] + b"no body"
    whole = piece(attack.sender, [spoilt])
    bare = piece(attack.sender, [segment.Bare(husk_of(spoilt))])
    assert whole.hash == bare.hash
    first = take.take(offices[COMMUNITY], attack.write(offices.stick(), attack.plain([bare])))
    assert first.error is None and first.refused == []

    fine = piece(attack.sender, [forge.visit(GRID)])
    then = take.take(offices[COMMUNITY], attack.write(offices.stick(), attack.plain([whole, fine])))

    assert then.error is None
    assert [reason for reason, _ in then.refused] == ["malformed"]
    assert offices.count(COMMUNITY, "visit") == 1
    assert errors(offices.carry(COMMUNITY, SUBDISTRICT)) == []


def test_a_segment_of_the_grid_by_the_community_under_the_grids_life_is_still_the_communitys(
    offices: Offices,
) -> None:
    community = Author.of(offices[COMMUNITY])
    up = Forge(offices[COMMUNITY], offices[SUBDISTRICT])
    request = encode(forge.op(COMMUNITY, "Request", forge.REQUEST))
    life = offices[GRID].incarnation
    posed = piece(community, [request], unit=GRID, reach=Reach.SUBDISTRICT, incarnation=life)

    taken = take.take(offices[SUBDISTRICT], up.write(offices.stick(), up.plain([posed])))

    assert taken.error is None and taken.alarms == []
    lines = offices[SUBDISTRICT].read(
        lambda s: s.run("SELECT author FROM line WHERE incarnation = ?", (life,))
    )
    assert (COMMUNITY,) in lines
