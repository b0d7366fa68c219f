"""Lifting: what a stop held back is told when it ends. It is never sent after it: an old warning warns of nothing."""

from datetime import datetime

from rollout import operations
from rollout.stages import WARNS
from store import alerts, notices, rules, tables, visits
from store.session import Session
from store.vocabulary import NoticeKind


def tell(session: Session, site: tables.Site, stop: tables.Stop, *, now: datetime) -> None:
    """Tell a site's rangers what nobody heard of while it was stopped, so that they look now.

    What waits in the outbox is held back with the rest. Where another stop holds the site on, its lift tells.
    """
    if rules.open_stop(session, site.id) is not None:
        return
    notices.hold_back(session, site.id, error="the stop was on", now=now)
    since, rule = rules.stopped_since(session, site.id, stop.since), rules.in_force(session, site.id)
    held = notices.held_back(session, site.id, since=since)
    recorded = visits.stopped_bears(session, site.id, since=since) if rule and rule.stage in WARNS else 0
    warnings = held.get(NoticeKind.WARNING, set()) | alerts.withheld_since(session, site.id, since)
    requests = held.get(NoticeKind.REQUEST, set()) - warnings
    named = ", ".join(str(alert) for alert in sorted(warnings | requests))
    parts = [_count(len(ids), what) for what, ids in (("warning", warnings), ("request", requests)) if ids]
    told = [f"it held back {' and '.join(parts)} (alerts {named})"] if parts else []
    told += [f"{_count(recorded, 'possible bear')} only written down"] if recorded else []
    if told:
        says = f"{site.name}: the stop is lifted. While it was on, {'; '.join(told)}. None of it is sent any more: "
        says += "look now, at the cameras and on the page Review."
        operations.tell(session, site.id, key=f"lifted:{stop.id}:{site.id}", says=says, now=now)


def tell_confirmed(session: Session, alert: tables.Alert, review: int, *, why: str, now: datetime) -> None:
    """Tell the rangers at once that a bear which one of them confirmed is warned of by nobody."""
    site = session.get_one(tables.Site, alert.site_id)
    says = f"{site.name}: a ranger confirmed a bear on camera {alert.camera_id}, and no warning goes out: {why}. "
    says += "Warn people by hand."
    operations.tell(session, site.id, key=f"held:{alert.id}:{review}", says=says, now=now)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
