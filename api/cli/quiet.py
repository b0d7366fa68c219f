"""`quiet`: where false boxes keep falling, and what an admin says of it."""

from typing import Annotated, Any

import typer

from api.cli.printing import As, Json, as_json, say

Id = Annotated[int, typer.Argument(help="Its id, as `quiet list` shows it.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in a few words.")]
HELP = "Places where false alarms keep falling: proposed by Bearwatch, accepted by a person until a day."


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.command("list")(quiet_list)
    for command in (accept, refuse, end):
        group.command(command.__name__)(command)
    app.add_typer(group, name="quiet", help=HELP)


def quiet_list(
    camera: Annotated[str | None, typer.Option(help="Only of this camera.")] = None, json: Json = False
) -> None:
    """List proposals, places in force, and those that were refused or ended."""
    from api import quieted, settings, wiring
    from ingest.intake import camera_of
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        of = [camera_of(session, camera).id] if camera else quieted.cameras_of(session, ())
        page = quieted.page(session, cameras=of, now=wiring.now())
    if json:
        as_json(page.model_dump(mode="json"))
        return
    if not page.items:
        say("no place has so many false boxes that one is proposed")
    for item in page.items:
        _tell(item)


def accept(
    number: Id, who: As, reason: Why,
    days: Annotated[int, typer.Option(min=1, max=180, help="How long it is in force: a season.")] = 90,
    json: Json = False,
) -> None:  # fmt: skip
    """Accept a proposal: what lies in it asks nobody by itself until its last day, and is recorded."""
    _change("accept", number, who, reason, json, days=days)


def refuse(number: Id, who: As, reason: Why, json: Json = False) -> None:
    """Refuse a proposal: everything stays as it is."""
    _change("refuse", number, who, reason, json)


def end(number: Id, who: As, reason: Why, json: Json = False) -> None:
    """End a quiet place that is in force."""
    _change("end", number, who, reason, json)


def _change(act: str, number: int, who: str, why: str, json: bool, **more: Any) -> None:
    from api import quieted, settings, wiring
    from api.cli.acting import actor
    from rollout import quieting
    from store.session import transaction

    if not why.strip():
        raise typer.BadParameter("say in a few words why", param_hint="--reason")
    with wiring.opened(settings.read()) as system:
        by = actor(system.engine, who)
        with transaction(system.engine) as session:
            row = getattr(quieting, act)(session, number, why=why.strip(), by=by, now=wiring.now(), **more)
            told = quieted.one(session, row, now=wiring.now())
    as_json(told.model_dump(mode="json")) if json else _tell(told)


def _tell(item: Any) -> None:
    where = f"{item.w:.0%} x {item.h:.0%} at {item.x:.0%} across, {item.y:.0%} down"
    until = f" until {item.until:%Y-%m-%d}" if item.until else ""
    rests = f" (rests: of {item.model}, and another version decides there now)" if item.rests else ""
    by = f"; {item.settled_by}: {item.why}" if item.settled_by else ""
    say(
        f"{item.id}  {item.state}{until}{rests}  {item.camera}  {where}: {item.visits} dismissed visits from "
        f"{item.first_at:%Y-%m-%d} to {item.last_at:%Y-%m-%d}, at most p {item.most_p:.2f}{by}"
    )
