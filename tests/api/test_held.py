from dataclasses import replace
from datetime import timedelta

from api import states, wiring
from ingest.handed import Handed, take_in
from ingest.recognition import Claims
from store import beats, tables
from store.session import reading, transaction
from store.vocabulary import Door
from tests.api.conftest import Place
from tests.ingest.desks import picture


def waiting(place: Place) -> int:
    handed = Handed(door=Door.FOLDER, name="a.jpg", data=picture(serial="X9"), claims=Claims())
    return take_in(place.system.desk, handed, now=wiring.now()).held or 0


def test_an_admin_sees_and_assigns_an_unrecognised_picture_once_and_it_is_audited(place: Place) -> None:
    number, ada = waiting(place), place.sign_in("ada")
    page = ada.get("/api/v1/held", params={"state": "unrecognised"}).json()
    assert page["waiting"] == {"unrecognised": 1, "refused": 0}
    told = page["items"]
    assert [(item["id"], item["claims"]) for item in told] == [(number, {"make": "RECONYX", "serial": "X9"})]
    assert "1 pictures of no known camera wait" in " ".join(ada.get("/api/v1/sites").json()["faults"])
    assert ada.get(f"/api/v1/held/{number}/picture.jpg").headers["content-type"] == "image/jpeg"
    assert ada.post(f"/api/v1/held/{number}/assign", json={"camera": "nowhere"}).status_code == 404
    done = ada.post(f"/api/v1/held/{number}/assign", json={"camera": "creek"}).json()
    assert (done["state"], done["camera"]) == ("taken", "creek")
    assert ada.post(f"/api/v1/held/{number}/assign", json={"camera": "creek"}).status_code == 409
    place.work()
    with reading(place.system.engine) as session:
        assert session.query(tables.Decision).count() == 1
        last = session.query(tables.AuditEntry).order_by(tables.AuditEntry.number.desc()).first()
        assert last is not None and (last.who, last.action) == ("ada", "held.assigned")


def test_only_an_admin_of_the_whole_park_may_see_or_settle_them(place: Place) -> None:
    number = waiting(place)
    for name in ("sam", "audrey"):
        person = place.sign_in(name)
        assert person.get("/api/v1/held").status_code == 403
        for act in ("again", "discard"):
            assert person.post(f"/api/v1/held/{number}/{act}").status_code == 403
        assert person.post(f"/api/v1/held/{number}/assign", json={"camera": "creek"}).status_code == 403


def test_a_discarded_picture_waits_no_more_and_can_still_be_assigned(place: Place) -> None:
    number, ada = waiting(place), place.sign_in("ada")
    assert ada.post(f"/api/v1/held/{number}/discard").json()["state"] == "discarded"
    assert ada.get("/api/v1/held", params={"state": "unrecognised"}).json()["items"] == []
    assert ada.post(f"/api/v1/held/{number}/assign", json={"camera": "creek"}).json()["state"] == "taken"


def test_what_the_http_door_refuses_is_listed_with_its_camera_and_can_be_tried_again(place: Place) -> None:
    key = {"Authorization": f"Bearer {place.key}"}
    answer = place.door.post("/api/v1/frames", files={"file": ("note.txt", b"hello")}, headers=key)
    assert answer.status_code == 415
    ada = place.sign_in("ada")
    item = ada.get("/api/v1/held", params={"state": "refused"}).json()["items"][0]
    assert (item["door"], item["name"], item["why"]) == ("http", "note.txt", "not-a-picture")
    assert item["claims"] == {"camera": "creek"} and item["kept"]
    assert ada.post(f"/api/v1/held/{item['id']}/again").json()["state"] == "refused"


def test_a_mailbox_that_cannot_be_read_is_a_fault_on_every_page(place: Place) -> None:
    told = place.system.settings.model_copy(update={"imap_url": "imaps://mail.example.org"})
    system, now = replace(place.system, settings=told), wiring.now()

    def says() -> str:
        with reading(system.engine) as session:
            return " ".join(fault for fault in states.faults(session, system, now) if "mailbox" in fault)

    assert says().startswith("the mailbox has never been read")
    for minutes, expected in ((1, ""), (31, "the mailbox has not been read for 31 min")):
        with transaction(system.engine) as session:
            beats.beat(session, "mailbox", pid=1, now=now - timedelta(minutes=minutes))
        assert says().startswith(expected) and bool(says()) is bool(expected)
