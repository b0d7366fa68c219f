"""`incidents`: bears that nobody was warned of, with the causes that people named."""

from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("incidents")(listing)


def listing(
    site: Annotated[str | None, typer.Argument(help="None: all sites.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only those of which nobody named the cause.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Bears that nobody was warned of, the newest 200. The causes are named on the page Incidents."""
    from api import registered, settings, wiring
    from api.cli.acting import MACHINE
    from store import park
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        if site is not None:
            park.any_site(session, site)
        told = registered.page(
            session, MACHINE, site=site, only_open=only_open, cursor=None, limit=200, now=wiring.now()
        )
    if json:
        as_json(told.model_dump(mode="json"))
        return
    for row in told.items:
        cause = f"{row.cause.says} ({row.cause.by})" if row.cause else f"NOT NAMED; likely {row.suggested_says}"
        say(f"{row.id:4}  {row.at:%Y-%m-%d %H:%M} UTC  {row.says} Cause: {cause}")
    if not told.items:
        say("no bear is registered that nobody was warned of")
    for other in told.not_counted:
        say(f"{other.site_name}: {other.says}")
