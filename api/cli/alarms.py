"""`alarm`: drift alarms, and the person who says what one was."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.printing import As, Json, as_json, say
from store.vocabulary import AlarmCause

if TYPE_CHECKING:
    from api.schemas.drift import AlarmOut

HELP = "Drift alarms: open until a supervisor says by name what the cause was."


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.command("list")(alarm_list)
    group.command("acknowledge")(acknowledge)
    app.add_typer(group, name="alarm", help=HELP)


def alarm_list(
    site: Annotated[str | None, typer.Argument(help="None: all sites.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that nobody acknowledged.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """List drift alarms, open and acknowledged, the newest first."""
    from api import drifted, settings, wiring
    from api.cli.acting import MACHINE
    from store import park
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        if site is not None:
            park.any_site(session, site)
        page = drifted.alarms_of(session, MACHINE, site=site, only_open=only_open, now=wiring.now())
    if json:
        as_json(page.model_dump(mode="json"))
        return
    if not page.items:
        say("no drift alarm is open" if only_open else "no drift alarm is on record")
    for item in page.items:
        _tell(item)


def acknowledge(
    number: Annotated[int, typer.Argument(help="Its id, as `alarm list` shows it.")], who: As,
    cause: Annotated[AlarmCause, typer.Option(help="What it was; other needs a note.")],
    note: Annotated[str | None, typer.Option(help="What was found.")] = None, json: Json = False,
) -> None:  # fmt: skip
    """Say by name what the cause was. Nothing else closes an alarm, and what it narrowed stays so."""
    from api import drifted, settings, wiring
    from api.cli.acting import actor
    from rollout import alarms
    from store.session import transaction

    if cause is AlarmCause.OTHER and not (note or "").strip():
        raise typer.BadParameter("say what the other cause was", param_hint="--note")
    with wiring.opened(settings.read()) as system:
        by = actor(system.engine, who)
        with transaction(system.engine) as session:
            row = alarms.acknowledge(
                session, number, cause=cause, note=(note or "").strip() or None, by=by, now=wiring.now()
            )
            told = drifted.alarm(session, row)
    as_json(told.model_dump(mode="json")) if json else _tell(told)


def _tell(item: "AlarmOut") -> None:
    if item.acknowledged_by is None:
        until = f", climbs the duty chain {item.escalates_at:%Y-%m-%d %H:%M} UTC" if item.escalates_at else ""
        stands = f"OPEN{until}"
    else:
        note = f", {item.note}" if item.note else ""
        stands = f"{item.acknowledged_by}: {item.cause}{note}"
    say(f"{item.id:3}  {item.site}  {item.verdict.replace('_', ' ')} since {item.since_week}: {stands}")
