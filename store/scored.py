"""Scored frames: what a model version said of a site's frames, with what was decided, in the order of deciding."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from store import tables
from store.vocabulary import CameraFault, Origin, QuietState, Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """A frame, its camera's group, when and by which version it was decided, and what the version that is meant said.

    said_by: that version; None: it was not asked. In the order of the statement's columns.
    """

    frame: int
    camera: str
    group: str
    origin: Origin
    taken_at: datetime
    received_at: datetime
    stated_at: datetime | None
    send: bool
    decided_at: datetime
    decided_by: str | None
    said_by: str | None
    label: str | None
    p_bear: float | None
    probabilities: Mapping[str, float]
    out_of_domain_p: float | None
    night: bool | None
    boxes: Sequence[Mapping[str, Any]]
    seconds: float
    error: str | None


def frames(
    session: Session, site: str, *, since: datetime, until: datetime, model: str | None = None
) -> Iterator[Row]:
    """The site's frames that were decided from since on and before until.

    model: the version that is asked for; None: for each frame the one that its decision came from.
    """
    frame, decision, said = tables.Frame, tables.Decision, tables.Detection
    version = decision.model_sha256 if model is None else model
    wanted = (
        select(
            frame.id, frame.camera_id, tables.Camera.group_id, frame.origin, frame.taken_at, frame.received_at,
            frame.stated_at, frame.send, decision.decided_at, decision.model_sha256, said.model_sha256, said.label,
            said.p_bear, said.probabilities, said.out_of_domain_p, said.night, said.boxes, said.seconds, said.error,
        )
        .join(decision, decision.frame_id == frame.id)
        .join(tables.Camera, tables.Camera.id == frame.camera_id)
        .outerjoin(said, (said.frame_id == frame.id) & (said.model_sha256 == version))
        .where(tables.Camera.site_id == site, decision.decided_at >= since, decision.decided_at < until)
        .order_by(decision.decided_at, frame.id)
        .execution_options(yield_per=5000)
    )  # fmt: skip
    for row in session.execute(wanted):
        told: list[Any] = list(row)
        yield Row(*told)


def reviews(session: Session, site: str, *, since: datetime) -> Sequence[tuple[tables.Review, tables.Alert]]:
    """Every verdict on the site's alerts since then, oldest first."""
    review, alert = tables.Review, tables.Alert
    wanted = (
        select(review, alert)
        .join(alert, alert.id == review.alert_id)
        .where(alert.site_id == site, review.at >= since)
        .order_by(review.at, review.id)
    )
    return [(one, other) for one, other in session.execute(wanted)]


def first_decided(session: Session, site: str) -> dict[str, datetime]:
    """When each camera's first frame was decided."""
    decision, camera = tables.Decision, tables.Camera
    wanted = (
        select(decision.camera_id, func.min(decision.decided_at))
        .join(camera, camera.id == decision.camera_id)
        .where(camera.site_id == site)
        .group_by(decision.camera_id)
    )
    return dict(session.execute(wanted).tuples().all())


def stops(session: Session, site: str) -> Sequence[tuple[datetime, datetime | None]]:
    """From when to when a site was stopped, its own stop or that of all; None: it still is."""
    stop = tables.Stop
    wanted = select(stop.since, stop.lifted_at).where((stop.site_id == site) | stop.site_id.is_(None))
    return [(since, until) for since, until in session.execute(wanted.order_by(stop.id))]


def verdicts(session: Session, visits: Sequence[int]) -> dict[int, Verdict]:
    """The last verdict on each of these visits, where people gave one other than unsure."""
    review, alert = tables.Review, tables.Alert
    found: dict[int, Verdict] = {}
    for first in range(0, len(visits), 500):
        wanted = (
            select(alert.visit_id, review.verdict)
            .join(alert, alert.id == review.alert_id)
            .where(alert.visit_id.in_(visits[first : first + 500]), review.verdict != Verdict.UNSURE)
            .order_by(review.at, review.id)
        )
        found |= dict(session.execute(wanted).tuples().all())
    return found


