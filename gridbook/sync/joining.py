"""Enrolment by stick: ask below, admit above after comparing eight digits, accept below."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import pyrage
from msgspec import Meta

from gridbook.errors import BadValue, BundleError, NotABundle, NotAllowed
from gridbook.i18n import tr
from gridbook.records.base import UnitCode
from gridbook.records.place import is_practice, level_of, parent_of, short_name
from gridbook.store import age, book, keys
from gridbook.store.book import Store
from gridbook.store.files import write_whole
from gridbook.store.session import Session
from gridbook.sync import again, form, renewal, stations, sticks, trust
from gridbook.sync.incoming import Taken
from gridbook.sync.trust import Asked, Certificate

ASK_ENDING = ".gbask"
WELCOME_ENDING = ".gbjoin"
ASK_MAGIC = b"GRIDBOOK ask 1\n"
WELCOME_MAGIC = b"GRIDBOOK welcome 1\n"
LARGEST_ASK = 4096
LARGEST_WELCOME = 4 << 20
LONGEST_CHAIN = 3


class Welcome(msgspec.Struct, array_like=True, frozen=True):
    """What the office above answers: the certificate, the chain that leads to the root, and the roster."""

    certificate: bytes
    chain: tuple[bytes, ...]
    root: bytes
    roster: bytes
    further: Annotated[tuple[bytes, ...], Meta(max_length=trust.MOST_ROSTERS)] = ()


_questions = msgspec.msgpack.Decoder(Asked)
_welcomes = msgspec.msgpack.Decoder(Welcome)


@dataclass(frozen=True, slots=True)
class Question:
    """A join request that was read: who asks, and the digits to compare by voice."""

    path: Path
    asked: Asked
    fingerprint: str


def own_request(session: Session, store: Store, pair: keys.Pair) -> Asked:
    """What this station asks to be admitted with."""
    return Asked(
        session.unit, store.name, pair.verify_key, pair.age_recipient, keys.recovery_recipient(store.folder)
    )


def found_root(store: Store) -> None:
    """At the subdistrict: make the certificate from which all trust hangs; once, right after `create`."""
    store.write(_found_root, store)


def _found_root(session: Session, store: Store) -> None:
    if trust.is_root(session.unit) and not stations.joined(session):
        stations.make_root(session, store.keys.sign, own_request(session, store, store.keys.pairs[0]))


def ask(store: Store, folder: Path) -> Question:
    """Write a join request to the stick; the digits are read out to the office above.

    A book that has joined asks with new keys: the other PC of a clone, and whoever knows the old keys, has
    not got these. The old certificate stays good for what was signed with it.
    """
    sticks.check(folder)
    if store.read(_is_root):
        raise NotAllowed(
            tr("The subdistrict office itself is not admitted; every other station is believed through it."),
            kept=tr("Nothing was changed."),
            next=tr("Restore its newest backup on a new PC."),
        )
    pair = store.read(_asking_with, store)
    if pair is None:
        store.keys, pair = keys.renewing(store.folder, store.keys)
    asked = store.read(own_request, store, pair)
    raw = stations.encoded(asked)
    path = folder / f"{store.unit}{ASK_ENDING}"
    write_whole(path, ASK_MAGIC + raw)
    return Question(path, asked, trust.fingerprint(raw))


def _is_root(session: Session) -> bool:
    return trust.is_root(session.unit)


def _asking_with(session: Session, store: Store) -> keys.Pair | None:
    """Keys of this book that no certificate was made for yet; whoever asks twice asks with the same ones."""
    admitted = stations.signing_keys(session)
    return next((pair for pair in store.keys.pairs if pair.verify_key not in admitted), None)


def _read_file(path: Path, longest: int) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise ValueError("not a file")
    with path.open("rb") as file:
        data = file.read(longest + 1)
    if len(data) > longest:
        raise ValueError("too large")
    return data


def read_question(path: Path) -> Question:
    """The join request in a file from a stick."""
    try:
        data = _read_file(path, LARGEST_ASK)
        if not data.startswith(ASK_MAGIC):
            raise ValueError("not a join request")
        raw = data[len(ASK_MAGIC) :]
        asked = form.read(_questions, raw)
        level_of(asked.unit)
        pyrage.x25519.Recipient.from_str(asked.age_recipient)
        pyrage.x25519.Recipient.from_str(asked.recovery_recipient)
        if len(asked.sign_key) != 32 or len(asked.name) > 40:
            raise ValueError("not a join request")
    except (OSError, ValueError, BadValue, pyrage.RecipientError) as error:
        raise NotABundle(
            tr("{name} is not a join request.").format(name=sticks.shown(path)),
            kept=tr("Nothing was changed."),
            next=tr("Ask the other office to write its request to the stick again."),
        ) from error
    return Question(path, asked, trust.fingerprint(raw))


def admit(store: Store, question: Question, folder: Path) -> Path:
    """Admit a station whose digits were compared; writes the welcome that only it can read."""
    sticks.check(folder)
    welcome = store.write(_admit, store, question.asked)
    recipient = pyrage.x25519.Recipient.from_str(question.asked.age_recipient)
    sealed = io.BytesIO()
    pyrage.encrypt_io(io.BytesIO(WELCOME_MAGIC + msgspec.msgpack.encode(welcome)), sealed, [recipient])
    path = folder / f"{question.asked.unit}{WELCOME_ENDING}"
    write_whole(path, sealed.getvalue())
    return path


def _admit(session: Session, store: Store, asked: Asked) -> Welcome:
    session.require_lead(tr("admit a station"))
    if parent_of(asked.unit) != session.unit:
        raise NotAllowed(
            tr("{unit} does not belong right below this office.").format(unit=short_name(asked.unit)),
            kept=tr("Nobody was admitted."),
            next=tr("The office right above that unit admits it."),
        )
    now = stations.known(session)
    certificate = stations.issue(session, store.keys.sign, now.own, asked)
    stations.keep_certificates(session, [certificate], "admitted")
    stations.renew_roster(session, store.keys.sign)
    chain = _chain(now, now.own)
    return Welcome(
        certificate.raw,
        tuple(one.raw for one in chain),
        now.root,
        stations.roster_bytes(session),
        stations.further_rosters(session),
    )


def _chain(now: stations.Known, start: Certificate) -> list[Certificate]:
    chain = [start]
    while chain[-1].body.issued_by is not None:
        chain.append(now.by_hash[chain[-1].body.issued_by])
    return chain


@dataclass(frozen=True, slots=True)
class Welcomed:
    """What joining came to: by which office, and the digits of the root to compare with a colleague."""

    office: UnitCode
    office_name: str
    root_fingerprint: str


def accept(store: Store, path: Path) -> Welcomed:
    """Take the welcome in; from now on this book can hand over."""
    welcome = _open_welcome(store, path)
    welcomed = store.write(_accept, store, welcome)
    renewal.settle(store)
    store.write(again.judge, store, Taken(store.folder))
    return welcomed


def _open_welcome(store: Store, path: Path) -> Welcome:
    try:
        data = _read_file(path, LARGEST_WELCOME)
        plain = io.BytesIO()
        age.open_into(io.BytesIO(data), plain, store.keys.identities)
        opened = plain.getvalue()
        if not opened.startswith(WELCOME_MAGIC):
            raise ValueError("not a welcome")
        return form.read(_welcomes, opened[len(WELCOME_MAGIC) :])
    except (OSError, ValueError, pyrage.DecryptError) as error:
        raise _not_welcome(sticks.shown(path)) from error


def _not_welcome(name: str) -> BundleError:
    return NotABundle(
        tr("{name} is not a welcome for this book.").format(name=name),
        kept=tr("Nothing was changed."),
        next=tr("Take the stick with your join request to the office above again."),
    )


def _accept(session: Session, store: Store, welcome: Welcome) -> Welcomed:
    try:
        own = trust.read_certificate(welcome.certificate)
        chain = [trust.read_certificate(raw) for raw in welcome.chain[:LONGEST_CHAIN]]
    except ValueError as error:
        raise _not_welcome(tr("The file")) from error
    known = {one.hash: one for one in (own, *chain)}
    root = known.get(welcome.root)
    pinned = book.get(session, stations.ROOT)
    good = (
        root is not None
        and trust.is_root(root.unit)
        and own.unit == session.unit
        and any(
            own.body.sign_key == pair.verify_key and own.body.age_recipient == pair.age_recipient
            for pair in store.keys.pairs
        )
        and is_practice(root.unit) == session.practice
        and pinned in (None, welcome.root)
    )
    if root is None or not good:
        raise _not_welcome(tr("The file"))
    try:
        for raw in filter(None, (welcome.roster, *welcome.further)):
            stations.keep_roster(session, raw, root)
    except ValueError as error:
        raise _not_welcome(tr("The file")) from error
    ground = stations.ground(session, welcome.root)
    believed = [one for one in known.values() if trust.believed(one, known, ground)]
    if own not in believed:
        raise _not_welcome(tr("The file"))
    stations.keep_certificates(session, believed, "told")
    book.put(session, stations.ROOT, welcome.root)
    if not stations.joined(session):
        book.put(session, stations.OWN, own.hash)
    issuer = known[own.body.issued_by or welcome.root]
    return Welcomed(issuer.unit, issuer.body.name, trust.fingerprint(root.raw))
