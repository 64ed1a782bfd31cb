"""Reaching the office's server: what is asked of a connection, and which servers are refused."""

from typing import TYPE_CHECKING, Any

from gridbook.errors import ServerLost, ServerRefused
from gridbook.i18n import tr
from gridbook.store.whereabouts import Address

if TYPE_CHECKING:
    import psycopg

SCHEMA = "gridbook"
"""Where the tables lie in the database that is named."""
OLDEST = 120000
PATIENCE = "60s"
"""So long a desk waits for its turn to write."""
_ROOM_FOR_NUL = "\ufdd0"


def asked(address: Address) -> dict[str, Any]:
    """What a connection to that address is asked for."""
    settings = (
        f"-c search_path={SCHEMA} -c synchronous_commit=on -c lock_timeout={PATIENCE} "
        "-c client_encoding=UTF8 -c standard_conforming_strings=on -c row_security=off"
    )
    wanted: dict[str, Any] = {
        "port": address.port,
        "dbname": address.database,
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "application_name": "GridBook",
        **address.options,
        "options": settings,
    }
    if not address.here:
        # What goes over the office's cable is people's words.
        wanted.setdefault("sslmode", "require")
    for name, value in (("host", address.host), ("user", address.user), ("password", address.password)):
        if value:
            wanted[name] = value
    return wanted


def suit(made: "psycopg.Connection[Any]") -> None:
    """Refuse a server that could lose or change what it is given; make its driver speak as the file does."""
    facts = {
        "fsync": "on",
        "full_page_writes": "on",
        "server_encoding": "UTF8",
        "synchronous_commit": "on",
    }
    if made.info.server_version < OLDEST:
        raise _unfit(tr("it is older than version {version}").format(version=OLDEST // 10000))
    asked = ", ".join(f"current_setting('{name}')" for name in facts)
    held = made.execute(f"SELECT {asked}, pg_is_in_recovery()").fetchone()
    assert held is not None
    for (name, wanted), found in zip(facts.items(), held, strict=False):
        if found != wanted:
            raise _unfit(
                tr("its setting {name} is {found} and not {wanted}").format(
                    name=name, found=found, wanted=wanted
                )
            )
    if held[-1]:
        raise _unfit(tr("it only copies another server"))
    _speak_as_the_file(made)


def _speak_as_the_file(made: "psycopg.Connection[Any]") -> None:
    # As above: only where there is a server.
    from psycopg.types.numeric import IntLoader
    from psycopg.types.string import StrDumper  # as above

    class Words(StrDumper):
        """Text; the one character that a server cannot keep stands in it as a mark that is no character."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", _ROOM_FOR_NUL) if "\0" in obj else obj)

    made.adapters.register_dumper(str, Words)
    # A sum of whole numbers comes as a decimal; there is nothing else in these tables that would be one.
    made.adapters.register_loader("numeric", IntLoader)


def _unfit(why: str) -> ServerRefused:
    return ServerRefused(
        tr("This server cannot keep a book safely: {why}.").format(why=why),
        kept=tr("Nothing was changed."),
        next=tr("Show this to whoever looks after the server."),
    )


def not_reached(address: Address, error: Exception) -> ServerLost:
    """What is said when a server lets nobody in."""
    # The driver's words are English and may name the user; they belong in a log, not in a sentence.
    said = str(error).lower()
    if "password" in said or "authentication" in said or "role" in said:
        return ServerLost(
            tr("The server {host} does not let “{user}” in.").format(host=address.host, user=address.user),
            kept=tr("Nothing was changed."),
            next=tr("Ask whoever looks after the server for user and password."),
        )
    if "ssl" in said:
        return ServerLost(
            tr("The server {host} does not encrypt what goes over the cable.").format(host=address.host),
            kept=tr("Nothing was changed."),
            next=tr("Ask whoever looks after the server to switch TLS on."),
        )
    if "does not exist" in said:
        return ServerLost(
            tr("There is no database “{database}” on the server {host}.").format(
                database=address.database, host=address.host
            ),
            kept=tr("Nothing was changed."),
            next=tr("Ask whoever looks after the server to make it."),
        )
    return ServerLost(
        tr("The office's server {host} cannot be reached.").format(host=address.host or "localhost"),
        kept=tr("What was saved before is kept."),
        next=tr("Check the cable and whether the server runs, then try again."),
    )
