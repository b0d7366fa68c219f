"""A worker outlives its database: every frame gets its decision once the database is back."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from ingest.decoding import Decoder
from rollout import worker
from store import migrating, tables
from store.session import Engine, make_engine, transaction
from store.vocabulary import Reason
from tests.conftest import small_park
from tests.rollout.brightness import LATER, parts_over
from tests.rollout.test_worker import decided, fill
from tests.servers import PostgreSQL


def test_frames_are_decided_after_a_restart_of_the_database_under_the_worker(tmp_path: Path) -> None:
    server = PostgreSQL()
    migrating.upgrade(server.url)
    engine, stop = make_engine(server.url), threading.Event()
    small_park(engine)
    fill(engine, tmp_path, 30)
    with Decoder() as decoder:
        parts = parts_over(engine, tmp_path, decoder)
        working = threading.Thread(target=lambda: worker.run(parts, stop, name="w", clock=lambda: LATER))
        working.start()
        until(lambda: decided(engine).total() >= 3)
        server.stop()
        time.sleep(2)
        server.start()
        let_leases_run_out(engine)
        until(lambda: decided(engine).total() == 30)
        stop.set()
        working.join(30)
        assert not working.is_alive()
    assert decided(engine) == {Reason.SHADOW: 30}
    engine.dispose()
    server.stop()


def let_leases_run_out(engine: Engine) -> None:
    """The frame in hand when the database went is nobody's; the worker's clock stands still in this test."""
    with transaction(engine) as session:
        for row in session.scalars(select(tables.QueuedFrame).where(tables.QueuedFrame.leased_until.is_not(None))):
            row.leased_until = LATER - timedelta(days=1)


def until(true: Callable[[], bool], within_s: float = 60) -> None:
    """Wait for it."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
