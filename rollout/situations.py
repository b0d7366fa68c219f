"""Situation and Decision: what the rules are asked, and what they answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from model.detections import Box
from rollout.scopes import Inside
from rollout.terms import Terms
from store.vocabulary import Act, AlertState, Origin, Reason, Stage

LOUDNESS: Mapping[Act, int] = {Act.RECORD: 1, Act.ASK: 2, Act.WARN: 3}

HAS_DONE: Mapping[AlertState, Act] = {
    AlertState.SHADOW: Act.RECORD,
    AlertState.PENDING: Act.ASK,
    AlertState.CLAIMED: Act.ASK,
    AlertState.EXPIRED: Act.ASK,
    AlertState.CONFIRMED: Act.WARN,
    AlertState.WITHHELD: Act.RECORD,
    AlertState.DISMISSED: Act.WARN,
    AlertState.LIVE: Act.WARN,
    AlertState.SENT: Act.WARN,
    AlertState.FAILED: Act.WARN,
    AlertState.REVIEWED: Act.WARN,
}
"""What an alert in this state stands for. An answered one counts as a warning: nothing louder is to come of
it. Not so one whose warning was withheld: nobody knows of that bear, and the next frame may tell of it."""


def has_done(state: AlertState, *, heard: bool) -> Act:
    """What an alert has done for people. heard: False where a stop held its messages back; then it is on record only.

    >>> has_done(AlertState.LIVE, heard=True).value, has_done(AlertState.LIVE, heard=False).value
    ('warn', 'record')
    """
    return HAS_DONE[state] if heard else Act.RECORD


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An alert that the frame's visit has already. quiet: it was only recorded, for the sake of a quiet place."""

    act: Act
    taken_at: datetime
    raised_at: datetime
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Everything a decision rests on, read before it and under the camera group's lock.

    inside: by the time that counts. inside_by_receipt: by the time of receipt, or the one that the camera said before
    it was corrected, where that lies so far off that the camera's clock may be wrong; else None.
    stopped: who holds the kill switch, None where nobody. narrowed: the guardrail because of which live asks rangers
    first, in words. quiet: why what is seen asks nobody by itself: it lies in a quiet place (`rollout.quiet`); None:
    it does. before_p: the visit's surest frame before this one.
    seen_at: where in this camera's picture its bears were. last_alert_at: when another visit of the group last
    alerted and was not dismissed. alerts_today: requests and warnings of the site on its day that people heard of and
    did not dismiss. learning: the view is new. receivers: how many a warning would go to.
    """

    terms: Terms | None
    threshold: float
    inside: Inside
    origin: Origin
    taken_at: datetime
    received_at: datetime
    now: datetime
    inside_by_receipt: Inside | None = None
    stopped: str | None = None
    quiet: str | None = None
    narrowed: str | None = None
    raised: tuple[Raised, ...] = ()
    before_p: float = 0.0
    seen_at: tuple[Box, ...] = ()
    last_alert_at: datetime | None = None
    alerts_today: int = 0
    learning: bool = False
    receivers: int = 1


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do, why, and under which stage in effect: a live rule outside its scope decides as shadow."""

    act: Act
    reason: Reason
    stage: Stage
    says: str
