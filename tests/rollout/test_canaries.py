"""Canaries: another version in force on some cameras, approved like any widening, and the way back of one person."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from rollout import challenges, force, protection, revisions, version_back, versions
from rollout import narrowing as watching_over
from rollout.actors import Actor
from rollout.terms import read
from store import audit, narrowing, rules, tables
from store import challenges as challenge_rows
from store.errors import ModelUnknown, NotAllowedNow, NotPermitted, RuleMalformed
from store.session import Engine, reading, transaction
from store.vocabulary import Role, RuleState, Stage, Verdict
from tests.rollout.proposing import (
    ANN,
    BOB,
    DAY,
    EVE,
    MODEL,
    NOW,
    OVERRIDE,
    approve,
    present,
    propose,
    safe,
    said,
    tick,
    widened,
)
from tests.rollout.scenes import Scene

NEW = "b" * 64
CANARY = {"canary": {"model": "new", "cameras": ["creek"], "last_day": "2026-11-29"}}


@pytest.fixture
def park(site: Engine) -> Iterator[Engine]:
    """Site camp with a second version and a second camera of a group of its own."""
    with transaction(site) as session:
        session.add(
            tables.ModelVersion(
                sha256=NEW, name="new", path="model", labels=["bear", "empty"], threshold=0.7, added_at=NOW
            )
        )
        session.add(tables.CameraGroup(id="ridge"))
        session.flush()
        session.add(tables.Camera(id="ridge", site_id="camp", kind="trail", group_id="ridge"))
    yield site


def deciding(engine: Engine, camera: str, days: int = 0) -> tuple[str, float | None]:
    """The version that decides a camera's frames, and the threshold that is set for it."""
    with reading(engine) as session:
        row = rules.in_force(session, "camp")
        assert row is not None
        day = date(2026, 11, 23) + timedelta(days=days)
        told = rules.canary_of(row)
        return rules.version_of(row, camera, day), told.threshold if told is not None else None


def back(engine: Engine, by: Actor | None = BOB) -> tables.Rule | None:
    with transaction(engine) as session:
        return version_back.go_back(session, "camp", by=by, reason="it finds less", now=NOW + DAY)


def test_a_canary_decides_on_its_cameras_until_its_last_day(park: Engine) -> None:
    widened(park, **CANARY)
    assert deciding(park, "creek") == (NEW, None)
    assert deciding(park, "ridge")[0] == MODEL
    assert deciding(park, "creek", days=6)[0] == NEW
    assert deciding(park, "creek", days=7)[0] == MODEL


def test_a_canary_in_live_is_wider_and_waits_for_a_second_person(park: Engine) -> None:
    widened(park)
    view = propose(park, stage="live", **OVERRIDE, **CANARY)
    assert (view.state, view.wider) == (RuleState.PROPOSED, ("another model version on creek (canary)",))
    assert deciding(park, "creek")[0] == MODEL
    assert approve(park, view.rule).state is RuleState.IN_FORCE
    assert deciding(park, "creek")[0] == NEW


def test_a_canary_in_shadow_sends_nothing_and_needs_nobody_else(park: Engine) -> None:
    assert propose(park, stage="shadow", **CANARY).state is RuleState.IN_FORCE
    assert deciding(park, "creek")[0] == NEW


def test_the_approval_is_bound_to_the_canary(park: Engine) -> None:
    one = propose(park, stage="live", **OVERRIDE, **CANARY)
    other = propose(park, stage="live", **OVERRIDE, canary=CANARY["canary"] | {"threshold": 0.8})
    assert one.bound_to != other.bound_to


