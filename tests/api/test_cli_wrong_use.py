"""What is wrong with how a command was called: named with its mend, never a traceback."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.api.commands import Commands


@pytest.mark.parametrize(
    ("words", "settings", "says"),
    [
        (("up", "--port", "99999"), {}, "port"),
        (("doctor",), {"BEARWATCH_DATA_DIR": "/proc/nowhere"}, "BEARWATCH_DATA_DIR"),
        (("doctor",), {"BEARWATCH_DATABASE_URL": "mysql://somebody@somewhere/db"}, "postgresql://"),
        (("doctor",), {"BEARWATCH_DATABASE_URL": "nonsense"}, "sqlite:///FILE"),
        (("stop", "--as", "riley"), {}, "BEARWATCH_PASSWORD"),
    ],
)
def test_a_setting_or_a_word_that_cannot_be_is_wrong_use(
    commands: Commands, words: tuple[str, ...], settings: dict[str, str], says: str
) -> None:
    told = replace(commands, settings=settings).run(*words)
    assert told.code == 2
    assert says in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


@pytest.mark.parametrize("command", [("classify",), ("replay", "--camera", "creek")])
def test_a_folder_without_a_file_and_a_path_to_nowhere_are_no_quiet_success(
    commands: Commands, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    nothing = commands.run(*command, str(tmp_path / "empty"))
    assert nothing.code == 1
    assert "no picture or clip in it" in nothing.err + nothing.out
    nowhere = commands.run(*command, str(tmp_path / "nowhere.jpg"))
    assert nowhere.code == 1
    assert "check the path" in nowhere.err + nowhere.out


@pytest.mark.parametrize("command", [("park", "apply"), ("rule", "propose", "--as", "ada", "--reason", "x")])
def test_a_file_that_is_not_there_is_named(commands: Commands, tmp_path: Path, command: tuple[str, ...]) -> None:
    told = commands.run(*command, str(tmp_path / "nowhere.toml"))
    assert told.code == 1
    assert "nowhere.toml cannot be read (No such file or directory): check the path" in told.err


def test_the_kill_switch_asks_for_no_reason(commands: Commands) -> None:
    told = commands.run("stop", "--as", "riley", "--json", by="riley")
    assert told.code == 0
    assert told.document["reason"] == "no reason given"
