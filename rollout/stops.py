"""The kill switch: one button, one command or one file; nobody's approval to stop, two people to lift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from rollout import lifting, pairs, protection
from rollout.actors import Actor
from store import audit, park, rules, tables
from store.errors import ChangesMet, NotAllowedNow
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Role

ALL = "STOP"
"""A file of this name in the data folder stops every site; STOP-<site> stops one."""

NO_REASON = "no reason given"

LIFT_HOLDS = timedelta(minutes=15)
"""For this long one person's wish to lift waits for a second; then it must be said again."""

TRIES = 5
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """What a stop holds. waits_for: what a lift that one person asked for still needs."""

    stopped: tuple[str, ...]
    since: datetime
    by: str
    reason: str
    lifted: bool = False
    waits_for: str | None = None


@dataclass(frozen=True, kw_only=True)
class LiftAsked:
    """One person's wish to lift a stop."""

    by: str
    at: datetime


def press(engine: Engine, site: str | None, *, by: str, reason: str, now: datetime) -> Stopped:
    """Stop in a transaction of its own, and again where another change was in its way: no stop gives way."""
    for tried in range(1, TRIES):
        try:
            return _press_once(engine, site, by=by, reason=reason, now=now)
        except ChangesMet:
            log.warning("stop.again", site=site, tried=tried)
    return _press_once(engine, site, by=by, reason=reason, now=now)


def stop(session: Session, site: str | None, *, by: str, reason: str, now: datetime) -> Stopped:
    """Stop one site or (None) all, at once, with a reason or without. A second stop takes back a wish to lift it.

    Locks the sites first, so that a stop and a lift at the same time have an order.
    """
    reason = reason.strip() or NO_REASON
    held = _hold(session, site)
    was = {row.id: protection.relied_on(session, row.id) for row in held}
    row, subject = rules.open_stop_of(session, site), f"site:{site}" if site else "park"
    if row is not None:
        _keep_stopped(session, row, by=by, reason=reason, now=now)
    else:
        row = tables.Stop(site_id=site, since=now, by=by, reason=reason)
        session.add(row)
        session.flush()
        audit.append(session, at=now, who=by, action="stop", subject=subject, says=f"stopped: {reason}")
        for place in held:
            protection.settle(session, place, cause=f"stopped by {by}: {reason}", was=was[place.id], now=now)
    return _view(row, held, now)


def lift(session: Session, site: str | None, *, by: Actor, now: datetime, data_dir: Path) -> Stopped:
    """The first person asks, a second lifts within 15 minutes. A STOP file that still lies there must go first."""
    by.require(Role.SUPERVISOR, site)
    held = _hold(session, site)
    row = rules.open_stop_of(session, site)
    if row is None:
        raise NotAllowedNow("nothing is stopped here" if site is None else f'site "{site}" has no stop of its own')
    file = data_dir / file_name(site)
    if file.exists():
        raise NotAllowedNow(f"the file {file.name} still lies in the data folder: remove it first, then lift")
    subject = f"site:{site}" if site else "park"
    asked_by = _asked_by(session, row, now)
    if asked_by is None:
        pairs.require_before(session, by.id, since=row.since)
        row.lift_asked_by, row.lift_asked_at = by.id, now
        audit.append(
            session, at=now, who=by.name, action="stop.lift_asked", subject=subject, says="asks to lift the stop"
        )
        return _view(row, held, now)
    if asked_by == by.id:
        raise NotAllowedNow("lifting needs two people: somebody else must do the same")
    pairs.require(session, asked_by, by.id, since=row.since)
    row.lifted_by, row.lifted_at = by.id, now
    audit.append(session, at=now, who=by.name, action="stop.lifted", subject=subject, says="the stop is lifted")
    for place in held:
        protection.settle(session, place, cause="", was=False, now=now)
        lifting.tell(session, place, row, now=now)
    return _view(row, held, now)


def file_name(site: str | None) -> str:
    """The file that stops a site, or all."""
    return ALL if site is None else f"{ALL}-{site}"


def latch_files(engine: Engine, data_dir: Path, now: datetime) -> None:
    """Turn STOP files into stops that outlast them. Costs two look-ups of a file's name where there is none."""
    names = {path.name for path in data_dir.glob(f"{ALL}*")} if data_dir.is_dir() else set()
    if not names:
        return
    with reading(engine) as session:
        wanted = [None, *(site.id for site in park.sites(session))]
        new = [site for site in wanted if file_name(site) in names and not rules.open_stop_of(session, site)]
    for site in new:
        press(engine, site, by=f"file {file_name(site)}", reason="the stop file was found", now=now)


def stray_files(session: Session, data_dir: Path) -> Sequence[str]:
    """Names of files that look like a stop and stop nothing, since no site has that name."""
    known = {file_name(None), *(file_name(site.id) for site in park.sites(session))}
    return sorted({path.name for path in data_dir.glob(f"{ALL}-*")} - known)


def held_by_file(data_dir: Path, site: str) -> bool:
    """Whether a file stops the site, asked without the database."""
    return (data_dir / ALL).exists() or (data_dir / file_name(site)).exists()


def stopped(session: Session, site: str) -> bool:
    """Whether the kill switch is on for the site."""
    return rules.open_stop(session, site) is not None


def _keep_stopped(session: Session, row: tables.Stop, *, by: str, reason: str, now: datetime) -> None:
    """Somebody says that the stop must stay: whoever wanted to lift it must ask again."""
    says = f"the stop stays: {reason}"
    if row.lift_asked_by is not None:
        says += f"; {rules.name_of(session, row.lift_asked_by)} had asked to lift it, which is void"
    row.lift_asked_by = row.lift_asked_at = None
    subject = f"site:{row.site_id}" if row.site_id else "park"
    audit.append(session, at=now, who=by, action="stop.kept", subject=subject, says=says)


def lift_asked(session: Session, site: str | None, now: datetime) -> LiftAsked | None:
    """Who asked to lift the stop of exactly this (None: all sites), as long as that waits for a second person."""
    row = rules.open_stop_of(session, site)
    asked_by = _asked_by(session, row, now) if row is not None else None
    if row is None or asked_by is None or row.lift_asked_at is None:
        return None
    return LiftAsked(by=rules.name_of(session, asked_by), at=row.lift_asked_at)


def _asked_by(session: Session, row: tables.Stop, now: datetime) -> int | None:
    """Who asked to lift it, as long as that holds and they may still act."""
    if row.lift_asked_by is None or row.lift_asked_at is None or now - row.lift_asked_at > LIFT_HOLDS:
        return None
    revoked = session.get_one(tables.Person, row.lift_asked_by).revoked_at is not None
    return None if revoked else row.lift_asked_by


def _press_once(engine: Engine, site: str | None, *, by: str, reason: str, now: datetime) -> Stopped:
    with transaction(engine) as session:
        return stop(session, site, by=by, reason=reason, now=now)


def _hold(session: Session, site: str | None) -> Sequence[tables.Site]:
    """The sites that a stop is about, locked."""
    if site is not None:
        return [park.site(session, site, lock=True)]
    return [row for row in park.hold(session) if row.retired_at is None]


def _view(row: tables.Stop, held: Sequence[tables.Site], now: datetime) -> Stopped:
    asked = row.lift_asked_at is not None and now - row.lift_asked_at <= LIFT_HOLDS
    waits = "a second person within 15 minutes" if asked and row.lifted_at is None else None
    return Stopped(
        stopped=tuple(site.id for site in held),
        since=row.since,
        by=row.by,
        reason=row.reason,
        lifted=row.lifted_at is not None,
        waits_for=waits,
    )
