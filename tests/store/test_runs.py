"""Of several clock processes one leads, and a period is done once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from store import runs
from store.session import Engine, transaction
from tests.conftest import NOW

SECOND = timedelta(seconds=1)


def lead(engine: Engine, name: str, seconds: float = 0) -> bool:
    with transaction(engine) as session:
        return runs.lead(session, name, now=NOW + seconds * SECOND)


def test_one_leads_as_long_as_it_says_so(engine: Engine) -> None:
    assert lead(engine, "one")
    assert not lead(engine, "two", 1)
    assert lead(engine, "one", 10)
    assert not lead(engine, "two", 20)


def test_another_leads_once_the_lease_of_the_first_has_run_out(engine: Engine) -> None:
    assert lead(engine, "one")
    assert lead(engine, "two", runs.LEASE.total_seconds())
    assert not lead(engine, "one", runs.LEASE.total_seconds() + 1)


def test_who_leaves_need_not_be_waited_for(engine: Engine) -> None:
    assert lead(engine, "one")
    with transaction(engine) as session:
        runs.leave(session, "two", now=NOW)
    assert not lead(engine, "two")
    with transaction(engine) as session:
        runs.leave(session, "one", now=NOW)
    assert lead(engine, "two")


def test_a_clock_that_was_set_back_takes_nothing_from_another(engine: Engine) -> None:
    assert lead(engine, "one")
    assert not lead(engine, "two", -3600)
    assert lead(engine, "one", -3600)


@pytest.mark.parametrize("held", [False, True])
def test_of_many_at_the_same_moment_exactly_one_leads(engine: Engine, held: bool) -> None:
    if held:
        lead(engine, "zero", -60)
    barrier, led = threading.Barrier(6), list[str]()

    def ask(name: str) -> None:
        barrier.wait()
        if lead(engine, name):
            led.append(name)

    threads = [threading.Thread(target=ask, args=(f"clock-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(led) == 1


def test_a_period_is_marked_once(engine: Engine) -> None:
    with transaction(engine) as session:
        runs.mark(session, "guardrails", "camp", "2026-11-22", says="judged", now=NOW)
    with transaction(engine) as session:
        assert runs.done(session, "guardrails", "camp") == {"2026-11-22"}
    with pytest.raises(IntegrityError), transaction(engine) as session:
        runs.mark(session, "guardrails", "camp", "2026-11-22", says="judged", now=NOW)
