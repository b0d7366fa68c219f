"""A site with days of shadow behind it, and the step from there as a person takes it: asked first, then proposed."""

from datetime import datetime, timedelta
from typing import Any

from rollout import forecasts, proposals
from rollout.actors import Actor
from rollout.proposals import RuleView
from rollout.terms import read
from store import tables
from store.session import Engine, transaction
from store.vocabulary import (
    Act,
    AlertState,
    Audience,
    Origin,
    Reason,
    Stage,
    Verdict,
)
from tests.rollout.proposing import ANN, BOB, DAY, MODEL, NOW

LATER = NOW + 15 * DAY
TRIAL = {
    "stage": "trial", "last_day": (LATER + 7 * DAY).date().isoformat(),
    "answers": {"if_it_worked_really_well": "everyone sleeps"},
}  # fmt: skip


def picture(
    engine: Engine, at: datetime, *, p: float = 0.02, camera: str = "creek", origin: Origin = Origin.DOOR
) -> int:
    """A scored frame as it is stored; gives its id."""
    with transaction(engine) as session:
        frame = tables.Frame(
            camera_id=camera, sha256=f"{at.timestamp():.0f}{camera}{origin}", stated_key=at.isoformat(), stated_at=at,
            taken_at=at, received_at=at, origin=origin, width=96, height=64, motion=[],
        )  # fmt: skip
        session.add(frame)
        session.flush()
        label = "bear" if p > 0.3 else "empty"
        box = {"x": 0.1, "y": 0.3, "w": 0.1, "h": 0.1, "label": label, "p": p}
        session.add(
            tables.Detection(
                frame_id=frame.id, model_sha256=MODEL, label=label, p_bear=p, seconds=0.1, out_of_domain_p=0.5,
                probabilities={"bear": p, "empty": 1 - p}, night=False, boxes=[box],
            )
        )  # fmt: skip
        return frame.id


def alert(
    engine: Engine, at: datetime, *, rule: int, stage: Stage = Stage.SHADOW, verdict: Verdict | None = None,
    after: timedelta = timedelta(minutes=3), p: float = 0.9,
) -> int:  # fmt: skip
    """A bear with its visit and alert, and an answer to it; gives the alert's id."""
    frame = picture(engine, at, p=p)
    state = AlertState.SHADOW if stage is Stage.SHADOW else AlertState.PENDING
    with transaction(engine) as session:
        visit = tables.Visit(
            group_id="creek", site_id="camp", camera_id="creek", model_sha256=MODEL, label="bear", bear=True,
            started_at=at, last_at=at, frames=1, p_bear=p, best_frame_id=frame,
        )  # fmt: skip
        session.add(visit)
        session.flush()
        row = tables.Alert(
            visit_id=visit.id, site_id="camp", camera_id="creek", cameras=["creek"], state=state, stage=stage,
            audience=Audience.RANGERS, reason=Reason.SHADOW if stage is Stage.SHADOW else Reason.HELD_FOR_REVIEW,
            says=Act.RECORD, rule_id=rule, frame_id=frame, label="bear", p_bear=p, boxes=[], raised_at=at,
            taken_at=at, would_have={},
        )  # fmt: skip
        session.add(row)
        session.flush()
        number = row.id
    if verdict is not None:
        answer(engine, number, verdict, at=at + after)
    return number


def answer(engine: Engine, number: int, verdict: Verdict, *, at: datetime) -> None:
    """What somebody said of it, the last word."""
    with transaction(engine) as session:
        session.add(tables.Review(alert_id=number, person_id=2, verdict=verdict, at=at))
        row = session.get_one(tables.Alert, number)
        if row.stage is not Stage.SHADOW:
            row.state = AlertState.DISMISSED if verdict is Verdict.NOT_BEAR else AlertState.EXPIRED


def widen(engine: Engine, by: Actor = ANN, now: datetime = LATER, **terms: Any) -> RuleView:
    """Propose as command and page do: what it would have done is read first."""
    wanted = read({"site": "camp"} | terms)
    forecast = forecasts.of_wanted(engine, wanted, default_model=MODEL, now=now)
    with transaction(engine) as session:
        return proposals.propose(
            session, wanted, by=by, reason="the model is quiet", now=now, default_model=MODEL, forecast=forecast
        )


def agree(engine: Engine, rule: int, by: Actor = BOB, now: datetime = LATER) -> RuleView:
    """Approve as command and page do."""
    forecast = forecasts.of_rule(engine, rule, now=now)
    with transaction(engine) as session:
        return proposals.approve(session, rule, by=by, now=now, forecast=forecast)