@pytest.mark.parametrize(
    ("canary", "says"),
    [
        ({"cameras": ["far"]}, 'canary.cameras: the rule does not hold "far"; its cameras are: creek, ridge'),
        ({"cameras": ["creek", "ridge"]}, "canary.cameras: these are all cameras of the rule"),
        ({"model": "test"}, "canary.model: it is the rule's own version"),
        ({"last_day": "2026-11-01"}, "canary.last_day: 2026-11-01 has passed"),
        ({"last_day": None}, "canary.last_day: None is not a day"),
        ({"threshold": 7}, "canary.threshold: 7 is not a number from 0 to 1"),
        ({"share": 0.5}, "canary: must be a table of model, cameras, last_day, threshold"),
        ({"cameras": []}, "canary.cameras: name the cameras"),
        ({"model": ""}, "canary.model: name the version"),
    ],
)
def test_a_canary_that_cannot_be_is_refused_by_its_field(park: Engine, canary: dict[str, object], says: str) -> None:
    with pytest.raises(RuleMalformed) as refused:
        propose(park, stage="shadow", canary=CANARY["canary"] | canary)
    assert refused.value.detail.startswith(says)


def test_a_camera_of_a_group_is_no_canary_without_the_others(park: Engine) -> None:
    with transaction(park) as session:
        session.add(tables.Camera(id="creek2", site_id="camp", kind="trail", group_id="creek"))
    with pytest.raises(RuleMalformed, match="one bear must not be two visits"):
        propose(park, stage="shadow", **CANARY)
    assert (
        propose(park, stage="shadow", canary=CANARY["canary"] | {"cameras": ["creek", "creek2"]}).state == "in_force"
    )


def test_one_person_ends_a_canary_at_once_and_all_else_stays(park: Engine) -> None:
    widened(park, hours=["20:00-06:00"], **CANARY)
    row = back(park)
    assert row is not None
    assert (row.state, row.stage, row.model_sha256) == (RuleState.IN_FORCE, Stage.LIVE, MODEL)
    assert (row.body["hours"], "canary" in row.body, rules.canary_of(row)) == (["20:00-06:00"], False, None)
    assert rules.cameras_of(row) == ("creek", "ridge")
    assert deciding(park, "creek")[0] == MODEL
    assert safe(park, NOW + DAY).protected
    assert any("goes back to test: it finds less" in says for says in said(park))
    with reading(park) as session:
        assert audit.verify(session).ok


def test_a_guardrail_goes_back_by_itself_and_the_rangers_are_told(park: Engine) -> None:
    widened(park, **CANARY)
    row = back(park, by=None)
    assert row is not None
    assert row.proposed_by is None
    with reading(park) as session:
        says = [one.body["says"] for one in session.query(tables.Notice)]
    assert "Camp goes back to test: it finds less (clock)." in says


def fail(engine: Engine, *, technical: bool = False) -> None:
    """A guardrail of the rule in force fails."""
    with transaction(engine) as session:
        row = rules.in_force(session, "camp")
        assert row is not None
        narrowing.add(
            session, row, "min_precision", period="x", technical=technical, says="0.2", numbers={}, now=NOW
        )  # fmt: skip


def reviewed(scene: Scene, many: int, verdict: Verdict, *, model: str = MODEL) -> Scene:
    """So many visits that a version found, each answered two minutes later."""
    for _ in range(many):
        alert = scene.see_a_bear()
        with transaction(scene.engine) as session:
            row = session.get_one(tables.Alert, alert)
            session.get_one(tables.Visit, row.visit_id).model_sha256 = model
            session.add(
                tables.Review(
                    alert_id=alert, person_id=BOB.id, verdict=verdict, at=scene.now + timedelta(minutes=2)
                )
            )  # fmt: skip
        scene = scene.later(minutes=40)
    return scene


@pytest.mark.parametrize(("dismissed", "goes_back"), [(3, 0), (6, 1)])
def test_a_bad_canary_goes_back_however_good_the_other_cameras_are(
    park: Engine, tmp_path: Path, dismissed: int, goes_back: int
) -> None:
    widened(park, **CANARY, guardrails={"min_precision": 0.5})
    scene = reviewed(Scene(engine=park, data_dir=tmp_path, now=NOW), 12, Verdict.BEAR)
    scene = reviewed(scene, dismissed, Verdict.NOT_BEAR, model=NEW)
    assert watching_over.keep(park, scene.now) == goes_back
    assert version_back.keep(park, scene.now) == goes_back
    assert deciding(park, "creek")[0] == (MODEL if goes_back else NEW)
    if goes_back:
        assert "by the canary alone 0 of 6 reviewed visits were bears" in safe(park, scene.now).says + str(said(park))


