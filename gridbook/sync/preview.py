"""What an import would do, without doing it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gridbook.store import arriving
from gridbook.store.arriving import Arrived, Tally
from gridbook.store.book import Store
from gridbook.store.session import Session
from gridbook.sync import bundle, segment
from gridbook.sync.apply import held_as
from gridbook.sync.incoming import SegmentBad, Taken, Verified
from gridbook.sync.segment import Header
from gridbook.sync.verify import opened, understood


def look(store: Store, copy: Path, verified: Verified, taken: Taken) -> None:
    """What an import would do, without doing it."""

    def on_manifest(*_: object) -> Callable[[bytes, bytes], None]:
        def on_segment(listed: bytes, packed: bytes) -> None:
            header = verified.headers.get(listed)
            if listed in verified.refused or header is None:
                taken.refused.append((verified.refused.get(listed, ""), header.unit if header else ""))
            elif store.read(held_as, listed) is not None:
                taken.known += 1
            elif header.min_reader > segment.READER:
                taken.parked += 1
            else:
                try:
                    author = verified.certificates[header.certificate].unit
                    ops = understood(author, *opened(packed))
                except SegmentBad as bad:
                    taken.refused.append((str(bad), header.unit))
                    return
                tally = store.read(_weigh, header, ops, taken.by_class)
                taken.segments += 1
                taken.ops += header.count
                taken.added += tally.added
                taken.changed += tally.changed

        return on_segment

    with copy.open("rb") as file:
        bundle.read(file, taken.opened_by(store), on_manifest)


def _weigh(session: Session, header: Header, ops: Sequence[Arrived], by_class: dict[str, int]) -> Tally:
    for one in ops:
        by_class[one.op.record_class] = by_class.get(one.op.record_class, 0) + 1
    return arriving.weigh(session, header.unit, ops)
