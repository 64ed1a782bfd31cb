"""The keys open the book for those who may, for the recovery sheet, and for nobody and nothing else."""

import base64
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridbook import i18n
from gridbook.errors import (
    BadValue,
    BookDamaged,
    BookExists,
    BookIsNewer,
    BookMissing,
    DiskFull,
    NotAllowed,
    NotFound,
    PlaceReadOnly,
    WaitBeforeNextTry,
    WrongPassphrase,
)
from gridbook.records.base import CROCKFORD
from gridbook.store import files, keyfile, keys
from tests import make

PERSON, PASSPHRASE = "王芳", "correct horse 网格"
OTHER, OTHER_PASSPHRASE = "李明", "another stable 社区"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, keys.Keys, str]:
    """A key file that is only looked at, its keys and its recovery text."""
    folder = tmp_path_factory.mktemp("made")
    return folder, *keys.make(folder, PERSON, PASSPHRASE, calibrate=False)


@pytest.fixture
def folder(made: tuple[Path, keys.Keys, str], tmp_path: Path) -> Path:
    """A copy of that key file to be changed."""
    shutil.copy(made[0] / keys.FILE, tmp_path)
    return tmp_path


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / keys.FILE
    held = json.loads(path.read_text("utf-8"))
    change(held)
    path.write_text(json.dumps(held), "utf-8")


def opens(folder: Path, person: str = PERSON, passphrase: str = PASSPHRASE) -> keys.Keys:
    return keys.unlock(folder, person, passphrase, make.Clock())


def child(code: str, *given: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, *map(str, given)]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])


def test_the_passphrase_gives_the_same_keys_back(made: tuple[Path, keys.Keys, str]) -> None:
    folder, first, _ = made
    again = opens(folder)

    assert again == first and len(again.book) == 32
    assert again.verify_key == first.verify_key and again.age_recipient == first.age_recipient
    assert again.recovery == keys.recovery_recipient(folder) == first.recovery


def test_two_books_share_no_key(made: tuple[Path, keys.Keys, str], tmp_path: Path) -> None:
    _, first, text = made
    other, other_text = keys.make(tmp_path, PERSON, PASSPHRASE, calibrate=False)

    assert other != first and other.verify_key != first.verify_key
    assert other.age_recipient != first.age_recipient and other_text != text


def test_each_purpose_has_its_own_key(made: tuple[Path, keys.Keys, str]) -> None:
    _, own, _ = made
    mark, drafts = own.derived(b"gridbook mark"), own.derived(b"gridbook drafts")

    assert len({mark, drafts, own.book}) == 3 and len(mark) == 32
    assert own.derived(b"gridbook mark") == mark


def test_no_key_stands_in_the_file_or_in_what_python_shows(made: tuple[Path, keys.Keys, str]) -> None:
    folder, own, text = made
    raw = (folder / keys.FILE).read_bytes()
    secrets = (own.book, own.sign.private_bytes_raw(), PASSPHRASE.encode())
    spelled = [form for one in secrets for form in (one, one.hex().encode(), _base64(one))]
    spelled += [str(own.age).encode(), text.encode(), text.replace(" ", "").encode()]

    assert not [form for form in spelled if form.lower() in raw.lower()]
    assert b"SECRET" not in raw.upper()
    assert own.book.hex() not in repr(own) and "SECRET" not in repr(own).upper()


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def test_the_key_file_is_for_this_person_alone(made: tuple[Path, keys.Keys, str]) -> None:
    assert stat.S_IMODE((made[0] / keys.FILE).stat().st_mode) == 0o600


def test_a_book_that_is_there_keeps_its_keys(folder: Path) -> None:
    before = (folder / keys.FILE).read_bytes()

    with pytest.raises(BookExists):
        keys.make(folder, OTHER, OTHER_PASSPHRASE, calibrate=False)
    assert (folder / keys.FILE).read_bytes() == before


