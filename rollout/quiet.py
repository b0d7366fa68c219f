"""Quiet places: where a camera's false boxes keep falling, and whether a detection lies in one. PURE.

A place is proposed from people's verdicts. Only a person puts it in force, and it ends by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from ingest.frames import Region
from ingest.masks import lies_in, overlap
from model.detections import Box
from rollout.rules import JUMP
from store.vocabulary import Light

LOOKS_BACK = timedelta(days=30)
"""False boxes older than this say nothing of now."""

A_BEAR_WAS_THERE = timedelta(days=365)
"""Where a bear was seen within this, or nobody could tell, no place is proposed."""

LEAST_VISITS, LEAST_DAYS = 5, 3
"""Dismissed visits with a box at one place, and days of UTC on which they were, before it is proposed."""

ALIKE = 0.4
"""Two boxes are at one place where what they share is at least this of what they cover together."""

MARGIN = 0.1
"""Of its own width and height a place reaches further than its boxes on each side."""

MOST_VIEW = 0.1
"""A place larger than this share of the view is never proposed: an animal could walk within it."""

INSIDE = 0.9
"""A box lies in a place when at least this of it does."""

DOUBT_LEFT = 0.25
"""A score that leaves so much of the doubt that the surest false box left is clearly higher."""

SAME = 1e-6
"""A box speaks for the picture where its score is the picture's, to this."""

DAYS, MOST_DAYS = 90, 180
"""How long a place is in force if nobody says otherwise, a season; and at most."""


@dataclass(frozen=True, kw_only=True)
class FalseBox:
    """A box of an alert that a person dismissed. night: whether its picture was infrared; None: not known."""

    alert: int
    visit: int
    at: datetime
    region: Region
    p: float
    night: bool | None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Where false boxes keep falling. alerts: one of each visit, the oldest first; most_p: the surest of them."""

    region: Region
    light: Light
    most_p: float
    alerts: tuple[int, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A place in force. model: the version whose scores made it; says: who accepted it, and until when."""

    model: str | None
    region: Region
    light: Light
    most_p: float
    says: str


def proposals(false: Sequence[FalseBox], bears: Sequence[Region]) -> list[Proposal]:
    """The places at which false boxes keep falling, the busiest first. bears: where bears were, or may have been."""
    beside = _beside(false)
    left, found = set(beside), []
    while left:
        together = [sorted(beside[seed] & left) for seed in sorted(left)]
        near = max(together, key=lambda some: _visits([false[one] for one in some]))
        boxes = [false[one] for one in near]
        if _visits(boxes) < LEAST_VISITS:
            break
        left.difference_update(near)
        place = _place(boxes)
        if place is not None and not any(lies_in(bear, [place.region]) for bear in bears):
            found.append(place)
    return found


def alike(one: Region, other: Region) -> bool:
    """Whether two boxes are at one place.

    >>> alike(Region(x=0.1, y=0.1, w=0.2, h=0.2), Region(x=0.12, y=0.1, w=0.2, h=0.2))
    True
    >>> alike(Region(x=0.1, y=0.1, w=0.2, h=0.2), Region(x=0.25, y=0.1, w=0.2, h=0.2))
    False
    """
    both = overlap(one, other)
    if both is None:
        return False
    shared = both.w * both.h
    return shared >= ALIKE * (one.w * one.h + other.w * other.h - shared)


def why(boxes: Sequence[Box], p_bear: float, places: Sequence[Quiet], *, night: bool, model: str) -> str | None:
    """Why a detection asks nobody by itself, in words. None: it does, as it does wherever nobody can tell.

    A place holds for the version whose scores made it: how sure another is of the same stump, nobody has seen. Every
    box must lie in a place that holds in this light. The score must be that of one of them: where the whole picture
    is surer than each, something is seen that has no box. It must not be clearly higher there than ever.
    """
    if not any(abs(box.p - p_bear) < SAME for box in boxes):
        return None
    own = [one for one in places if one.model == model]
    hold = [one for one in own if one.light is Light.BOTH or (one.light is Light.NIGHT) is night]
    homes = [next((one for one in hold if _inside(box, one.region)), None) for box in boxes]
    known = [one for one in homes if one is not None]
    if not known or len(known) < len(homes) or any(surer(p_bear, one.most_p) for one in known):
        return None
    return f"where false boxes keep falling ({known[0].says}), no surer than those (at most {known[0].most_p:.2f})"


def surer(p: float, most: float) -> bool:
    """Whether a score is clearly higher than the surest false box.

    >>> [surer(p, 0.6) for p in (0.7, 0.84, 0.86)], [surer(p, 0.96) for p in (0.96, 0.98, 0.995)]
    ([False, False, True], [False, False, True])
    """
    return p > most and (p - most >= JUMP - 1e-9 or 1 - p <= DOUBT_LEFT * (1 - most))


def region(box: Box) -> Region:
    """Where a box is."""
    return Region(x=box.x, y=box.y, w=box.w, h=box.h)


def _beside(false: Sequence[FalseBox]) -> dict[int, set[int]]:
    """Of each box, by its number, those at its place; itself is one of them."""
    found = {number: {number} for number in range(len(false))}
    for one, other in combinations(range(len(false)), 2):
        if alike(false[one].region, false[other].region):
            found[one].add(other)
            found[other].add(one)
    return found


def _visits(near: Sequence[FalseBox]) -> int:
    return len({one.visit for one in near})


def _place(near: Sequence[FalseBox]) -> Proposal | None:
    """The place of these boxes; None where they are of too few days, or spread too wide."""
    where = _around([one.region for one in near])
    if len({one.at.date() for one in near}) < LEAST_DAYS or where.w * where.h > MOST_VIEW:
        return None
    ordered = sorted(near, key=lambda one: (one.at, one.alert))
    first_of_visit = {one.visit: one.alert for one in reversed(ordered)}
    return Proposal(
        region=where, light=_light(near), most_p=max(one.p for one in near),
        alerts=tuple(dict.fromkeys(first_of_visit[one.visit] for one in ordered)), first_at=ordered[0].at,
        last_at=ordered[-1].at,
    )  # fmt: skip


def _around(regions: Sequence[Region]) -> Region:
    """The smallest rectangle with all of them in it, and the margin; it ends where the picture does."""
    left, top = min(one.x for one in regions), min(one.y for one in regions)
    right, bottom = max(one.x + one.w for one in regions), max(one.y + one.h for one in regions)
    across, down = MARGIN * (right - left), MARGIN * (bottom - top)
    x, y = max(0.0, left - across), max(0.0, top - down)
    return Region(x=x, y=y, w=min(1.0, right + across) - x, h=min(1.0, bottom + down) - y)


def _light(near: Sequence[FalseBox]) -> Light:
    """By night or by day alone where all of them were: it holds no longer than what it was seen of."""
    return LIGHTS.get(frozenset(one.night for one in near), Light.BOTH)


LIGHTS: Mapping[frozenset[bool | None], Light] = {frozenset({True}): Light.NIGHT, frozenset({False}): Light.DAY}


def _inside(box: Box, place: Region) -> bool:
    both = overlap(region(box), place)
    return both is not None and both.w * both.h >= INSIDE * box.w * box.h
