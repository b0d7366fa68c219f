"""Cameras that ail and pictures that are no longer kept, through the API."""

from datetime import timedelta

from api import readiness, ticking, wiring
from store import cameras, episodes, tables
from store.session import reading, transaction
from store.vocabulary import CameraFault
from tests.api.conftest import Place
from tests.api.test_alerts import pending

V1 = "/api/v1"


def moved(place: Place) -> int:
    with transaction(place.system.engine) as session:
        now = wiring.now()
        cameras.seen(session, "creek", at=now)
        return episodes.begin(
            session, "creek", CameraFault.MOVED, since=now - timedelta(hours=2), now=now, says="it has gone",
            measured={"right_percent": 8.0},
        ).id  # fmt: skip


def test_a_camera_that_is_just_coming_back_is_still_shown(place: Place) -> None:
    now = wiring.now()
    with transaction(place.system.engine) as session:
        row = episodes.begin(
            session, "creek", CameraFault.SILENT, since=now, now=now, says="", measured={"silent_s": 90.0}
        )
        row.measured = {**row.measured, "back_at": now.isoformat()}
    (episode,) = place.sign_in("riley").get(f"{V1}/cameras/creek").json()["episodes"]
    assert episode["measured"] == {"silent_s": 90.0}


def test_a_camera_shows_what_is_wrong_since_when_and_the_mend(place: Place) -> None:
    moved(place)
    camera = place.sign_in("riley").get(f"{V1}/cameras/creek").json()
    (episode,) = camera["episodes"]
    assert (episode["kind"], episode["measured"]) == ("moved", {"right_percent": 8.0})
    assert "accept the new view" in episode["mend"]
    assert camera["patience_s"] == 26 * 3600
    told = {check.name: check for check in readiness.all_checks(place.system, wiring.now())}
    assert not told["camera creek"].ok
    assert "moved since" in told["camera creek"].says and "turn it back" in told["camera creek"].mend


def test_a_camera_tells_how_far_its_clock_is_off_once_that_was_measured(place: Place) -> None:
    riley = place.sign_in("riley")
    assert riley.get(f"{V1}/cameras/creek").json()["clock_offset_s"] is None
    with transaction(place.system.engine) as session:
        cameras.clock_off(session, "creek", timedelta(hours=-1))
    assert riley.get(f"{V1}/cameras/creek").json()["clock_offset_s"] == -3600


def test_a_supervisor_acknowledges_and_accepts_the_new_view(place: Place) -> None:
    episode, sam = moved(place), place.sign_in("sam")
    known = sam.post(f"{V1}/episodes/{episode}/acknowledge", json={"note": "rory looks at noon"}).json()
    assert (known["acknowledged_by"], known["note"], known["ended_at"]) == ("sam", "rory looks at noon", None)
    assert sam.post(f"{V1}/cameras/creek/accept-view", json={"note": "a new pole"}).json()["items"] == []
    assert sam.get(f"{V1}/episodes", params={"only_open": True}).json()["items"] == []
    actions = [entry["action"] for entry in place.sign_in("ada").get(f"{V1}/audit").json()["items"][:2]]
    assert actions == ["camera.view_accepted", "camera.acknowledged"]


def test_a_trail_cameras_pictures_make_its_reference_view(place: Place) -> None:
    sam = place.sign_in("sam")
    assert sam.get(f"{V1}/cameras/creek/reference.jpg").status_code == 404
    for number in range(3):
        place.hand_in(at_s=45.0 + number)
    place.work()
    paths = sam.get(f"{V1}/cameras/creek").json()["reference"]
    assert len(paths) == 1
    answer = sam.get(paths[0])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")


def test_the_clock_tells_of_a_silent_camera(place: Place) -> None:
    now = wiring.now()
    for hours in (0, 27, 28):
        ticking.keep_cameras(place.system, now + timedelta(hours=hours))
    with reading(place.system.engine) as session:
        says = [str(row.body["says"]) for row in session.query(tables.Notice)]
    says = [line for line in says if "camera creek" in line]
    assert len(says) == 1
    assert "camera creek is silent (no picture for 1 day)" in says[0]


def test_a_picture_that_is_no_longer_kept_is_a_state_with_since_when_and_why(place: Place) -> None:
    alert, riley = pending(place), place.sign_in("riley")
    with reading(place.system.engine) as session:
        digest = session.get_one(tables.Frame, session.get_one(tables.Alert, alert["id"]).frame_id).sha256
    place.system.archive.path(digest).unlink()
    for file in ("picture.jpg", "clip.mp4"):
        answer = riley.get(f"{V1}/alerts/{alert['id']}/{file}")
        assert (answer.status_code, answer.json()["type"]) == (410, "urn:bearwatch:error:picture-not-kept")
        assert "put the archive back" in answer.json()["detail"]
    with transaction(place.system.engine) as session:
        session.add(
            tables.DroppedPicture(
                sha256=digest, at=wiring.now(), kind="alerts", size_bytes=9, why="older than 30 days"
            )
        )  # fmt: skip
    detail = riley.get(f"{V1}/alerts/{alert['id']}/picture.jpg").json()["detail"]
    assert detail == f"the picture is no longer kept: dropped {wiring.now():%Y-%m-%d}, older than 30 days"
    assert riley.get(f"{V1}/alerts/{alert['id']}").status_code == 200


def test_storage_shows_what_is_kept_its_oldest_and_its_budget(place: Place) -> None:
    place.hand_in()
    place.work()
    with transaction(place.system.engine) as session:
        session.get_one(tables.Park, 1).storage = {"quiet": {"days": 30}}
    assert ticking.keep_storage(place.system, wiring.now()) == 0
    told = place.sign_in("audrey").get(f"{V1}/storage").json()
    quiet = next(one for one in told["items"] if one["kind"] == "quiet")
    assert (quiet["days"], quiet["gb"]) == (30, None)
    assert sum(one["pictures"] for one in told["items"]) == 1
    assert told["dropped"] == 0 and told["free_bytes"] > 0
