"""torchvision beside a torch it was not built for: its schemas are declared where they are missing."""

from typing import Any

import torch


def declare() -> None:
    """Call it before torchvision is imported."""
    for name in ("nms", "qnms"):
        try:
            torch.library.define(
                f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            )
        except RuntimeError:
            continue


def mobilenet_v2(classes: int) -> Any:
    """torchvision's MobileNetV2 without weights."""
    declare()
    from torchvision.models import mobilenet_v2 as make

    return make(num_classes=classes)
