"""Retelling: frames that were scored already, decided again in memory under any rule. Pure.

The code that decides live decides here: which visit a frame belongs to (`visits`), whether the scope holds it
(`scopes`), what is done (`rules`). Only what live reads from the database is remembered instead. Replaying stored
frames under the rules that were in force gives every decision that live wrote, as a test holds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

from model.detections import Detection, Found
from rollout import other_times, quiet, rules, scopes, visits
from rollout.quiet import Quiet
from rollout.remembered import BEGINS, Alert, Memory, Visit
from rollout.situations import Decision, Situation
from rollout.terms import Terms
from store.vocabulary import Act, AlertState, Audience, Origin, Stage, Verdict

LEARNS = timedelta(minutes=10)
"""A stream's view is new for this long after its first frame."""

RAISES = (Act.RECORD, Act.ASK, Act.WARN)


Span = tuple[datetime, datetime | None]
"""From when to when, the end not included; None: still."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A quiet place of a camera, by when pictures came in."""

    camera: str
    place: Quiet
    span: Span


@dataclass(frozen=True, kw_only=True)
class Place:
    """A site as far as decisions go. receivers: how many each audience has; drawn: a demo, whose views are never new.

    stops: when nothing was sent. quiet: places where false boxes keep falling. moved: cameras whose quiet places lay
    elsewhere, and when.
    """

    site: str
    zone: ZoneInfo
    latitude: float
    longitude: float
    receivers: Mapping[Audience, int]
    drawn: bool = False
    stops: Sequence[Span] = ()
    quiet: Sequence[Held] = ()
    moved: Sequence[tuple[str, Span]] = ()

    def stopped(self, at: datetime) -> bool:
        """Whether the kill switch held then."""
        return any(holds(span, at) for span in self.stops)

    def quiet_at(self, scored: "Scored") -> Sequence[Quiet]:
        """The quiet places of its camera that hold for a frame."""
        if any(camera == scored.camera and holds(span, scored.at) for camera, span in self.moved):
            return ()
        return [
            one.place for one in self.quiet if one.camera == scored.camera and holds(one.span, scored.received_at)
        ]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule as it decides. cameras: those it was approved with, None: all that its terms name.

    narrowed: when a failed guardrail made it ask rangers first.
    """

    terms: Terms
    threshold: float | None
    cameras: tuple[str, ...] | None = None
    narrowed: Sequence[Span] = ()


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One frame with what a version says of it. threshold: that version's own. at: when it was decided.

    found None: no version was asked, since the rule was off.
    """

    frame: int
    camera: str
    group: str
    model: str
    origin: Origin
    taken_at: datetime
    received_at: datetime
    at: datetime
    found: Found | None
    threshold: float
    stated_at: datetime | None = None
    send: bool = True


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What people said of the alert that a frame raised. withheld: it was a bear, and nobody was warned any more."""

    frame: int
    at: datetime
    verdict: Verdict
    withheld: bool = False


@dataclass(frozen=True, kw_only=True)
class Retold:
    """A frame and its decision. visit: where it belongs; alert: the number of the alert that it raised."""

    scored: Scored
    decision: Decision
    visit: int | None
    alert: int | None


RuleAt = Callable[[Scored], Rule | None]


@dataclass(kw_only=True)
class Teller:
    """Decides frame after frame at one site. first_seen: when each camera's first frame was decided, before these."""

    place: Place
    rule_at: RuleAt
    first_seen: dict[str, datetime] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def tell(self, frames: Iterable[Scored], answers: Iterable[Answer] = ()) -> Iterator[Retold]:
        """Decide each frame, in the order in which they come, with the answers that were there by then."""
        waiting = sorted(answers, key=lambda answer: answer.at, reverse=True)
        for scored in frames:
            while waiting and waiting[-1].at <= scored.at:
                self._answer(waiting.pop())
            yield self._decide(scored)

    def _decide(self, scored: Scored) -> Retold:
        rule = self.rule_at(scored)
        found = scored.found if isinstance(scored.found, Detection) else None
        threshold = self._threshold(rule, scored)
        seen, home, to, near = None, None, None, dict[int, Visit]()
        if rule is not None and found is not None and scored.origin is not Origin.SEEDED:
            seen = visits.seen(found, camera=scored.camera, at=scored.taken_at, threshold=threshold)
            if seen.kind is not None or seen.faint:
                near = self.memory.near(scored.group, scored.model, seen)
                to = visits.attach(seen, [visit.seen() for visit in near.values()])
                home = near[to.visit] if to is not None and to.visit is not None else None
        situation = self._situation(scored, rule, threshold, seen, home)
        decision = rules.decide(scored.found, situation)
        self.first_seen.setdefault(scored.camera, scored.at)
        if to is None or seen is None or found is None:
            return Retold(scored=scored, decision=decision, visit=None, alert=None)
        visit = self.memory.keep(to, near, scored.group, scored.model, seen, scored.frame, found)
        return Retold(scored=scored, decision=decision, visit=visit.id, alert=self._raise(scored, decision, visit))

    @staticmethod
    def _threshold(rule: Rule | None, scored: Scored) -> float:
        return rule.threshold if rule is not None and rule.threshold is not None else scored.threshold

    def _situation(
        self, scored: Scored, rule: Rule | None, threshold: float, seen: visits.Seen | None, home: Visit | None
    ) -> Situation:
        inside = self._inside(rule, scored, scored.taken_at)
        bare = Situation(
            terms=rule.terms if rule else None, threshold=threshold, inside=inside, origin=scored.origin,
            inside_by_receipt=other_times.inside_else(scored, inside, partial(self._inside, rule, scored)),
            taken_at=scored.taken_at, received_at=scored.received_at, now=scored.at,
            stopped="then" if self.place.stopped(scored.at) else None,
            narrowed="then" if rule and any(holds(span, scored.at) for span in rule.narrowed) else None,
        )  # fmt: skip
        if rule is None or seen is None or seen.kind != visits.BEAR:
            return bare
        cooldown = timedelta(minutes=rule.terms.cooldown_minutes)
        begins = datetime.combine(scored.at.astimezone(self.place.zone).date(), time(), self.place.zone)
        more = {
            "quiet": self._quiet(scored),
            "raised": home.raised(real=scored.send) if home else (),
            "before_p": home.p_bear if home else 0.0,
            "seen_at": home.seen_at(scored.camera, least=threshold) if home and home.alerts else (),
            "last_alert_at": self.memory.last_alert_at(
                scored.group, besides=home, since=scored.at - cooldown, until=scored.at, real=scored.send
            ),
            "alerts_today": self.memory.alerts_between(begins, begins + timedelta(days=1), real=scored.send),
            "learning": self._learning(scored, rule),
            "receivers": self.place.receivers.get(rule.terms.audience, 0),
        }
        return Situation(**vars(bare) | more)

    def _inside(self, rule: Rule | None, scored: Scored, at: datetime) -> scopes.Inside:
        if rule is None:
            return scopes.Inside(yes=False, says="there is no rule")
        return scopes.inside(
            rule.terms, camera=scored.camera, at=at, zone=self.place.zone, latitude=self.place.latitude,
            longitude=self.place.longitude, approved=rule.cameras,
        )  # fmt: skip

    def _quiet(self, scored: Scored) -> str | None:
        held, found = self.place.quiet_at(scored), scored.found
        if not held or not isinstance(found, Detection):
            return None
        return quiet.why(found.boxes, found.p_bear, held, night=found.night, model=scored.model)

    def _learning(self, scored: Scored, rule: Rule) -> bool:
        if self.place.drawn or rule.terms.stage is not Stage.LIVE or scored.origin is not Origin.STREAM:
            return False
        first = self.first_seen.get(scored.camera)
        return first is None or first >= scored.at - LEARNS

    def _raise(self, scored: Scored, decision: Decision, visit: Visit) -> int | None:
        if decision.act is Act.JOIN and visit.alerts:
            visit.alerts[-1].cameras.add(scored.camera)
        if decision.act not in RAISES:
            return None
        alert = Alert(
            number=next(self._numbers), frame=scored.frame, act=decision.act, reason=decision.reason,
            state=BEGINS[decision.act], raised_at=scored.at, taken_at=scored.taken_at, cameras={scored.camera},
            send=scored.send,
        )  # fmt: skip
        self.memory.raise_one(visit, alert)
        return alert.number

    def _answer(self, answer: Answer) -> None:
        """What an answer does to the visit that holds the frame, where that has alerted here too."""
        visit = self.memory.of_frame.get(answer.frame)
        if visit is None or not visit.alerts or answer.verdict is Verdict.UNSURE:
            return
        alert = next((one for one in visit.alerts if one.frame == answer.frame), visit.alerts[-1])
        bear = answer.verdict is Verdict.BEAR
        if alert.state is AlertState.LIVE and bear:
            alert.state = AlertState.REVIEWED
            return
        visit.closed_at = None if bear else answer.at
        if alert.act is not Act.RECORD:
            said = AlertState.WITHHELD if answer.withheld else AlertState.CONFIRMED
            alert.state = said if bear else AlertState.DISMISSED


def holds(span: Span, at: datetime) -> bool:
    """Whether a moment lies in a span.

    >>> holds((datetime(2026, 1, 1), None), datetime(2026, 1, 1)), holds((datetime(2026, 1, 1), datetime(2026, 1, 2)),
    ...     datetime(2026, 1, 2))
    (True, False)
    """
    since, until = span
    return since <= at and (until is None or at < until)


def always(terms: Terms, cameras: tuple[str, ...] | None = None) -> RuleAt:
    """One rule for every frame."""
    rule = Rule(terms=terms, threshold=terms.threshold, cameras=cameras)
    return lambda _: rule
