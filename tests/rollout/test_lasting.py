"""Which decisions are written through to the disk, and which reach it with the next write that is."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from ingest.decoding import Decoder
from rollout import worker
from store.session import Engine
from tests.rollout.brightness import parts_over
from tests.rollout.proposing import NOW, widened
from tests.rollout.test_worker import fill_frames


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_bear_is_on_the_disk_before_anybody_is_told_and_a_frame_without_one_waits_for_no_disk(
    site: Engine, tmp_path: Path
) -> None:
    widened(site)
    fill_frames(site, tmp_path, 1, bright=False, begin=NOW)
    fill_frames(site, tmp_path, 2, begin=NOW + timedelta(seconds=1))
    committed = dict[str, int]()

    def note(connection: Connection) -> None:
        acts = connection.exec_driver_sql("SELECT act FROM decision").scalars().all()
        for act in acts:
            committed.setdefault(act, connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    event.listen(site, "commit", note)
    with Decoder() as decoder:
        parts = parts_over(site, tmp_path, decoder)
        for _ in range(3):
            worker.once(parts, name="w", now=NOW + timedelta(seconds=9))
    full, normal = 2, 1
    assert committed == {"nothing": normal, "ask": full, "join": full}
