"""Windowed: a crop's network made to judge every square of a larger picture at once."""

from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as ops

STRIDE = 32
"""Squares lie so many pixels apart: one cell of the map of features that the networks known here make."""


def squares(length: int, side: int) -> int:
    """How many squares lie along so many pixels.

    >>> squares(160, 160), squares(1728, 160)
    (1, 50)
    """
    return -(-length // STRIDE) + 1 - -(-side // STRIDE)


def windowed(xml: Path, *, side: int) -> Any | None:
    """The network for 1 x H x W x 3 bytes, RGB, any H and W from side on; gives logits of squares by row: N x labels.

    side: of the square, in pixels. None where the network does not take the mean over its map and nothing but that.
    """
    network = ov.Core().read_model(xml)
    pools = [node for node in network.get_ordered_ops() if node.get_type_name() == "ReduceMean"]
    after = [user.get_node() for user in pools[-1].output(0).get_target_inputs()] if pools else []
    if len(after) != 1 or after[0].get_type_name() != "Reshape":
        return None
    features, cells = pools[-1].input_value(0), squares(side, STRIDE)
    means = ops.avg_pool(features, [1, 1], [0, 0], [0, 0], [cells, cells], exclude_pad=True)
    rows = ops.transpose(means, ops.constant(np.array([0, 2, 3, 1])))
    width_of_one = features.get_partial_shape()[1].get_length()
    flat = ops.reshape(rows, ops.constant(np.array([-1, width_of_one])), special_zero=False)
    after[0].output(0).replace(flat.output(0))
    found = ov.Model([network.output(0)], network.get_parameters())
    found.reshape({found.input(0): [1, -1, -1, 3]})
    return found
