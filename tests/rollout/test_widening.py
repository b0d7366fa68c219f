"""A site widens on its evidence, by two people, and on nothing else; on both databases."""

from datetime import timedelta

import pytest

from rollout import exits, previews
from store import audit, episodes, park, rules, tables
from store.errors import ApprovalVoid, ModelUnknown, NotAllowedNow, RuleMalformed
from store.session import Engine, reading, transaction
from store.vocabulary import Audience, CameraFault, CameraKind, RuleState, Stage, Verdict
from tests.rollout.proposing import ANN, BOB, DAY, NOW, OVERRIDE, present, propose, tick
from tests.rollout.widening import LATER, TRIAL, agree, alert, answer, picture, widen

HOUR = timedelta(hours=1)


@pytest.fixture
def quiet(site: Engine) -> Engine:
    """Two weeks in shadow: a picture at once, and one bear that would have been told, and was looked at."""
    picture(site, NOW + HOUR)
    alert(site, LATER - 2 * DAY, rule=first(site), verdict=Verdict.BEAR)
    return site


def first(engine: Engine) -> int:
    with reading(engine) as session:
        row = rules.in_force(session, "camp")
        assert row is not None
        return row.id


def lacks(view: object) -> list[str]:
    return [item.what.removeprefix("exit checklist: ") for item in view.missing]  # type: ignore[attr-defined]


def test_the_checklist_holds_and_two_people_widen_without_an_override(quiet: Engine) -> None:
    proposed = widen(quiet, **TRIAL)
    assert lacks(proposed) == ["people"]
    assert (proposed.state, proposed.override) == (RuleState.PROPOSED, None)
    assert all(item.met for item in proposed.exit)
    assert agree(quiet, proposed.rule).state is RuleState.IN_FORCE
    assert present(quiet)[0] is Stage.TRIAL


def test_the_question_what_if_it_worked_really_well_must_be_answered(quiet: Engine) -> None:
    bare = widen(quiet, **TRIAL | {"answers": None})
    assert "answers.if_it_worked_really_well" in lacks(bare)
    with pytest.raises(NotAllowedNow, match="really, really well"):
        agree(quiet, bare.rule)


def test_six_days_of_shadow_say_how_many_and_by_when(site: Engine) -> None:
    picture(site, NOW + HOUR)
    found = {item.what: item for item in widen(site, now=NOW + 7 * DAY, **TRIAL).missing}
    item = found["exit checklist: shadow days"]
    assert (item.has, item.needs, item.by) == ("6", "14", "2026-12-08")
    assert "exit checklist: coverage by night" in found


def test_a_blind_camera_and_an_open_fault_hold_the_site(quiet: Engine) -> None:
    with transaction(quiet) as session:
        episodes.begin(
            session,
            "creek",
            CameraFault.FROZEN,
            since=LATER - 5 * DAY,
            now=LATER - 5 * DAY,
            says="frozen",
            measured={},
        )
    assert lacks(widen(quiet, **TRIAL)) == ["coverage by day", "coverage by night", "open faults", "people"]


def test_a_would_have_alert_that_nobody_looked_at_holds_the_site(quiet: Engine) -> None:
    alert(quiet, LATER - DAY, rule=first(quiet))
    assert lacks(widen(quiet, **TRIAL)) == ["would-have alerts reviewed", "people"]


def test_more_alerts_than_the_objective_allows_hold_the_site(quiet: Engine) -> None:
    with transaction(quiet) as session:
        park.the_park(session).objective = {"alerts_a_day": 0.05}
    item = next(item for item in widen(quiet, **TRIAL).exit if item.what == "workload")
    assert (item.met, item.has) == (False, "0.1 alerts a day (at most 1 on one day)")


def test_live_is_held_by_what_only_a_manual_watch_can_tell(quiet: Engine) -> None:
    found = widen(quiet, **TRIAL | {"stage": "live"})
    assert {item.has for item in found.exit if item.what.startswith(("recall", "encounters", "seen by"))} == {
        "no evidence yet"
    }
    with pytest.raises(NotAllowedNow, match="no evidence yet"):
        agree(quiet, found.rule)


def test_an_override_still_does_without_the_checklist(site: Engine) -> None:
    assert lacks(propose(site, stage="live", **OVERRIDE)) == ["people"]


def test_an_approval_is_void_when_a_verdict_that_it_counted_was_corrected(quiet: Engine) -> None:
    trial = agree(quiet, widen(quiet, **TRIAL).rule)
    asked = alert(quiet, LATER + HOUR, rule=trial.rule, stage=Stage.TRIAL, verdict=Verdict.BEAR)
    longer = TRIAL | {"last_day": (LATER + 9 * DAY).date().isoformat()}
    renewal = widen(quiet, now=LATER + DAY, **longer)
    assert lacks(renewal) == ["people"]
    answer(quiet, asked, Verdict.NOT_BEAR, at=LATER + 2 * DAY)
    with pytest.raises(ApprovalVoid, match="answers that it counted were corrected: bears 1 then, 0 now"):
        agree(quiet, renewal.rule, now=LATER + 2 * DAY)


def test_an_approval_is_void_when_an_item_of_the_checklist_has_fallen(quiet: Engine) -> None:
    rule = widen(quiet, **TRIAL).rule
    with transaction(quiet) as session:
        episodes.begin(session, "creek", CameraFault.MOVED, since=LATER, now=LATER, says="moved", measured={})
    with pytest.raises(ApprovalVoid, match="does not any more: open faults: has creek moved, needs none"):
        agree(quiet, rule, now=LATER + HOUR)


