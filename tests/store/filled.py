"""A small book with something of everything in it: made once per release and kept in tests/store/books/.

`python -m tests.store.filled` writes the book of this release; it is run when a release is cut, not by tests.
"""

import json
import shutil
from pathlib import Path

from gridbook import __version__
from gridbook.records.base import id_at
from gridbook.records.request import Action
from gridbook.records.visit import VisitOutcome
from gridbook.store import book, digest, drafts, places, preferences, prints, requests, visits
from gridbook.store.book import Store
from gridbook.store.keys import FILE
from gridbook.store.requests import Telling
from tests import make

BOOKS = Path(__file__).parent / "books"
PERSON = "陈晓"
PASSPHRASE = "a book of an old release"
BUILDING = id_at(make.NOW, lambda size: b"\x03" * size)


def fill(store: Store) -> None:
    """A few days of a grid's work in every class and table that a grid's book has."""
    estate = make.estate()
    store.write(places.save, estate, make.building(estate, id=BUILDING, added=("4-101",), missing=("1-101",)))
    store.write(places.save, make.estate(name="阳光一号院", quick="ygyh"))
    door = {"building": BUILDING, "door": "2-501"}
    details = {**door, "items": ("水龙头已修好",), "companion": "李敏", "next_on": make.TODAY}
    asked = make.request_entry(id=b"", number="", limit="", particulars={**door, "called": "单女士"})
    form = make.visit_entry(id=b"", number="", note="老人听力不好", details=details)
    store.write(visits.save, form, [asked])
    (row,) = store.read(visits.recent)
    assert row.details is not None
    (number,) = row.details.opened
    store.write(requests.act, number, Action.ACCEPT, note="已电话联系")
    store.write(requests.act, number, Action.ESCALATE, telling=Telling("楼顶漏水，需物业配合", "19900001234"))
    other = make.request_entry(id=b"", number="", particulars={**door, "title": "楼道灯不亮"}, phone=None)
    second = store.write(requests.save, other).request.number
    store.write(requests.act, second, Action.SETTLE)
    store.write(requests.act, second, Action.FEED_BACK)
    store.write(requests.act, second, Action.FOLLOW_UP, {"satisfaction": "satisfied", "solved": True})
    undone = store.write(visits.save, make.visit_entry(id=b"", number="", details=door))
    assert not isinstance(undone, visits.Attempt)
    store.write(visits.undo, undone.visit.id)
    nobody = make.visit_entry(
        id=b"", number="", outcome=VisitOutcome.NOT_IN, details={**door, "items": (), "door": "1-202"}
    )
    store.write(visits.save, nobody)
    store.write(drafts.keep, "visit", "", {"door": "3-2-501", "note": "半张表"})
    store.write(preferences.keep, "visits.columns", ["number", "door"])
    store.write(prints.blank, "visit", "visit", 2)


def main() -> None:
    """Write the book of this release."""
    made = BOOKS / "making"
    kept = BOOKS / __version__
    shutil.rmtree(made, ignore_errors=True)
    shutil.rmtree(kept, ignore_errors=True)
    store, _ = book.create(
        made, make.GRID, "03社区-05网格", PERSON, PASSPHRASE, clock=make.Clock(), calibrate=False
    )
    with store:
        fill(store)
        held = store.read(digest.of_book)
    kept.mkdir(parents=True)
    for name in (book.DATABASE, FILE, book.MARK):
        shutil.copyfile(made / name, kept / name)
    told = {"rows": held.rows, "streams": held.streams}
    (kept / "digest.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(made)


if __name__ == "__main__":
    main()
