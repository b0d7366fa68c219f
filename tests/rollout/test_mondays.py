"""The report of a week comes on Monday, once, to those who asked; what was missed is made up."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rollout import mondays
from store import runs, tables
from store.errors import ReportsNotMade
from store.session import Engine, reading, transaction
from store.vocabulary import NoticeKind
from tests.rollout.scenes import NOW, Scene, receiver, trial

WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 30, 13, tzinfo=NOW.tzinfo)
"""Six in the morning at the site, after its first whole week; the rule began on the Sunday before that week."""


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, last_day="2026-12-06")


def made(engine: Engine) -> list[tuple[str, int]]:
    with reading(engine) as session:
        rows = session.query(tables.DriftReport).order_by(tables.DriftReport.id)
        return [(row.week, row.revision) for row in rows]


def sent(scene: Scene) -> list[tuple[str, str, str]]:
    return [
        (row.receiver_id, row.body["week"], row.body["page"])
        for row in scene.notices(NoticeKind.OPERATIONS) if "week" in row.body
    ]  # fmt: skip


def test_it_is_made_at_six_on_monday_and_once_however_often_the_clock_looks(scene: Scene) -> None:
    assert mondays.keep(scene.engine, MONDAY - timedelta(seconds=1)) == 1, "the week in which the site began"
    assert [mondays.keep(scene.engine, MONDAY + hours * HOUR) for hours in (0, 0, 1, 100)] == [1, 0, 0, 0]
    assert made(scene.engine) == [("2026-W47", 1), ("2026-W48", 1)]


def test_only_those_who_asked_get_it_and_of_several_weeks_only_the_last(scene: Scene) -> None:
    receiver(scene.engine, "office", reports=True)
    assert mondays.keep(scene.engine, MONDAY + WEEK) == 3
    assert sent(scene) == [("office", "2026-W49", "/api/v1/reports/camp/2026-W49.html")]
    (body,) = [row.body for row in scene.notices(NoticeKind.OPERATIONS) if "week" in row.body]
    assert body["says"] == (
        "Camp, report of 2026-W49: data fault. the model was up 0.0 of the 340.0 hours in which it should have been, "
        "less than the 50% that a verdict needs"
    )


def test_a_site_that_fails_is_tried_again_and_keeps_no_other_from_its_report(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        session.add(
            tables.Site(id="broken", name="Broken", time_zone="America/Denver", latitude=44.0, longitude=-110.0)
        )
        session.flush()
        session.add(tables.Rule(
            site_id="broken", revision=1, model_sha256="a" * 64, stage="trial", audience="rangers",
            body={"site": "broken", "hours": "no hours"}, state="in_force", widens=False, needs_second=False,
            reason="it cannot be read", evidence={}, bound_to="", proposed_at=NOW, in_force_at=NOW,
        ))  # fmt: skip
        session.add(tables.WatchSession(
            site_id="broken", person_id=1, observer="riley", mode="blind", place="field", started_at=NOW + HOUR,
            ended_at=NOW + 2 * HOUR, told_otherwise=False, hours=[], flags=[], received_at=NOW + HOUR,
        ))  # fmt: skip
    with pytest.raises(ReportsNotMade, match="broken 2026-W47: the log says why"):
        mondays.keep(scene.engine, MONDAY)
    assert made(scene.engine) == [("2026-W47", 1), ("2026-W48", 1)]
    with reading(scene.engine) as session:
        assert runs.done(session, mondays.JOB, "broken") == set()
