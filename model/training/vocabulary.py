"""fastai's words in one place: torchvision must find its schemas declared before it is imported. Loads PyTorch."""

from model import vision

vision.declare()

import fastai.callback.data  # noqa: E402  gives DataBlock its weighted_dataloaders
import fastai.callback.schedule  # noqa: E402, F401  gives Learner its fine_tune
from fastai.callback.core import Callback, CancelEpochException  # noqa: E402
from fastai.callback.progress import ProgressCallback  # noqa: E402
from fastai.data.block import CategoryBlock, DataBlock  # noqa: E402
from fastai.data.transforms import IndexSplitter  # noqa: E402
from fastai.losses import CrossEntropyLossFlat  # noqa: E402
from fastai.optimizer import Adam  # noqa: E402
from fastai.torch_core import params  # noqa: E402
from fastai.vision.augment import RandomResizedCrop, Resize, ResizeMethod, aug_transforms  # noqa: E402
from fastai.vision.core import PILImage  # noqa: E402
from fastai.vision.data import ImageBlock  # noqa: E402
from fastai.vision.learner import vision_learner  # noqa: E402
from fastcore.foundation import L  # noqa: E402
from fasttransform import Transform  # noqa: E402

__all__ = [
    "Adam", "Callback", "CancelEpochException", "CategoryBlock", "CrossEntropyLossFlat",
    "DataBlock", "ImageBlock", "IndexSplitter", "L",
    "PILImage", "ProgressCallback", "RandomResizedCrop", "Resize", "ResizeMethod", "Transform", "aug_transforms",
    "params", "vision_learner",
]  # fmt: skip
