"""The time-lapse at the door: for people of the site, the draw beside its pictures."""

from datetime import timedelta

from api import wiring
from ingest import footage
from ingest.lapsing import Drawing, Lapse
from ingest.sources import shot_of
from store import episodes, keeping, timelapse
from store.keeping import Kept
from store.session import reading, transaction
from store.timelapse import hours
from store.vocabulary import CameraFault, Evidence
from tests.api.conftest import Place


def test_the_drawn_hours_and_their_pictures_are_listed_for_people_of_the_site(place: Place) -> None:
    Drawing(place.system.intake, 24).ahead(["creek"], wiring.now())
    with reading(place.system.engine) as session:
        first = min((row for row, _ in hours(session, "creek", cursor=None, limit=99)), key=lambda row: row.begins_at)
    lapse = Lapse(place.system.intake, "creek", place.system.decoder)
    lapse.see(shot_of(footage.render("creek", 40, seed=3), 0), first.begins_at + timedelta(minutes=5))
    riley = place.sign_in("riley")
    told = riley.get("/api/v1/timelapse", params={"camera": "creek", "limit": 200}).json()["items"]
    mine = next(item for item in told if item["id"] == first.id)
    assert (mine["pictures"], mine["probability"]) == (1, 1.0)
    assert mine["drawn_at"] < mine["begins_at"]
    one = riley.get(f"/api/v1/timelapse/{first.id}").json()["items"][0]
    answer = riley.get(one["picture"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    page = riley.get("/api/v1/timelapse", params={"camera": "creek", "limit": 1}).json()
    assert page["next"] == page["items"][0]["id"]
    elsa = place.sign_in("elsa")
    for path in ("/api/v1/timelapse?camera=creek", f"/api/v1/timelapse/{first.id}", one["picture"]):
        assert elsa.get(path).status_code == 404, path
        assert place.door.get(path).status_code == 401, path
    assert riley.get("/api/v1/timelapse/999999").status_code == 404
    assert riley.get("/api/v1/timelapse/pictures/999999.jpg").status_code == 404


def test_an_hour_tells_its_gaps_and_when_the_camera_was_blind(place: Place) -> None:
    now = wiring.now()
    begins = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    with transaction(place.system.engine) as session:
        timelapse.draw(session, "creek", begins.date(), [(begins, 0.5)], seed=1, now=begins - timedelta(hours=1))
        row = timelapse.running(session, "creek", at=begins, lasts=timedelta(hours=1))
        assert row is not None
        episode = episodes.begin(
            session, "creek", CameraFault.COVERED, since=begins + timedelta(minutes=10), now=now, says="", measured={}
        )
        episode.ended_at = begins + timedelta(minutes=20)
        hour = row.id
        for number, digest in enumerate("abc"):
            at = begins + timedelta(minutes=5, seconds=10 * number)
            timelapse.keep(session, hour, taken_at=at, sha256=digest * 64, size_bytes=1)
        one = Kept(id=1, sha256="c" * 64, received_at=now, size_bytes=1)
        keeping.note_dropped(session, one, kind=Evidence.TIMELAPSE, size_bytes=1, why="older than 1 day", now=now)
    told = place.sign_in("riley").get(f"/api/v1/timelapse/{hour}").json()
    assert len(told["items"]) == 2
    assert [gap["says"] for gap in told["gaps"]] == [
        "not kept", "no longer kept", "camera blind: covered", "not kept",
    ]  # fmt: skip
    assert [span["says"] for span in told["blind"]] == ["camera blind: covered"]
    assert (told["gaps"][0]["since"], told["gaps"][-1]["until"]) == (told["begins_at"], told["ends_at"])
