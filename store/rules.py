"""Rules of a site, their approvals, the kill switch, and the times a site is not protected."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store import masks, quiet, tables
from store.columns import one_of
from store.errors import NotFound
from store.vocabulary import RuleState, Stage, ViewPartKind


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """A frame with what says how it is scored and decided.

    The rule in force at its site, and the camera's masks and quiet places when the frame came in.
    """

    frame: tables.Frame
    camera: tables.Camera
    site: tables.Site
    rule: tables.Rule | None
    masks: Sequence[tables.ViewPart]
    quiet: Sequence[tables.QuietPlace] = ()


def deciding(session: Session, frame: int) -> Deciding:
    """Read all of it at once. Raises NotFound."""
    rows = session.execute(DECIDING, {"frame": frame}).all()
    if not rows:
        raise NotFound(f"there is no frame {frame}")
    of, camera, site, rule, *_ = rows[0]
    masks = {mask.id: mask for *_, mask, _ in rows if mask is not None}
    places = {place.id: place for *_, place in rows if place is not None}
    return Deciding(
        frame=of, camera=camera, site=site, rule=rule, masks=list(masks.values()), quiet=list(places.values())
    )


def get(session: Session, rule: int, *, fresh: bool = False) -> tables.Rule:
    """One revision. fresh: as it is now, after a lock was waited for. Raises NotFound."""
    row = session.get(tables.Rule, rule, populate_existing=fresh)
    if row is None:
        raise NotFound(f"there is no rule {rule}")
    return row


def cameras_of(row: tables.Rule) -> tuple[str, ...] | None:
    """The cameras that a rule was proposed for, where it may warn people; None: all that its terms name."""
    found = row.evidence.get("cameras")
    return None if found is None else tuple(found)


@dataclass(frozen=True, kw_only=True)
class CanaryRow:
    """The version that a rule tries on some cameras, until a day of the site's. threshold None: the version's own."""

    sha256: str
    cameras: tuple[str, ...]
    last_day: date
    threshold: float | None

    def holds(self, camera: str, day: date) -> bool:
        """Whether it decides a camera's frames on a day of the site."""
        return camera in self.cameras and day <= self.last_day


def canary_of(row: tables.Rule) -> CanaryRow | None:
    """The canary that a rule was proposed with; None: it has none."""
    told = row.evidence.get("canary")
    if told is None:
        return None
    return CanaryRow(
        sha256=told["sha256"], cameras=tuple(told["cameras"]), last_day=date.fromisoformat(told["last_day"]),
        threshold=told["threshold"],
    )  # fmt: skip


def version_of(row: tables.Rule, camera: str, day: date) -> str:
    """The version that decides a camera's frames on a day of the site."""
    canary = canary_of(row)
    return canary.sha256 if canary is not None and canary.holds(camera, day) else row.model_sha256


def in_force(session: Session, site: str) -> tables.Rule | None:
    """The revision that decides at a site now."""
    return session.scalar(
        select(tables.Rule).where(tables.Rule.site_id == site, tables.Rule.state == RuleState.IN_FORCE)
    )


def history(session: Session, site: str | None = None) -> Sequence[tables.Rule]:
    """Every revision of one site or all, newest first."""
    rules = select(tables.Rule).order_by(tables.Rule.id.desc())
    return session.scalars(rules if site is None else rules.where(tables.Rule.site_id == site)).all()


def begun(session: Session, site: str) -> datetime | None:
    """When the first rule of a site came in force; None: none has."""
    rule = tables.Rule
    return session.scalar(select(func.min(rule.in_force_at)).where(rule.site_id == site))


def waiting(session: Session) -> Sequence[tables.Rule]:
    """Revisions whose state moves with time: proposed, approved, in force; oldest first."""
    moving = (RuleState.PROPOSED, RuleState.APPROVED, RuleState.IN_FORCE)
    return session.scalars(select(tables.Rule).where(tables.Rule.state.in_(moving)).order_by(tables.Rule.id)).all()


def next_revision(session: Session, site: str) -> int:
    """The number that a new revision of this site gets, from 1."""
    newest = session.scalar(select(func.max(tables.Rule.revision)).where(tables.Rule.site_id == site))
    return (newest or 0) + 1


def approvals(session: Session, rule: int) -> Sequence[tuple[tables.Approval, tables.Person]]:
    """The approvals of one revision with who gave them, oldest first."""
    rows = session.execute(
        select(tables.Approval, tables.Person)
        .join(tables.Person, tables.Person.id == tables.Approval.person_id)
        .where(tables.Approval.rule_id == rule)
        .order_by(tables.Approval.id)
    )
    return [(approval, person) for approval, person in rows]


