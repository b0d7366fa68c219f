"""Drift alarms and reference ratios by hand."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api import wiring
from rollout import alarms
from store import people, reports, tables
from store.session import Session, make_engine, transaction
from tests.api.commands import Commands


@contextmanager
def within(commands: Commands) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{commands.data_dir / 'bearwatch.db'}")
    with transaction(engine) as session:
        yield session
    engine.dispose()


def alarmed(commands: Commands) -> None:
    """A report of the site alarms."""
    now = wiring.now()
    with within(commands) as session:
        row = reports.keep(
            session, "lower-camp", "2026-W47", verdict="alarm_down", body={"reason": "half"}, inputs="0", as_of=now,
            now=now,
        )  # fmt: skip
        alarms.of_report(session, row, now=now)


def proposed(commands: Commands) -> None:
    """A ratio of the site that waits for a second person."""
    with within(commands) as session:
        session.add(tables.ReferenceRatio(
            site_id="lower-camp", ratio=2.0, low=1.5, high=3.0, evidence={"both": 9}, sha256="a" * 64, reason="bears",
            proposed_by=people.get(session, "ada").id, proposed_at=wiring.now(),
        ))  # fmt: skip


def test_a_supervisor_acknowledges_an_alarm_with_its_cause_and_nobody_less(commands: Commands) -> None:
    assert commands.run("alarm", "list").out == "no drift alarm is on record\n"
    alarmed(commands)
    (item,) = commands.run("alarm", "list", "lower-camp", "--open", "--json").document["items"]
    assert (item["id"], item["verdict"], item["acknowledged_by"]) == (1, "alarm_down", None)
    assert "alarm down since 2026-W47: OPEN, climbs" in commands.run("alarm", "list").out
    words = ("alarm", "acknowledge", "1", "--cause", "camera")
    assert commands.run(*words, "--as", "riley", by="riley").code == 1
    assert commands.run("alarm", "acknowledge", "1", "--cause", "other", "--as", "sam", by="sam").code == 2
    assert commands.run("alarm", "acknowledge", "1", "--cause", "weather", "--as", "sam", by="sam").code == 2
    told = commands.run(*words, "--note", "dew", "--as", "sam", "--json", by="sam").document
    assert (told["acknowledged_by"], told["cause"], told["note"]) == ("sam", "camera", "dew")
    again = commands.run(*words, "--as", "ada", by="ada")
    assert (again.code, "sam has acknowledged alarm 1 already" in again.err) == (1, True)
    assert commands.run("alarm", "list", "--open").out == "no drift alarm is open\n"
    assert commands.run("alarm", "list").out.strip().endswith("sam: camera, dew")
    assert commands.run("alarm", "list", "nowhere").code == 1


def test_in_shadow_a_preview_says_why_no_reference_can_be_proposed(commands: Commands) -> None:
    assert commands.run("reference", "list").out == "none was ever proposed: the reference is 1\n"
    told = commands.run("reference", "preview", "lower-camp", "--json")
    assert (told.code, told.document["ratio"]) == (1, None)
    assert "until the site leaves shadow" in told.document["refused"]
    assert "until the site leaves shadow" in commands.run("reference", "preview", "lower-camp").err
    words = ("reference", "propose", "lower-camp", "--reason", "bears")
    for who in ("ada", "sam"):
        assert commands.run(*words, "--as", who, by=who).code == 1
    assert commands.run("reference", "list", "--json").document["items"] == []


@pytest.mark.parametrize("more", [(), ("--sha256", "b" * 64)])
def test_what_was_counted_otherwise_since_nobody_accepts(commands: Commands, more: tuple[str, ...]) -> None:
    proposed(commands)
    told = commands.run("reference", "accept", "1", *more, "--as", "sam", "--json", by="sam")
    assert (told.code, told.out) == (1, "")
    (item,) = commands.run("reference", "list", "lower-camp", "--json").document["items"]
    assert item["accepted_by"] is None


def test_an_admin_takes_a_proposal_back(commands: Commands) -> None:
    proposed(commands)
    assert "2.00 (1.50 to 3.00)  proposed by ada, waits for a second person" in commands.run("reference", "list").out
    assert commands.run("reference", "withdraw", "1", "--as", "sam", by="sam").code == 1
    told = commands.run("reference", "withdraw", "1", "--as", "ada", "--json", by="ada").document
    assert (told["ended_by"], told["accepted_by"]) == ("ada", None)
    assert commands.run("reference", "withdraw", "1", "--as", "ada", by="ada").code == 1
