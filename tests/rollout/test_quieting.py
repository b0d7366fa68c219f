"""A quiet place from its proposal to its end: a person accepts it, all are told, no bear elsewhere is silent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api import quieted
from ingest.frames import Pixels, Region
from model.detections import Box, Detection, Found
from rollout import episodes as telling
from rollout import masks, protection, quieting
from rollout.actors import Actor
from rollout.masks import Drawn
from rollout.parts import Parts
from store import audit, episodes, park, quiet, tables, views
from store.errors import NotAllowedNow, NotFound, NotPermitted, TooMuchMasked
from store.session import Engine, reading, transaction
from store.vocabulary import Act, CameraFault, Light, QuietState, Reason, Role, RuleState, Verdict, ViewPartKind
from tests.rollout.scenes import ADA, NOW, RILEY, SAM, Scene, trial
from tests.rollout.watching import Squares, Watching, watching

DAY = timedelta(days=1)
STUMP, ELSEWHERE = 0.1, 0.8


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, last_day="2026-12-06")


@pytest.fixture
def watch(scene: Scene) -> Iterator[Watching]:
    with watching(scene.engine, scene.data_dir) as opened:
        yield opened


def dismiss(watch: Watching, scene: Scene, at: datetime, *, x: float = STUMP, by: Actor = RILEY) -> int:
    """A box that asks, and turns out to be none."""
    seen = watch.see(at, x=x)
    assert seen.alert is not None
    assert seen.act is Act.ASK
    Scene(engine=scene.engine, data_dir=scene.data_dir, now=at).answer(seen.alert, Verdict.NOT_BEAR, by=by)
    return seen.alert


def keep(scene: Scene, now: datetime) -> list[tables.QuietPlace]:
    with transaction(scene.engine) as session:
        quieting.keep(session, now=now)
        return list(quiet.of_cameras(session, ["creek"]))


def dismissed(watch: Watching, scene: Scene, count: int = 5, *, by: Actor = RILEY) -> tables.QuietPlace:
    """So many days of the same false box; gives what is proposed on the last."""
    for number in range(count):
        dismiss(watch, scene, NOW + number * DAY, by=by)
    (row,) = keep(scene, NOW + count * DAY)
    return row


def accept(scene: Scene, place: int, at: datetime, *, by: Actor = ADA, days: int = 90) -> None:
    with transaction(scene.engine) as session:
        quieting.accept(session, place, days=days, why="a stump", by=by, now=at)


def test_false_boxes_of_several_days_are_proposed_once_and_change_nothing(watch: Watching, scene: Scene) -> None:
    row = dismissed(watch, scene)
    assert (row.state, len(row.alerts)) == (QuietState.PROPOSED, 5)
    assert row.most_p == pytest.approx(0.9)
    assert len(keep(scene, NOW + 5 * DAY)) == 1
    assert watch.see(NOW + 6 * DAY).act is Act.ASK


def test_what_lies_in_an_accepted_place_is_recorded_with_its_reason_and_what_leaves_it_asks(
    watch: Watching, scene: Scene
) -> None:
    place = dismissed(watch, scene)
    at = NOW + 6 * DAY
    accept(scene, place.id, at)
    inside = watch.see(at + timedelta(hours=1))
    again = watch.see(at + timedelta(hours=1, minutes=1))
    gone = watch.see(at + timedelta(hours=1, minutes=2), x=ELSEWHERE)
    back = watch.see(at + timedelta(hours=1, minutes=3))
    assert (inside.act, inside.reason) == (Act.RECORD, Reason.QUIET_PLACE)
    assert (again.act, again.reason, again.visit) == (Act.JOIN, Reason.QUIET_PLACE, inside.visit)
    assert (gone.act, gone.reason, gone.visit) == (Act.ASK, Reason.HELD_FOR_REVIEW, inside.visit)
    assert (back.act, back.reason) == (Act.JOIN, Reason.SAME_VISIT)
    with reading(scene.engine) as session:
        recorded = session.get_one(tables.Alert, inside.alert)
        assert f"quiet place {place.id}, until 2027-02-27" in recorded.says
        assert recorded.state.value == "shadow"


def decide_by_another(scene: Scene, sha256: str = "b" * 64) -> None:
    """Another version, as sure of everything as the first, decides at the site from now on."""
    with transaction(scene.engine) as session:
        before = session.query(tables.Rule).filter_by(state="in_force").one()
        before.state, before.ended_at = RuleState.SUPERSEDED, NOW
        if session.get(tables.ModelVersion, sha256) is None:
            session.add(
                tables.ModelVersion(
                    sha256=sha256, name="newer", path="model", labels=["bear", "empty"], threshold=0.5, added_at=NOW
                )
            )  # fmt: skip
        session.flush()
        kept = {column.name: getattr(before, column.name) for column in tables.Rule.__table__.columns}
        changed = {"id": None, "revision": before.revision + 1, "model_sha256": sha256, "replaces_id": before.id}
        session.add(tables.Rule(**kept | changed | {"state": RuleState.IN_FORCE, "ended_at": None}))


def test_a_place_rests_while_another_version_decides_there(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    at = NOW + 6 * DAY
    accept(scene, place.id, at)
    decide_by_another(scene)
    with reading(scene.engine) as session:
        assert "quiet" not in protection.of(session, park.site(session, "camp"), at).says
        assert quieting.says_of(session, "camp", at=at) == ""
        assert quieted.one(session, quiet.get(session, place.id), now=at).rests
    assert watch.see(at + timedelta(hours=1)).act is Act.ASK
    decide_by_another(scene, "a" * 64)
    assert watch.see(at + timedelta(hours=5)).reason is Reason.QUIET_PLACE
    with reading(scene.engine) as session:
        assert not quieted.one(session, quiet.get(session, place.id), now=at).rests


def test_false_boxes_of_another_version_propose_nothing_and_are_accepted_no_more(
    watch: Watching, scene: Scene
) -> None:
    place = dismissed(watch, scene)
    decide_by_another(scene)
    with pytest.raises(NotAllowedNow, match="another model version decides"):
        accept(scene, place.id, NOW + 6 * DAY)
    assert keep(scene, NOW + 6 * DAY) == []
    for number in range(6, 11):
        dismiss(watch, scene, NOW + number * DAY)
    (row,) = keep(scene, NOW + 11 * DAY)
    assert (row.model_sha256, len(row.alerts)) == ("b" * 64, 5)


def test_a_clearly_higher_score_in_the_place_asks(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    accept(scene, place.id, NOW + 6 * DAY)
    with transaction(scene.engine) as session:
        quiet.get(session, place.id).most_p = 0.6
    assert watch.see(NOW + 7 * DAY).act is Act.ASK


def test_it_ends_by_itself_on_its_last_day_and_everybody_hears_of_both(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    at = NOW + 6 * DAY
    accept(scene, place.id, at, days=3)
    with reading(scene.engine) as session:
        says = protection.of(session, park.site(session, "camp"), at).says
    assert "asks nobody by itself about a place at creek until 2026-12-02" in says
    late = at + 3 * DAY
    assert watch.see(late).act is Act.ASK
    (row,) = keep(scene, late + DAY)
    assert (row.state, row.ended_at, row.ended_by) == (QuietState.ENDED, late, None)
    with reading(scene.engine) as session:
        assert "by itself" not in protection.of(session, park.site(session, "camp"), late).says
        actions = [entry.action for entry in session.query(tables.AuditEntry).order_by(tables.AuditEntry.number)]
        assert len(views.changes(session, "creek")) == 2
        assert audit.verify(session).ok
    assert [action for action in actions if "quiet" in action] == ["camera.quiet_accepted", "camera.quiet_ended"]
    told = [says for says in scene.told() if "quiet" in says]
    assert any("(ada). A bear seen only there asks and warns nobody by itself" in says for says in told)
    assert any("is quiet no more: its last moment has come" in says for says in told)


def test_somebody_who_says_bear_there_ends_it_at_once(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    at = NOW + 6 * DAY
    accept(scene, place.id, at)
    seen = watch.see(at + timedelta(hours=1))
    assert seen.alert is not None
    Scene(engine=scene.engine, data_dir=scene.data_dir, now=at + timedelta(hours=2)).answer(seen.alert, Verdict.BEAR)
    with reading(scene.engine) as session:
        row = quiet.get(session, place.id)
        assert (row.state, row.ended_by) == (QuietState.ENDED, RILEY.id)
        assert f"a bear was seen there (alert {seen.alert})" in str(row.ended_why)
    assert watch.see(at + DAY).act is Act.ASK
    assert len(keep(scene, at + 2 * DAY)) == 1, "where a bear was, nothing is proposed again"


def test_what_was_refused_is_proposed_again_only_by_what_is_dismissed_afterwards(
    watch: Watching, scene: Scene
) -> None:
    place = dismissed(watch, scene)
    with transaction(scene.engine) as session:
        quieting.refuse(session, place.id, why="it is a den", by=SAM, now=NOW + 5 * DAY)
    assert [row.state for row in keep(scene, NOW + 6 * DAY)] == [QuietState.REFUSED]
    for number in range(6, 11):
        dismiss(watch, scene, NOW + number * DAY)
    states = [row.state for row in keep(scene, NOW + 11 * DAY)]
    assert states == [QuietState.PROPOSED, QuietState.REFUSED]


def test_a_proposal_that_is_borne_out_no_longer_goes(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    Scene(engine=scene.engine, data_dir=scene.data_dir, now=NOW + 5 * DAY).correct(place.alerts[0], Verdict.BEAR)
    assert keep(scene, NOW + 6 * DAY) == []


def test_nobody_alone_makes_a_place_quiet_and_only_admins_of_the_site_do(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene, by=ADA)
    at = NOW + 6 * DAY
    with pytest.raises(NotAllowedNow, match="every verdict behind this proposal is yours"):
        accept(scene, place.id, at)
    with pytest.raises(NotPermitted):
        accept(scene, place.id, at, by=SAM)
    with pytest.raises(NotFound):
        accept(scene, place.id, at, by=Actor(id=4, name="ada", role=Role.ADMIN, sites=("other",)))
    with pytest.raises(NotAllowedNow, match="1 to 180 days, not 365"):
        accept(scene, place.id, at, by=Actor(id=4, name="ada", role=Role.ADMIN), days=365)
    with pytest.raises(NotAllowedNow, match="only accepted ones can be"), transaction(scene.engine) as session:
        quieting.end(session, place.id, why="no", by=SAM, now=at)


def test_a_supervisor_ends_one_in_force_and_it_asks_again(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    at = NOW + 6 * DAY
    accept(scene, place.id, at)
    with transaction(scene.engine) as session:
        quieting.end(session, place.id, why="the stump is gone", by=SAM, now=at + timedelta(hours=1))
    assert watch.see(at + timedelta(hours=2)).act is Act.ASK
    with pytest.raises(NotAllowedNow, match="is ended"):
        accept(scene, place.id, at)


def test_masks_and_quiet_places_together_leave_half_of_the_view(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    half = Drawn(
        kind=ViewPartKind.MASK, name=None, light=Light.BOTH, region=Region(x=0.5, y=0, w=0.5, h=0.99), why="trees"
    )
    with transaction(scene.engine) as session:
        masks.draw(session, "creek", half, by=ADA, now=NOW)
    with pytest.raises(TooMuchMasked, match="masked or quiet already"):
        accept(scene, place.id, NOW + 6 * DAY)
    with reading(scene.engine) as session:
        says = protection.of(session, park.site(session, "camp"), NOW + DAY).says
    assert "it does NOT watch 50% of the view of creek" in says


def test_a_camera_that_moved_has_no_quiet_place_and_an_accepted_view_ends_it(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    at = NOW + 6 * DAY
    accept(scene, place.id, at)
    with transaction(scene.engine) as session:
        episodes.begin(session, "creek", CameraFault.MOVED, since=at, now=at, says="it moved", measured={})
    assert watch.see(at + timedelta(hours=1)).act is Act.ASK
    with transaction(scene.engine) as session:
        telling.accept_view(session, "creek", note="a better pole", by=SAM, now=at + timedelta(hours=2))
    with reading(scene.engine) as session:
        assert str(quiet.get(session, place.id).ended_why) == "the camera's view was changed on purpose"


class TwoKinds(Squares):
    """Beside each bear it sees another kind of bear, far away."""

    def detect(self, prepared: Pixels) -> Found:
        found = super().detect(prepared)
        assert isinstance(found, Detection)
        return replace(found, boxes=(*found.boxes, Box(x=0.8, y=0.1, w=0.1, h=0.1, label="grizzly", p=0.6)))


def test_another_kind_of_bear_beside_the_place_asks(watch: Watching, scene: Scene) -> None:
    place = dismissed(watch, scene)
    accept(scene, place.id, NOW + 6 * DAY)
    parts = Parts(**{**vars(watch.parts), "detector": lambda _: TwoKinds()})
    assert Watching(intake=watch.intake, parts=parts).see(NOW + 7 * DAY).act is Act.ASK