def test_calibration_stays_between_floor_and_caps(tmp_path: Path) -> None:
    keys.make(tmp_path, PERSON, PASSPHRASE)
    cost = json.loads((tmp_path / keys.FILE).read_text("utf-8"))["people"][PERSON]["cost"]

    assert keyfile.FLOOR_KIB <= cost["kib"] <= keyfile.MOST_KIB and cost["lanes"] == keyfile.LANES
    assert cost["rounds"] >= keyfile.FLOOR_ROUNDS and cost["kib"] * cost["rounds"] <= keyfile.MOST_WORK
    opens(tmp_path)


@pytest.mark.parametrize("passphrase", ["", "short", "七个字的口令呀", " " * 12, "  abc   \t"])
def test_a_short_or_empty_passphrase_is_refused_with_a_sentence(
    passphrase: str, tmp_path: Path, made: tuple[Path, keys.Keys, str]
) -> None:
    with pytest.raises(BadValue, match="口令太短") as refused:
        keys.make(tmp_path, PERSON, passphrase, calibrate=False)
    with pytest.raises(BadValue):
        keys.admit(made[0], made[1], OTHER, passphrase, calibrate=False)
    assert refused.value.field == "passphrase" and not list(tmp_path.iterdir())


def test_a_passphrase_typed_on_another_keyboard_is_the_same(tmp_path: Path) -> None:
    keys.make(tmp_path, PERSON, "ｃａｆé Straße１", calibrate=False)

    opens(tmp_path, passphrase=unicodedata.normalize("NFD", "café Straße1"))


def test_a_passphrase_that_is_no_text_is_taken_as_it_is(tmp_path: Path) -> None:
    keys.make(tmp_path, PERSON, "\udcff\udcfe broken", calibrate=False)

    opens(tmp_path, passphrase="\udcff\udcfe broken")


@pytest.mark.parametrize(
    ("person", "passphrase"), [(PERSON, PASSPHRASE + "x"), (OTHER, PASSPHRASE), ("", "")]
)
def test_a_wrong_passphrase_or_person_does_not_open(folder: Path, person: str, passphrase: str) -> None:
    with pytest.raises(WrongPassphrase) as wrong:
        opens(folder, person, passphrase)
    assert wrong.value.kept and wrong.value.next


def test_one_persons_entry_does_not_open_under_another_name(folder: Path) -> None:
    edit(folder, lambda held: held["people"].update({OTHER: held["people"][PERSON]}))

    with pytest.raises(WrongPassphrase):
        opens(folder, OTHER)


def test_after_five_wrong_tries_each_wait_doubles_up_to_an_hour(folder: Path) -> None:
    clock, unknown, waits = make.Clock(), "无此人", []
    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            keys.unlock(folder, unknown, "wrong", clock)
    for _ in range(9):
        began = clock.now()
        while True:
            try:
                keys.unlock(folder, unknown, "wrong", clock)
            except WaitBeforeNextTry:
                clock.go(minutes=0.25)
            except WrongPassphrase:
                break
        waits.append((clock.now() - began).total_seconds())

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_while_waiting_even_the_right_passphrase_waits_and_a_success_clears(folder: Path) -> None:
    clock = make.Clock()
    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            keys.unlock(folder, OTHER, "wrong", clock)
    with pytest.raises(WaitBeforeNextTry, match="30 秒"):
        keys.unlock(folder, PERSON, PASSPHRASE, clock)
    clock.go(minutes=0.5)
    keys.unlock(folder, PERSON, PASSPHRASE, clock)

    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            keys.unlock(folder, OTHER, "wrong", clock)


def test_the_wait_is_told_in_minutes_when_it_is_long(folder: Path) -> None:
    i18n.use("en")
    (folder / "tries.json").write_text(json.dumps({"wrong": 20, "last": int(make.NOW.timestamp())}))

    with pytest.raises(WaitBeforeNextTry, match=r"wrong 20 times; .* in 60 minutes"):
        opens(folder)


