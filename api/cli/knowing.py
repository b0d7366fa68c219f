"""`known-clip`: a bear that we know is put into the cameras' paths, and must be found."""

from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say, watched


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("known-clip")(known_clip)


def known_clip(
    camera: Annotated[list[str] | None, typer.Option(help="This camera; can be said again. None: all.")] = None,
    json: Json = False,
) -> None:
    """Put a known bear into the cameras' paths now and say whether it is found; exit 1 where one is not."""
    from api import knowing, settings, wiring

    with wiring.opened(settings.read()) as system, watched() as progress:
        told = knowing.run(system, camera or [], progress)
    if json:
        as_json({"tests": told})
    else:
        for one in told:
            say(f"{one['camera']}: {one['says']}")
    if any(one["found"] is False for one in told):
        raise typer.Exit(1)
