"""Out of shadow: the items of time, coverage, faults and workload; people check every alert after it. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from math import ceil, floor

from rollout.exit_facts import NOBODY_CAN_TELL, Facts, Item, at_pace, in_days
from rollout.gates import Needs
from rollout.scope_hours import Hours

PACE_DAYS = 3
"""Coverage of the last so many days is its present pace."""


def every(facts: Facts, needs: Needs) -> Iterator[Item]:
    """What each step asks for."""
    yield _shadow_days(facts, needs)
    yield from _coverage(facts, needs)
    yield _faults(facts)
    yield _drift(facts)
    yield _workload(facts, needs)


def _shadow_days(facts: Facts, needs: Needs) -> Item:
    lacks, lowered = needs.shadow_days - facts.shadow_days, needs.lowered.get("shadow_days")
    return Item(
        what="shadow days", has=f"{facts.shadow_days}", needs=f"{needs.shadow_days:g}", met=lacks <= 0,
        by=in_days(facts, ceil(lacks)) if lacks > 0 and facts.shadow_days else None, lowered=lowered,
    )  # fmt: skip


def _coverage(facts: Facts, needs: Needs) -> Iterator[Item]:
    """In each stratum that the scope holds: camera hours really watched of those in scope."""
    for name, days in sorted(facts.hours.items()):
        scoped, watched = (sum(getattr(one, what) for one in days.values()) for what in ("scoped", "watched"))
        share = watched / scoped if scoped else 0.0
        met = share >= needs.coverage
        percent = floor(share * 1000) / 10  # never rounded up to what is needed
        yield Item(
            what=f"coverage by {name}", has=f"{percent:g}% ({watched:.0f} of {scoped:.0f} camera hours)",
            needs=f"{needs.coverage:.0%} over the last {needs.window_days} days", met=met,
            by=None if met else _covered_by(facts, days, needs), lowered=needs.lowered.get("coverage"),
        )  # fmt: skip


def _covered_by(facts: Facts, days: Mapping[date, Hours], needs: Needs) -> date | None:
    """When enough bad days have left the window, if the days to come are like the last ones."""
    rows = [days[day] for day in sorted(days)]
    last = rows[-PACE_DAYS:]
    usual = Hours(
        scoped=sum(one.scoped for one in last) / len(last), watched=sum(one.watched for one in last) / len(last)
    )
    for more in range(1, len(rows) + 1):
        kept = [*rows[more:], *[usual] * more]
        scoped = sum(one.scoped for one in kept)
        if scoped and sum(one.watched for one in kept) / scoped >= needs.coverage:
            return in_days(facts, more)
    return None


def _faults(facts: Facts) -> Item:
    has = "; ".join(facts.faults) or "none"
    return Item(what="open faults", has=has, needs="none", met=not facts.faults)


def _drift(facts: Facts) -> Item:
    """An alarm holds until somebody acknowledges it; a fault until a report without it, on Monday at the latest."""
    told = facts.drift
    found = (*told.down, *((f"data fault in {told.week}: {told.fault}",) if told.fault else ()))
    good = (
        f"no open alarm down, no fault in {told.week}" if told.week else "no report yet: the first comes on a Monday"
    )
    monday = in_days(facts, 7 - facts.today.weekday()) if told.fault and not told.down else None
    return Item(
        what="drift report", has="; ".join(found) or good, needs="no open alarm down, no data fault in the last one",
        met=not found, by=monday,
    )  # fmt: skip


def _workload(facts: Facts, needs: Needs) -> Item:
    needed = f"at most {needs.alerts_a_day:g} a day, of [objective] alerts_a_day"
    if facts.alerts_a_day is None:
        return Item(what="workload", has=f"{NOBODY_CAN_TELL}: no stored detections", needs=needed, met=None)
    most = f" (at most {facts.worst_day} on one day)" if facts.worst_day else ""
    has = f"{facts.alerts_a_day:.1f} alerts a day{most}"
    return Item(what="workload", has=has, needs=needed, met=facts.alerts_a_day <= needs.alerts_a_day)


def looked_at(facts: Facts) -> Item:
    """Every alert that would have been, looked at: it is what people will be asked in a trial."""
    told = facts.would_have
    left = told.raised - told.reviewed
    return Item(
        what="would-have alerts reviewed", has=f"{told.reviewed} of {told.raised}{told.beside}", needs="all of them",
        met=left == 0, by=at_pace(facts, told.since, told.reviewed, left),
    )  # fmt: skip
