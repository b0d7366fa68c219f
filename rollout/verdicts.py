"""Verdicts: what the weeks say of model against manual watch; the first row that applies. Pure.

Decisions rest on e-values (20 or more) and exact intervals; the table, its order and its reasons are in
docs/evidence.md.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from rollout.evidence import weeks as of_weeks
from rollout.evidence.eprocess import ALARM
from rollout.evidence.process import Form, Null, Process
from rollout.evidence.rates import Rates
from rollout.evidence.reference import Reference
from rollout.evidence.weeks import Week


class Drift(StrEnum):
    """The verdict of a week, in the order in which they are tried."""

    DATA_FAULT = "data_fault"
    MANUAL_WATCH_MISSING = "manual_watch_missing"
    ALARM_DOWN = "alarm_down"
    ALARM_UP = "alarm_up"
    CONSISTENT = "consistent"
    NOT_ENOUGH_DATA = "not_enough_data"
    WATCH = "watch"
    AGREEING_SO_FAR = "agreeing_so_far"


ALARMS = (Drift.ALARM_DOWN, Drift.ALARM_UP)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a verdict is judged by: fixed before the data.

    window_weeks: of the ratio. evidence_weeks: at most so many for consistent. min_hours: matched hours in the
    window. scoped_hours a week, with min_share of it that the model must have been up; None: not known. fault: an
    open fault of camera, clock or queue, in words. form: of the e-values; None: what fits the weeks. clustered:
    deflate.
    """

    reference: Reference = field(default_factory=Reference)
    window_weeks: int = 8
    evidence_weeks: int = 26
    min_encounters: int = 6
    min_hours: float = 40.0
    scoped_hours: float | None = None
    min_share: float = 0.5
    fault: str | None = None
    form: Form | None = None
    clustered: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What a verdict rests on: logarithms of e-values against multiples of the reference, worked out when asked.

    weeks: those of the segment.
    """

    weeks: Sequence[Week]
    terms: Terms

    @cached_property
    def process(self) -> Process:
        """Of the evidence weeks."""
        terms = self.terms
        return Process(self.weeks[-terms.evidence_weeks :], form=terms.form, clustered=terms.clustered)

    @cached_property
    def segment(self) -> Process:
        """Of all the weeks."""
        return Process(self.weeks, form=self.terms.form, clustered=self.terms.clustered)

    @cached_property
    def le_1(self) -> float:
        """Against at most the reference."""
        return self._log_e(Null.AT_MOST, 1.0)

    @cached_property
    def ge_1(self) -> float:
        """Against at least the reference."""
        return self._log_e(Null.AT_LEAST, 1.0)

    @cached_property
    def ge_2(self) -> float:
        """Against a doubling."""
        return self._log_e(Null.AT_LEAST, 2.0)

    @cached_property
    def le_half(self) -> float:
        """Against a halving."""
        return self._log_e(Null.AT_MOST, 0.5)

    @cached_property
    def le_2(self) -> float:
        """Against at most twice the reference."""
        return self._log_e(Null.AT_MOST, 2.0)

    @cached_property
    def ge_half(self) -> float:
        """Against at least half of the reference."""
        return self._log_e(Null.AT_LEAST, 0.5)

    @cached_property
    def down(self) -> float:
        """Of a fall that may have begun in any week of the segment, against the low end of the reference."""
        return self.segment.late(Null.AT_LEAST, self.terms.reference.low)

    @cached_property
    def up(self) -> float:
        """Of such a rise, against the high end."""
        return self.segment.late(Null.AT_MOST, self.terms.reference.high)

    @property
    def form(self) -> Form:
        """Of the e-values."""
        return self.process.form

    def _log_e(self, null: Null, factor: float) -> float:
        return self.process.log_e(null, factor * self.terms.reference.ratio)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict, its reason in words, and what it rests on. window: the sums that the ratio is of."""

    verdict: Drift
    reason: str
    window: Rates
    encounters: int
    evidence: Evidence

    @property
    def doubled(self) -> bool:
        """Whether even twice the reference is refuted: severity of an alarm's text, no more."""
        return self.evidence.le_2 >= ALARM

    @property
    def halved(self) -> bool:
        """Whether even half of the reference is refuted."""
        return self.evidence.ge_half >= ALARM

    @property
    def outside(self) -> bool:
        """Whether the window's ratio lies outside half and twice the reference; without a ratio it does not."""
        ratio, usual = self.window.ratio, self.evidence.terms.reference.ratio
        return ratio is not None and not usual / 2 <= ratio <= usual * 2


