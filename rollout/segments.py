"""Segments: the stretch of time in which what was compared did not change: version, threshold, view, group. Pure.

A change begins a new one and says so; it closes no alarm. Evidence is weighed within one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from rollout.matched_hours import Run


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that makes later weeks another thing than earlier ones. what: one word or two; says: in words."""

    at: datetime
    what: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A week, or the part of one between two changes."""

    week: str
    since: datetime
    until: datetime


def of_runs(runs: Sequence[Run]) -> list[Change]:
    """What one revision of the rule changed against the one before. runs: in order; an identical renewal is none."""
    found = []
    for before, after in pairwise(runs):
        if after.model != before.model:
            found.append(Change(at=after.since, what="bundle", says=f"from {before.name} to {after.name}"))
        elif after.threshold != before.threshold:
            says = f"from {before.threshold:g} to {after.threshold:g}"
            found.append(Change(at=after.since, what="threshold", says=says))
        elif after.rule != before.rule and after.canary != before.canary:
            held = "is tried" if after.canary else "is tried no more"
            says = f"{(after.canary or before.canary or '')[:12]} {held} on some cameras"
            found.append(Change(at=after.since, what="bundle", says=says))
        elif after.stage is not before.stage:
            found.append(Change(at=after.since, what="stage", says=f"from {before.stage} to {after.stage}"))
        elif after.rule != before.rule and after.cameras != before.cameras:
            found.append(Change(at=after.since, what="cameras", says=f"to {', '.join(after.cameras)}"))
    return found


def last(changes: Iterable[Change], *, before: datetime) -> Change | None:
    """The one that the present segment began with."""
    return max((one for one in changes if one.at < before), key=lambda one: one.at, default=None)


def cut(week: str, since: datetime, until: datetime, at: Sequence[datetime]) -> list[Piece]:
    """A week in pieces.

    >>> from datetime import UTC, timedelta
    >>> begin = datetime(2026, 11, 23, tzinfo=UTC)
    >>> len(cut("2026-W48", begin, begin + timedelta(days=7), [begin, begin + timedelta(days=2)]))
    2
    """
    edges = [since, *sorted({one for one in at if since < one < until}), until]
    return [
        Piece(week=week, since=first, until=second)
        for first, second in pairwise(edges) if first < second
    ]  # fmt: skip
