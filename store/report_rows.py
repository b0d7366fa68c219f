"""Report rows: what a report is made of, as it was known at a moment: what came in later does not exist."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.vocabulary import Did, Reason, Stage, Verdict, ViewPartKind

LONGEST = timedelta(days=2)
"""No watch session is longer: earlier ones need not be asked for."""

A_TIME = 500


def cameras(session: Session, site: str) -> Sequence[tuple[tables.Camera, datetime | None]]:
    """Every camera that the site ever had, by id, and since when it was waited for."""
    camera, status = tables.Camera, tables.CameraStatus
    wanted = select(camera, status.expected_since).outerjoin(status, status.camera_id == camera.id)
    return [(row, since) for row, since in session.execute(wanted.where(camera.site_id == site).order_by(camera.id))]


def sessions(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[tables.WatchSession]:
    """Watch sessions that have a moment of a span, in order."""
    row = tables.WatchSession
    wanted = select(row).where(
        row.site_id == site, row.started_at > since - LONGEST, row.started_at < until, row.received_at <= as_of,
        or_(row.ended_at.is_(None), row.ended_at > since),
    )  # fmt: skip
    return session.scalars(wanted.order_by(row.started_at, row.id)).all()


def sightings(session: Session, numbers: Collection[int]) -> dict[int, tables.Sighting]:
    """Sightings by number."""
    row, every, found = tables.Sighting, sorted(set(numbers)), dict[int, tables.Sighting]()
    for first in range(0, len(every), A_TIME):
        found |= {
            one.id: one for one in session.scalars(select(row).where(row.id.in_(every[first : first + A_TIME])))
        }
    return found


def seen_between(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[tables.Sighting]:
    """Sightings of a span that stood then, in order."""
    row = tables.Sighting
    wanted = select(row).where(
        row.site_id == site, row.at >= since, row.at < until, row.received_at <= as_of,
        or_(row.withdrawn_at.is_(None), row.withdrawn_at > as_of),
    )  # fmt: skip
    return session.scalars(wanted.order_by(row.at, row.id)).all()


def visits(session: Session, numbers: Collection[int]) -> dict[int, tables.Visit]:
    """Visits by number."""
    row, every, found = tables.Visit, sorted(set(numbers)), dict[int, tables.Visit]()
    for first in range(0, len(every), A_TIME):
        found |= {
            one.id: one for one in session.scalars(select(row).where(row.id.in_(every[first : first + A_TIME])))
        }
    return found


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the version of a visit said of its surest picture. usual: how like the pictures that it knows."""

    usual: float | None
    night: bool | None
    boxes: Sequence[dict[str, Any]]


def looked(session: Session, numbers: Collection[int]) -> dict[int, Looked]:
    """By visit."""
    visit, said = tables.Visit, tables.Detection
    every, found = sorted(set(numbers)), dict[int, Looked]()
    for first in range(0, len(every), A_TIME):
        wanted = (
            select(visit.id, said.out_of_domain_p, said.night, said.boxes)
            .join(said, (said.frame_id == visit.best_frame_id) & (said.model_sha256 == visit.model_sha256))
            .where(visit.id.in_(every[first : first + A_TIME]))
        )
        found |= {row[0]: Looked(usual=row[1], night=row[2], boxes=row[3] or []) for row in session.execute(wanted)}
    return found


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One verdict of one person on one alert of a visit. raised_at: the alert's; blind: see `tables.Review`."""

    number: int
    visit: int
    alert: int
    person: int
    name: str
    verdict: Verdict
    at: datetime
    raised_at: datetime
    took_s: float | None
    blind: bool | None = None