def test_a_failed_guardrail_goes_back_from_a_canary_once_and_stays_answered_by_two(park: Engine) -> None:
    widened(park, **CANARY)
    assert version_back.keep(park, NOW + DAY) == 0
    fail(park)
    assert [version_back.keep(park, NOW + DAY) for _ in range(2)] == [1, 0]
    assert deciding(park, "creek")[0] == MODEL
    assert "NARROWED" in safe(park, NOW + DAY).says
    assert "guardrail min_precision failed: 0.2" in " ".join(said(park))


def test_a_fault_of_a_camera_is_not_the_versions_and_a_rule_without_a_trial_only_narrows(park: Engine) -> None:
    widened(park, **CANARY)
    fail(park, technical=True)
    assert version_back.keep(park, NOW + DAY) == 0
    assert propose(park, stage="live", **OVERRIDE).state is RuleState.IN_FORCE
    fail(park)
    assert version_back.keep(park, NOW + DAY) == 0


def test_one_person_who_goes_back_answers_no_guardrail(park: Engine) -> None:
    widened(park, **CANARY)
    fail(park)
    assert back(park) is not None
    assert "NARROWED" in safe(park, NOW + DAY).says


def test_going_back_to_the_version_before_keeps_the_narrower_scope(park: Engine) -> None:
    widened(park, hours=["20:00-06:00"])
    widened(park, model="new", hours=["22:00-06:00"])
    row = back(park)
    assert row is not None
    assert (row.model_sha256, row.body["hours"], row.widens) == (MODEL, ["22:00-06:00"], False)
    with pytest.raises(NotAllowedNow, match="nothing to go back to"):
        back(park)  # what was gone back from comes again by two people only


def test_where_no_other_version_was_approved_there_is_nothing_to_go_back_to(park: Engine) -> None:
    with pytest.raises(NotAllowedNow, match="nothing to go back to"):
        back(park)
    with reading(park) as session:
        assert versions.may_go_back(session, "camp", NOW + DAY) is None, "nothing is offered that is refused"
    assert back(park, by=None) is None
    widened(park, model="new")
    assert back(park, by=None) is None, "the version before was only ever in shadow: going back would be silence"
    assert present(park) == (Stage.LIVE, RuleState.IN_FORCE)


def test_a_ranger_and_somebody_of_another_site_cannot_go_back(park: Engine) -> None:
    widened(park, **CANARY)
    for who in (Actor(id=2, name="bob", role=Role.RANGER), EVE):
        with pytest.raises(NotPermitted):
            back(park, by=who)


def test_a_retired_version_cannot_be_proposed_as_rule_canary_or_challenger(park: Engine) -> None:
    with transaction(park) as session:
        challenges.retire(session, "new", by=ANN, default_model=MODEL, now=NOW)
    for terms in ({"model": "new"}, CANARY):
        with pytest.raises(ModelUnknown, match='"new" was retired on 2026-11-23'):
            propose(park, stage="shadow", **terms)
    with pytest.raises(ModelUnknown, match="was retired"), transaction(park) as session:
        challenges.begin(session, "camp", "new", by=ANN, reason="try", default_model=MODEL, now=NOW)


def test_a_version_at_work_cannot_be_retired(park: Engine) -> None:
    for model in ("test", "new"):
        propose(park, stage="shadow", **CANARY)
        with pytest.raises(NotAllowedNow, match="at camp"), transaction(park) as session:
            challenges.retire(session, model, by=ANN, default_model=MODEL, now=NOW)


