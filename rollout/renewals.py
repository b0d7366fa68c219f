"""Renewals: revisions that alert on the very same frames, so that what people answered adds up over them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollout.stages import WARNS
from store.vocabulary import Stage


@dataclass(frozen=True, kw_only=True)
class Run:
    """A revision that was in force. cameras: those that it held; threshold: with the version's own worked out."""

    rule: int
    stage: Stage
    model: str
    threshold: float
    cameras: tuple[str, ...]
    body: dict[str, Any]
    since: datetime

    @property
    def same(self) -> tuple[Any, ...]:
        """What decides which frames alert; dates, people and guardrails may differ."""
        said = self.body
        scope = tuple(tuple(said.get(name) or ()) for name in ("weekdays", "hours"))
        return (self.model, self.threshold, self.cameras, *scope, said.get("sun"), said.get("cooldown_minutes"))


def chain(runs: Sequence[Run], *, model: str, threshold: float) -> tuple[Run, ...]:
    """The latest trial or live revision of this version and threshold, with those before it that are identical.

    runs: of one site, the newest first. Shadow between two renewals breaks nothing; another rule that warns does.
    """
    found: list[Run] = []
    for run in runs:
        if run.stage not in WARNS:
            continue
        if (run.model, run.threshold) != (model, threshold) or (found and run.same != found[0].same):
            break
        found.append(run)
    return tuple(found)
