"""Planned: when the evidence of a real site suffices for going live, from what was counted there so far."""

from dataclasses import dataclass
from datetime import datetime

from rollout import asked, exit_reading, exits, forecasts, gates, levers, pace, plan_words
from rollout.asked import Asked
from rollout.checklist import NEXT
from rollout.draws import Lot
from rollout.evidence.reference import Reference
from rollout.exit_facts import Facts, Item
from rollout.exits import Exit
from rollout.levers import MORE_HOURS, Plan
from rollout.pace import Light, Pace
from rollout.simulation import Truth
from rollout.stages import WARNS
from store import park, rules
from store.errors import NotAllowedNow, NotFound
from store.session import Session
from store.vocabulary import Audience, Stage, WatchPlace

FEW_DRAWS = 100
"""For the two lines on a page."""

PLANNED = ("precision", "reviewed alerts", *(name for names in gates.MANUAL.values() for name in names))
"""Items of the checklist that a plan gives dates for."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """also: items of the checklist that do not hold, and that more watching brings nothing to."""

    plan: Plan
    pace: Pace
    stage: Stage
    also: tuple[Item, ...]
    facts: Facts


def of_site(
    session: Session, site: str, *, now: datetime, more: float = MORE_HOURS, lot: Lot | None = None,
    drawn_hours: float = 2.0,
) -> Planned:  # fmt: skip
    """Of a site's step to live, or of the next one in live. Raises NotFound, and NotAllowedNow where no rule runs."""
    wanted, stage = _wanted(session, site, now)
    exit_ = exits.of(session, wanted, forecast=forecasts.of(session, wanted, now=now), now=now)
    of_it = of_facts(exit_.facts, stage, cameras=len(wanted.cameras), drawn_hours=drawn_hours)
    return Planned(
        plan=levers.plan(of_it, exit_.needs, more=more, lot=lot), pace=of_it, stage=stage, facts=exit_.facts,
        also=tuple(item for item in exit_.items if item.met is not True and not item.what.startswith(PLANNED)),
    )  # fmt: skip


def measured(session: Session, site: str, *, now: datetime) -> tuple[Truth | None, Reference]:
    """A site as it would be simulated, and its reference; None where too little was seen, or no rule runs."""
    try:
        wanted, stage = _wanted(session, site, now)
    except (NotFound, NotAllowedNow):
        return None, Reference()
    found = exit_reading.facts(session, wanted, exits.needs(session), forecast=None, now=now, known=now)
    return pace.to_truth(of_facts(found, stage, cameras=len(wanted.cameras), drawn_hours=0)), found.reference


def _wanted(session: Session, site: str, now: datetime) -> tuple[Asked, Stage]:
    """The step that asks for evidence, and the stage of now."""
    found = park.site(session, site)
    row = rules.in_force(session, found.id)
    if row is None or row.stage is Stage.OFF:
        raise NotAllowedNow(f"no model runs at {site}, so that nothing is counted: begin with shadow")
    step = NEXT.get((row.stage, row.audience), (Stage.LIVE, Audience.CAMPERS))
    if step[0] is not Stage.LIVE:
        step = (Stage.LIVE, Audience.RANGERS)
    return asked.following(asked.of_row(session, row), *step, now=now), row.stage


def of_facts(facts: Facts, stage: Stage, *, cameras: int, drawn_hours: float) -> Pace:
    """A site's pace. While a trial or live rule holds, people hear of alerts, and hours in the field do not count."""
    if facts.tried.since is not None:
        reviews = pace.of_answers(facts.tried, today=facts.today)
    else:
        reviews = pace.to_come(facts.would_have, alerts_a_day=facts.alerts_a_day)
    return Pace(
        lights=pace.of_counted(facts.beside), reviews=reviews, in_field=stage not in WARNS, cameras=max(1, cameras),
        reference=facts.reference.ratio, drawn_hours=drawn_hours, likes=_likes(facts),
    )  # fmt: skip


def _likes(facts: Facts) -> tuple[tuple[Light, ...], ...]:
    """By site that it is pooled with."""
    sites = sorted({site for told in facts.pooled.values() for site in told})
    return tuple(
        pace.of_counted({
            light: {WatchPlace.FIELD: told[site]} for light, told in facts.pooled.items() if site in told
        })
        for site in sites
    )  # fmt: skip


def sooner(found: Exit, stage: Stage, *, cameras: int, drawn_hours: float) -> tuple[str, ...]:
    """The lines beside the exit checklist of a step that asks for evidence."""
    if found.stage is not Stage.LIVE:
        return ()
    told = of_facts(found.facts, stage, cameras=cameras, drawn_hours=drawn_hours)
    if not told.lights:
        return ()
    return plan_words.short(levers.plan(told, found.needs, lot=Lot(draws=FEW_DRAWS)), told)
