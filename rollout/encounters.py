"""Encounters: one real event each, out of what the model called a bear and what people saw. Pure.

A visit and a sighting are proposed as one where they lie within a window that was fixed beforehand: as many pairs as
there can be, each visit and each sighting in one at most, and of these the nearest in time. Where a sighting names a
camera, a visit of another group counts as one window further away.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scipy.optimize import linear_sum_assignment

from store.vocabulary import Doubt, EncounterKind, Stage, Verdict, WatchPlace

WINDOW = timedelta(minutes=30)
"""As the gap that ends a visit. A park may set its own: `match_minutes`."""

DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Encounter:
    """One real event. at: when it was first noticed by either; until: the last picture, or the sighting.

    Of the model, None where it saw nothing: visit, its camera and group, alert (its first), seen_at (the picture of
    that), version, threshold, stage, p_bear (the highest), verdict (what people say of its pictures, corrections
    counted). Of people, None where they saw nothing: sighting, session, place (None too where the observer was not
    watching), doubts. Of both: match, and matched_by, who joined them; None: proposed by the rule fixed beforehand.

    night: the sun was down. camera: of the visit, else the one that the sighting names.
    """

    kind: EncounterKind
    at: datetime
    until: datetime
    camera: str | None = None
    group: str | None = None
    visit: int | None = None
    sighting: int | None = None
    night: bool | None = None
    version: str | None = None
    threshold: float | None = None
    p_bear: float | None = None
    verdict: Verdict | None = None
    alert: int | None = None
    seen_at: datetime | None = None
    stage: Stage | None = None
    place: WatchPlace | None = None
    session: int | None = None
    match: int | None = None
    matched_by: str | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A visit as it is paired: since its first picture until its last.

    parts: the linked visits that it stands for. dismissed: people said that its pictures show no bear.
    """

    id: int
    since: datetime
    until: datetime
    group: str
    parts: tuple[int, ...] = ()
    dismissed: bool = False


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sighting as it is paired. group: of the camera that it names."""

    id: int
    at: datetime
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A visit and a sighting that may be one."""

    visit: int
    sighting: int
    away: timedelta


@dataclass(frozen=True, kw_only=True)
class Chance:
    """How many of the sightings would be joined with a visit by chance alone: each moved to the day before."""

    matched: int
    of: int

    @property
    def share(self) -> float | None:
        """None: there was no sighting."""
        return self.matched / self.of if self.of else None


def pairs(
    visits: Sequence[Seen], sightings: Sequence[Told], *, window: timedelta = WINDOW,
    apart: Collection[tuple[int, int]] = (),
) -> list[Pair]:  # fmt: skip
    """One to one, by visit. apart: pairs (visit, sighting) that a person set apart.

    >>> at = datetime(2026, 11, 24)
    >>> seen = [Seen(id=1, since=at, until=at, group="creek")]
    >>> told = [Told(id=7, at=at + timedelta(minutes=9)), Told(id=8, at=at + timedelta(minutes=4))]
    >>> [(pair.visit, pair.sighting) for pair in pairs(seen, told)]
    [(1, 8)]
    """
    found = [pair for some in clusters(visits, sightings, window=window) for pair in _best(*some, window, apart)]
    return sorted(found, key=lambda pair: (pair.visit, pair.sighting))


def clusters(
    visits: Sequence[Seen], sightings: Sequence[Told], *, window: timedelta = WINDOW
) -> Iterator[tuple[list[Seen], list[Told]]]:
    """What hangs together in time, in order: nothing of one lies within the window of anything of another."""
    whole: list[tuple[datetime, datetime, Seen | Told]] = [
        *((one.since, one.until, one) for one in visits),
        *((one.at, one.at, one) for one in sightings),
    ]
    held: list[Seen | Told] = []
    reach: datetime | None = None
    for since, until, one in sorted(whole, key=lambda row: (row[0], row[1], isinstance(row[2], Told), row[2].id)):
        if reach is not None and since > reach + window:
            yield _split(held)
            held, reach = [], None
        held.append(one)
        reach = until if reach is None else max(reach, until)
    if held:
        yield _split(held)


def chance(visits: Sequence[Seen], sightings: Sequence[Told], *, window: timedelta = WINDOW) -> Chance:
    """The same pairing with each sighting moved to the day before: what is joined then is joined by chance.

    visits: those of a day more at the beginning, and a window more.

    >>> at = datetime(2026, 11, 24)
    >>> seen = [Seen(id=1, since=at, until=at, group="creek")]
    >>> chance(seen, [Told(id=7, at=at), Told(id=8, at=at + DAY)]).share
    0.5
    """
    moved = [replace(one, at=one.at - DAY) for one in sightings]
    return Chance(matched=len(pairs(visits, moved, window=window)), of=len(sightings))


def joined(
    visits: Sequence[Encounter], sightings: Sequence[Encounter],
    matches: Mapping[tuple[int, int], tuple[int, str | None]],
) -> list[Encounter]:  # fmt: skip
    """One list of all, in time. matches: (visit, sighting) to the match and who made it."""
    seen, told = {one.visit: one for one in visits}, {one.sighting: one for one in sightings}
    found = []
    for (visit, sighting), (match, by) in matches.items():
        if visit in seen and sighting in told:
            found.append(_both(seen.pop(visit), told.pop(sighting), match, by))
    return sorted([*found, *seen.values(), *told.values()], key=_order)


def away(visit: Seen, at: datetime) -> timedelta:
    """How far a moment lies from a visit; nothing within it."""
    return max(visit.since - at, at - visit.until, timedelta())


def _both(visit: Encounter, sighting: Encounter, match: int, by: str | None) -> Encounter:
    first = visit if visit.at <= sighting.at else sighting
    return replace(
        visit, kind=EncounterKind.BOTH, at=first.at, until=max(visit.until, sighting.until), night=first.night,
        sighting=sighting.sighting, session=sighting.session, place=sighting.place, doubts=sighting.doubts,
        match=match, matched_by=by,
    )  # fmt: skip


def _order(one: Encounter) -> tuple[datetime, str, int, int]:
    return one.at, one.kind.value, one.visit or 0, one.sighting or 0


def _split(held: Sequence[Seen | Told]) -> tuple[list[Seen], list[Told]]:
    return [one for one in held if isinstance(one, Seen)], [one for one in held if isinstance(one, Told)]


def _best(
    visits: Sequence[Seen], sightings: Sequence[Told], window: timedelta, apart: Collection[tuple[int, int]]
) -> Iterator[Pair]:
    """As many pairs as can be, then the nearest ones: a pair that cannot be costs more than all that can together."""
    if not visits or not sightings:
        return
    step = window.total_seconds() + 1
    never = 2 * step * (min(len(visits), len(sightings)) + 1)
    rows = [
        [
            never if away(one, told.at) > window or (one.id, told.id) in apart else _cost(one, told, step)
            for told in sightings
        ]
        for one in visits
    ]
    for row, column in zip(*linear_sum_assignment(rows), strict=True):
        if rows[row][column] < never:
            visit, told = visits[row], sightings[column]
            yield Pair(visit=visit.id, sighting=told.id, away=away(visit, told.at))


def _cost(visit: Seen, told: Told, step: float) -> float:
    elsewhere = told.group is not None and told.group != visit.group
    return away(visit, told.at).total_seconds() + (step if elsewhere else 0.0)
