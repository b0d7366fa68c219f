"""`rule`, `stop`, `watch-accept`: the rollout by hand."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.printing import As, Json, as_json, aside, say

Reason = Annotated[str, typer.Option(help="Why, in a few words.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    rule = typer.Typer(no_args_is_help=True, help="Rules: how far the model may go at a site.")
    for name, command in (
        ("propose", propose), ("would-have", would_have), ("approve", approve), ("withdraw", withdraw),
        ("show", show), ("history", history), ("at", at),
    ):  # fmt: skip
        rule.command(name)(command)
    app.add_typer(rule, name="rule")
    app.command("stop")(stop)
    app.command("watch-accept")(watch_accept)


def propose(file: Path, who: As, reason: Reason, json: Json = False) -> None:
    """Propose the rule in FILE. Narrowing is in force at once; anything wider waits for a second person."""
    from api import settings, wiring
    from api.cli.acting import actor
    from rollout import forecasts, proposals
    from store.session import transaction

    wanted = _read(file)
    with wiring.opened(settings.read()) as system:
        by, default = actor(system.engine, who), wiring.register_default(system)
        now = wiring.now()
        forecast = forecasts.of_wanted(system.engine, wanted, default_model=default, now=now)
        with transaction(system.engine) as session:
            view = proposals.propose(
                session, wanted, by=by, reason=reason, now=now, default_model=default, forecast=forecast
            )
    _tell(view, json)
    if forecast is not None and not json:
        say(forecast.says)


def would_have(
    file: Path, weeks: Annotated[int, typer.Option(min=1, max=52, help="So far back.")] = 8, json: Json = False
) -> None:
    """What the rule in FILE would have done on the last weeks' stored detections. Nothing is proposed."""
    from api import settings, wiring
    from rollout import asked, forecasts, revisions
    from store.session import reading

    wanted = _read(file)
    with wiring.opened(settings.read()) as system:
        default = wiring.register_default(system)
        with reading(system.engine) as session:
            revisions.check_cameras(session, wanted)
            told = asked.of(session, wanted, default_model=default)
            forecast = forecasts.of(session, told, now=wiring.now(), weeks=weeks)
    if json:
        as_json(forecast.plain())
        return
    for row in forecast.listed:
        whom = ", ".join(row.receivers) or "nobody"
        say(f"{row.at}  {row.camera:16} p {row.p_bear:.2f}  {row.act:5} {whom}{'  (woken)' if row.woken else ''}")
    for heard in forecast.receivers:
        say(f"{heard.receiver}: {heard.times} times, {heard.woken} of them at night")
    if forecast.bears:
        say(f"{len(forecast.missed)} of {forecast.bears} bears that people confirmed in its scope would be missed")
    say(forecast.sightings)
    say(forecast.says)


def _read(file: Path) -> Any:
    """The terms of a rule.toml. Raises RuleMalformed."""
    from rollout.terms import read
    from store.errors import RuleMalformed

    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise RuleMalformed(f"{file} cannot be read ({fault.strerror}): check the path and its rights") from None
    except ValueError as fault:
        raise RuleMalformed(f"{file}: {fault}") from None
    return read(raw)


def approve(rule: int, who: As, json: Json = False) -> None:
    """Say yes to a proposed rule as the second person."""
    from api import settings, wiring
    from api.cli.acting import actor
    from rollout import forecasts, proposals
    from store.session import transaction

    with wiring.opened(settings.read()) as system:
        by, now = actor(system.engine, who), wiring.now()
        forecast = forecasts.of_rule(system.engine, rule, now=now)
        with transaction(system.engine) as session:
            view = proposals.approve(session, rule, by=by, now=now, forecast=forecast)
    _tell(view, json)


def withdraw(rule: int, who: As, json: Json = False) -> None:
    """Take a rule back that is not in force."""
    from rollout import proposals

    change(lambda session, by, now: proposals.withdraw(session, rule, by=by, now=now), who, json)


def show(site: str, json: Json = False) -> None:
    """The rule in force at SITE, how its guardrails stand, and what its next step needs."""
    from dataclasses import replace

    from api import settings, wiring
    from rollout import checklist, narrowing, previews, proposals, stops
    from store import park, rules
    from store.errors import NotFound
    from store.session import reading

    with wiring.opened(settings.read()) as system:
        stops.latch_files(system.engine, system.data_dir, wiring.now())
        with reading(system.engine) as session:
            place, row = park.site(session, site), rules.in_force(session, site)
            if row is None:
                raise NotFound(f'no rule is in force at "{site}"')
            step = previews.step(session, place, now=wiring.now())
            view = proposals.view(session, row, wiring.now())
            view = replace(view, exit=step.exit, missing=checklist.unmet(step.exit))
            judged = narrowing.at_present(session, row, wiring.now())
    if json:
        as_json(_plain(view) | {"guardrails": [vars(told) for told in judged]})
        return
    _tell(view, json)
    for told in judged:
        say(f"guardrail {told.guardrail}: {told.outcome.replace('_', ' ')}: {told.says}")


