"""The kill switch and the audit chain by hand."""

import sqlite3

import pytest

from tests.api.commands import Commands, Told


def stop(commands: Commands, *words: str, by: str = "riley") -> Told:
    return commands.run("stop", *words, "--as", by, "--json", by=by)


def shown(commands: Commands) -> tuple[bool, str]:
    """Whether the site is stopped, and what is said of it."""
    view = commands.run("rule", "show", "lower-camp", "--json").document
    return view["stopped"], view["protected_says"]


def test_one_person_stops_and_two_lift(commands: Commands) -> None:
    stopped = stop(commands, "--reason", "a false alarm").document
    assert stopped.keys() >= {"stopped", "since", "by", "reason"}
    assert (stopped["stopped"], stopped["by"], stopped["reason"]) == (["lower-camp"], "riley", "a false alarm")
    assert shown(commands)[0]
    assert stop(commands, "--lift", by="riley").code == 1
    first = stop(commands, "--lift", by="sam").document
    assert (first["lifted"], shown(commands)[0]) == (False, True)
    assert stop(commands, "--lift", by="sam").code == 1
    second = stop(commands, "--lift", by="ada").document
    assert (second["lifted"], shown(commands)[0]) == (True, False)


def test_one_site_can_be_stopped_and_a_site_that_is_not_there_is_named(commands: Commands) -> None:
    assert stop(commands, "lower-camp", "--reason", "x").document["stopped"] == ["lower-camp"]
    told = stop(commands, "upper-camp", "--reason", "x")
    assert (told.code, told.out) == (1, "")
    assert "lower-camp" in told.err


@pytest.mark.parametrize("name", ["STOP", "STOP-lower-camp"])
def test_a_stop_file_is_latched_once_seen_and_outlasts_its_removal(commands: Commands, name: str) -> None:
    (commands.data_dir / name).touch()
    assert shown(commands)[0]
    (commands.data_dir / name).unlink()
    stopped, says = shown(commands)
    assert stopped
    assert name in says


def test_the_stop_file_of_another_site_stops_nothing(commands: Commands) -> None:
    (commands.data_dir / "STOP-elsewhere").touch()
    assert not shown(commands)[0]


def test_a_stop_file_must_go_before_its_stop_is_lifted(commands: Commands) -> None:
    (commands.data_dir / "STOP").touch()
    shown(commands)
    told = stop(commands, "--lift", by="sam")
    assert (told.code, "STOP" in told.err) == (1, True)


def test_the_audit_chain_holds_and_a_changed_row_is_found(commands: Commands) -> None:
    stop(commands, "--reason", "x")
    told = commands.run("audit", "verify", "--json")
    assert told.code == 0
    good = told.document
    assert good.keys() >= {"entries", "ok", "first_bad"}
    assert (good["ok"], good["first_bad"], good["entries"] >= 2) == (True, None, True)
    with sqlite3.connect(commands.data_dir / "bearwatch.db") as raw:
        for (guard,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {guard}")
        raw.execute("UPDATE audit_entry SET says = 'nothing happened' WHERE action = 'stop'")
    raw.close()
    bad = commands.run("audit", "verify", "--json")
    assert bad.code == 1
    assert not bad.document["ok"]
    assert 1 <= bad.document["first_bad"] <= good["entries"]


def test_a_stop_file_that_names_no_site_is_told_since_it_stops_nothing(commands: Commands) -> None:
    (commands.data_dir / "STOP-lower-cmap").touch()
    told = {check["name"]: check for check in commands.run("doctor", "--json").document["checks"]}["stop files"]
    assert not told["ok"]
    assert "STOP-lower-cmap stops nothing" in told["says"]
    assert "STOP-<site>" in told["mend"]
    assert not shown(commands)[0]
