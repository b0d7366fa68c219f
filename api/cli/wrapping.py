"""`model wrap`: somebody's box detector as a bundle."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say


def add_to(model: typer.Typer) -> None:
    """Add this command."""
    model.command("wrap")(wrap)


def wrap(
    network: Annotated[Path, typer.Argument(help="FILE.onnx, or FILE.xml with its .bin beside it.")],
    out: Annotated[Path, typer.Option(help="The new bundle's folder.")],
    family: Annotated[str, typer.Option(help="yolox, nanodet, yolov5 (MegaDetector 5), yolov8, or rows.")],
    labels: Annotated[str, typer.Option(help="Its labels in order: a file with one a line, with commas, or coco.")],
    bear: Annotated[str, typer.Option(help="The labels that are bears, with commas.")] = "bear",
    name: Annotated[str, typer.Option(help="The bundle's name; else that of its folder.")] = "",
    size: Annotated[int, typer.Option(min=0, help="The side of its square, where the file does not say it.")] = 0,
    threshold: Annotated[float, typer.Option(min=0, max=1, help="The score of a bear that counts.")] = 0.4,
    licence: Annotated[str, typer.Option(help="Under which licence it may be used.")] = "",
    json: Json = False,
) -> None:
    """Make a bundle of a box detector, for `model add`. What it was trained on is its maker's word."""
    from model.wrap import Wrapping
    from model.wrap import wrap as make

    told = Wrapping(
        name=name or out.name, family=family, labels=_listed(labels), bear=_listed(bear), size=size,
        threshold=threshold, licence=licence,
    )  # fmt: skip
    made = make(network, out, told)
    if json:
        as_json({
            "bundle": str(out), "name": made.name, "sha256": made.sha256, "labels": made.labels,
            "bear": made.bear_labels, "size": made.input_size, "threshold": made.threshold,
        })  # fmt: skip
    else:
        say(f"{made.name} {made.sha256} in {out}: `bearwatch model add {out}` makes it known; it begins in shadow")


def _listed(said: str) -> tuple[str, ...]:
    from model.coco import COCO

    if said == "coco":
        return COCO
    file = Path(said)
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else said.split(",")
    return tuple(line.strip() for line in lines if line.strip())