def answers(session: Session, visits: Collection[int], *, as_of: datetime) -> Sequence[Answer]:
    """Every verdict on alerts of these visits, in the order in which they were given."""
    review, alert, person = tables.Review, tables.Alert, tables.Person
    every, found = sorted(set(visits)), list[Answer]()
    for first in range(0, len(every), A_TIME):
        wanted = (
            select(review, alert.visit_id, alert.raised_at, person.name)
            .join(alert, alert.id == review.alert_id)
            .join(person, person.id == review.person_id)
            .where(alert.visit_id.in_(every[first : first + A_TIME]), review.at <= as_of, alert.raised_at <= as_of)
        )
        found += [
            Answer(
                number=row.id, visit=visit, alert=row.alert_id, person=row.person_id, name=name, verdict=row.verdict,
                at=row.at, raised_at=raised, took_s=row.took_s, blind=row.blind,
            )
            for row, visit, raised, name in session.execute(wanted)
        ]  # fmt: skip
    return sorted(found, key=lambda one: one.number)


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An alert of a visit."""

    alert: int
    visit: int
    stage: Stage
    reason: Reason
    raised_at: datetime
    send: bool


def raised(session: Session, visits: Collection[int], *, as_of: datetime) -> Sequence[Raised]:
    """Alerts of these visits, in order."""
    alert, every, found = tables.Alert, sorted(set(visits)), list[Raised]()
    for first in range(0, len(every), A_TIME):
        wanted = select(alert.id, alert.visit_id, alert.stage, alert.reason, alert.raised_at, alert.send).where(
            alert.visit_id.in_(every[first : first + A_TIME]), alert.raised_at <= as_of
        )
        found += [
            Raised(alert=row[0], visit=row[1], stage=row[2], reason=row[3], raised_at=row[4], send=row[5])
            for row in session.execute(wanted)
        ]
    return sorted(found, key=lambda one: one.alert)


def episodes(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[tables.Episode]:
    """What was wrong with the site's cameras, or the installation, in a span, as it was noticed, in order."""
    row, camera = tables.Episode, tables.Camera
    own = select(camera.id).where(camera.site_id == site)
    wanted = select(row).where(
        or_(row.camera_id.in_(own), row.camera_id.is_(None)), row.began_at < until, row.noticed_at <= as_of,
        or_(row.ended_at.is_(None), row.ended_at > since),
    )  # fmt: skip
    return session.scalars(wanted.order_by(row.began_at, row.id)).all()


def shed(session: Session, camera: str, *, since: datetime, until: datetime) -> Sequence[tuple[datetime, float]]:
    """Minutes in which something of a stream was left out, in order, and how many seconds of each."""
    row = tables.Shed
    wanted = select(row.minute, row.seconds).where(row.camera_id == camera, row.minute >= since, row.minute < until)
    return [(minute, seconds) for minute, seconds in session.execute(wanted.order_by(row.minute))]


def view_changes(session: Session, site: str, *, as_of: datetime) -> Sequence[tables.ViewChange]:
    """When a camera of the site began to look, or to be watched, elsewhere, in order."""
    row, camera = tables.ViewChange, tables.Camera
    wanted = select(row).join(camera, camera.id == row.camera_id).where(camera.site_id == site, row.at <= as_of)
    return session.scalars(wanted.order_by(row.since, row.id)).all()


def mask_times(session: Session, site: str) -> set[tuple[str, datetime]]:
    """When a mask of a camera was drawn or ended."""
    part, camera = tables.ViewPart, tables.Camera
    wanted = select(part.camera_id, part.began_at, part.ended_at).join(camera, camera.id == part.camera_id)
    rows = session.execute(wanted.where(camera.site_id == site, part.kind == ViewPartKind.MASK))
    return {(name, at) for name, began, ended in rows for at in (began, ended) if at is not None}


def park_changes(session: Session, *, as_of: datetime) -> Sequence[tuple[datetime, Sequence[dict[str, Any]]]]:
    """What each park.toml changed, in order."""
    row = tables.AuditEntry
    wanted = select(row.at, row.body).where(row.subject == "park", row.action == "park.applied", row.at <= as_of)
    return [(at, body.get("changes", [])) for at, body in session.execute(wanted.order_by(row.number))]


def waiting(
    session: Session, cameras: Collection[str], *, since: datetime, until: datetime, as_of: datetime
) -> tuple[int, int]:  # fmt: skip
    """How many pictures of a span came in, and how many of them have no decision."""
    frame, decision = tables.Frame, tables.Decision
    decided = func.count(decision.frame_id)
    wanted = (
        select(func.count(frame.id), decided)
        .outerjoin(decision, (decision.frame_id == frame.id) & (decision.decided_at <= as_of))
        .where(
            frame.camera_id.in_(sorted(cameras)), frame.taken_at >= since, frame.taken_at < until,
            frame.received_at <= as_of,
        )
    )  # fmt: skip
    came, known = session.execute(wanted).one()
    return came, came - known