def test_setting_the_clock_back_neither_skips_the_wait_nor_lengthens_it(folder: Path) -> None:
    clock = make.Clock()
    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            keys.unlock(folder, OTHER, "wrong", clock)
    clock.go(days=-3650)
    with pytest.raises(WaitBeforeNextTry, match="30 秒"):
        keys.unlock(folder, PERSON, PASSPHRASE, clock)
    clock.go(minutes=0.5)
    keys.unlock(folder, PERSON, PASSPHRASE, clock)


@pytest.mark.parametrize(
    "told", [b"", b"{", b"[" * 1000, b'{"wrong": 9, "last": 1e999}', b'{"wrong": "x"}', b"\0" * 10_000]
)
def test_a_broken_count_of_tries_locks_nobody_out(folder: Path, told: bytes) -> None:
    (folder / "tries.json").write_bytes(told)

    opens(folder)


def test_the_recovery_sheet_opens_the_book(made: tuple[Path, keys.Keys, str]) -> None:
    folder, own, text = made
    groups = text.split(" ")

    assert keys.unlock_with_recovery(folder, text) == own
    assert len(groups) == 12 and all(len(group) == 5 and set(group) <= set(CROCKFORD) for group in groups)


LOOKS = {"0": "0oO０", "1": "1iIlL１"}


@settings(max_examples=60)
@given(chance=some.randoms(use_true_random=False))
def test_the_recovery_key_may_be_typed_as_people_type(made: tuple[Path, keys.Keys, str], chance: Any) -> None:
    folder, own, text = made
    noisy = "".join(
        chance.choice(LOOKS.get(letter, letter + letter.lower()))
        + chance.choice(["", "", " ", "-", "\t", "　"])
        for letter in text.replace(" ", "")
    )

    assert keys.unlock_with_recovery(folder, f"\n {noisy} \r\n") == own


def test_one_wrong_letter_or_two_that_changed_places_are_noticed(made: tuple[Path, keys.Keys, str]) -> None:
    folder, _, text = made
    plain = text.replace(" ", "")
    wrong = [plain[:n] + ("Z" if plain[n] != "Z" else "Y") + plain[n + 1 :] for n in range(len(plain))]
    wrong += [
        plain[:n] + plain[n + 1] + plain[n] + plain[n + 2 :]
        for n in range(len(plain) - 1)
        if plain[n] != plain[n + 1]
    ]
    for typed in (
        *wrong,
        plain[:-1],
        plain + plain[-1],
        "",
        "U" * 60,
        "0" * 60,
        "网格" * 30,
        "A" * 1_000_000,
    ):
        with pytest.raises(WrongPassphrase, match="不是本簿的恢复密钥"):
            keys.unlock_with_recovery(folder, typed)


