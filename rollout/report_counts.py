"""Report counts: what each side saw of a site's bears in matched hours, for a week or a piece of one. Pure.

Field and desk observers are never added up; day and night of one place may be, since within matched hours both sides
are exposed alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rollout.evidence.observers import Pairs
from rollout.evidence.weeks import Week
from rollout.matched_hours import Matched
from rollout.watch_hours import Stratum
from store.vocabulary import Doubt, Verdict, WatchPlace


@dataclass(frozen=True, kw_only=True)
class Met:
    """One encounter as it is counted. visit, sighting: whose part there is; night: by the sun.

    verdict: what people saw in the visit's pictures, answers set apart left out. watched: the place of the blind
    session in which it was seen, where that session counts and the sighting is not doubted; else None.
    """

    at: datetime
    night: bool
    visit: int | None = None
    visit_at: datetime | None = None
    camera: str | None = None
    p_bear: float | None = None
    model: str | None = None
    verdict: Verdict | None = None
    sighting: int | None = None
    seen_at: datetime | None = None
    seen_camera: str | None = None
    watched: WatchPlace | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def kind(self) -> str:
        """both, model_only or people_only, whoever of the people saw it and whether they watched blind."""
        if self.visit is None:
            return PEOPLE
        return MODEL if self.sighting is None else BOTH


BOTH, MODEL, PEOPLE = "both", "model_only", "people_only"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Hours and encounters of one stratum. bears_: the same of what people confirmed, from pictures or by eye."""

    place: WatchPlace
    light: str
    watched: float
    matched: float
    both: int = 0
    model_only: int = 0
    manual_only: int = 0
    bears_both: int = 0
    bears_model_only: int = 0
    bears_manual_only: int = 0


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A week of a site, or the piece of one that lies on one side of a change.

    ran: hours in which the model was to watch; up: site-hours in which it did. visits: all that the model called
    bear, watched or not.
    """

    week: str
    since: datetime
    until: datetime
    ran: float
    up: float
    visits: int
    seen: tuple[Seen, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON's own types."""
        return asdict(self) | {"since": self.since.isoformat(), "until": self.until.isoformat()}


def read(told: Mapping[str, Any]) -> Counted:
    """As it was kept."""
    seen = tuple(Seen(**{**one, "place": WatchPlace(one["place"])}) for one in told["seen"])
    since, until = (datetime.fromisoformat(told[name]) for name in ("since", "until"))
    return Counted(**{**told, "seen": seen, "since": since, "until": until})


def added(one: Counted, other: Counted) -> Counted:
    """Two pieces of one week, the second right after the first."""
    strata: dict[tuple[WatchPlace, str], Seen] = {}
    for seen in (*one.seen, *other.seen):
        key = (seen.place, seen.light)
        strata[key] = seen if key not in strata else _sum(strata[key], seen)
    return Counted(
        week=one.week, since=one.since, until=other.until, ran=one.ran + other.ran, up=one.up + other.up,
        visits=one.visits + other.visits, seen=tuple(strata.values()),
    )  # fmt: skip


def _sum(one: Seen, other: Seen) -> Seen:
    numbers = {
        name: getattr(one, name) + getattr(other, name)
        for name in asdict(one) if name not in ("place", "light")
    }  # fmt: skip
    return Seen(place=one.place, light=one.light, **numbers)


def sees(met: Met, place: WatchPlace, hours: Mapping[Stratum, Matched]) -> tuple[Stratum, str] | None:
    """How an encounter counts for one kind of observers: in which stratum of matched hours, and who saw it there.

    A sighting of somebody who did not watch blind in this place is none here. Of a pair the sighting's time decides,
    since the visit may begin before the watch did. None: neither side was matched then.
    """
    mine = [(stratum, some) for stratum, some in hours.items() if stratum.place is place]
    if met.watched is place and met.seen_at is not None:
        camera = met.seen_camera or met.camera
        for stratum, some in mine:
            if some.holds(met.seen_at, camera):
                return stratum, PEOPLE if met.visit_at is None else BOTH
    if met.visit_at is not None:
        for stratum, some in mine:
            if some.holds(met.visit_at, met.camera):
                return stratum, MODEL
    return None


def confirmed(kind: str, met: Met) -> str | None:
    """The same among bears that people confirmed: a visit they called no bear is none, and one alone needs a yes."""
    if kind == BOTH:
        return PEOPLE if met.verdict is Verdict.NOT_BEAR else BOTH
    return kind if kind == PEOPLE or met.verdict is Verdict.BEAR else None


def seen(hours: Mapping[Stratum, Matched], told: Iterable[tuple[Met, tuple[Stratum, str]]]) -> tuple[Seen, ...]:
    """Count every stratum. told: encounters with how they count."""
    counts: dict[Stratum, Counter[str]] = {stratum: Counter() for stratum in hours}
    for met, (stratum, kind) in told:
        bear = confirmed(kind, met)
        counts[stratum].update([kind] if bear is None else [kind, f"bears_{bear}"])
    return tuple(_seen(stratum, hours[stratum], found) for stratum, found in counts.items())


def _seen(stratum: Stratum, hours: Matched, found: Mapping[str, int]) -> Seen:
    told = {name: found.get(kind, 0) for name, kind in COUNTS.items()}
    return Seen(
        place=stratum.place, light=stratum.light, watched=hours.watched, matched=hours.matched, **told,
    )  # fmt: skip


COUNTS = {
    "both": BOTH, "model_only": MODEL, "manual_only": PEOPLE,
    "bears_both": f"bears_{BOTH}", "bears_model_only": f"bears_{MODEL}", "bears_manual_only": f"bears_{PEOPLE}",
}  # fmt: skip


def of_place(counted: Counted, place: WatchPlace, light: str | None = None) -> Sequence[Seen]:
    """The strata of one place, or of its days or nights alone."""
    return [one for one in counted.seen if one.place is place and light in (None, one.light)]


def pairs(rows: Iterable[Seen], *, bears: bool = False) -> Pairs:
    """Their encounters; bears: those that people confirmed."""
    told = list(rows)
    if bears:
        return Pairs(
            both=sum(one.bears_both for one in told), model_only=sum(one.bears_model_only for one in told),
            manual_only=sum(one.bears_manual_only for one in told),
        )  # fmt: skip
    return Pairs(
        both=sum(one.both for one in told), model_only=sum(one.model_only for one in told),
        manual_only=sum(one.manual_only for one in told),
    )  # fmt: skip


def week(counted: Counted, place: WatchPlace, *, bears: bool = False, light: str | None = None) -> Week:
    """A week as verdicts take it. Both sides have the same hours, the matched ones.

    Without a matched hour the model's own are told and nobody's of the people: nobody watched beside it.
    """
    rows = of_place(counted, place, light)
    hours, found = sum(one.matched for one in rows), pairs(rows, bears=bears)
    if hours <= 0:
        return Week(name=counted.week, model=0, model_hours=counted.up, manual=0, manual_hours=0.0)
    return Week(
        name=counted.week, model=found.model, model_hours=hours, manual=found.manual, manual_hours=hours, pairs=found
    )


def base(weeks: Sequence[Counted], *, light: str | None = None) -> WatchPlace:
    """Which observers the verdict rests on: those with more matched hours; the field's where it is even.

    By exposure alone, never by what was seen: then the choice cannot favour a verdict.
    """
    hours = {
        place: sum(one.matched for week in weeks for one in of_place(week, place, light)) for place in WatchPlace
    }  # fmt: skip
    return WatchPlace.DESK if hours[WatchPlace.DESK] > hours[WatchPlace.FIELD] else WatchPlace.FIELD
