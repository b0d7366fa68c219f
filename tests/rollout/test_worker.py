"""Frames to decisions: exactly one each, whatever dies; one visit, however many workers."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select

from ingest.arrivals import accept_frame, times
from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from ingest.intake import Intake
from model.detections import Box, Detection, Found
from rollout import proposals, worker
from rollout.parts import Parts
from store import park, tables
from store.archive import FolderArchive
from store.frame_queue import TableQueue
from store.session import Engine, make_engine, reading, transaction
from store.vocabulary import Act, Origin, Reason
from tests.ingest.drawings import encoded, landscape
from tests.rollout.proposing import NOW, widened

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = START + timedelta(minutes=5)


class Brightness:
    """A detector without a network: a bright picture is a bear."""

    sha256 = "a" * 64

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        return max(width, height)

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Pixels:
        return pixels

    def detect(self, prepared: Pixels) -> Found:
        p = float(prepared.mean()) / 255
        label = "bear" if p >= 0.5 else "empty"
        return Detection(
            label=label, index=0, probabilities={"bear": p, "empty": 1 - p}, p_bear=p, bear=p >= 0.5, threshold=0.5,
            out_of_domain_p=0.5, night=False, boxes=(Box(x=0.4, y=0.4, w=0.2, h=0.2, label=label, p=p),),
            model=self.sha256, seconds=0.0,
        )  # fmt: skip


def parts_over(engine: Engine, folder: Path, decoder: Decoder) -> Parts:
    """The pipeline's parts over a database and a folder."""
    return Parts(
        engine=engine, archive=FolderArchive(folder / "archive"), queue=TableQueue(engine), decoder=decoder,
        detector=lambda _: Brightness(), data_dir=folder,
    )  # fmt: skip


def fill(engine: Engine, folder: Path, frames: int, *, bright: bool = True) -> list[int]:
    """Frames of one camera, a second apart, and the site's first rule."""
    with transaction(engine) as session:
        proposals.first_rule(session, park.site(session, "camp"), model="a" * 64, now=START)
    return fill_frames(engine, folder, frames, bright=bright)


def fill_frames(
    engine: Engine, folder: Path, frames: int, *, bright: bool = True, begin: datetime = START
) -> list[int]:
    """Frames of one camera, a second apart."""
    intake = Intake(engine=engine, archive=FolderArchive(folder / "archive"), data_dir=folder, disk_floor_bytes=0)
    found = []
    for number in range(frames):
        picture = landscape(64, 48, seed=number) // 4 + (180 if bright else 0)
        at = begin + timedelta(seconds=number)
        kept = accept_frame(
            intake, camera="creek", data=encoded(picture), size=(64, 48), at=times(at, at), origin=Origin.STREAM,
            received_at=at,
        )  # fmt: skip
        found.append(kept.id)
    return found


def decided(engine: Engine) -> Counter[Reason]:
    """How many decisions of each reason there are."""
    with reading(engine) as session:
        return Counter(session.scalars(select(tables.Decision.reason)))


