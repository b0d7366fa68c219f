"""The register of incidents: each bear that nobody was warned of is in it once, with causes that people name."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from rollout import incidents, joining, reports, stops, watching
from rollout.actors import Actor
from rollout.watching import Sight
from store import audit, park, tables
from store import incidents as rows
from store.errors import NotAllowedNow, NotFound, NotPermitted
from store.session import Engine, reading, transaction
from store.vocabulary import (
    Act,
    AlertState,
    CameraFault,
    IncidentCause,
    IncidentKind,
    NoticeKind,
    NoticeState,
    Origin,
    Reason,
    Role,
    Stage,
    Sureness,
    Verdict,
)
from tests.rollout import looking
from tests.rollout.scenes import ADA, MODEL, RILEY, ROSA, SAM, Scene, trial

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = 36
"""Minutes after which a sighting that was told at once is judged."""


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


def see(scene: Scene, *, by: Actor = RILEY, camera: str | None = None, sure: Sureness = Sureness.CERTAIN) -> int:
    with transaction(scene.engine) as session:
        sight = Sight(at=scene.now, camera=camera, sure=sure)
        return watching.note(session, "camp", sight, by=by, now=scene.now).id


def tick(scene: Scene) -> int:
    return incidents.keep(scene.engine, scene.now)


def register(scene: Scene) -> Sequence[tables.Incident]:
    with reading(scene.engine) as session:
        return rows.of_sites(session, None)


def one(scene: Scene) -> tables.Incident:
    (row,) = register(scene)
    return row


def kinds(scene: Scene) -> list[IncidentKind]:
    return [row.kind for row in register(scene)]


def shown(scene: Scene, *, p: float, reason: Reason, act: Act = Act.NOTHING) -> None:
    """A picture of the camera, and what was decided of it."""
    with transaction(scene.engine) as session:
        frame = tables.Frame(
            camera_id="creek", sha256=f"{session.query(tables.Frame).count():064d}", stated_key="",
            taken_at=scene.now, received_at=scene.now, origin=Origin.DOOR, width=640, height=360, motion=[],
        )  # fmt: skip
        session.add(frame)
        session.flush()
        session.add(tables.Decision(
            frame_id=frame.id, camera_id="creek", stage=Stage.TRIAL, act=act, reason=reason, says="",
            model_sha256=MODEL, p_bear=p, threshold=0.6, decided_at=scene.now,
        ))  # fmt: skip


def test_a_bear_that_people_saw_without_a_warning_is_registered_once_the_window_is_over(scene: Scene) -> None:
    see(scene)
    assert (tick(scene.later(minutes=34)), tick(scene.later(minutes=LATER)), tick(scene.later(hours=3))) == (0, 1, 0)
    row = one(scene)
    assert (row.kind, row.stage, row.at) == (IncidentKind.SEEN, Stage.TRIAL, scene.now)
    assert row.says == "Camp: riley saw a bear, and no warning was sent."
    with reading(scene.engine) as session:
        (told,) = [entry for entry in audit.latest(session) if entry.action == "incident.found"]
    assert (told.who, told.subject, told.body["key"]) == ("Bearwatch", "site:camp", "sighting:1")


def test_where_people_were_warned_of_it_there_is_none(scene: Scene) -> None:
    alert = scene.see_a_bear()
    see(scene.later(minutes=2))
    scene.later(minutes=4).answer(alert, Verdict.BEAR)
    scene.later(minutes=5).send()
    assert (tick(scene.later(hours=1)), register(scene)) == (0, [])


def test_a_warning_that_is_on_its_way_is_waited_for(scene: Scene) -> None:
    alert = scene.see_a_bear()
    see(scene)
    scene.later(minutes=4).answer(alert, Verdict.BEAR)
    assert tick(scene.later(hours=1)) == 0
    scene.later(minutes=61).send()
    assert tick(scene.later(hours=2)) == 0


@pytest.mark.parametrize("stage", ["off", "shadow"])
def test_where_nobody_was_to_be_warned_nothing_is_an_incident(engine: Engine, tmp_path: Path, stage: str) -> None:
    scene = trial(engine, tmp_path, stage=stage, last_day=None, override=None)
    see(scene)
    assert tick(scene.later(hours=1)) == 0


def test_outside_the_hours_of_the_rule_nothing_is_an_incident(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, hours=["10:00-12:00"])
    see(scene)
    assert tick(scene.later(hours=1)) == 0


def test_somebody_who_was_unsure_saw_none_and_who_takes_it_back_ends_it(scene: Scene) -> None:
    see(scene, sure=Sureness.UNSURE)
    assert tick(scene.later(hours=1)) == 0
    seen = see(scene)
    assert tick(scene.later(hours=1)) == 1
    with transaction(scene.engine) as session:
        watching.withdraw(session, seen, why="a cow", by=RILEY, now=scene.now + 2 * HOUR)
    assert (tick(scene.later(hours=3)), register(scene)) == (1, [])
    with reading(scene.engine) as session:
        assert rows.get(session, 1).ended_why == "the sighting was withdrawn"


def test_one_bear_that_two_people_saw_is_one_and_the_next_one_is_another(scene: Scene) -> None:
    see(scene)
    see(scene.later(minutes=10), by=ROSA)
    see(scene.later(minutes=50), by=ROSA)
    assert tick(scene.later(hours=3)) == 2


def test_a_bear_that_was_joined_with_a_warned_alert_later_is_none_any_more(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=1).answer(alert, Verdict.BEAR)
    scene.later(minutes=1).send()
    seen = see(scene.later(hours=2))
    assert tick(scene.later(hours=3)) == 1
    visit = scene.alert(alert).visit_id
    with transaction(scene.engine) as session:
        joining.join(session, visit, seen, why="the clock was wrong", by=ROSA, now=scene.now + 4 * HOUR)
    assert (tick(scene.later(hours=5)), register(scene)) == (1, [])


def test_a_dismissed_alert_that_was_a_bear_and_one_that_nobody_answered_in_time(scene: Scene) -> None:
    first = scene.see_a_bear()
    scene.answer(first, Verdict.NOT_BEAR)
    assert tick(scene.later(hours=1)) == 0
    scene.later(hours=1).correct(first, Verdict.BEAR)
    later = scene.later(hours=5)
    second = later.see_a_bear()
    later.later(minutes=9).keep()
    assert later.state(second) is AlertState.EXPIRED
    later.later(minutes=20).answer(second, Verdict.BEAR)
    assert tick(later.later(hours=1)) == 2
    assert [(row.kind, row.suggested, row.alert_id) for row in register(scene)] == [
        (IncidentKind.UNANSWERED, IncidentCause.NOBODY, second),
        (IncidentKind.DISMISSED, IncidentCause.ANSWER, first),
    ]
    later.later(hours=2).correct(second, Verdict.NOT_BEAR, by=SAM)
    assert tick(later.later(hours=2)) == 1
    assert kinds(scene) == [IncidentKind.DISMISSED]


def test_a_warning_that_reached_nobody_is_one_and_one_that_a_stop_held_too(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    with transaction(scene.engine) as session:
        for notice in session.query(tables.Notice).filter_by(kind=NoticeKind.WARNING):
            notice.state = NoticeState.FAILED
        session.get_one(tables.Alert, alert).state = AlertState.FAILED
    assert tick(scene.later(minutes=1)) == 1
    assert (one(scene).kind, one(scene).suggested) == (IncidentKind.UNDELIVERED, IncidentCause.DELIVERY)
    later = scene.later(hours=3)
    second = later.see_a_bear()
    stops.press(scene.engine, "camp", by="riley", reason="too many", now=later.now)
    later.later(minutes=1).answer(second, Verdict.BEAR)
    assert later.state(second) is AlertState.WITHHELD
    assert tick(later.later(minutes=2)) == 1
    assert (register(scene)[0].kind, register(scene)[0].suggested) == (IncidentKind.WITHHELD, IncidentCause.HELD)


def test_an_alert_and_a_sighting_of_one_bear_are_one_incident(scene: Scene) -> None:
    alert = scene.see_a_bear()
    see(scene.later(minutes=3), camera="creek")
    scene.later(minutes=9).keep()
    assert tick(scene.later(hours=1)) == 1
    assert (one(scene).kind, one(scene).suggested) == (IncidentKind.SEEN, IncidentCause.NOBODY)
    assert "alert 1 was raised then, and nobody answered it in time" in one(scene).facts
    scene.later(hours=1).answer(alert, Verdict.BEAR)
    assert tick(scene.later(hours=2)) == 0, "the warning of a late answer ends it only when it arrives"


def test_what_a_replay_raised_is_none(scene: Scene) -> None:
    alert = scene.see_a_bear(send=False)
    scene.answer(alert, Verdict.NOT_BEAR)
    scene.later(hours=1).correct(alert, Verdict.BEAR)
    assert tick(scene.later(hours=2)) == 0


def suggested(scene: Scene, *, camera: str | None = None) -> tuple[IncidentCause, list[str]]:
    see(scene, camera=camera)
    assert tick(scene.later(minutes=LATER)) == 1
    return one(scene).suggested, one(scene).facts


def test_without_a_picture_the_model_had_nothing_to_see(scene: Scene) -> None:
    assert suggested(scene) == (
        IncidentCause.MODEL, ["no camera took a picture: nothing moved before one"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("p", "reason", "cause", "says"),
    [
        (0.05, Reason.NOTHING_FOUND, IncidentCause.MODEL,
         "1 picture was looked at and no bear was found, the surest at 0.05"),
        (0.10, Reason.BELOW_THRESHOLD, IncidentCause.MODEL,
         "1 picture was looked at and no bear was found, the surest at 0.10"),
        (0.55, Reason.BELOW_THRESHOLD, IncidentCause.THRESHOLD,
         "the surest picture, of camera creek, scored 0.55; 0.60 asks people"),
        (0.90, Reason.COOLDOWN, IncidentCause.HELD, "1 picture of a bear was held back (cooldown)"),
        (0.90, Reason.TOO_LATE, IncidentCause.FRAME, "1 pictures came too late or could not be read"),
        (0.90, Reason.OUTSIDE_SCOPE, IncidentCause.SCOPE, "1 pictures of a bear were outside the rule's scope"),
    ],
)  # fmt: skip
def test_the_decisions_around_it_suggest_a_cause(
    scene: Scene, p: float, reason: Reason, cause: IncidentCause, says: str
) -> None:
    shown(scene.later(minutes=2), p=p, reason=reason)
    shown(scene.later(minutes=50), p=0.99, reason=Reason.UNREADABLE)
    assert suggested(scene) == (cause, [says])


def test_a_blind_camera_is_suggested_before_what_the_model_did(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        session.add(tables.Episode(
            camera_id="creek", kind=CameraFault.COVERED, began_at=scene.now - DAY, noticed_at=scene.now - DAY,
            blind=True, says="", measured={},
        ))  # fmt: skip
    shown(scene, p=0.4, reason=Reason.BELOW_THRESHOLD)
    cause, facts = suggested(scene)
    assert (cause, facts[0]) == (IncidentCause.CAMERA, "camera creek was covered")
    assert "scored 0.40" in facts[1]


def test_a_supervisor_names_the_cause_and_may_name_another_beside_it(scene: Scene) -> None:
    see(scene)
    tick(scene.later(minutes=LATER))

    def name(cause: IncidentCause, by: Actor = SAM, note: str | None = None) -> None:
        with transaction(scene.engine) as session:
            incidents.name_cause(session, 1, cause=cause, note=note, by=by, now=scene.now + HOUR)

    elsewhere = Actor(id=ADA.id, name="ada", role=Role.ADMIN, sites=("other",))
    for who in (RILEY, elsewhere):
        with pytest.raises(NotPermitted):
            name(IncidentCause.CAMERA, by=who)
    with pytest.raises(NotAllowedNow, match="what the other cause was"):
        name(IncidentCause.OTHER)
    name(IncidentCause.CAMERA)
    with pytest.raises(NotAllowedNow, match="sam has named this cause already"):
        name(IncidentCause.CAMERA, by=ADA)
    name(IncidentCause.OTHER, by=ADA, note="a fallen tree")
    with reading(scene.engine) as session:
        said = rows.causes(session, [1], as_of=scene.now + DAY)[1]
        chain = [
            (entry.who, entry.body["cause"]) for entry in audit.latest(session) if entry.action == "incident.cause"
        ]
        assert (rows.of_sites(session, ["camp"], only_open=True), rows.open_by_site(session)) == ([], {})
    assert [(one.by, one.row.cause, one.row.note) for one in said] == [
        ("sam", IncidentCause.CAMERA, None), ("ada", IncidentCause.OTHER, "a fallen tree"),
    ]  # fmt: skip
    assert chain == [("ada", "other"), ("sam", "camera_blind")]
    with pytest.raises(NotFound), transaction(scene.engine) as session:
        incidents.name_cause(session, 9, cause=IncidentCause.MODEL, note=None, by=SAM, now=scene.now)


def test_a_named_cause_is_never_changed_nor_dropped(scene: Scene) -> None:
    see(scene)
    tick(scene.later(minutes=LATER))
    with transaction(scene.engine) as session:
        incidents.name_cause(session, 1, cause=IncidentCause.MODEL, note=None, by=SAM, now=scene.now + HOUR)
    with pytest.raises(DatabaseError, match="never changed"), transaction(scene.engine) as session:
        session.query(tables.NamedCause).one().note = "no, another"
    with pytest.raises(DatabaseError, match="never changed"), transaction(scene.engine) as session:
        session.delete(session.query(tables.NamedCause).one())


def test_a_bear_beside_a_wrong_match_is_registered_of_its_own(scene: Scene) -> None:
    see(scene)
    tick(scene.later(minutes=LATER))
    with transaction(scene.engine) as session:
        incidents.name_cause(session, 1, cause=IncidentCause.NOT_ONE, note=None, by=SAM, now=scene.now + HOUR)
    see(scene.later(minutes=5), by=ROSA)
    assert tick(scene.later(hours=2)) == 1


def test_of_a_week_is_told_what_was_known_by_then(scene: Scene) -> None:
    see(scene)
    tick(scene.later(hours=1))
    with transaction(scene.engine) as session:
        incidents.name_cause(session, 1, cause=IncidentCause.MODEL, note=None, by=SAM, now=scene.now + 2 * HOUR)
    with reading(scene.engine) as session:
        site = park.site(session, "camp")
        span = {"since": scene.now - DAY, "until": scene.now + DAY}
        told = [
            [
                (row.id, named.by if named else None)
                for row, named in incidents.of_week(session, site, **span, as_of=at)
            ]
            for at in (scene.now + MINUTE, scene.now + HOUR, scene.now + 3 * HOUR)
        ]
    assert told == [[], [(1, None)], [(1, "sam")]]


def test_the_report_of_the_week_tells_them_and_says_the_same_whenever_it_is_made_again(scene: Scene) -> None:
    see(scene)
    tick(scene.later(hours=1))

    def made(at: datetime) -> Mapping[str, Any]:
        with transaction(scene.engine) as session:
            row = reports.make(session, "camp", "2026-W47", now=at)
            return {**row.body, "revision": row.revision}

    first = made(scene.now + DAY)
    assert made(scene.now + 9 * DAY) == first
    (told,) = first["incidents"]
    assert (told["kind"], told["suggested"], told["cause"]) == ("seen", "model_did_not_see", None)
    with transaction(scene.engine) as session:
        incidents.name_cause(session, 1, cause=IncidentCause.MODEL, note="far off", by=SAM, now=scene.now + 10 * DAY)
    assert made(scene.now + 10 * DAY - MINUTE)["incidents"] == first["incidents"]
    second = made(scene.now + 20 * DAY)
    (told,) = second["incidents"]
    assert (second["revision"], second["as_of"]) == (2, "2026-12-03T03:00:00Z")
    assert (told["cause_says"], told["note"], told["named_by"]) == ("the model did not see it", "far off", "sam")


def test_a_bear_that_the_audit_found_is_an_incident_with_its_likely_cause(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, last_day="2026-12-06")
    looking.settle(engine, minutes_a_day=240, seeded_share=0, second_share=0)
    looking.pictures(engine, [scene.now + 6 * HOUR], p=0.4)
    looking.draw(engine)
    (look,) = looking.rows(engine)
    looking.give(engine)
    assert tick(scene.later(hours=26)) == 0
    looking.answer(engine, look.id, Verdict.BEAR)
    assert (tick(scene.later(hours=26)), tick(scene.later(hours=27))) == (1, 0)
    row = one(scene)
    assert (row.kind, row.key, row.at) == (IncidentKind.AUDITED, f"look:{look.id}", scene.now + 6 * HOUR)
    assert row.says == "Camp, camera creek: the audit found a bear in time without an alert."
    assert (row.suggested, row.camera_id) == (IncidentCause.THRESHOLD, "creek")
