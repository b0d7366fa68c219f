"""`park apply` and `migrate`: the park as its file wants it, the database at head."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    park = typer.Typer(no_args_is_help=True, help="Sites, cameras, receivers and duties.")
    park.command("apply")(apply)
    app.add_typer(park, name="park")
    app.command("migrate")(migrate)


def apply(
    file: Path, dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference only.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Bring the park to FILE. The same file twice changes nothing."""
    from api import park_file, settings, wiring
    from rollout import parks
    from store.session import reading, transaction

    plan = park_file.read(file)
    with wiring.opened(settings.read()) as system:
        default = wiring.register_default(system)
        with (reading if dry_run else transaction)(system.engine) as session:
            now = wiring.now()
            changes = parks.apply(session, plan, who="park.toml", default_model=default, now=now)
    if json:
        as_json({"changed": bool(changes), "dry_run": dry_run, "changes": [vars(change) for change in changes]})
        return
    for change in changes:
        say(f"{change.action:8} {change.says}")
    say(("nothing changes" if not changes else "") or ("not applied (--dry-run)" if dry_run else "applied"))


def migrate(json: Json = False) -> None:
    """Bring the database to this version's revision."""
    from api import settings
    from store import migrating
    from store.session import make_engine

    told = settings.read()
    engine = make_engine(told.database)
    before = migrating.revision_of(engine)
    migrating.upgrade(told.database)
    after = migrating.revision_of(engine)
    engine.dispose()
    if json:
        as_json({"before": before, "after": after})
    else:
        say(f"the database is at {after}" + ("" if before == after else f" (was {before or 'empty'})"))