def test_a_site_has_one_challenger_that_an_admin_begins_and_ends(park: Engine) -> None:
    def begin(model: str = "new", by: Actor = ANN) -> challenges.ChallengeView:
        with transaction(park) as session:
            return challenges.begin(session, "camp", model, by=by, reason="try", default_model=MODEL, now=NOW)

    with pytest.raises(NotPermitted):
        begin(by=BOB)
    with pytest.raises(NotAllowedNow, match="is the version in force"):
        begin("test")
    assert begin().model_name == "new"
    with pytest.raises(NotAllowedNow, match="is the challenger of Camp already"):
        begin()
    with transaction(park) as session:
        assert challenge_rows.by_model(session, NEW) == ["camp"]
        assert challenges.end(session, "camp", by=ANN, now=NOW).ended_at == NOW
    with pytest.raises(NotAllowedNow, match="has no challenger"), transaction(park) as session:
        challenges.end(session, "camp", by=ANN, now=NOW)
    propose(park, stage="off")
    with pytest.raises(NotAllowedNow, match="is off"):
        begin()


@pytest.mark.parametrize("by", [BOB, None])
def test_going_back_changes_the_version_and_its_threshold_only(park: Engine, by: Actor | None) -> None:
    widened(park, last_day="2026-11-24", threshold=0.6, guardrails={"min_precision": 0.1})
    kept = {"last_day": "2026-12-05", "deadline_minutes": 3, "cooldown_minutes": 7, "unconfirmed": "ask-again"}
    widened(park, model="new", **kept, guardrails={"min_precision": 0.5, "max_alerts_per_day": 5})
    tick(park, NOW + 3 * DAY)
    row = back(park, by=by)
    assert row is not None
    assert (row.model_sha256, row.body["threshold"], row.stage) == (MODEL, 0.6, Stage.LIVE)
    assert {key: row.body[key] for key in kept} == kept
    assert row.body["guardrails"] == {"min_precision": 0.5, "max_alerts_per_day": 5}
    tick(park, NOW + 3 * DAY)
    assert present(park) == (Stage.LIVE, RuleState.IN_FORCE), "the last day of the older rule is not taken"
    assert safe(park, NOW + 3 * DAY).protected


def test_a_guardrail_does_not_go_back_past_the_last_day(park: Engine) -> None:
    widened(park)
    widened(park, model="new", last_day="2026-11-23")
    fail(park)
    assert version_back.keep(park, NOW + DAY) == 0


@pytest.mark.parametrize(
    "less", [{"hours": ["22:00-23:00"]}, {"cameras": ["creek"]}, {"weekdays": ["mon"]}, {"sun": "night"}]
)
def test_a_guardrail_leaves_nothing_unwatched_by_going_back(park: Engine, less: dict[str, object]) -> None:
    widened(park, **less)
    widened(park, model="new")
    fail(park)
    assert version_back.keep(park, NOW + DAY) == 0
    assert deciding(park, "creek")[0] == NEW
    assert "NARROWED" in safe(park, NOW + DAY).says


@pytest.mark.parametrize(
    ("less", "says"),
    [
        ({"hours": ["22:00-23:00"]}, "test was never approved for any time but 22:00-23:00"),
        ({"cameras": ["creek"]}, "test was never approved for camera ridge"),
        ({"weekdays": ["mon"], "sun": "night"}, "test was never approved for any time but mon night"),
    ],
)
def test_what_a_person_leaves_out_by_going_back_is_told_as_not_protected(
    park: Engine, less: dict[str, object], says: str
) -> None:
    widened(park, **less)
    widened(park, model="new")
    row = back(park)
    assert row is not None
    assert {key: row.body[key] for key in less} == less
    told = safe(park, NOW + DAY)
    assert (told.protected, f"NOT protected by the model since 2026-11-24 13:00: {says}" in told.says) == (
        False,
        True,
    )
    with transaction(park) as session:
        assert "manual watch taken by ann" in protection.accept(session, "camp", by=ANN, now=NOW + DAY).says
    assert propose(park, stage="live", **OVERRIDE, **less).state is RuleState.IN_FORCE
    assert not safe(park, NOW + DAY).protected, "one person alone does not say that it is protected again"
    widened(park)
    assert safe(park, NOW + DAY).protected


