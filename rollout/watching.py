"""Watching: people say when they watch and what they see; each entry is judged, and its doubts are kept with it."""

from dataclasses import dataclass
from datetime import datetime

from rollout import watch_log
from rollout.actors import Actor
from rollout.watch_log import LIMIT, Watch
from store import alerts, audit, desk, encounters, park, tables
from store import watching as rows
from store.errors import NotAllowedNow, NotFound, WatchLogMalformed
from store.session import Session
from store.vocabulary import Did, Doubt, Role, Sureness, WatchMode, WatchPlace


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What somebody saw. at None: now; camera: the one it was near; source: watch, patrol, visitor, or own words."""

    at: datetime | None = None
    species: str = "bear"
    bears: int = 1
    sure: Sureness = Sureness.CERTAIN
    spot: str | None = None
    camera: str | None = None
    source: str = "watch"
    note: str | None = None


def start(
    session: Session, site: str, *, mode: WatchMode, place: WatchPlace, by: Actor, now: datetime,
    at: datetime | None = None, alert: int | None = None, key: str | None = None,
    until: datetime | None = None, told_otherwise: bool | None = None,
) -> tables.WatchSession:  # fmt: skip
    """Begin to watch; until: it is over already, and is told whole. The same key again gives the same session.

    Raises NotPermitted, WatchLogMalformed, NotAllowedNow where this person has one open.
    """
    by.require(Role.RANGER, site)
    park.site(session, site, lock=True)
    told = rows.session_of_key(session, key) if key else None
    if told is not None:
        require_own(told.person_id, by, key)
        over = until is None or (told.ended_at is not None and not told.closed_by_limit)
        return told if over else end(session, told.id, told_otherwise=told_otherwise, at=until, by=by, now=now)
    ended = None
    if until is None:
        began = watch_log.begins(at, now=now)
        _require_none_open(session, by, now)
    else:
        began, ended = watch_log.whole(at, until, now=now)
        _require_answer(mode, told_otherwise)
    if alert is not None and alerts.get(session, alert).site_id != site:
        raise NotFound(f"there is no alert {alert} at {site}")
    row = tables.WatchSession(
        site_id=site, person_id=by.id, observer=by.name, mode=mode, place=place, started_at=began, ended_at=ended,
        told_otherwise=told_otherwise if ended else None, alert_id=alert, key=key, hours=[], flags=[],
        received_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    judge(session, row, now=now)
    return row


def end(
    session: Session, number: int, *, told_otherwise: bool | None, by: Actor, now: datetime,
    at: datetime | None = None,
) -> tables.WatchSession:  # fmt: skip
    """Stop watching; one's own, or a supervisor for somebody else. Ending it again changes nothing.

    at: told late, by a phone that had no network; then the limit has closed it meanwhile, and its own end holds.
    Raises WatchLogMalformed for a blind one without an answer, NotAllowedNow where the limit has closed it.
    """
    site = rows.get(session, number).site_id
    _require_there(by, site, f"there is no watch session {number}")
    park.site(session, site, lock=True)
    row = rows.get(session, number, lock=True)
    by.require(Role.RANGER if _own(row.person_id, by) else Role.SUPERVISOR, site)
    if row.ended_at is not None and not row.closed_by_limit:
        return row
    within = at is not None and at - row.started_at <= LIMIT and _own(row.person_id, by)
    if (row.closed_by_limit or now - row.started_at > LIMIT) and not within:
        raise NotAllowedNow(f"watch session {number} was closed by its limit: {watch_log.SAYS[Doubt.NO_END]}")
    _require_answer(row.mode, told_otherwise)
    row.ended_at, row.told_otherwise = watch_log.ends(row.started_at, at, now=now), told_otherwise
    row.closed_by_limit = False
    desk.leave_open(session, number, now=now)
    session.flush()
    judge(session, row, now=now)
    return row


def note(
    session: Session, site: str, sight: Sight, *, by: Actor, now: datetime, key: str | None = None
) -> tables.Sighting:  # fmt: skip
    """A person saw a bear; it belongs to the session in which they were watching. The same key: the same sighting.

    Raises NotPermitted, WatchLogMalformed, NotFound for a camera of another site.
    """
    by.require(Role.RANGER, site)
    park.site(session, site, lock=True)
    told = rows.sighting_of_key(session, key) if key else None
    if told is not None:
        require_own(told.person_id, by, key)
        return told
    if sight.camera is not None and sight.camera not in [row.id for row in park.cameras(session, site)]:
        raise NotFound(f'there is no camera "{sight.camera}" at {site}')
    at = watch_log.was_seen(sight.at, now=now)
    within = rows.watched_by(session, site, by.name, at)
    row = tables.Sighting(
        site_id=site, session_id=within.id if within else None, camera_id=sight.camera, at=at, species=sight.species,
        bears=sight.bears, sure=sight.sure, spot=sight.spot, observer=by.name, person_id=by.id, source=sight.source,
        note=sight.note, key=key, flags=[], received_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    judge_sighting(session, row, now=now)
    return row


def withdraw(session: Session, number: int, *, why: str, by: Actor, now: datetime) -> tables.Sighting:
    """Take a sighting back: one's own, or a supervisor somebody else's. It stays on record and counts no more."""
    site = rows.sighting(session, number).site_id
    _require_there(by, site, f"there is no sighting {number}")
    park.site(session, site, lock=True)
    row = rows.sighting(session, number, lock=True)
    by.require(Role.RANGER if _own(row.person_id, by) else Role.SUPERVISOR, site)
    if row.withdrawn_at is not None:
        raise NotAllowedNow(f"sighting {number} is withdrawn already")
    row.withdrawn_at, row.withdrawn_by = now, by.id
    session.flush()
    encounters.end_of_sighting(session, number, by=by.id, now=now)
    judge_sighting(session, row, now=now)
    audit.append(
        session, at=now, who=by.name, action="sighting.withdrawn", subject=f"site:{site}",
        says=f"sighting {number} of {row.at:%Y-%m-%d %H:%M} UTC by {row.observer} is withdrawn: {why}",
        body={"sighting": number, "session": row.session_id},
    )  # fmt: skip
    return row


def respond(
    session: Session, *, alert: int | None, sighting: int | None, did: Did, at: datetime, note: str | None, by: Actor,
    now: datetime,
) -> tables.Response:  # fmt: skip
    """What people did about an alert or a sighting. The same told again is one; another is a new row.

    Raises WatchLogMalformed, NotFound, NotPermitted.
    """
    if (alert is None) is (sighting is None):
        raise WatchLogMalformed("a response is to one thing: name an alert or a sighting")
    site = alerts.get(session, alert).site_id if alert is not None else _of_sighting(session, sighting)
    by.require(Role.RANGER, site)
    park.site(session, site, lock=True)
    watch_log.not_before_all("the response is", at)
    if at > now + watch_log.AHEAD:
        raise WatchLogMalformed(f"the response is at {at:%Y-%m-%d %H:%M %Z}, in the future: look at the time")
    told = rows.response_told(session, alert=alert, sighting=sighting, did=did, at=at, person=by.id)
    if told is not None:
        return told
    row = tables.Response(
        site_id=site, alert_id=alert, sighting_id=sighting, did=did, at=at, person_id=by.id, note=note,
        received_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def keep(session: Session, *, now: datetime) -> int:
    """Close what nobody ended at its limit; gives how many. Its hours are no exposure."""
    found = rows.past_limit(session, now - LIMIT)
    for row in found:
        row.ended_at, row.closed_by_limit = row.started_at + LIMIT, True
        desk.leave_open(session, row.id, now=now)
        session.flush()
        judge(session, row, now=now)
    return len(found)


def hidden_at(session: Session, person: int, *, now: datetime) -> frozenset[str]:
    """Sites at which this person watches blind now: what the model saw there is not shown to them."""
    return rows.blind_sites(session, person, since=now - LIMIT)


def desk_since(session: Session, person: int, *, now: datetime) -> dict[str, datetime]:
    """Sites at whose recorded hours this person looks now: what was alerted before is not shown to them either."""
    return rows.desk_since(session, person, since=now - LIMIT)


def judge(session: Session, row: tables.WatchSession, *, now: datetime) -> None:
    """Write down what is doubted of a session, and of those that it meets."""
    meets = rows.of_same_person(session, row, until=row.ended_at or now)
    for one in (row, *meets):
        _judge_one(session, one, now=now)


def judge_sighting(session: Session, row: tables.Sighting, *, now: datetime) -> None:
    """Write down what is doubted of a sighting, and of the session that it is of."""
    within = session.get_one(tables.WatchSession, row.session_id) if row.session_id else None
    if within is not None and within.place is WatchPlace.DESK:
        row.flags = _of_the_desk(session, row)
        _judge_one(session, within, now=now)
        return
    hides = within is not None and within.mode is WatchMode.BLIND and not within.imported
    raised = rows.alerts_at(session, row.site_id, since=row.at - watch_log.COPIES, until=row.at)
    known = [at for at, told in raised if told or not hides]
    row.flags = [Doubt.COPIED.value] if watch_log.copied(row.at, known) else []
    session.flush()
    if within is not None:
        _judge_one(session, within, now=now)


def watch_of(row: tables.WatchSession) -> Watch:
    """A session as it is judged."""
    return Watch(
        mode=row.mode, place=row.place, since=row.started_at, until=row.ended_at, received_at=row.received_at,
        by_limit=row.closed_by_limit, told_otherwise=bool(row.told_otherwise), patrol=row.alert_id is not None,
        imported=row.imported, signed=row.signed_by is not None, drawn=len(row.hours),
    )  # fmt: skip


def counts(row: tables.WatchSession) -> bool:
    """Whether its hours are exposure."""
    return watch_log.counts(watch_of(row), row.flags)


def _judge_one(session: Session, row: tables.WatchSession, *, now: datetime) -> None:
    until = row.ended_at or now
    found = watch_log.doubts(
        watch_of(row), now=now, overlaps=bool(rows.of_same_person(session, row, until=until)),
        sightings=[one.at for one in rows.during(session, row)],
        alerts=rows.alerts_at(session, row.site_id, since=row.started_at - watch_log.COPIES, until=until),
    )  # fmt: skip
    row.flags = [doubt.value for doubt in found]
    session.flush()


def _of_the_desk(session: Session, row: tables.Sighting) -> list[str]:
    hour = desk.of_sighting(session, row)
    if hour is None:
        return [Doubt.NOT_DRAWN.value]
    return [Doubt.HALF_SEEN.value] if hour.done_at is None else [Doubt.KNEW.value] if hour.knew else []


def _require_none_open(session: Session, by: Actor, now: datetime) -> None:
    for held in rows.open_ones(session, by.id):
        if now - held.started_at < LIMIT:
            raise NotAllowedNow(f"you are watching {held.site_id} since {held.started_at:%H:%M} UTC: end that first")


def _require_answer(mode: WatchMode, told_otherwise: bool | None) -> None:
    if mode is WatchMode.BLIND and told_otherwise is None:
        raise WatchLogMalformed("a blind session ends with an answer: were you told what the model saw? yes or no")


def _own(person: int | None, by: Actor) -> bool:
    return person == by.id


def _of_sighting(session: Session, number: int | None) -> str:
    assert number is not None
    return rows.sighting(session, number).site_id


def _require_there(by: Actor, site: str, says: str) -> None:
    if by.sites and site not in by.sites:
        raise NotFound(says)


def require_own(person: int | None, by: Actor, key: str | None) -> None:
    """Raise NotAllowedNow where an entry of this key is of somebody else."""
    if not _own(person, by):
        raise NotAllowedNow(f'the key "{key}" is of an entry of somebody else: send a new one')
