"""Draws: ways in which the next two years of a site may go, drawn by a seed. Pure: the same seed gives the same.

Encounters and answers are Poisson at the pace; where the pace itself was read off few of them it is drawn too
(Jeffreys: Gamma(k + 1/2, hours), Beta(k + 1/2, rest + 1/2)), so that a range is honest about both.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rollout.evidence.tails import Floats
from rollout.pace import Light, Pace, Reviews, Track
from rollout.scope_hours import NIGHT
from store.vocabulary import WatchPlace

GRID = np.array([*range(13), *range(14, 106, 2)])
"""Weeks from now that are looked at, up to two years."""

DRAWS = 400
REVIEWS = 2
"""Number of the random numbers of answers; day has 0 and night 1."""

Held = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Range:
    """Weeks from now. In one of ten draws it is at low or sooner, in one of ten later than high; None: not within
    two years.
    """

    low: int | None
    median: int | None
    high: int | None


@dataclass(frozen=True, kw_only=True)
class Lot:
    """Which draws: so many, by a seed. like: of how manieth like site, 0 for the site itself."""

    seed: int = 0
    draws: int = DRAWS
    like: int = 0


def better(light: Light, pace: Pace, lot: Lot) -> Floats:
    """Draws x weeks x (both, model only, people only) of the observers with more hours by then, with what there is so
    far: field and desk never add up.
    """
    hours, counts = _hours(light, pace), _counts(light, pace, lot)
    none, nought = np.zeros((1, 1, 3)), np.zeros(len(GRID))
    desk = hours.get(WatchPlace.DESK, nought) > hours.get(WatchPlace.FIELD, nought)
    desks, fields = (counts.get(place, none) for place in (WatchPlace.DESK, WatchPlace.FIELD))
    return np.asarray(np.where(desk[None, :, None], desks, fields))


def most_hours(light: Light, pace: Pace) -> Floats:
    """Matched hours of the observers with more of them, week by week."""
    return np.asarray(np.max(list(_hours(light, pace).values()), axis=0))


def answers(told: Reviews, lot: Lot) -> tuple[Floats, Floats]:
    """Draws x weeks: alerts answered, and those of them that were bears, with what there is so far."""
    random, done = np.random.default_rng([lot.seed, REVIEWS]), told.bears + told.others
    a_week = (
        np.full(lot.draws, told.a_week)
        if told.a_week is not None
        else random.gamma(done + 0.5, 1 / told.weeks, size=lot.draws)
    )
    share = (
        np.full(lot.draws, told.share)
        if told.share is not None
        else random.beta(told.bears + 0.5, told.others + 0.5, size=lot.draws)
    )
    new = random.poisson(a_week[:, None] * np.diff(GRID)[None, :])
    bears = random.binomial(new, share[:, None])
    return _summed(new) + done, _summed(bears) + told.bears


def first(held: Held) -> Floats:
    """The first week of each draw in which it holds; inf: in none."""
    return np.where(held.any(axis=1), GRID[held.argmax(axis=1)].astype(float), np.inf)


def ranged(weeks: Floats) -> Range:
    """Of the first weeks of all draws.

    >>> ranged(np.array([4.0, 6.0, 8.0, np.inf]))
    Range(low=4, median=6, high=None)
    """
    low, median, high = (
        None if np.isinf(week) else int(week) for week in np.quantile(weeks, (0.1, 0.5, 0.9), method="inverted_cdf")
    )
    return Range(low=low, median=median, high=high)


def _counts(light: Light, pace: Pace, lot: Lot) -> Mapping[WatchPlace, Floats]:
    number = int(light.name == NIGHT)
    per_hour = _per_hour(light, np.random.default_rng([lot.seed, number, 0]), lot.draws)
    found = {}
    for place, track in light.tracks.items():
        random = np.random.default_rng([lot.seed, number, 1 + lot.like, int(place is WatchPlace.DESK)])
        hours = _to_come(track, place, pace) * np.diff(GRID)
        new = random.poisson(per_hour[:, None, :] * hours[None, :, None])
        has = np.array([track.has.both, track.has.model_only, track.has.manual_only])
        before = random.poisson(per_hour * track.hours) if light.imagined else has
        found[place] = _summed(new) + before.reshape(-1, 1, 3)
    return found


def _hours(light: Light, pace: Pace) -> Mapping[WatchPlace, Floats]:
    return {
        place: track.hours + _to_come(track, place, pace) * GRID.astype(float)
        for place, track in light.tracks.items()
    }


def _to_come(track: Track, place: WatchPlace, pace: Pace) -> float:
    return 0.0 if place is WatchPlace.FIELD and not pace.in_field else track.hours_a_week


def _per_hour(light: Light, random: np.random.Generator, draws: int) -> Floats:
    if light.an_hour is not None:
        return np.tile(np.array(light.an_hour), (draws, 1))
    told = light.measured
    shape = np.array([told.has.both, told.has.model_only, told.has.manual_only]) + 0.5
    return np.asarray(random.gamma(shape, 1 / told.hours, size=(draws, 3)))


def _summed(new: npt.NDArray[np.integer]) -> Floats:
    """What came in between two weeks of the grid, summed up from nought now."""
    start = np.zeros((new.shape[0], 1, *new.shape[2:]))
    return np.asarray(np.concatenate([start, new.cumsum(axis=1)], axis=1))
