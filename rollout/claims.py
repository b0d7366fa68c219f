"""Claims: who is looking at an alert. Each person's hold it for three minutes in all, until somebody answers."""

from datetime import datetime, timedelta

from rollout.actors import Actor
from store import alerts, rules, tables
from store.errors import ClaimedByAnother
from store.session import Session
from store.vocabulary import OPEN, AlertState, Role

HOLDS = timedelta(minutes=3)
"""So long, all claims of one person together, nobody else is asked and no deadline passes: a ranger who fell
asleep, or a page left open, holds nobody up."""

OVER_OTHERS = (Role.SUPERVISOR, Role.ADMIN)


def claim(session: Session, alert: int, *, by: Actor, now: datetime, take_over: bool = False) -> tables.Alert:
    """Say that one is looking at it. Whoever has used up their time claims nothing, and may answer all the same.

    take_over: also where somebody else is, for supervisors. Raises ClaimedByAnother, AlreadyDecided, NotPermitted.
    """
    row = alerts.get(session, alert, lock=True)
    by.require(Role.RANGER, row.site_id)
    if row.state not in OPEN:
        raise alerts.decided(session, row)
    require_free(session, row, by, now, over=take_over)
    if row.claimed_by != by.id:
        end(row, now)
        if _left(row, by.id) > timedelta():
            row.state, row.claimed_by, row.claimed_at = AlertState.CLAIMED, by.id, now
    return row


def release(session: Session, alert: int, *, by: Actor, now: datetime) -> tables.Alert:
    """Give one's claim back."""
    row = alerts.get(session, alert, lock=True)
    by.require(Role.RANGER, row.site_id)
    if row.state is AlertState.CLAIMED:
        require_free(session, row, by, now)
        end(row, now)
    return row


def require_free(session: Session, row: tables.Alert, by: Actor, now: datetime, *, over: bool = True) -> None:
    """Raise ClaimedByAnother where somebody else's claim still holds. over: a supervisor may push it aside."""
    until = held_until(row)
    if until is None or now > until or row.claimed_by == by.id or (over and by.role in OVER_OTHERS):
        return
    holder = rules.name_of(session, row.claimed_by)
    raise ClaimedByAnother(f"{holder} is looking at this alert since {row.claimed_at:%H:%M} UTC")


def held_until(row: tables.Alert) -> datetime | None:
    """When the claim that stands lapses; None where nobody has one."""
    if row.state is not AlertState.CLAIMED or row.claimed_at is None or row.claimed_by is None:
        return None
    return row.claimed_at + _left(row, row.claimed_by)


def lapse(row: tables.Alert, now: datetime) -> bool:
    """End a claim that gave no verdict in time; gives whether there was one."""
    until = held_until(row)
    if until is None or now <= until:
        return False
    end(row, now)
    return True


def end(row: tables.Alert, now: datetime) -> None:
    """End the claim that stands, if one does, and count how long it held."""
    if row.state is AlertState.CLAIMED and row.claimed_by is not None and row.claimed_at is not None:
        used = HOLDS - _left(row, row.claimed_by) + max(timedelta(), now - row.claimed_at)
        row.held_s = {**row.held_s, str(row.claimed_by): min(used, HOLDS).total_seconds()}
    row.state, row.claimed_by, row.claimed_at = AlertState.PENDING, None, None


def _left(row: tables.Alert, person: int) -> timedelta:
    """How much longer a person's claims may hold this alert."""
    return HOLDS - timedelta(seconds=row.held_s.get(str(person), 0.0))
