"""A box detector that the tests draw: it finds the same boxes in every picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from model.wrap import Wrapping

SIDE = 64


def network(folder: Path, rows: Sequence[Sequence[float]], *, side: int | None = SIDE, channels: int = 3) -> Path:
    """A network that finds the same rows in every picture."""
    shape = ov.PartialShape([1, channels, side or -1, side or -1])
    given = ops.parameter(shape, ov.Type.f32, name="images")
    nothing = ops.multiply(ops.reduce_mean(given, [0, 1, 2, 3], keep_dims=False), np.float32(0))
    model = ov.Model([ops.add(ops.constant(np.array([rows], dtype=np.float32)), nothing)], [given], "drawn")
    ov.save_model(model, folder / "drawn.xml", compress_to_fp16=False)
    return folder / "drawn.xml"


ROWS = Wrapping(name="drawn", family="rows", labels=("bear", "dog"), bear=("bear",))
SEEN = [[16.0, 8.0, 48.0, 40.0, 0.9, 0.0], [17.0, 8.0, 48.0, 40.0, 0.6, 0.0], [0.0, 0.0, 8.0, 8.0, 0.5, 1.0]]
