"""The clock over real sockets: what hangs delays nothing else; the heartbeat beats only while all is well."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from api import ticking, wiring
from api.duties import Condition
from api.heartbeat import Work, silent_because
from store import beats, tables
from store.session import transaction
from store.vocabulary import AlertState, Audience, NoticeState
from tests.api.conftest import Place
from tests.servers import Hook, dripping, webhook

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ALIVE = {name: NOW - timedelta(seconds=5) for name in ("web", "watch", "work")}
FINE = Condition(name="outbox", fault=None, busy_s=1.0)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


@contextmanager
def clock(place: Place) -> Iterator[threading.Event]:
    """The clock's duties at work; they end within their time."""
    stop = threading.Event()
    thread = threading.Thread(target=ticking.run, args=(place.system, stop))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(ticking.LAND_S + 5)
        assert not thread.is_alive()


def until(true: Callable[[], object], within_s: float = 20) -> None:
    """Wait for it."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def alive(place: Place, *names: str) -> None:
    """These processes were alive just now."""
    with transaction(place.system.engine) as session:
        for name in names:
            beats.beat(session, name, pid=1, now=wiring.now())


def test_of_two_clock_processes_one_acts_until_it_leaves(place: Place) -> None:
    acted = list[str]()
    leads = {name: ticking.Lead(place.system, name) for name in ("one", "two")}
    for name in ("one", "two", "one", "two"):
        leads[name].only(lambda _, name=name: acted.append(name))(NOW)
    assert acted == ["one", "one"]
    leads["one"].leave(NOW)
    leads["two"].only(lambda _: acted.append("two"))(NOW)
    assert acted == ["one", "one", "two"]


def test_a_receiver_that_drips_delays_no_other_message_and_no_deadline(place: Place) -> None:
    place.trial()
    with dripping() as url:
        with transaction(place.system.engine) as session:
            session.add(tables.Receiver(id="siren", site_id="camp", audience=Audience.RANGERS, url=url))
        place.hand_in()
        place.work()
        with transaction(place.system.engine) as session:
            alert = session.query(tables.Alert).one().id
            session.add(
                tables.Notice(
                    id="0", key="0", kind="operations", site_id="camp", receiver_id="siren", body={"says": "a drill"},
                    state=NoticeState.WAITING, next_try_at=wiring.now(), created_at=wiring.now(),
                )
            )  # fmt: skip
            session.get_one(tables.Alert, alert).deadline = wiring.now() + timedelta(seconds=3)
        riley = place.sign_in("riley")
        with clock(place):
            until(lambda: riley.get(f"/api/v1/alerts/{alert}").json()["state"] == AlertState.EXPIRED, 10)
            until(lambda: any("nobody answered" in says for says in said(place)), 10)


def said(place: Place) -> list[str]:
    """What lies in the folder of the other receiver."""
    return [json.loads(path.read_text())["says"] for path in (place.system.data_dir / "outbox").glob("*.json")]


@pytest.fixture
def variable(hook: Hook) -> Iterator[str]:
    """A variable of the environment that holds the hook's address."""
    os.environ["BEARWATCH_TEST_BEAT"] = hook.url
    yield "${BEARWATCH_TEST_BEAT}"
    del os.environ["BEARWATCH_TEST_BEAT"]


def test_the_heartbeat_waits_for_the_other_processes_and_reads_its_address_from_the_environment(
    place: Place, hook: Hook, variable: str
) -> None:
    with transaction(place.system.engine) as session:
        session.get_one(tables.Park, 1).heartbeat = variable
    alive(place, "web", "watch")
    with clock(place):
        time.sleep(3)
        assert hook.received == []
        alive(place, "web", "watch", "work")
        until(lambda: hook.received)
    assert len(hook.received) == 1


def test_a_heartbeat_address_that_cannot_be_read_ends_nothing(place: Place) -> None:
    with transaction(place.system.engine) as session:
        session.get_one(tables.Park, 1).heartbeat = "https://[::1"
    alive(place, "web", "watch", "work")
    (place.system.data_dir / "STOP").touch()
    with clock(place):
        time.sleep(2)
        (place.system.data_dir / "STOP").unlink()
        until(lambda: place.sign_in("riley").get("/api/v1/sites").json()["all_stopped"])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"known": ALIVE | {"work": NOW - timedelta(seconds=30)}}, "the process work is silent"),
        ({"known": {"web": NOW, "work": NOW}}, "the process watch is silent"),
        ({"duties": [FINE, Condition(name="rules", fault="KeyError", busy_s=0)]}, "the duty rules fails: KeyError"),
        ({"duties": [Condition(name="outbox", fault=None, busy_s=90)]}, "the duty outbox hangs"),
        ({"before": Work(waiting=3, decided=7)}, "3 frames wait and none was decided within a minute"),
        ({"before": Work(waiting=3, decided=6)}, None),
        ({"before": Work(waiting=0, decided=7)}, None),
        ({"before": Work(waiting=3, decided=7), "work": Work(waiting=0, decided=7)}, None),
    ],
)
def test_the_heart_beats_only_while_everything_else_lives(changed: dict[str, object], reason: str | None) -> None:
    told = {"now": NOW, "known": ALIVE, "duties": [FINE], "before": None, "work": Work(waiting=3, decided=7)}
    assert silent_because(**(told | changed)) == reason
