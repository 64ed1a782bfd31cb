"""The command line as offices use it: `gridbook.cli.main` on real books, with what it said and left with."""

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gridbook.cli import main
from gridbook.store import book, places
from tests import make

PASSPHRASE = "correct horse 网格"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as one JSON object per line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def facts(self) -> dict[str, Any]:
        """Standard output as one JSON object."""
        (only,) = self.lines
        return only


Run = Callable[..., Done]


def run(*arguments: str | Path, stdin: bytes | str = b"") -> Done:
    """Run a command in this process, as a shell would see it."""
    out, err, code, before = io.StringIO(), io.StringIO(), 0, sys.stdin
    data = stdin.encode() if isinstance(stdin, str) else stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main([str(one) for one in arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        sys.stdin = before
    return Done(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of a grid that knows one estate with one building, and the file with its passphrase."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    store, _ = book.create(
        folder / "grid", make.GRID, "03社区-05网格", "陈晓", PASSPHRASE, clock=None, calibrate=False
    )
    estate = make.estate()
    store.write(places.save, estate, make.building(estate, id=b"\x03" * 16))
    store.close()
    return folder


@pytest.fixture
def grid(made: Path) -> Run:
    """Runs commands on that book, with JSON output."""

    def on_it(command: str, *arguments: str | Path, stdin: bytes | str = b"") -> Done:
        where = ("--book", made / "grid", "--passphrase-file", made / "passphrase", "--json")
        return run(*where, command, *arguments, stdin=stdin)

    return on_it
