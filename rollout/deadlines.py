"""Deadlines: requests climb the duty chain, claims lapse, and past the deadline the rule says what follows."""

from datetime import datetime, timedelta

import structlog

from rollout import claims, notices, operations, withholding
from rollout.terms import Terms, read
from store import alerts, audit, rules, tables
from store.errors import DeadlinesNotKept
from store.session import Engine, Session, reading, transaction
from store.vocabulary import OPEN, AlertState

log = structlog.get_logger()


def keep(engine: Engine, now: datetime) -> int:
    """Look at every open alert once, each in a transaction of its own; gives how many changed.

    One that cannot be looked at keeps none of the others. Raises DeadlinesNotKept after the last one.
    """
    with reading(engine) as session:
        waiting = alerts.open_ones(session)
    changed, failed = 0, list[int]()
    for alert in waiting:
        try:
            changed += _keep_one(engine, alert, now)
        except Exception:
            log.exception("deadline.failed", alert=alert)
            failed.append(alert)
    if failed:
        named = ", ".join(str(alert) for alert in failed[:5])
        raise DeadlinesNotKept(f"{len(failed)} of {len(waiting)} alerts ({named}): the log says why; answer them")
    return changed


def _keep_one(engine: Engine, alert: int, now: datetime) -> bool:
    with transaction(engine) as session:
        row = alerts.get(session, alert, lock=True)
        if row.state not in OPEN:
            return False
        lapsed = claims.lapse(row, now)
        if row.state is AlertState.CLAIMED:
            return lapsed
        if row.deadline is not None and now >= row.deadline:
            _overdue(session, row, now)
            return True
        return _climb(session, row, now) or lapsed


def _climb(session: Session, row: tables.Alert, now: datetime) -> bool:
    """Ask the next step when its minutes have passed since the alert was raised. Asking again asked them all."""
    chain = notices.steps(session, row.site_id, now)
    following = row.step + 1
    if row.asked_again or following >= len(chain) or now < row.raised_at + timedelta(minutes=chain[following]):
        return False
    row.step, row.asks = following, row.asks + 1
    notices.request(session, row, step=following, now=now)
    log.info("alert.climbed", alert=row.id, step=following)
    return True


def _overdue(session: Session, row: tables.Alert, now: datetime) -> None:
    said = read(rules.get(session, row.rule_id).body)
    if said.unconfirmed == "ask-again" and not row.asked_again and not withholding.too_old(row, now):
        _ask_again(session, row, said, now)
        return
    row.state, row.decided_at = AlertState.EXPIRED, now
    site = session.get_one(tables.Site, row.site_id)
    says = (
        f"{site.name}: nobody answered alert {row.id} (possibly a bear on camera {row.camera_id}). "
        "No warning has gone out. It can still be answered."
    )
    if row.send:
        operations.tell(session, row.site_id, key=f"expired:{row.id}:{row.asks}", says=says, now=now)
    audit.append(
        session, at=now, who="clock", action="alert.expired", subject=f"alert:{row.id}", says="nobody answered"
    )
    log.warning("alert.expired", alert=row.id, site=row.site_id)


def _ask_again(session: Session, row: tables.Alert, said: Terms, now: datetime) -> None:
    """Once more, marked unconfirmed, to every step of the chain and to rangers only."""
    row.asked_again, row.asks = True, row.asks + 1
    row.deadline = now + timedelta(minutes=said.deadline_minutes)
    for step in range(max(1, len(notices.steps(session, row.site_id, now)))):
        notices.request(session, row, step=step, now=now)
    log.warning("alert.asked_again", alert=row.id, site=row.site_id)
