"""`model collect-reviewed`: labelled frames of the park into a training folder."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say


def collect_reviewed(
    out: Path, site: Annotated[str | None, typer.Option(help="Of this site alone.")] = None, json: Json = False
) -> None:
    """Write the frames that people labelled into the training folder OUT, by the park's data policy."""
    from api import collecting, settings, wiring

    with wiring.opened(settings.read()) as system:
        told = collecting.collect(system, out, site=site, now=wiring.now())
    if json:
        as_json(vars(told))
        return
    say(f"{told.folder}: {told.new} new pictures")
    say(told.says)
