"""`held`: what the doors held back, and what an admin does with it."""

from typing import Annotated

import typer

from api.cli.printing import As, Json, as_json, say
from store.vocabulary import HeldState

Id = Annotated[int, typer.Argument(help="Its id.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help="Pictures of no known camera, and what the doors refused.")
    group.command("list")(held_list)
    group.command("assign")(assign)
    group.command("again")(again)
    group.command("discard")(discard)
    app.add_typer(group, name="held", help="Pictures of no known camera, and what the doors refused.")


def held_list(
    state: Annotated[HeldState | None, typer.Option(help="Only these; none: all.")] = None, json: Json = False
) -> None:
    """List held files, the newest 200."""
    from api import holding, settings, wiring
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        page = holding.page(session, state=state, cursor=None, limit=200)
    if json:
        as_json(page.model_dump(mode="json"))
        return
    if not page.items:
        say("nothing is held")
    for item in page.items:
        kept = "" if item.kept else ", bytes not kept"
        when = f"{item.received_at:%Y-%m-%d %H:%M} UTC"
        say(f"{item.id}  {item.state}  {item.door}  {when}  {item.name}{kept}: {item.says}")


def assign(
    number: Id, who: As, camera: Annotated[str, typer.Option(help="Whose it is.")], json: Json = False
) -> None:
    """Take a held file in as this camera's."""
    _settle(number, who, camera, json)


def again(number: Id, who: As, json: Json = False) -> None:
    """Try a held file once more, as it came."""
    _settle(number, who, None, json)


def _settle(number: int, who: str, camera: str | None, json: bool) -> None:
    from api import holding, settings, wiring
    from api.cli.acting import actor
    from store.vocabulary import Role

    with wiring.opened(settings.read()) as system:
        by = actor(system.engine, who)
        by.require(Role.ADMIN, None)
        done = holding.again(system, number, camera=camera, by=by, now=wiring.now())
    as_json(done.model_dump(mode="json")) if json else say(done.says)
    if done.state is not HeldState.TAKEN:
        raise typer.Exit(1)


def discard(number: Id, who: As, json: Json = False) -> None:
    """Take an unrecognised picture off the list; its bytes go after 7 days."""
    from api import holding, settings, wiring
    from api.cli.acting import actor
    from store.vocabulary import Role

    with wiring.opened(settings.read()) as system:
        by = actor(system.engine, who)
        by.require(Role.ADMIN, None)
        done = holding.discard(system, number, by=by, now=wiring.now())
    as_json(done.model_dump(mode="json")) if json else say(done.says)
