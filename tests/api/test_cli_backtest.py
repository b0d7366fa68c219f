"""`backtest`, `model challenge`, `compare-live`, `go-back` and `retire`, in processes of their own."""

import json
import shutil
from pathlib import Path

import pytest

from api.settings import SHIPPED
from ingest import footage
from ingest.decoding import Decoder
from ingest.sources import shot_of
from model.bundle import write
from tests.api.commands import Commands, with_park

HEAD = "file,start,end,label,camera,taken_at\n"
RULE = """
site = "lower-camp"
stage = "live"
hours = ["20:00-06:00"]
last_day = 2030-01-01
"""


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A park, footage of a drawn bear and of an empty trail, and another version."""
    made = with_park(tmp_path_factory.mktemp("backtest"))
    clips = made.folder / "clips"
    clips.mkdir()
    with Decoder() as decoder:
        for name, scene, begins in (("bear", "creek", 0), ("empty", "creek", 80)):
            shots = [shot_of(footage.render(scene, begins / 2 + at / 2, seed=3), 0).picture for at in range(30)]
            decoder.make_clip(shots, clips / f"{name}.mp4", fps=2)
    shutil.copytree(SHIPPED / "demo", made.folder / "other")
    manifest = json.loads((made.folder / "other" / "manifest.json").read_text()) | {"name": "other"}
    write(made.folder / "other", manifest)
    made.file("rule.toml", RULE)
    return made


def backtest(commands: Commands, labels: str, *words: str) -> tuple[int, dict[str, object], str]:
    """Exit code, document, stderr."""
    name = commands.file("labels.csv", HEAD + labels)
    told = commands.run(
        "backtest", "--footage", "clips", "--labels", name, "--model", "default", *words, "--json"
    )  # fmt: skip
    return told.code, told.document, told.err


NIGHT = "bear.mp4,,,bear,creek,2026-07-01T23:00:00-06:00\nempty.mp4,,,empty,creek,2026-07-02T03:00:00-06:00\n"


def test_a_drawn_bear_is_found_and_the_rule_says_what_it_would_have_sent(commands: Commands) -> None:
    code, told, err = backtest(commands, NIGHT, "--rule", "rule.toml")
    assert code == 0, err
    assert told["visits"] == {"bear": 1, "found": 1, "missed": 0}
    assert (told["recall"], told["false_alarms"], told["camera_days"]) == (1.0, 0, 2.0)
    assert told["would_have"] == told["would_have"] | {"alerts": 1, "sent": 1, "held": 0}  # type: ignore[operator]
    assert {"day", "night", "near", "far", "camera:creek"} <= set(told["slices"])  # type: ignore[call-overload]
    assert any("first and last day" in warning for warning in told["warnings"])  # type: ignore[attr-defined]


def test_outside_the_rules_hours_the_bear_is_found_and_held(commands: Commands) -> None:
    by_day = NIGHT.replace("T23:00:00", "T12:00:00")
    told = backtest(commands, by_day, "--rule", "rule.toml")[1]
    assert told["visits"] == {"bear": 1, "found": 1, "missed": 0}
    assert told["would_have"] == told["would_have"] | {  # type: ignore[operator]
        "sent": 0, "held": 1, "by_reason": {"OUTSIDE_SCOPE": 1}
    }  # fmt: skip


def test_labels_that_do_not_fit_are_named_before_anything_is_scored(commands: Commands) -> None:
    code, told, err = backtest(commands, "gone.mp4,,,bear,,\nbear.mp4,0,5,unicorn,,\n")
    assert (code, [(fault["line"], fault["column"]) for fault in told["faults"]]) == (1, [(2, "file"), (3, "label")])  # type: ignore[attr-defined]
    assert "scoring" not in err
    code, told, _ = backtest(commands, "bear.mp4,0,9,bear,,\nbear.mp4,4,900,empty,,\n")
    says = [fault["fault"] for fault in told["faults"]]  # type: ignore[attr-defined]
    assert (code, len(says)) == (1, 1)
    assert says[0].startswith("900 s is not in the file, which is 15 s long")


def test_a_rule_that_asks_for_hours_needs_the_times_of_the_footage(commands: Commands) -> None:
    code, told, _ = backtest(commands, "empty.mp4,,,empty,,\n", "--rule", "rule.toml")
    assert (code, told["faults"][0]["column"]) == (1, "taken_at")  # type: ignore[index]


def test_footage_of_which_nobody_knows_the_time_is_tested_and_says_so(commands: Commands) -> None:
    code, told, _ = backtest(commands, "bear.mp4,,,bear,,\nempty.mp4,,,empty,,\n")
    assert (code, told["visits"]) == (0, {"bear": 1, "found": 1, "missed": 0})
    assert told["without_time"] == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--footage", "nowhere", "--labels", "l.csv", "--model", "default"], 1, "nowhere is no folder"),
        (["--footage", "empty-folder", "--labels", "l.csv", "--model", "default"], 1, "has no picture or clip in it"),
        (["--footage", "clips", "--labels", "gone.csv", "--model", "default"], 1, "gone.csv: it cannot be read"),
        (["--footage", "clips", "--labels", "l.csv", "--model", "nothing"], 1, 'no model version "nothing"'),
        (["--footage", "clips"], 2, "give --footage DIR, --labels CSV and --model V"),
        (["--stored", "lower-camp"], 2, "needs --rule FILE"),
        (["--stored", "nowhere", "--rule", "rule.toml"], 1, 'there is no site "nowhere"'),
    ],
)
def test_wrong_use_is_named(commands: Commands, words: list[str], code: int, says: str) -> None:
    (commands.folder / "empty-folder").mkdir(exist_ok=True)
    commands.file("l.csv", HEAD + NIGHT)
    told = commands.run("backtest", *words)
    assert (told.code, says in told.err.replace("\n", " ")) == (code, True), told.err


def test_a_stored_week_is_decided_again_under_another_rule(commands: Commands) -> None:
    clip = str(Path("clips") / "bear.mp4")
    assert commands.run("replay", clip, "--camera", "creek").code == 0
    commands.file("always.toml", 'site = "lower-camp"\nstage = "live"\n')
    told = commands.run("backtest", "--stored", "lower-camp", "--rule", "always.toml", "--json")
    assert told.code == 0, told.err
    assert told.document["would_have"]["sent"] == 1
    assert (told.document["not_reviewed"], told.document["camera_days"]) == (1, 1.0)
    commands.file("new.toml", 'site = "lower-camp"\nstage = "live"\nmodel = "other"\n')
    assert commands.run("model", "add", "other").code == 0
    unseen = commands.run("backtest", "--stored", "lower-camp", "--rule", "new.toml")
    assert (unseen.code, "model challenge lower-camp other" in unseen.err.replace("\n", " ")) == (1, True)


def test_a_version_is_tried_compared_given_back_and_retired(commands: Commands) -> None:
    begun = commands.run(
        "model", "challenge", "lower-camp", "other", "--as", "ada", "--reason", "it rings less", "--json", by="ada"
    )  # fmt: skip
    assert (begun.code, begun.document["model_name"]) == (0, "other"), begun.err
    compared = commands.run("model", "compare-live", "lower-camp", "--json").document
    assert (compared["site"], compared["new"], compared["visits"]) == ("lower-camp", "other", 0)
    listed = {row["name"]: row for row in commands.run("model", "list", "--json").document["models"]}
    assert (listed["other"]["challenger"], listed["other"]["canary"]) == (["lower-camp"], {})
    refused = commands.run("model", "retire", "other", "--as", "ada", by="ada")
    assert (refused.code, "challenges or waits for approval at lower-camp" in refused.err) == (1, True)
    assert commands.run("model", "challenge", "lower-camp", "--end", "--as", "ada", by="ada").code == 0
    assert commands.run("model", "retire", "other", "--as", "ada", "--json", by="ada").document["name"] == "other"
    proposed = commands.run("rule", "propose", "new.toml", "--as", "ada", "--reason", "try", by="ada")
    assert (proposed.code, '"other" was retired' in proposed.err.replace("\n", " ")) == (1, True)
    back = commands.run("model", "go-back", "lower-camp", "--as", "sam", "--reason", "try", by="sam")
    assert (back.code, "nothing to go back to" in back.err.replace("\n", " ")) == (1, True)
