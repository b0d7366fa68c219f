"""An SD card is taken in and the process is killed in the middle: a second run ends it and adds nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from ingest import footage
from ingest.sources import shot_of
from store import decisions, tables
from store.session import make_engine, reading
from tests.api.commands import PARK, ROOT, Commands
from tests.ingest.drawings import encoded, landscape

pytestmark = pytest.mark.long

PICTURES = 60


def fill(card: Path) -> None:
    """Pictures, two of them with a bear, and three files that are none."""
    card.mkdir()
    for number in range(PICTURES - 3):
        bear = number in (5, 50)
        drawn = footage.render("creek", 12, seed=number) if bear else footage.render("creek", 60, seed=number)
        (card / f"IMG_{number:04d}.JPG").write_bytes(shot_of(drawn, 0).picture)
    whole = encoded(landscape(320, 240))
    (card / "IMG_0010b.JPG").write_bytes(whole[: len(whole) // 2])
    (card / "IMG_0020b.JPG").write_bytes(b"")
    (card / "IMG_0030b.JPG").write_bytes(b"no picture at all")


def test_a_killed_card_goes_on_where_it_was_and_adds_nothing_twice(tmp_path: Path) -> None:
    commands = Commands(folder=tmp_path)
    assert commands.run("park", "apply", commands.file("park.toml", PARK)).code == 0
    fill(tmp_path / "card")
    words = ("replay", "card", "--camera", "creek", "--bulk", "--json")
    engine = make_engine(f"sqlite:///{commands.data_dir / 'bearwatch.db'}")

    def decided() -> int:
        with reading(engine) as session:
            return decisions.count(session)

    running = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", *words], cwd=tmp_path, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ, "PYTHONPATH": str(ROOT), "BEARWATCH_DATA_DIR": str(commands.data_dir),
            "BEARWATCH_MODEL": str(ROOT / "model" / "bundles" / "demo"),
        },
    )  # fmt: skip
    try:
        while decided() < 5:
            assert running.poll() is None
            time.sleep(0.02)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert decided() < PICTURES - 2, "it was killed too late to show anything"
    told = commands.run(*words)
    assert told.code == 1, "three files are broken"
    document = told.document
    assert document["files"] == PICTURES
    assert document["frames_kept"] == PICTURES - 2
    assert document["frames_new"] < PICTURES - 2
    broken = {Path(error["file"]).name for error in document["errors"]}
    assert broken == {"IMG_0010b.JPG", "IMG_0020b.JPG", "IMG_0030b.JPG"}
    assert (document["alerts"], document["notices"]) == ([], {"request": 0, "warning": 0})
    with reading(engine) as session:
        names = Counter((row.sha256, row.stated_key) for row in session.query(tables.Frame))
        assert len(names) == decisions.count(session) == PICTURES - 2
        assert set(names.values()) == {1}
    again = commands.run(*words).document
    assert (again["frames_new"], again["visits"]) == (0, document["visits"])
    engine.dispose()
