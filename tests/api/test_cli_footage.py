"""`replay` and `classify` word for word as the contract has them, on footage that the project draws."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import footage
from ingest.decoding import Decoder
from ingest.sources import shot_of
from tests.api.commands import ROOT, Commands, Told

START = "2026-11-20T03:00:00+00:00"
REPLAY = {"camera", "files", "frames_read", "frames_kept", "visits", "alerts", "notices", "seconds", "errors"}
VISIT = {"id", "label", "p_bear", "bear", "started_at", "ended_at", "frames", "alert", "decision"}
CLASSIFIED = {
    "file", "kind", "label", "index", "probabilities", "p_bear", "bear", "threshold", "out_of_domain_p", "night",
    "boxes", "model", "seconds", "error",
}  # fmt: skip


def jpeg(scene: str, at_s: float) -> bytes:
    return shot_of(footage.render(scene, at_s, seed=3), 0).picture


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of a bear at the creek, and two pictures, one of them with it."""
    folder = tmp_path_factory.mktemp("drawn")
    with Decoder() as decoder:
        decoder.make_clip([jpeg("creek", 6 + step / 2) for step in range(20)], folder / "creek.mp4", fps=2)
    (folder / "pictures").mkdir()
    (folder / "pictures" / "1-bear.jpg").write_bytes(jpeg("creek", 12))
    (folder / "pictures" / "2-nobody.jpg").write_bytes(jpeg("creek", 60))
    return folder


def replay(commands: Commands, path: Path, *words: str) -> Told:
    return commands.apart("replay", str(path), "--camera", "creek", "--start", START, "--json", *words)


def widen(commands: Commands) -> None:
    """Put the site into a trial, by two people."""
    last = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    rule = f'site = "lower-camp"\nstage = "trial"\nlast_day = {last}\n[override]\nreason = "a bear"\n'
    rule += '[answers]\nif_it_worked_really_well = "rangers sleep"\n'
    words = ("--as", "ada", "--reason", "try", "--json")
    view = commands.run("rule", "propose", commands.file("rule.toml", rule), *words, by="ada").document
    assert commands.run("rule", "approve", str(view["rule"]), "--as", "sam", by="sam").code == 0


def test_a_replay_is_one_document_with_its_visits_decided_as_if_live_then(commands: Commands, drawn: Path) -> None:
    told = replay(commands, drawn / "creek.mp4")
    assert told.code == 0
    document = told.document
    assert document.keys() >= REPLAY
    assert (document["camera"], document["files"], document["errors"]) == ("creek", 1, [])
    assert document["frames_read"] == 20
    assert 0 < document["frames_kept"] <= 20
    (bear,) = [visit for visit in document["visits"] if visit["bear"]]
    assert bear.keys() >= VISIT
    assert bear["decision"].keys() >= {"act", "reason", "stage", "rule"}
    assert (bear["decision"]["act"], bear["decision"]["stage"]) == ("record", "shadow")
    assert START <= bear["started_at"] <= bear["ended_at"] <= "2026-11-20T03:00:11+00:00"
    assert document["notices"] == {"request": 0, "warning": 0}


def test_in_trial_a_replay_counts_the_requests_and_none_leaves(commands: Commands, drawn: Path) -> None:
    widen(commands)
    now = datetime.now(UTC).isoformat()
    document = commands.run(
        "replay", str(drawn / "creek.mp4"), "--camera", "creek", "--start", now, "--json"
    ).document
    (bear,) = [visit for visit in document["visits"] if visit["bear"]]
    assert (bear["decision"]["act"], bear["decision"]["reason"]) == ("ask", "HELD_FOR_REVIEW")
    assert bear["alert"] in [alert["id"] for alert in document["alerts"]]
    assert document["notices"] == {"request": 1, "warning": 0}
    assert not (commands.data_dir / "outbox").exists()


