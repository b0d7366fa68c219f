"""Pace: what a site's blind watch and its reviews bring in a week, by day and by night. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rollout.evidence import weeks as of_weeks
from rollout.evidence.observers import Pairs
from rollout.evidence.weeks import Week
from rollout.exit_facts import Answers, Beside
from rollout.scope_hours import DAY, NIGHT
from rollout.simulation import NIGHT_HOURS, WEEK_HOURS, Truth
from store.vocabulary import WatchPlace

NOTHING = Pairs(both=0, model_only=0, manual_only=0)
LIGHT_HOURS: Mapping[str, float] = {DAY: WEEK_HOURS - NIGHT_HOURS, NIGHT: NIGHT_HOURS}
"""Hours a week, in the mean of the year."""

AnHour = tuple[float, float, float]
"""Encounters a matched hour: of both, of the model only, of people only."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """One kind of observers in one light. has, hours: what counts so far; hours_a_week: matched hours to come.

    weeks: the last of what counts so far, week by week.
    """

    has: Pairs = NOTHING
    hours: float = 0.0
    hours_a_week: float = 0.0
    weeks: tuple[Week, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Light:
    """Day or night. tracks: by place, never added up. an_hour: None: not known, it is read off what counts so far.

    most: hours a week that there are. imagined: of a site that is not there: what it has so far is drawn too.
    """

    name: str
    tracks: Mapping[WatchPlace, Track]
    an_hour: AnHour | None = None
    most: float = NIGHT_HOURS
    imagined: bool = False

    @property
    def hours_a_week(self) -> float:
        """Of the observers with more to come."""
        return max(track.hours_a_week for track in self.tracks.values())

    @property
    def measured(self) -> Track:
        """What the pace of the encounters is read off: the observers with more hours so far."""
        return max(self.tracks.values(), key=lambda track: track.hours)

    @property
    def known(self) -> bool:
        """Whether there is a pace at all."""
        return self.an_hour is not None or self.measured.hours > 0


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """Answers on alerts of a trial. others: no bear, or unsure. weeks: since the first; share: of bears, if given.

    a_week: alerts answered a week, if given; None of both: read off what there is.
    """

    bears: int = 0
    others: int = 0
    weeks: float = 0.0
    a_week: float | None = None
    share: float | None = None

    @property
    def known(self) -> bool:
        """Whether there is a pace at all."""
        return self.a_week is not None or self.weeks > 0


@dataclass(frozen=True, kw_only=True)
class Pace:
    """A site. matched: encounter by encounter. in_field: whether hours in the field count as blind.

    reference: the ratio that was accepted. likes: lights of sites whose evidence is pooled with its own. desk_speed:
    recorded hours that a person goes through in an hour; cameras: a recorded hour of one of them is that part of a
    site-hour; drawn_hours: hours a day of each camera that are recorded for it.
    """

    lights: tuple[Light, ...]
    reviews: Reviews = field(default_factory=Reviews)
    matched: bool = True
    in_field: bool = True
    reference: float = 1.0
    likes: tuple[tuple[Light, ...], ...] = ()
    desk_speed: float = 30.0
    cameras: int = 1
    drawn_hours: float = 2.0


def of_truth(truth: Truth, *, precision: float, desk_hours: float = 0.0) -> Pace:
    """Of numbers of one's own, with nothing so far. desk_hours: site-hours a week gone through at a desk.

    >>> told = of_truth(Truth(rate=5, watch_hours=40, overlap=0.6), precision=0.8)
    >>> [round(light.hours_a_week * sum(light.an_hour), 2) for light in told.lights]
    [0.83, 0.83]
    """
    field_hours = {NIGHT: truth.watch_hours * truth.night_watch, DAY: truth.watch_hours * (1 - truth.night_watch)}
    bears = {NIGHT: truth.night_share, DAY: 1 - truth.night_share}
    lights = tuple(
        Light(
            name=name, most=most, an_hour=_an_hour(truth, truth.rate * bears[name] / most),
            tracks={
                WatchPlace.FIELD: Track(hours_a_week=min(most, field_hours[name])),
                WatchPlace.DESK: Track(hours_a_week=min(most, desk_hours * most / WEEK_HOURS)),
            },
        )
        for name, most in LIGHT_HOURS.items()
    )  # fmt: skip
    reviews = Reviews(a_week=truth.rate * truth.start / precision, share=precision)
    return Pace(lights=lights, reviews=reviews, matched=truth.overlap > 0)


def _an_hour(truth: Truth, people: float) -> AnHour:
    model = people * truth.start
    both = truth.overlap * min(people, model)
    return both, model - both, people - both


def of_counted(beside: Mapping[str, Mapping[WatchPlace, Beside]]) -> tuple[Light, ...]:
    """Of what was counted, by stratum and kind of observers."""
    return tuple(
        Light(
            name=light, most=LIGHT_HOURS[light],
            tracks={
                place: Track(
                    has=of_weeks.pairs(told.weeks) or NOTHING, weeks=tuple(told.weeks),
                    hours=sum(week.matched_hours for week in told.weeks), hours_a_week=told.hours_a_week,
                )
                for place, told in places.items()
            },
        )
        for light, places in beside.items()
    )  # fmt: skip


def of_answers(told: Answers, *, today: date) -> Reviews:
    """Of the alerts of a trial that people answered; an unsure one counts as no bear."""
    if told.since is None:
        return Reviews()
    weeks = ((today - told.since).days + 1) / 7
    return Reviews(bears=told.bears, others=told.others + told.unsure, weeks=weeks)


def to_come(told: Answers, *, alerts_a_day: float | None) -> Reviews:
    """Of a trial to come, from what the rule would have raised and what people said of it in shadow."""
    if alerts_a_day is None:
        return Reviews()
    every = told.bears + told.others + told.unsure
    return Reviews(a_week=7 * alerts_a_day, share=(told.bears + 0.5) / (every + 1))


def to_truth(told: Pace) -> Truth | None:
    """A healthy site with that pace, to be simulated; None where too little was seen for one.

    The model's ratio is the accepted reference: healthy is what people accepted.
    """
    rates, hours = {}, {}
    both = people = 0
    for light in told.lights:
        track = light.measured
        hours[light.name] = light.hours_a_week
        rates[light.name] = light.most * track.has.manual / track.hours if track.hours else 0.0
        both, people = both + track.has.both, people + track.has.manual
    rate, watched = sum(rates.values()), sum(hours.values())
    if not rate:
        return None
    overlap = both / people / min(1.0, told.reference)
    return Truth(
        rate=rate, start=told.reference, overlap=min(1.0, overlap) if told.matched else 0.0, watch_hours=watched,
        night_share=rates.get(NIGHT, 0.0) / rate, night_watch=hours.get(NIGHT, 0.0) / watched if watched else 0.0,
    )  # fmt: skip
