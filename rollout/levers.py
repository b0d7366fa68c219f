"""Levers: what a park can do so that the evidence suffices sooner, each at the same hours of people a week. Pure.

Field and desk hours never add up, and each light has needs of its own: so an hour is worth different things at
different places.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import floor, inf

from rollout import ahead
from rollout.ahead import Course
from rollout.draws import Lot, Range
from rollout.evidence.observers import Pairs
from rollout.gates import Needs
from rollout.pace import Light, Pace, Track
from rollout.scope_hours import NIGHT
from store.vocabulary import WatchPlace

MORE_HOURS = 5.0
OVERLAP = 0.6
"""Of what people see, the share that both see, where nobody has matched yet."""

NEVER = 1000.0


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Something that a park can do. hours: more of people a week that it takes. weeks: until every item holds then.

    sooner: weeks by which the median is earlier; None where one of the two is not within two years. held_up_by: the
    item that holds last then.
    """

    name: str
    says: str
    hours: float
    weeks: Range | None
    sooner: int | None
    held_up_by: str | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The course at the present pace, and the levers, the best first."""

    course: Course
    levers: tuple[Lever, ...]

    @property
    def best(self) -> Lever | None:
        """The first one that helps."""
        return next((one for one in self.levers if helps(one, self.course)), None)


def plan(pace: Pace, needs: Needs, *, more: float = MORE_HOURS, lot: Lot | None = None) -> Plan:
    """When the evidence suffices, and what would make it sooner. more: hours of people a week that a lever may take.

    The same random numbers serve every lever.
    """
    now = ahead.course(pace, needs, lot)
    if now.weeks is not None and now.weeks.high == 0:
        return Plan(course=now, levers=())
    found = [_lever(name, then, needs, now, more, lot) for name, then in _every(pace, more)]
    return Plan(course=now, levers=tuple(sorted(found, key=_late)))


def helps(lever: Lever, now: Course) -> bool:
    """Whether it makes the median earlier, or gives one at all."""
    if lever.weeks is None or lever.weeks.median is None:
        return False
    return now.weeks is None or now.weeks.median is None or lever.weeks.median < now.weeks.median


def _late(lever: Lever) -> tuple[float, float, float]:
    if lever.weeks is None:
        return inf, inf, lever.hours
    median, high = (NEVER if week is None else float(week) for week in (lever.weeks.median, lever.weeks.high))
    return median, high, lever.hours


def _lever(name: str, then: Pace, needs: Needs, now: Course, more: float, lot: Lot | None) -> Lever:
    course = ahead.course(then, needs, lot)
    before, after = (one.weeks.median if one.weeks else None for one in (now, course))
    says = SAYS[name].format(more=f"{more:g}", drawn=f"{_could_be_drawn(then, 0.0):g}")
    return Lever(
        name=name, says=says, hours=0.0 if name in FREE else more, weeks=course.weeks,
        sooner=None if before is None or after is None else before - after, held_up_by=course.held_up_by,
    )  # fmt: skip


SAYS: Mapping[str, str] = {
    "blind_hours": "{more} more blind hours a week in the field, spread as now",
    "night_hours": "{more} more blind hours a week in the field, all at night",
    "day_hours": "{more} more blind hours a week in the field, all by day",
    "desk_hours": "up to {more} more hours a week at a desk, blind through the hours that are drawn",
    "drawn_hours": "{more} more hours a week at a desk, with {drawn} hours a day drawn (BEARWATCH_TIMELAPSE_HOURS)",
    "other_hours": "the same hours, moved so that day and night bring as many encounters",
    "pooling": "pooling with a like site that watches as much, stated beforehand ([park.exit] pool)",
    "matching": "matching both sides encounter by encounter",
}
FREE = ("other_hours", "pooling", "matching")


def _every(pace: Pace, more: float) -> Iterator[tuple[str, Pace]]:
    if pace.in_field:
        yield "blind_hours", _with(pace, WatchPlace.FIELD, lambda light: more * _part(light, pace))
        for light in pace.lights if len(pace.lights) > 1 else ():
            name = "night_hours" if light.name == NIGHT else "day_hours"
            yield name, _with(pace, WatchPlace.FIELD, _only(light.name, more))
        moved = _moved(pace)
        if moved is not None:
            yield "other_hours", moved
    yield "desk_hours", _at_desk(pace, more, drawn=pace.drawn_hours)
    if pace.drawn_hours < (fitting := _could_be_drawn(pace, more)):
        yield "drawn_hours", _at_desk(pace, more, drawn=fitting)
    like = tuple(replace(light, imagined=True) for light in pace.lights)
    yield "pooling", replace(pace, likes=(*pace.likes, like))
    if not pace.matched:
        yield "matching", replace(pace, matched=True, lights=tuple(map(_matched, pace.lights)))


def _at_desk(pace: Pace, more: float, *, drawn: float) -> Pace:
    """With more hours of people at a desk, at most through all the hours that are drawn."""
    every = sum(light.most for light in pace.lights)
    recorded = more * pace.desk_speed / pace.cameras

    def hours(light: Light) -> float:
        there, now = light.most * drawn / 24, _hours(light, WatchPlace.DESK)
        return max(0.0, min(recorded * light.most / every, there - now))

    return _with(pace, WatchPlace.DESK, hours)


def _could_be_drawn(pace: Pace, more: float) -> float:
    """Whole hours a day of each camera that so many more at a desk could go through."""
    every = sum(light.most for light in pace.lights)
    now = sum(_hours(light, WatchPlace.DESK) for light in pace.lights)
    return float(min(24, floor(24 * (now + more * pace.desk_speed / pace.cameras) / every)))


def _with(pace: Pace, place: WatchPlace, more: Callable[[Light], float]) -> Pace:
    """With more hours of one kind of observers, at most those that there are."""
    return replace(
        pace, lights=tuple(_watched(light, place, _hours(light, place) + more(light)) for light in pace.lights)
    )


def _watched(light: Light, place: WatchPlace, hours: float) -> Light:
    track = replace(light.tracks.get(place, Track()), hours_a_week=min(light.most, hours))
    return replace(light, tracks={**light.tracks, place: track})


def _only(name: str, more: float) -> Callable[[Light], float]:
    return lambda light: more if light.name == name else 0.0


def _hours(light: Light, place: WatchPlace) -> float:
    return light.tracks.get(place, Track()).hours_a_week


def _part(light: Light, pace: Pace) -> float:
    """Its part of the hours in the field; where there are none, of the hours of the week."""
    every = sum(_hours(one, WatchPlace.FIELD) for one in pace.lights)
    if every:
        return _hours(light, WatchPlace.FIELD) / every
    return light.most / sum(one.most for one in pace.lights)


def _moved(pace: Pace) -> Pace | None:
    """The hours in the field set where they bring both lights as many encounters; None where there is nothing to
    move.
    """
    every = sum(_hours(light, WatchPlace.FIELD) for light in pace.lights)
    rates = {light.name: rate(light) for light in pace.lights}
    if len(rates) < 2 or not every or not all(rates.values()):
        return None
    need = {name: 1 / rate for name, rate in rates.items()}
    return replace(pace, lights=tuple(
        _watched(light, WatchPlace.FIELD, every * need[light.name] / sum(need.values())) for light in pace.lights
    ))  # fmt: skip


def rate(light: Light) -> float:
    """Encounters a matched hour."""
    if light.an_hour is not None:
        return sum(light.an_hour)
    told = light.measured
    return (told.has.seen + 0.5) / told.hours if told.hours else 0.0


def _matched(light: Light) -> Light:
    """As if so many of what the rarer side sees were seen by both."""
    has = {place: replace(track, has=_paired(track.has)) for place, track in light.tracks.items()}
    if light.an_hour is None:
        return replace(light, tracks=has)
    both, model_only, manual_only = light.an_hour
    model, people = both + model_only, both + manual_only
    both = OVERLAP * min(model, people)
    return replace(light, tracks=has, an_hour=(both, model - both, people - both))


def _paired(has: Pairs) -> Pairs:
    both = round(OVERLAP * min(has.model, has.manual))
    return Pairs(both=both, model_only=has.model - both, manual_only=has.manual - both)
