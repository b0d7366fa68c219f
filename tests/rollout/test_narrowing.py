"""Automation only narrows: a guardrail that fails takes live to asking first, says so, and two people go back."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from rollout import narrowing, proposals, protection, reading
from rollout.terms import read
from store import audit, episodes, park, rules, tables
from store import narrowing as rows
from store.errors import ApprovalVoid
from store.session import Engine, transaction
from store.session import reading as reading_store
from store.vocabulary import CameraFault, NoticeKind, RuleState, Stage, Verdict
from tests.rollout.scenes import ADA, MODEL, RECEIVERS, SAM, Scene, trial

DAY = timedelta(days=1)
OVERRIDE = {
    "override": {"reason": "bear in camp"}, "answers": {"if_it_worked_really_well": "rangers sleep"},
    "last_day": "2026-12-05",
}  # fmt: skip


def live(engine: Engine, folder: Path, **guardrails: Any) -> Scene:
    return trial(engine, folder, stage="live", last_day="2026-12-05", cooldown_minutes=0, guardrails=guardrails)


def see(scene: Scene, many: int, verdict: Verdict | None = None) -> Scene:
    """So many bears, one after the other, each answered two minutes later."""
    for _ in range(many):
        alert = scene.see_a_bear()
        if verdict is not None:
            scene.later(minutes=2).answer(alert, verdict)
        scene = scene.later(minutes=3)
    return scene


def judged(scene: Scene) -> int:
    return narrowing.keep(scene.engine, scene.now)


def narrowed(scene: Scene) -> list[tuple[str, str]]:
    with reading_store(scene.engine) as session:
        return [(row.guardrail, row.period[:10]) for row in rows.open_of(session, "camp")]


def entries(scene: Scene, action: str) -> list[tables.AuditEntry]:
    with reading_store(scene.engine) as session:
        return [row for row in reversed(audit.latest(session)) if row.action == action]


def says(scene: Scene) -> protection.Protection:
    with reading_store(scene.engine) as session:
        return protection.of(session, park.site(session, "camp"), scene.now)


def propose(scene: Scene, **terms: Any) -> proposals.RuleView:
    with transaction(scene.engine) as session:
        said = read({"site": "camp", "stage": "live"} | OVERRIDE | terms)
        return proposals.propose(session, said, by=ADA, reason="again", now=scene.now, default_model=MODEL)


def approve(scene: Scene, rule: int) -> proposals.RuleView:
    with transaction(scene.engine) as session:
        return proposals.approve(session, rule, by=SAM, now=scene.now)


def test_too_many_alerts_take_live_to_rangers_first_with_numbers_in_the_chain_and_a_message(
    engine: Engine, tmp_path: Path
) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    assert judged(scene) == 1
    assert narrowed(scene) == [("max_alerts_per_day", "2026-11-22")]
    (entry,) = entries(scene, "rule.narrowed")
    assert (entry.body["has"], entry.body["limit"], entry.body["revision"]) == (4, 3, 2)
    assert any("max_alerts_per_day failed: 4 visits" in told and "ranger confirms" in told for told in scene.told())
    assert says(scene).protected and "NARROWED since" in says(scene).says


def test_a_second_judgement_of_the_same_day_says_nothing_new_and_the_next_failing_day_does(
    engine: Engine, tmp_path: Path
) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    judged(scene)
    before = len(scene.told())
    assert judged(scene) == judged(scene.later(minutes=1)) == 0
    assert len(scene.told()) == before
    tomorrow = see(scene.later(days=1), 4)
    assert judged(tomorrow) == 1
    assert len(narrowed(tomorrow)) == 2


def standing(scene: Scene, frame: int) -> str | None:
    """The guardrail that the next decision of this frame's camera would know of."""
    with reading_store(scene.engine) as session:
        case = reading.case(rules.deciding(session, frame), None, now=scene.now)
        return reading.near(session, case).narrowed


def test_the_next_decision_after_a_failed_guardrail_asks_first(engine: Engine, tmp_path: Path) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    with reading_store(engine) as session:
        frame = session.query(tables.Frame).first()
        assert frame is not None
    assert standing(scene, frame.id) is None
    judged(scene)
    told = standing(scene, frame.id)
    assert told is not None
    assert told.startswith("max_alerts_per_day: 4 visits")


