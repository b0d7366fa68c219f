"""What a rule would have done on stored detections: alerts a day, whom it would have asked or woken, when. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rollout import reach, scope_hours, scopes, visits
from rollout.rerun import LOUD, Decided
from rollout.rules import UNLIKE
from rollout.scope_hours import Place
from rollout.spans import Span
from rollout.terms import Terms
from store.vocabulary import Act, Audience, Reason, Stage

WEEKS = 8
"""So far back it looks."""

ASLEEP = "22:00-06:00"
"""Site time: whoever is asked or warned in it is woken."""

MOST_LISTED = 20
HELD = (Reason.COOLDOWN, Reason.DAILY_CAP, Reason.QUIET_PLACE)

NO_SIGHTINGS = "no sightings of people are stored: what it would have missed of them cannot be said"


@dataclass(frozen=True, kw_only=True)
class Ear:
    """A receiver, as far as reach goes."""

    id: str
    audience: Audience
    hours: str | None


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Who is on at which hours: the receivers of the chain's first step."""

    hours: str | None
    first: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """How often one receiver would have been asked or warned, and how often of these at night."""

    receiver: str
    times: int
    woken: int


@dataclass(frozen=True, kw_only=True)
class WouldAlert:
    """One alert that it would have raised. at: in site time."""

    at: str
    camera: str
    p_bear: float
    act: Act
    receivers: tuple[str, ...]
    woken: bool
    says: str
    frame: int