def test_an_approval_is_void_when_the_park_asks_for_more(quiet: Engine) -> None:
    rule = widen(quiet, **TRIAL).rule
    with transaction(quiet) as session:
        park.the_park(session).exit = {"shadow_days": 10}
    with pytest.raises(ApprovalVoid, match=r"\[park.exit\] or \[objective\] asks for has changed"):
        agree(quiet, rule)


def test_an_approval_is_void_when_its_bundle_was_retired_and_the_view_says_so(quiet: Engine) -> None:
    rule = widen(quiet, **TRIAL).rule
    with transaction(quiet) as session:
        session.get_one(tables.ModelVersion, "a" * 64).retired_at = LATER
    with pytest.raises(ApprovalVoid, match="model version test was retired on 2026-12-08"):
        agree(quiet, rule)


def test_new_alerts_of_the_same_kind_void_nothing(quiet: Engine) -> None:
    rule = widen(quiet, **TRIAL).rule
    alert(quiet, LATER + HOUR, rule=first(quiet))
    assert agree(quiet, rule, now=LATER + 2 * HOUR).state is RuleState.IN_FORCE


def test_a_rule_does_not_begin_on_its_first_day_when_its_evidence_is_gone(quiet: Engine) -> None:
    begins = (LATER + 3 * DAY).date().isoformat()
    approved = agree(quiet, widen(quiet, **TRIAL | {"first_day": begins}).rule)
    assert approved.state is RuleState.APPROVED
    with transaction(quiet) as session:
        episodes.begin(session, "creek", CameraFault.MOVED, since=LATER, now=LATER, says="moved", measured={})
    tick(quiet, LATER + 4 * DAY)
    assert present(quiet)[0] is Stage.SHADOW
    with reading(quiet) as session:
        told = audit.about(session, [f"rule:{approved.rule}"], ["rule.void"])
        assert "open faults" in told[0].says


@pytest.mark.parametrize("by", [ANN, BOB])
def test_who_lowered_the_checklist_is_named_beside_it(site: Engine, by: object) -> None:
    who = by.name  # type: ignore[attr-defined]
    with transaction(site) as session:
        park.the_park(session).exit = {"shadow_days": 3.0}
        audit.append(
            session, at=NOW, who=who, action="park.applied", subject="park", says="1 change",
            body={"changes": [], "exit": {"shadow_days": 3.0}},
        )  # fmt: skip
        assert exits.needs(session).lowered == {"shadow_days": f"usually 14; by {who} on 2026-11-23"}


def test_a_trial_in_hours_with_nobody_on_duty_is_refused_with_the_holes(quiet: Engine) -> None:
    with transaction(quiet) as session:
        session.query(tables.Duty).one().hours = "20:00-05:00"
    with pytest.raises(
        RuleMalformed, match=r"hours: nobody is on duty in 420 minutes a week .*mon 05:00-06:00.*\[\["
    ):
        widen(quiet, **TRIAL, hours=["20:00-06:00"])


@pytest.mark.parametrize(
    ("guardrails", "says"),
    [
        ({"max_alerts_per_day": 0}, "guardrails.max_alerts_per_day: .* already .*the rule allows 0.*: allow as many"),
        ({"max_out_of_domain_share": 0.01}, "guardrails.max_out_of_domain_share: .*1 of 1 visits look unlike"),
    ],
)
def test_a_guardrail_that_the_present_weeks_break_is_refused_with_its_mend(
    quiet: Engine, guardrails: dict[str, float], says: str
) -> None:
    with transaction(quiet) as session:
        session.query(tables.Detection).update({"out_of_domain_p": 0.001})
    with pytest.raises(RuleMalformed, match=says):
        widen(quiet, **TRIAL, guardrails=guardrails)


def test_an_emergency_is_not_refused_for_last_weeks_alerts(quiet: Engine) -> None:
    rule = widen(quiet, **TRIAL, guardrails={"max_alerts_per_day": 0}, override={"reason": "bear in camp"})
    assert rule.state is RuleState.PROPOSED


def test_a_camera_of_another_site_is_refused_by_name(quiet: Engine) -> None:
    with transaction(quiet) as session:
        session.add(tables.Site(id="lake", name="Lake", time_zone="UTC", latitude=1, longitude=1))
        session.add(tables.CameraGroup(id="lake"))
        session.flush()
        session.add(tables.Camera(id="shore", site_id="lake", kind=CameraKind.TRAIL, group_id="lake"))
    with pytest.raises(RuleMalformed, match='cameras: "shore" belongs to site lake; cameras of camp are: creek'):
        widen(quiet, **TRIAL, cameras=["shore"])


def test_a_retired_bundle_is_refused_by_name_with_those_that_are_there(quiet: Engine) -> None:
    with transaction(quiet) as session:
        session.add(
            tables.ModelVersion(
                sha256="b" * 64, name="old", path="old", labels=["bear"], threshold=0.5, added_at=NOW, retired_at=NOW
            )
        )
    with pytest.raises(ModelUnknown, match='model: "old" was retired on 2026-11-23; name one of: test'):
        widen(quiet, **TRIAL, model="old")


def test_the_next_step_of_a_site_names_the_alerts_that_nobody_looked_at(quiet: Engine) -> None:
    unseen = alert(quiet, LATER - DAY, rule=first(quiet))
    with reading(quiet) as session:
        told = previews.step(session, park.site(session, "camp"), now=LATER)
    assert (told.stage, told.next, told.unseen) == (Stage.SHADOW, (Stage.TRIAL, Audience.RANGERS), (unseen,))
    assert {item.what for item in told.exit if item.met is not True} == {"would-have alerts reviewed"}
