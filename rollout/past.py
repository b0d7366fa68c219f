"""Past: a site's history out of the store, for what held at any past minute."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import protection, scopes, standing, terms
from rollout.scopes import Inside
from rollout.stages import WARNS
from rollout.standing import Held, InForce, Past, Standing
from store import history, park, rules, tables
from store.history import History
from store.session import Session


def at(session: Session, site_id: str, moment: datetime) -> Standing:
    """Which rule was in force at a site at a moment, and why; a retired site has its past too. Raises NotFound.

    In scope is a moment in which any camera of the rule was.
    """
    site = park.any_site(session, site_id)
    told = history.of(session, site.id, moment, moment)
    past = of(session, site, told)
    found = standing.at(past, moment)
    row = next((row for row in told.rules if found.rule is not None and row.id == found.rule.rule), None)
    if row is None or row.stage not in WARNS:
        return found
    return standing.at(past, moment, _inside(session, site, row, moment))


def of(session: Session, site: tables.Site, told: History) -> Past:
    """What is stored of it, with its reasons in words."""
    return Past(
        rules=[_in_force(session, row) for row in told.rules],
        stops=[
            Held(since=row.since, until=row.lifted_at, says=f"stopped by {row.by}: {row.reason}")
            for row in told.stops
        ],
        gaps=[Held(since=row.since, until=row.ended_at, says=_gap(session, row, site)) for row in told.gaps],
        narrowings=[
            Held(since=row.since, until=row.ended_at, says=f"guardrail {row.guardrail} had failed: {row.says}")
            for row in told.narrowings
        ],
    )  # fmt: skip


def _in_force(session: Session, row: tables.Rule) -> InForce:
    yes = ", ".join(person.name for _, person in rules.approvals(session, row.id)) or "nobody"
    override = f"; OVERRIDE: {row.override_reason}" if row.override_reason else ""
    because = f"{row.reason} (approved by {yes}, on evidence {row.bound_to[:12]}){override}"
    return InForce(
        since=row.in_force_at or row.proposed_at, until=row.ended_at, rule=row.id, revision=row.revision,
        stage=row.stage, because=because,
    )  # fmt: skip


def _gap(session: Session, row: tables.Gap, site: tables.Site) -> str:
    taken = rules.name_of(session, row.accepted_by) if row.accepted_at else "nobody"
    return (
        f"NOT protected by the model since {protection.local(row.since, site)}: {row.cause}; "
        f"the manual watch was taken by {taken}"
    )


def _inside(session: Session, site: tables.Site, row: tables.Rule, moment: datetime) -> Inside:
    """Whether any of the rule's cameras was in its scope."""
    said, held = terms.read(row.body), rules.cameras_of(row)
    named = held or said.cameras or [camera.id for camera in park.cameras(session, site.id)]
    asked = [
        scopes.inside(
            said, camera=name, at=moment, zone=ZoneInfo(site.time_zone), latitude=site.latitude,
            longitude=site.longitude, approved=held,
        )
        for name in named
    ]  # fmt: skip
    return next((one for one in asked if one.yes), asked[0] if asked else Inside(yes=False, says="it held no camera"))