def test_the_recovery_sheet_of_another_book_does_not_open_this_one(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, text = keys.make(tmp_path / "other", PERSON, PASSPHRASE, calibrate=False)

    with pytest.raises(WrongPassphrase):
        keys.unlock_with_recovery(folder, text)


def test_a_forgotten_passphrase_is_replaced_with_the_recovery_sheet(
    folder: Path, made: tuple[Path, keys.Keys, str]
) -> None:
    own = keys.unlock_with_recovery(folder, made[2])
    keys.admit(folder, own, PERSON, "a new passphrase", calibrate=False)

    assert opens(folder, passphrase="a new passphrase") == own
    with pytest.raises(WrongPassphrase):
        opens(folder)


def test_another_person_is_admitted_and_dismissed_and_the_last_one_stays(
    folder: Path, made: tuple[Path, keys.Keys, str]
) -> None:
    keys.admit(folder, made[1], OTHER, OTHER_PASSPHRASE, calibrate=False)
    assert keys.people(folder) == (PERSON, OTHER)
    assert opens(folder, OTHER, OTHER_PASSPHRASE) == opens(folder) == made[1]

    keys.dismiss(folder, PERSON)
    assert keys.people(folder) == (OTHER,)
    with pytest.raises(WrongPassphrase):
        opens(folder)
    with pytest.raises(NotAllowed, match=OTHER):
        keys.dismiss(folder, OTHER)
    with pytest.raises(NotFound):
        keys.dismiss(folder, PERSON)
    assert keys.unlock_with_recovery(folder, made[2]) == made[1]


def test_keys_of_another_book_admit_nobody(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    foreign, _ = keys.make(tmp_path / "other", PERSON, PASSPHRASE, calibrate=False)

    with pytest.raises(BookDamaged):
        keys.admit(folder, foreign, OTHER, OTHER_PASSPHRASE, calibrate=False)
    assert keys.people(folder) == (PERSON,)


def test_a_passphrase_is_changed_for_the_old_one_only(folder: Path) -> None:
    with pytest.raises(WrongPassphrase):
        keys.change_passphrase(folder, PERSON, "not the old one", "a new passphrase", make.Clock())
    keys.change_passphrase(folder, PERSON, PASSPHRASE, "a new passphrase", make.Clock(), calibrate=False)

    opens(folder, passphrase="a new passphrase")
    with pytest.raises(WrongPassphrase):
        opens(folder)


def test_an_exchanged_recovery_key_is_noticed_at_the_next_opening(folder: Path) -> None:
    stranger = pyrage.x25519.Identity.generate().to_public()
    edit(folder, lambda held: held.update(recovery_recipient=str(stranger)))

    with pytest.raises(BookDamaged):
        opens(folder)


def test_an_exchanged_recovery_box_is_noticed_at_the_next_opening(folder: Path) -> None:
    stranger = pyrage.x25519.Identity.generate().to_public()
    box = pyrage.encrypt(bytes(32), [stranger])
    edit(folder, lambda held: held.update(recovery_box=base64.b64encode(box).decode()))

    with pytest.raises(BookDamaged):
        opens(folder)


def _cost(**asked: int) -> Callable[[dict[str, Any]], object]:
    return lambda held: held["people"][PERSON]["cost"].update(asked)


def _person(**other: object) -> Callable[[dict[str, Any]], object]:
    return lambda held: held["people"][PERSON].update(other)


HOSTILE: dict[str, Callable[[dict[str, Any]], object]] = {
    "4 TiB": _cost(kib=2**32),
    "a KiB above the cap": _cost(kib=keyfile.MOST_KIB + 1),
    "below the floor": _cost(kib=8),
    "one round": _cost(rounds=1),
    "a billion rounds": _cost(rounds=10**9),
    "work above the cap": _cost(kib=keyfile.MOST_KIB, rounds=13),
    "beyond every int": _cost(rounds=10**30),
    "no lanes": _cost(lanes=0),
    "16 million lanes": _cost(lanes=2**24),
    "negative": _cost(kib=-1),
    "short salt": _person(salt="AAAA"),
    "short nonce": _person(nonce="AAAA"),
    "no box": _person(box=""),
    "a number for a box": _person(box=7),
    "no people": lambda held: held.pop("people"),
    "a word that is not ours": lambda held: held.update(debug=True),
    "version 0": lambda held: held.update(version=0),
    "short station nonce": lambda held: held.update(station_nonce="AA=="),
}


@pytest.mark.parametrize("asked", HOSTILE)
def test_hostile_parameters_are_refused_before_anything_is_computed(folder: Path, asked: str) -> None:
    edit(folder, HOSTILE[asked])
    began = time.process_time()

    with pytest.raises(BookDamaged):
        opens(folder)
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"null", b"\xff\xfe", b"[" * 200_000, b'{"version":' + b"[" * 200_000, b" " * 10_000_000],
    ids=["empty", "nothing", "null", "not text", "brackets", "brackets inside", "10 MB"],
)
def test_a_file_that_is_no_key_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / keys.FILE).write_bytes(raw)

    for ask in (opens, keys.people, keys.recovery_recipient):
        with pytest.raises(BookDamaged):
            ask(tmp_path)
    assert (tmp_path / keys.FILE).read_bytes() == raw


def test_every_cut_of_the_file_is_refused(folder: Path) -> None:
    raw = (folder / keys.FILE).read_bytes()
    for end in range(len(raw) - 1):
        (folder / keys.FILE).write_bytes(raw[:end])
        with pytest.raises(BookDamaged):
            keys.people(folder)