def rule_ids(session: Session, site: str) -> Iterator[tuple[int, int | None]]:
    """Of each decided frame of a site the rule that decided it."""
    decision, camera = tables.Decision, tables.Camera
    wanted = select(decision.frame_id, decision.rule_id).join(camera, camera.id == decision.camera_id)
    yield from session.execute(wanted.where(camera.site_id == site)).tuples()


def visit_ids(session: Session, site: str, *, since: datetime) -> dict[int, int]:
    """Of each frame of a site that was decided since then the visit that it is in, where it is in one."""
    decision, camera = tables.Decision, tables.Camera
    wanted = select(decision.frame_id, decision.visit_id).join(camera, camera.id == decision.camera_id)
    wanted = wanted.where(camera.site_id == site, decision.decided_at >= since, decision.visit_id.is_not(None))
    return {frame: visit for frame, visit in session.execute(wanted) if visit is not None}


def count(session: Session, site: str, *, since: datetime) -> int:
    """How many frames of a site were decided since then."""
    decision, camera = tables.Decision, tables.Camera
    wanted = select(func.count()).select_from(decision).join(camera, camera.id == decision.camera_id)
    return session.scalar(wanted.where(camera.site_id == site, decision.decided_at >= since)) or 0


@dataclass(frozen=True, kw_only=True)
class Twice:
    """A frame that two versions looked at. visit: that of its decision."""

    frame: int
    camera: str
    group: str
    at: datetime
    visit: int | None
    threshold: float | None
    old: tables.Detection
    new: tables.Detection


def twice(session: Session, site: str, *, new: str, since: datetime, until: datetime) -> Iterator[Twice]:
    """Frames of a site that were decided by another version and that this one looked at too, in order."""
    frame, decision, camera = tables.Frame, tables.Decision, tables.Camera
    one, other = aliased(tables.Detection), aliased(tables.Detection)
    wanted = (
        select(
            frame.id, frame.camera_id, camera.group_id, frame.taken_at, decision.visit_id, decision.threshold, one,
            other,
        )
        .join(decision, decision.frame_id == frame.id)
        .join(camera, camera.id == frame.camera_id)
        .join(one, (one.frame_id == frame.id) & (one.model_sha256 == decision.model_sha256))
        .join(other, (other.frame_id == frame.id) & (other.model_sha256 == new))
        .where(
            camera.site_id == site, decision.decided_at >= since, decision.decided_at < until,
            decision.model_sha256 != new,
        )
        .order_by(frame.taken_at, frame.id)
    )  # fmt: skip
    for row in session.execute(wanted):
        yield Twice(
            frame=row[0],
            camera=row[1],
            group=row[2],
            at=row[3],
            visit=row[4],
            threshold=row[5],
            old=row[6],
            new=row[7],
        )


def narrowed(session: Session, site: str) -> Sequence[tuple[datetime, datetime | None]]:
    """From when to when a failed guardrail narrowed a site."""
    row = tables.Narrowing
    wanted = select(row.since, row.ended_at).where(row.site_id == site).order_by(row.id)
    return [(since, until) for since, until in session.execute(wanted)]


def quiet(session: Session, site: str) -> Sequence[tables.QuietPlace]:
    """Every place of a site's cameras that was ever put in force."""
    row, camera = tables.QuietPlace, tables.Camera
    wanted = select(row).join(camera, camera.id == row.camera_id).where(camera.site_id == site)
    states = (QuietState.ACCEPTED, QuietState.ENDED)
    return session.scalars(wanted.where(row.state.in_(states)).order_by(row.id)).all()


def moved(session: Session, site: str) -> Sequence[tuple[str, tuple[datetime, datetime | None]]]:
    """The cameras of a site that were moved, and when."""
    row, camera = tables.Episode, tables.Camera
    wanted = select(row.camera_id, row.noticed_at, row.ended_at).join(camera, camera.id == row.camera_id)
    wanted = wanted.where(camera.site_id == site, row.kind == CameraFault.MOVED).order_by(row.id)
    return [(name or "", (since, until)) for name, since, until in session.execute(wanted)]
