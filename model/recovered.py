"""MobileNetV2 with its batch norms folded into the convolutions. Needs the training extra.

So does TensorFlow's quantised network give its weights: each convolution has a bias, each BatchNorm2d is an identity,
and stride-2 convolutions pad one row and column at the bottom and right, as TensorFlow's SAME does.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from model.vision import IMAGENET_MEAN, IMAGENET_SPREAD, mobilenet_v2

IMAGENET_CLASSES = 1001
WIDTH = 1280
"""So many features does the network give."""

Arrays = Mapping[str, npt.NDArray[np.floating]]


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


def features() -> nn.Sequential:
    """The folded network without its head, not yet taught: N x 3 x H x W of -1..1 to N x 1280 x H/32 x W/32."""
    network = mobilenet_v2(IMAGENET_CLASSES)
    for name, module in list(network.named_modules()):
        parent, own = network.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2]
        if isinstance(module, nn.BatchNorm2d):
            setattr(parent, own, nn.Identity())
        elif isinstance(module, nn.Conv2d):
            module.bias = nn.Parameter(torch.zeros(module.out_channels))
            nn.init.kaiming_normal_(module.weight, mode="fan_out")
            if module.stride == (2, 2):
                module.padding = (0, 0)
                setattr(parent, own, nn.Sequential(BottomRight(), module))
    found: nn.Sequential = network.features
    return found


def fill(network: nn.Module, kept: Arrays) -> None:
    """Give the features recovered weights: NN.weight and NN.bias in the order of the convolutions.

    Raises KeyError or RuntimeError where they are another network's.
    """
    layers = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    for number, layer in enumerate(layers):
        for part, own in (("weight", layer.weight), ("bias", layer.bias)):
            assert own is not None
            own.data = torch.tensor(kept[f"{number:02d}.{part}"], dtype=torch.float32).reshape(own.shape)


def folded(state: Mapping[str, Tensor]) -> dict[str, npt.NDArray[np.floating]]:
    """torchvision's MobileNetV2 weights as recovered ones: batch norms folded, ImageNet's normalisation too.

    Its stride-2 convolutions pad on all sides: the same features, seen from a place moved by less than a cell.
    Raises KeyError or RuntimeError where they are another network's.
    """
    network = mobilenet_v2(len(state["classifier.1.bias"]))
    network.load_state_dict(dict(state))
    pairs, kept = _pairs(network), dict[str, npt.NDArray[np.floating]]()
    for number, (layer, norm) in enumerate(pairs):
        assert norm.running_var is not None and norm.running_mean is not None
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight, bias = layer.weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale
        if number == 0:
            mean, spread = (torch.tensor(of)[None, :, None, None] for of in (IMAGENET_MEAN, IMAGENET_SPREAD))
            bias = bias + (weight * (0.5 - mean) / spread).sum(dim=(1, 2, 3))
            weight = weight / (2 * spread)
        kept[f"{number:02d}.weight"], kept[f"{number:02d}.bias"] = weight.detach().numpy(), bias.detach().numpy()
    return kept


def _pairs(network: Any) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    parts = list(network.features.modules())
    layers = [part for part in parts if isinstance(part, nn.Conv2d)]
    norms = [part for part in parts if isinstance(part, nn.BatchNorm2d)]
    return list(zip(layers, norms, strict=True))
