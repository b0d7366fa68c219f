"""From a bear in a picture to a warning: only after a ranger says so, and once."""

import json
from datetime import timedelta

import pytest

from api import wiring
from ingest import footage
from ingest.arrivals import accept_frame, times
from ingest.sources import shot_of
from rollout import deadlines, outbox
from rollout.notify import Notifiers
from rollout.notify.folder import FolderNotifier
from rollout.notify.webhook import WebhookNotifier
from store import recordings
from store.recordings import NewRecording
from store.session import transaction
from store.vocabulary import Origin
from tests.api.conftest import Place


def send(place: Place, after: timedelta = timedelta()) -> list[dict[str, object]]:
    """Send what is due; gives everything that lies in the outbox folder."""
    notifiers = Notifiers(folder=FolderNotifier(place.system.data_dir), webhook=WebhookNotifier(b"key"))
    outbox.send_due(
        place.system.engine, notifiers, data_dir=place.system.data_dir, now=wiring.now() + after
    )  # fmt: skip
    return [json.loads(path.read_text()) for path in (place.system.data_dir / "outbox").glob("*.json")]


def pending(place: Place) -> dict[str, object]:
    """The one alert of a drawn bear at the trial site."""
    place.trial()
    place.hand_in()
    place.work()
    items = place.sign_in("riley").get("/api/v1/alerts?state=pending").json()["items"]
    assert len(items) == 1
    return dict(items[0])


def test_a_bear_in_trial_is_asked_about_and_warned_of_only_after_bear(place: Place) -> None:
    alert = pending(place)
    assert alert["reason"] == "HELD_FOR_REVIEW"
    assert [told["kind"] for told in send(place)] == ["request"]
    browser = place.sign_in("riley")
    assert browser.post(f"/api/v1/alerts/{alert['id']}/claim").json()["claimed_by"] == "riley"
    answered = browser.post(f"/api/v1/alerts/{alert['id']}/review", json={"verdict": "bear"}).json()
    assert answered["state"] == "confirmed"
    assert sorted(str(told["kind"]) for told in send(place)) == ["request", "warning"]
    assert sorted(str(told["kind"]) for told in send(place, timedelta(hours=1))) == ["request", "warning"]
    now = browser.get(f"/api/v1/alerts/{alert['id']}").json()
    assert now["state"] == "sent"
    assert [told["says"] for told in now["timeline"] if told["who"] == "riley"] == ["looks at it", "a bear"]


@pytest.mark.parametrize(("verdict", "state"), [("not_bear", "dismissed"), ("unsure", "pending")])
def test_any_other_answer_warns_nobody(place: Place, verdict: str, state: str) -> None:
    alert = pending(place)
    browser = place.sign_in("riley")
    answered = browser.post(f"/api/v1/alerts/{alert['id']}/review", json={"verdict": verdict}).json()
    assert answered["state"] == state
    assert {told["kind"] for told in send(place)} <= {"request"}


def test_two_people_cannot_both_answer(place: Place) -> None:
    alert = pending(place)
    riley, rosa, sam = (place.sign_in(name) for name in ("riley", "rosa", "sam"))
    path = f"/api/v1/alerts/{alert['id']}"
    assert riley.post(f"{path}/claim").status_code == 200
    taken = rosa.post(f"{path}/review", json={"verdict": "bear"})
    assert (taken.status_code, "riley" in taken.json()["detail"]) == (409, True)
    assert sam.post(f"{path}/review", json={"verdict": "not_bear"}).status_code == 200
    late = riley.post(f"{path}/review", json={"verdict": "bear"})
    assert late.json()["type"] == "urn:bearwatch:error:already-decided"
    assert send(place, timedelta(hours=1)) == [told for told in send(place) if told["kind"] == "request"]


def test_a_dismissal_can_be_corrected_and_then_warns(place: Place) -> None:
    alert = pending(place)
    riley, path = place.sign_in("riley"), f"/api/v1/alerts/{alert['id']}"
    riley.post(f"{path}/review", json={"verdict": "not_bear"})
    assert place.sign_in("rosa").post(f"{path}/correct", json={"verdict": "bear"}).status_code == 403
    assert riley.post(f"{path}/correct", json={"verdict": "bear"}).json()["state"] == "confirmed"
    assert "warning" in {told["kind"] for told in send(place)}
    assert riley.post(f"{path}/correct", json={"verdict": "not_bear"}).json()["state"] == "dismissed"
    assert any(told.get("correction") for told in send(place))


def test_an_alert_that_nobody_answers_is_asked_about_and_expires_without_a_warning(place: Place) -> None:
    alert = pending(place)
    deadlines.keep(place.system.engine, wiring.now() + timedelta(minutes=6))
    riley = place.sign_in("riley")
    assert riley.get(f"/api/v1/alerts/{alert['id']}").json()["state"] == "expired"
    kinds = [told["kind"] for told in send(place, timedelta(minutes=7))]
    assert "warning" not in kinds
    assert "operations" in kinds
    assert riley.post(f"/api/v1/alerts/{alert['id']}/review", json={"verdict": "bear"}).json()["state"] == "confirmed"


