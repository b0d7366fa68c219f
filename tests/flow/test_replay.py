"""Replay and classify on the command line, on drawn footage and, where it is there, on the real clips."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import footage
from ingest.decoding import Decoder
from ingest.sources import shot_of
from tests.ingest.drawings import shared

BUNDLES = Path(__file__).parents[2] / "model" / "bundles"
PARK = """
[park]
name = "Replay park"
time_zone = "America/Denver"
[[site]]
id = "camp"
name = "Camp"
latitude = 44.6
longitude = -110.5
[[camera]]
id = "creek"
site = "camp"
kind = "trail"
"""


class Place:
    """A data folder and the commands over it."""

    def __init__(self, folder: Path, bundle: str) -> None:
        self.environment = {
            **os.environ, "BEARWATCH_DATA_DIR": str(folder / "var"), "BEARWATCH_MODEL": str(BUNDLES / bundle)
        }  # fmt: skip
        (folder / "park.toml").write_text(PARK)
        assert self.run("park", "apply", str(folder / "park.toml"))[0] == 0

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        told = subprocess.run(
            [sys.executable, "-m", "api.cli.main", *words], env=self.environment, capture_output=True, text=True
        )
        return told.returncode, told.stdout, told.stderr

    def replay(self, path: Path, start: str) -> dict[str, object]:
        """One clip, as the creek camera gave it."""
        code, out, err = self.run("replay", str(path), "--camera", "creek", "--start", start, "--json")
        assert code == 0, err
        told: dict[str, object] = json.loads(out)
        return told


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twenty seconds of a drawn bear at a creek."""
    out = tmp_path / "creek.mp4"
    with Decoder() as decoder:
        shots = [shot_of(footage.render("creek", number / 2, seed=3), 0).picture for number in range(40)]
        decoder.make_clip(shots, out, fps=2)
    return out


def test_a_drawn_clip_gives_one_bear_visit_and_a_second_time_adds_nothing(tmp_path: Path, clip: Path) -> None:
    place = Place(tmp_path, "demo")
    told = place.replay(clip, "2026-11-20T03:00:00Z")
    bears = [visit for visit in told["visits"] if visit["bear"]]  # type: ignore[attr-defined]
    assert len(bears) == 1
    assert (bears[0]["label"], bears[0]["decision"]["stage"]) == ("bear", "shadow")
    assert bears[0]["started_at"].startswith("2026-11-20T03:00:")
    assert told["notices"] == {"request": 0, "warning": 0}
    again = place.replay(clip, "2026-11-20T03:00:00Z")
    assert again["frames_new"] == 0
    assert again["visits"] == told["visits"]


def test_a_broken_file_is_told_beside_the_others(tmp_path: Path, clip: Path) -> None:
    place = Place(tmp_path, "demo")
    (tmp_path / "broken.mp4").write_bytes(clip.read_bytes()[:600])
    (tmp_path / "empty.jpg").write_bytes(b"")
    words = ["replay", str(clip), str(tmp_path / "broken.mp4"), str(tmp_path / "empty.jpg"), "--camera", "creek"]
    code, out, _ = place.run(*words, "--start", "2026-11-20T03:00:00Z", "--json")
    told = json.loads(out)
    assert code == 1
    assert sorted(Path(error["file"]).name for error in told["errors"]) == ["broken.mp4", "empty.jpg"]
    assert any(visit["bear"] for visit in told["visits"])


def test_wrong_use_is_named(tmp_path: Path, clip: Path) -> None:
    place = Place(tmp_path, "demo")
    assert place.run("replay", str(clip))[0] == 2
    assert place.run("replay", str(clip), "--camera", "creek", "--start", "yesterday")[0] == 2
    code, out, err = place.run("replay", str(clip), "--camera", "nowhere")
    assert (code, out) == (1, "")
    assert "nowhere" in err


def test_classify_prints_a_line_a_file_and_goes_on_after_a_broken_one(tmp_path: Path, clip: Path) -> None:
    place = Place(tmp_path, "demo")
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(shot_of(footage.render("creek", 12, seed=3), 0).picture)
    (folder / "b.jpg").write_bytes(b"no picture")
    code, out, _ = place.run("classify", str(folder), str(clip), "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [line["error"] is None for line in lines] == [True, False, True]
    assert (lines[0]["label"], lines[0]["bear"]) == ("bear", True)
    assert sum(lines[0]["probabilities"].values()) == pytest.approx(1)
    assert any(visit["bear"] for visit in lines[2]["visits"])
    wanted = {"file", "kind", "label", "index", "probabilities", "p_bear", "bear", "threshold", "out_of_domain_p",
              "night", "boxes", "model", "seconds", "error"}  # fmt: skip
    assert wanted <= lines[0].keys()


@pytest.mark.parametrize("kind", ["bear", "empty"])
def test_each_real_clip_with_a_bear_gives_a_bear_visit_and_the_empty_ones_none(tmp_path: Path, kind: str) -> None:
    clips = sorted(shared(f"clips/{kind}").glob("*.mp4"))
    place = Place(tmp_path, "default")
    for day, path in enumerate(clips, 10):
        told = place.replay(path, f"2026-11-{day}T03:00:00Z")
        bears = [visit for visit in told["visits"] if visit["bear"]]  # type: ignore[attr-defined]
        assert bool(bears) is (kind == "bear"), (path.name, told["visits"])


def test_a_clip_that_aborts_the_decoder_stops_nothing(tmp_path: Path) -> None:
    killer = shared("edge_cases/aborts_opencv5_demo.avi")
    code, out, _ = Place(tmp_path, "demo").run("replay", str(killer), "--camera", "creek", "--json")
    assert code in (0, 1)
    assert json.loads(out)["files"] == 1
