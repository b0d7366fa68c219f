"""Recipes: how a fastai learner looks at a picture that it judges, read off its transforms. Converting child only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from fastai.learner import Learner
from PIL import Image
from torch import Tensor
from torch.nn import functional

from store.errors import ConversionFailed

OTHER_KINDS = ("fastai.text", "fastai.tabular", "fastai.collab", "fastai.medical")

Step = Callable[[Tensor], Tensor]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the learner looks at a judging picture: its labels, the square it gets, and what a batch goes through."""

    labels: tuple[str, ...]
    side: int
    resize: dict[str, Any]
    steps: tuple[Step, ...]


def read(learner: Learner) -> Recipe:
    """Raises ConversionFailed where the learner is of another kind, or looks at pictures in a way of its own."""
    kind = f"{type(learner).__module__}.{type(learner).__name__}"
    loader = learner.dls.valid
    if kind.startswith(OTHER_KINDS) or type(loader).__module__.startswith(OTHER_KINDS):
        raise ConversionFailed(
            f"it is a {type(learner).__name__} and not one for pictures: only classifiers of pictures "
            "can be converted"
        )
    vocab = getattr(learner.dls, "vocab", None)
    loss = type(learner.loss_func).__name__
    if vocab is None or not all(isinstance(label, str) for label in vocab):
        raise ConversionFailed(
            "its labels are not one list of words, so it is no classifier of pictures: train one with CategoryBlock"
        )
    if "BCE" in loss or "MSE" in loss:
        raise ConversionFailed(f"it gives several labels a picture ({loss}): train one with CategoryBlock")
    side, resize = _item(loader.after_item.fs)
    return Recipe(
        labels=tuple(map(str, vocab)), side=side, resize=resize, steps=tuple(_steps(loader.after_batch.fs, side))
    )


def _item(transforms: Sequence[Any]) -> tuple[int, dict[str, Any]]:
    """The side and the manifest's `resize`."""
    sizes = []
    for one in transforms:
        kind = type(one).__name__
        if kind == "ToTensor" or one.split_idx == 0:
            continue
        if kind == "Resize" and _bilinear(one):
            sizes.append(({"method": str(one.method), "pad": str(one.pad_mode)}, tuple(one.size), 0))
        elif kind == "RandomResizedCrop" and _bilinear(one):
            extra = int(np.ceil(max(one.size) * one.val_xtra / 8) * 8)
            sizes.append(({"method": "squish"}, tuple(one.size), extra))
        else:
            raise ConversionFailed(
                f"its item_tfms hold {kind}, which a bundle cannot do: train with Resize or RandomResizedCrop"
            )
    if len(sizes) != 1 or len(set(sizes[0][1])) != 1:
        raise ConversionFailed(
            "its item_tfms must make one square, by one Resize or RandomResizedCrop: train with that"
        )
    ((told, size, extra),) = sizes
    return int(size[0]), {**told, "to": int(size[0]) + extra}


def _bilinear(one: Any) -> bool:
    return bool(one.mode == Image.Resampling.BILINEAR)


def _steps(transforms: Sequence[Any], side: int) -> Iterator[Step]:
    """What a judging batch of 0..1 goes through, as plain functions of tensors."""
    for one in transforms:
        kind = type(one).__name__
        if one.split_idx == 0 or (kind == "IntToFloatTensor" and one.div == 255):
            continue
        if kind == "Normalize":
            yield _normalised(one)
        elif kind == "RandomResizedCropGPU":
            shares = [int(side * one.valid_scale)] * 2
            yield _resampled(side, shares[0], tuple(one.size), one.mode, "reflection", align=True)
        elif hasattr(one, "aff_fs") and hasattr(one, "size"):
            if one.size is not None:
                size = (one.size, one.size) if isinstance(one.size, int) else tuple(one.size)
                yield _resampled(side, side, size, one.mode, str(one.pad_mode), align=bool(one.align_corners))
        else:
            raise ConversionFailed(
                f"its batch_tfms hold {kind}, which a bundle cannot do: train with aug_transforms and Normalize only"
            )


def _normalised(one: Any) -> Step:
    mean, std = (torch.as_tensor(part).detach().float().cpu().as_subclass(Tensor) for part in (one.mean, one.std))
    return lambda pixels: (pixels - mean) / std


def _resampled(side: int, kept: int, size: tuple[int, ...], mode: str, pad: str, *, align: bool) -> Step:
    """fastai's resizing of a batch: the middle kept x kept of side x side, at this size."""
    edge, shrink = (side - kept) // 2, min(kept / size[0], kept / size[1]) / 2
    eye = torch.eye(2, 3)[None]
    grid = functional.affine_grid(eye, [1, 3, *size], align_corners=align)

    def resample(pixels: Tensor) -> Tensor:
        seen = pixels[..., edge : edge + kept, edge : edge + kept]
        if mode == "bilinear" and shrink > 1:
            seen = functional.interpolate(seen, scale_factor=1 / shrink, mode="area", recompute_scale_factor=True)
        where = grid.expand(seen.shape[0], -1, -1, -1)
        return functional.grid_sample(seen, where, mode=mode, padding_mode=pad, align_corners=align)

    return resample
