"""The heart: each situation of tests/data/decisions/cases.json and the decision it must give."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from model.detections import Box, Detection, Failed, Found
from rollout.rules import decide
from rollout.scopes import Inside
from rollout.situations import Raised, Situation
from rollout.terms import Terms
from store.vocabulary import Act, Origin, Reason, Stage

CASES = json.loads((Path(__file__).parents[1] / "data" / "decisions" / "cases.json").read_text())
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
HERE = Box(x=0.1, y=0.1, w=0.2, h=0.2, label="bear", p=0.9)
PLACES = {"here": (HERE,), "elsewhere": (Box(x=0.75, y=0.7, w=0.1, h=0.1, label="bear", p=0.9),), None: ()}


def found(told: dict[str, Any]) -> Found | None:
    if told.get("none"):
        return None
    if told.get("failed"):
        return Failed(kind="undecodable", detail="cut off")
    p_bear, label = told.get("p_bear", 0.9), told.get("label", "bear")
    return Detection(
        label=label, index=0, probabilities={label: 1.0}, p_bear=p_bear, bear=p_bear >= 0.5, threshold=0.5,
        out_of_domain_p=told.get("out_of_domain_p", 0.6), night=False, boxes=(HERE,), model="a" * 64, seconds=0.01,
    )  # fmt: skip


def situation(told: dict[str, Any]) -> Situation:
    def ago(key: str) -> datetime:
        return NOW - timedelta(minutes=told.get(key, 0))

    cap = {"max_alerts_per_day": told["cap"]} if "cap" in told else {}
    stage = told.get("stage")
    terms = stage and Terms(
        site="camp", stage=Stage(stage), guardrails=cap, cooldown_minutes=told.get("cooldown_minutes", 30)
    )
    last = NOW - timedelta(minutes=told["last_alert_minutes_ago"]) if "last_alert_minutes_ago" in told else None
    taken = ago("taken_minutes_ago")
    return Situation(
        terms=terms or None, threshold=told.get("threshold", 0.5),
        inside=Inside(yes=told.get("inside", True), says="told so"), origin=Origin(told.get("origin", "stream")),
        taken_at=taken, received_at=ago("received_minutes_ago"), now=NOW, stopped=told.get("stopped"),
        quiet="there" if told.get("quiet") else None,
        narrowed=told.get("narrowed"),
        raised=tuple(
            Raised(
                act=Act(act), taken_at=taken - timedelta(minutes=minutes),
                raised_at=NOW - timedelta(minutes=told.get("raised_minutes_ago", minutes)), quiet="quiet" in how,
            )
            for act, minutes, *how in told.get("raised", ())
        ),
        inside_by_receipt=Inside(yes=told["inside_by_receipt"], says="so") if "inside_by_receipt" in told else None,
        before_p=told.get("before_p", 0.0), seen_at=PLACES[told.get("seen_at")], last_alert_at=last,
        alerts_today=told.get("alerts_today", 0), learning=told.get("learning", False),
        receivers=told.get("receivers", 1),
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_situation_gives_its_decision(case: dict[str, Any]) -> None:
    decision = decide(found(case["found"]), situation(case["situation"]))
    assert [decision.act.value, decision.reason.value, decision.stage.value] == case["expect"]
    assert decision.says


def test_no_decision_warns_but_in_live_and_none_asks_in_shadow() -> None:
    for case in CASES:
        decision = decide(found(case["found"]), situation(case["situation"]))
        stage = case["situation"].get("stage")
        assert decision.act is not Act.WARN or stage == "live"
        assert decision.act is not Act.ASK or stage in ("trial", "live")


def test_every_reason_that_a_frame_can_have_here_is_tried() -> None:
    elsewhere = {Reason.SHED}
    assert {case["expect"][1] for case in CASES} == {reason.value for reason in set(Reason) - elsewhere}
