"""Makes the frozen sample of format 1: a bundle and the community's book that can read it.

Run once per format, `python -m tests.sync.bundles.make`; what it made is never made again.
"""

import shutil
import tempfile
from pathlib import Path

from gridbook.records.request import Action
from tests.sync.offices import COMMUNITY, GRID, SUBDISTRICT, Offices

HERE = Path(__file__).parent / "v1"


def main() -> None:
    """One visit and one accepted request of a grid, on their way to the community."""
    with tempfile.TemporaryDirectory() as folder:
        offices = Offices(Path(folder)).found(SUBDISTRICT, COMMUNITY, GRID)
        offices.visit()
        asked = offices.request()
        offices.act(GRID, asked, Action.ACCEPT)
        path = offices.bundle(GRID, COMMUNITY)
        offices.close()
        HERE.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, HERE / "grid-to-community.gbb")
        book = HERE / "community"
        book.mkdir(exist_ok=True)
        for name in ("book.db", "keys.json", "mark"):
            shutil.copy(Path(folder) / COMMUNITY / name, book / name)


if __name__ == "__main__":
    main()