@dataclass(frozen=True, kw_only=True)
class Done:
    """What people did about an alert or a sighting. about: when it was raised or seen."""

    did: Did
    at: datetime
    about: datetime
    alert: bool


def responses(
    session: Session, *, alerts: Collection[int], sightings: Collection[int], as_of: datetime
) -> Sequence[Done]:
    """About these, in order."""
    row, found = tables.Response, list[tuple[int, Done]]()

    def take(wanted: Select[int, Did, datetime, datetime], *, alert: bool) -> None:
        found.extend(
            (number, Done(did=did, at=at, about=about, alert=alert))
            for number, did, at, about in session.execute(wanted.where(row.received_at <= as_of))
        )

    every = sorted(set(alerts))
    for first in range(0, len(every), A_TIME):
        some = select(row.id, row.did, row.at, tables.Alert.raised_at).join(
            tables.Alert, tables.Alert.id == row.alert_id
        )
        take(some.where(row.alert_id.in_(every[first : first + A_TIME])), alert=True)
    every = sorted(set(sightings))
    for first in range(0, len(every), A_TIME):
        some = select(row.id, row.did, row.at, tables.Sighting.at).join(
            tables.Sighting, tables.Sighting.id == row.sighting_id
        )
        take(some.where(row.sighting_id.in_(every[first : first + A_TIME])), alert=False)
    return [done for _, done in sorted(found, key=lambda one: one[0])]


def known_clips(session: Session, cameras: Collection[str], *, since: datetime, until: datetime) -> tuple[int, int]:
    """How many known clips were played in a span and judged, and in how many the bear was not found."""
    row = tables.KnownClip
    wanted = select(row.found).where(
        row.camera_id.in_(sorted(cameras)), row.found.is_not(None), row.played_at >= since, row.played_at < until
    )
    found = session.scalars(wanted).all()
    return len(found), list(found).count(False)


def came_in(
    session: Session, site: str, *, visits: Collection[int], since: datetime, until: datetime, as_of: datetime
) -> list[datetime]:  # fmt: skip
    """When the latest rows of a span were written, of each kind, as far as that was by then."""
    decision, alert, seen, match, done = (
        tables.Decision, tables.Alert, tables.Sighting, tables.Match, tables.Response,
    )  # fmt: skip
    every, found = sorted(set(visits)), list[datetime | None]()
    for first in range(0, len(every), A_TIME):
        some = every[first : first + A_TIME]
        for column, which in (
            (decision.decided_at, decision.visit_id), (alert.raised_at, alert.visit_id),
            (match.made_at, match.visit_id), (match.ended_at, match.visit_id),
        ):  # fmt: skip
            found.append(session.scalar(select(func.max(column)).where(which.in_(some), column <= as_of)))
        told = select(func.max(done.received_at)).join(alert, alert.id == done.alert_id)
        found.append(session.scalar(told.where(alert.visit_id.in_(some), done.received_at <= as_of)))
    here = (seen.site_id == site, seen.at >= since, seen.at < until)
    for column in (seen.received_at, seen.withdrawn_at):
        found.append(session.scalar(select(func.max(column)).where(*here, column <= as_of)))
    told = select(func.max(done.received_at)).join(seen, seen.id == done.sighting_id)
    found.append(session.scalar(told.where(*here, done.received_at <= as_of)))
    for row in episodes(session, site, since=since, until=until, as_of=as_of):
        found += [row.noticed_at, row.ended_at if row.ended_at and row.ended_at <= until else None]
    return [at for at in found if at is not None]


def chain_head(session: Session, *, as_of: datetime) -> str:
    """The hash of the audit chain's last entry at a moment; noughts before the first."""
    row = tables.AuditEntry
    found = session.scalar(select(row.hash).where(row.at <= as_of).order_by(row.number.desc()).limit(1))
    return found or "0" * 64


def named(session: Session, people: Collection[int]) -> dict[int, str]:
    """People's names."""
    row = tables.Person
    found: dict[int, str] = defaultdict(str)
    found.update({one.id: one.name for one in session.scalars(select(row).where(row.id.in_(sorted(set(people)))))})
    return found
