"""Noticed: what the model called a bear and what people saw, each side apart, by what was on record then."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import scope_hours
from rollout.encounters import Encounter, Seen, Told
from rollout.scope_hours import NIGHT, Place
from rollout.visits import VISIT_GAP
from store import encounters as rows
from store import park, tables
from store.encounters import Alarm, Shown
from store.session import Session
from store.vocabulary import Doubt, EncounterKind, Verdict

WEIGHS = (Verdict.BEAR, Verdict.NOT_BEAR, Verdict.UNSURE)
"""Of several alerts of one visit: a bear in any is a bear, then what somebody was sure of."""


def visits(
    session: Session, site: tables.Site, numbers: Collection[int], *, joined: Collection[int], as_of: datetime
) -> tuple[list[Encounter], Mapping[int, int]]:
    """Visits as encounters, and of each the one that stands for it. joined: those with a sighting of their own."""
    place, alarms = place_of(site), rows.alarms(session, numbers, as_of=as_of)
    spans = _folded(alarms, rows.shown(session, numbers, as_of=as_of), joined)
    given = rows.verdicts(session, [alarm.id for alarm in alarms], as_of=as_of)
    found = [_visit(home, some, shown, given, place) for home, (some, shown) in spans.items()]
    return found, {alarm.visit: home for home, (some, _) in spans.items() for alarm in some}


def _visit(
    home: int, alarms: Sequence[Alarm], shown: Shown, given: Mapping[int, Verdict], place: Place
) -> Encounter:  # fmt: skip
    first = alarms[0]
    sure = [alarm.p_bear for alarm in alarms] + ([shown.p_bear] if shown.p_bear is not None else [])
    return Encounter(
        kind=EncounterKind.MODEL_ONLY, at=first.taken_at, until=max(shown.until, first.taken_at), camera=first.camera,
        group=first.group, visit=home, night=_night(place, first.taken_at), version=first.version,
        threshold=first.threshold, p_bear=max(sure), verdict=_verdict(alarms, given),
        alert=first.id, seen_at=first.taken_at, stage=first.stage,
    )  # fmt: skip


def _verdict(alarms: Sequence[Alarm], given: Mapping[int, Verdict]) -> Verdict | None:
    said = {given[alarm.id] for alarm in alarms if alarm.id in given}
    return next((one for one in WEIGHS if one in said), None)


def _folded(
    alarms: Sequence[Alarm], spans: Mapping[int, Shown], joined: Collection[int]
) -> dict[int, tuple[list[Alarm], Shown]]:
    """Alerts by visit, linked ones together: as far as pictures until then showed them to be one."""
    by_visit: dict[int, list[Alarm]] = {}
    near: dict[int, set[int]] = {}
    for alarm in alarms:
        by_visit.setdefault(alarm.visit, []).append(alarm)
        if alarm.linked is not None:
            near.setdefault(alarm.visit, set()).add(alarm.linked)
            near.setdefault(alarm.linked, set()).add(alarm.visit)
    found: dict[int, tuple[list[Alarm], Shown]] = {}
    home_of: dict[int, int] = {}
    for visit, some in sorted(by_visit.items(), key=lambda row: (row[1][0].taken_at, row[0])):
        own = spans.get(visit) or Shown(since=some[0].taken_at, until=some[-1].taken_at, p_bear=None)
        homes = sorted({home_of[one] for one in near.get(visit, ()) if one in home_of})
        home = next((one for one in homes if _one(some, own, *found[one], joined)), visit)
        found[home] = _both(*found[home], some, own) if home in found else (some, own)
        home_of[visit] = home
    return found


def _one(
    some: Sequence[Alarm], own: Shown, others: Sequence[Alarm], span: Shown, joined: Collection[int]
) -> bool:  # fmt: skip
    """Whether linked visits are one: pictures until then leave no gap, and not each has a sighting of its own."""
    two = some[0].visit in joined and any(other.visit in joined for other in others)
    return not two and max(own.since - span.until, span.since - own.until) < VISIT_GAP


def _both(
    others: Sequence[Alarm], span: Shown, some: Sequence[Alarm], own: Shown
) -> tuple[list[Alarm], Shown]:  # fmt: skip
    sure = max((p for p in (span.p_bear, own.p_bear) if p is not None), default=None)
    return [*others, *some], Shown(
        since=min(span.since, own.since), until=max(span.until, own.until), p_bear=sure
    )  # fmt: skip


def sightings(
    session: Session, site: tables.Site, told: Collection[tables.Sighting], *, as_of: datetime
) -> list[Encounter]:  # fmt: skip
    """Sightings as encounters; those that nobody counts are left out."""
    place = place_of(site)
    own = [row for row in told if rows.counted(row)]
    watches = rows.sessions(session, [row.session_id for row in own if row.session_id], as_of=as_of)
    return [_sighting(row, watches.get(row.session_id or 0), place) for row in own]


def _sighting(row: tables.Sighting, watch: tables.WatchSession | None, place: Place) -> Encounter:
    flags = {*row.flags, *(watch.flags if watch else ())}
    return Encounter(
        kind=EncounterKind.PEOPLE_ONLY, at=row.at, until=row.at, camera=row.camera_id, sighting=row.id,
        night=_night(place, row.at), place=watch.place if watch else None, session=watch.id if watch else None,
        doubts=tuple(doubt for doubt in Doubt if doubt.value in flags),
    )  # fmt: skip


def seen(session: Session, numbers: Collection[int], *, as_of: datetime) -> list[Seen]:
    """Visits as they are paired, linked ones as one."""
    alarms = rows.alarms(session, numbers, as_of=as_of)
    spans = _folded(alarms, rows.shown(session, numbers, as_of=as_of), ())
    given = rows.verdicts(session, [alarm.id for alarm in alarms], as_of=as_of)
    return [
        Seen(
            id=home, since=shown.since, until=shown.until, group=some[0].group,
            parts=tuple(sorted({alarm.visit for alarm in some})), dismissed=_verdict(some, given) is Verdict.NOT_BEAR,
        )
        for home, (some, shown) in spans.items()
    ]  # fmt: skip


def told(session: Session, sightings: Sequence[tables.Sighting]) -> list[Told]:
    """Sightings as they are paired."""
    groups = park.groups_of(session, {row.camera_id for row in sightings if row.camera_id})
    return [Told(id=row.id, at=row.at, group=groups.get(row.camera_id or "")) for row in sightings]


def place_of(site: tables.Site) -> Place:
    return Place(zone=ZoneInfo(site.time_zone), latitude=site.latitude, longitude=site.longitude)


def _night(place: Place, at: datetime) -> bool:
    return scope_hours.stratum(place, at) == NIGHT
