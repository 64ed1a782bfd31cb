"""Train the dictionary that the log of a book is compressed with, from a year of the practice subdistrict.

`.venv/bin/python build/dictionary.py` trains on some grids and measures on others. A dictionary that shipped
is never trained again: books hold bodies that only it can read. A new one gets a new number.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import zstandard

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gridbook.practice import year  # noqa: E402 - after the path is set
from gridbook.practice.subdistrict import Scale, Town  # noqa: E402
from gridbook.records.base import Record, id_at, rule_of, stored, values_of  # noqa: E402
from gridbook.records.request import EventNote, Referral  # noqa: E402
from gridbook.records.rights import Kind  # noqa: E402
from gridbook.store import ops, project  # noqa: E402

SHIPPED = ROOT / "resources" / "store" / "ops-1.zdict"
SIZE = 16 * 1024
YEAR = 2026
LEARNT, JUDGED = slice(0, 12), slice(60, 64)
"""Which grids of the subdistrict are learnt from, and which measured on."""
PRACTICE = b"990101001"


def grid_ops(town: Town, grid: str, chance: random.Random) -> Iterator[bytes]:
    """Every op of a grid's year, by whichever office wrote it, as it is hashed and carried."""
    for day in year.year_of(town, grid, YEAR):
        for seen in day.visits:
            entry = seen.entry
            for record in (entry.visit, entry.details, entry.note):
                if record is not None:
                    yield create(record, seen.at, chance)
        for planned in day.requests:
            asked = planned.entry
            at = asked.request.registered_at
            raws = [create(asked.request, at, chance)]
            yield raws[0]
            for record in (asked.particulars, asked.contact):
                if record is not None:
                    yield create(record, at, chance)
            for act in planned.acts:
                given = {
                    "event": str(act.action),
                    **{name: stored(value) for name, value in act.given.items()},
                }
                made = event(asked.request, act.by_unit, act.at, given, raws[-1], chance)
                raws.append(made)
                yield made
                if act.note:
                    yield create(note(asked.request, act, chance), act.at, chance)
                if act.telling:
                    yield create(telling(asked.request, act, chance), act.at, chance)


def note(request: Record, act: Any, chance: random.Random) -> EventNote:
    """The remark on an act."""
    its_id = id_at(act.at, chance.randbytes)
    return EventNote(
        unit=request.unit, id=its_id, case=request.id, event=chance.randbytes(16), text=act.note[:200]
    )


def telling(request: Record, act: Any, chance: random.Random) -> Referral:
    """The words for another office."""
    return Referral(
        unit=request.unit, id=id_at(act.at, chance.randbytes), case=request.id, text=act.telling[:500]
    )


def create(record: Record, at: datetime, chance: random.Random) -> bytes:
    """The op that writes a record for the first time."""
    rule = rule_of(record)
    values = {name: stored(value) for name, value in values_of(record).items()}
    fields = ops.fields_of(values, dict(project.defaults_of(rule)))
    return _op(rule.name, record.id, Kind.CREATE, record.unit, at, (), fields, chance)


def event(
    request: Record,
    author: str,
    at: datetime,
    fields: Mapping[str, Any],
    before: bytes,
    chance: random.Random,
) -> bytes:
    """The op of something done to a request."""
    parents = (ops.digest_of(before),)
    return _op("Request", request.id, Kind.EVENT, author, at, parents, dict(fields), chance)


def _op(
    name: str,
    record: bytes,
    kind: Kind,
    author: str,
    at: datetime,
    parents: tuple[bytes, ...],
    fields: dict[str, Any],
    chance: random.Random,
) -> bytes:
    stamp = int(at.timestamp() * 1000) + chance.randrange(1000)
    made = ops.Op(
        record_class=name,
        record=record,
        kind=kind,
        author=author,
        parents=parents,
        stamp=stamp,
        suspect=False,
        schema=1,
        fields=fields,
        person=str(chance.randint(1, 3)),
        reason="",
        nonce=chance.randbytes(16),
    )
    return elsewhere(ops.encode(made), chance)


def elsewhere(raw: bytes, chance: random.Random) -> bytes:
    """The op with the code of another subdistrict, so that the invented one is not learnt."""
    code = f"{chance.randrange(11, 66)}{chance.randrange(10**7):07}".encode()
    return re.sub(PRACTICE, code, raw)


def per_op(packer: zstandard.ZstdCompressor, raws: Sequence[bytes]) -> float:
    """Bytes per op."""
    return sum(len(packer.compress(raw)) for raw in raws) / len(raws)


def main() -> None:
    """Train, measure, write."""
    town = Town.of(Scale.SUBDISTRICT, 1)
    chance = random.Random(1)
    learnt = [raw for grid in town.grids[LEARNT] for raw in grid_ops(town, grid.code, chance)]
    judged = [raw for grid in town.grids[JUDGED] for raw in grid_ops(town, grid.code, chance)]
    made = zstandard.train_dictionary(SIZE, learnt, level=ops.LEVEL).as_bytes()
    mean = sum(map(len, judged)) / len(judged)
    print(f"{len(learnt)} ops learnt, {len(judged)} judged, {mean:.1f} bytes each")
    for what, words in (("the dictionary before", SHIPPED.read_bytes()), ("this dictionary", made)):
        packer = ops.packer(words)
        print(f"{what:24} {len(words):6} bytes, {per_op(packer, judged):6.1f} bytes per op")
        by_class: dict[str, list[bytes]] = {}
        for raw in judged:
            op = ops.decode(raw)
            by_class.setdefault(f"{op.record_class} {op.kind}", []).append(raw)
        counts = Counter({name: len(raws) for name, raws in by_class.items()})
        print(
            "  "
            + ", ".join(f"{name} {per_op(packer, by_class[name]):.0f}" for name, _ in counts.most_common())
        )
    SHIPPED.write_bytes(made)


if __name__ == "__main__":
    main()
