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
    AlertState.DISMISSED: Act.WARN,
    AlertState.LIVE: Act.WARN,
    AlertState.SENT: Act.WARN,
    AlertState.FAILED: Act.WARN,
    AlertState.REVIEWED: Act.WARN,
}
"""What an alert in this state stands for. An answered one counts as a warning: nothing louder is to come of it."""


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An alert that the frame's visit has already."""

    act: Act
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Everything a decision rests on, read before it and under the camera group's lock.

    stopped: who holds the kill switch, None where nobody. before_p: the visit's surest frame before this one.
    seen_at: where in the picture its bears were. last_alert_at: when another visit of the group last alerted and
    was not dismissed. alerts_today: requests and warnings of the site on its day. learning: the view is new.
    """

    terms: Terms | None
    threshold: float
    inside: Inside
    origin: Origin
    taken_at: datetime
    received_at: datetime
    now: datetime
    stopped: str | None = None
    raised: tuple[Raised, ...] = ()
    before_p: float = 0.0
    seen_at: tuple[Box, ...] = ()
    last_alert_at: datetime | None = None
    alerts_today: int = 0
    learning: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do, why, and under which stage in effect: a live rule outside its scope decides as shadow."""

    act: Act
    reason: Reason
    stage: Stage
    says: str
