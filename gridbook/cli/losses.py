"""Commands for the day on which a stick or a PC is lost: the stations, what was held, what stays believed."""

import json
from pathlib import Path

import click

from gridbook.cli.own import Book, on_book, tell
from gridbook.i18n import tr
from gridbook.records.base import CLASSES, UnitCode
from gridbook.records.place import short_name
from gridbook.sync import drills, sealed, twins


@click.command("stations")
@on_book
def show_stations(own: Book) -> None:
    """The PCs that were admitted, office by office: how each stands, since when, when it was heard last."""
    with own.opened() as store:
        found = store.read(drills.every_station)
        kept = sealed.kept(store)
        twice = set(store.read(twins.noticed)) if found else set()
    for one in found:
        backup = kept.get(one.unit)
        heard = one.last_heard.isoformat() if one.last_heard else None
        if own.as_json:
            facts = {
                "unit": one.unit,
                "name": one.name,
                "standing": str(one.standing),
                "own": one.is_own,
                "digits": one.digits,
                "certificate": one.certificate.hex(),
                "since": one.since.isoformat(),
                "last_heard": heard,
                "backup_since": backup.since.isoformat() if backup else None,
                "two_pcs": one.unit in twice,
            }
            click.echo(json.dumps(facts, ensure_ascii=False))
        else:
            standing = tr(drills.STANDING_NAMES[one.standing])
            two = tr("in use on two PCs") if one.unit in twice else ""
            parts = (one.unit, one.name, one.digits, standing, heard or "", two)
            click.echo("  ".join(part for part in parts if part))


@click.command("lost-stick")
@on_book
def lost_stick(own: Book) -> None:
    """What lay on the newest sticks, for whom, and what of it the other office has receipted."""
    with own.opened() as store:
        found = [one for one in store.read(drills.on_sticks) if one.ops]
    for one in found:
        if own.as_json:
            facts = {
                "file": one.name,
                "for": one.receiver,
                "at": one.at.isoformat(),
                "ops": one.ops,
                "by_class": dict(one.by_class),
                "held": one.held,
            }
            click.echo(json.dumps(facts, ensure_ascii=False))
        else:
            held = tr("Held there") if one.held else tr("No receipt yet")
            kinds = "、".join(f"{tr(CLASSES[name].label)} {n}" for name, n in sorted(one.by_class.items()))
            click.echo(
                "  ".join(
                    (one.at.astimezone().strftime("%m-%d %H:%M"), short_name(one.receiver), held, kinds)
                )
            )
    if not own.as_json:
        click.echo(tr("Nothing is lost and nobody else reads it. Take another stick and hand over again."))


@click.command("lost-pc")
@on_book
@click.argument("unit")
@click.option("--backup-to", type=click.Path(path_type=Path), help="Stick folder for its sealed backup.")
def lost_pc(own: Book, unit: UnitCode, backup_to: Path | None) -> None:
    """What would stay believed of a lost PC if it were revoked now; or its sealed backup, onto a stick."""
    with own.opened() as store:
        if backup_to is not None:
            path = sealed.give_back(store, unit, backup_to)
            tell(
                own,
                {"unit": unit, "file": str(path)},
                tr("Written to {path}; only the recovery sheet of {unit} opens it.").format(
                    path=path, unit=short_name(unit)
                ),
            )
            return
        seen = store.read(drills.foresee, unit)
    tell(
        own,
        {
            "unit": unit,
            "digits": seen.station.digits,
            "believed": seen.believed,
            "ops": seen.ops,
            "newest": seen.newest.isoformat() if seen.newest else None,
            "by_class": dict(seen.by_class),
            "elsewhere": dict(seen.elsewhere),
        },
        tr(
            "{pieces} pieces with {ops} changes stay believed, the newest of {when}. Revoke it with: "
            "gridbook revoke {unit} --reason …"
        ).format(
            pieces=seen.believed,
            ops=seen.ops,
            when=seen.newest.astimezone().strftime("%Y-%m-%d %H:%M") if seen.newest else tr("never"),
            unit=unit,
        ),
    )


COMMANDS: tuple[click.Command, ...] = (show_stations, lost_stick, lost_pc)
