"""What an import would do: it is done, looked at, and rolled back, so that it cannot be told otherwise."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Concatenate, ParamSpec, TypeVar

from gridbook.store import duplicates
from gridbook.store.book import Store
from gridbook.store.session import Memory, Session
from gridbook.sync.incoming import Taken, Transaction

P = ParamSpec("P")
T = TypeVar("T")
Then = TypeVar("Then")

Take = Callable[[Transaction], Taken | None]
"""Takes one bundle in, in the transactions it is given; nothing where the bundle is not for this office."""


def rehearse(
    store: Store, bundles: Iterable[Take], after: Callable[[Session], Then]
) -> tuple[list[Taken], Then]:
    """Take these bundles in one by one, tell what came of each and what would be then; undo it all."""
    return store.try_out(_rehearse, bundles, after)


def _rehearse(
    session: Session, bundles: Iterable[Take], after: Callable[[Session], Then]
) -> tuple[list[Taken], Then]:
    # What is remembered from lists that are about to be undone must not be remembered after that.
    session.memory = Memory()

    def within(work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As the store would: all of it or nothing."""
        before = (replace(session.standing), dict(session.lines), session.incarnation, session.receipts)
        session.run("SAVEPOINT rehearsal")
        try:
            result = work(session, *args, **kwargs)
        except BaseException:
            session.run("ROLLBACK TO SAVEPOINT rehearsal")
            session.standing, session.lines, session.incarnation, session.receipts = before
            raise
        finally:
            session.run("RELEASE SAVEPOINT rehearsal")
        return result

    found = []
    for take in bundles:
        before = _alike(session)
        taken = take(within)
        if taken is not None:
            if taken.error is None:
                taken.alike = len(_alike(session) - before)
            found.append(taken)
    return found, after(session)


def _alike(session: Session) -> set[tuple[bytes, bytes]]:
    return {(one.first.id, one.second.id) for one in duplicates.pairs(session)}
