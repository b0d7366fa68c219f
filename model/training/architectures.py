"""Architectures: the networks that can be trained, as parts that fastai's vision_learner joins. Loads PyTorch.

What a picture needs before the network (its normalisation) is the first part of the network itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from model import recovered, vision
from model.training.recipe import Arch

Network = Any
"""vision_learner's: a Sequential of body and head."""


class Normalised(nn.Module):
    """Pixels of 0..1 less ImageNet's mean, divided by its spread."""

    mean: Tensor
    spread: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name, of in (("mean", vision.IMAGENET_MEAN), ("spread", vision.IMAGENET_SPREAD)):
            self.register_buffer(name, torch.tensor(of)[:, None, None], persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """N x 3 x H x W."""
        return (pixels - self.mean) / self.spread


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """parts: of the body, in order, with a pooling layer at the end where vision_learner cuts.

    head: of its own for so many labels, or None for fastai's. blocks: of a body, the first of which a recipe may keep
    frozen. taught_by: fill a body with torchvision's weights of this network; KeyError or RuntimeError where they are
    another's.
    """

    parts: Callable[[], list[nn.Module]]
    head: Callable[[int], nn.Module] | None
    blocks: Callable[[Any], list[nn.Module]]
    taught_by: Callable[[Any, Mapping[str, Tensor]], None]

    def body(self, **_: object) -> nn.Module:
        """What vision_learner asks of an architecture; it never fetches weights."""
        return nn.Sequential(*self.parts(), nn.AdaptiveAvgPool2d(1))


def _mobilenet() -> list[nn.Module]:
    return [recovered.Scaled(), recovered.features()]


def _resnet() -> list[nn.Module]:
    return [Normalised(), *list(vision.resnet18().children())[:-2]]


def _linear(labels: int) -> nn.Module:
    """One linear layer over the pooled features."""
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(recovered.WIDTH, labels)
    )  # fmt: skip


def _fill_mobilenet(body: Any, state: Mapping[str, Tensor]) -> None:
    recovered.fill(body[1], recovered.folded(state))


def _fill_resnet(body: Any, state: Mapping[str, Tensor]) -> None:
    network = vision.resnet18()
    own = {name: value for name, value in state.items() if not name.startswith("fc.")}
    missing = network.load_state_dict(own, strict=False)
    if wrong := [*(name for name in missing.missing_keys if not name.startswith("fc.")), *missing.unexpected_keys]:
        raise KeyError(wrong[0])
    parts = nn.Sequential(*list(network.children())[:-2])
    nn.Sequential(*list(body)[1:]).load_state_dict(parts.state_dict())


ARCHITECTURES = {
    Arch.MOBILENET_V2: Architecture(
        parts=_mobilenet, head=_linear, blocks=lambda body: list(body[1]), taught_by=_fill_mobilenet
    ),
    Arch.RESNET18: Architecture(
        parts=_resnet, head=None, blocks=lambda body: list(body)[1:], taught_by=_fill_resnet
    ),
}  # fmt: skip
