"""Standing: for any past minute, which rule was in force at a site and why, and what held or narrowed it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from rollout.scopes import Inside
from rollout.stages import WARNS
from store.vocabulary import Stage


class Lasting(Protocol):
    """Something that holds from a moment on, up to another that it does not hold any more."""

    @property
    def since(self) -> datetime:
        """From when on."""

    @property
    def until(self) -> datetime | None:
        """To when; None: still."""


One = TypeVar("One", bound=Lasting)


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A revision and the time that it was in force. because: its reason and who approved it, in words."""

    since: datetime
    until: datetime | None
    rule: int
    revision: int
    stage: Stage
    because: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """A stop, a time without protection, or a guardrail that failed, with why in words."""

    since: datetime
    until: datetime | None
    says: str


@dataclass(frozen=True, kw_only=True)
class Past:
    """All that was ever in force at a site, and all that held or narrowed it."""

    rules: Sequence[InForce]
    stops: Sequence[Held]
    gaps: Sequence[Held]
    narrowings: Sequence[Held]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What held at a moment. acts_as: the stage in which a bear would have been decided then.

    rule: None where there was none.
    """

    at: datetime
    rule: InForce | None
    acts_as: Stage
    why: tuple[str, ...]

    @property
    def says(self) -> str:
        """In one sentence."""
        return f"a bear would have been {self.acted}: {'; '.join(self.why)}"

    @property
    def acted(self) -> str:
        """What would have become of a bear."""
        return ACTED[self.acts_as]


ACTED = {
    Stage.OFF: "seen by nobody but the manual watch",
    Stage.SHADOW: "written down and sent to nobody",
    Stage.TRIAL: "asked about first and warned of once a ranger confirmed",
    Stage.LIVE: "warned of at once",
}


def at(past: Past, moment: datetime, inside: Inside | None = None) -> Standing:
    """What held at a moment: the rule in force, then what was stronger, each with its reason.

    A rule is in force from its moment on, up to the next one's and not at it: two never are at once.
    """
    rule = next(iter(_holding(past.rules, moment)), None)
    if rule is None:
        return Standing(at=moment, rule=None, acts_as=Stage.OFF, why=("no rule was in force",))
    why, acts_as = [f"revision {rule.revision}, stage {rule.stage}, was in force: {rule.because}"], rule.stage
    if rule.stage in WARNS and inside is not None:
        why.append(inside.says)
        acts_as = acts_as if inside.yes else Stage.SHADOW
    narrowed = _holding(past.narrowings, moment)
    if rule.stage in WARNS and narrowed:
        acts_as = Stage.TRIAL if acts_as is Stage.LIVE else acts_as
        why += [told.says for told in narrowed]
    stopped = _holding(past.stops, moment)
    if stopped:
        acts_as = Stage.SHADOW if rule.stage is not Stage.OFF else Stage.OFF
        why += [told.says for told in stopped]
    why += [told.says for told in _holding(past.gaps, moment)]
    return Standing(at=moment, rule=rule, acts_as=acts_as, why=tuple(why))


def _holding(told: Sequence[One], moment: datetime) -> Sequence[One]:
    return [one for one in told if one.since <= moment and (one.until is None or moment < one.until)]