def test_days_and_hours_are_those_that_both_rules_hold(park: Engine) -> None:
    widened(park, weekdays=["mon", "tue"], hours=["20:00-23:00"])
    widened(park, model="new", weekdays=["tue", "wed"], hours=["18:00-23:00"])
    row = back(park)
    assert row is not None
    assert (row.body["weekdays"], row.body["hours"]) == (["tue"], ["20:00-23:00"])


def test_where_the_two_rules_have_nothing_in_common_there_is_no_way_back(park: Engine) -> None:
    widened(park, cameras=["ridge"])
    widened(park, model="new", cameras=["creek"])
    with pytest.raises(NotAllowedNow, match="nothing to go back to"):
        back(park)


def test_a_live_rule_without_a_last_day_gets_one_where_the_version_was_in_trial(park: Engine) -> None:
    widened(park, stage="trial")
    with transaction(park) as session:
        wanted = read({"site": "camp", "stage": "live", "model": "new"})
        row = revisions.new_row(session, wanted, default_model=MODEL, reason="its exit is met", now=NOW)
        session.add(row)
        force.approved(session, row, session.get_one(tables.Site, "camp"), who="ann", now=NOW)
    after = back(park)
    assert after is not None
    assert (after.stage, after.body["last_day"]) == (Stage.TRIAL, "2026-12-08")
    assert read(after.body).stage is Stage.TRIAL


def test_going_back_from_live_to_a_trial_with_nobody_on_duty_is_told_as_not_protected(park: Engine) -> None:
    widened(park, stage="trial")
    widened(park, model="new")
    with transaction(park) as session:
        session.query(tables.Duty).one().hours = "08:00-20:00"
    fail(park)
    assert version_back.keep(park, NOW + DAY) == 0
    assert back(park) is not None
    assert "5040 minutes a week have nobody on duty" in safe(park, NOW + DAY).says


@pytest.mark.parametrize("stage", ["trial", "live"])
def test_one_person_cannot_bring_back_the_version_that_failed(park: Engine, stage: str) -> None:
    widened(park, stage=stage)
    widened(park, stage=stage, model="new")
    fail(park)
    assert version_back.keep(park, NOW + DAY) == 1
    for _ in range(2):
        with pytest.raises(NotAllowedNow, match="nothing to go back to"):
            back(park)
        propose(park, stage=stage, **OVERRIDE, guardrails={"max_alerts_per_day": 5})
    assert deciding(park, "creek")[0] == MODEL


def test_a_version_that_failed_is_passed_over_for_the_one_before_it(park: Engine) -> None:
    with transaction(park) as session:
        session.add(
            tables.ModelVersion(
                sha256="c" * 64, name="newest", path="model", labels=["bear", "empty"], threshold=0.7, added_at=NOW
            )
        )
    widened(park)
    widened(park, model="new")
    fail(park)
    widened(park, model="newest")
    with reading(park) as session:
        offered = versions.may_go_back(session, "camp", NOW + DAY)
    assert offered is not None and offered.name == "test", "what is offered is what a click puts in force"
    row = back(park)
    assert row is not None
    assert row.model_sha256 == MODEL


def test_the_list_of_versions_says_where_each_is_a_canary(park: Engine) -> None:
    widened(park, **CANARY)
    with reading(park) as session:
        assert versions.canary_sites(session, NEW) == {"camp": ["creek"]}
        assert versions.canary_sites(session, MODEL) == {}
        assert versions.may_go_back(session, "camp", NOW + DAY) == versions.Back(name="test", leaves_out=None)


def test_terms_with_a_canary_are_read_again_as_they_were_written() -> None:
    told = read({"site": "camp", "stage": "shadow", **CANARY})
    assert read(told.body()) == told
