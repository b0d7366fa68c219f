from datetime import timedelta
from pathlib import Path

from ingest.folder_door import FolderDoor
from store import held, tables
from store.session import Engine, reading
from store.vocabulary import HeldState
from tests.conftest import NOW
from tests.ingest.desks import desk, picture


def test_a_file_that_lies_still_is_its_subfolders_cameras_and_leaves(engine: Engine, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    (drop / "creek").mkdir(parents=True)
    file = drop / "creek" / "a.jpg"
    file.write_bytes(picture()[:300])
    door = FolderDoor(desk(engine, tmp_path), drop)
    assert door.look(now=NOW) == 0
    file.write_bytes(picture())
    assert door.look(now=NOW) == 0 and file.exists()
    assert door.look(now=NOW) == 1 and not file.exists()
    with reading(engine) as session:
        assert session.query(tables.Frame).one().camera_id == "creek"


def test_a_link_that_leads_out_and_a_file_too_large_are_listed_once_and_left(engine: Engine, tmp_path: Path) -> None:
    drop, secret = tmp_path / "drop", tmp_path / "secret.jpg"
    drop.mkdir()
    secret.write_bytes(picture())
    (drop / "link.jpg").symlink_to(secret)
    (drop / "large.jpg").write_bytes(picture() * 9)
    door = FolderDoor(desk(engine, tmp_path, limit_bytes=len(picture())), drop)
    assert [door.look(now=NOW + timedelta(seconds=2 * turn)) for turn in range(4)] == [0, 2, 0, 0]
    with reading(engine) as session:
        rows = held.page(session, state=HeldState.REFUSED, limit=9)
        assert {(row.name, row.why) for row in rows} == {("link.jpg", "not-a-picture"), ("large.jpg", "too-large")}
    assert secret.exists() and (drop / "large.jpg").exists()
