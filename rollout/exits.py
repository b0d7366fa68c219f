"""Exits: the facts of the exit checklist out of the store, frozen with a proposal and asked again at its approval."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from rollout import checklist, gates
from rollout.asked import Asked
from rollout.exit_facts import Facts, Item
from rollout.exit_reading import facts
from rollout.gates import Needs
from rollout.would_have import Forecast
from store import audit, park
from store.session import Session
from store.vocabulary import Stage


@dataclass(frozen=True, kw_only=True)
class Exit:
    """The checklist of a step, with what it asked for and what it rests on."""

    as_of: datetime
    stage: Stage
    items: tuple[Item, ...]
    needs: Needs
    facts: Facts

    def plain(self) -> dict[str, Any]:
        """What is frozen with a proposal: the items, what was asked for, and the answers that were counted."""
        told = self.facts.tried
        return {
            "as_of": self.as_of.astimezone(UTC).isoformat(), "stage": self.stage.value,
            "items": [plain_item(item) for item in self.items], "needs": _plain_needs(self.needs),
            "tried": {name: getattr(told, name) for name in COUNTED},
            "workload": {"alerts_a_day": self.facts.alerts_a_day, "worst_day": self.facts.worst_day},
        }  # fmt: skip


COUNTED = ("raised", "reviewed", "bears", "others", "unsure")


def _plain_needs(needs: Needs) -> dict[str, Any]:
    return asdict(needs) | {"pool": [list(group) for group in needs.pool]}


def plain_item(item: Item) -> dict[str, Any]:
    """As JSON's own types."""
    return asdict(item) | {"by": item.by.isoformat() if item.by else None}


def read_item(told: Mapping[str, Any]) -> Item:
    """An item as it was frozen."""
    return Item(**{**told, "by": date.fromisoformat(told["by"]) if told["by"] else None})


def of(session: Session, wanted: Asked, *, forecast: Forecast | None, now: datetime) -> Exit:
    """The checklist of a rule as it stands now."""
    asks = needs(session)
    found = facts(session, wanted, asks, forecast=forecast, now=now, known=now)
    return Exit(
        as_of=now, stage=wanted.terms.stage, items=checklist.items(wanted.terms.stage, found, asks), needs=asks,
        facts=found,
    )  # fmt: skip


def moved(
    session: Session, wanted: Asked, frozen: Mapping[str, Any], *, forecast: Forecast | None, now: datetime
) -> str | None:
    """Why the evidence is not what was frozen: an answer was corrected, the park asks for other things, an item fell.

    More of the same kind is no change, nor is a new alert that waits for its answer. forecast None: the frozen
    workload counts. None: it stands.
    """
    asks = needs(session)
    if _plain_needs(replace(asks, lowered={})) != {"pool": [], **frozen["needs"], "lowered": {}}:
        return "what [park.exit] or [objective] asks for has changed since this was proposed"
    then = facts(session, wanted, asks, forecast=forecast, now=now, known=datetime.fromisoformat(frozen["as_of"]))
    for name, before in frozen["tried"].items():
        after = getattr(then.tried, name)
        if after != before:
            return f"answers that it counted were corrected: {name} {before} then, {after} now"
    found = facts(session, wanted, asks, forecast=forecast, now=now, known=now)
    workload = {} if forecast else frozen["workload"]
    fell = checklist.fallen(
        [read_item(item) for item in frozen["items"]],
        checklist.items(wanted.terms.stage, replace(found, would_have=then.would_have, **workload), asks),
    )
    return f"the exit checklist held and does not any more: {'; '.join(fell)}" if fell else None


def needs(session: Session) -> Needs:
    """What the park asks for, and who lowered it."""
    row = park.the_park(session)
    a_day = float(row.objective.get("alerts_a_day", Needs().alerts_a_day))
    return gates.needs_of(row.exit, alerts_a_day=a_day, by=_set_by(session))


def _set_by(session: Session) -> dict[str, str]:
    """By key of [park.exit]: who gave it its present value, and on which day."""
    found: dict[str, str] = {}
    before: Mapping[str, Any] = {}
    for entry in audit.about(session, ["park"], ["park.applied"]):
        told = entry.body.get("exit")
        if told is None:
            continue
        found |= {
            key: f"{entry.who} on {entry.at:%Y-%m-%d}" for key, value in told.items() if before.get(key) != value
        }
        before = told
    return found
