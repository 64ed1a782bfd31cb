"""Commands about the stick: hand over, take in, see what is held where."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gridbook.cli.own import Book, first_line, on_book, tell
from gridbook.i18n import tr
from gridbook.records.base import LOCAL
from gridbook.records.place import short_name
from gridbook.store import backup
from gridbook.sync import drills, export, sealed, status, take
from gridbook.sync.incoming import Taken
from gridbook.sync.quarantine import REASONS


@click.command("export")
@on_book
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, help="Stick folder.")
@click.option("--for", "station", help="Unit of the receiver; every neighbour when it is left out.")
def hand_over(own: Book, folder: Path, station: str | None) -> None:
    """Write bundles to the stick."""
    with own.opened() as store:
        made = export.hand_over(store, folder, station)
        sealed.put_on(store, folder)
    for one in made:
        facts = {"file": str(one.path), "for": one.receiver, "ops": one.ops, "bytes": one.bytes}
        if own.as_json:
            click.echo(json.dumps(facts, ensure_ascii=False))
        else:
            click.echo(
                tr("For {unit}: {n} changes, {kb} KB, {name}").format(
                    unit=short_name(one.receiver), n=one.ops, kb=-(-one.bytes // 1024), name=one.path.name
                )
            )
    if not own.as_json:
        click.echo(tr("Written and read back. The stick is safe to remove."))


@click.command("import")
@on_book
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Only show what it would do.")
@click.option(
    "--recovery-key-file", type=click.Path(path_type=Path), help="For bundles to a station that is lost."
)
def take_in(own: Book, paths: tuple[Path, ...], preview: bool, recovery_key_file: Path | None) -> None:
    """Take bundles in: files, or every bundle in a folder that is meant for this office."""
    refused = False
    recovery = first_line(recovery_key_file) if recovery_key_file else ""
    with own.opened() as store:
        for path in paths:
            if path.is_dir():
                found = take.from_stick(store, path, preview=preview, recovery=recovery)
                if not preview:
                    sealed.keep(store, path)
            else:
                found = [take.take(store, path, preview=preview, recovery=recovery)]
            if not found:
                click.echo(tr("There is nothing for this office in {place}.").format(place=path), err=True)
            for taken in found:
                _tell_taken(own, taken)
                refused = refused or taken.error is not None
    if refused:
        raise click.exceptions.Exit(1)


def _tell_taken(own: Book, taken: Taken) -> None:
    if own.as_json:
        click.echo(json.dumps(_facts(taken), ensure_ascii=False))
    for alarm in taken.alarms:
        click.echo(alarm, err=True)
    if taken.error is not None:
        click.echo(taken.refusal, err=True)
    elif not own.as_json:
        click.echo(
            tr("From {unit}: {added} new, {changed} changed, {known} pieces known already").format(
                unit=short_name(taken.sender), added=taken.added, changed=taken.changed, known=taken.known
            )
        )
        click.echo(
            tr("  to settle: {opened} more, {settled} fewer; refused: {refused}; waiting: {waiting}").format(
                opened=taken.opened,
                settled=taken.settled,
                refused=len(taken.refused),
                waiting=f"{taken.waiting:+d}",
            )
        )


def _facts(taken: Taken) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "file": str(taken.path),
        "from": taken.sender,
        "ops": taken.ops,
        "added": taken.added,
        "changed": taken.changed,
        "known": taken.known,
        "by_class": taken.by_class,
        "parked": taken.parked,
        "opened": taken.opened,
        "settled": taken.settled,
        "waiting": taken.waiting,
        "alike": taken.alike,
        "refused": [
            {"reason": reason, "author": author, "sender": taken.sender, "n": n}
            for (reason, author), n in Counter(taken.refused).items()
        ],
        "alarms": taken.alarms,
    }
    error = taken.error
    if error is not None:
        facts |= {"error": error.situation, "message": error.message, "kept": error.kept, "next": error.next}
    return facts


@click.command("status")
@on_book
def show_status(own: Book) -> None:
    """Held here, on a stick, at the community, at the subdistrict; gaps, silence, unsent work."""
    with own.opened() as store:
        held = store.read(status.held)
        backed_up = store.read(backup.tested_at)
    if own.as_json:
        click.echo(
            json.dumps(
                {
                    "ops": {str(where): count for where, count in held.ops.items()},
                    "unsent": held.unsent,
                    "oldest_unsent": held.oldest_unsent.isoformat() if held.oldest_unsent else None,
                    "waiting": held.waiting,
                    "gaps": [*held.warnings, *(gap.sentence() for gap in held.gaps)],
                    "missing": [
                        {"author": gap.author, "first": gap.first, "last": gap.last, "later": gap.later}
                        for gap in held.gaps
                    ],
                    "to_hand_over": held.to_hand_over,
                    "sticks": [
                        {
                            "for": one.receiver,
                            "file": one.name,
                            "since": one.since.isoformat(),
                            "ops": one.ops,
                        }
                        for one in held.sticks
                    ],
                    "silent": sorted(peer.unit for peer in held.silent),
                    "conflicts": held.conflicts,
                    "refused": held.refused,
                    "all_held": held.all_held,
                    "held_once": held.held_once,
                    "peers": [
                        {
                            "unit": peer.unit,
                            "last_in": peer.last_in.isoformat() if peer.last_in else None,
                            "last_out": peer.last_out.isoformat() if peer.last_out else None,
                            "waiting": peer.waiting,
                            "silent": peer.silent,
                        }
                        for peer in held.peers
                    ],
                    "backup": backed_up.isoformat() if backed_up else None,
                },
                ensure_ascii=False,
            )
        )
        return
    for where, count in held.ops.items():
        click.echo(f"{tr(status.WHERE_NAMES[where])}: {count}")
    click.echo(tr("Not yet receipted: {n}").format(n=held.unsent))
    if held.held_once:
        click.echo(tr("Proved to be in this book alone: {n}").format(n=held.held_once))
    for one in held.sticks:
        click.echo(
            tr("On a stick for {unit} since {day}, no receipt yet: {n} changes").format(
                unit=short_name(one.receiver), day=_day(one.since), n=one.ops
            )
        )
    for sentence in (*held.warnings, *(gap.sentence() for gap in held.gaps)):
        click.echo(sentence)
    if held.conflicts:
        click.echo(tr("Conflicts to settle: {n}").format(n=held.conflicts))
    for peer in held.peers:
        click.echo(
            tr("{unit} last handed in: {day}").format(unit=short_name(peer.unit), day=_day(peer.last_in))
            + (f"  {tr('silent')}" if peer.silent else "")
        )


def _day(at: datetime | None) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if at else tr("never")


@click.command("revoke")
@on_book
@click.argument("unit")
@click.option("--reason", required=True, help="Why; it is kept in the audit log.")
def revoke(own: Book, unit: str, reason: str) -> None:
    """Believe a lost station no further than what the subdistrict holds of it; then admit its new PC."""
    with own.opened() as store:
        done = store.write(drills.revoke, store, unit, reason)
    tell(
        own,
        {"unit": done.unit, "roster": done.version, "heads": done.heads},
        tr("{unit} is revoked; hand over, so that every office learns it.").format(unit=short_name(unit)),
    )


@click.command("quarantine")
@on_book
@click.option("--empty", is_flag=True, help="Delete what is kept, after it was looked at.")
def quarantine(own: Book, empty: bool) -> None:
    """Work and files that were refused and kept: whose, who brought it, why, since when."""
    with own.opened() as store:
        found = drills.quarantined(store)
        gone = drills.empty_quarantine(store) if empty else 0
    for one in found:
        reason = tr(REASONS[one.reason]) if one.reason in REASONS else ""
        at = one.at.isoformat() if one.at else None
        facts = {"file": one.file, "bytes": one.bytes, "author": one.author, "sender": one.sender}
        if own.as_json:
            click.echo(json.dumps({**facts, "reason": one.reason, "at": at}, ensure_ascii=False))
        else:
            click.echo(
                "  ".join(part for part in (one.file, one.author, one.sender, reason, at or "") if part)
            )
    if not own.as_json:
        click.echo(
            tr("{n} files were deleted.").format(n=gone) if empty else tr("Kept: {n}").format(n=len(found))
        )


COMMANDS: tuple[click.Command, ...] = (hand_over, take_in, show_status, revoke)
