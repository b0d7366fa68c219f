"""`watch-log`: the manual watch from paper forms and tables."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from api.cli import watch_add
from api.cli.printing import Json, as_json, aside, say

if TYPE_CHECKING:
    from rollout.watch_table import Fault

HELP = "The manual watch: sessions and sightings, one by one or from paper forms and tables."


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.command("import")(bring_in)
    group.command("add")(watch_add.add)
    app.add_typer(group, name="watch-log", help=HELP)


def bring_in(
    file: Annotated[Path, typer.Argument(metavar="CSV", exists=True, dir_okay=False)],
    who: Annotated[
        str | None, typer.Option("--as", help="Who brings it in; none: whoever is at the machine.")
    ] = None,
    signed_by: Annotated[
        str | None,
        typer.Option(help="A second person, by whom blind ones count. Their password: BEARWATCH_SECOND_PASSWORD."),
    ] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Bring in a table of sessions or of sightings.

    Columns: site,start,end,observer,mode,place or site,at,species,count,observer,source,note.
    All rows or none; the same file again adds nothing. Times without an offset are the site's.
    """
    from zoneinfo import ZoneInfo

    from api import settings, wiring
    from api.cli.acting import actor
    from rollout import watch_import, watch_table
    from store import park
    from store.session import reading, transaction

    with wiring.opened(settings.read()) as system:
        by = actor(system.engine, who) if who else None
        signer = actor(system.engine, signed_by, "BEARWATCH_SECOND_PASSWORD") if signed_by else None
        with reading(system.engine) as session:
            zones = {row.id: ZoneInfo(row.time_zone) for row in park.sites(session)}
        rows, faults = watch_table.read(file.read_bytes(), zones, now=wiring.now())
        if faults:
            _refuse(file, faults, json)
        with transaction(system.engine) as session:
            told = watch_import.take(session, rows, by=by, signer=signer, now=wiring.now())
    if json:
        as_json({**asdict(told), "faults": []})
        return
    say(f"{told.sessions} sessions and {told.sightings} sightings added, {told.already} were there already, "
        f"{told.signed} signed")  # fmt: skip


def _refuse(file: Path, faults: "Sequence[Fault]", json: bool) -> NoReturn:
    if json:
        as_json({"sessions": 0, "sightings": 0, "already": 0, "signed": 0, "faults": [asdict(one) for one in faults]})
    for one in faults:
        column = f", column {one.column}" if one.column else ""
        aside(f"{file}: line {one.line}{column}: {one.fault}")
    aside("nothing of the file was taken in")
    raise typer.Exit(1)
