"""`report`: a week of a site, model against manual watch."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.printing import aside


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("report")(report)


def report(
    site: str,
    week: Annotated[str, typer.Argument(metavar="WEEK", help="ISO week in site time, like 2026-W47.")],
    form: Annotated[str, typer.Option("--format", help="json, html or pdf.")] = "json",
    out: Annotated[Path | None, typer.Option("--out", help="A file, instead of stdout.")] = None,
    revision: Annotated[
        int | None, typer.Option(min=1, help="One made before; without it, as things are now.")
    ] = None,
) -> None:
    """The weekly report of SITE: does the model still agree with the people?

    It is made from what is known now, and kept as a numbered revision; the same rows make no new one.
    """
    from api import reported, settings, wiring
    from rollout import reports
    from store import reports as rows
    from store.session import reading, transaction

    if form not in tuple(reported.Format):
        raise typer.BadParameter(f'"{form}" is none of {", ".join(reported.Format)}', param_hint="--format")
    with wiring.opened(settings.read()) as system:
        if revision is None:
            with transaction(system.engine) as session:
                row = reports.make(session, site, week, now=wiring.now())
        else:
            with reading(system.engine) as session:
                row = rows.revision(session, site, week, revision)
        data = reported.written(row.body, row.revision, reported.Format(form))
    aside(f"{site} {week}, revision {row.revision}: {row.verdict.replace('_', ' ')}: {row.body['reason']}")
    if out is not None:
        try:
            out.write_bytes(data)
        except OSError as fault:
            raise typer.BadParameter(
                f"{out} cannot be written ({fault.strerror}): name a file in a folder that is there",
                param_hint="--out",
            ) from None
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
