"""Situations: what a decision rests on, in two statements at most, read under the camera group's lock.

Whatever the history holds, each reads an index at its newest end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Boolean, Select, Subquery, and_, bindparam, func, not_, or_, select, true
from sqlalchemy.orm import Session

from store import tables
from store.alerts import UNHEARD
from store.columns import one_of
from store.narrowing import FIRST_NARROWING
from store.rules import FIRST_STOP, Deciding
from store.visits import SPOKE, Known
from store.vocabulary import Audience, RuleState

NEWEST_BOXES = 60
"""So many of a visit's newest pictures say where its animals were."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How it stands at the moment of a decision.

    same: the camera, its site and the rule in force are as they were when the frame was read. site: as it is now.
    stopped: who holds the kill switch, and why. narrowed: the guardrail because of which live asks rangers first, and
    why. known: the visits of the kind that lie near, by id, the oldest first.
    """

    same: bool
    site: tables.Site
    stopped: str | None
    narrowed: str | None
    known: Mapping[int, Known]


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is told of a bear's site besides its visit.

    last_alert_at: when another visit of the group last asked or warned. alerts_today: how often the site did.
    first_at: when the first frame of the camera was decided. boxes: label and boxes of the visit's newest frames of
    this camera.
    """

    last_alert_at: datetime | None
    alerts_today: int
    first_at: datetime | None
    demo: bool
    receivers: int
    boxes: Sequence[tuple[str, list[Any]]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which visit it is asked (None: a new one), from which probability on its frames show where it was.

    cooling_since: from when on an alert of another visit matters. day: the site's. campers: they would be warned too.
    real: what a replay held back does not matter.
    """

    visit: int | None
    least: float
    cooling_since: datetime
    now: datetime
    day: tuple[datetime, datetime]
    campers: bool
    real: bool


def standing(
    session: Session, told: Deciding, *, kind: str | None, model: str, since: datetime, until: datetime
) -> Standing:
    """Read the stop, and a version's visits of a kind (None: none) that lie, in part, between two moments."""
    rows = session.execute(
        STANDING, {"camera": told.camera.id, "kind": kind or "", "model": model, "since": since, "until": until}
    ).all()
    known: dict[int, Known] = {}
    for *_, visit, raised, unheard in rows:
        one = known.setdefault(visit.id, Known(visit=visit)) if visit is not None else None
        if one is not None and raised is not None:
            one.alerts.append(raised)
            one.unheard.update({raised.id} if unheard else ())
    group, site, rule, by, reason, guardrail, says = rows[0][:7]
    was = (told.camera.group_id, _place(told.site), told.rule.id if told.rule else None)
    return Standing(
        same=(group, _place(site), rule) == was, site=site, known=known,
        stopped=f"by {by}: {reason}" if by is not None else None,
        narrowed=f"{guardrail}: {says}" if guardrail is not None else None,
    )  # fmt: skip


def around(session: Session, told: Deciding, asked: Asked) -> Around:
    """Read the alerts of the site and its people, and where in this camera's picture the visit's animals were."""
    begins, ends = asked.day
    rows = session.execute(
        AROUND,
        {
            "site": told.site.id, "group": told.camera.group_id, "camera": told.camera.id, "visit": asked.visit or 0,
            "least": asked.least, "cooling": asked.cooling_since, "now": asked.now, "begins": begins, "ends": ends,
            "campers": asked.campers, "real": asked.real,
        },
    ).all()  # fmt: skip
    last, today, first, demo, receivers = rows[0][:5]
    return Around(
        last_alert_at=last, alerts_today=today, first_at=first, demo=bool(demo), receivers=receivers,
        boxes=[(label or "", boxes) for *_, label, boxes in rows if boxes is not None],
    )  # fmt: skip


def _place(site: tables.Site) -> tuple[object, ...]:
    """What decisions read of a site."""
    return (site.id, site.name, site.time_zone, site.latitude, site.longitude)


def _standing() -> Select[*tuple[Any, ...]]:
    camera, site, rule, stop, visit, alert = (
        tables.Camera, tables.Site, tables.Rule, tables.Stop, tables.Visit, tables.Alert
    )  # fmt: skip
    narrow = tables.Narrowing
    near = and_(
        visit.group_id == camera.group_id, visit.site_id == site.id, visit.label == bindparam("kind"),
        visit.model_sha256 == bindparam("model"), visit.last_at > bindparam("since"),
        visit.started_at < bindparam("until"),
    )  # fmt: skip
    return (
        select(
            camera.group_id, site, rule.id, stop.by, stop.reason, narrow.guardrail, narrow.says, visit, alert, UNHEARD
        )
        .select_from(camera)
        .join(site, site.id == camera.site_id)
        .outerjoin(rule, (rule.site_id == site.id) & one_of(rule.state, [RuleState.IN_FORCE]))
        .outerjoin(stop, stop.id == FIRST_STOP)
        .outerjoin(narrow, narrow.id == FIRST_NARROWING)
        .outerjoin(visit, near)
        .outerjoin(alert, alert.visit_id == visit.id)
        .where(camera.id == bindparam("camera"))
        .order_by(visit.started_at, visit.id, alert.turn, alert.id)
    )


def _around() -> Select[*tuple[Any, ...]]:
    alert, visit, site, receiver = tables.Alert, tables.Visit, tables.Site, tables.Receiver
    named: BindParameter[str] = bindparam("site")
    seen = _boxes()
    spoke = and_(alert.site_id == named, SPOKE, or_(alert.send.is_(True), not_(bindparam("real", type_=Boolean))))
    last = (
        select(func.max(alert.raised_at))
        .join(visit, visit.id == alert.visit_id)
        .where(
            spoke, visit.group_id == bindparam("group"), visit.id != bindparam("visit"),
            alert.raised_at > bindparam("cooling"), alert.raised_at <= bindparam("now"),
        )
    )  # fmt: skip
    today = select(func.count(alert.id)).where(
        spoke, alert.raised_at >= bindparam("begins"), alert.raised_at < bindparam("ends")
    )
    first = (
        select(tables.Decision.decided_at)
        .where(tables.Decision.camera_id == bindparam("camera"))
        .order_by(tables.Decision.decided_at)
        .limit(1)
    )
    told = select(func.count(receiver.id)).where(
        receiver.site_id == named, receiver.retired_at.is_(None),
        or_(one_of(receiver.audience, [Audience.RANGERS]), bindparam("campers", type_=Boolean)),
    )  # fmt: skip
    park = select(tables.Park.demo).where(tables.Park.id == 1)
    parts = (part.scalar_subquery() for part in (last, today, first, park, told))
    return (
        select(*parts, seen.c.label, seen.c.boxes).select_from(site).outerjoin(seen, true()).where(site.id == named)
    )


def _boxes() -> Subquery:
    decision, detection = tables.Decision, tables.Detection
    return (
        select(detection.label, detection.boxes)
        .join(decision, decision.frame_id == detection.frame_id)
        .where(
            decision.visit_id == bindparam("visit"), decision.camera_id == bindparam("camera"),
            decision.p_bear >= bindparam("least"), detection.model_sha256 == decision.model_sha256,
        )
        .order_by(decision.frame_id.desc())
        .limit(NEWEST_BOXES)
        .subquery()
    )  # fmt: skip


STANDING, AROUND = _standing(), _around()
