"""Previews: what a proposal would be before anybody makes it, and what the next step of a site needs."""

from dataclasses import dataclass
from datetime import datetime

from rollout import asked, exits, forecasts, planned, refusals, revisions, week_grid
from rollout.asked import Asked
from rollout.checklist import NEXT
from rollout.exit_facts import Item
from rollout.stages import WARNS, Missing
from rollout.terms import Terms
from rollout.week_grid import Cell
from rollout.would_have import Forecast
from store import park, rules, tables
from store.errors import RuleMalformed
from store.session import Session
from store.vocabulary import Audience, Stage

Grid = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """refused: why it would be refused as it is. grid: its week; duty_holes: minutes of it with nobody on duty."""

    wider: tuple[str, ...]
    second: tuple[str, ...]
    missing: tuple[Missing, ...]
    exit: tuple[Item, ...]
    would_have: Forecast | None
    grid: Grid
    refused: str | None
    cameras: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where a site stands and what its next step needs. next: None where there is none.

    unseen: alerts that would have been and that somebody must look at for it. sooner: when the evidence for going
    live suffices, and what would speed it up.
    """

    stage: Stage
    audience: Audience
    next: tuple[Stage, Audience] | None
    exit: tuple[Item, ...]
    grid: Grid
    cameras: tuple[str, ...]
    unseen: tuple[int, ...] = ()
    sooner: tuple[str, ...] = ()


def of(session: Session, wanted: Terms, *, default_model: str, now: datetime) -> Preview:
    """As if it were proposed; nothing is written. Raises RuleMalformed, NotFound, ModelUnknown as a proposal does."""
    revisions.check_cameras(session, wanted)
    told = asked.of(session, wanted, default_model=default_model)
    forecast = forecasts.of(session, told, now=now) if wanted.stage in WARNS else None
    row = revisions.new_row(
        session, wanted, default_model=default_model, reason="preview", now=now, forecast=forecast
    )
    refused = None
    try:
        refusals.check(session, row, forecast=forecast, now=now)
    except RuleMalformed as fault:
        refused = fault.detail
    return Preview(
        wider=tuple(row.evidence["wider"]), second=tuple(row.evidence["second"]),
        missing=revisions.missing(session, row, now, signers=False),
        exit=revisions.frozen_exit(row),
        would_have=forecast, grid=_grid(session, told, now), refused=refused, cameras=told.cameras,
    )  # fmt: skip


def step(session: Session, site: tables.Site, *, now: datetime, drawn_hours: float = 2) -> Step:
    """The step after the rule in force, with the same scope and threshold. drawn_hours: of a camera, a day."""
    row = rules.in_force(session, site.id)
    if row is None:
        return Step(stage=Stage.OFF, audience=Audience.RANGERS, next=None, exit=(), grid=(), cameras=())
    told, next_ = asked.of_row(session, row), NEXT.get((row.stage, row.audience))
    found = None
    if next_ is not None:
        wanted = asked.following(told, *next_, now=now)
        found = exits.of(session, wanted, forecast=forecasts.of(session, wanted, now=now), now=now)
    return Step(
        stage=row.stage, audience=row.audience, next=next_, exit=found.items if found else (),
        grid=_grid(session, told, now), cameras=told.cameras,
        unseen=found.facts.would_have.unseen if found and found.stage is Stage.TRIAL else (),
        sooner=planned.sooner(found, row.stage, cameras=len(told.cameras), drawn_hours=drawn_hours) if found else (),
    )  # fmt: skip


def _grid(session: Session, told: Asked, now: datetime) -> Grid:
    duties = [duty.hours for duty in park.duties(session, told.site.id)]
    day = told.terms.first_day or now.astimezone(told.place.zone).date()
    return week_grid.of(told.terms, duties, told.place, week_of=day)


def of_row(session: Session, row: tables.Rule, now: datetime) -> Grid:
    """The week of a revision."""
    return _grid(session, asked.of_row(session, row), now)
