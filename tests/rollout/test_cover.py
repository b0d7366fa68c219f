"""A camera that comes warns nobody by itself, and what goes does not go unseen; on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ingest.arrivals import accept_frame, times
from ingest.decoding import Decoder
from ingest.intake import Intake
from rollout import parks, proposals, worker
from rollout.parks import CameraPlan, DutyPlan, ParkPlan, ReceiverPlan, SitePlan
from store import tables
from store.archive import FolderArchive
from store.errors import ApprovalVoid, ParkFileMalformed
from store.session import Engine, reading, transaction
from store.vocabulary import Act, Audience, CameraKind, NoticeKind, Origin, Reason, RuleState, Stage
from tests.ingest.drawings import encoded, landscape
from tests.rollout.brightness import parts_over
from tests.rollout.proposing import (
    ANN,
    BOB,
    MODEL,
    NOW,
    OVERRIDE,
    approve,
    camera,
    lift,
    present,
    propose,
    safe,
    stop,
    told,
    widened,
)


def site_plan(site: str) -> SitePlan:
    return SitePlan(
        id=site, name=site.capitalize(), time_zone="America/Denver", latitude=44.6, longitude=-110.5, sensitive=False
    )


def camera_plan(name: str, site: str = "camp") -> CameraPlan:
    return CameraPlan(id=name, site_id=site, kind=CameraKind.TRAIL, url=None, group_id=name)


def receiver_plan(name: str, site: str = "camp", audience: Audience = Audience.RANGERS) -> ReceiverPlan:
    return ReceiverPlan(id=name, site_id=site, audience=audience, url=f"folder:{name}", second=None, hours=None)


CHAIN = [{"receivers": ["team"], "after_minutes": 0}]
WHOLE = {
    "sites": [site_plan("camp")],
    "cameras": [camera_plan("creek")],
    "receivers": [receiver_plan("team")],
    "duties": [DutyPlan(site_id="camp", hours=None, chain=CHAIN)],
}


def apply(engine: Engine, **changed: object) -> None:
    """Bring the park to the whole plan, but for what is changed."""
    plan = ParkPlan(name="Northern park", time_zone="America/Denver", **WHOLE | changed)  # type: ignore[arg-type]
    with transaction(engine) as session:
        parks.apply(session, plan, who="park.toml", default_model=MODEL, now=NOW)


def see(engine: Engine, folder: Path, name: str) -> tables.Decision:
    """What becomes of a bear in front of a camera."""
    intake = Intake(engine=engine, archive=FolderArchive(folder / "archive"), data_dir=folder, disk_floor_bytes=0)
    picture = encoded(landscape(64, 48, seed=1) // 4 + 180)
    kept = accept_frame(
        intake, camera=name, data=picture, size=(64, 48), at=times(NOW, NOW), origin=Origin.DOOR, received_at=NOW
    )
    with Decoder() as decoder:
        worker.once(parts_over(engine, folder, decoder), name="w", now=NOW + timedelta(seconds=9))
    with reading(engine) as session:
        return session.scalars(select(tables.Decision).where(tables.Decision.frame_id == kept.id)).one()


def all_told(engine: Engine) -> str:
    with reading(engine) as session:
        return "\n".join(told(session))


def test_a_camera_that_comes_to_a_live_site_warns_nobody_until_a_rule_holds_it(site: Engine, tmp_path: Path) -> None:
    widened(site)
    apply(site, cameras=[camera_plan("creek"), camera_plan("gate")])
    seen = see(site, tmp_path, "gate")
    assert (seen.act, seen.reason) == (Act.RECORD, Reason.OUTSIDE_SCOPE)
    assert "camera gate is not in the rule that was approved (creek)" in seen.says
    assert see(site, tmp_path, "creek").reason is Reason.SENT


def test_a_camera_that_moves_from_another_site_warns_nobody_here(site: Engine, tmp_path: Path) -> None:
    two = {"sites": [site_plan("camp"), site_plan("ridge")]}
    apply(site, **two, cameras=[camera_plan("creek"), camera_plan("gate", "ridge")])
    widened(site)
    apply(site, **two, cameras=[camera_plan("creek"), camera_plan("gate")])
    assert see(site, tmp_path, "gate").reason is Reason.OUTSIDE_SCOPE


def test_a_new_camera_is_scored_at_once_where_the_site_is_in_shadow(site: Engine, tmp_path: Path) -> None:
    apply(site, cameras=[camera_plan("creek"), camera_plan("gate")])
    assert see(site, tmp_path, "gate").reason is Reason.SHADOW


def test_a_rule_that_takes_in_a_new_camera_is_wider(site: Engine) -> None:
    widened(site)
    camera(site, "gate")
    again = propose(site, stage="live", **OVERRIDE)
    assert (again.state, again.wider) == (RuleState.PROPOSED, ("more cameras",))
    assert approve(site, again.rule).cameras == ("creek", "gate")


def test_an_approval_is_void_when_a_camera_came_since_the_proposal(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    camera(site, "gate")
    with pytest.raises(ApprovalVoid, match="the cameras of the site have changed"):
        approve(site, rule)


def test_a_rule_that_names_its_cameras_does_not_mind_another(site: Engine) -> None:
    rule = propose(site, stage="live", cameras=["creek"], **OVERRIDE).rule
    camera(site, "gate")
    assert approve(site, rule).state is RuleState.IN_FORCE


@pytest.mark.parametrize("stage", ["trial", "live"])
def test_the_last_receiver_of_a_site_that_warns_cannot_be_removed(site: Engine, stage: str) -> None:
    widened(site, stage=stage)
    with pytest.raises(ParkFileMalformed, match=r"site camp: .* would lose the last receiver with audience rangers"):
        apply(site, receivers=[], duties=[])
    assert safe(site).protected


def test_the_last_campers_receiver_cannot_be_removed_where_campers_are_warned(site: Engine) -> None:
    both = [receiver_plan("team"), receiver_plan("siren", audience=Audience.CAMPERS)]
    apply(site, receivers=both)
    widened(site, audience="campers")
    with pytest.raises(ParkFileMalformed, match="audience campers"):
        apply(site)


def test_duty_cannot_be_removed_from_a_trial(site: Engine) -> None:
    widened(site, stage="trial")
    with pytest.raises(ParkFileMalformed, match=r"would lose the \[\[duty\]\] for a part of its scope"):
        apply(site, duties=[DutyPlan(site_id="camp", hours="20:00-08:00", chain=CHAIN)])


@pytest.mark.parametrize("how", ["stop", "shadow"])
def test_a_site_that_is_stopped_or_in_shadow_may_lose_its_receivers(site: Engine, how: str, tmp_path: Path) -> None:
    widened(site)
    if how == "stop":
        stop(site)
    else:
        propose(site, stage="shadow")
    apply(site, receivers=[], duties=[])
    assert not safe(site).protected
    if how == "stop":
        lift(site, tmp_path, ANN)
        lift(site, tmp_path, BOB)
    assert not safe(site).protected


def test_a_live_site_that_leaves_the_file_is_told_and_comes_back_in_shadow(site: Engine) -> None:
    widened(site)
    apply(site, sites=[], cameras=[], receivers=[], duties=[])
    assert "Camp is NOT protected by the model since" in all_told(site)
    with transaction(site) as session:
        proposals.keep_time(session, NOW)
    apply(site)
    assert present(site)[0] is Stage.SHADOW


def test_a_live_site_that_loses_its_last_camera_is_told_until_it_comes_back(site: Engine) -> None:
    widened(site)
    apply(site, cameras=[])
    assert "none of its cameras is at the site any more" in safe(site).says
    assert "NOT protected" in all_told(site)
    apply(site)
    assert safe(site).protected
    assert "protected again" in all_told(site)


def test_a_live_site_that_loses_one_of_its_cameras_is_told(site: Engine) -> None:
    apply(site, cameras=[camera_plan("creek"), camera_plan("gate")])
    widened(site)
    apply(site)
    assert "camera gate is not at the site any more" in all_told(site)
    assert safe(site).protected


def test_the_same_file_again_tells_nobody_anything(site: Engine) -> None:
    apply(site)
    widened(site)
    apply(site)
    assert all_told(site) == ""


def test_a_bear_that_nobody_would_be_warned_of_is_not_called_sent(site: Engine, tmp_path: Path) -> None:
    widened(site)
    two = {"sites": [site_plan("camp"), site_plan("ridge")]}
    apply(site, **two, receivers=[receiver_plan("team"), receiver_plan("far-team", "ridge")])
    with transaction(site) as session:
        session.get_one(tables.Receiver, "team").retired_at = NOW
    seen = see(site, tmp_path, "creek")
    assert (seen.act, seen.reason) == (Act.ASK, Reason.HELD_FOR_REVIEW)
    assert "there is no receiver to tell, so that NOBODY is warned" in seen.says
    with reading(site) as session:
        notice = session.scalars(select(tables.Notice).where(tables.Notice.kind == NoticeKind.OPERATIONS)).one()
        assert notice.receiver_id == "far-team"
        assert "possibly a bear on camera creek, and no receiver to tell there" in notice.body["says"]
