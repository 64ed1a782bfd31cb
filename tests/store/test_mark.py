"""The mark outside the database survives a torn write, and nobody alters it unnoticed."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gridbook.errors import BookDamaged, PlaceReadOnly
from gridbook.store.mark import LONGEST_SYSTEM, SLOT, Mark, MarkFile

KEY = b"k" * 32
FIRST = Mark(b"i" * 16, 1, b"h" * 32, 7)
WRITTEN = 400
"""More bytes than a mark fills in its slot; the rest is zeros."""


def held(path: Path, key: bytes = KEY) -> Mark | None:
    file = MarkFile(path, key)
    try:
        return file.read()
    finally:
        file.close()


def mark(ops: int) -> Mark:
    return replace(FIRST, ops=ops, running=ops.to_bytes(32, "big"))


def write(path: Path, *marks: Mark) -> bytes:
    file = MarkFile(path, KEY)
    for one in marks:
        file.write(one)
    file.close()
    return path.read_bytes()


def test_a_new_file_holds_no_mark(tmp_path: Path) -> None:
    assert held(tmp_path / "mark") is None
    assert (tmp_path / "mark").stat().st_mode & 0o777 == 0o600


def test_the_newest_mark_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    file = MarkFile(path, KEY)
    for ops in range(1, 8):
        file.write(mark(ops))
        assert file.read() == held(path) == mark(ops)
    file.close()


def test_a_mark_may_name_the_server_of_a_shared_store(tmp_path: Path) -> None:
    named = replace(FIRST, system="7438120394857234/1 街道" + "x" * 90)
    write(tmp_path / "mark", named)

    assert held(tmp_path / "mark") == named


def test_the_file_never_changes_its_size(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    sizes = {len(write(path)), len(write(path, mark(1))), len(write(path, *map(mark, range(2, 50))))}

    assert sizes == {2 * SLOT}


def test_a_write_torn_at_any_byte_leaves_the_mark_before_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    before = write(path, mark(1), mark(2))
    after = write(path, mark(3))
    start = SLOT

    assert before[:start] == after[:start]
    for cut in range(WRITTEN):
        for torn in (
            after[: start + cut] + before[start + cut :],
            before[: start + cut] + after[start + cut :],
            after[: start + cut] + bytes(2 * SLOT - start - cut),
        ):
            path.write_bytes(torn)
            assert held(path) in (mark(2), mark(3))


def test_after_a_torn_write_the_next_marks_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    raw = bytearray(write(path, mark(1), mark(2), mark(3)))
    raw[SLOT : SLOT + 100] = bytes(100)
    path.write_bytes(raw)
    assert held(path) == mark(2)

    for ops in (3, 4, 5):
        write(path, mark(ops))
        assert held(path) == mark(ops)


def test_a_slot_lost_as_a_whole_page_leaves_the_other(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    raw = write(path, mark(1), mark(2), mark(3))
    for lost in (bytes(SLOT), b"\xff" * SLOT):
        path.write_bytes(raw[:SLOT] + lost)
        assert held(path) == mark(2)
        path.write_bytes(lost + raw[SLOT:])
        assert held(path) == mark(3)


def test_every_altered_bit_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    raw = write(path, mark(1), mark(2))
    newest = bytearray(raw)
    newest[SLOT:] = bytes(SLOT)
    seen = set()
    for bit in range(WRITTEN * 8):
        altered = bytearray(newest)
        altered[bit // 8] ^= 1 << bit % 8
        path.write_bytes(altered)
        seen.add((bit // 8, held(path)))
    last = max(byte for byte, found in seen if found is None)

    assert all(found is None for byte, found in seen if byte <= last)
    assert all(found == mark(2) for byte, found in seen if byte > last) and last + 1 < WRITTEN


def test_a_mark_under_another_key_is_no_mark(tmp_path: Path) -> None:
    write(tmp_path / "mark", FIRST)

    assert held(tmp_path / "mark", b"x" * 32) is None


@pytest.mark.parametrize("size", [0, 1, 100, SLOT - 1, SLOT, SLOT + 50, 2 * SLOT - 1])
def test_a_file_cut_short_is_filled_up_without_touching_what_is_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "mark"
    raw = write(path, mark(1), mark(2))
    path.write_bytes(raw[:size])

    assert held(path) == (mark(2) if size >= WRITTEN else None)
    assert path.stat().st_size == 2 * SLOT
    write(path, mark(3))
    assert held(path) == mark(3)


@pytest.mark.parametrize(
    "broken",
    [
        replace(FIRST, incarnation=b"i" * 15),
        replace(FIRST, running=b"h" * 33),
        replace(FIRST, system="x" * (LONGEST_SYSTEM + 1)),
    ],
)
def test_a_mark_of_the_wrong_shape_is_not_written(tmp_path: Path, broken: Mark) -> None:
    file = MarkFile(tmp_path / "mark", KEY)
    file.write(FIRST)
    with pytest.raises(ValueError, match="wrong length"):
        file.write(broken)
    file.write(mark(2))

    assert file.read() == mark(2)
    file.close()


def test_a_mark_in_a_folder_that_is_gone_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlaceReadOnly):
        MarkFile(tmp_path / "gone" / "mark", KEY)


FAILING = """
import resource, sys
from pathlib import Path
from gridbook.errors import BookDamaged
from gridbook.store.mark import Mark, MarkFile
mark = lambda ops: Mark(b"i" * 16, ops, ops.to_bytes(32, "big"), 7)
file = MarkFile(Path(sys.argv[1]), b"k" * 32)
file.write(mark(1))
file.write(mark(2))
for ops, room in ((3, 4200), (4, 4200), (5, resource.RLIM_INFINITY)):
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        file.write(mark(ops))
    except BookDamaged as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(error.situation)
"""
KILLED = """
import sys
from pathlib import Path
from gridbook.store.mark import Mark, MarkFile
file = MarkFile(Path(sys.argv[1]), b"k" * 32)
began = file.read()
for ops in range((began.ops if began else 0) + 1, 10**9):
    file.write(Mark(b"i" * 16, ops, ops.to_bytes(32, "big"), 7))
    print(ops, flush=True)
"""
ROOT = Path(__file__).parents[2]


def test_after_a_failed_write_no_more_are_taken_and_the_last_good_mark_stays(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    done = subprocess.run(
        [sys.executable, "-c", FAILING, path], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert done.stdout.split() == [BookDamaged.__name__] * 3, done.stderr
    assert held(path) == mark(2)


def test_a_killed_program_loses_no_mark_that_it_reported(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    for lines in (1, 7, 40, 41, 300):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.stdout.close()
        process.wait()
        found = held(path)

        assert found is not None and found == mark(found.ops)
        assert told[-1] <= found.ops <= told[-1] + 1
