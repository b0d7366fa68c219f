"""Demo year: fifty-two simulated weeks at five sites, each with a story of its own. Pure, and the same each time.

What happens is told here, and who saw it; never what a report says of it. No picture belongs to any of it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import exp

from rollout import iso_weeks
from rollout.iso_weeks import IsoWeek
from store.vocabulary import Verdict

EDITION = 1
"""Goes up with every change of what happens here: a year of an older one is made anew."""

WEEKS = 52
REPORTED = timedelta(hours=6)
"""A week's report is made so long after its end: on Monday at six."""

WATCHERS = ("robin", "kim")
EVENINGS = (1, 3, 4, 5)
"""Weekdays on which people watch: Tuesday, Thursday, Friday, Saturday."""

BEGINS, LASTS = 18, timedelta(hours=5)
"""The hour at which a watch begins, and how long it takes."""

ACTIVE = 0.6
"""Of all animals so many come in the hours of the watch; the others spread over the other hours."""

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
APART = 36 * MINUTE
"""What comes sooner after another belongs to the same visit, and is left out."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What really happens at one site. Rates are a week's, recalls shares of the bears that come by.

    fooled: animals that the model takes for bears, more_fooled: so many more from week fooled_from on. dies: the
    week in whose Wednesday the camera dies; leaves: the first week in which nobody watches. None: never.
    """

    site: str
    title: str
    says: str
    bears: float = 14.0
    model_recall: float = 0.86
    people_recall: float = 0.82
    fooled: float = 0.4
    more_fooled: float = 0.0
    fooled_from: int | None = None
    dies: int | None = None
    leaves: int | None = None


