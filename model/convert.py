"""Convert: a fastai export.pkl becomes a bundle, in a process of its own. Loads no torch itself.

Opening a pickle runs whatever code is in it. That happens in the child alone, which gets neither the settings nor the
secrets of this process; it is no sandbox: convert only files that you or people you trust have made.
"""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from model.bundle import load
from store.errors import ConversionFailed, TrainingSetMissing

ROOT = Path(__file__).parents[1]
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "OMP_NUM_THREADS")
LONGEST_S = 3600.0
NEEDED = ("torch", "fastai", "torchvision")


def convert(
    export: Path, out: Path, *, name: str = "", bear: Sequence[str] = (), validate: Path | None = None,
    threshold: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Write the bundle and give the conversion report. bear: none, then the labels that are names of bears.

    Raises ConversionFailed naming the fault and the mend, TrainingSetMissing; then nothing is written.
    """
    _require(export, out, validate)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(dir=out.parent, prefix=".converting-"))
    try:
        report = _asked({
            "export": str(export.absolute()), "out": str(unfinished), "name": name or out.name, "bear": list(bear),
            "validate": str(validate.absolute()) if validate else None, "threshold": threshold,
        })  # fmt: skip
        bundle = load(unfinished)
        unfinished.chmod(0o755)
        unfinished.replace(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return {"bundle": str(out), "name": bundle.name, "sha256": bundle.sha256, **report}


def _require(export: Path, out: Path, validate: Path | None) -> None:
    for module in NEEDED:
        if importlib.util.find_spec(module) is None:
            raise TrainingSetMissing(f"{module} is not installed: pip install 'bearwatch[training]'")
    if not export.is_file():
        raise ConversionFailed(f"{export} is not there: name the file that learn.export() wrote")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConversionFailed(f"{out} is there already: name a new folder with --out")
    if validate is not None and not validate.is_dir():
        raise ConversionFailed(f"{validate} is not a folder: name one of labelled pictures with --validate")


def _asked(told: dict[str, Any]) -> dict[str, Any]:
    """The child's report. Its other output is of no use to anybody."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with TemporaryDirectory(prefix="bearwatch-") as place:
        answer = Path(place) / "answer.json"
        child = [sys.executable, "-P", "-m", "model.converting_child", json.dumps(told | {"answer": str(answer)})]
        try:
            ended = subprocess.run(
                child, env=passed | {"PYTHONPATH": path, "MPLBACKEND": "Agg"}, cwd=place, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", timeout=LONGEST_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise ConversionFailed(
                f"it took more than {LONGEST_S / 60:g} minutes and was stopped: name a smaller --validate"
            ) from None
        if not answer.is_file():
            raise ConversionFailed(f"{told['export']}: the process that opened it {_end(ended)}")
        document: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if "fault" in document:
        raise ConversionFailed(f"{told['export']}: {document['fault']}")
    return document


def _end(ended: "subprocess.CompletedProcess[str]") -> str:
    """How it ended without an answer, in one line."""
    if ended.returncode == -signal.SIGKILL:
        return "was killed, as happens when the memory is used up: close other programs, or use a larger machine"
    last = next((line.strip() for line in reversed(ended.stderr.splitlines()) if line.strip()), "and said nothing")
    said = f"ended with {ended.returncode} ({last[:200]})"
    return f"{said}: open it with fastai's load_learner yourself, mend what that says, and export it again"
