"""Trust: how much of a ranger's day is asked for to know what is missed, as [park.trust] of park.toml says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

USUAL_S, LEAST_S, MOST_S = 20.0, 5.0, 120.0
"""Seconds for a look of somebody who has not answered enough of them, and what is believed of anybody's median."""

ENOUGH = 5
"""Answers from which a person's own median is taken."""


@dataclass(frozen=True, kw_only=True)
class Trust:
    """minutes_a_day: of each ranger, for looks. Shares: 0 switches each off."""

    minutes_a_day: float = 10.0
    blind_share: float = 0.1
    seeded_share: float = 0.05
    second_share: float = 0.1


def read(told: Mapping[str, float]) -> Trust:
    """[park.trust]; what it does not say is as usual.

    >>> read({"minutes_a_day": 5}).minutes_a_day, read({}).blind_share
    (5, 0.1)
    """
    return Trust(**told)


def seconds(took: Sequence[float]) -> float:
    """About how long a person needs for a look, from how long the last ones took.

    >>> seconds([]), seconds([8, 9, 10, 9, 8]), seconds([1] * 9), seconds([4000] * 9)
    (20.0, 9, 5.0, 120.0)
    """
    return min(MOST_S, max(LEAST_S, median(took))) if len(took) >= ENOUGH else USUAL_S


def is_left(trust: Trust, *, given: int, each_s: float) -> bool:
    """Whether another look fits into the day of somebody who was given so many already.

    >>> is_left(Trust(minutes_a_day=1), given=2, each_s=20), is_left(Trust(minutes_a_day=1), given=3, each_s=20)
    (True, False)
    """
    return (given + 1) * each_s <= trust.minutes_a_day * 60


def looks_a_day(trust: Trust, rangers: Sequence[int]) -> float:
    """Audited pieces of time that a site's rangers have room for. rangers: of each, for how many sites they look.

    Tests and second answers are of the same minutes.

    >>> looks_a_day(Trust(minutes_a_day=10, seeded_share=0, second_share=0), [1, 2])
    45.0
    """
    each = trust.minutes_a_day * 60 / USUAL_S
    return sum(each / max(1, sites) for sites in rangers) * (1 - min(0.9, trust.seeded_share + trust.second_share))


def is_drawn(share: float, *, key: str) -> bool:
    """Whether this one is of the share: by its key alone, so that it can be replayed.

    >>> [is_drawn(0.5, key=f"7:blind:{number}") for number in range(3)] == [
    ...     is_drawn(0.5, key=f"7:blind:{number}") for number in range(3)]
    True
    >>> is_drawn(0, key="7:blind:1"), is_drawn(1, key="7:blind:1")
    (False, True)
    """
    return Random(key).random() < share  # noqa: S311


def some(share: float, of: int, *, key: str) -> int:
    """So many tests among so many others, so that they are this share of all; what is less than one, by chance.

    >>> some(0.5, 4, key="a"), some(0, 9, key="a")
    (4, 0)
    """
    wanted = of * share / (1 - share) if share < 1 else float(of)
    whole = int(wanted)
    return whole + is_drawn(wanted - whole, key=key)
