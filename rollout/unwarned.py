"""Unwarned: which bears nobody was warned of. Pure.

A bear that people saw while the site's rule warned, with no warning of it; an alert that was called a bear in the
end, after it had been dismissed, or after its time had run out, or whose warning reached nobody. In shadow nothing is
an incident: nobody was to be warned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.vocabulary import OPEN, AlertState, IncidentKind, NoticeState, Verdict

SETTLES = timedelta(minutes=5)
"""So long after the window an alert that was just raised has its first answer."""

ON_ITS_WAY = (NoticeState.WAITING,)


@dataclass(frozen=True, kw_only=True)
class Told:
    """An alert of trial or live, and what became of it.

    verdicts: in order, with when they were given. expired: when its time ran out. warnings: one for each message.
    """

    state: AlertState
    verdicts: Sequence[tuple[Verdict, datetime]] = ()
    expired: datetime | None = None
    warnings: Sequence[NoticeState] = ()

    @property
    def warned(self) -> bool:
        """Whether a warning of it arrived at somebody."""
        return NoticeState.SENT in self.warnings

    @property
    def settled(self) -> bool:
        """Whether nobody need answer any more, and no warning is on its way."""
        return self.state not in OPEN and not any(one in ON_ITS_WAY for one in self.warnings)

    @property
    def bear(self) -> bool:
        """Whether the verdict that stands is bear."""
        return bool(self.verdicts) and self.verdicts[-1][0] is Verdict.BEAR


def of_alert(told: Told) -> IncidentKind | None:
    """Why its bear is an incident; None: it is none, or not yet.

    >>> of_alert(Told(state=AlertState.WITHHELD, verdicts=[(Verdict.BEAR, datetime(2026, 11, 24))]))
    <IncidentKind.WITHHELD: 'withheld'>
    """
    if not told.bear:
        return None
    first = next(at for verdict, at in told.verdicts if verdict is Verdict.BEAR)
    if any(verdict is Verdict.NOT_BEAR and at <= first for verdict, at in told.verdicts):
        return IncidentKind.DISMISSED
    if told.expired is not None and told.expired < first:
        return IncidentKind.UNANSWERED
    if told.warned or not told.settled:
        return None
    if told.state is AlertState.WITHHELD or NoticeState.STOPPED in told.warnings:
        return IncidentKind.WITHHELD
    return IncidentKind.UNDELIVERED


def of_sighting(near: Sequence[Told]) -> bool | None:
    """Whether nobody was warned of a bear that people saw. near: the alerts that may be of it; None: not known yet.

    >>> of_sighting([]), of_sighting([Told(state=AlertState.SENT, warnings=[NoticeState.SENT])])
    (True, False)
    """
    if any(told.warned for told in near):
        return False
    return None if any(not told.settled for told in near) else True


def due(at: datetime, received: datetime, window: timedelta) -> datetime:
    """From when on a sighting is judged: what belongs to it has come in by then."""
    return max(at + window, received) + SETTLES


def same(one: datetime, other: datetime, groups: tuple[str | None, str | None], window: timedelta) -> bool:
    """Whether two incidents of a site are of one bear: as near in time as encounters are, and not seen elsewhere."""
    elsewhere = None not in groups and groups[0] != groups[1]
    return not elsewhere and abs(one - other) <= window
