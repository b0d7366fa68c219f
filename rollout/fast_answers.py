"""Fast answers: verdicts of one person that came faster than pictures can be looked at; they count as none. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from store.report_rows import Answer

MOST_A_MINUTE = 20
"""Three seconds for each: the picture alone needs as long to load and to be understood."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Burst:
    """Answers of one person without a minute that held fewer. answers: their numbers."""

    person: int
    name: str
    since: datetime
    until: datetime
    answers: tuple[int, ...]


def bursts(given: Iterable[Answer]) -> list[Burst]:
    """By person and time. Every answer that lies in a minute with more than `MOST_A_MINUTE` of the same person."""
    found = []
    order = sorted(given, key=lambda one: (one.person, one.at, one.number))
    for _, some in groupby(order, key=lambda one: one.person):
        found += _of_one(list(some))
    return sorted(found, key=lambda one: (one.since, one.person))


def _of_one(some: Sequence[Answer]) -> list[Burst]:
    marked, first = [False] * len(some), 0
    for last, one in enumerate(some):
        while one.at - some[first].at >= MINUTE:
            first += 1
        if last - first + 1 > MOST_A_MINUTE:
            marked[first : last + 1] = [True] * (last - first + 1)
    found = []
    for held, group in groupby(zip(marked, some, strict=True), key=lambda pair: pair[0]):
        told = [one for _, one in group]
        if held:
            found.append(Burst(
                person=told[0].person, name=told[0].name, since=told[0].at, until=told[-1].at,
                answers=tuple(one.number for one in told),
            ))  # fmt: skip
    return found


def too_fast(many: int) -> str:
    """What is said beside numbers that leave answers apart.

    >>> too_fast(1), too_fast(200)
    ('1 answer too fast to be looked at is left apart', '200 answers too fast to be looked at are left apart')
    """
    what, verb = ("answer", "is") if many == 1 else ("answers", "are")
    return f"{many} {what} too fast to be looked at {verb} left apart"


def numbers(found: Iterable[Burst]) -> frozenset[int]:
    """The numbers of all their answers."""
    return frozenset(number for one in found for number in one.answers)
