"""Alerts: raised by a decision, with what the rule says must follow; joined by further cameras."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from model.detections import Detection
from rollout import notices, operations, scopes
from rollout.situations import Decision
from rollout.terms import Terms
from store import park, tables
from store.session import Session
from store.vocabulary import Act, AlertState

BEGINS: dict[Act, AlertState] = {
    Act.RECORD: AlertState.SHADOW,
    Act.ASK: AlertState.PENDING,
    Act.WARN: AlertState.LIVE,
}
"""The state an alert begins in."""


TELLS: dict[Act, Callable[[Session, tables.Alert, datetime], int | None]] = {
    Act.RECORD: lambda _session, _alert, _now: None,
    Act.ASK: lambda session, alert, now: notices.request(session, alert, step=0, now=now),
    Act.WARN: lambda session, alert, now: notices.warn(session, alert, review=None, now=now),
}
"""Whom it tells: how many; None where nobody is to be told."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What an alert is raised of."""

    frame: tables.Frame
    visit: tables.Visit
    rule: tables.Rule
    terms: Terms
    site: tables.Site
    found: Detection
    decision: Decision
    turn: int


def raise_one(session: Session, cause: Cause, *, now: datetime) -> tables.Alert:
    """Write an alert, and the requests or warnings that its act demands."""
    frame, act = cause.frame, cause.decision.act
    alert = tables.Alert(
        visit_id=cause.visit.id, turn=cause.turn, site_id=cause.site.id, camera_id=frame.camera_id,
        cameras=[frame.camera_id], state=BEGINS[act], stage=cause.decision.stage, audience=cause.terms.audience,
        reason=cause.decision.reason, says=cause.decision.says, rule_id=cause.rule.id, frame_id=frame.id,
        label=cause.found.label, p_bear=cause.found.p_bear, out_of_domain_p=cause.found.out_of_domain_p,
        boxes=[asdict(box) for box in cause.found.boxes], send=frame.send, raised_at=now, taken_at=frame.taken_at,
        deadline=now + timedelta(minutes=cause.terms.deadline_minutes) if act is Act.ASK else None,
        would_have=_would_have(session, cause, now) if act is Act.RECORD else {},
    )  # fmt: skip
    session.add(alert)
    session.flush()
    told = TELLS[act](session, alert, now)
    if told == 0 and alert.send:
        says = f"{cause.site.name}: possibly a bear on camera {alert.camera_id}, and no receiver to tell there"
        operations.tell(session, cause.site.id, key=f"nobody:{alert.id}", says=says, now=now)
    return alert


def join(alert: tables.Alert, camera: str) -> None:
    """Another camera of the group sees the same visit."""
    if camera not in alert.cameras:
        alert.cameras = [*alert.cameras, camera]


def _would_have(session: Session, cause: Cause, now: datetime) -> dict[str, Any]:
    """Whom a warning would have reached, and when."""
    local = now.astimezone(ZoneInfo(cause.site.time_zone))
    named = [
        receiver.id
        for receiver in park.receivers(session, cause.site.id, cause.terms.audience)
        if receiver.hours is None or scopes.within(receiver.hours, local)
    ]
    return {"receivers": named, "at": now.isoformat()}
