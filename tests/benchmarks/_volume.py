"""Large books made quickly: rows as the program would have written them, in bulk and without a log."""

import random
from datetime import UTC, datetime, timedelta

import msgspec

from gridbook import catalog
from gridbook.records.base import stored
from gridbook.records.request import OPEN, Request, RequestState, Source, Status
from gridbook.store import pinyin, places, tables
from gridbook.store.session import Session
from tests import make
from tests.benchmarks.store import TITLES, people

WORDINGS = 5000
"""So many pairs of a name and a title are told apart; each stands in many cases."""
YEARS = 10
STATUSES = (*([Status.CLOSED] * 16), Status.REGISTERED, Status.ACCEPTED, Status.WAITING, Status.RESOLVED)


def requests(session: Session, count: int, *, finder: bool = True) -> None:
    """Write so many requests, with particulars, telephone and state, spread over ten years up to now."""
    chance = random.Random(11)
    estates = [make.estate(id=bytes([n]) * 16, name=f"幸福{n}苑", quick=f"xf{n}") for n in range(1, 9)]
    buildings = [
        make.building(one, id=bytes([n, m]) * 8, number=str(m), units=4, floors=12)
        for n, one in enumerate(estates, 1)
        for m in range(1, 21)
    ]
    places.save(session, *estates, *buildings)
    run = session.run
    run(
        "CREATE TEMP TABLE wording "
        "(k, called, title, words, building, category, status, state, PRIMARY KEY (k))"
    )
    rows = []
    codes = sorted(catalog.categories())
    now = session.now().replace(microsecond=0)
    for k in range(WORDINGS):
        called, title = people(chance), chance.choice(TITLES)
        status = chance.choice(STATUSES)
        due = now + timedelta(days=chance.randrange(-9, 30)) if status in OPEN else None
        state = RequestState(status, lead=make.GRID, due_at=due, started_at=now)
        rows.append(
            (
                *(k, called, title, pinyin.words(called, title), chance.choice(buildings).id),
                *(chance.choice(codes), str(status), msgspec.json.encode(state).decode()),
            )
        )
    session.run_many("INSERT INTO wording VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    begun = datetime(now.year - YEARS, now.month, 1, tzinfo=UTC)
    step = int((now - begun).total_seconds() * 1000) // count
    run("CREATE TEMP TABLE made (n INTEGER PRIMARY KEY, id BLOB, at INTEGER)")
    run(
        "WITH RECURSIVE each (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM each WHERE n + 1 < ?) "
        "INSERT INTO made SELECT n, "
        "unhex(printf('%012x', ? + n * ?) || '7' || substr(hex(randomblob(10)), 2)), "
        "? + n * ? FROM each",
        (count, *(int(begun.timestamp() * 1000), step) * 2),
    )
    _request_rows(session, count)
    run(
        "INSERT INTO particulars (unit, id, building, door, spot, called, title, text, hope) "
        "SELECT ?, id, w.building, (1 + n % 4) || '-' || (1 + n % 12) || '02', '', w.called, w.title, '', '' "
        "FROM made JOIN wording w ON w.k = n * 7 % ?",
        (make.GRID, WORDINGS),
    )
    run(
        "INSERT INTO contact (unit, id, phone, how) SELECT ?, id, "
        "printf('199%08d', n * 7919 % 100000000), '' FROM made",
        (make.GRID,),
    )
    run(
        "INSERT INTO request_state (unit, id, status, lead, due_at, state) "
        "SELECT ?, id, w.status, ?, json_extract(w.state, '$.due_at'), w.state "
        "FROM made JOIN wording w ON w.k = n * 7 % ?",
        (make.GRID, make.GRID, WORDINGS),
    )
    if finder:
        run(
            'INSERT INTO finder (unit, id, "class", words) '
            "SELECT ?, id, 'Particulars', w.words FROM made JOIN wording w ON w.k = n * 7 % ? "
            "UNION ALL SELECT unit, id, 'Contact', phone FROM contact ORDER BY 2",
            (make.GRID, WORDINGS),
        )
    run("DROP TABLE made")
    run("DROP TABLE wording")


def _request_rows(session: Session, count: int) -> None:
    table = tables.RECORDS["Request"]
    given = tables.row_of(
        Request(
            unit=make.GRID,
            id=b"",
            number="",
            registered_at=session.now(),
            source=Source.VISIT,
            category="",
            limit="5",
        )
    )
    made = {
        "id": "id",
        "number": "printf('0305-%02d-%07d-7K2Q', (n * 10 / ?) + ?, n)",
        "registered_at": "strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch')",
        "category": "w.category",
    }
    names = [column.name for column in table.columns]
    shown = [made.get(name, "?") for name in names]
    values: list[object] = []
    for name in names:
        if name == "number":
            values += [count, (session.today.year - YEARS) % 100]
        elif name not in made:
            values.append(stored(given[name]) if name != "limit" else "5")
    session.run(
        f"INSERT INTO request ({', '.join(map(_quoted, names))}) SELECT {', '.join(shown)} "
        "FROM made JOIN wording w ON w.k = n * 7 % ?",
        (*values, WORDINGS),
    )


def _quoted(name: str) -> str:
    return f'"{name}"'
