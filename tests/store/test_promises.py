"""P3 and the records that nobody may change, tried with raw SQL on both databases."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store import tables
from store.session import Engine, transaction
from store.vocabulary import (
    AlertState,
    Audience,
    Origin,
    Reason,
    Role,
    RuleState,
    Stage,
    Verdict,
)
from tests.conftest import NOW

STATES = {Stage.SHADOW: AlertState.SHADOW, Stage.TRIAL: AlertState.PENDING, Stage.LIVE: AlertState.LIVE}
WARNING = """
INSERT INTO notice (id, key, kind, site_id, receiver_id, alert_id, stage, review_id, verdict, body, state, tries,
                    next_try_at, created_at)
VALUES ('n', 'k', :kind, 'camp', 'team', :alert, :stage, :review, :verdict, '{}', 'waiting', 0,
        '2026-11-23 03:00:00', '2026-11-23 03:00:00')
"""


def alert_in(engine: Engine, stage: Stage, *verdicts: Verdict) -> None:
    """One alert (id 1) of this stage, with reviews 1, 2, ... of these verdicts."""
    with transaction(engine) as session:
        frame = tables.Frame(
            id=1, camera_id="creek", sha256="b" * 64, stated_key="", taken_at=NOW, received_at=NOW,
            origin=Origin.DOOR, width=4, height=3, motion=[],
        )  # fmt: skip
        rule = tables.Rule(
            id=1, site_id="camp", revision=1, model_sha256="a" * 64, stage=stage, audience=Audience.RANGERS,
            body={"threshold": 0.5}, state=RuleState.IN_FORCE, widens=False, needs_second=False, reason="try",
            evidence={}, bound_to="c" * 64, proposed_at=NOW,
        )  # fmt: skip
        person = tables.Person(id=1, name="ranger", role=Role.RANGER, sites=[], password_hash="x", created_at=NOW)
        receiver = tables.Receiver(id="team", site_id="camp", audience=Audience.RANGERS, url="folder:outbox")
        session.add_all([frame, rule, person, receiver])
        session.flush()
        session.add(tables.Visit(
            id=1, group_id="creek", site_id="camp", camera_id="creek", model_sha256="a" * 64, label="bear",
            bear=True, started_at=NOW, last_at=NOW, frames=1, p_bear=0.9, best_frame_id=1,
        ))  # fmt: skip
        session.flush()
        session.add(tables.Alert(
            id=1, visit_id=1, site_id="camp", camera_id="creek", cameras=["creek"], state=STATES[stage],
            stage=stage, audience=Audience.RANGERS, reason=Reason.SHADOW, says="", rule_id=1, frame_id=1,
            label="bear", p_bear=0.9, boxes=[], raised_at=NOW, taken_at=NOW, would_have={},
        ))  # fmt: skip
        session.flush()
        for verdict in verdicts:
            session.add(tables.Review(alert_id=1, person_id=1, verdict=verdict, at=NOW))
            session.flush()


def write(engine: Engine, statement: str, **values: Any) -> None:
    with transaction(engine) as session:
        session.execute(text(statement), values)


def warn(engine: Engine, stage: str, review: int | None = None, verdict: str | None = None) -> None:
    write(engine, WARNING, kind="warning", alert=1, stage=stage, review=review, verdict=verdict)


@pytest.mark.parametrize(
    ("stage", "verdicts", "claimed"),
    [
        (Stage.SHADOW, (), ("shadow", None, None)),
        (Stage.SHADOW, (Verdict.BEAR,), ("shadow", 1, "bear")),
        (Stage.SHADOW, (Verdict.BEAR,), ("trial", 1, "bear")),
        (Stage.SHADOW, (), ("live", None, None)),
        (Stage.TRIAL, (), ("trial", None, None)),
        (Stage.TRIAL, (), ("live", None, None)),
        (Stage.TRIAL, (), ("trial", 1, "bear")),
        (Stage.TRIAL, (Verdict.UNSURE,), ("trial", 1, "unsure")),
        (Stage.TRIAL, (Verdict.NOT_BEAR,), ("trial", 1, "bear")),
    ],
)
def test_no_warning_exists_that_the_stage_does_not_allow(
    engine: Engine, stage: Stage, verdicts: tuple[Verdict, ...], claimed: tuple[str, int | None, str | None]
) -> None:
    alert_in(engine, stage, *verdicts)
    with pytest.raises(DBAPIError):
        warn(engine, *claimed)


def test_a_confirmed_trial_alert_may_warn(engine: Engine) -> None:
    alert_in(engine, Stage.TRIAL, Verdict.UNSURE, Verdict.BEAR)
    warn(engine, "trial", 2, "bear")


def test_a_live_alert_may_warn_at_once(engine: Engine) -> None:
    alert_in(engine, Stage.LIVE)
    warn(engine, "live")


def test_a_request_cannot_be_turned_into_a_warning(engine: Engine) -> None:
    alert_in(engine, Stage.TRIAL)
    write(engine, WARNING, kind="request", alert=1, stage="trial", review=None, verdict=None)
    with pytest.raises(DBAPIError):
        write(engine, "UPDATE notice SET kind = 'warning'")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alert SET stage = 'live', state = 'live'",
        "UPDATE alert SET state = 'sent' WHERE stage = 'shadow'",
        "UPDATE review SET verdict = 'bear'",
        "DELETE FROM review",
        "UPDATE rule SET stage = 'live'",
        "UPDATE rule SET body = '{\"threshold\": 0.1}'",
        "DELETE FROM rule",
    ],
)
def test_a_record_that_a_warning_rests_on_cannot_be_changed(engine: Engine, change: str) -> None:
    alert_in(engine, Stage.SHADOW, Verdict.UNSURE)
    with pytest.raises(DBAPIError):
        write(engine, change)


def test_a_connection_without_foreign_keys_is_refused_too(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has connections without foreign keys")
    alert_in(engine, Stage.TRIAL, Verdict.NOT_BEAR)
    plain = sqlite3.connect(str(engine.url.database))
    values = {"kind": "warning", "alert": 1, "stage": "trial", "review": 1, "verdict": "bear"}
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute(WARNING, values)
    plain.close()