def test_a_trial_that_fails_stays_a_trial_and_tells_people_until_a_day_goes_well(
    engine: Engine, tmp_path: Path
) -> None:
    scene = see(trial(engine, tmp_path, cooldown_minutes=0, guardrails={"max_alerts_per_day": 3}), 4)
    assert judged(scene) == 1
    assert [entry.body["has"] for entry in entries(scene, "guardrail.failed")] == [4]
    assert any("The trial goes on" in told for told in scene.told())
    assert says(scene).says.startswith("trial: ")
    judged(scene.later(days=1))
    assert narrowed(scene) == [("max_alerts_per_day", "2026-11-22")]
    judged(scene.later(days=2))
    assert narrowed(scene) == []


def test_days_that_nobody_judged_are_made_up_each_once(engine: Engine, tmp_path: Path) -> None:
    scene = live(engine, tmp_path, max_alerts_per_day=3)
    for day in range(3):
        see(scene.later(days=day), 4)
    late = scene.later(days=6)
    assert judged(late) == 3
    assert [day for _, day in narrowed(late)] == ["2026-11-22", "2026-11-23", "2026-11-24"]
    assert judged(late) == 0
    with reading_store(engine) as session:
        assert session.query(tables.Run).count() == 6


def test_precision_that_is_surely_too_low_narrows_and_a_few_dismissals_hold(engine: Engine, tmp_path: Path) -> None:
    scene = see(live(engine, tmp_path, min_precision=0.5), 5, Verdict.NOT_BEAR)
    assert judged(scene) == 0
    scene = see(scene, 1, Verdict.NOT_BEAR)
    assert judged(scene) == 1
    (entry,) = entries(scene, "rule.narrowed")
    assert (entry.body["has"], entry.body["of"]) == (0.0, 6)
    assert entry.body["high"] < 0.5


def test_a_pause_for_a_fault_ends_by_itself_with_its_fault_and_may_come_again_the_same_day(
    engine: Engine, tmp_path: Path
) -> None:
    scene = live(engine, tmp_path, stop_on_data_fault=True)
    for hours in (1, 2):
        begun = scene.later(hours=hours)
        with transaction(engine) as session:
            row = episodes.begin(
                session, "creek", CameraFault.COVERED, since=begun.now, now=begun.now, says="dark", measured={}
            )
            number = row.id
        assert judged(begun) == 1
        assert judged(begun.later(minutes=1)) == 0
        assert "because stop_on_data_fault failed" in says(begun).says
        with transaction(engine) as session:
            episodes.get(session, number).ended_at = begun.now + timedelta(minutes=9)
        assert judged(begun.later(minutes=10)) == 0
        assert narrowed(scene) == []
    assert len(entries(scene, "pause.ended")) == 2
    assert sum("warnings go out at once again" in told for told in scene.told()) == 2 * len(RECEIVERS)


def test_a_fault_of_a_camera_that_the_rule_does_not_hold_pauses_nothing(engine: Engine, tmp_path: Path) -> None:
    scene = live(engine, tmp_path, stop_on_data_fault=True)
    with transaction(engine) as session:
        session.add(tables.Camera(id="gate", site_id="camp", kind="trail", group_id="creek"))
        session.flush()
        episodes.begin(
            session, "gate", CameraFault.COVERED, since=scene.now, now=scene.now, says="dark", measured={}
        )  # fmt: skip
    assert judged(scene.later(hours=1)) == 0


def test_going_back_to_live_is_wider_and_needs_two_people(engine: Engine, tmp_path: Path) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    judged(scene)
    view = propose(scene, guardrails={"max_alerts_per_day": 30}, cooldown_minutes=0)
    assert (view.state, view.widens) == (RuleState.PROPOSED, True)
    assert "stage trial to live" in view.wider
    assert approve(scene, view.rule).state is RuleState.IN_FORCE
    assert narrowed(scene) == []
    assert says(scene).says.startswith("live: warnings go out at once")
    assert judged(scene) == 0  # what was judged before is answered; only what comes now counts


def test_what_was_proposed_before_a_guardrail_failed_can_no_longer_be_approved(
    engine: Engine, tmp_path: Path
) -> None:
    scene = live(engine, tmp_path, max_alerts_per_day=3)
    view = propose(scene, guardrails={"max_alerts_per_day": 3}, last_day="2026-12-06")
    judged(see(scene, 4))
    with pytest.raises(ApprovalVoid, match="a guardrail has failed since"):
        approve(scene.later(minutes=20), view.rule)


