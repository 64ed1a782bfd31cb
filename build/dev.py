#!/usr/bin/env python3
"""The developer's door: run, test, check, bench, package, screenshots; standard library only.

Makes `.venv` from requirements.lock; installs (as root on Debian and its kin) or names what the system lacks.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
CACHE = ROOT / ".cache"
WINDOWS = sys.platform == "win32"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = VENV / "made-from"
OLDEST_PYTHON = (3, 11)

# The tests start a server of their own, for books that an office keeps on one.
FOR_TESTS = "postgresql"
# What Qt loads when it starts, by the Debian package that brings it.
FOR_QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
FOR_WINDOWS_AND_PRINTERS = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libcups.so.2": "libcups2",
}


def main() -> None:
    """Do what the command line asks and leave with its exit code."""
    if sys.version_info < OLDEST_PYTHON:
        stop("GridBook needs Python {}.{} or newer.".format(*OLDEST_PYTHON))
    asked, rest = command_line().parse_known_args()
    ready(window=asked.command == "run" and has_display(), server=asked.command in ("test", "bench"))
    sys.exit(asked.does(rest))


def command_line() -> argparse.ArgumentParser:
    """The commands; what stands after one is handed on to the program behind it."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for does in (run, test, check, bench, package, screenshots):
        commands.add_parser(does.__name__, help=does.__doc__).set_defaults(does=does)
    return parser


def run(rest: list[str]) -> int:
    """Open the window on a practice book; without a display, do the main job into a folder and say where."""
    folder = CACHE / "practice"
    finished = CACHE / "practice-made"
    if has_display() and finished.exists():
        return open_window(folder, rest)
    finished.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    say(f"Making the practice books in {folder}.")
    failed = gridbook("practice", str(folder), *(rest or ["--scale", "grid"]))
    if failed:
        return failed
    finished.touch()
    if has_display():
        return open_window(folder, [])
    say("There is no display, so the whole job was done without a window.")
    say(f"The results (books, stick, printed sheets) are in {folder}")
    return 0


