"""The kill switch: one button, one command or one file; nobody's approval to stop, two people to lift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rollout import protection
from rollout.actors import Actor
from store import audit, park, rules, tables
from store.errors import NotAllowedNow
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Role

ALL = "STOP"
"""A file of this name in the data folder stops every site; STOP-<site> stops one."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """What a stop holds. waits_for: what a lift that one person asked for still needs."""

    stopped: tuple[str, ...]
    since: datetime
    by: str
    reason: str
    lifted: bool = False
    waits_for: str | None = None


def stop(session: Session, site: str | None, *, by: str, reason: str, now: datetime) -> Stopped:
    """Stop one site or (None) all, at once. A second stop of the same changes nothing.

    Locks the sites first, so that a stop and a lift at the same time have an order.
    """
    held = [park.site(session, row.id, lock=True) for row in _sites(session, site)]
    was = {row.id: protection.of(session, row).protected for row in held}
    row = rules.open_stop_of(session, site)
    if row is None:
        row = tables.Stop(site_id=site, since=now, by=by, reason=reason)
        session.add(row)
        session.flush()
        subject = f"site:{site}" if site else "park"
        audit.append(session, at=now, who=by, action="stop", subject=subject, says=f"stopped: {reason}")
        for place in held:
            protection.settle(session, place, cause=f"stopped by {by}: {reason}", was=was[place.id], now=now)
    return _view(row, held)


def lift(session: Session, site: str | None, *, by: Actor, now: datetime, data_dir: Path) -> Stopped:
    """The first person asks, a second lifts. A STOP file that still lies there must go first."""
    by.require(Role.SUPERVISOR, site)
    held = [park.site(session, row.id, lock=True) for row in _sites(session, site)]
    row = rules.open_stop_of(session, site)
    if row is None:
        raise NotAllowedNow("nothing is stopped here" if site is None else f'site "{site}" has no stop of its own')
    file = data_dir / file_name(site)
    if file.exists():
        raise NotAllowedNow(f"the file {file.name} still lies in the data folder: remove it first, then lift")
    subject = f"site:{site}" if site else "park"
    if row.lift_asked_by is None:
        row.lift_asked_by, row.lift_asked_at = by.id, now
        audit.append(
            session, at=now, who=by.name, action="stop.lift_asked", subject=subject, says="asks to lift the stop"
        )
        return _view(row, held)
    if row.lift_asked_by == by.id:
        raise NotAllowedNow("lifting needs two people: somebody else must do the same")
    row.lifted_by, row.lifted_at = by.id, now
    audit.append(session, at=now, who=by.name, action="stop.lifted", subject=subject, says="the stop is lifted")
    for place in held:
        protection.settle(session, place, cause="", was=False, now=now)
    return _view(row, held)


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
        with transaction(engine) as session:
            stop(session, site, by=f"file {file_name(site)}", reason="the stop file was found", now=now)


def held_by_file(data_dir: Path, site: str) -> bool:
    """Whether a file stops the site, asked without the database."""
    return (data_dir / ALL).exists() or (data_dir / file_name(site)).exists()


def stopped(session: Session, site: str) -> bool:
    """Whether the kill switch is on for the site."""
    return rules.open_stop(session, site) is not None


def _sites(session: Session, site: str | None) -> Sequence[tables.Site]:
    return park.sites(session) if site is None else [park.site(session, site)]


def _view(row: tables.Stop, held: Sequence[tables.Site]) -> Stopped:
    waits = "a second person" if row.lift_asked_by is not None and row.lifted_at is None else None
    return Stopped(
        stopped=tuple(site.id for site in held),
        since=row.since,
        by=row.by,
        reason=row.reason,
        lifted=row.lifted_at is not None,
        waits_for=waits,
    )
