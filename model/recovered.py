"""MobileNetV2 with weights recovered from a quantised TensorFlow network. Needs the training extra.

The batch norms are folded into the convolutions, so each convolution has a bias and each BatchNorm2d is an
identity; stride-2 convolutions pad one row and column at the bottom and right, as TensorFlow's SAME does.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from model.vision import mobilenet_v2
from store.errors import TrainingDataUnusable

IMAGENET_CLASSES = 1001


class Scaled(nn.Module):
    """Pixels of 0..1 as the network wants them: -1..1."""

    def forward(self, pixels: Tensor) -> Tensor:
        """N x 3 x H x W."""
        return pixels * 2 - 1


class BottomRight(nn.Module):
    """One row and column of zeros at the bottom and right."""

    def forward(self, pixels: Tensor) -> Tensor:
        """N x C x H x W to N x C x H+1 x W+1."""
        return nn.functional.pad(pixels, (0, 1, 0, 1))


class Classifier(nn.Module):
    """Features of MobileNetV2 and a linear head over them."""

    def __init__(self, features: nn.Module, width: int, labels: int) -> None:
        super().__init__()
        self.scale, self.features = Scaled(), features
        self.pool, self.head = nn.AdaptiveAvgPool2d(1), nn.Sequential(nn.Dropout(0.2), nn.Linear(width, labels))

    def forward(self, pixels: Tensor) -> Tensor:
        """N x 3 x H x W, RGB of 0..1, to N x labels."""
        logits: Tensor = self.head(self.embed(pixels))
        return logits

    def embed(self, pixels: Tensor) -> Tensor:
        """N x 3 x H x W to N x 1280: what the head judges by."""
        pooled: Tensor = self.pool(self.features(self.scale(pixels)))
        return pooled.flatten(1)


def classifier(weights: Path, labels: int) -> Classifier:
    """The recovered network with a new head. Raises TrainingDataUnusable where the file is another network."""
    network = mobilenet_v2(IMAGENET_CLASSES)
    convolutions = _without_norms(network)
    with np.load(weights) as kept:
        try:
            for number, module in enumerate([*convolutions, network.classifier[-1]]):
                module.weight.data = (
                    torch.from_numpy(kept[f"{number:02d}.weight"]).reshape(module.weight.shape).float()
                )
                module.bias = nn.Parameter(torch.from_numpy(kept[f"{number:02d}.bias"]).float())
        except (KeyError, RuntimeError) as fault:
            raise TrainingDataUnusable(f"{weights} does not hold MobileNetV2's weights ({fault})") from fault
    return Classifier(network.features, network.last_channel, labels)


def _without_norms(network: nn.Module) -> list[nn.Conv2d]:
    found = []
    for name, module in list(network.named_modules()):
        parent = network.get_submodule(name.rpartition(".")[0])
        if isinstance(module, nn.BatchNorm2d):
            setattr(parent, name.rpartition(".")[2], nn.Identity())
        elif isinstance(module, nn.Conv2d):
            found.append(module)
            if module.stride == (2, 2):
                module.padding = (0, 0)
                setattr(parent, name.rpartition(".")[2], nn.Sequential(BottomRight(), module))
    return found
