"""Canaries: another version in force on some cameras, approved like any widening, and the way back of one person."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from rollout import challenges, version_back, versions
from rollout.actors import Actor
from rollout.terms import read
from store import audit, narrowing, rules, tables
from store import challenges as challenge_rows
from store.errors import ModelUnknown, NotAllowedNow, NotPermitted, RuleMalformed
from store.session import Engine, reading, transaction
from store.vocabulary import Role, RuleState, Stage
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
    widened,
)

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
    assert back(park, by=None) is not None, "and forth again: that version was approved too"


def test_going_back_is_never_wider_in_anything_else(park: Engine) -> None:
    widened(park, stage="trial", hours=["20:00-06:00"])
    widened(park, stage="live", model="new")
    row = back(park)
    assert row is not None
    assert (row.stage, row.body["hours"], row.model_sha256) == (Stage.TRIAL, ["20:00-06:00"], MODEL)


def test_where_no_other_version_was_approved_there_is_nothing_to_go_back_to(park: Engine) -> None:
    with pytest.raises(NotAllowedNow, match="nothing to go back to"):
        back(park)
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


def test_the_list_of_versions_says_where_each_is_a_canary(park: Engine) -> None:
    widened(park, **CANARY)
    with reading(park) as session:
        assert versions.canary_sites(session, NEW) == {"camp": ["creek"]}
        assert versions.canary_sites(session, MODEL) == {}
        assert versions.may_go_back(session, "camp") == "test"


def test_terms_with_a_canary_are_read_again_as_they_were_written() -> None:
    told = read({"site": "camp", "stage": "shadow", **CANARY})
    assert read(told.body()) == told
