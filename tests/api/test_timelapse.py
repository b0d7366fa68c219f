"""The time-lapse at the door: for people of the site, the draw beside its pictures."""

from datetime import timedelta

from api import wiring
from ingest import footage
from ingest.lapsing import Drawing, Lapse
from ingest.sources import shot_of
from store.session import reading
from store.timelapse import hours
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