def test_the_stop_file_holds_the_warning_of_a_confirmed_bear(place: Place) -> None:
    alert = pending(place)
    (place.system.data_dir / "STOP-camp").touch()
    place.sign_in("riley").post(f"/api/v1/alerts/{alert['id']}/review", json={"verdict": "bear"})
    assert send(place) == [] or {told["kind"] for told in send(place)} == {"operations"}
    site = next(site for site in place.sign_in("riley").get("/api/v1/sites").json()["items"] if site["id"] == "camp")
    assert (site["stopped"], site["protected"]) == (True, False)
    (place.system.data_dir / "STOP-camp").unlink()
    assert "warning" not in {told["kind"] for told in send(place, timedelta(hours=2))}


def test_picture_and_clip_are_made_anew_and_ranges_are_answered(place: Place) -> None:
    place.trial()
    for number in range(4):
        place.hand_in(10 + number, captured_at=(wiring.now() - timedelta(seconds=10 - number)).isoformat())
    place.work()
    riley = place.sign_in("riley")
    alert = riley.get("/api/v1/alerts").json()["items"][0]
    picture = riley.get(alert["picture"])
    assert picture.content.startswith(b"\xff\xd8")
    clip = riley.get(alert["clip"], headers={"Range": "bytes=0-99"})
    assert (clip.status_code, len(clip.content)) == (206, 100)
    assert place.sign_in("elsa").get(alert["picture"]).status_code == 404


def test_only_confirmed_bears_are_in_the_feed(place: Place) -> None:
    alert = pending(place)
    riley = place.sign_in("riley")
    assert "cap:1.2" not in riley.get("/api/v1/cap.atom").text
    riley.post(f"/api/v1/alerts/{alert['id']}/review", json={"verdict": "bear"})
    told = riley.get("/api/v1/cap.atom")
    assert told.headers["content-type"].startswith("application/atom+xml")
    assert told.text.count("urn:oasis:names:tc:emergency:cap:1.2") == 1
    assert "44.12346" in told.text
    assert "44.12346" not in place.sign_in("audrey").get("/api/v1/cap.atom").text


def test_a_bear_whose_warning_was_withheld_is_not_in_the_feed(place: Place) -> None:
    alert = pending(place)
    riley, path = place.sign_in("riley"), f"/api/v1/alerts/{alert['id']}"
    riley.post("/api/v1/stop", json={"site": "camp", "reason": "drill"})
    assert "stopped (riley: drill)" in riley.get(path).json()["no_warning"]
    answered = riley.post(f"{path}/review", json={"verdict": "bear"}).json()
    assert answered["state"] == "withheld"
    assert any(moment["says"].startswith("NO WARNING SENT") for moment in answered["timeline"])
    assert "cap:1.2" not in riley.get("/api/v1/cap.atom").text


def test_in_shadow_nothing_is_sent_and_the_page_says_what_would_have_been(place: Place) -> None:
    place.hand_in()
    place.work()
    alert = place.sign_in("riley").get("/api/v1/alerts").json()["items"][0]
    assert (alert["state"], alert["stage"]) == ("shadow", "shadow")
    assert alert["would_have"]["receivers"] == ["night-team"]
    assert send(place) == []


def test_an_alert_says_whether_a_warning_has_reached_anybody_and_keeps_saying_so(place: Place) -> None:
    alert = pending(place)
    browser, path = place.sign_in("riley"), f"/api/v1/alerts/{alert['id']}"
    assert alert["warned"] is False
    assert browser.post(f"{path}/review", json={"verdict": "bear"}).json()["warned"] is False
    send(place)
    assert browser.get(path).json()["warned"] is True
    corrected = browser.post(f"{path}/correct", json={"verdict": "not_bear"}).json()
    assert (corrected["state"], corrected["warned"]) == ("dismissed", True)


def test_the_clip_of_a_stream_is_what_the_camera_sent_and_can_be_read_in_ranges(place: Place) -> None:
    place.trial()
    at, sent = wiring.now(), b"\0\0\0\x18ftypisom" + bytes(range(200))
    shot = shot_of(footage.render("creek", 12.0, seed=3), 0)
    accept_frame(
        place.system.intake, camera="creek", data=shot.picture, size=(shot.width, shot.height),
        at=times(None, at), origin=Origin.STREAM, received_at=at,
    )  # fmt: skip
    place.work()
    riley = place.sign_in("riley")
    alert = riley.get("/api/v1/alerts?state=pending").json()["items"][0]
    assert riley.get(f"/api/v1/alerts/{alert['id']}/recordings").json() == []
    assert riley.get(alert["clip"]).content != sent, "before the recording is there, the pictures stand in for it"
    with transaction(place.system.engine) as session:
        for data, before, after in ((b"an hour ago", 3700, -3600), (sent, 5, 5)):
            recordings.keep(
                session,
                NewRecording(
                    camera="creek", sha256=place.system.archive.put(data), size=len(data), codec="h264",
                    began_at=at - timedelta(seconds=before), ended_at=at + timedelta(seconds=after),
                    width=640, height=360,
                ),
            )  # fmt: skip
    (piece,) = riley.get(f"/api/v1/alerts/{alert['id']}/recordings").json()
    assert (piece["part"], piece["codec"], piece["size"]) == (0, "h264", len(sent))
    assert riley.get(alert["clip"]).content == riley.get(piece["clip"]).content == sent
    ranged = riley.get(alert["clip"], headers={"Range": "bytes=4-7"})
    assert (ranged.status_code, ranged.content) == (206, b"ftyp")
    assert riley.get(alert["clip"] + "?of=pictures").content != sent
    assert riley.get(alert["clip"] + "?part=1").status_code == 404