def test_one_person_alone_cannot_shake_a_narrowing_off_by_a_narrower_live_rule(
    engine: Engine, tmp_path: Path
) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    judged(scene)
    view = propose(scene, guardrails={"max_alerts_per_day": 3}, hours=["20:00-06:00"], cooldown_minutes=0)
    assert view.state is RuleState.PROPOSED
    assert narrowed(scene)


def test_a_pause_outlives_the_rule_it_began_under_as_long_as_its_fault(engine: Engine, tmp_path: Path) -> None:
    scene = live(engine, tmp_path, stop_on_data_fault=True)
    with transaction(engine) as session:
        episodes.begin(
            session, "creek", CameraFault.COVERED, since=scene.now, now=scene.now, says="dark", measured={}
        )  # fmt: skip
    judged(scene)
    view = propose(scene, guardrails={"stop_on_data_fault": True}, hours=["20:00-06:00"], cooldown_minutes=0)
    assert view.state is RuleState.IN_FORCE
    assert narrowed(scene) == [("stop_on_data_fault", "2026-11-23")]


def test_a_step_to_shadow_ends_what_was_narrowed_and_opens_the_gap(engine: Engine, tmp_path: Path) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    judged(scene)
    with transaction(engine) as session:
        said = read({"site": "camp", "stage": "shadow"})
        proposals.propose(session, said, by=ADA, reason="enough", now=scene.now, default_model=MODEL)
    assert narrowed(scene) == []
    assert "NOT protected" in says(scene).says
    assert judged(scene.later(days=3)) == 0


def test_a_failed_guardrail_never_makes_a_live_site_silent(engine: Engine, tmp_path: Path) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3, stop_on_data_fault=True), 4)
    judged(scene)
    with reading_store(engine) as session:
        rule = rules.in_force(session, "camp")
        assert rule is not None
        assert rule.stage is Stage.LIVE
        assert rules.open_gap(session, "camp") is None


def test_the_database_keeps_one_row_for_a_guardrail_and_a_day(engine: Engine, tmp_path: Path) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    judged(scene)
    with pytest.raises(IntegrityError), transaction(engine) as session:
        rule = rules.in_force(session, "camp")
        assert rule is not None
        rows.add(
            session, rule, "max_alerts_per_day", period="2026-11-22", technical=False, says="", numbers={},
            now=scene.now,
        )  # fmt: skip


def test_clock_processes_that_judge_at_the_same_time_say_it_once(engine: Engine, tmp_path: Path) -> None:
    scene = live(engine, tmp_path, max_alerts_per_day=3, stop_on_data_fault=True)
    see(scene, 4)
    with transaction(engine) as session:
        episodes.begin(
            session, "creek", CameraFault.COVERED, since=scene.now, now=scene.now, says="dark", measured={}
        )  # fmt: skip
    late, barrier = scene.later(days=2), threading.Barrier(4)

    def judge() -> None:
        barrier.wait()
        narrowing.keep(engine, late.now)

    threads = [threading.Thread(target=judge) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert narrowed(late) == [("max_alerts_per_day", "2026-11-22"), ("stop_on_data_fault", "2026-11-25")]
    assert len(entries(late, "rule.narrowed")) == 2
    with reading_store(engine) as session:
        assert session.query(tables.Run).count() == 2


@pytest.mark.parametrize(("found", "fails"), [((True, True), 0), ((True, False), 1), ((None, None), 0)])
def test_a_known_clip_that_was_missed_narrows_and_one_that_nobody_judged_holds(
    engine: Engine, tmp_path: Path, found: tuple[bool | None, ...], fails: int
) -> None:
    scene = live(engine, tmp_path, max_seeded_tests_missed_per_day=0)
    with transaction(engine) as session:
        session.add_all(
            tables.KnownClip(
                camera_id="creek", day=None, source="a bear", played_at=scene.now, frames=[], read=1, moved=1,
                judged_at=scene.now, found=one, says="so",
            )
            for one in found
        )  # fmt: skip
    assert judged(scene.later(minutes=1)) == fails


def test_a_replay_counts_for_no_guardrail(engine: Engine, tmp_path: Path) -> None:
    scene = live(engine, tmp_path, max_alerts_per_day=0)
    scene.see_a_bear(send=False)
    assert judged(scene.later(minutes=1)) == 0
    assert [row.kind for row in scene.notices() if row.kind is NoticeKind.OPERATIONS] == []