def judge(weeks: Sequence[Week], terms: Terms | None = None) -> Judged:
    """The verdict on the last of the weeks. weeks: those of the segment (since stage entry), without a gap, in order.

    >>> judge([Week(name="1", model=14, model_hours=168, manual=6, manual_hours=168)]).verdict.value
    'watch'
    >>> judge([]).verdict.value
    'data_fault'
    """
    terms = terms or Terms()
    window = list(weeks[-terms.window_weeks :])
    told = Judged(
        verdict=Drift.AGREEING_SO_FAR, reason="", window=of_weeks.rates(window),
        encounters=sum(week.encounters for week in of_weeks.used(window)), evidence=weigh(weeks, terms),
    )  # fmt: skip
    for verdict, applies in TABLE:
        reason = applies(window, told, terms)
        if reason:
            return replace(told, verdict=verdict, reason=reason)
    return replace(told, reason=f"{_ratio(told.window)} lies between half and twice the reference, without proof")


def weigh(weeks: Sequence[Week], terms: Terms) -> Evidence:
    """The evidence of the weeks."""
    return Evidence(weeks=weeks, terms=terms)


Row = Callable[[Sequence[Week], Judged, Terms], str]
"""The reason why a row applies; empty where it does not."""


def _data_fault(window: Sequence[Week], _: Judged, terms: Terms) -> str:
    if terms.fault:
        return terms.fault
    hours = sum(week.model_hours for week in window)
    if hours <= 0:
        return "the model was not up for an hour of the window: find out which camera, clock or queue stood still"
    if window[-1].model_hours <= 0:
        return f"the model was not up in the last week ({window[-1].name}): find out what stood still"
    needed = (terms.scoped_hours or 0) * terms.min_share * len(window)
    if hours < needed:
        has = _hours(hours)
        return f"the model was up {has} of the window, less than the {needed:g} that a verdict needs"
    return ""


def _manual_watch_missing(window: Sequence[Week], _: Judged, __: Terms) -> str:
    if any(week.manual_hours > 0 for week in window):
        return ""
    last = "week" if len(window) == 1 else f"{len(window)} weeks"
    return f"nobody watched in the last {last}: there is nothing to compare the model with"


def _alarm_down(_: Sequence[Week], told: Judged, terms: Terms) -> str:
    ratio = told.window.ratio
    if ratio is None or ratio > terms.reference.ratio / 2 or told.evidence.down < ALARM:
        return ""
    return f"{_ratio(told.window)} is half the reference or less, and chance does not explain it"


def _alarm_up(_: Sequence[Week], told: Judged, terms: Terms) -> str:
    ratio = told.window.ratio
    if ratio is None or ratio < terms.reference.ratio * 2 or told.evidence.up < ALARM:
        return ""
    return (
        f"{_ratio(told.window)} is twice the reference or more, and chance does not explain it: the share that "
        "people confirm says whether these are bears or false alarms"
    )


def _consistent(_: Sequence[Week], told: Judged, __: Terms) -> str:
    if told.evidence.ge_2 < ALARM or told.evidence.le_half < ALARM:
        return ""
    more = "; but the last weeks lie outside that range, so look at them" if told.outside else ""
    return f"both a doubling and a halving are refuted{more}"


def _not_enough(window: Sequence[Week], told: Judged, terms: Terms) -> str:
    hours = sum(week.matched_hours for week in window)
    if told.encounters < terms.min_encounters:
        seen = "1 encounter" if told.encounters == 1 else f"{told.encounters} encounters"
        none = "" if told.encounters else ": zero is no evidence"
        return f"{seen} in the window, {terms.min_encounters} are needed{none}"
    if hours < terms.min_hours:
        return f"{_hours(hours, 'matched ')} in the window, {terms.min_hours:g} are needed"
    return ""


def _watch(_: Sequence[Week], told: Judged, __: Terms) -> str:
    if not told.outside:
        return ""
    return f"{_ratio(told.window)} lies outside half and twice the reference, but chance may explain it"


TABLE: tuple[tuple[Drift, Row], ...] = (
    (Drift.DATA_FAULT, _data_fault),
    (Drift.MANUAL_WATCH_MISSING, _manual_watch_missing),
    (Drift.ALARM_DOWN, _alarm_down),
    (Drift.ALARM_UP, _alarm_up),
    (Drift.CONSISTENT, _consistent),
    (Drift.NOT_ENOUGH_DATA, _not_enough),
    (Drift.WATCH, _watch),
)


def _ratio(window: Rates) -> str:
    ratio = window.ratio
    if ratio is None:
        return "no ratio"
    if math.isinf(ratio):
        return f"the ratio of {window.model:g} seen by the model to none by people"
    return f"the ratio {ratio:.2g}" if 0 < ratio < 0.1 else f"the ratio {ratio:.2f}"


def _hours(told: float, kind: str = "") -> str:
    """Hours to a tenth, never rounded up to what is needed."""
    hours = math.floor(told * 10 + 1e-6) / 10
    return f"1 {kind}hour" if hours == 1 else f"{hours:g} {kind}hours"
