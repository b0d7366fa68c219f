"""Plan words: a plan as a document, in sentences, and in the two lines beside the exit checklist. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from rollout import levers
from rollout.ahead import Ahead, Course
from rollout.draws import GRID, Range
from rollout.levers import Lever, Plan
from rollout.pace import Pace

YEARS = "two years"
METHOD = (
    f"each range is of draws of the next {GRID[-1]} weeks at this pace: in 8 of 10 it lies inside; null is later; "
    "the pace itself is drawn too where it was read off what was seen"
)


def plain(told: Plan, pace: Pace, *, today: date) -> dict[str, Any]:
    """As JSON's own types. weeks from now, and the days that they are."""
    now = told.course
    return {
        "step": "live", "today": today.isoformat(), **_when(now.weeks, today),
        "share_within_weeks": {str(weeks): share for weeks, share in now.share.items()},
        "held_up_by": now.held_up_by, "items": [_item(one, today) for one in now.items],
        "consistent": _when(now.consistent, today),
        "levers": [
            {
                "name": one.name, "says": one.says, "more_hours_a_week": one.hours, "helps": levers.helps(one, now),
                "sooner_by_weeks": one.sooner, "held_up_by": one.held_up_by, **_when(one.weeks, today),
            }
            for one in told.levers
        ],
        "pace": {
            "by_light": [
                {
                    "light": light.name,
                    "hours_a_week": {place.value: track.hours_a_week for place, track in light.tracks.items()},
                    "encounters_an_hour": levers.rate(light) if light.known else None,
                }
                for light in pace.lights
            ],
            "reviews_a_week": _reviews_a_week(pace), "matched": pace.matched, "field_counts": pace.in_field,
            "reference": pace.reference,
        },
        "method": METHOD,
    }  # fmt: skip


def _item(one: Ahead, today: date) -> dict[str, Any]:
    return {
        "what": one.what, "light": one.light, "has": one.has, "needs": one.needs, "met": one.met,
        **_when(one.weeks, today),
    }  # fmt: skip


def _when(weeks: Range | None, today: date) -> dict[str, Any]:
    if weeks is None:
        return {"weeks": None, "days": None}
    days = {name: None if at is None else _day(today, at).isoformat() for name, at in asdict(weeks).items()}
    return {"weeks": asdict(weeks), "days": days}


def _day(today: date, weeks: int) -> date:
    return today + timedelta(weeks=weeks)


def _reviews_a_week(pace: Pace) -> float | None:
    told = pace.reviews
    if told.a_week is not None:
        return told.a_week
    return (told.bears + told.others) / told.weeks if told.weeks else None


def sentences(told: Plan, *, today: date) -> list[str]:
    """The plan in words."""
    now = told.course
    lines = [_whole(now, today)]
    if now.held_up_by:
        lines.append(f"what holds it up longest: {now.held_up_by}")
    lines += [f"  {one.named}: {_has(one)}, {within(one.weeks, met=one.met)}" for one in now.items]
    if now.consistent:
        lines.append(f'the drift reports would say "consistent": {within(now.consistent)}')
    if told.levers:
        lines.append("what would speed it up, the best first:")
        lines += [f"  {_lever(one, now)}" for one in told.levers]
    return lines


def _whole(now: Course, today: date) -> str:
    if now.weeks is None:
        return f"nobody can tell yet when the evidence for going live suffices: {unknown(now)}"
    if now.weeks.high == 0:
        return "the evidence for going live suffices now"
    shares = ", ".join(f"{share:.0%} within {weeks} weeks" for weeks, share in now.share.items())
    day = f", about {_day(today, now.weeks.median)}" if now.weeks.median is not None else ""
    return f"at the present pace the evidence for going live suffices {within(now.weeks)}{day}: {shares}"


def within(weeks: Range | None, *, met: bool = False) -> str:
    """A range in words.

    >>> within(Range(low=7, median=10, high=18))
    'in about 10 weeks (7 to 18 in 8 of 10 draws)'
    >>> within(Range(low=90, median=None, high=None))
    'more likely than not later than in two years (at the soonest after 90 weeks)'
    """
    if met:
        return "holds"
    if weeks is None:
        return "nobody can tell"
    if weeks.low is None:
        return f"not within {YEARS}"
    if weeks.median is None:
        return f"more likely than not later than in {YEARS} (at the soonest after {weeks.low} weeks)"
    if weeks.low == weeks.high:
        return f"in {weeks.median} weeks"
    high = f"{weeks.high}" if weeks.high is not None else f"more than {GRID[-1]}"
    return f"in about {weeks.median} weeks ({weeks.low} to {high} in 8 of 10 draws)"


def _has(one: Ahead) -> str:
    return "no evidence yet" if one.has is None else f"has {one.has:.3g} of {one.needs:.3g}"


def _lever(one: Lever, now: Course) -> str:
    if not levers.helps(one, now):
        return f"{one.says}: hardly ({within(one.weeks)})"
    sooner = f", {one.sooner} weeks sooner" if one.sooner is not None else ""
    return f"{one.says}: {within(one.weeks)}{sooner}"


def short(told: Plan, pace: Pace) -> tuple[str, ...]:
    """Two lines for the page of a site: when, and what would speed it up. None where it suffices."""
    now, best = told.course, [one for one in told.levers if levers.helps(one, told.course)][:2]
    if now.weeks is None:
        return (f"Nobody can tell yet when the evidence for going live suffices: {unknown(now)}.", _begin(now, pace))
    if now.weeks.high == 0:
        return ()
    first = f"The evidence for going live suffices {within(now.weeks)}; longest takes: {now.held_up_by}."
    if not best:
        waits = told.levers[0].held_up_by if told.levers else now.held_up_by
        return (first, f"More watch hours alone would hardly speed it up: it waits for {waits}.")
    faster = "; ".join(f"{one.says}, {_briefly(one)}" for one in best)
    return (first, f"Sooner with: {faster}.")


def unknown(now: Course) -> str:
    """Of what there is no pace."""
    lights = _unwatched(now)
    return f"nobody has watched blind by {lights}" if lights else "nothing says how many alerts a trial would bring"


def _unwatched(now: Course) -> str:
    return " or by ".join(one.light for one in now.items if one.has is None and one.light)


def _begin(now: Course, pace: Pace) -> str:
    lights = _unwatched(now)
    if not lights:
        return "Begin with answers: each alert that people look at counts."
    if pace.in_field:
        return f"Begin with a blind watch by {lights}, in the field or at a desk through recorded hours."
    return f"Begin with a desk watch by {lights}: hours in the field do not count while a trial or live rule holds."


def _briefly(one: Lever) -> str:
    weeks: Sequence[int | None] = [one.weeks.median, one.sooner] if one.weeks else [None, None]
    return f"about {weeks[0]} weeks" + (f" ({weeks[1]} sooner)" if weeks[1] is not None else "")


def assumed(told: Mapping[str, float]) -> str:
    """Numbers that were taken for true, in words.

    >>> assumed({"visits a week": 5, "share of them at night": 0.5})
    'visits a week 5, share of them at night 0.5'
    """
    return ", ".join(f"{name} {value:g}" for name, value in told.items())
