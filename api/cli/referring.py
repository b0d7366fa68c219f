"""`reference`: the ratio of model to people that counts as usual at a site, and the two people who accept another."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.printing import As, Json, as_json, aside, say

if TYPE_CHECKING:
    from api.schemas.drift import ReferenceOut
    from rollout.actors import Actor
    from store import tables
    from store.session import Session

HELP = "The ratio of model to people that is usual at a site: 1, until two people accept another."
Id = Annotated[int, typer.Argument(help="Its id, as `reference list` shows it.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.command("list")(reference_list)
    for command in (preview, propose, accept, withdraw):
        group.command(command.__name__)(command)
    app.add_typer(group, name="reference", help=HELP)


def reference_list(
    site: Annotated[str | None, typer.Argument(help="None: all sites.")] = None, json: Json = False
) -> None:
    """List references: proposed, in force and ended, the newest first."""
    from api import drifted, settings, wiring
    from api.cli.acting import MACHINE
    from store import park
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        if site is not None:
            park.any_site(session, site)
        page = drifted.references_of(session, MACHINE, site=site, now=wiring.now())
    if json:
        as_json(page.model_dump(mode="json"))
        return
    if not page.items:
        say("none was ever proposed: the reference is 1")
    for item in page.items:
        _tell(item)


def preview(site: str, json: Json = False) -> None:
    """What could be proposed at SITE now, or why nothing can. Nothing is written. Exit 1: nothing can."""
    from api import drifted, settings, wiring
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        told = drifted.preview(session, site, now=wiring.now())
    if json:
        as_json(told.model_dump(mode="json"))
    elif told.refused is None:
        say(told.says)
    else:
        aside(f"cannot be proposed: {told.refused}")
    if told.refused is not None:
        raise typer.Exit(1)


def propose(
    site: str, who: As, reason: Annotated[str, typer.Option(help="Why this is how it should be.")], json: Json = False
) -> None:
    """Propose the ratio that the weeks give. What they counted is frozen with it; a second person accepts it."""
    from rollout import references

    _change(lambda session, by, now: references.propose(session, site, reason=reason, by=by, now=now), who, json)


def accept(
    number: Id, who: As,
    sha256: Annotated[str | None, typer.Option(help="Of the evidence you looked at; none: as it stands.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say yes to a proposed reference as the second person."""
    from rollout import references
    from store import references as rows

    def accepted(session: "Session", by: "Actor", now: datetime) -> "tables.ReferenceRatio":
        seen = sha256 or rows.get(session, number).sha256
        return references.accept(session, number, sha256=seen, by=by, now=now)

    _change(accepted, who, json)


def withdraw(number: Id, who: As, json: Json = False) -> None:
    """Take a proposal back that nobody has accepted. One in force ends only by the next one."""
    from rollout import references

    _change(lambda session, by, now: references.withdraw(session, number, by=by, now=now), who, json)


def _change(what: "Callable[[Session, Actor, datetime], tables.ReferenceRatio]", who: str, json: bool) -> None:
    from api import drifted, settings, wiring
    from api.cli.acting import actor
    from store.session import transaction

    with wiring.opened(settings.read()) as system:
        by, now = actor(system.engine, who), wiring.now()
        with transaction(system.engine) as session:
            told = drifted.reference(session, what(session, by, now), now)
    as_json(told.model_dump(mode="json")) if json else _tell(told)


def _tell(item: "ReferenceOut") -> None:
    if item.ended_at is not None:
        stands = f"ended: {item.ended_why}"
    elif item.accepted_by is not None:
        stands = f"in force, accepted by {item.proposed_by} and {item.accepted_by}"
    else:
        stands = f"proposed by {item.proposed_by}, waits for a second person; sha256 {item.sha256}"
    say(f"{item.id:3}  {item.site}  {item.ratio:.2f} ({item.low:.2f} to {item.high:.2f})  {stands}: {item.reason}")
    if item.void and item.ended_at is None:
        aside(f"VOID: {item.void}")
