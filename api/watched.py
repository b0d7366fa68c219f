"""Watched: sessions, sightings and responses as shapes, and what is kept from those who watch blind."""

from collections.abc import Sequence
from datetime import datetime

from api.schemas.watching import DoubtOut, ResponseOut, SightingOut, WatchSessionOut
from rollout import spans, told_hours, watch_log, watching
from rollout.actors import Actor
from rollout.spans import Span
from store import park, rules, tables
from store import watching as rows
from store.errors import NotFound
from store.session import Session
from store.vocabulary import OPEN, Doubt, Stage, WatchMode, WatchPlace


def sites_of(who: Actor, site: str | None) -> Sequence[str] | None:
    """Which sites a list is of: the one asked for, else those of the asker (None: all). Raises NotFound."""
    if site and who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    return (site,) if site else who.sites or None


def session_out(session: Session, row: tables.WatchSession) -> WatchSessionOut:
    """One session. It counts where nothing of it is doubted, and alerts were not told to people all the while."""
    counts, told = watching.counts(row), _told(session, row)
    lasted = (row.ended_at - row.started_at).total_seconds() / 3600 if row.ended_at else 0.0
    return WatchSessionOut(
        id=row.id, site=row.site_id, observer=row.observer, mode=row.mode, place=row.place,
        started_at=row.started_at, ended_at=row.ended_at, told_otherwise=row.told_otherwise, alert=row.alert_id,
        imported=row.imported, signed=row.signed_by is not None,
        counts=counts and not (told and told >= lasted), told_hours=told,
        doubts=doubts(row.flags), sightings=len(rows.during(session, row)), recorded_hours=len(row.hours),
    )  # fmt: skip


def _told(session: Session, row: tables.WatchSession) -> float:
    """Hours of a blind watch in the field in which people were told of alerts at once."""
    if row.ended_at is None or row.mode is not WatchMode.BLIND or row.place is not WatchPlace.FIELD:
        return 0.0
    whole = Span(since=row.started_at, until=row.ended_at)
    return spans.hours(told_hours.of_site(session, park.any_site(session, row.site_id), whole))


def sighting_out(session: Session, row: tables.Sighting) -> SightingOut:
    """One sighting."""
    return SightingOut(
        id=row.id, site=row.site_id, session=row.session_id, camera=row.camera_id, at=row.at, species=row.species,
        bears=row.bears, sure=row.sure, spot=row.spot, observer=row.observer, source=row.source, note=row.note,
        imported=row.imported, doubts=doubts(row.flags), withdrawn_at=row.withdrawn_at,
        withdrawn_by=rules.name_of(session, row.withdrawn_by) if row.withdrawn_by else None,
    )  # fmt: skip


def response_out(session: Session, row: tables.Response) -> ResponseOut:
    """One response."""
    return ResponseOut(
        id=row.id, site=row.site_id, alert=row.alert_id, sighting=row.sighting_id, did=row.did, at=row.at,
        person=rules.name_of(session, row.person_id), note=row.note,
    )  # fmt: skip


def mine(session: Session, who: Actor, now: datetime) -> WatchSessionOut | None:
    """What this person has begun and not ended."""
    held = [row for row in rows.open_ones(session, who.id) if now - row.started_at < watch_log.LIMIT]
    return session_out(session, held[0]) if held else None


def cameras_hidden(session: Session, who: Actor, now: datetime) -> set[str]:
    """The cameras of sites that this person watches blind."""
    hidden = watching.hidden_at(session, who.id, now=now)
    return {row.id for site in hidden for row in park.cameras(session, site)}


def require_alert_shown(session: Session, who: Actor, row: tables.Alert, now: datetime) -> None:
    """Raise NotFound for what is only on record, where this person watches blind; at a desk, for what is over too.

    What asks or warns now is always shown.
    """
    since = watching.desk_since(session, who.id, now=now).get(row.site_id)
    over = since is not None and row.raised_at < since and row.state not in OPEN
    if row.stage is Stage.SHADOW or over:
        require_shown(session, who, row.site_id, now)


def require_shown(session: Session, who: Actor, site: str, now: datetime) -> None:
    """Raise NotFound where this person watches the site blind."""
    if site in watching.hidden_at(session, who.id, now=now):
        raise NotFound(f"what the model saw at {site} is not shown while you watch it blind: end your session first")


def doubts(flags: Sequence[str]) -> list[DoubtOut]:
    """Doubts in words."""
    return [DoubtOut(doubt=flag, says=watch_log.SAYS[Doubt(flag)]) for flag in flags]
