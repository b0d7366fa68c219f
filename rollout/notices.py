"""Notices: what is told to whom because of an alert. Written here, sent by the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollout import reach
from store import alerts, notices, park, tables
from store.session import Session
from store.vocabulary import Audience, NoticeKind, NoticeState, Verdict

NOBODY_AWAKE = " It is outside the hours of every receiver, so all of them are warned."


def request(session: Session, alert: tables.Alert, *, step: int, now: datetime) -> int:
    """Ask the receivers of one step of the duty chain to look; gives how many were asked anew.

    Where nobody is on duty every ranger receiver is asked: silence must not look like safety. The same ask
    (alert.asks) reaches a receiver once; the next one reaches it again.
    """
    body = _body(session, alert) | {"says": _request_says(session, alert), "unconfirmed": alert.asked_again}
    told = of_step(session, alert.site_id, step, now)
    return _add(session, alert, told, NoticeKind.REQUEST, f"ask:{alert.id}:{alert.asks}", body, now)


def warn(session: Session, alert: tables.Alert, *, review: tables.Review | None, now: datetime) -> int:
    """Warn the alert's audience; gives how many were warned anew. In trial only with a review that says bear.

    A receiver outside its hours is left out; where that would leave nobody, all are warned, and it says so.
    """
    told, asleep = _awake(session, alert.site_id, park.receivers(session, alert.site_id, alert.audience), now)
    says = _warning_says(session, alert, review) + (NOBODY_AWAKE if asleep else "")
    body = _body(session, alert) | {"says": says, "unconfirmed": review is None}
    key = f"warning:{alert.id}" + (f":{review.id}" if review else "")
    return _add(session, alert, told, NoticeKind.WARNING, key, body, now, review)


def correct(session: Session, alert: tables.Alert, *, says: str, key: str, now: datetime) -> int:
    """Tell everyone who was warned of an alert, or may have been, that it was another thing."""
    body = _body(session, alert) | {"says": says, "correction": True}
    sent = notices.of_alert(session, alert.id, NoticeKind.WARNING)
    warned = {notice.receiver_id for notice in sent if _may_have_arrived(notice)}
    rows = [row for row in park.all_receivers(session) if row.id in warned]
    return _add(session, alert, rows, NoticeKind.OPERATIONS, key, body, now)


def where_and_when(session: Session, alert: tables.Alert) -> str:
    """The place and the moment of the picture in site time: a late message must not read like news."""
    site = session.get_one(tables.Site, alert.site_id)
    local = alert.taken_at.astimezone(ZoneInfo(site.time_zone))
    return f"{site.name}, camera {alert.camera_id}, at {local:%H:%M on %a %d %b}"


def steps(session: Session, site: str, now: datetime) -> Sequence[float]:
    """After how many minutes each step of the chain in force is asked; empty where nobody is on duty."""
    duty = _duty(session, site, now)
    return [float(step["after_minutes"]) for step in duty.chain] if duty else []


def of_step(session: Session, site: str, step: int, now: datetime) -> Sequence[tables.Receiver]:
    """The receivers of one step of the chain in force, past its end of the last; else all of the rangers'."""
    duty = _duty(session, site, now)
    named = set(duty.chain[min(step, len(duty.chain) - 1)]["receivers"]) if duty else set()
    rangers = park.receivers(session, site, Audience.RANGERS)
    return [row for row in rangers if row.id in named] or rangers


def _add(
    session: Session, alert: tables.Alert, to: Sequence[tables.Receiver], kind: NoticeKind, key: str,
    body: dict[str, Any], now: datetime, review: tables.Review | None = None,
) -> int:  # fmt: skip
    return notices.add(
        session, {f"{key}:{receiver.id}": receiver for receiver in to}, kind=kind, alert=alert, review=review,
        body=body, state=NoticeState.WAITING if alert.send else NoticeState.HELD, now=now,
    )  # fmt: skip


def _duty(session: Session, site: str, now: datetime) -> tables.Duty | None:
    """The first duty of the file whose hours hold this moment."""
    local = now.astimezone(ZoneInfo(session.get_one(tables.Site, site).time_zone))
    return reach.on_duty(park.duties(session, site), local)


def _awake(
    session: Session, site: str, receivers: Sequence[tables.Receiver], now: datetime
) -> tuple[Sequence[tables.Receiver], bool]:
    """The receivers in whose hours this moment lies; all of them, and True, where it lies in nobody's."""
    local = now.astimezone(ZoneInfo(session.get_one(tables.Site, site).time_zone))
    return reach.awake(receivers, local)


def _may_have_arrived(warning: tables.Notice) -> bool:
    """Whether it left, or a try was made whose end nobody knows. The try at which a stop was seen sent nothing."""
    stopped = warning.state is NoticeState.STOPPED
    return warning.state is NoticeState.HELD or warning.tries > (1 if stopped else 0)


def _body(session: Session, alert: tables.Alert) -> dict[str, Any]:
    """What every notice of an alert carries. No position: the site's name is enough for who must act."""
    site = session.get_one(tables.Site, alert.site_id)
    local = alert.taken_at.astimezone(ZoneInfo(site.time_zone))
    return {
        "alert": alert.id, "site": site.id, "site_name": site.name, "camera": alert.camera_id, "label": alert.label,
        "p_bear": round(alert.p_bear, 4), "taken_at": alert.taken_at.isoformat(),
        "taken_local": local.strftime("%Y-%m-%d %H:%M %Z"), "stage": alert.stage.value,
        "audience": alert.audience.value, "picture": f"/api/v1/alerts/{alert.id}/picture.jpg",
        "page": f"/review?alert={alert.id}",
    }  # fmt: skip


def _request_says(session: Session, alert: tables.Alert) -> str:
    if alerts.verdict_of(session, alert.id) is Verdict.UNSURE:
        begin = "Please look: a ranger is unsure, "
    else:
        begin = "Still UNCONFIRMED, nobody has answered: " if alert.asked_again else "Please look: "
    return f"{begin}possibly a bear on camera {alert.camera_id}. No warning has gone out."


def _warning_says(session: Session, alert: tables.Alert, review: tables.Review | None) -> str:
    how = "seen by a ranger" if review else "seen by the model, not yet by a ranger"
    return f"Bear at {where_and_when(session, alert)}: {how}."
