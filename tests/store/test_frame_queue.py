"""What every worker relies on, on both databases."""

import threading
from datetime import datetime, timedelta

import pytest

from store import frames, tables
from store.errors import LeaseLost
from store.frame_queue import DUE, LEASE, Lease, TableQueue
from store.session import Engine, reading, transaction
from store.vocabulary import Origin, QueueState
from tests.conftest import NOW


def frame(
    name: str, *, stated_at: datetime | None = None, origin: Origin = Origin.DOOR, received_at: datetime = NOW
) -> frames.NewFrame:
    return frames.NewFrame(
        camera="creek", sha256=name * 64, stated_at=stated_at, taken_at=received_at, received_at=received_at,
        origin=origin, width=640, height=480, motion=((0.1, 0.2, 0.3, 0.4),), queued_at=NOW,
    )  # fmt: skip


def put(engine: Engine, *names: str) -> list[int]:
    with transaction(engine) as session:
        return [frames.keep(session, frame(name)).id for name in names]


def claimed(queue: TableQueue, worker: str = "one", now: datetime = NOW) -> Lease:
    lease = queue.claim(worker, now=now)
    assert lease is not None
    return lease


def test_frames_come_out_oldest_first_and_once(engine: Engine) -> None:
    first, second = put(engine, "1", "2")
    queue = TableQueue(engine)
    assert [claimed(queue).frame, claimed(queue, "two").frame] == [first, second]
    assert queue.claim("three", now=NOW) is None
    assert queue.depth() == 2


@pytest.mark.parametrize("live", [Origin.STREAM, Origin.DOOR, Origin.SEEDED])
def test_what_a_camera_sees_tonight_comes_before_a_card_and_a_replay_of_last_year(
    engine: Engine, live: Origin
) -> None:
    last_year, queue = NOW - timedelta(days=365), TableQueue(engine)
    with transaction(engine) as session:
        card = [
            frames.keep(session, frame(name, origin=Origin.BULK, received_at=last_year)).id for name in "123"
        ]  # fmt: skip
        replay = frames.keep(session, frame("4", origin=Origin.REPLAY, received_at=last_year)).id
        tonight = frames.keep(session, frame("5", origin=live)).id
    assert (queue.depth(), queue.live_depth()) == (5, 1)
    assert [claimed(queue, str(number)).frame for number in range(5)] == [tonight, replay, *card]


def test_a_card_whose_worker_died_still_waits_for_what_is_live(engine: Engine) -> None:
    queue = TableQueue(engine)
    with transaction(engine) as session:
        card = frames.keep(session, frame("1", origin=Origin.BULK)).id
    assert claimed(queue).frame == card
    (tonight,) = put(engine, "2")
    late = NOW + LEASE + timedelta(seconds=1)
    assert [claimed(queue, "two", late).frame, claimed(queue, "three", late).frame] == [tonight, card]


def test_a_replay_dated_next_year_is_worked_off_now(engine: Engine) -> None:
    with transaction(engine) as session:
        ahead = frames.keep(
            session, frame("1", origin=Origin.REPLAY, received_at=NOW + timedelta(days=365))
        ).id  # fmt: skip
    assert claimed(TableQueue(engine)).frame == ahead


def test_the_next_frame_is_found_by_the_index_of_what_is_open_alone(engine: Engine) -> None:
    put(engine, *"123456789")
    with engine.connect() as connection:
        wanted = DUE.params(now=NOW).compile(connection, compile_kwargs={"literal_binds": True})
        if connection.dialect.name == "sqlite":
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {wanted}")]
            assert plan == ["SCAN queued_frame USING INDEX ix_queued_frame_open"]
            return
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET enable_bitmapscan = off")
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {wanted}")]
    assert any("ix_queued_frame_open" in line for line in plan)
    assert not any("Sort" in line for line in plan)


def test_the_same_frame_again_keeps_its_first_id(engine: Engine) -> None:
    assert put(engine, "1", "1") == put(engine, "1") * 2
    with transaction(engine) as session:
        assert frames.keep(session, frame("1", stated_at=NOW)).new
    assert TableQueue(engine).depth() == 2


def test_two_doors_at_once_make_one_frame(engine: Engine) -> None:
    ids: list[int] = []
    doors = [threading.Thread(target=lambda: ids.extend(put(engine, "1"))) for _ in range(6)]
    for door in doors:
        door.start()
    for door in doors:
        door.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1


def test_workers_at_once_never_share_a_frame(engine: Engine) -> None:
    put(engine, *"123456789")
    queue = TableQueue(engine)
    taken: list[int] = []

    def work(name: str) -> None:
        while (lease := queue.claim(name, now=NOW)) is not None:
            taken.append(lease.frame)

    workers = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 9


def test_a_dead_worker_loses_its_frame_after_the_lease(engine: Engine) -> None:
    put(engine, "1")
    queue = TableQueue(engine)
    dead = claimed(queue)
    assert queue.claim("two", now=NOW + LEASE) is None
    heir = claimed(queue, "two", NOW + LEASE + timedelta(seconds=1))
    assert (heir.frame, heir.tries) == (dead.frame, 2)
    with pytest.raises(LeaseLost), transaction(engine) as session:
        queue.done(session, dead)
    with transaction(engine) as session:
        queue.done(session, heir)
    assert queue.depth() == 0


def test_a_renewed_lease_is_kept(engine: Engine) -> None:
    put(engine, "1")
    queue = TableQueue(engine)
    lease = queue.renew(claimed(queue), now=NOW + LEASE)
    assert lease.until == NOW + 2 * LEASE
    assert queue.claim("two", now=NOW + LEASE + timedelta(seconds=1)) is None


def test_done_is_undone_with_the_transaction_it_was_said_in(engine: Engine) -> None:
    put(engine, "1")
    queue = TableQueue(engine)
    lease = claimed(queue)
    with pytest.raises(RuntimeError), transaction(engine) as session:
        queue.done(session, lease)
        raise RuntimeError
    assert queue.depth() == 1


def test_a_frame_put_back_waits_for_its_time_with_its_error(engine: Engine) -> None:
    (number,) = put(engine, "1")
    queue = TableQueue(engine)
    later = NOW + timedelta(minutes=1)
    queue.retry(claimed(queue), at=later, error="the network file is missing")
    assert queue.claim("two", now=NOW) is None
    assert claimed(queue, now=later).tries == 2
    with reading(engine) as session:
        assert session.get_one(tables.QueuedFrame, number).error == "the network file is missing"


def test_a_frame_given_up_stays_with_its_error(engine: Engine) -> None:
    (number,) = put(engine, "1")
    queue = TableQueue(engine)
    lease = claimed(queue)
    with transaction(engine) as session:
        queue.give_up(session, lease, error="five tries")
    with reading(engine) as session:
        row = session.get_one(tables.QueuedFrame, number)
    assert (row.state, row.error) == (QueueState.GIVEN_UP, "five tries")


def test_times_come_back_in_utc(engine: Engine) -> None:
    (number,) = put(engine, "1")
    with reading(engine) as session:
        row = frames.get(session, number)
    assert row.taken_at == NOW
    assert row.taken_at.utcoffset() == timedelta(0)
    assert row.motion == [[0.1, 0.2, 0.3, 0.4]]


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="without a time zone"), transaction(engine) as session:
        session.add(tables.ProcessBeat(name="work", pid=1, at=naive))
