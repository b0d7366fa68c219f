"""Wrap: somebody's box detector, as ONNX or OpenVINO's IR, becomes a bundle that is checked like any other."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import openvino as ov
from openvino.preprocess import ColorFormat, PrePostProcessor

from model import bundle, opening
from model.bundle import BOXES, EMPTY, LABELS_AT, LABELS_JOIN, NETWORK, Bundle
from model.detections import Detection
from model.layouts import LAYOUTS, Layout
from store.errors import ConversionFailed

THRESHOLD = 0.4
TILE_PENALTY = 0.0
ENDINGS = (".onnx", ".xml")


@dataclass(frozen=True, kw_only=True)
class Wrapping:
    """What is known of the network. labels: in the order of its scores. size: of its square, 0 where it says so."""

    name: str
    family: str
    labels: Sequence[str]
    bear: Sequence[str]
    size: int = 0
    threshold: float = THRESHOLD
    licence: str = ""


def wrap(network: Path, out: Path, told: Wrapping) -> Bundle:
    """Write the bundle. Raises ConversionFailed naming the fault and the mend; then nothing is written."""
    _require(network, out, told)
    model = _read(network)
    side = _side(network, model, told.size)
    labels = [*told.labels, *([] if EMPTY in told.labels else [EMPTY])]
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(dir=out.parent, prefix=".wrapping-"))
    try:
        built = _fed(model, LAYOUTS[told.family], side)
        built.set_rt_info(LABELS_JOIN.join(labels), list(LABELS_AT))
        ov.save_model(built, unfinished / NETWORK, compress_to_fp16=False)
        (unfinished / "CARD.md").write_text(_card(network, told), encoding="utf-8")
        made = bundle.write(unfinished, _manifest(network, told, labels, side))
        _try(network, made)
        unfinished.chmod(0o755)
        unfinished.replace(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return bundle.load(out)


def _require(network: Path, out: Path, told: Wrapping) -> None:
    if not network.is_file() or network.suffix.lower() not in ENDINGS:
        raise ConversionFailed(f"{network} is no file that ends in .onnx or .xml: name the detector's own")
    if told.family not in LAYOUTS:
        raise ConversionFailed(f'the family "{told.family}" is not known: name one of {", ".join(LAYOUTS)}')
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConversionFailed(f"{out} is there already: name a new folder with --out")
    if len(set(told.labels)) != len(told.labels) or not all(told.labels):
        raise ConversionFailed("its labels must be different words, one for each score, in their order")
    if any(LABELS_JOIN in label for label in told.labels):
        raise ConversionFailed(f'a label must not hold "{LABELS_JOIN}": name it otherwise')
    if not told.bear or not set(told.bear) <= set(told.labels) - {EMPTY}:
        raise ConversionFailed(
            f"bears {', '.join(told.bear) or 'none'} are not among its labels: name them with --bear"
        )


def _read(network: Path) -> Any:
    try:
        return ov.Core().read_model(network)
    except RuntimeError as fault:
        said = str(fault).strip().splitlines()[-1][:200]
        raise ConversionFailed(f"{network} cannot be read ({said}): export it anew as plain ONNX") from None


def _side(network: Path, model: Any, size: int) -> int:
    """The side of its square."""
    if len(model.inputs) != 1 or model.input(0).partial_shape.rank.get_length() != 4:
        raise ConversionFailed(f"{network} must take one picture as 1 x 3 x side x side: export it so")
    _, channels, high, wide = model.input(0).partial_shape
    sides = {int(one.get_length()) for one in (high, wide) if one.is_static} or ({size} if size else set())
    if channels.is_static and channels.get_length() != 3:
        raise ConversionFailed(f"{network} takes {channels} channels first, not 3: export it as 1 x 3 x side x side")
    if not sides:
        raise ConversionFailed(f"{network} does not say the size of its picture: name it with --size")
    if len(sides) != 1 or (size and sides != {size}):
        told = " x ".join(map(str, sorted(sides)))
        raise ConversionFailed(
            f"{network} takes {told}; what is needed is one square: export it so, or correct --size"
        )
    return sides.pop()


def _fed(model: Any, layout: Layout, side: int) -> Any:
    """The network with what its family does to a picture of bytes (RGB, N x side x side x 3) before it."""
    model.reshape({model.input(0): [1, 3, side, side]})
    fed = PrePostProcessor(model)
    fed.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_color_format(ColorFormat.RGB)
    steps = fed.input().preprocess().convert_element_type(ov.Type.f32)
    if layout.colour == "BGR":
        steps.convert_color(ColorFormat.BGR)
    if layout.divide != 1:
        steps.scale(layout.divide)
    if layout.mean:
        steps.mean(list(layout.mean)).scale(list(layout.spread))
    fed.input().model().set_layout(ov.Layout("NCHW"))
    return fed.build()


def _manifest(network: Path, told: Wrapping, labels: Sequence[str], side: int) -> Mapping[str, Any]:
    return {
        "name": told.name, "version": datetime.now(UTC).strftime("%Y.%m.%d"), "kind": BOXES, "family": told.family,
        "labels": list(labels), "bear": list(told.bear), "threshold": told.threshold, "temperature": 1.0,
        "tile_penalty": TILE_PENALTY, "input": {"size": side, "colour": "RGB", "layout": "NHWC, bytes"},
        "licence": told.licence or "as its maker says", "origin": network.name,
        "origin_sha256": bundle.digest_of(network),
    }  # fmt: skip


def _try(network: Path, made: Bundle) -> None:
    """Look at one grey picture: a wrong family or a wrong number of labels shows at once."""
    grey = np.full((made.input_size, made.input_size, 3), 128, dtype=np.uint8)
    try:
        detector = opening.detector(made)
        found = detector.detect(detector.prepare(grey))
        fits = isinstance(found, Detection) and all(0 <= p <= 1 for p in found.probabilities.values())
    except (ValueError, IndexError, RuntimeError):
        fits = False
    if not fits:
        shapes = ", ".join(str(list(output.partial_shape)) for output in ov.Core().read_model(network).outputs)
        raise ConversionFailed(
            f"{network} gives {shapes}, which is not {made.family} with {len(made.labels) - 1} labels: name another "
            f"--family ({', '.join(LAYOUTS)}) or the labels that it was trained with"
        )


def _card(network: Path, told: Wrapping) -> str:
    licence = told.licence or "as its maker says"
    return (
        f"# {told.name}\n\nA detector of boxes ({told.family}), made of {network.name}. Bears: "
        f"{', '.join(told.bear)}; threshold {told.threshold:g}. Licence: {licence}.\n\n## Limits\n\nHow good it is "
        "on your cameras is not known: measure it with `bearwatch model evaluate`, compare it with `bearwatch model "
        "compare`, and begin in shadow. Its scores are not calibrated. It has no bank, so it never says that a "
        "picture is unlike what it was trained on.\n"
    )
