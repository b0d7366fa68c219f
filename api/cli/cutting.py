"""`model cut`: a training folder gets outlines, surroundings, near crops and places without their animals."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say, watched


def cut(
    data: Path,
    boxes: Annotated[
        Path | None, typer.Option(help="A bundle that finds boxes (`model wrap`); none: only boxes of labels.csv.")
    ] = None,
    json: Json = False,
) -> None:
    """Cut animals out of the pictures in DATA, for training: outlines, surroundings, and far ones in near crops.

    What it makes lies in DATA/cut and in labels.csv; look at it, and delete what is wrong. Again changes nothing.
    """
    from model import cutting, opening
    from model.bundle import load

    finder = opening.detector(load(boxes)) if boxes is not None else None
    with watched() as watch:
        made = cutting.cut(data, finder, lambda done, of: watch(f"cutting {of} pictures", done / of))
    told = vars(made)
    if json:
        as_json(told)
        return
    say(
        f"{made.pictures} pictures: {made.cutouts} outlines, {made.surroundings} strips of surroundings, "
        f"{made.far} far animals shown near and painted out"
    )