def test_an_sd_card_is_evidence_only(commands: Commands, drawn: Path) -> None:
    widen(commands)
    document = replay(commands, drawn / "creek.mp4", "--bulk").document
    bears = [visit for visit in document["visits"] if visit["bear"]]
    assert bears
    assert {visit["decision"]["reason"] for visit in bears} == {"BULK_IMPORT"}
    assert (document["alerts"], document["notices"]) == ([], {"request": 0, "warning": 0})


def test_each_file_is_one_line_named_as_given_and_a_folder_is_walked(commands: Commands, drawn: Path) -> None:
    told = commands.apart("classify", str(drawn / "pictures"), str(drawn / "creek.mp4"), "--json")
    assert told.code == 0
    bear, nobody, clip = told.lines
    files = [drawn / "pictures" / "1-bear.jpg", drawn / "pictures" / "2-nobody.jpg", drawn / "creek.mp4"]
    assert [line["file"] for line in told.lines] == [str(file) for file in files]
    assert [line["kind"] for line in told.lines] == ["picture", "picture", "clip"]
    assert [line["bear"] for line in told.lines] == [True, False, True]
    assert all(line.keys() >= CLASSIFIED and line["error"] is None for line in told.lines)
    for line in (bear, nobody):
        assert sum(line["probabilities"].values()) == pytest.approx(1)
        assert line["p_bear"] == pytest.approx(line["probabilities"]["bear"])
        assert {"frames", "frames_scored", "visits"}.isdisjoint(line)
    assert clip["frames"] == 20
    assert 0 < clip["frames_scored"] <= 20
    assert all(visit.keys() >= {"start_s", "end_s", "label", "p_bear", "bear"} for visit in clip["visits"])
    models = commands.run("model", "list", "--json").document["models"]
    (default,) = [row for row in models if row["default"]]
    assert [default["labels"][line["index"]] for line in told.lines] == [line["label"] for line in told.lines]


def test_a_broken_file_is_a_line_with_its_error_and_the_rest_go_on(commands: Commands, drawn: Path) -> None:
    (commands.folder / "cut.jpg").write_bytes(jpeg("creek", 12)[:40])
    (commands.folder / "text.jpg").write_text("no picture at all")
    told = commands.run("classify", "cut.jpg", "text.jpg", "gone.jpg", str(drawn / "pictures"), "--json")
    assert told.code == 1
    assert [line["error"] is None for line in told.lines] == [False, False, False, True, True]
    assert [line["file"] for line in told.lines[:3]] == ["cut.jpg", "text.jpg", "gone.jpg"]
    for line in told.lines[:3]:
        assert line["error"].keys() >= {"type", "detail"}
        assert line["label"] is None
    assert "Traceback" not in told.err


def test_without_json_people_read_sentences(commands: Commands, drawn: Path) -> None:
    told = commands.run("classify", str(drawn / "pictures"))
    assert told.code == 0
    assert "1-bear.jpg: bear 0." in told.out
    assert "2-nobody.jpg: empty" in told.out


def test_a_card_shows_a_bar_on_a_terminal_and_says_in_json_what_was_made_of_it(
    commands: Commands, drawn: Path
) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "replay", str(drawn), "--camera", "creek", "--bulk", "--json"],
        stdout=subprocess.PIPE, stderr=theirs, cwd=commands.folder,
        env={
            **os.environ, "PYTHONPATH": str(ROOT), "BEARWATCH_DATA_DIR": str(commands.data_dir), "COLUMNS": "100",
            "BEARWATCH_MODEL": str(ROOT / "model" / "bundles" / "demo"), "TERM": "xterm",
        },
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # a terminal ends so, once nobody has it open
        while part := os.read(ours, 4096):
            shown += part
    out, _ = running.communicate(timeout=60)
    os.close(ours)
    assert running.returncode == 0
    assert b"deciding" in shown and b"100%" in shown
    document = json.loads(out)
    assert (document["files"], document["errors"], document["alerts"]) == (3, [], [])
    assert "BULK_IMPORT" in document["decisions"]
