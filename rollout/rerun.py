"""Rerun: stored detections once more through the one decision core, under a rule that was not in force. Pure.

What people answered is not asked again: nothing is dismissed, so a visit alerts again only as an unanswered one
would. No camera is learning its view. Only bears alert, so only what may be one is worth a step.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from model.detections import Box, Detection
from rollout import other_times, places, quiet, rules, scopes, visits
from rollout.quiet import Quiet
from rollout.scope_hours import Place
from rollout.scopes import Inside
from rollout.situations import Decision, Raised, Situation
from rollout.terms import Terms
from store.vocabulary import Act, Origin, Reason

LOUD = (Act.ASK, Act.WARN)
RAISES = (Act.RECORD, *LOUD)
MOST_BOXED = 60
"""As many frames of a visit's camera, the newest, tell where its bears were."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One stored frame and what the version said of it."""

    frame: int
    camera: str
    group: str
    stated_at: datetime | None
    taken_at: datetime
    received_at: datetime
    origin: Origin
    found: Detection


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A shot with its decision; visit None: it belongs to none."""

    shot: Shot
    decision: Decision
    visit: int | None


@dataclass(kw_only=True)
class Home:
    """A visit of the rerun, as it grows."""

    id: int
    started_at: datetime
    last_at: datetime
    p_bear: float
    raised: list[Raised] = field(default_factory=list)
    boxes: dict[str, list[tuple[Box, ...]]] = field(default_factory=lambda: defaultdict(list))

    def as_visit(self) -> visits.Visit:
        """As the rules of visits ask for it."""
        return visits.Visit(
            id=self.id, kind=visits.BEAR, started_at=self.started_at, last_at=self.last_at, p_bear=self.p_bear,
            alerted=bool(self.raised),
        )  # fmt: skip

    def seen_at(self, camera: str) -> tuple[Box, ...]:
        """Where this camera saw its bears."""
        return tuple(box for frame in self.boxes[camera][-MOST_BOXED:] for box in frame)


class Rerun:
    """One rule over the shots of one site, in the order in which they came in.

    cameras: those that it holds; receivers: how many a warning would go to; held: quiet places by camera, those of
    now. Its own dates do not count: it is asked what it would have done before them.
    """

    def __init__(
        self, terms: Terms, *, threshold: float, place: Place, cameras: tuple[str, ...], receivers: int,
        held: Mapping[str, Sequence[Quiet]] | None = None,
    ) -> None:  # fmt: skip
        self.terms = replace(terms, first_day=None, last_day=None)
        self.threshold, self.place, self.cameras, self.receivers = threshold, place, cameras, receivers
        self._homes: dict[int, Home] = {}
        self._hours: dict[tuple[str, int], set[int]] = defaultdict(set)
        self._loud: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
        self._today: dict[date, int] = defaultdict(int)
        self.held = held or {}
        self._visits = 0
        self._absorbed: dict[int, int] = {}

    def run(self, shots: Iterable[Shot]) -> Iterator[Decided]:
        """Decide each."""
        return map(self.step, shots)

    def step(self, shot: Shot) -> Decided:
        """Decide the next one, and remember it."""
        seen = visits.seen(shot.found, camera=shot.camera, at=shot.taken_at, threshold=self.threshold)
        bears = seen.faint or seen.kind == visits.BEAR
        home = self._home(shot, seen) if bears else None
        decision = rules.decide(shot.found, self._situation(shot, seen, home))
        if home is not None:
            self._remember(shot, home, decision)
        return Decided(shot=shot, decision=decision, visit=home.id if home else None)

    def _home(self, shot: Shot, seen: visits.Seen) -> Home | None:
        """The visit that the shot belongs to, a new one where there is none; not grown by it yet."""
        to = visits.attach(seen, [home.as_visit() for home in self._near(shot)])
        if to is None:
            return None
        if to.visit is None:
            self._visits += 1
            home = Home(id=self._visits, started_at=seen.at, last_at=seen.at, p_bear=0.0)
            self._homes[home.id] = home
            return home
        for other in to.absorbs:
            _absorb(self._homes[to.visit], self._homes.pop(other))
            self._absorbed[other] = to.visit
        return self._homes[to.visit]

    def _near(self, shot: Shot) -> list[Home]:
        """The visits of its group around it, by the hours in which they have frames."""
        hour, gap, at = _hour(shot.taken_at), visits.VISIT_GAP, shot.taken_at
        ids = set[int]().union(*(self._hours.get((shot.group, one), ()) for one in (hour - 1, hour, hour + 1)))
        homes = [self._homes[one] for one in sorted({self._now(one) for one in ids})]
        return [home for home in homes if home.last_at > at - gap and home.started_at < at + gap]

    def _now(self, visit: int) -> int:
        """The visit that took this one in, or itself."""
        while visit in self._absorbed:
            visit = self._absorbed[visit]
        return visit

    def _situation(self, shot: Shot, seen: visits.Seen, home: Home | None) -> Situation:
        inside = self._inside(shot.camera, shot.taken_at)
        bare = Situation(
            terms=self.terms, threshold=self.threshold, inside=inside, origin=shot.origin, taken_at=shot.taken_at,
            received_at=shot.received_at, now=shot.received_at,
            inside_by_receipt=other_times.inside_else(shot, inside, partial(self._inside, shot.camera)),
            receivers=self.receivers,
        )  # fmt: skip
        if seen.kind != visits.BEAR or home is None:
            return bare
        return replace(
            bare, raised=tuple(home.raised), before_p=home.p_bear, quiet=self._quiet(shot),
            seen_at=home.seen_at(shot.camera) if home.raised else (),
            last_alert_at=self._last_alert_at(shot, home), alerts_today=self._today[self._day(shot)],
        )  # fmt: skip

    def _remember(self, shot: Shot, home: Home, decision: Decision) -> None:
        at, p_bear = shot.taken_at, shot.found.p_bear
        home.started_at, home.last_at = min(home.started_at, at), max(home.last_at, at)
        home.p_bear = max(home.p_bear, p_bear)
        self._hours[shot.group, _hour(at)].add(home.id)
        if p_bear >= self.threshold:
            home.boxes[shot.camera].append(places.of(shot.found))
        if decision.act in RAISES:
            silent = decision.reason is Reason.QUIET_PLACE
            home.raised.append(Raised(act=decision.act, taken_at=at, raised_at=shot.received_at, quiet=silent))
        if decision.act in LOUD:
            self._loud[shot.group].append((home.id, shot.received_at))
            self._today[self._day(shot)] += 1

    def _quiet(self, shot: Shot) -> str | None:
        held, found = self.held.get(shot.camera, ()), shot.found
        return quiet.why(found.boxes, found.p_bear, held, night=found.night, model=found.model) if held else None

    def _last_alert_at(self, shot: Shot, home: Home) -> datetime | None:
        """When another visit of the group last asked or warned, within the cooldown."""
        since = shot.received_at - timedelta(minutes=self.terms.cooldown_minutes)
        for visit, at in reversed(self._loud[shot.group]):
            if at <= since:
                break
            if visit != home.id:
                return at
        return None

    def _day(self, shot: Shot) -> date:
        return shot.received_at.astimezone(self.place.zone).date()

    def _inside(self, camera: str, at: datetime) -> Inside:
        return scopes.inside(
            self.terms, camera=camera, at=at, zone=self.place.zone, latitude=self.place.latitude,
            longitude=self.place.longitude, approved=self.cameras,
        )  # fmt: skip


def _hour(at: datetime) -> int:
    return int(at.timestamp() // 3600)


def _absorb(home: Home, other: Home) -> None:
    """A late frame showed two visits to be one; only one that never alerted is absorbed."""
    home.started_at, home.last_at = min(home.started_at, other.started_at), max(home.last_at, other.last_at)
    home.p_bear = max(home.p_bear, other.p_bear)
    for camera, boxes in other.boxes.items():
        home.boxes[camera] += boxes