def open_stop(session: Session, site: str) -> tables.Stop | None:
    """The kill switch that holds a site, its own or that of all sites."""
    return session.scalar(select(tables.Stop).where(_holds(site)).order_by(tables.Stop.id).limit(1))


def open_stop_of(session: Session, site: str | None) -> tables.Stop | None:
    """The open stop of exactly this: one site, or (None) all of them."""
    same = tables.Stop.site_id.is_(None) if site is None else tables.Stop.site_id == site
    return session.scalar(select(tables.Stop).where(tables.Stop.lifted_at.is_(None), same).limit(1))


def stopped_since(session: Session, site: str, since: datetime) -> datetime:
    """Since when the site is stopped without a break: stops that overlap are one."""
    stop = tables.Stop
    while (
        before := session.scalar(
            select(func.min(stop.since)).where(
                _names(site), stop.since < since, or_(stop.lifted_at.is_(None), stop.lifted_at >= since)
            )
        )
    ) is not None:
        since = before
    return since


def open_gap(session: Session, site: str) -> tables.Gap | None:
    """Since when a site that was protected is not; None where it is, or never was. The oldest of several."""
    return next(iter(open_gaps(session, site)), None)


def open_gaps(session: Session, site: str) -> Sequence[tables.Gap]:
    """Every open gap of a site, oldest first: people narrowed it, or its model cannot be opened, or both."""
    wanted = select(tables.Gap).where(tables.Gap.site_id == site, tables.Gap.ended_at.is_(None))
    return session.scalars(wanted.order_by(tables.Gap.id)).all()


def works_in(
    session: Session, stages: Collection[Stage], *, now: datetime
) -> Sequence[tuple[tables.Site, tables.ModelVersion]]:
    """The sites whose rule in force has one of these stages, each with every version that decides there now."""
    rows = session.execute(
        select(tables.Site, tables.Rule)
        .join(tables.Rule, tables.Rule.site_id == tables.Site.id)
        .where(
            tables.Rule.state == RuleState.IN_FORCE, tables.Rule.stage.in_(stages), tables.Site.retired_at.is_(None)
        )
        .order_by(tables.Site.id)
    )
    found = []
    for site, rule in rows:
        canary, today = canary_of(rule), now.astimezone(ZoneInfo(site.time_zone)).date()
        tried = (canary.sha256,) if canary is not None and today <= canary.last_day else ()
        for version in (rule.model_sha256, *tried):
            found.append((site, session.get_one(tables.ModelVersion, version)))
    return found


def deciders(session: Session, cameras: Sequence[str], *, now: datetime) -> dict[str, str]:
    """The version that decides each of these cameras' frames now; without those whose site has no rule in force."""
    rows = session.execute(
        select(tables.Camera.id, tables.Site.time_zone, tables.Rule)
        .join(tables.Site, tables.Site.id == tables.Camera.site_id)
        .join(tables.Rule, tables.Rule.site_id == tables.Site.id)
        .where(tables.Camera.id.in_(cameras), tables.Rule.state == RuleState.IN_FORCE)
    )
    return {camera: version_of(rule, camera, now.astimezone(ZoneInfo(zone)).date()) for camera, zone, rule in rows}


def name_of(session: Session, person: int | None) -> str:
    """A person's name; the system's where it was nobody."""
    row = session.get(tables.Person, person) if person is not None else None
    return row.name if row else "Bearwatch"


def _holds(site: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether an open stop is the site's own, or that of all sites."""
    return tables.Stop.lifted_at.is_(None) & _names(site)


def _names(site: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(tables.Stop.site_id == site, tables.Stop.site_id.is_(None))


FIRST_STOP = select(func.min(tables.Stop.id)).where(_holds(tables.Site.id)).correlate(tables.Site).scalar_subquery()
"""The oldest open stop that holds the site of the surrounding statement."""

DECIDING = (
    select(tables.Frame, tables.Camera, tables.Site, tables.Rule, tables.ViewPart, tables.QuietPlace)
    .join(tables.Camera, tables.Camera.id == tables.Frame.camera_id)
    .join(tables.Site, tables.Site.id == tables.Camera.site_id)
    .outerjoin(tables.Rule, (tables.Rule.site_id == tables.Site.id) & one_of(tables.Rule.state, [RuleState.IN_FORCE]))
    .outerjoin(
        tables.ViewPart,
        (tables.ViewPart.camera_id == tables.Camera.id) & masks.held(ViewPartKind.MASK, at=tables.Frame.received_at),
    )
    .outerjoin(
        tables.QuietPlace,
        (tables.QuietPlace.camera_id == tables.Camera.id) & quiet.held(tables.Frame.received_at) & ~quiet.MOVED,
    )
    .where(tables.Frame.id == bindparam("frame"))
)
