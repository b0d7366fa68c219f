"""Exit weeks: a blind watch beside the model, week by week: in the trial, its renewals, and the shadow before it.

In shadow the same version at the same threshold and cameras calls the same bears, and the watch in the field is blind
there. A view that changed begins anew: what was seen through another one says nothing of this.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollout import matched_hours, report_counts, report_weeks
from rollout.asked import Asked
from rollout.evidence.observers import Pairs
from rollout.evidence.weeks import Week
from rollout.exit_facts import Beside
from rollout.renewals import Run
from rollout.report_counts import Counted
from rollout.scope_hours import DAY, NIGHT
from store.session import Session
from store.vocabulary import Stage, WatchPlace


def better(places: Mapping[WatchPlace, Beside]) -> Beside:
    """Of the observers with more matched hours; of the field where it is even."""
    return max(
        (places[place] for place in (WatchPlace.FIELD, WatchPlace.DESK)),
        key=lambda told: sum(week.matched_hours for week in told.weeks),
    )


LATELY = timedelta(weeks=8)
"""Over which the present pace of the watch is taken."""

NO_CUT = ("stage", "reference")
"""Changes that begin no new segment here: shadow between two renewals, and an accepted ratio."""


@dataclass(frozen=True, kw_only=True)
class ExitWeeks:
    """Counts from a moment on. place: the observers with more matched hours, since field and desk never add up."""

    since: datetime
    until: datetime
    place: WatchPlace
    counted: Sequence[Counted]

    def every(self, *, bears: bool) -> list[Week]:
        """Day and night together; bears: those that people confirmed."""
        return [report_counts.week(one, self.place, bears=bears) for one in self.counted]

    def by_light(self, *, bears: bool) -> Mapping[str, Sequence[Week]]:
        """By stratum, each by the observers with more hours in it; those without a matched hour are left out."""
        found = {}
        for light in (DAY, NIGHT):
            place = report_counts.base(self.counted, light=light)
            found[light] = [report_counts.week(one, place, bears=bears, light=light) for one in self.counted]
        return {light: weeks for light, weeks in found.items() if any(week.manual_hours > 0 for week in weeks)}

    def beside(self, lights: Collection[str]) -> Mapping[str, Mapping[WatchPlace, Beside]]:
        """Bears that people confirmed, by stratum and kind of observers, with the matched hours a week of late."""
        late = [one for one in self.counted if one.until > self.until - LATELY]
        weeks = max((self.until - late[0].since) / timedelta(weeks=1), 1 / 7) if late else 1.0
        return {
            light: {
                place: Beside(
                    weeks=[report_counts.week(one, place, bears=True, light=light) for one in self.counted],
                    hours_a_week=sum(
                        row.matched for one in late for row in report_counts.of_place(one, place, light)
                    ) / weeks,
                )
                for place in WatchPlace
            }
            for light in sorted(lights)
        }  # fmt: skip

    def pairs(self, *, bears: bool) -> Pairs:
        """The sums."""
        return report_counts.pairs(
            (row for one in self.counted for row in report_counts.of_place(one, self.place)), bears=bears
        )

    @property
    def hours(self) -> float:
        """Matched hours."""
        return sum(row.matched for one in self.counted for row in report_counts.of_place(one, self.place))


def of(
    session: Session, wanted: Asked, chain: Sequence[Run], *, until: datetime, as_of: datetime,
    after: datetime | None = None,
) -> ExitWeeks:  # fmt: skip
    """For a rule that is asked for. chain: its renewals, as `renewals.chain` gives them. after: none before it."""
    site = wanted.site
    every = report_weeks.runs_of(session, site, as_of=as_of)
    runs = alike(every, wanted, {one.rule for one in chain})
    if not runs:
        return ExitWeeks(since=until, until=until, place=WatchPlace.FIELD, counted=())
    changes = report_weeks.changes_of(session, site, every, as_of=as_of)
    cuts = [one.at for one in changes if one.what not in NO_CUT and one.at < until]
    since = min(max([runs[0].since, *cuts, *([after] if after else [])]), until)
    counted = report_weeks.over(session, site, runs, since=since, until=until, as_of=as_of)
    return ExitWeeks(since=since, until=until, place=report_counts.base(counted), counted=counted)


def alike(every: Sequence[matched_hours.Run], wanted: Asked, own: Collection[int]) -> list[matched_hours.Run]:
    """The runs in which the same frames were called bears, in order; none from before another version ran."""
    same = list[matched_hours.Run]()
    for run in reversed(every):
        if run.rule not in own and (run.model, run.threshold) != (wanted.version.sha256, wanted.threshold):
            break
        if run.rule in own or (run.stage is Stage.SHADOW and set(run.cameras) == set(wanted.cameras)):
            same.insert(0, run)
    return same
