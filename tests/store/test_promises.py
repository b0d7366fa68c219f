"""P3 and the records that nobody may change, tried with raw SQL on both databases."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store import audit, tables
from store.session import Engine, reading, transaction
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


COPY = "INSERT OR REPLACE INTO {0} SELECT {1} FROM {0}"
REPLACED = {
    "review": "id, alert_id, person_id, 'bear', species, note, at, took_s, corrects_id, blind",
    "audit_entry": "number, at, who, action, subject, 'nothing happened', body, \"before\", hash",
}


@pytest.mark.parametrize(
    "change",
    [
        *(COPY.format(table, columns) for table, columns in REPLACED.items()),
        "REPLACE INTO alert SELECT * FROM alert",
        "REPLACE INTO rule SELECT * FROM rule",
        "REPLACE INTO notice SELECT * FROM notice",
        "UPDATE OR REPLACE rule SET id = 1 WHERE id = 2",
        "UPDATE OR REPLACE rule SET revision = 1 WHERE id = 2",
        "UPDATE OR REPLACE notice SET key = 'k' WHERE id = 'o'",
    ],
)
def test_no_record_is_replaced_by_another(engine: Engine, change: str) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite replaces")
    recorded(engine)
    before = whole(engine)
    with pytest.raises(DBAPIError):
        write(engine, change)
    plain = sqlite3.connect(str(engine.url.database))
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute(change)
    plain.close()
    assert whole(engine) == before


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO review (id, alert_id, person_id, verdict, at) SELECT id, alert_id, person_id, verdict, at "
        "FROM review WHERE id = 1 ON CONFLICT (id) DO UPDATE SET verdict = 'bear'",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE number = 1 "
        "ON CONFLICT (number) DO UPDATE SET says = 'nothing happened'",
        "INSERT INTO rule SELECT * FROM rule WHERE id = 1 ON CONFLICT (id) DO UPDATE SET stage = 'live'",
        "INSERT INTO alert SELECT * FROM alert WHERE id = 1 ON CONFLICT (id) DO UPDATE SET stage = 'trial'",
        "INSERT INTO notice SELECT * FROM notice WHERE id = 'n' ON CONFLICT (id) DO UPDATE SET kind = 'warning'",
    ],
)
def test_an_insert_that_turns_into_an_update_changes_no_record(engine: Engine, change: str) -> None:
    recorded(engine)
    before = whole(engine)
    with pytest.raises(DBAPIError, match=r"never changed|append-only|keeps its|needs a review|already"):
        write(engine, change)
    assert whole(engine) == before


def recorded(engine: Engine) -> None:
    """An alert in shadow, answered; two rules, two requests and an entry of the audit chain."""
    alert_in(engine, Stage.SHADOW, Verdict.NOT_BEAR)
    write(engine, WARNING, kind="request", alert=1, stage="shadow", review=None, verdict=None)
    write(
        engine, WARNING.replace("'n', 'k'", "'o', 'l'"), kind="request", alert=1, stage="shadow", review=None,
        verdict=None,
    )  # fmt: skip
    with transaction(engine) as session:
        first = session.get_one(tables.Rule, 1)
        session.add(tables.Rule(
            id=2, site_id="camp", revision=2, model_sha256="a" * 64, stage=first.stage, audience=first.audience,
            body={}, state=RuleState.PROPOSED, widens=False, needs_second=False, reason="again", evidence={},
            bound_to="d" * 64, proposed_at=NOW,
        ))  # fmt: skip
        audit.append(session, at=NOW, who="ann", action="stop", subject="park", says="stopped")


def whole(engine: Engine) -> list[list[tuple[Any, ...]]]:
    """Every row of the records."""
    with reading(engine) as session:
        names = ("review", "alert", "rule", "audit_entry", "notice")
        return [[tuple(row) for row in session.execute(text(f"SELECT * FROM {name} ORDER BY 1"))] for name in names]


def test_a_connection_without_foreign_keys_is_refused_too(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has connections without foreign keys")
    alert_in(engine, Stage.TRIAL, Verdict.NOT_BEAR)
    plain = sqlite3.connect(str(engine.url.database))
    values = {"kind": "warning", "alert": 1, "stage": "trial", "review": 1, "verdict": "bear"}
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute(WARNING, values)
    plain.close()
