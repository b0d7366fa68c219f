"""Watch log: what can have been so in the manual watch, and what of it is doubted. Pure.

What cannot have been is refused. What is doubted is kept with its doubts by name, and is no exposure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.errors import WatchLogMalformed
from store.vocabulary import Doubt, WatchMode, WatchPlace

EARLIEST = 1990
"""The first year of which a watch may be told."""

LIMIT = timedelta(hours=12)
"""Nobody watches longer in one go: a session that nobody ended ends here, and is no exposure."""

AHEAD = timedelta(minutes=2)
"""So far a phone's clock may be ahead of ours."""

OLDEST = timedelta(days=31)
"""So late a phone that was away from every network may tell what it kept."""

LATE = timedelta(minutes=15)
"""A blind session told later than this was not blind by our doing: nothing was hidden meanwhile."""

COPIES = timedelta(minutes=10)
"""A sighting so soon after an alert that the observer could know of may be the alert's."""

FREE, AN_HOUR = 3, 12
"""More sightings than the first, and the second for each hour, are a slip or a joke: one every five minutes."""

SAYS: Mapping[Doubt, str] = {
    Doubt.NO_END: f"nobody ended it: it was closed {LIMIT / timedelta(hours=1):g} hours after its start",
    Doubt.OVERLAPPING: "the same person watched twice at the same time",
    Doubt.TOO_MANY: f"more sightings than its hours allow ({FREE}, and {AN_HOUR} for each hour)",
    Doubt.COPIED: "a sighting within 10 minutes after an alert that the observer could know of",
    Doubt.TOLD_OTHERWISE: "the observer was told of the model's answers",
    Doubt.ASKED: "an alert was told to people at this site meanwhile",
    Doubt.SENT_BY_ALERT: "a patrol because of an alert",
    Doubt.TOLD_LATE: "told only afterwards: the model's answers were not hidden meanwhile",
    Doubt.NOT_SIGNED: "blind on paper, and no second person signed it",
    Doubt.NOT_DRAWN: "at a desk, and not over hours that the system drew",
    Doubt.HALF_SEEN: "in a recorded hour that was not shown to its end",
    Doubt.KNEW: "its observer knew what had happened in that hour",
}


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One session as it is judged. until None: still open. drawn: how many recorded hours of the draw were shown."""

    mode: WatchMode
    place: WatchPlace
    since: datetime
    until: datetime | None
    received_at: datetime
    by_limit: bool = False
    told_otherwise: bool = False
    patrol: bool = False
    imported: bool = False
    signed: bool = False
    drawn: int = 0


def begins(at: datetime | None, *, now: datetime) -> datetime:
    """When a session that is told now began. Raises WatchLogMalformed for the future and for what is long over."""
    found = _not_ahead("the session begins", at or now, now)
    if now - found >= LIMIT:
        raise WatchLogMalformed(
            f"a session lasts at most {LIMIT / timedelta(hours=1):g} hours and this one began at {_said(found)}: "
            "bring older ones in by `bearwatch watch-log import`"
        )
    return found


def whole(since: datetime | None, until: datetime, *, now: datetime) -> tuple[datetime, datetime]:
    """Beginning and end of a session that is told when it is over. Raises WatchLogMalformed."""
    if since is None:
        raise WatchLogMalformed("a session that is over is told with both times: give its beginning too")
    began = _not_ahead("the session begins", since, now)
    ended = ends(began, until, now=now)
    if ended - began > LIMIT:
        raise WatchLogMalformed(
            f"it lasts {ended - began}, and a session lasts at most {LIMIT / timedelta(hours=1):g} hours: "
            "look at both times"
        )
    if now - ended > OLDEST:
        raise WatchLogMalformed(
            f"it ended at {_said(ended)}, more than {OLDEST.days} days ago: bring older ones in by "
            "`bearwatch watch-log import`"
        )
    return began, ended


def ends(since: datetime, at: datetime | None, *, now: datetime) -> datetime:
    """When it ended. Raises WatchLogMalformed for the future, and for an end that lies before its beginning."""
    found = _not_ahead("the session ends", at or now, now)
    if found < since:
        raise WatchLogMalformed(f"it ends at {_said(found)}, before it began at {_said(since)}: look at both times")
    return found


def was_seen(at: datetime | None, *, now: datetime) -> datetime:
    """When a bear was seen. Raises WatchLogMalformed for the future."""
    return _not_ahead("the sighting is", at or now, now)


def most(length: timedelta) -> int:
    """So many sightings a session of this length may hold; at a desk it is as long as the hours that were recorded.

    >>> most(timedelta(minutes=30))
    9
    """
    return FREE + int(AN_HOUR * (length / timedelta(hours=1)))


def copied(at: datetime, known: Sequence[datetime]) -> bool:
    """Whether a bear was seen so soon after an alert. known: when alerts were raised that the observer could know."""
    return any(timedelta() <= at - alert <= COPIES for alert in known)


def doubts(
    watch: Watch, *, now: datetime, overlaps: bool, sightings: Sequence[datetime],
    alerts: Sequence[tuple[datetime, bool]],
) -> tuple[Doubt, ...]:  # fmt: skip
    """What is doubted of a session, in the order of the vocabulary.

    overlaps: with another of the same person. alerts: when each was raised at the site, and whether people were told
    at once; what nobody was told is known to those alone who did not watch blind here.
    """
    until, blind = watch.until or now, watch.mode is WatchMode.BLIND
    told = [at for at, said in alerts if said]
    known = told if blind and not watch.imported else [at for at, _ in alerts]
    field = watch.place is WatchPlace.FIELD
    holds = {
        Doubt.NO_END: watch.by_limit,
        Doubt.OVERLAPPING: overlaps,
        Doubt.TOO_MANY: len(sightings) > most(until - watch.since if field else timedelta(hours=watch.drawn + 1)),
        Doubt.COPIED: field and any(copied(at, known) for at in sightings),
        Doubt.TOLD_OTHERWISE: watch.told_otherwise,
        Doubt.ASKED: blind and field and any(watch.since <= at <= until for at in told),
        Doubt.SENT_BY_ALERT: watch.patrol,
        Doubt.TOLD_LATE: blind and not watch.imported and watch.received_at - watch.since > LATE,
        Doubt.NOT_SIGNED: blind and watch.imported and not watch.signed,
        Doubt.NOT_DRAWN: not field and not watch.drawn,
    }
    return tuple(doubt for doubt, held in holds.items() if held)


def counts(watch: Watch, doubted: Sequence[str]) -> bool:
    """Whether its hours are exposure of the manual baseline: blind, ended, and nothing of it is doubted."""
    return watch.mode is WatchMode.BLIND and watch.until is not None and not doubted


def not_before_all(what: str, at: datetime) -> None:
    """Raise WatchLogMalformed for a year that nobody means: a slip of the pen, or a clock that was never set."""
    if at.year < EARLIEST:
        raise WatchLogMalformed(f"{what} in the year {at.year}: look at the time")


def _not_ahead(what: str, at: datetime, now: datetime) -> datetime:
    not_before_all(what, at)
    if at > now + AHEAD:
        raise WatchLogMalformed(f"{what} at {_said(at)}, in the future: it is {_said(now)}; look at the time")
    return min(at, now)


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}"