def test(rest: list[str]) -> int:
    """Run every test; lint, types and import contracts are among them (tests/test_architecture.py)."""
    # All of them on every core, a file of tests at a time; whoever names some wants to watch them.
    return python(
        "-m", "pytest", *(rest or ["-n", "auto", "--dist", "loadfile"]),
        env={"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip


def check(rest: list[str]) -> int:
    """Lint, layout, types and import contracts only: what to run before each commit."""
    failures = [
        python("-m", "ruff", "check", *rest, "."),
        python("-m", "ruff", "format", "--check", "."),
        python("-m", "mypy"),
        subprocess.call([str(PYTHON.parent / "lint-imports"), "--no-logo"], cwd=str(ROOT)),
    ]
    return int(any(failures))


def bench(rest: list[str]) -> int:
    """Run the benchmarks named, or all: `bench` or `bench NAME … [--option …]`."""
    first = next((n for n, word in enumerate(rest) if word.startswith("-")), len(rest))
    rest, options = rest[:first], rest[first:]
    there = {file.stem: file for file in sorted((ROOT / "tests" / "benchmarks").glob("[a-z]*.py"))}
    there.pop("conftest", None)
    unknown = sorted(set(rest) - set(there))
    if unknown:
        stop(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(there) or 'none'}.")
    failures = []
    for name in rest or there:
        say(f"benchmark {name}")
        if name.startswith("test_"):
            arguments = ["-m", "pytest", "--benchmark-enable", "--benchmark-only", str(there[name])]
        else:
            arguments = ["-m", "tests.benchmarks." + name, *options]
        failures.append(python(*arguments, env={"QT_QPA_PLATFORM": "offscreen"}))
    return int(any(failures))


def package(rest: list[str]) -> int:
    """Build the program for people without Python into dist/ and let it test itself."""
    failed = python(
        "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
        "--workpath", str(CACHE / "pyinstaller"), "--distpath", str(ROOT / "dist"),
        *rest, str(ROOT / "build" / "gridbook.spec"),
    )  # fmt: skip
    if failed:
        return failed
    program = ROOT / "dist" / "gridbook" / ("gridbook-console.exe" if WINDOWS else "gridbook")
    megabytes = sum(file.stat().st_size for file in program.parent.rglob("*") if file.is_file()) / 1e6
    say(f"{program} ({megabytes:.0f} MB)")
    return subprocess.call([str(program), "self-test"], env=dict(os.environ, QT_QPA_PLATFORM="offscreen"))


def screenshots(rest: list[str]) -> int:
    """Every screen and dialog of the practice book as PNG: `screenshots [DIR] [--lang en] [--dark] …`."""
    if not rest or rest[0].startswith("-"):
        rest = [str(CACHE / "screenshots"), *rest]
    failed = gridbook("screenshots", *rest, env={"QT_QPA_PLATFORM": "offscreen"})
    if not failed:
        say(f"The pictures are in {rest[0]}")
    return failed


def open_window(folder: Path, rest: list[str]) -> int:
    """The window on a grid's book of the practice folder: of all units, a grid has the longest code."""
    books = sorted(folder.rglob("book.db"), key=lambda book: (-len(book.parent.name), book))
    return gridbook("--book", str(books[0].parent), "--passphrase-file", str(folder / "passphrase"), *rest)


def ready(window: bool, server: bool) -> None:
    """Everything the commands need is installed, or named in one sentence."""
    libraries = {} if not sys.platform.startswith("linux") else dict(FOR_QT)
    if window and libraries:
        libraries.update(FOR_WINDOWS_AND_PRINTERS)
    missing = [package for library, package in libraries.items() if not loads(library)]
    # Debian's python3 comes without ensurepip, and then a new environment has no pip.
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if server and not has_server():
        missing.append(FOR_TESTS)
    if missing:
        install_from_debian(missing)
    made_from = hashlib.sha256(LOCK.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != made_from:
        make_environment()
        STAMP.write_text(made_from)


def has_server() -> bool:
    """Whether a PostgreSQL server can be started; Debian keeps its programs out of the way."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/postgres")) or shutil.which("postgres") is not None


def loads(library: str) -> bool:
    """Whether the system's loader finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_from_debian(missing: list[str]) -> None:
    """Install the packages as root on Debian and its kin; otherwise say what to install."""
    names = " ".join(missing)
    if shutil.which("apt-get") is None:
        stop(f"Install what these Debian packages bring, then try again: {names}.")
    if os.geteuid() != 0:
        stop(f"Run this once as root, then try again: apt-get install --no-install-recommends {names}")
    say(f"Installing from Debian: {names}.")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for order in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(
            ["apt-get", *order], env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode and order[0] == "install":
            print(done.stdout, file=sys.stderr)
            stop(f"apt-get could not install: {names}.")


def make_environment() -> None:
    """`.venv` with exactly what the lock names, and this checkout importable in it."""
    if not PYTHON.exists() or python("-c", "import pip"):
        say(f"Making the environment in {VENV}.")
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", str(VENV)])
    say(f"Installing the packages of {LOCK.name}; the first time this fetches about 200 MB.")
    # Nothing is compiled here: a package without a ready file for this machine is named at once.
    quiet = ["-q", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    if python("-m", "pip", "install", *quiet, "--only-binary=:all:", "--require-hashes", "-r", str(LOCK)):
        stop("The packages could not be installed; pip says why above.")
    asked = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.check_output(asked, text=True).strip())
    # Not `pip install -e`: it would copy resources/ beside the checkout's own.
    (site / "gridbook-checkout.pth").write_text(str(ROOT) + "\n", encoding="utf-8")


def has_display() -> bool:
    """Whether a window could be shown here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def gridbook(*arguments: str, env: dict[str, str] | None = None) -> int:
    """The program of this checkout with these arguments; its exit code."""
    return python("-m", "gridbook", *arguments, env=env)


def python(*arguments: str, env: dict[str, str] | None = None) -> int:
    """The environment's Python in this checkout; its exit code."""
    sys.stdout.flush()
    around = dict(os.environ, PYTHONUTF8="1", **(env or {}))
    return subprocess.call([str(PYTHON), *arguments], cwd=str(ROOT), env=around)


def say(sentence: str) -> None:
    """Tell the developer what happens."""
    print(sentence, flush=True)


def stop(sentence: str) -> None:
    """Say in one sentence what to do, and leave."""
    sys.exit(sentence)


if __name__ == "__main__":
    main()
