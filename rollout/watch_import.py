"""Watch import: rows of paper forms become sessions and sightings, all or none, and the same file once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rollout import watching
from rollout.actors import Actor
from rollout.watch_log import LIMIT
from rollout.watch_table import Row, SessionRow, SightingRow
from store import audit, park, people, tables
from store import watching as rows
from store.errors import NotPermitted
from store.session import Session
from store.vocabulary import Role, Sureness

NOBODY_NAMED = "command line"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of a table: how many were added, were there already, or were there and are signed now."""

    sessions: int
    sightings: int
    already: int
    signed: int


def take(
    session: Session, table: Sequence[Row], *, by: Actor | None, signer: Actor | None, now: datetime
) -> Imported:
    """Write all rows. by None: whoever is at the machine; signer: a second person, by which blind ones count.

    Raises NotPermitted.
    """
    if signer is not None and by is None:
        raise NotPermitted(f"{signer.name} signs what a person brings in by name: say who does")
    if signer is not None and by is not None and signer.id == by.id:
        raise NotPermitted(f"{by.name} brings it in: somebody else must sign it")
    sites = sorted({row.site for row in table})
    for site in sites:
        if by is not None:
            by.require(Role.RANGER, site)
        if signer is not None:
            signer.require(Role.RANGER, site)
        park.hold(session, site)
    told = [
        _session(session, row, by, signer, now) if isinstance(row, SessionRow) else _sighting(session, row, by, now)
        for row in table
    ]
    found = Imported(**{name: told.count(name) for name in ("sessions", "sightings", "already", "signed")})
    signed = f", signed by {signer.name}" if signer else ""
    says = f"imported {found.sessions} watch sessions and {found.sightings} sightings at {', '.join(sites)}{signed}"
    who = by.name if by else NOBODY_NAMED
    audit.append(session, at=now, who=who, action="watch.imported", subject="park", says=says, body=vars(found))
    return found


def _session(session: Session, row: SessionRow, by: Actor | None, signer: Actor | None, now: datetime) -> str:
    told = key(row.site, row.start, row.end, row.observer, row.mode, row.place)
    before = rows.session_of_key(session, told)
    if before is not None:
        if signer is None or before.signed_by is not None or before.imported_by == signer.id:
            return "already"
        if before.imported_by is None and by is not None:
            before.imported_by = by.id
        before.signed_by = signer.id
        watching.judge(session, before, now=now)
        return "signed"
    known = people.find(session, row.observer)
    ended = row.end or min(row.start + LIMIT, now)
    made = tables.WatchSession(
        site_id=row.site, person_id=known.id if known else None, observer=row.observer, mode=row.mode,
        place=row.place, started_at=row.start, ended_at=ended, closed_by_limit=row.end is None, key=told,
        imported=True, imported_by=by.id if by else None, signed_by=signer.id if signer else None, hours=[], flags=[],
        received_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for one in rows.belongs_to_none(session, row.site, row.observer, since=row.start, until=ended):
        one.session_id = made.id
        session.flush()
        watching.judge_sighting(session, one, now=now)
    watching.judge(session, made, now=now)
    return "sessions"


def _sighting(session: Session, row: SightingRow, by: Actor | None, now: datetime) -> str:
    told = key(row.site, row.at, row.species, row.count, row.observer, row.source)
    if rows.sighting_of_key(session, told) is not None:
        return "already"
    known, within = people.find(session, row.observer), rows.watched_by(session, row.site, row.observer, row.at)
    made = tables.Sighting(
        site_id=row.site, session_id=within.id if within else None, at=row.at, species=row.species, bears=row.count,
        sure=Sureness.CERTAIN, observer=row.observer, person_id=known.id if known else None, source=row.source,
        note=row.note, key=told, imported=True, imported_by=by.id if by else None, flags=[], received_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    watching.judge_sighting(session, made, now=now)
    return "sightings"


def key(*cells: object) -> str:
    """What is the same entry, however often it is told: of its cells."""
    return hashlib.sha256("|".join(str(cell) for cell in cells).encode()).hexdigest()
