"""Matched hours: when people watched a site blind while its cameras and the model watched it too. Pure.

Site-hours, not camera-hours: what the cameras saw is shared among them, so that a new camera moves no ratio. Field
and desk, day and night are kept apart.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollout import spans, watch_hours
from rollout.scope_hours import DAY, NIGHT, Place
from rollout.spans import Span
from rollout.watch_hours import Stratum, Watched
from store.vocabulary import Stage, WatchPlace

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Eye:
    """One camera. up: when no bear could pass it unseen because of us; shed: minutes in order, with seconds."""

    camera: str
    group: str
    up: Sequence[Span]
    shed: Sequence[tuple[datetime, float]] = ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """A time in which one revision of a rule had the model score these cameras. until None: it still does.

    name: of the version; canary: of the one that is tried beside it; answer: to "what if it works really well?".
    """

    rule: int
    revision: int
    stage: Stage
    model: str
    name: str
    threshold: float
    cameras: tuple[str, ...]
    since: datetime
    until: datetime | None
    override: str | None = None
    canary: str | None = None
    answer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A drawn hour of a camera that somebody went through blind at a desk."""

    camera: str
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What is known of a site's hours in a span: who watched, which cameras were up, when the model ran."""

    place: Place
    sessions: Sequence[Watched]
    shown: Sequence[Shown]
    eyes: Sequence[Eye]
    runs: Sequence[Run]


@dataclass(frozen=True, kw_only=True)
class Matched:
    """Of one stratum: hours that people watched, hours of these that were matched, and when that was.

    cameras: at a desk only, when each camera's recorded hours were matched; None: in the field, the site's.
    """

    watched: float
    matched: float
    when: Sequence[Span]
    cameras: Mapping[str, Sequence[Span]] | None = None

    def holds(self, at: datetime, camera: str | None) -> bool:
        """Whether a moment (at a desk: of that camera) is one of these."""
        if self.cameras is None:
            return inside(self.when, at)
        return camera is not None and inside(self.cameras.get(camera, ()), at)


def inside(some: Sequence[Span], at: datetime) -> bool:
    """Whether a moment lies in one of the spans, which are in order; their ends are inside."""
    place = bisect_left(some, at, key=lambda span: span.until)
    return place < len(some) and some[place].since <= at


def of(told: Exposure, within: Span) -> dict[Stratum, Matched]:
    """By stratum, within a span. Strata in which nobody watched are left out."""
    return _field(told, within) | _desk(told, within)


def up(told: Exposure, within: Span) -> float:
    """Site-hours in which the model watched, whoever watched beside it."""
    return _seen(told, [within])[0]


def ran(told: Exposure, within: Span) -> float:
    """Hours in which the model was to watch: a rule was in force that is not off."""
    return spans.hours(_works(told, within))


def _works(told: Exposure, within: Span) -> list[Span]:
    every = spans.joined(Span(since=run.since, until=run.until or within.until) for run in told.runs)
    return spans.both(every, [within])


def _field(told: Exposure, within: Span) -> dict[Stratum, Matched]:
    mine = [one for one in told.sessions if one.place is WatchPlace.FIELD]
    found = {}
    for stratum, some in watch_hours.apart(mine, told.place, within=within).items():
        hours, when = _seen(told, some)
        found[stratum] = Matched(watched=spans.hours(some), matched=hours, when=when)
    return found


def _seen(told: Exposure, some: Sequence[Span]) -> tuple[float, list[Span]]:
    """Site-hours that the model saw of some spans, and when at least one of its cameras did."""
    hours, when = 0.0, list[Span]()
    for run in told.runs:
        asked = spans.both(some, [Span(since=run.since, until=run.until or some[-1].until)]) if some else []
        eyes = [eye for eye in told.eyes if eye.camera in run.cameras]
        if not asked or not run.cameras:
            continue
        seen = [spans.both(asked, eye.up) for eye in eyes]
        hours += sum(
            spans.hours(one) - _shed(eye, one) for eye, one in zip(eyes, seen, strict=True)
        ) / len(run.cameras)  # fmt: skip
        when += [span for one in seen for span in one]
    return max(0.0, hours), spans.joined(when)


def _shed(eye: Eye, seen: Sequence[Span]) -> float:
    """Hours that were left out of its stream while it was up."""
    seconds = 0.0
    for span in seen:
        first = bisect_left(eye.shed, span.since - MINUTE, key=lambda one: one[0])
        for minute, missing in eye.shed[first:]:
            if minute >= span.until:
                break
            shared = (min(minute + MINUTE, span.until) - max(minute, span.since)).total_seconds()
            seconds += min(missing, max(0.0, shared))
    return seconds / 3600


def _desk(told: Exposure, within: Span) -> dict[Stratum, Matched]:
    """Each camera's drawn hours by themselves: who goes through one camera's hour sees nothing of the others."""
    watched: dict[str, float] = {DAY: 0.0, NIGHT: 0.0}
    matched: dict[str, float] = {DAY: 0.0, NIGHT: 0.0}
    when: dict[str, dict[str, Sequence[Span]]] = {DAY: {}, NIGHT: {}}
    for eye in told.eyes:
        hours = _shown(told.shown, eye.camera)
        mine = [Watched(place=WatchPlace.DESK, since=one.since, until=one.until) for one in hours]
        for stratum, some in watch_hours.apart(mine, told.place, within=within).items():
            hours_seen, spans_seen = _alone(told, eye, some)
            watched[stratum.light] += spans.hours(some) / max(1, len(told.eyes))
            matched[stratum.light] += hours_seen
            when[stratum.light][eye.camera] = spans_seen
    return {
        Stratum(place=WatchPlace.DESK, light=light): Matched(
            watched=watched[light], matched=matched[light],
            when=spans.joined(span for some in cameras.values() for span in some), cameras=cameras,
        )
        for light, cameras in when.items() if cameras
    }  # fmt: skip


def _alone(told: Exposure, eye: Eye, some: Sequence[Span]) -> tuple[float, list[Span]]:
    hours, when = 0.0, list[Span]()
    for run in told.runs:
        if eye.camera in run.cameras and some:
            asked = spans.both(some, [Span(since=run.since, until=run.until or some[-1].until)])
            seen = spans.both(asked, eye.up)
            hours += (spans.hours(seen) - _shed(eye, seen)) / max(1, len(told.eyes))
            when += seen
    return max(0.0, hours), spans.joined(when)


def _shown(shown: Iterable[Shown], camera: str) -> list[Span]:
    return spans.joined(Span(since=one.since, until=one.until) for one in shown if one.camera == camera)
