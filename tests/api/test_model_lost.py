"""A model that cannot be opened: no frame is given up for it, and everybody who relies on it is told."""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api import auth, ticking, wiring
from api.settings import SHIPPED
from model.bundle import MANIFEST, WEIGHTS, Bundle, load, write
from rollout import proposals, protection, worker
from rollout.terms import read
from store import decisions, park, people, tables
from store.errors import BundleFileChanged
from store.session import reading, transaction
from store.vocabulary import NoticeKind, Reason
from tests.api.conftest import Place


@pytest.fixture
def own(place: Place, tmp_path: Path) -> Iterator[Bundle]:
    """A version of the park's own, in a trial at the site."""
    folder = tmp_path / "own"
    shutil.copytree(SHIPPED / "demo", folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    bundle = write(folder, manifest | {"name": "own", "version": "1.0"})
    now = wiring.now()
    with transaction(place.system.engine) as session:
        wiring.register(place.system, session, bundle, now)
        ada, sam = (auth.actor_of(people.get(session, name)) for name in ("ada", "sam"))
        said = read({
            "site": "camp", "stage": "trial", "last_day": (now + timedelta(days=7)).date(), "model": "own",
            "override": {"reason": "a bear last night"}, "answers": {"if_it_worked_really_well": "rangers sleep"},
        })  # fmt: skip
        view = proposals.propose(
            session, said, by=ada, reason="try", now=now, default_model=place.system.default_bundle.sha256
        )
        proposals.approve(session, view.rule, by=sam, now=now)
    yield bundle


def break_it(place: Place, bundle: Bundle) -> Bundle:
    """Change one byte of the copy, and lose the original; gives it from elsewhere."""
    safe = bundle.folder.with_name("safe")
    shutil.move(bundle.folder, safe)
    file = place.system.data_dir / "models" / bundle.sha256 / WEIGHTS
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    return load(safe)


def told(place: Place) -> list[str]:
    with reading(place.system.engine) as session:
        rows = session.query(tables.Notice).filter_by(kind=NoticeKind.OPERATIONS).order_by(tables.Notice.created_at)
        return [row.body["says"] for row in rows]


def site(place: Place) -> dict[str, Any]:
    answer = place.sign_in("riley").get("/api/v1/sites").json()
    (found,) = [item for item in answer["items"] if item["id"] == "camp"]
    return {**found, "faults": answer["faults"]}


def test_frames_wait_for_their_model_however_often_they_were_tried(place: Place, own: Bundle) -> None:
    safe = break_it(place, own)
    frame = int(str(place.hand_in()["frame"]))
    now = wiring.now()
    for _ in range(3 * worker.TRIES):
        now += timedelta(minutes=2)
        assert worker.once(place.system.parts, name="test", now=now) is None
    with reading(place.system.engine) as session:
        assert decisions.of_frame(session, frame) is None
    place.system.bundles.keep(safe)
    time.sleep(wiring.FAULT_HOLDS_S)
    outcome = worker.once(place.system.parts, name="test", now=now + timedelta(minutes=2))
    assert outcome is not None
    assert outcome.reason is not Reason.UNREADABLE


def test_people_are_told_that_the_site_is_not_protected_until_the_model_is_back(place: Place, own: Bundle) -> None:
    safe = break_it(place, own)
    for _ in range(2):
        ticking.keep_models(place.system, wiring.now())
    lost = site(place)
    assert not lost["protected"]
    assert "NOT protected" in lost["protected_says"]
    assert "the model cannot be opened" in lost["protected_says"]
    assert any("no frame of Lower campground is scored" in says for says in lost["faults"])
    assert sum("the model cannot be opened" in says for says in told(place)) == 1
    ready = place.door.get("/ready")
    assert (ready.status_code, "own, in force at camp" in ready.text) == (503, True)
    place.system.bundles.keep(safe)
    ticking.keep_models(place.system, wiring.now())
    assert site(place)["protected"]
    assert told(place)[-1] == "Lower campground: protected again"
    assert place.door.get("/ready").status_code == 200


def test_lifting_a_stop_does_not_say_protected_while_the_model_is_lost(place: Place, own: Bundle) -> None:
    break_it(place, own)
    riley, sam, ada = (place.sign_in(name) for name in ("riley", "sam", "ada"))
    riley.post("/api/v1/stop", json={"site": "camp", "reason": "a drill"})
    sam.post("/api/v1/stop", json={"site": "camp", "lift": True})
    ticking.keep_models(place.system, wiring.now())
    ada.post("/api/v1/stop", json={"site": "camp", "lift": True})
    ticking.keep_models(place.system, wiring.now())
    riley.post("/api/v1/stop", json={"site": "camp", "reason": "a second drill"})
    for person in (sam, ada):
        person.post("/api/v1/stop", json={"site": "camp", "lift": True})
    with reading(place.system.engine) as session:
        row = park.site(session, "camp")
        assert "the model cannot be opened" in protection.of(session, row, wiring.now()).says
    assert told(place)[-1] != "Lower campground: protected again"


def test_an_upgrade_of_the_folder_takes_no_approved_version_away(place: Place, own: Bundle) -> None:
    manifest = json.loads((own.folder / MANIFEST).read_text())
    assert write(own.folder, manifest | {"version": "2.0"}).sha256 != own.sha256
    assert place.system.detectors.get(own.sha256).sha256 == own.sha256


def test_a_version_known_from_before_is_copied_when_it_is_first_opened(place: Place, own: Bundle) -> None:
    copy = place.system.data_dir / "models" / own.sha256
    shutil.rmtree(copy)
    with transaction(place.system.engine) as session:
        session.get_one(tables.ModelVersion, own.sha256).path = str(own.folder)
    assert place.system.detectors.get(own.sha256).sha256 == own.sha256
    assert load(copy).sha256 == own.sha256


def test_a_copy_that_is_damaged_is_never_used(place: Place, own: Bundle) -> None:
    break_it(place, own)
    with pytest.raises(BundleFileChanged):
        place.system.detectors.get(own.sha256)
