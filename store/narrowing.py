"""Narrowings: which guardrails of a site's rule failed, and since when rangers are asked first because of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store import tables


def open_of(session: Session, site: str) -> Sequence[tables.Narrowing]:
    """What is narrowed at a site now, the oldest first."""
    row = tables.Narrowing
    return session.scalars(select(row).where(row.site_id == site, row.ended_at.is_(None)).order_by(row.id)).all()


def same(session: Session, rule: int, guardrail: str, period: str) -> tables.Narrowing | None:
    """What was said of this guardrail of the rule for this period already."""
    row = tables.Narrowing
    wanted = select(row).where(row.rule_id == rule, row.guardrail == guardrail, row.period == period)
    return session.scalar(wanted)


def add(
    session: Session, rule: tables.Rule, guardrail: str, *, period: str, technical: bool, says: str,
    numbers: Mapping[str, Any], now: datetime,
) -> tables.Narrowing:  # fmt: skip
    """Write down that it failed."""
    row = tables.Narrowing(
        site_id=rule.site_id, rule_id=rule.id, guardrail=guardrail, period=period, stage=rule.stage,
        technical=technical, says=says, numbers=dict(numbers), since=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def end(session: Session, rows: Collection[tables.Narrowing], *, why: str, now: datetime) -> None:
    """They hold no longer."""
    for row in rows:
        row.ended_at, row.ended_why = now, why
    session.flush()


def lasting(session: Session, site: str, since: datetime, until: datetime) -> Sequence[tables.Narrowing]:
    """What was narrowed at a site at some moment of a period, its end inside, the oldest first."""
    row = tables.Narrowing
    wanted = select(row).where(
        row.site_id == site, row.since <= until, or_(row.ended_at.is_(None), row.ended_at >= since)
    )
    return session.scalars(wanted.order_by(row.id)).all()


FIRST_NARROWING = (
    select(func.min(tables.Narrowing.id))
    .where(tables.Narrowing.site_id == tables.Site.id, tables.Narrowing.ended_at.is_(None))
    .correlate(tables.Site)
    .scalar_subquery()
)
"""The oldest open narrowing of the site of the surrounding statement."""
