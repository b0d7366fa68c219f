"""Looks as rows: what a day of camera time holds, what waits to be looked at, and what was said of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import OPEN, LookKind, Origin, Scored, Verdict

SEEN = (Origin.STREAM, Origin.DOOR)
"""What a camera gave by itself: no test, no replay, no SD card."""

LAST = 50
"""So many of the newest that could be shown are choices."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A picture of a camera: p_bear and threshold where it was scored. frame None: of the time-lapse.

    kept: how likely it was to be kept.
    """

    camera: str
    at: datetime
    sha256: str
    frame: int | None = None
    p_bear: float | None = None
    threshold: float | None = None
    kept: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Something that can be shown as a test, or again: of which camera, when, its pictures, and what it is."""

    camera: str
    since: datetime
    until: datetime
    pictures: tuple[Taken, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class First:
    """What somebody said first of an alert or a look."""

    person: int
    verdict: Verdict
    alert: int | None = None
    look: int | None = None


def is_drawn(session: Session, site: str, day: date) -> bool:
    """Whether that day of a site was drawn."""
    row = tables.AuditDraw
    return session.scalar(select(row.id).where(row.site_id == site, row.day == day)) is not None


def taken(session: Session, site: str, *, since: datetime, until: datetime) -> list[Taken]:
    """Every picture of a site's cameras in a span that is still kept, by time."""
    frame, decision, camera = tables.Frame, tables.Decision, tables.Camera
    wanted = (
        select(
            frame.camera_id, frame.taken_at, frame.sha256, frame.id, decision.p_bear, decision.threshold
        )
        .join(camera, camera.id == frame.camera_id)
        .outerjoin(decision, decision.frame_id == frame.id)
        .where(
            camera.site_id == site, frame.taken_at >= since, frame.taken_at < until, frame.width > 0,
            frame.origin.in_(SEEN), frame.send, ~_gone(frame.sha256, frame.received_at),
        )
    )  # fmt: skip
    found = [
        Taken(camera=row[0], at=row[1], sha256=row[2], frame=row[3], p_bear=row[4], threshold=row[5])
        for row in session.execute(wanted)
    ]
    hour, lapsed = tables.DrawnHour, tables.TimelapsePicture
    small = (
        select(hour.camera_id, lapsed.taken_at, lapsed.sha256, hour.probability)
        .join(lapsed, lapsed.hour_id == hour.id)
        .join(camera, camera.id == hour.camera_id)
        .where(
            camera.site_id == site, lapsed.taken_at >= since, lapsed.taken_at < until,
            ~_gone(lapsed.sha256, lapsed.taken_at),
        )
    )  # fmt: skip
    found += [Taken(camera=row[0], at=row[1], sha256=row[2], kept=row[3]) for row in session.execute(small)]
    return sorted(found, key=lambda one: (one.at, one.camera, one.frame or 0, one.sha256))


def alerted(
    session: Session, site: str, *, since: datetime, until: datetime
) -> Sequence[tuple[str, datetime, datetime]]:  # fmt: skip
    """Camera group, beginning and end of each visit of a site that raised an alert and touches a span."""
    visit, alert = tables.Visit, tables.Alert
    raised = select(alert.id).where(alert.visit_id == visit.id).exists()
    wanted = select(visit.group_id, visit.started_at, visit.last_at).where(
        visit.site_id == site, visit.started_at < until, visit.last_at >= since, raised
    )
    return [(group, begun, ended) for group, begun, ended in session.execute(wanted.order_by(visit.id))]


def raised(session: Session, site: str, *, since: datetime, until: datetime) -> int:
    """How many alerts of a site were raised in a span."""
    row = tables.Alert
    wanted = select(func.count()).where(row.site_id == site, row.raised_at >= since, row.raised_at < until)
    return session.scalar(wanted) or 0


def add(session: Session, row: tables.Look, pictures: Sequence[Taken]) -> tables.Look:
    """Write a look and its pictures, the large one first."""
    session.add(row)
    session.flush()
    session.add_all(
        tables.LookPicture(look_id=row.id, position=number, sha256=one.sha256, taken_at=one.at, frame_id=one.frame)
        for number, one in enumerate(pictures)
    )
    session.flush()
    return row


def known_bears(session: Session, site: str) -> list[Shown]:
    """Known clips of a site's cameras whose pictures are kept, the newest."""
    clip, camera = tables.KnownClip, tables.Camera
    wanted = select(clip).join(camera, camera.id == clip.camera_id).where(
        camera.site_id == site, camera.retired_at.is_(None), clip.judged_at.is_not(None), clip.found.is_not(None)
    )  # fmt: skip
    rows = session.scalars(wanted.order_by(clip.id.desc()).limit(LAST)).all()
    found = [_shown(session, row.camera_id, row.frames, f"known footage: {row.source}") for row in rows]
    return [one for one in found if one is not None]


def known_others(session: Session, site: str) -> list[Shown]:
    """What people said was no bear: dismissed alerts of a site, and audited time, the newest."""
    alert, review, decision = tables.Alert, tables.Review, tables.Decision
    camera = tables.Camera
    of_site = select(alert.id).where(alert.site_id == site, alert.send)
    newest = select(func.max(review.id)).where(review.alert_id.in_(of_site)).group_by(review.alert_id)
    wanted = (
        select(alert)
        .join(review, review.alert_id == alert.id)
        .join(camera, camera.id == alert.camera_id)
        .where(review.id.in_(newest), review.verdict == Verdict.NOT_BEAR, camera.retired_at.is_(None))
    )
    found = []
    for row in session.scalars(wanted.order_by(alert.id.desc()).limit(LAST)):
        frames = session.scalars(
            select(decision.frame_id).where(decision.visit_id == row.visit_id, decision.camera_id == row.camera_id)
        ).all()
        found.append(_shown(session, row.camera_id, frames, f"alert {row.id}, which people dismissed", row.frame_id))
    return [one for one in found if one is not None] or _quiet(session, site)


def _quiet(session: Session, site: str) -> list[Shown]:
    """Audited camera time in which somebody saw no bear."""
    row = tables.Look
    wanted = select(row).where(
        row.site_id == site, row.kind == LookKind.AUDIT, row.verdict == Verdict.NOT_BEAR
    )  # fmt: skip
    numbers = session.scalars(wanted.order_by(row.id.desc()).limit(LAST)).all()
    return [one for number in numbers if (one := of_look(session, number.id)) is not None]


def of_look(session: Session, number: int) -> Shown | None:
    """The pictures of a look that are still kept."""
    row, gone = get(session, number), tables.DroppedPicture
    every = pictures(session, number)
    lost = set(session.scalars(select(gone.sha256).where(gone.sha256.in_([one.sha256 for one in every]))))
    kept = tuple(
        Taken(camera=row.camera_id, at=one.taken_at, sha256=one.sha256, frame=one.frame_id)
        for one in every if one.sha256 not in lost
    )  # fmt: skip
    says = "camera time in which people saw no bear"
    return Shown(camera=row.camera_id, since=row.since, until=row.until, pictures=kept, source=says) if kept else None


def of_alert(session: Session, number: int) -> Shown | None:
    """An alert's pictures, its own first."""
    row, decision = session.get_one(tables.Alert, number), tables.Decision
    frames = session.scalars(
        select(decision.frame_id).where(decision.visit_id == row.visit_id, decision.camera_id == row.camera_id)
    ).all()
    return _shown(session, row.camera_id, frames or [row.frame_id], f"alert {number}", row.frame_id)


def _shown(
    session: Session, camera: str, frames: Collection[int], source: str, first: int | None = None
) -> Shown | None:
    frame = tables.Frame
    wanted = select(frame).where(frame.id.in_(list(frames)), frame.width > 0, ~_gone(frame.sha256, frame.received_at))
    rows = session.scalars(wanted.order_by(frame.taken_at, frame.id)).all()
    if not rows:
        return None
    shown = sorted(rows, key=lambda row: row.id != first)
    return Shown(
        camera=camera, since=rows[0].taken_at, until=rows[-1].taken_at, source=source,
        pictures=tuple(Taken(camera=camera, at=row.taken_at, sha256=row.sha256, frame=row.id) for row in shown),
    )  # fmt: skip


def answered_first(session: Session, site: str, *, since: datetime, until: datetime) -> list[First]:
    """What was said first of each alert, and of each audited piece of time, where that was in a span; in order."""
    review, alert, look = tables.Review, tables.Alert, tables.Look
    firsts = select(func.min(review.id)).group_by(review.alert_id)
    wanted = (
        select(review)
        .join(alert, alert.id == review.alert_id)
        .where(
            alert.site_id == site, alert.send, review.id.in_(firsts), review.at >= since, review.at < until
        )
    )  # fmt: skip
    found = [
        First(person=row.person_id, verdict=row.verdict, alert=row.alert_id)
        for row in session.scalars(wanted.order_by(review.id))
    ]
    told = select(look).where(
        look.site_id == site, look.kind == LookKind.AUDIT, look.answered_at >= since, look.answered_at < until
    )
    return found + [
        First(person=row.answered_by, verdict=row.verdict, look=row.id)
        for row in session.scalars(told.order_by(look.id)) if row.answered_by and row.verdict
    ]  # fmt: skip


def close_old(session: Session, *, before: datetime, now: datetime) -> int:
    """Give up looks that nobody took in time; gives how many."""
    row = tables.Look
    old = update(row).where(row.answered_at.is_(None), row.closed_at.is_(None), row.made_at < before)
    return len(session.scalars(old.values(closed_at=now).returning(row.id)).all())


def get(session: Session, look: int, *, lock: bool = False) -> tables.Look:
    """One look. Raises NotFound."""
    row = session.get(tables.Look, look, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no look {look}")
    return row


def held(session: Session, person: int, *, since: datetime) -> tables.Look | None:
    """The look that this person was given since then and has not answered."""
    row = tables.Look
    wanted = select(row).where(
        row.given_to == person, row.given_at >= since, row.answered_at.is_(None), row.closed_at.is_(None)
    )
    return session.scalar(wanted.order_by(row.given_at.desc()).limit(1))


def free(session: Session, person: int, *, sites: Collection[str], before: datetime) -> tables.Look | None:
    """The look whose turn it is among those that this person may have: not given to others since then.

    Not what they left to others, and of what was answered once, nothing of which they had a part. sites: none: all.
    """
    row, alert, review = tables.Look, tables.Alert, tables.Review
    knew = select(review.id).where(review.alert_id == row.of_alert_id, review.person_id == person).exists()
    holds = select(alert.id).where(alert.id == row.of_alert_id, alert.claimed_by == person).exists()
    site = tables.Site
    wanted = (
        select(row)
        .join(site, site.id == row.site_id)
        .where(
            site.retired_at.is_(None), row.answered_at.is_(None), row.closed_at.is_(None),
            or_(row.given_at.is_(None), row.given_at < before, row.given_to == person),
            or_(row.first_person.is_(None), row.first_person != person), ~knew, ~holds,
        )
        .order_by(row.turn, row.id)
    )  # fmt: skip
    wanted = wanted.where(row.site_id.in_(sites)) if sites else wanted
    return next((one for one in session.scalars(wanted) if person not in one.left_by), None)


def given(session: Session, person: int, *, since: datetime) -> int:
    """How many looks this person was given since then."""
    row = tables.Look
    return session.scalar(select(func.count()).where(row.given_to == person, row.given_at >= since)) or 0


def took(session: Session, person: int, *, limit: int = 20) -> list[float]:
    """How many seconds this person's last answers took."""
    row = tables.Look
    wanted = select(row.took_s).where(row.answered_by == person, row.took_s.is_not(None))
    return [one for one in session.scalars(wanted.order_by(row.answered_at.desc()).limit(limit)) if one is not None]


def alerts_wait(session: Session, person: int, *, sites: Collection[str], held_since: datetime) -> bool:
    """Whether an alert waits for an answer that this person may give: not held by others since then."""
    row = tables.Alert
    wanted = select(row.id).where(
        row.state.in_(OPEN), or_(row.claimed_by.is_(None), row.claimed_by == person, row.claimed_at < held_since)
    )
    wanted = wanted.where(row.site_id.in_(sites)) if sites else wanted
    return session.scalar(wanted.limit(1)) is not None


def pictures(session: Session, look: int) -> Sequence[tables.LookPicture]:
    """The pictures of a look, the large one first."""
    row = tables.LookPicture
    return session.scalars(select(row).where(row.look_id == look).order_by(row.position)).all()


def page(
    session: Session, *, sites: Collection[str], cursor: int | None, limit: int, but: Collection[str] = ()
) -> Sequence[tuple[tables.Look, str]]:
    """Answered looks with the names of those who answered, the newest first, older than the cursor.

    but: without those of these sites.
    """
    row, person = tables.Look, tables.Person
    wanted = select(row, person.name).join(person, person.id == row.answered_by)
    wanted = wanted.where(row.site_id.in_(sites)) if sites else wanted
    wanted = wanted.where(row.site_id.not_in(but)) if but else wanted
    wanted = wanted if cursor is None else wanted.where(row.id < cursor)
    return [(look, name) for look, name in session.execute(wanted.order_by(row.id.desc()).limit(limit))]


def draws(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> list[tables.AuditDraw]:
    """The draws of a site's days of UTC that lie in a span, as they were known then."""
    row = tables.AuditDraw
    wanted = select(row).where(
        row.site_id == site, row.day >= since.date(), row.day < until.date(), row.drawn_at <= as_of
    )
    return list(session.scalars(wanted.order_by(row.day)))


def of_site(
    session: Session, site: str, kind: LookKind, *, since: datetime, until: datetime, as_of: datetime
) -> list[tables.Look]:  # fmt: skip
    """Looks of one kind that were made for a span, in order: audited time by its draw's day, others by when made."""
    row, drawn = tables.Look, tables.AuditDraw
    wanted = select(row).where(row.site_id == site, row.kind == kind, row.made_at <= as_of)
    if kind is LookKind.AUDIT:
        within = (drawn.day >= since.date(), drawn.day < until.date())
        wanted = wanted.join(drawn, drawn.id == row.draw_id).where(*within)
    else:
        wanted = wanted.where(row.made_at >= since, row.made_at < until)
    return list(session.scalars(wanted.order_by(row.since, row.camera_id, row.id)))


def _gone(sha256: Any, received_at: Any) -> ColumnElement[bool]:
    """Whether a picture's bytes were dropped."""
    row = tables.DroppedPicture
    return select(row.sha256).where(row.sha256 == sha256, row.at >= received_at).exists()


@dataclass(frozen=True, kw_only=True)
class AuditBear:
    """A bear that the audit found in camera time without an alert: nobody was told of it. chance: of being drawn.

    since, until: the piece of time in which it was seen; at: when its large picture was taken; seen_at: when somebody
    said so. stratum: what the model had said of that time.
    """

    look: int
    camera: str
    since: datetime
    until: datetime
    at: datetime
    frame: int | None
    picture: str
    stratum: Scored
    chance: float
    person: int
    seen_at: datetime


def audit_bears(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> list[AuditBear]:  # fmt: skip
    """Bears that the audit found in a site's time of a span, as they were known at a moment, by time."""
    row, first = tables.Look, tables.LookPicture
    wanted = (
        select(row, first)
        .join(first, (first.look_id == row.id) & (first.position == 0))
        .where(
            row.site_id == site, row.kind == LookKind.AUDIT, row.verdict == Verdict.BEAR, row.answered_at <= as_of,
            row.since >= since, row.since < until,
        )
        .order_by(row.since, row.id)
    )  # fmt: skip
    return [
        AuditBear(
            look=look.id, camera=look.camera_id, since=look.since, until=look.until, at=picture.taken_at,
            frame=picture.frame_id, picture=picture.sha256, stratum=look.stratum, chance=look.chance,
            person=look.answered_by, seen_at=look.answered_at,
        )
        for look, picture in session.execute(wanted)
        if look.stratum and look.chance and look.answered_by and look.answered_at
    ]  # fmt: skip
