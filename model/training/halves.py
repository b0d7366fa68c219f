"""Half floats: a network's weights in a file without code, from which a later training goes on. Loads PyTorch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

LARGEST = float(np.finfo(np.float16).max)


def write(path: Path, network: nn.Module) -> None:
    """Every weight and buffer by its name."""
    save(path, {name: value.detach().cpu().numpy() for name, value in network.state_dict().items()})


def save(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Arrays by name; what half floats cannot hold stays as it is."""
    halved: dict[str, Any] = {name: _half(value) for name, value in arrays.items()}
    np.savez_compressed(path, **halved)


def read(path: Path) -> Mapping[str, Tensor]:
    """The same, as torch wants it. Raises OSError or ValueError where it is no such file."""
    with np.load(path, allow_pickle=False) as kept:
        found = {name: torch.from_numpy(np.asarray(kept[name])) for name in kept.files}
    return {name: value.float() if value.is_floating_point() else value for name, value in found.items()}


def _half(value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    fits = np.issubdtype(value.dtype, np.floating) and float(np.abs(value).max(initial=0)) <= LARGEST
    return value.astype(np.float16) if fits else value
