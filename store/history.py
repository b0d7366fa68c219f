"""History: all that was in force at a site, held it or narrowed it in a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store import narrowing, tables


@dataclass(frozen=True, kw_only=True)
class History:
    """What lasted into a period, each the oldest first. Rules that never came into force are not among them."""

    rules: Sequence[tables.Rule]
    stops: Sequence[tables.Stop]
    gaps: Sequence[tables.Gap]
    narrowings: Sequence[tables.Narrowing]


def of(session: Session, site: str, since: datetime, until: datetime) -> History:
    """Of one site, the stops of all sites too. until is inside."""
    rule, stop, gap = tables.Rule, tables.Stop, tables.Gap
    rules = select(rule).where(
        rule.site_id == site, rule.in_force_at <= until, or_(rule.ended_at.is_(None), rule.ended_at >= since)
    )
    stops = select(stop).where(
        or_(stop.site_id == site, stop.site_id.is_(None)), stop.since <= until,
        or_(stop.lifted_at.is_(None), stop.lifted_at >= since),
    )  # fmt: skip
    gaps = select(gap).where(
        gap.site_id == site, gap.since <= until, or_(gap.ended_at.is_(None), gap.ended_at >= since)
    )
    return History(
        rules=session.scalars(rules.order_by(rule.in_force_at, rule.id)).all(),
        stops=session.scalars(stops.order_by(stop.id)).all(),
        gaps=session.scalars(gaps.order_by(gap.id)).all(),
        narrowings=narrowing.lasting(session, site, since, until),
    )
