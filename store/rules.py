"""Rules of a site, their approvals, the kill switch, and the times a site is not protected."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import RuleState


def get(session: Session, rule: int) -> tables.Rule:
    """One revision. Raises NotFound."""
    row = session.get(tables.Rule, rule)
    if row is None:
        raise NotFound(f"there is no rule {rule}")
    return row


def in_force(session: Session, site: str) -> tables.Rule | None:
    """The revision that decides at a site now."""
    return session.scalar(
        select(tables.Rule).where(tables.Rule.site_id == site, tables.Rule.state == RuleState.IN_FORCE)
    )


def history(session: Session, site: str | None = None) -> Sequence[tables.Rule]:
    """Every revision of one site or all, newest first."""
    rules = select(tables.Rule).order_by(tables.Rule.id.desc())
    return session.scalars(rules if site is None else rules.where(tables.Rule.site_id == site)).all()


def waiting(session: Session) -> Sequence[tables.Rule]:
    """Revisions whose state moves with time: proposed, approved, in force; oldest first."""
    moving = (RuleState.PROPOSED, RuleState.APPROVED, RuleState.IN_FORCE)
    return session.scalars(select(tables.Rule).where(tables.Rule.state.in_(moving)).order_by(tables.Rule.id)).all()


def next_revision(session: Session, site: str) -> int:
    """The number that a new revision of this site gets, from 1."""
    newest = session.scalar(select(func.max(tables.Rule.revision)).where(tables.Rule.site_id == site))
    return (newest or 0) + 1


def approvals(session: Session, rule: int) -> Sequence[tuple[tables.Approval, str]]:
    """The approvals of one revision with the person's name, oldest first."""
    rows = session.execute(
        select(tables.Approval, tables.Person.name)
        .join(tables.Person, tables.Person.id == tables.Approval.person_id)
        .where(tables.Approval.rule_id == rule)
        .order_by(tables.Approval.id)
    )
    return [(approval, name) for approval, name in rows]


def open_stop(session: Session, site: str) -> tables.Stop | None:
    """The kill switch that holds a site, its own or that of all sites."""
    return session.scalar(
        select(tables.Stop)
        .where(tables.Stop.lifted_at.is_(None), or_(tables.Stop.site_id == site, tables.Stop.site_id.is_(None)))
        .order_by(tables.Stop.id)
        .limit(1)
    )


def open_stop_of(session: Session, site: str | None) -> tables.Stop | None:
    """The open stop of exactly this: one site, or (None) all of them."""
    same = tables.Stop.site_id.is_(None) if site is None else tables.Stop.site_id == site
    return session.scalar(select(tables.Stop).where(tables.Stop.lifted_at.is_(None), same).limit(1))


def open_gap(session: Session, site: str) -> tables.Gap | None:
    """Since when a site that was protected is not; None where it is, or never was."""
    return session.scalar(
        select(tables.Gap)
        .where(tables.Gap.site_id == site, tables.Gap.ended_at.is_(None))
        .order_by(tables.Gap.id)
        .limit(1)
    )


def name_of(session: Session, person: int | None) -> str:
    """A person's name; the system's where it was nobody."""
    row = session.get(tables.Person, person) if person is not None else None
    return row.name if row else "Bearwatch"
