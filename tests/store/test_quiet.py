"""Quiet places and known clips as rows: what no person settled is never in force, and a day is played once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from store import known, quiet, tables
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Light, QuietState
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def person(session: Session) -> int:
    row = tables.Person(name="ada", role="admin", sites=[], password_hash="x", created_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def place(by: int | None = None, **changes: Any) -> tables.QuietPlace:
    usual: dict[str, Any] = {
        "camera_id": "creek", "state": QuietState.PROPOSED, "light": Light.BOTH, "x": 0.5, "y": 0.0, "w": 0.1,
        "h": 0.1, "most_p": 0.7, "alerts": [1, 2], "first_at": NOW, "last_at": NOW, "proposed_at": NOW,
        "model_sha256": "a" * 64,
    }  # fmt: skip
    if by is not None:
        usual |= {"state": QuietState.ACCEPTED, "settled_by": by, "settled_at": NOW, "until": NOW + 9 * HOUR}
    return tables.QuietPlace(**(usual | changes))


def test_a_place_holds_from_its_acceptance_to_its_last_moment_or_its_end(engine: Engine) -> None:
    with transaction(engine) as session:
        ada = person(session)
        session.add_all([
            place(), place(ada), place(ada, state=QuietState.ENDED, ended_at=NOW + 2 * HOUR),
            place(ada, state=QuietState.REFUSED, until=None),
        ])  # fmt: skip
    with reading(engine) as session:
        held = [len(quiet.in_force(session, ["creek"], at=NOW + hours * HOUR)) for hours in (-1, 0, 1, 2, 8, 9)]
        assert [row.state for row in quiet.of_cameras(session, ["creek"])][-1] is QuietState.PROPOSED
        assert (len(quiet.past(session, NOW + 9 * HOUR)), len(quiet.past(session, NOW))) == (1, 0)
    assert held == [0, 2, 2, 1, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": QuietState.ACCEPTED},
        {"w": 0.6},
        {"settled_by": 1},
        {"state": QuietState.ENDED, "settled_by": 1, "until": NOW},
        {"state": QuietState.ACCEPTED, "settled_by": 1, "until": None},
        {"ended_at": NOW},
    ],
)
def test_the_database_refuses_a_place_that_nobody_settled_or_that_never_ends(
    engine: Engine, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as session:
        person(session)
        session.add(place(**wrong))


def clip(**changes: Any) -> tables.KnownClip:
    usual: dict[str, Any] = {
        "camera_id": "creek", "day": NOW.date(), "source": "a bear", "played_at": NOW, "frames": [], "read": 0,
        "moved": 0,
    }  # fmt: skip
    return tables.KnownClip(**(usual | changes))


def test_the_clock_plays_a_day_once_and_people_as_often_as_they_ask(engine: Engine) -> None:
    with transaction(engine) as session:
        told = [known.add(session, clip(day=day)) for day in (NOW.date(), NOW.date(), None, None, date(2026, 1, 1))]
    assert told == [True, False, True, True, True]
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.add(clip())
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.add(clip(day=None, found=True))
