"""Baked in: what a network's file does itself, so that no reader can do it otherwise."""

from collections.abc import Sequence
from typing import Any

import openvino as ov
from openvino.preprocess import PrePostProcessor

from model.bundle import LABELS_AT, LABELS_JOIN


def baked(network: Any, *, side: int, labels: Sequence[str]) -> Any:
    """A network of N x 3 x side x side of 0..1 as one of N x side x side x 3 bytes, RGB, that names its labels.

    network: as ov.convert_model gives it. The labels' order is in the file, so that no manifest can give another one.
    """
    prepared = PrePostProcessor(network)
    prepared.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_shape(
        [-1, side, side, 3]
    )
    prepared.input().preprocess().convert_element_type(ov.Type.f32).scale(255.0)
    prepared.input().model().set_layout(ov.Layout("NCHW"))
    built = prepared.build()
    built.set_rt_info(LABELS_JOIN.join(labels), list(LABELS_AT))
    return built
