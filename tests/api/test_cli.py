"""The command line word for word as the contract has it: what is printed, and how each command exits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from api import auth
from store import audit
from store.errors import NotSignedIn, UnknownCamera
from store.session import Session, make_engine, reading
from tests.api.commands import PARK, PASSWORDS, Commands, Told

VIEW = {
    "rule", "site", "revision", "state", "stage", "audience", "widens", "missing", "approvals", "bound_to",
    "override", "stopped", "protected", "protected_says",
}  # fmt: skip


def trial(commands: Commands, **said: str) -> str:
    """A rule.toml for a trial."""
    last = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    rule = {"site": '"lower-camp"', "stage": '"trial"', "cameras": '["creek"]', "last_day": last} | said
    text = "".join(f"{key} = {value}\n" for key, value in rule.items())
    tables = '[override]\nreason = "bear in camp last night"\n[answers]\nif_it_worked_really_well = "rangers sleep"\n'
    return commands.file("rule.toml", text + tables)


def propose(commands: Commands) -> Told:
    return commands.run(
        "rule", "propose", trial(commands), "--as", "ada", "--reason", "bears come at night", "--json", by="ada"
    )


def test_the_same_park_twice_changes_nothing_and_says_so(commands: Commands) -> None:
    again = commands.run("park", "apply", "park.toml")
    assert (again.code, again.out, again.err) == (0, "nothing changes\n", "")
    assert commands.run("park", "apply", "park.toml", "--json").document["changed"] is False


def test_a_revoked_key_hands_no_frame_in_and_the_others_still_do(commands: Commands) -> None:
    keys = [commands.run("key", "add", "--camera", "creek", "--json").document["key"] for _ in range(2)]
    listed = commands.run("key", "list", "--json")
    assert [(key["camera"], key["revoked_at"]) for key in listed.document["keys"]] == [("creek", None)] * 2
    assert not any(key in listed.out for key in keys)
    number = str(listed.document["keys"][0]["id"])
    assert commands.run("key", "revoke", number, "--json").document["camera"] == "creek"
    again = commands.run("key", "revoke", number)
    assert (again.code, "revoked at" in again.err) == (1, True)
    assert commands.run("key", "revoke", "99").code == 1
    with database(commands) as session:
        assert auth.camera_of(session, keys[1]).id == "creek"
        with pytest.raises(UnknownCamera):
            auth.camera_of(session, keys[0])
        told = [(entry.action, entry.subject) for entry in audit.latest(session, limit=1)]
    assert told == [("key.revoked", "camera:creek")]


def test_a_revoked_token_acts_for_nobody(commands: Commands) -> None:
    tokens = [commands.run("token", "add", "riley", "--json").document["token"] for _ in range(2)]
    listed = commands.run("token", "list", "riley", "--json")
    rows = listed.document["tokens"]
    assert [row["person"] for row in rows] == ["riley"] * 2
    assert not any(token in listed.out or auth.digest(token) in listed.out for token in tokens)
    first = next(row["id"] for row in rows if auth.digest(tokens[0]).startswith(row["id"]))
    assert commands.run("token", "revoke", first).out == f"token {first} of riley is revoked\n"
    assert commands.run("token", "revoke", first).code == 1
    assert commands.run("token", "list", "sam").out == "no tokens yet\n"
    with database(commands) as session:
        assert auth.by_token(session, tokens[1]).actor.name == "riley"
        with pytest.raises(NotSignedIn):
            auth.by_token(session, tokens[0])
        assert audit.latest(session, limit=1)[0].action == "token.revoked"


@contextmanager
def database(commands: Commands) -> Iterator[Session]:
    """What the commands wrote."""
    engine = make_engine(f"sqlite:///{commands.data_dir / 'bearwatch.db'}")
    with reading(engine) as session:
        yield session
    engine.dispose()


def test_a_dry_run_shows_the_difference_and_applies_nothing(commands: Commands) -> None:
    file = commands.file("other.toml", PARK.replace("Lower campground", "Lower camp"))
    for _ in range(2):
        told = commands.run("park", "apply", file, "--dry-run", "--json").document
        assert (told["changed"], told["dry_run"]) == (True, True)
        assert "Lower campground -> Lower camp" in told["changes"][0]["says"]


def test_what_the_file_no_longer_names_is_retired_with_what_it_keeps(commands: Commands) -> None:
    cut = PARK[: PARK.index("[[camera]]")] + PARK[PARK.index("[[receiver]]") :]
    told = commands.run("park", "apply", commands.file("less.toml", cut))
    assert (told.code, told.err) == (0, "")
    assert "camera creek is retired; its 0 visits stay" in told.out


def test_a_fault_in_the_park_exits_1_with_its_line_and_nothing_is_applied(commands: Commands) -> None:
    wrong = PARK.replace("Northern", "Southern").replace('kind = "trail"', 'kind = "drone"')
    told = commands.run("park", "apply", commands.file("wrong.toml", wrong))
    assert (told.code, told.out) == (1, "")
    assert "line 15" in told.err
    assert "'stream', 'trail' or 'file'" in told.err
    assert "Traceback" not in told.err
    assert commands.run("park", "apply", "park.toml").out == "nothing changes\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--unknown"], ["park", "apply", "park.toml", "--unknown"], ["rule", "show"], ["nothing"],
        ["user", "add", "joe", "--role", "bear"], ["replay", "x.mp4"], ["key", "add"],
    ],
)  # fmt: skip
def test_wrong_use_exits_2_and_leaves_stdout_alone(commands: Commands, words: list[str]) -> None:
    told = commands.run(*words)
    assert (told.code, told.out) == (2, "")
    assert told.err


def test_secrets_are_shown_once_as_json(commands: Commands) -> None:
    token = commands.run("token", "add", "riley", "--json").document
    key = commands.run("key", "add", "--camera", "creek", "--json").document
    assert (set(token), set(key)) == ({"token"}, {"key"})
    assert min(len(token["token"]), len(key["key"])) >= 20
    kept = (commands.data_dir / "bearwatch.db").read_bytes()
    for secret in (token["token"], key["key"], *PASSWORDS.values()):
        assert secret.encode() not in kept


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["token", "add", "nobody"], "nobody"),
        (["key", "add", "--camera", "moon"], "moon"),
        (["user", "add", "ada", "--role", "ranger", "--password-stdin"], "ada"),
        (["rule", "show", "upper-camp"], "lower-camp"),
        (["park", "apply", "missing.toml"], "missing.toml"),
        (["rule", "propose", "missing.toml", "--as", "ada", "--reason", "x"], "missing.toml"),
        (["model", "show", "unheard-of"], "demo-scenery"),
    ],
)
def test_no_is_exit_1_with_what_there_is(commands: Commands, words: list[str], says: str) -> None:
    told = commands.run(*words, by="ada", typed="a long password\n")
    assert (told.code, told.out) == (1, "")
    assert says in told.err
    assert "Traceback" not in told.err


def test_a_new_site_is_in_shadow_with_the_default_bundle(commands: Commands) -> None:
    told = commands.run("rule", "show", "lower-camp", "--json")
    view = told.document
    assert (told.code, told.err) == (0, "")
    assert view.keys() >= VIEW
    assert (view["site"], view["stage"], view["state"]) == ("lower-camp", "shadow", "in_force")
    assert (view["stopped"], view["protected"], view["override"]) == (False, False, None)
    default = next(row for row in commands.run("model", "list", "--json").document["models"] if row["default"])
    assert view["model"] in (default["name"], default["sha256"])
    assert default["stage_by_site"] == {"lower-camp": "shadow"}
    assert default["labels"] == ["bear", "empty", "other_animal", "person", "vehicle"]


def test_widening_waits_for_a_second_person(commands: Commands) -> None:
    proposed = propose(commands).document
    assert proposed.keys() >= VIEW
    assert (proposed["state"], proposed["stage"], proposed["widens"]) == ("proposed", "trial", True)
    assert [item.keys() >= {"what", "has", "needs", "by"} for item in proposed["missing"]] == [True]
    assert proposed["override"] == "bear in camp last night"
    words = ("rule", "approve", str(proposed["rule"]), "--json", "--as")
    assert commands.run(*words, "ada", by="ada").code == 1
    assert commands.run(*words, "sam", by="ada").code == 1
    approved = commands.run(*words, "sam", by="sam")
    assert approved.code == 0
    assert (approved.document["state"], approved.document["protected"]) == ("in_force", True)
    assert approved.document["bound_to"] == proposed["bound_to"]
    assert len(approved.document["approvals"]) == 2
    history = commands.run("rule", "history", "lower-camp", "--json").document
    assert [view["state"] for view in history] == ["in_force", "superseded"]
    assert all(view.keys() >= VIEW for view in history)


def test_a_person_acts_with_the_password_and_never_without(commands: Commands) -> None:
    words = ("rule", "propose", trial(commands), "--as", "ada", "--reason", "x")
    without, wrong = commands.run(*words), commands.run(*words, by="sam")
    assert (without.code, wrong.code) == (2, 1)
    assert "BEARWATCH_PASSWORD" in without.err
    assert commands.run("rule", "history", "lower-camp", "--json").document[0]["stage"] == "shadow"


def test_a_fault_in_a_rule_names_the_field(commands: Commands) -> None:
    told = commands.run(
        "rule", "propose", trial(commands, hours='["25:00-26:00"]'), "--as", "ada", "--reason", "x", by="ada"
    )
    assert (told.code, told.out) == (1, "")
    assert 'hours: "25:00-26:00"' in told.err


def test_a_rule_is_asked_what_it_would_have_done_and_nothing_is_proposed(commands: Commands) -> None:
    told = commands.run("rule", "would-have", trial(commands), "--json")
    assert told.code == 0
    assert (told.document["alerts"], told.document["alerts_a_day"]) == (0, None)
    assert "nothing is stored of this version" in told.document["says"]
    assert len(commands.run("rule", "history", "lower-camp", "--json").document) == 1


def test_show_lists_what_the_next_step_needs(commands: Commands) -> None:
    view = commands.run("rule", "show", "lower-camp", "--json").document
    assert {"exit checklist: shadow days", "exit checklist: workload"} <= {item["what"] for item in view["missing"]}
    assert all(item.keys() >= {"what", "has", "needs", "met", "by", "lowered"} for item in view["exit"])