def test_each_frame_gets_one_decision_and_the_bears_one_visit(engine: Engine, tmp_path: Path) -> None:
    fill(engine, tmp_path, 6)
    with Decoder() as decoder:
        parts = parts_over(engine, tmp_path, decoder)
        outcomes = [worker.once(parts, name="w", now=START + timedelta(seconds=9)) for _ in range(7)]
    assert [outcome and outcome.act for outcome in outcomes] == [Act.RECORD, *[Act.JOIN] * 5, None]
    assert decided(engine) == {Reason.SHADOW: 6}
    with reading(engine) as session:
        visit = session.scalars(select(tables.Visit)).one()
        assert (visit.frames, visit.label) == (6, "bear")
        assert session.scalar(select(func.count()).select_from(tables.Notice)) == 0


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_alert_is_on_the_disk_before_anybody_is_told_and_other_decisions_wait_for_no_disk(
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
    assert committed == {"nothing": normal, "ask": full, "join": normal}


def test_the_first_alert_has_the_first_number(site: Engine, tmp_path: Path) -> None:
    """Numbers of PostgreSQL do not come back: a gap would look like an alert that somebody took away."""
    widened(site)
    fill_frames(site, tmp_path, 1, begin=NOW)
    with Decoder() as decoder:
        outcome = worker.once(parts_over(site, tmp_path, decoder), name="w", now=NOW + timedelta(seconds=9))
    assert outcome is not None
    assert (outcome.act, outcome.visit, outcome.alert) == (Act.ASK, 1, 1)


def test_a_picture_that_is_gone_or_broken_is_decided_as_unreadable(engine: Engine, tmp_path: Path) -> None:
    fill(engine, tmp_path, 2)
    files = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    files[0].unlink()
    files[1].write_bytes(b"\xff\xd8\xff broken")
    with Decoder() as decoder:
        parts = parts_over(engine, tmp_path, decoder)
        for _ in range(2):
            worker.once(parts, name="w", now=LATER)
    assert decided(engine) == {Reason.UNREADABLE: 2}


def test_a_frame_whose_model_fails_again_and_again_is_decided_in_the_end(engine: Engine, tmp_path: Path) -> None:
    fill(engine, tmp_path, 1)

    def broken(_: str) -> Brightness:
        raise ValueError("the network is not there")

    with Decoder() as decoder:
        parts = parts_over(engine, tmp_path, decoder)
        parts = Parts(**{**vars(parts), "detector": broken})
        now = LATER
        for _ in range(worker.TRIES):
            worker.once(parts, name="w", now=now)
            now += timedelta(minutes=5)
    assert decided(engine) == {Reason.UNREADABLE: 1}


@pytest.mark.parametrize("workers", [3])
def test_many_workers_make_one_visit_and_one_alert(engine: Engine, tmp_path: Path, workers: int) -> None:
    fill(engine, tmp_path, 12)
    stop = threading.Event()

    def work(name: str) -> None:
        with Decoder() as decoder:
            worker.run(parts_over(engine, tmp_path, decoder), stop, name=name, clock=lambda: LATER)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(workers)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 60
    while sum(decided(engine).values()) < 12 and time.monotonic() < end:
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert decided(engine) == {Reason.SHADOW: 12}
    with reading(engine) as session:
        assert len(session.scalars(select(tables.Visit)).all()) == 1
        assert len(session.scalars(select(tables.Alert)).all()) == 1


def test_a_killed_worker_leaves_each_frame_with_exactly_one_decision(
    engine: Engine, url: str, tmp_path: Path
) -> None:
    frames, chance = fill(engine, tmp_path, 40), random.Random(5)
    end = time.monotonic() + 90
    kills = 0
    while sum(decided(engine).values()) < len(frames):
        assert time.monotonic() < end
        process = subprocess.Popen([sys.executable, __file__, url, str(tmp_path)], env={**os.environ, **_here()})
        try:
            process.wait(timeout=chance.uniform(1.2, 2.4))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        with transaction(engine) as session:  # its lease runs out after 15 s: the clock is passed in
            for row in session.scalars(
                select(tables.QueuedFrame).where(tables.QueuedFrame.leased_until.is_not(None))
            ):
                row.leased_until = START - timedelta(days=1)
    assert kills >= 1
    with reading(engine) as session:
        assert sorted(session.scalars(select(tables.Decision.frame_id))) == sorted(frames)
        assert len(session.scalars(select(tables.Visit)).all()) == 1
        assert session.scalars(select(tables.Visit)).one().frames == len(frames)


def _here() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2])}


if __name__ == "__main__":
    opened = make_engine(sys.argv[1])
    with Decoder() as own:
        worker.run(parts_over(opened, Path(sys.argv[2]), own), threading.Event(), name="w", clock=lambda: LATER)
