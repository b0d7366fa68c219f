"""Detections as they are stored: what one model version said of a site's live frames."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from store import tables
from store.vocabulary import Origin

LIVE = (Origin.STREAM, Origin.DOOR)
"""Frames that came as they were taken; a replay or a card says nothing of a site's days."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One frame with what the version said of it."""

    frame: int
    camera: str
    group: str
    stated_at: datetime | None
    taken_at: datetime
    received_at: datetime
    origin: Origin
    label: str
    p_bear: float
    probabilities: dict[str, float]
    out_of_domain_p: float | None
    night: bool
    boxes: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Sum:
    """How many frames were scored, how many of these are unlike the training, and when the first came in."""

    frames: int
    unlike: int
    first_at: datetime | None


def likely(
    session: Session, site: str, model: str, *, since: datetime, until: datetime, least: float
) -> Iterator[Scored]:
    """Those with so high a p_bear at least, in the order in which they came in."""
    detection, frame, camera = tables.Detection, tables.Frame, tables.Camera
    wanted = (
        select(
            frame.id, frame.camera_id, camera.group_id, frame.stated_at, frame.taken_at, frame.received_at,
            frame.origin, detection.label, detection.p_bear, detection.probabilities, detection.out_of_domain_p,
            detection.night, detection.boxes,
        )
        .join(detection, detection.frame_id == frame.id)
        .join(camera, camera.id == frame.camera_id)
        .where(*_of(site, model, since, until), detection.p_bear >= least)
        .order_by(frame.received_at, frame.id)
    )  # fmt: skip
    for row in session.execute(wanted):
        yield Scored(
            frame=row[0], camera=row[1], group=row[2], stated_at=row[3], taken_at=row[4], received_at=row[5],
            origin=row[6], label=row[7] or "", p_bear=row[8], probabilities=row[9], out_of_domain_p=row[10],
            night=bool(row[11]), boxes=row[12],
        )  # fmt: skip


def summed(session: Session, site: str, model: str, *, since: datetime, until: datetime, unlike: float) -> Sum:
    """What is stored between two moments. unlike: an out-of-domain p below this."""
    detection, frame, camera = tables.Detection, tables.Frame, tables.Camera
    strange = func.sum(case((detection.out_of_domain_p < unlike, 1), else_=0))
    found = session.execute(
        select(func.count(), strange, func.min(frame.received_at))
        .select_from(frame)
        .join(detection, detection.frame_id == frame.id)
        .join(camera, camera.id == frame.camera_id)
        .where(*_of(site, model, since, until), detection.p_bear.is_not(None))
    ).one()
    return Sum(frames=found[0], unlike=found[1] or 0, first_at=found[2])


def _of(site: str, model: str, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    detection, frame = tables.Detection, tables.Frame
    return (
        tables.Camera.site_id == site, detection.model_sha256 == model, frame.origin.in_(LIVE),
        frame.received_at >= since, frame.received_at < until,
    )  # fmt: skip
