"""Withholding: why "bear" warns nobody any more, decided at the moment of the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollout.rules import TOO_LATE
from rollout.stages import WARNS
from store import rules, tables
from store.session import Session
from store.vocabulary import OPEN, AlertState, Stage

MAY_WARN = (*OPEN, AlertState.EXPIRED, AlertState.DISMISSED, AlertState.WITHHELD)
"""States in which "bear" is what sends the warning."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What is known when somebody says bear. age: by our own clock, which no camera can set wrong.

    stage: of the rule in force; stopped: who stopped the site and why.
    """

    age: timedelta
    stage: Stage | None
    stopped: str | None


def why(moment: Moment) -> str | None:
    """Why no warning leaves, in words; None: it leaves.

    >>> why(Moment(age=timedelta(days=5), stage=Stage.TRIAL, stopped=None))
    'too old to warn: the alert is 5 days old, and after 2 hours an answer is evidence only'
    """
    return next((says for ask in REASONS if (says := ask(moment))), None)


def _old(moment: Moment) -> str | None:
    if moment.age <= TOO_LATE:
        return None
    hours = int(moment.age / timedelta(hours=1))
    age = f"{hours} hours" if hours < 48 else f"{hours // 24} days"
    return f"too old to warn: the alert is {age} old, and after 2 hours an answer is evidence only"


def _stopped(moment: Moment) -> str | None:
    return moment.stopped and f"the site is stopped ({moment.stopped})"


def _stage(moment: Moment) -> str | None:
    return None if moment.stage in WARNS else f"the site is in stage {moment.stage or Stage.OFF} now"


REASONS: tuple[Callable[[Moment], str | None], ...] = (_old, _stopped, _stage)
"""What withholds a warning, in the order asked."""


def too_old(row: tables.Alert, now: datetime) -> bool:
    """Whether an answer is evidence only. Counted from when it was raised, by our own clock."""
    return now - row.raised_at > TOO_LATE


def of(session: Session, row: tables.Alert, now: datetime) -> str | None:
    """Why "bear" would send no warning for this alert now. None: it would, or nothing hangs on the answer.

    A replay is decided as if it were live then, and nothing of it leaves.
    """
    return of_all(session, [row], now)[row.id]


def of_all(session: Session, rows: Sequence[tables.Alert], now: datetime) -> Mapping[int, str | None]:
    """The same for many, by the alert's id."""
    asked = [row for row in rows if row.stage is not Stage.SHADOW and row.state in MAY_WARN and row.send]
    stands = {site: _stands(session, site) for site in {row.site_id for row in asked if not too_old(row, now)}}
    found: dict[int, str | None] = dict.fromkeys(row.id for row in rows)
    for row in asked:
        stage, stopped = stands.get(row.site_id, (None, None))
        found[row.id] = why(Moment(age=now - row.raised_at, stage=stage, stopped=stopped))
    return found


def _stands(session: Session, site: str) -> tuple[Stage | None, str | None]:
    """The stage of the rule in force, and who stopped the site and why."""
    rule, stop = rules.in_force(session, site), rules.open_stop(session, site)
    return rule.stage if rule else None, f"{stop.by}: {stop.reason}" if stop else None
