"""The command line as a person starts it: exit codes, and what a real process says on stdout and on stderr."""

from dataclasses import replace

import pytest

from tests.api.commands import Commands


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("rule", "show"), 2, "Missing argument"),
        (("stop", "--as", "riley"), 2, "BEARWATCH_PASSWORD"),
        (("rule", "show", "upper-camp"), 1, "lower-camp"),
    ],
)
def test_wrong_use_exits_2_and_no_exits_1_with_nothing_on_stdout(
    commands: Commands, words: tuple[str, ...], code: int, says: str
) -> None:
    told = commands.apart(*words)
    assert (told.code, told.out) == (code, "")
    assert says in told.err
    assert "Traceback" not in told.err


def test_a_setting_that_cannot_be_is_wrong_use_of_a_process_too(commands: Commands) -> None:
    told = replace(commands, settings={"BEARWATCH_DATABASE_URL": "nonsense"}).apart("doctor")
    assert (told.code, told.out, "sqlite:///FILE" in told.err) == (2, "", True)


def test_a_process_reads_the_password_from_stdin_and_answers_one_document(commands: Commands) -> None:
    words = ("user", "add", "joe", "--role", "ranger", "--password-stdin")
    assert commands.apart(*words, typed="a long password of joe\n").code == 0
    told = commands.apart("stop", "--reason", "drill", "--as", "riley", "--json", by="riley")
    assert (told.code, told.err) == (0, "")
    assert told.document["by"] == "riley"
    assert commands.run("rule", "show", "lower-camp", "--json").document["stopped"]
