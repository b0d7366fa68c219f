"""Audit draw: which pieces of camera time without an alert people look at, by chance. Pure.

Each piece is drawn by itself, with a chance that follows from its stratum alone and is kept with it. The number it is
drawn by follows from the key, the camera and the time, so that the draw can be made again, whatever the scores were.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from store.vocabulary import Scored

PIECE = timedelta(minutes=10)
"""As long as a visit usually lasts; what is looked at at once."""

NEAR = 0.5
"""Of the threshold: from there on a score is near it."""

EXPECTED = {Scored.NOTHING: 0.0005, Scored.LOW: 0.01, Scored.NEAR: 0.1}
"""Shares of pieces with a bear, guessed before the data: they divide the looks, and bias nothing."""

FLOOR = 2.0
"""Of the lowest stratum that there is, at least so many a day: a hundred and more in eight weeks."""

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Ten minutes of one camera. kept: how likely its pictures were to be kept at all."""

    camera: str
    since: datetime
    stratum: Scored
    kept: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """size: pieces of camera time, those whose pictures were not kept too; there: those with pictures."""

    name: Scored
    size: float
    there: int
    chance: float
    drawn: int


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A piece that was drawn, and how likely that was, its pictures' being kept included."""

    piece: Piece
    chance: float


def begins(day: date) -> list[datetime]:
    """When the pieces of a day of UTC begin."""
    midnight = datetime.combine(day, time(), UTC)
    return [midnight + number * PIECE for number in range(DAY // PIECE)]


def piece_of(at: datetime) -> datetime:
    """When the piece begins in which a moment lies.

    >>> piece_of(datetime(2026, 11, 24, 20, 17, tzinfo=UTC)).minute
    10
    """
    midnight = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    return midnight + (at - midnight) // PIECE * PIECE


def stratum_of(scores: Iterable[tuple[float, float]]) -> Scored:
    """By the highest score of a piece against its threshold. scores: p_bear and threshold of each picture.

    >>> stratum_of([]), stratum_of([(0.1, 0.6), (0.02, 0.6)]), stratum_of([(0.3, 0.6)])
    (<Scored.NOTHING: 'nothing'>, <Scored.LOW: 'low'>, <Scored.NEAR: 'near'>)
    """
    near = [p >= NEAR * threshold for p, threshold in scores]
    return Scored.NOTHING if not near else Scored.NEAR if any(near) else Scored.LOW


def draw(pieces: Sequence[Piece], *, looks: float, key: str) -> tuple[list[Stratum], list[Drawn]]:
    """The draw of a day. looks: how many are expected to come of it, unless there is less to look at.

    >>> at = datetime(2026, 11, 24, tzinfo=UTC)
    >>> day = [Piece(camera="creek", since=at + number * PIECE, stratum=Scored.LOW) for number in range(144)]
    >>> strata, drawn = draw(day, looks=20, key="7:camp")
    >>> strata[0].size, round(strata[0].chance, 3), strata[0].drawn == len(drawn)
    (144.0, 0.139, True)
    >>> draw(list(reversed(day)), looks=20, key="7:camp")[1] == drawn
    True
    """
    there = Counter(piece.stratum for piece in pieces)
    sizes = {name: sum(1 / one.kept for one in pieces if one.stratum is name) for name in Scored if there[name]}
    wanted = allotted(there, looks)
    chances = {name: wanted[name] / there[name] for name in sizes}
    found = [
        Drawn(piece=piece, chance=piece.kept * chances[piece.stratum])
        for piece in sorted(pieces, key=lambda one: (one.since, one.camera))
        if Random(f"{key}:{piece.camera}:{piece.since.isoformat()}").random() < chances[piece.stratum]  # noqa: S311
    ]
    drawn = Counter(one.piece.stratum for one in found)
    strata = [
        Stratum(name=name, size=size, there=there[name], chance=chances[name], drawn=drawn[name])
        for name, size in sizes.items()
    ]
    return strata, found


def allotted(there: Mapping[Scored, int], looks: float) -> dict[Scored, float]:
    """How many of each stratum, on average: Neyman's N sqrt(p (1 - p)), with a floor for the lowest that there is.

    What one stratum cannot take goes to the others (Cochran, "Sampling techniques", 1977, 5.8).

    >>> {name.value: round(many, 1) for name, many in allotted({Scored.NOTHING: 900, Scored.NEAR: 5}, 20).items()}
    {'nothing': 18.8, 'near': 1.2}
    >>> allotted({Scored.LOW: 3}, 20)
    {<Scored.LOW: 'low'>: 3.0}
    """
    names = [name for name in Scored if there.get(name)]
    found = dict.fromkeys(names, 0.0)
    left, takes = looks, list(names)
    if names:
        found[names[0]] = min(FLOOR, left, there[names[0]])
        left -= found[names[0]]
    while takes and left > 1e-9:
        weights = {name: there[name] * math.sqrt(EXPECTED[name] * (1 - EXPECTED[name])) for name in takes}
        whole, before = sum(weights.values()), left
        for name in takes:
            more = min(before * weights[name] / whole, there[name] - found[name])
            found[name] += more
            left -= more
        takes = [name for name in takes if there[name] - found[name] > 1e-9]
    return found


def spread(taken: Sequence[datetime], most: int) -> list[int]:
    """Which pictures of a piece are shown: at most so many, evenly over them.

    >>> at = datetime(2026, 11, 24, tzinfo=UTC)
    >>> spread([at + number * timedelta(seconds=10) for number in range(60)], 4)
    [0, 15, 30, 45]
    """
    many = len(taken)
    return [number * many // most for number in range(most)] if many > most else list(range(many))