@dataclass(frozen=True, kw_only=True)
class Bear:
    """An alert that people answered with bear."""

    alert: int
    group: str
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The answer. days: those that the scope holds, since the version's first detection here.

    alerts_a_day None: nothing is stored that it could be asked on. missed: alerts that people answered with bear, in
    its scope, which it would not have raised. held: what cooldown, daily cap and quiet places would have kept back.
    worst_day: without that; busiest: with what the cap kept back. unlike: alerts of pictures unlike the training.
    """

    model: str
    since: str
    until: str
    days: int
    frames: int
    alerts: int
    alerts_a_day: float | None
    worst_day: int
    busiest: int
    by_day: tuple[tuple[str, int], ...]
    receivers: tuple[Heard, ...]
    woken: int
    held: dict[str, int]
    unlike: int
    out_of_domain_share: float | None
    bears: int
    missed: tuple[int, ...]
    sightings: str
    listed: tuple[WouldAlert, ...]
    says: str

    def plain(self) -> dict[str, Any]:
        """As JSON's own types."""
        told = asdict(self)
        told["listed"] = [{**row, "act": row["act"].value} for row in told["listed"]]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What is stored of the version at a site in the window. frames: scored ones; unlike: unlike its training.

    first_at: the first of them.
    """

    model: str
    frames: int
    unlike: int
    first_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class People:
    """Who could be told, and what they answered."""

    ears: Sequence[Ear]
    duties: Sequence[Duty]
    bears: Sequence[Bear]


def of(
    decided: Iterable[Decided], terms: Terms, place: Place, *, window: Span, stored: Stored, people: People
) -> Forecast:
    """Sum up a rerun over a window."""
    loud, unlike, groups = [], 0, defaultdict(list)
    held, capped = Counter[str](), Counter[str]()
    for one in decided:
        if one.decision.act is Act.RECORD and one.decision.reason in HELD:
            held[one.decision.reason.value.lower()] += 1
            capped[_local(one.shot.received_at, place)[:10]] += one.decision.reason is Reason.DAILY_CAP
        if one.decision.act in LOUD:
            loud.append(_alert(one, terms, place, people))
            unlike += _unlike(one.shot.found.out_of_domain_p)
        if one.decision.act in (*LOUD, Act.JOIN) and one.decision.stage is not Stage.SHADOW:
            groups[one.shot.group].append(one.shot.taken_at)
    days = _days(terms, place, window, stored.first_at)
    by_day = Counter(row.at[:10] for row in loud)
    bears = [bear for bear in people.bears if scope_hours.holds(terms, place, bear.taken_at)]
    missed = tuple(bear.alert for bear in bears if not _found(bear, groups[bear.group]))
    a_day = len(loud) / len(days) if days else None
    return Forecast(
        model=stored.model, since=_local(max(window.since, stored.first_at or window.since), place),
        until=_local(window.until, place), days=len(days), frames=stored.frames, alerts=len(loud),
        alerts_a_day=None if a_day is None else round(a_day, 2),
        worst_day=max(by_day.values(), default=0), busiest=max((by_day + capped).values(), default=0),
        by_day=tuple((day.isoformat(), by_day[day.isoformat()]) for day in days), receivers=_heard(loud),
        woken=sum(row.woken for row in loud), held=dict(held), unlike=unlike,
        out_of_domain_share=round(stored.unlike / stored.frames, 4) if stored.frames else None, bears=len(bears),
        missed=missed, sightings=NO_SIGHTINGS, listed=tuple(loud[-MOST_LISTED:][::-1]),
        says=_says(len(days), loud, a_day, by_day),
    )  # fmt: skip


def _alert(one: Decided, terms: Terms, place: Place, people: People) -> WouldAlert:
    local = one.shot.received_at.astimezone(place.zone)
    whom = _asked(people, local) if one.decision.act is Act.ASK else _warned(people, terms.audience, local)
    return WouldAlert(
        at=f"{local:%Y-%m-%d %H:%M}", camera=one.shot.camera, p_bear=round(one.shot.found.p_bear, 4),
        act=one.decision.act, receivers=whom, woken=bool(whom) and scopes.within(ASLEEP, local),
        says=one.decision.says, frame=one.shot.frame,
    )  # fmt: skip


def _asked(people: People, local: datetime) -> tuple[str, ...]:
    """Rangers of the first step of who is on duty; every ranger where nobody is."""
    duty = reach.on_duty(people.duties, local)
    rangers = [ear.id for ear in people.ears if ear.audience is Audience.RANGERS]
    return tuple(name for name in rangers if duty and name in duty.first) or tuple(rangers)


def _warned(people: People, audience: Audience, local: datetime) -> tuple[str, ...]:
    wanted = [ear for ear in people.ears if audience is Audience.CAMPERS or ear.audience is Audience.RANGERS]
    return tuple(ear.id for ear in reach.awake(wanted, local)[0])


def _unlike(p: float | None) -> bool:
    return p is not None and p < UNLIKE


def _heard(loud: Sequence[WouldAlert]) -> tuple[Heard, ...]:
    times = Counter(name for row in loud for name in row.receivers)
    woken = Counter(name for row in loud if row.woken for name in row.receivers)
    return tuple(Heard(receiver=name, times=count, woken=woken[name]) for name, count in times.most_common())


def _days(terms: Terms, place: Place, window: Span, first_at: datetime | None) -> list[date]:
    """The days of the site that the scope holds a part of, since there was anything to be asked on."""
    if first_at is None:
        return []
    day, last = (at.astimezone(place.zone).date() for at in (max(window.since, first_at), window.until))
    found = []
    while day <= last:
        if not terms.weekdays or f"{day:%a}".lower() in terms.weekdays:
            found.append(day)
        day += timedelta(days=1)
    return found


def _found(bear: Bear, alerted: Sequence[datetime]) -> bool:
    return any(abs(at - bear.taken_at) < visits.VISIT_GAP for at in alerted)


def _local(at: datetime, place: Place) -> str:
    return f"{at.astimezone(place.zone):%Y-%m-%d %H:%M}"


def _says(days: int, loud: Sequence[WouldAlert], a_day: float | None, by_day: Counter[str]) -> str:
    if a_day is None:
        return "nothing is stored of this version at this site: it cannot be said what the rule would have done"
    woken = sum(row.woken for row in loud)
    verb = "warned" if any(row.act is Act.WARN for row in loud) else "asked"
    most = f", at most {max(by_day.values())} on one day" if by_day else ""
    return (
        f"on {days} day{'' if days == 1 else 's'} in scope it would have {verb} people {len(loud)} times: "
        f"{a_day:.1f} a day{most}; {woken} times between {ASLEEP.replace('-', ' and ')}"
    )