COSTLY = """
import re, sys
from pathlib import Path
from gridbook.records.base import SystemClock
from gridbook.errors import WrongPassphrase
from gridbook.store import keys
try:
    keys.unlock(Path(sys.argv[1]), "王芳", "wrong passphrase", SystemClock())
except WrongPassphrase:
    print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_the_costliest_file_that_is_accepted_stays_below_256_mb(folder: Path) -> None:
    edit(folder, _cost(kib=keyfile.MOST_KIB, rounds=keyfile.MOST_WORK // keyfile.MOST_KIB))
    # Not ru_maxrss: that of a child begins with the peak of the program that started it.
    done = child(COSTLY, folder)

    assert int(done.stdout) * 1024 < 256_000_000, done.stderr


def test_a_file_of_a_newer_program_is_left_alone(folder: Path) -> None:
    edit(folder, lambda held: held.update(version=2, people=[], more={"new": 1}))

    with pytest.raises(BookIsNewer):
        opens(folder)


def test_where_no_book_is_none_is_opened(tmp_path: Path) -> None:
    for ask in (opens, keys.people, lambda place: keys.unlock_with_recovery(place, "0" * 60)):
        with pytest.raises(BookMissing):
            ask(tmp_path)


KILLED = """
import os, signal, sys
from pathlib import Path
from gridbook.store import files
def fall(event, given):
    if event == "os.rename":
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(fall)
files.write_whole(Path(sys.argv[1]), b"new" * 1000)
"""


def test_a_kill_between_writing_and_renaming_leaves_the_old_file(folder: Path) -> None:
    path = folder / keys.FILE
    before = path.read_bytes()
    done = child(KILLED, path)

    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == before and path.with_name(keys.FILE + files.PART).exists()
    files.write_whole(path, b"written again")
    assert path.read_bytes() == b"written again" and os.listdir(folder) == [keys.FILE]


NO_ROOM = """
import resource, sys
from pathlib import Path
from gridbook.errors import GridbookError
from gridbook.store import files
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    files.write_whole(Path(sys.argv[1]), bytes(5000))
except GridbookError as error:
    print(error.situation, bool(error.kept and error.next))
"""


def test_without_room_the_old_file_stays_and_nothing_lies_about(tmp_path: Path) -> None:
    path = tmp_path / "held"
    path.write_bytes(b"old")
    done = child(NO_ROOM, path)

    assert done.stdout.split() == [DiskFull.__name__, "True"], done.stderr
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["held"]


NOT_OURS = """
import os, sys
from pathlib import Path
from gridbook.errors import PlaceReadOnly
from gridbook.store import files
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(65534)
for work in (lambda: files.write_whole(Path("held"), b"new"), lambda: files.check_writable(Path("."))):
    try:
        work()
    except PlaceReadOnly as error:
        print("refused", bool(error.next))
"""


def test_a_folder_that_may_not_be_written_to_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "held").write_bytes(b"old")
    tmp_path.chmod(0o555)
    done = child(NOT_OURS, tmp_path)
    tmp_path.chmod(0o755)

    assert done.stdout.split() == ["refused", "True"] * 2, done.stderr
    assert (tmp_path / "held").read_bytes() == b"old"


def test_a_folder_that_is_gone_is_said_to_be_so(tmp_path: Path) -> None:
    for work in (lambda at: files.write_whole(at / "held", b"new"), files.check_writable):
        with pytest.raises(PlaceReadOnly):
            work(tmp_path / "gone")


def test_a_link_planted_on_a_stick_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / f"bundle{files.PART}").symlink_to(victim)
    (tmp_path / "bundle").symlink_to(victim)
    files.write_whole(tmp_path / "bundle", b"new")

    assert victim.read_bytes() == b"precious" and (tmp_path / "bundle").read_bytes() == b"new"


def test_a_look_whether_a_folder_can_be_written_to_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / f".probe-{os.getpid()}").write_bytes(b"left by a crash with the same number")
    files.check_writable(tmp_path)

    assert not list(tmp_path.iterdir())
