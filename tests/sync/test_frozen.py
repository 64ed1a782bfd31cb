"""The first bundle of format 1 that was ever kept can be taken in for ever."""

import shutil
from pathlib import Path

from gridbook.store import book, caseload, visits
from gridbook.sync import take
from tests.sync.offices import PASSPHRASE, Clock

SAMPLE = Path(__file__).parent / "bundles" / "v1"


def test_the_frozen_bundle_of_format_1_is_taken_in(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "community", tmp_path / "community")
    with book.open_book(tmp_path / "community", "王芳", PASSPHRASE, clock=Clock()) as store:
        taken = take.take(store, SAMPLE / "grid-to-community.gbb")

        assert (taken.error, taken.refused) == (None, [])
        assert store.read(visits.count) == 1
        (row,) = store.read(caseload.open_cases)
        assert (row.title, row.called, str(row.state.status)) == ("厨房漏水", "王女士", "accepted")
