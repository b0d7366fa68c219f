"""The door for frames: what it takes, what it refuses and how, and that it keeps what it took."""

import time

import pytest
from fastapi.testclient import TestClient

from ingest import footage
from ingest.sources import shot_of
from store import frames
from store.session import reading
from tests.api.conftest import Place
from tests.ingest.drawings import encoded, landscape, shared


def post(place: Place, data: bytes, key: str | None = None, **form: str) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {place.key if key is None else key}"} if key != "" else {}
    answer = place.door.post("/api/v1/frames", files={"file": ("x", data)}, data=form, headers=headers)
    return answer.status_code, answer.json()


def test_a_picture_is_taken_once_and_gets_its_decision(place: Place) -> None:
    data = encoded(landscape(320, 240))
    first_status, first = post(place, data, captured_at="2026-11-24T03:00:00Z")
    second_status, second = post(place, data, captured_at="2026-11-24T03:00:00Z")
    assert (first_status, second_status) == (202, 200)
    assert first == second
    assert first["kind"] == "picture"
    place.work()
    browser = place.sign_in("riley")
    upload = browser.get(f"/api/v1/uploads/{first['upload']}").json()
    assert upload["frames"][0]["decision"]["stage"] == "shadow"
    assert browser.get(f"/api/v1/frames/{first['frame']}/decision").json()["reason"]


def test_another_stated_time_is_another_frame(place: Place) -> None:
    data = encoded(landscape(320, 240))
    _, first = post(place, data, captured_at="2026-11-24T03:00:00Z")
    status, second = post(place, data, captured_at="2026-11-24T03:00:01Z")
    assert status == 202
    assert first["frame"] != second["frame"]
    assert first["sha256"] == second["sha256"]


@pytest.mark.parametrize(
    ("data", "status", "kind"),
    [
        (b"", 415, "not-a-picture"),
        (b"hello there", 415, "not-a-picture"),
        (encoded(landscape())[:12], 422, "header-broken"),
        (encoded(landscape(), ".png")[:20], 422, "header-broken"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(place: Place, data: bytes, status: int, kind: str) -> None:
    got, problem = post(place, data)
    assert (got, problem["type"]) == (status, f"urn:bearwatch:error:{kind}")
    assert len(str(problem["detail"])) > 20


def test_a_key_is_needed_and_must_be_known(place: Place) -> None:
    assert post(place, b"x", key="")[0] == 401
    assert post(place, b"x", key="bwk_wrong")[0] == 401
    assert place.door.get("/api/v1/cameras", headers={"Authorization": f"Bearer {place.key}"}).status_code == 401


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(place: Place) -> None:
    status, problem = post(place, bytes(66_000_000))
    assert (status, problem["type"]) == (413, "urn:bearwatch:error:too-large")


def test_too_many_in_a_minute_are_told_to_wait(place: Place) -> None:
    data = encoded(landscape())
    codes = {post(place, data)[0] for _ in range(51)}
    assert codes == {200, 202, 429}
    answer = place.door.post(
        "/api/v1/frames", files={"file": ("x", data)}, headers={"Authorization": f"Bearer {place.key}"}
    )
    assert int(answer.headers["retry-after"]) > 0


def test_damage_behind_the_header_becomes_the_decision_unreadable(place: Place) -> None:
    cut = encoded(landscape(640, 480))[:9000]
    status, taken = post(place, cut)
    assert status == 202
    place.work()
    decided = place.sign_in("riley").get(f"/api/v1/frames/{taken['frame']}/decision").json()
    assert decided["reason"] == "UNREADABLE"
    assert len(decided["says"]) > 20


def test_a_clock_of_1970_or_of_the_future_is_not_believed(place: Place) -> None:
    browser = place.sign_in("riley")
    for stated in ("1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
        _, taken = post(place, encoded(landscape(320, 240)), captured_at=stated)
        place.work()
        decided = browser.get(f"/api/v1/frames/{taken['frame']}/decision").json()
        assert "clock" in decided["clock_fault"]
        assert abs(time.time() - _unix(decided["taken_at"])) < 60


def test_a_time_without_its_offset_is_refused(place: Place) -> None:
    status, problem = post(place, encoded(landscape()), captured_at="2026-11-24T03:00:00")
    assert status == 422
    assert "offset" in str(problem["detail"])


def test_a_full_disk_refuses_and_loses_nothing(place: Place) -> None:
    _, taken = post(place, encoded(landscape(320, 240)))
    full = type(place.system.intake)(
        engine=place.system.engine, archive=place.system.archive, data_dir=place.system.data_dir,
        disk_floor_bytes=1 << 60,
    )  # fmt: skip
    place.system.__dict__["intake"] = full
    status, problem = post(place, encoded(landscape(320, 240, seed=1)))
    assert (status, problem["type"]) == (503, "urn:bearwatch:error:disk-nearly-full")
    assert place.door.get("/ready").status_code == 503
    with reading(place.system.engine) as session:
        kept = frames.get(session, int(str(taken["frame"])))
    assert place.system.archive.has(kept.sha256)


def test_a_clip_is_opened_later_and_each_of_its_frames_decided(place: Place, tmp_path: object) -> None:
    from pathlib import Path

    from api.wiring import now
    from ingest import uploads

    out = Path(str(tmp_path)) / "clip.mp4"
    shots = [shot_of(footage.render("creek", at, seed=3), at).picture for at in range(8, 14)]
    place.system.decoder.make_clip(shots, out, fps=1)
    status, taken = post(place, out.read_bytes())
    assert (status, taken["kind"], taken["frame"]) == (202, "clip", None)
    uploads.open_waiting(place.system.intake, place.system.decoder, now=now())
    place.work()
    upload = place.sign_in("riley").get(f"/api/v1/uploads/{taken['upload']}").json()
    assert upload["opened"]
    assert len(upload["frames"]) >= 2
    assert all(frame["decision"] for frame in upload["frames"])


def test_real_edge_cases_at_the_door(place: Place) -> None:
    assert post(place, shared("edge_cases/african_elephants_cmyk.jpg").read_bytes())[0] == 202
    _, cut = post(place, shared("edge_cases/african_elephants_truncated_file.jpg").read_bytes())
    assert post(place, shared("edge_cases/zero_bytes.mp4").read_bytes())[0] == 415
    place.work()
    decided = place.sign_in("riley").get(f"/api/v1/frames/{cut['frame']}/decision").json()
    assert decided["reason"] == "UNREADABLE"


def test_uploads_are_for_people_of_the_site_and_for_their_camera(place: Place) -> None:
    _, taken = post(place, encoded(landscape(320, 240)))
    path = f"/api/v1/uploads/{taken['upload']}"
    assert place.sign_in("elsa").get(path).status_code == 404
    assert place.door.get(path, headers={"Authorization": f"Bearer {place.key}"}).status_code == 200
    assert _anonymous(place).get(path).status_code == 401


def _anonymous(place: Place) -> TestClient:
    return TestClient(place.door.app)


def _unix(told: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(told).timestamp()
