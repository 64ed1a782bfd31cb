"""A real PostgreSQL from Debian's package: in a temporary folder, on a free port, with every safety on."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

from gridbook.records.base import Clock
from gridbook.store import book, shared, whereabouts
from gridbook.store.book import Store
from gridbook.store.whereabouts import Whereabouts

USER, PASSWORD = "gridbook", "网格 p@ss/1"
OWNER, OWNERS_PASSWORD = "keeper", "looks after it"
READY = "ready to accept connections"


class Server:
    """One server; it can be killed and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bin = programs()
        self._numbers = count(1)
        self.templates: dict[Path, str] = {}
        """Addresses of books that were moved once, by the folder they came from."""
        folder.mkdir()
        self._as = as_whom(folder)
        password = folder / "password"
        password.write_text(OWNERS_PASSWORD)
        password.chmod(0o644)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # A locale that sorts unlike bytes do: the tables have to bring their own order.
        locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "-E", "UTF8"]
        who = ["-U", OWNER, f"--pwfile={password}", "-A", "scram-sha-256"]
        subprocess.run(
            [*self._as, str(self._bin / "initdb"), "-D", str(folder / "data"), *locale, *who],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        self.start()
        self._ask(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")

    def start(self) -> None:
        """Start it, and wait until it says that it is ready."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self._folder,
            "fsync": "on",
            "shared_buffers": "64MB",
            "lc_messages": "C",
        }
        given = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [*self._as, str(self._bin / "postgres"), "-D", str(self._folder / "data"), *given],
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._folder,
        )
        assert self._process.stderr is not None
        said: list[str] = []
        for line in self._process.stderr:
            said.append(line)
            if READY in line:
                break
        else:
            raise AssertionError("".join(said))
        # What it says afterwards has to be read by somebody, or it would wait for ever.
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def kill(self) -> None:
        """Kill it as a power cut would: nobody says goodbye."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """Stop it in order."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        os.kill(int((self._folder / "data" / "postmaster.pid").read_text().split()[0]), how)
        self._process.wait()

    def database(self, *, template: str = "template1") -> str:
        """The address of a new database, empty or like another one that nobody works on."""
        name = f"office_{next(self._numbers)}"
        self._ask(f"CREATE DATABASE {name} OWNER {USER} TEMPLATE {template}")
        return self.address(name)

    def copy(self, address: str) -> str:
        """Copy a database on which nobody works; returns the name of the copy."""
        copy = f"copy_{next(self._numbers)}"
        self._ask(f"CREATE DATABASE {copy} OWNER {USER} TEMPLATE {_name_in(address)}")
        return copy

    def put_back(self, address: str, copy: str) -> None:
        """Put a copy in the place of a database, as somebody does who restores it."""
        name = _name_in(address)
        self._ask(f"DROP DATABASE {name}")
        self._ask(f"CREATE DATABASE {name} OWNER {USER} TEMPLATE {copy}")

    def address(self, name: str, host: str = "127.0.0.1") -> str:
        """How a person would write the address of a database."""
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@{host}:{self.port}/{name}"

    def ask(self, address: str, statement: str) -> list[tuple[object, ...]]:
        """Do something in a database behind the program's back."""
        with self._connected(_name_in(address)) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def _ask(self, statement: str) -> None:
        with self._connected("postgres") as connection:
            connection.execute(statement)

    @contextlib.contextmanager
    def _connected(self, name: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=OWNER,
            password=OWNERS_PASSWORD,
            dbname=name,
            autocommit=True,
        ) as connection:
            yield connection


def _name_in(address: str) -> str:
    return address.rpartition("/")[2]


def programs() -> Path:
    """Where Debian puts the server's programs."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if newest:
        return newest[-1].parent
    found = shutil.which("postgres")
    assert found, "the tests need a PostgreSQL server: apt-get install --no-install-recommends postgresql"
    return Path(found).parent


def as_whom(folder: Path) -> list[str]:
    """What to put before a command, for the server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    # A run that is killed takes its server with it.
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"]


def copied_to(server: Server, closed: Store, folder: Path, person: str, clock: Clock) -> str:
    """Let a copied folder open a server's copy of that book, as if it had been moved; returns the address.

    The first copy is really moved; the others are databases made from it, which takes a tenth of the time.
    """
    template = server.templates.get(closed.folder)
    if template is None:
        model = folder.with_name(folder.name + "-model")
        shutil.copytree(closed.folder, model)
        template = server.templates[closed.folder] = server.database()
        shared.move_to(book.open_with(model, closed.keys, person, book.take_lock(model), clock), template)
    address = server.database(template=template.rpartition("/")[2])
    (folder / book.DATABASE).unlink()
    whereabouts.keep(folder, closed.keys, Whereabouts(whereabouts.read_address(address), "", ""))
    shared.begin_mark(folder, closed.keys)
    return address


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server for as long as it is needed."""
    with tempfile.TemporaryDirectory(
        dir=room(), prefix="gridbook-server-", ignore_cleanup_errors=True
    ) as name:
        place = Path(name)
        # The server's own user has to get through to its folder.
        place.chmod(0o755)
        server = Server(place / "server")
        try:
            yield server
        finally:
            # Nothing in it is needed any more; stopping in order would write every table to the disk first.
            server.kill()


def room() -> Path | None:
    """A folder in memory where there is one; what is tested here is not the disk."""
    place = Path("/dev/shm")
    return place if place.is_dir() and shutil.disk_usage(place).free > 1 << 30 else None