STORIES = (
    Story(
        site="quiet-valley", title="Quiet valley: agrees",
        says="The model and the people find about the same, all year.",
    ),
    Story(
        site="twin-creek", title="Twin creek: doubled", more_fooled=17.0, fooled_from=27,
        says="From week 27 on cattle come to drink in the evenings, and the model takes them for bears.",
    ),
    Story(
        site="old-ridge", title="Old ridge: camera died", dies=38,
        says="On the Wednesday of week 38 the camera dies, and nobody mends it.",
    ),
    Story(
        site="far-meadow", title="Far meadow: nobody watched", leaves=25,
        says="From week 25 on nobody keeps the manual watch; the model goes on.",
    ),
    Story(
        site="small-bench", title="Small bench: too few bears", bears=0.7, fooled=0.05,
        says="People watch all year, and hardly a bear comes by.",
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Somebody watched blind from a beginning to an end."""

    since: datetime
    until: datetime
    observer: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the model made of one that it called a bear, and what people said of that later. usual: how like the
    pictures that it knows; waited: until the answer.
    """

    p_bear: float
    usual: float
    size: float
    verdict: Verdict
    waited: timedelta
    took_s: float


@dataclass(frozen=True, kw_only=True)
class Passed:
    """An animal that somebody noticed. shown None: not the model; seen_at None: no person who watched."""

    at: datetime
    night: bool
    shown: Shown | None
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SiteYear:
    """Everything that is on record of one site. died: since when its camera gives no picture."""

    story: Story
    since: datetime
    watches: Sequence[Watch]
    passed: Sequence[Passed]
    died: datetime | None


def weeks(now: datetime, zone: tzinfo, many: int = WEEKS) -> list[IsoWeek]:
    """The last weeks of which a report could have been made by now, the oldest first."""
    this = iso_weeks.holding(now - REPORTED, zone)
    return [iso_weeks.back(this, back, zone) for back in range(many, 0, -1)]


def known_at(week: IsoWeek, zone: tzinfo) -> datetime:
    """The Monday morning on which a week's report is made.

    >>> known_at(iso_weeks.read("2026-W47", UTC), UTC).isoformat()
    '2026-11-23T06:00:00+00:00'
    """
    return datetime.combine(week.monday + 7 * DAY, time(6), zone).astimezone(UTC)


def years(some: Sequence[IsoWeek], zone: tzinfo) -> list[SiteYear]:
    """What happened in these weeks at the five sites."""
    return [year(story, some, zone) for story in STORIES]


def year(story: Story, some: Sequence[IsoWeek], zone: tzinfo) -> SiteYear:
    """What happened at one site."""
    died = None
    if story.dies is not None and story.dies <= len(some):
        died = _at(some[story.dies - 1].monday, 2, 13 * 60 + 40, zone)
    watches, passed = list[Watch](), list[Passed]()
    for number, week in enumerate(some, start=1):
        chance = random.Random(f"{story.site} {number}")  # noqa: S311
        mine = list(_watches(story, number, week, zone))
        watches += mine
        for one in sorted(_passed(story, number, week, mine, died, chance, zone), key=lambda one: one.at):
            if not passed or one.at - passed[-1].at >= APART:
                passed.append(one)
    return SiteYear(story=story, since=some[0].begins, watches=watches, passed=passed, died=died)


def _at(monday: date, day: int, minute: float, zone: tzinfo) -> datetime:
    """A minute of a day of the week by the clock on the wall."""
    midnight = datetime.combine(monday + day * DAY, time(), zone)
    return (midnight + minute * MINUTE).astimezone(UTC)


def _watches(story: Story, number: int, week: IsoWeek, zone: tzinfo) -> Iterator[Watch]:
    if story.leaves is not None and number >= story.leaves:
        return
    for turn, day in enumerate(EVENINGS):
        since = _at(week.monday, day, BEGINS * 60, zone)
        yield Watch(since=since, until=since + LASTS, observer=WATCHERS[(number + turn) % 2])


def _passed(
    story: Story, number: int, week: IsoWeek, watches: Sequence[Watch], died: datetime | None,
    chance: random.Random, zone: tzinfo,
) -> Iterator[Passed]:  # fmt: skip
    """Bears, and what the model takes for one, as far as somebody noticed them."""
    late = story.fooled_from is not None and number >= story.fooled_from
    fooled = story.fooled + (story.more_fooled if late else 0.0)
    for kind, rate in ((True, story.bears), (False, fooled)):
        for _ in range(_many(rate, chance)):
            one = _one(story, week, watches, died, chance, zone, bear=kind)
            if one.shown is not None or one.seen_at is not None:
                yield one


def _many(rate: float, chance: random.Random) -> int:
    """A Poisson number (Knuth: multiply uniform numbers until they fall below exp(-rate))."""
    found, left = 0, chance.random()
    while left > exp(-rate):
        found, left = found + 1, left * chance.random()
    return found


def _one(
    story: Story, week: IsoWeek, watches: Sequence[Watch], died: datetime | None, chance: random.Random, zone: tzinfo,
    *, bear: bool,
) -> Passed:  # fmt: skip
    evening = chance.random() < ACTIVE
    hour = chance.uniform(BEGINS, BEGINS + 5) if evening else (BEGINS + 5 + chance.uniform(0, 19)) % 24
    at = _at(week.monday, chance.randrange(7), hour * 60, zone)
    called = chance.random() < (story.model_recall if bear else 1.0)
    noticed = chance.random() < story.people_recall and bear
    shown, seen = _shown(chance, bear=bear), at + chance.uniform(1, 6) * MINUTE
    watched = any(watch.since <= at and seen < watch.until for watch in watches)
    works = died is None or at < died
    return Passed(
        at=at, night=hour >= 19.5 or hour < 6.5, shown=shown if called and works else None,
        seen_at=seen if noticed and watched else None,
    )  # fmt: skip


def _shown(chance: random.Random, *, bear: bool) -> Shown:
    unsure = chance.random() < 0.04
    right = Verdict.BEAR if bear else Verdict.NOT_BEAR
    return Shown(
        p_bear=round(chance.betavariate(14, 2) if bear else chance.uniform(0.55, 0.85), 3),
        usual=round(chance.uniform(0.15, 0.95) if bear else chance.uniform(0.03, 0.6), 3),
        size=round(chance.uniform(0.06, 0.4), 3), verdict=Verdict.UNSURE if unsure else right,
        waited=chance.uniform(20, 600) * MINUTE, took_s=round(chance.uniform(7, 45), 1),
    )  # fmt: skip
