"""Stations that do what they may not: bodies left out or altered on the way, foreign streams signed for."""

import secrets
from random import Random

import msgspec

from gridbook.errors import BundleError
from gridbook.records.base import Reach
from gridbook.records.rights import Kind
from gridbook.store.ops import encode, husk_of
from gridbook.store.session import Session
from gridbook.sync import bundle, segment
from tests.sync import forge
from tests.sync.forge import Author, Forge, Piece, piece
from tests.sync.storm.station import Machine
from tests.sync.storm.world import UNITS, Stick, World


def leave_out(world: World, stick: Stick, sender: Machine) -> str:
    """A forwarder leaves every body out although nobody ordered it."""
    return _rewrite(world, stick, sender, None)


def alter(world: World, stick: Stick, sender: Machine, chance: Random) -> str:
    """A forwarder changes a segment and lists the true one in its manifest."""
    return _rewrite(world, stick, sender, chance)


def _rewrite(world: World, stick: Stick, sender: Machine, chance: Random | None) -> str:
    receiver = world.of(stick.to)[0]
    try:
        manifest, packed = forge.opened(stick.path, receiver.store)
    except BundleError:
        return "nothing"
    victim = chance.randrange(len(packed)) if chance and packed else None
    pieces = []
    for number, (listed, one) in enumerate(zip(manifest.segments, packed, strict=True)):
        payload = segment.decode(bundle.unpack_segment(one))[1]
        ops = list(payload.ops)
        if chance is None:
            ops = [segment.Bare(husk_of(op)) if isinstance(op, bytes) else op for op in ops]
        elif number == victim:
            ops = [_altered(op) if isinstance(op, bytes) else op for op in ops]
        pieces.append(Piece(listed, forge.packed(segment.encode(payload.header, payload.signature, ops))))
    with sender.program() as store:
        plain = Forge(store, receiver.store).around(msgspec.msgpack.encode(manifest), pieces)
    stick.path.write_bytes(forge.sealed(plain, receiver.store.keys.age_recipient))
    return f"{len(pieces)} segments"


def _altered(op: bytes) -> bytes:
    return op[:-1] + bytes([op[-1] ^ 1])


def misbehave(world: World, machine: Machine, to: str, chance: Random) -> str:
    """A certified station signs for another stream, with a class of another reach, or above its level."""
    receiver = world.of(to)[0]
    with machine.program() as store:
        author, up = Author.of(store), Forge(store, receiver.store)
    fresh = {"incarnation": secrets.token_bytes(16)}
    kind = chance.choice(("stream", "reach", "level"))
    if kind == "stream":
        unit = chance.choice([one for one in UNITS if one != machine.unit])
        bad = piece(author, [forge.visit(machine.unit)], unit=unit, **fresh)
    elif kind == "reach":
        op = forge.op(machine.unit, "Contact", {"phone": "1"})
        bad = piece(author, [encode(op)], reach=Reach.SUBDISTRICT, **fresh)
    else:
        held = machine.store.read(_a_request, machine.unit)
        if held is None:
            return "nothing"
        op = forge.op(machine.unit, "Request", {"event": "supervise"}, record=held, kind=Kind.EVENT)
        bad = piece(author, [encode(op)], **fresh)
    folder = world.folder / f"stick-{world.next()}"
    folder.mkdir()
    world.sticks.append(Stick(up.write(folder, up.plain([bad])), to))
    return kind


def _a_request(session: Session, unit: str) -> bytes | None:
    rows = session.run("SELECT id FROM request WHERE unit = ? ORDER BY id LIMIT 1", (unit,))
    return bytes(rows[0][0]) if rows else None