def at(
    site: str, time: Annotated[str, typer.Argument(help="Like 2026-11-27T03:00, in site time unless it says else.")],
    json: Json = False,
) -> None:  # fmt: skip
    """Which rule was in force at SITE at a past TIME, and why."""
    from api import settings, shown, wiring
    from api.moments import moment
    from rollout import past
    from store import park
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        place = park.any_site(session, site)
        told = past.at(session, site, moment(time, place.time_zone))
    if json:
        as_json(shown.plain(shown.standing(site, told)))
        return
    say(f"{site} at {told.at:%Y-%m-%d %H:%M} UTC: a bear would have been {told.acted}")
    for reason in told.why:
        say(f"- {reason}")


def history(site: str, json: Json = False) -> None:
    """Every revision of SITE's rule, newest first."""
    from api import settings, wiring
    from rollout import proposals
    from store import park, rules
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        park.site(session, site)
        views = [proposals.view(session, row, wiring.now()) for row in rules.history(session, site)]
    if json:
        as_json([_plain(view) for view in views])
        return
    for view in views:
        say(f"{view.revision:3} {view.state:11} {view.stage:7} {view.proposed_at:%Y-%m-%d %H:%M} {view.reason}")


def stop(
    who: As, site: Annotated[str | None, typer.Argument(help="None: all sites.")] = None,
    reason: Annotated[str, typer.Option(help="Why, in a few words. It stops without, too.")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Lift the stop; needs two people.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """The kill switch: nothing is sent from the next decision and the next send on."""
    from api import settings, wiring
    from api.cli.acting import actor
    from rollout import stops
    from store.session import transaction
    from store.vocabulary import Role

    with wiring.opened(settings.read()) as system:
        by = actor(system.engine, who)
        by.require(Role.RANGER, site)
        now = wiring.now()
        if lift:
            with transaction(system.engine) as session:
                done = stops.lift(session, site, by=by, now=now, data_dir=system.data_dir)
        else:
            done = stops.press(system.engine, site, by=by.name, reason=reason, now=now)
    if json:
        as_json(vars(done))
    elif done.lifted:
        say(f"the stop of {', '.join(done.stopped)} is lifted")
    else:
        waits = f"; to lift it, {done.waits_for} must do the same" if done.waits_for else ""
        say(f"stopped: {', '.join(done.stopped)} since {done.since:%Y-%m-%d %H:%M} UTC by {done.by}{waits}")


def watch_accept(site: str, who: As, json: Json = False) -> None:
    """Take the manual watch of SITE, which the model does not protect."""
    from rollout import proposals, protection
    from store import rules

    def taken(session: Any, by: Any, now: Any) -> Any:
        protection.accept(session, site, by=by, now=now)
        row = rules.in_force(session, site)
        return proposals.view(session, row, now) if row else None

    change(taken, who, json)


def change(what: Any, who: str, json: bool) -> None:
    """Make a change of the rollout in one transaction, by a person who proves who they are, and tell the revision."""
    from api import settings, wiring
    from api.cli.acting import actor
    from store.session import transaction

    with wiring.opened(settings.read()) as system:
        by = actor(system.engine, who)
        with transaction(system.engine) as session:
            view = what(session, by, wiring.now())
    _tell(view, json)


def _plain(view: Any) -> dict[str, Any]:
    told = dict(vars(view))
    for name in ("missing", "approvals", "exit", "narrowed"):
        told[name] = [vars(item) for item in told[name]]
    return told


def _tell(view: Any, json: bool) -> None:
    if json:
        as_json(_plain(view))
        return
    say(f"rule {view.rule}: {view.site} revision {view.revision}, stage {view.stage}, {view.state}")
    if view.wider:
        say("wider: " + ", ".join(view.wider))
    for item in view.missing:
        by = f"; at this pace by {item.by}" if item.by else ""
        aside(f"missing: {item.what}: has {item.has}, needs {item.needs}{by}")
    for item in (item for item in view.exit if item.lowered):
        aside(f"LOWERED in [park.exit]: {item.what}, {item.lowered}")
    if view.void:
        aside(f"VOID: {view.void}")
    if view.override:
        aside(f"OVERRIDE: {view.override}")
    for item in view.narrowed:
        held = "NARROWED" if item.live else "guardrail failed"
        aside(f"{held} since {item.since:%Y-%m-%d %H:%M} UTC: {item.guardrail}: {item.says}")
    say(view.protected_says)
