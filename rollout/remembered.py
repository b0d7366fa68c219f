"""Remembered: the visits and alerts of one site while frames are decided in memory. Pure.

What live keeps in the tables of visits and alerts, and asks of them, in the same words.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from model.detections import Box, Detection
from rollout import visits
from rollout.situations import Raised, has_done
from rollout.visits import Attached, Seen
from store.vocabulary import Act, AlertState, Reason

QUIETED = (AlertState.DISMISSED, AlertState.WITHHELD)
"""Alerts of which nothing came: the next one need not wait for them."""

BEGINS = {Act.RECORD: AlertState.SHADOW, Act.ASK: AlertState.PENDING, Act.WARN: AlertState.LIVE}
"""The state an alert begins in, by what was done."""

NEWEST_PLACES = 60
"""Of so many of a camera's newest bears in a visit the places are known."""


@dataclass(kw_only=True, eq=False)
class Alert:
    """One alert. send: False for a replay's, which tells nobody."""

    number: int
    frame: int
    act: Act
    reason: Reason
    state: AlertState
    raised_at: datetime
    taken_at: datetime
    cameras: set[str]
    send: bool

    @property
    def loud(self) -> bool:
        """Whether people hear of it: a request or a warning that was not answered with no."""
        return self.act is not Act.RECORD and self.state not in QUIETED


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a frame's bear was."""

    frame: int
    p_bear: float
    label: str
    boxes: tuple[Box, ...]


@dataclass(kw_only=True, eq=False)
class Visit:
    """One visit with its alerts, by turn. places: by camera, where its bears were."""

    id: int
    key: tuple[str, str, str]
    started_at: datetime
    last_at: datetime
    p_bear: float
    closed_at: datetime | None = None
    alerts: list[Alert] = field(default_factory=list)
    places: dict[str, list["Spot"]] = field(default_factory=lambda: defaultdict(list))
    frames: list[int] = field(default_factory=list)

    def seen(self) -> visits.Visit:
        """As the pure code of visits knows it."""
        return visits.Visit(
            id=self.id, kind=self.key[2], started_at=self.started_at, last_at=self.last_at, p_bear=self.p_bear,
            alerted=bool(self.alerts), closed_at=self.closed_at,
            shown=frozenset(camera for alert in self.alerts for camera in alert.cameras),
        )  # fmt: skip

    def raised(self, *, real: bool) -> tuple[Raised, ...]:
        """What its alerts have done for people; a replay's have done nothing for a real frame."""
        return tuple(
            Raised(
                act=has_done(alert.state, heard=True),
                taken_at=alert.taken_at,
                raised_at=alert.raised_at,
                quiet=alert.reason is Reason.QUIET_PLACE,
            )
            for alert in self.alerts
            if alert.send or not real
        )

    def seen_at(self, camera: str, *, least: float) -> tuple[Box, ...]:
        """Where its bears were in this camera's picture, of those at least this likely the newest."""
        sure = [spot for spot in self.places[camera] if spot.p_bear >= least]
        newest = sorted(sure, key=lambda spot: spot.frame)[-NEWEST_PLACES:]
        return tuple(box for spot in newest for box in _of_the_bear(spot))


def _of_the_bear(spot: Spot) -> tuple[Box, ...]:
    return tuple(box for box in spot.boxes if box.label == spot.label) or spot.boxes


class Memory:
    """Every visit and alert of one site so far."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._visits: dict[tuple[str, str, str], list[Visit]] = defaultdict(list)
        self._longest: dict[tuple[str, str, str], timedelta] = defaultdict(timedelta)
        self._alerts: list[tuple[datetime, int, str, Visit, Alert]] = []
        self.of_frame: dict[int, Visit] = {}

    def near(self, group: str, model: str, seen: Seen) -> dict[int, Visit]:
        """The visits of one kind and version of a group that lie within the gap of a frame, oldest first."""
        key = (group, model, seen.kind or visits.BEAR)
        known, since, until = self._visits[key], seen.at - visits.VISIT_GAP, seen.at + visits.VISIT_GAP
        first = bisect_left(known, since - self._longest[key], key=lambda visit: visit.started_at)
        last = bisect_left(known, until, key=lambda visit: visit.started_at)
        return {visit.id: visit for visit in known[first:last] if visit.last_at > since}

    def keep(
        self, to: Attached, near: dict[int, Visit], group: str, model: str, seen: Seen, frame: int, found: Detection
    ) -> Visit:
        """Put a frame into its visit; gives the visit."""
        key = (group, model, to.kind)
        if to.visit is None:
            home = Visit(id=next(self._ids), key=key, started_at=seen.at, last_at=seen.at, p_bear=seen.p_bear)
            insort(self._visits[key], home, key=lambda visit: (visit.started_at, visit.id))
        else:
            home = near[to.visit]
            self._reach(home, min(home.started_at, seen.at), max(home.last_at, seen.at), seen.p_bear)
        home.frames.append(frame)
        home.places[seen.camera].append(Spot(frame=frame, p_bear=found.p_bear, label=found.label, boxes=found.boxes))
        self.of_frame[frame] = home
        for other in to.absorbs:
            self._absorb(home, near[other])
        return home

    def raise_one(self, visit: Visit, alert: Alert) -> None:
        """A new alert of a visit."""
        visit.alerts.append(alert)
        insort(self._alerts, (alert.raised_at, alert.number, visit.key[0], visit, alert), key=lambda row: row[:2])

    def last_alert_at(
        self, group: str, *, besides: Visit | None, since: datetime, until: datetime, real: bool
    ) -> datetime | None:
        """When another visit of the group last asked or warned, between two moments, unless nothing came of it."""
        rows = self._between(since, until, real)
        told = [at for at, _, of, visit, _ in rows if of == group and visit is not besides and at > since]
        return max(told, default=None)

    def alerts_between(self, since: datetime, until: datetime, *, real: bool) -> int:
        """How often people were asked or warned, from since on and before until, and nobody said no."""
        return sum(at < until for at, *_ in self._between(since, until, real))

    def _between(
        self, since: datetime, until: datetime, real: bool
    ) -> Sequence[tuple[datetime, int, str, Visit, Alert]]:
        first = bisect_left(self._alerts, since, key=lambda row: row[0])
        found = []
        for row in self._alerts[first:]:
            if row[0] > until:
                break
            if row[4].loud and (row[4].send or not real):
                found.append(row)
        return found

    def _absorb(self, home: Visit, other: Visit) -> None:
        self._visits[other.key].remove(other)
        for frame in other.frames:
            self.of_frame[frame] = home
        home.frames += other.frames
        for camera, places in other.places.items():
            home.places[camera] += places
        self._reach(
            home, min(home.started_at, other.started_at), max(home.last_at, other.last_at), other.p_bear
        )  # fmt: skip

    def _reach(self, visit: Visit, started_at: datetime, last_at: datetime, p_bear: float) -> None:
        if started_at != visit.started_at:
            known = self._visits[visit.key]
            known.remove(visit)
            visit.started_at = started_at
            insort(known, visit, key=lambda row: (row.started_at, row.id))
        visit.last_at, visit.p_bear = last_at, max(visit.p_bear, p_bear)
        self._longest[visit.key] = max(self._longest[visit.key], last_at - visit.started_at)
