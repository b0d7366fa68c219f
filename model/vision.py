"""torchvision beside a torch it was not built for: its schemas are declared where they are missing."""

from collections.abc import Mapping
from typing import Any

import torch

from store.errors import BaseUnusable

IMAGENET_MEAN, IMAGENET_SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""torchvision's own weights expect RGB of 0..1 less the mean, divided by the spread."""


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


def resnet18() -> Any:
    """torchvision's ResNet-18 without weights."""
    declare()
    from torchvision.models import resnet18 as make

    return make()


def downloaded(name: str) -> Mapping[str, torch.Tensor]:
    """torchvision's own ImageNet weights, fetched. Raises BaseUnusable where they cannot be."""
    declare()
    from torchvision.models import get_model_weights

    try:
        state: Mapping[str, torch.Tensor] = get_model_weights(name).DEFAULT.get_state_dict(check_hash=True)
    except (OSError, RuntimeError) as fault:
        raise BaseUnusable(
            f"torchvision's weights for {name} could not be fetched ({fault}): fetch them elsewhere and name the "
            "file with --weights"
        ) from fault
    return state
