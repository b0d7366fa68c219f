"""Converting: a fastai vision learner as a bundle that gives the same answers. Runs in the converting child only."""

import io
import warnings
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fastai
import openvino as ov
import torch
from fastai.learner import Learner, load_learner

from ingest.decoding import Decoder
from model import bundle, pickles, recipes, twins
from model.baked import baked
from model.bundle import NETWORK, WHOLE, Bundle
from model.recipes import Recipe
from model.traced import Traced
from store.errors import ConversionFailed

BEARS = ("bear", "grizzly", "black", "brown", "polar")
"""What the labels of bears are called where nobody says which they are; with or without "bear" behind."""

NO_LEARNER = "it holds no fastai learner: export the whole learner with learn.export(), not its weights or network"
THRESHOLD = 0.5


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for, as model.convert passes it on."""

    export: str
    out: str
    name: str
    bear: Sequence[str]
    validate: str | None
    threshold: float | None
    answer: str


def convert(wanted: Wanted) -> dict[str, Any]:
    """Write the bundle, and give the report. Raises ConversionFailed."""
    path = Path(wanted.export)
    pickles.check(path, fastai.__version__)
    learner = _loaded(path)
    recipe = recipes.read(learner)
    bears = _bears(recipe.labels, wanted.bear)
    traced = Traced(learner.model.eval(), recipe.steps)
    with TemporaryDirectory(prefix="bearwatch-") as place, Decoder() as decoder:
        pictures = twins.pictures(wanted.validate, Path(place))
        made = _written(traced, recipe, bears, wanted)
        found, left_out = twins.compared(learner, made, pictures, decoder)
    if max(one.difference for one in found) > twins.TOLERANCE:
        raise ConversionFailed(twins.differs(found))
    by = "validation set" if wanted.validate else "drawn by Bearwatch"
    report = {"pictures": by, **twins.report(found, left_out)}
    _finish(Path(wanted.out), made, report)
    return {**report, "labels": list(made.labels), "bear": list(bears), "threshold": made.threshold}


def _loaded(path: Path) -> Learner:
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            learner = load_learner(path)
    except (AttributeError, ImportError, UnboundLocalError, RuntimeError) as fault:
        if "no attribute 'dls'" in str(fault):
            raise ConversionFailed(NO_LEARNER) from None
        if "Custom classes or functions" in str(fault):
            named = str(fault).strip().splitlines()[-1].strip()
            raise ConversionFailed(
                f"it needs a class or function that is not here ({named}): if it is yours, set PYTHONPATH to the "
                f"folder of its file; if it is fastai's, {pickles.OTHER_FASTAI.format(version=fastai.__version__)}"
            ) from None
        said = str(fault).strip().splitlines()[0][:160] if str(fault).strip() else type(fault).__name__
        raise ConversionFailed(f"{pickles.OTHER_FASTAI.format(version=fastai.__version__)} ({said})") from None
    if not isinstance(learner, Learner):
        raise ConversionFailed(NO_LEARNER)
    return learner


def _bears(labels: Sequence[str], said: Sequence[str]) -> tuple[str, ...]:
    known = [label for label in labels if label.lower().replace(" ", "_").removesuffix("_bear") in BEARS]
    bears = tuple(said) or tuple(known)
    if not bears or not set(bears) < set(labels):
        raise ConversionFailed(
            f"which of its labels are bears is not known ({', '.join(labels)}): name some of them, "
            "not all, with --bear"
        )
    return bears


def _written(traced: Traced, recipe: Recipe, bears: tuple[str, ...], wanted: Wanted) -> Bundle:
    folder, side = Path(wanted.out), recipe.side
    with torch.no_grad():
        example = torch.zeros(1, 3, side, side)
        logits = traced(example)[0]
        if logits.ndim != 2 or logits.shape[1] != len(recipe.labels):
            raise ConversionFailed(
                f"its network gives {tuple(logits.shape)} for one picture and not one number for each of its "
                f"{len(recipe.labels)} labels: only classifiers of pictures can be converted"
            )
        converted = ov.convert_model(traced, example_input=example, input=[-1, 3, side, side])
    built = baked(converted, side=side, labels=recipe.labels)
    ov.save_model(built, folder / NETWORK, compress_to_fp16=False)
    return bundle.write(folder, _manifest(recipe, bears, wanted))


def _manifest(recipe: Recipe, bears: tuple[str, ...], wanted: Wanted) -> dict[str, Any]:
    resize = recipe.resize if recipe.resize["method"] == "pad" else {**recipe.resize, "pad": "reflection"}
    return {
        "name": wanted.name, "version": datetime.now(UTC).strftime("%Y.%m.%d"), "labels": list(recipe.labels),
        "bear": list(bears), "temperature": 1.0, "tile_penalty": 0.0, "precision": "f32",
        "threshold": THRESHOLD if wanted.threshold is None else wanted.threshold,
        "input": {
            "size": recipe.side, "colour": "RGB", "layout": "NHWC, bytes", "resize": resize, "look": WHOLE,
            "normalised": "inside the network",
        },
        "trained": f"a fastai learner, converted with fastai {fastai.__version__}",
        "licence": "as its maker says",
    }  # fmt: skip


def _finish(folder: Path, made: Bundle, report: dict[str, Any]) -> None:
    """The report into the manifest, and a card that says what nobody has measured."""
    told = {key: value for key, value in made.manifest.items() if key not in ("files", "format")}
    bundle.write(folder, {**told, "conversion": report})
    (folder / "CARD.md").write_text(_card(made, report), encoding="utf-8")


def _card(made: Bundle, report: dict[str, Any]) -> str:
    resize = made.fit
    return (
        f"# {made.name}\n\nA fastai learner as a bundle. Labels: {', '.join(made.labels)}; bears: "
        f"{', '.join(made.bear_labels)}. Threshold {made.threshold:g}.\n\n"
        f"It looks at {resize.side} x {resize.side} pixels ({resize.method} to {resize.to}), once a picture and once "
        "at each place that moved.\n\n"
        f"Compared with the learner on {report['n']} pictures ({report['pictures']}): largest difference of a "
        f"probability {report['max_difference']:.6f}, same label in {report['label_agreement']:.1%}.\n\n"
        "## Limits\n\nHow good it is on your cameras is not known: measure it with `bearwatch model evaluate`, "
        "compare it with `bearwatch model compare`, and begin in shadow. Its probabilities are the learner's and not "
        "calibrated. It has no bank, so it never says that a picture is unlike what it was trained on.\n"
    )
