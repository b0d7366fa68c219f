"""Which changes of a rule are wider, which need a second person, and what is still missing. Pure."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rollout.terms import WEEKDAYS, Terms
from store.vocabulary import Audience, Stage

OVERRIDE_DAYS = 14
"""An override lasts at most this long."""

APPROVAL_DAYS = 14
"""A proposal that is not complete after this is void."""

WARNS = {Stage.TRIAL: 1, Stage.LIVE: 2}
"""Stages in which somebody may be warned, in order of width."""

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Before:
    """A rule with what it leaves open worked out: its model's sha256, its threshold, the cameras it holds."""

    terms: Terms
    model_sha256: str
    threshold: float
    cameras: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing a proposal lacks; by: the day it will be there at the present pace, where that is known."""

    what: str
    has: str
    needs: str
    by: str | None = None


def wider(new: Before, old: Before | None) -> tuple[str, ...]:
    """In which ways the new rule reaches further than the old one; empty: in none.

    Where nothing is sent (off, shadow) nothing is wider. Where it cannot be told, it is wider.
    """
    if new.terms.stage not in WARNS:
        return ()
    if old is None or old.terms.stage not in WARNS:
        return (f"stage {old.terms.stage if old else Stage.SHADOW} to {new.terms.stage}",)
    before, after = old.terms, new.terms
    later = WARNS[after.stage] > WARNS[before.stage]
    audience = after.audience is Audience.CAMPERS and before.audience is not Audience.CAMPERS
    checks: Mapping[str, bool] = {
        f"stage {before.stage} to {after.stage}": later,
        f"audience {before.audience} to {after.audience}": audience,
        "more cameras": bool(new.cameras - old.cameras),
        "more hours": more_hours(after, before),
        "an earlier first day": _starts(after) < _starts(before),
        "a later last day": _ends(after) > _ends(before),
        "a lower threshold": new.threshold < old.threshold,
        "another model version": new.model_sha256 != old.model_sha256,
    }
    return tuple(says for says, holds in checks.items() if holds)


def needs_second(new: Before, old: Before | None) -> tuple[str, ...]:
    """What is no wider and needs a second person all the same: less care, or less heard, where people rely on it."""
    if old is None or new.terms.stage not in WARNS or old.terms.stage not in WARNS:
        return ()
    before, after = old.terms, new.terms
    checks: Mapping[str, bool] = {
        "a raised threshold": new.threshold > old.threshold,
        "guardrails removed or loosened": _looser(after.guardrails, before.guardrails),
        "another deadline": after.deadline_minutes != before.deadline_minutes,
        "another answer to silence": after.unconfirmed != before.unconfirmed,
        "another cooldown": after.cooldown_minutes != before.cooldown_minutes,
    }
    return tuple(says for says, holds in checks.items() if holds)


def missing_to_widen(
    terms: Terms, *, today: date, uncovered: int, receivers: int, cameras: int, unmet: Sequence[Missing]
) -> tuple[Missing, ...]:
    """What a wider rule lacks before a second person may approve it.

    uncovered: minutes of a week in scope with nobody on duty; receivers: how many the audience has; cameras: how
    many the rule holds; unmet: what of the exit checklist does not hold, which an override does without.
    """
    found: list[Missing] = []
    if terms.override is None:
        found += unmet
    else:
        limit = (terms.first_day or today) + timedelta(days=OVERRIDE_DAYS)
        if terms.last_day is None or terms.last_day > limit:
            has = terms.last_day.isoformat() if terms.last_day else "no last day"
            found.append(Missing(what="last day of the override", has=has, needs=f"{limit} or sooner"))
    if not terms.if_it_worked_really_well:
        needs = "an answer to: what if this works really, really well?"
        found.append(Missing(what="answers.if_it_worked_really_well", has="nothing", needs=needs))
    if terms.stage is Stage.TRIAL and uncovered:
        needs = "a [[duty]] for every minute of the scope"
        found.append(Missing(what="duty cover", has=f"{uncovered} minutes a week uncovered", needs=needs))
    if not receivers:
        found.append(Missing(what="receivers", has="0", needs=f"at least one with audience {terms.audience}"))
    if not cameras:
        found.append(Missing(what="cameras", has="0", needs="at least one at the site"))
    if terms.last_day and terms.last_day < today:
        found.append(Missing(what="last day", has=terms.last_day.isoformat(), needs=f"{today} or later"))
    return tuple(found)


def minutes(weekdays: Sequence[str], hours: Sequence[str]) -> frozenset[int]:
    """The minutes of a week (0: Monday 00:00) that spans cover; one over midnight belongs to its first day.

    >>> sorted(minutes(["sun"], ["23:59-00:01"]))
    [0, 10079]
    """
    return _minutes(tuple(weekdays or WEEKDAYS), tuple(hours or ("00:00-24:00",)))


@lru_cache(maxsize=64)
def _minutes(weekdays: tuple[str, ...], hours: tuple[str, ...]) -> frozenset[int]:
    week = 7 * DAY_MINUTES
    found: set[int] = set()
    for day in weekdays:
        begin = WEEKDAYS.index(day) * DAY_MINUTES
        for span in hours:
            first, last = (int(at[:2]) * 60 + int(at[3:]) for at in span.split("-"))
            last = last if last > first else last + DAY_MINUTES
            found.update((begin + minute) % week for minute in range(first, last))
    return frozenset(found)


def uncovered_minutes(terms: Terms, duties: Sequence[str | None]) -> int:
    """Minutes of a week in scope with nobody on duty. duties: their hours, None: always.

    A scope by the sun moves with the season, so it needs cover all day on its weekdays.
    """
    return len(holes(terms, duties))


def holes(terms: Terms, duties: Sequence[str | None]) -> frozenset[int]:
    """The minutes of a week in scope with nobody on duty."""
    return minutes(terms.weekdays, () if terms.sun else terms.hours) - covered_minutes(duties)


def covered_minutes(duties: Sequence[str | None]) -> frozenset[int]:
    """The minutes of a week in which somebody is on duty."""
    return frozenset().union(*(minutes((), (hours,) if hours else ()) for hours in duties))


LOOSER: Mapping[str, Callable[[float, float], bool]] = {"max": operator.gt, "min": operator.lt, "stop": operator.lt}
"""By the first word of a guardrail: how a new value lets more pass than the old one."""


def _looser(after: Mapping[str, float | bool], before: Mapping[str, float | bool]) -> bool:
    """Whether a guardrail is gone or lets more pass; one that is off cannot be missed."""
    return any(
        name not in after or LOOSER[name.split("_")[0]](after[name], held)
        for name, held in before.items()
        if held is not False
    )


def more_hours(after: Terms, before: Terms) -> bool:
    """Whether days, hours and sun hold a moment that the other rule does not, whatever the dates."""
    always = not before.hours and not before.sun
    days = set(after.weekdays or WEEKDAYS) <= set(before.weekdays or WEEKDAYS)
    if after.sun or before.sun:
        return not (days and (always or after.sun == before.sun))
    return bool(minutes(after.weekdays, after.hours) - minutes(before.weekdays, before.hours))


def _starts(terms: Terms) -> date:
    return terms.first_day or date.min


def _ends(terms: Terms) -> date:
    return terms.last_day or date.max
