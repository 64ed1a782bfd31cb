"""Train the dictionary that the log of a book is compressed with, from the ops of the practice subdistrict.

`.venv/bin/python build/dictionary.py` does the practice job in a temporary folder (or reads the one of
`--practice DIR`), trains on two thirds of its ops and measures on the last third. A dictionary that shipped
is never trained again: books hold bodies that only it can read. A new one gets a new number.
"""

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gridbook.practice import run  # noqa: E402 - after the path is set
from gridbook.store import book, keys, ops  # noqa: E402
from gridbook.store.session import Session  # noqa: E402

SHIPPED = ROOT / "resources" / "store" / "ops-1.zdict"
SIZE = 16 * 1024
DAYS = 30
PRACTICE = b"990101001"


def bodies(session: Session) -> list[bytes]:
    """Every op of a book as it is hashed and carried."""
    held = session.run("SELECT body FROM op WHERE body IS NOT NULL")
    return [ops.unpack(body) for (body,) in held]


def samples(folder: Path) -> list[bytes]:
    """Every op of the practice books once, as if each came from a subdistrict of its own."""
    passphrase = (folder / "passphrase").read_text("utf-8").strip()
    found: dict[bytes, None] = {}
    for place in sorted((folder / "books").iterdir()):
        with book.open_book(place, keys.people(place)[0], passphrase) as store:
            found.update(dict.fromkeys(store.read(bodies)))
    return list(elsewhere(found))


def elsewhere(found: "dict[bytes, None]") -> Iterator[bytes]:
    """The ops with the code of another subdistrict in each, so that the invented one is not learnt."""
    chance = random.Random(1)
    for raw in found:
        code = f"{chance.randrange(11, 66)}{chance.randrange(10**7):07}".encode()
        yield re.sub(PRACTICE, code, raw)


def per_op(packer: zstandard.ZstdCompressor, raws: list[bytes]) -> float:
    """Bytes per op."""
    return sum(len(packer.compress(raw)) for raw in raws) / len(raws)


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practice", type=Path, help="a folder that `gridbook practice` made")
    parser.add_argument("--days", type=int, default=DAYS)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = told.practice
        if folder is None:
            folder = Path(name) / "practice"
            run.whole_job(folder, "community", told.days, 1)
        raws = samples(folder)
    random.Random(2).shuffle(raws)
    cut = len(raws) * 2 // 3
    learnt, judged = raws[:cut], raws[cut:]
    made = zstandard.train_dictionary(SIZE, learnt, level=ops.LEVEL).as_bytes()
    print(f"{len(raws)} ops of {sum(map(len, judged)) / len(judged):.1f} bytes")
    for what, words in (("the dictionary before", SHIPPED.read_bytes()), ("this dictionary", made)):
        print(f"{what:24} {len(words):6} bytes, {per_op(ops.packer(words), judged):6.1f} bytes per op")
    SHIPPED.write_bytes(made)


if __name__ == "__main__":
    main()
