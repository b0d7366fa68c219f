"""Recipe: everything about a training that is a number or a choice. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Resize(StrEnum):
    """How a picture becomes a square: its middle, squeezed, or whole with borders. fastai's ResizeMethod."""

    CROP = "crop"
    SQUISH = "squish"
    PAD = "pad"


class Arch(StrEnum):
    """The networks that can be trained."""

    MOBILENET_V2 = "mobilenet_v2"
    RESNET18 = "resnet18"


class RecipeName(StrEnum):
    """The recipes by name."""

    CAMERA = "camera"
    BOOK = "book"


@dataclass(frozen=True, kw_only=True)
class Shares:
    """How often the camera augmentation makes each change, of 1.

    placed: its outline in another place, where it has one; far: pasted small with its own surroundings, where it has
    none. dusk: empty places as an infrared lamp with insects shows them; cluttered: with stumps, rocks and shadows.
    flash: a dark night with a weak lamp, in colour.
    """

    placed: float = 0.55
    far: float = 0.4
    dusk: float = 0.5
    cluttered: float = 0.35
    mirrored: float = 0.5
    light: float = 0.6
    infrared: float = 0.35
    flash: float = 0.15
    low: float = 0.35
    blurred: float = 0.15
    compressed: float = 0.2
    hidden: float = 0.3
    barred: float = 0.15


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """side: of the square, in pixels. freeze_epochs: head alone, before `epochs` of the whole network.

    body_rate, head_rate: the highest learning rates of `fine_tune`; rising: the share of the epochs in which they
    rise, from start_share of the highest. frozen: so many first blocks keep what the base weights know. smoothing: of
    the labels. decay: of the weights. balanced: rare labels are drawn more often. camera: shares of the camera
    augmentation; None: the book's RandomResizedCrop (of at least least_crop of the area) and aug_transforms. keeps:
    the share of the weights it began with that stands in the end (Wortsman et al., "Robust fine-tuning of zero-shot
    models", 2022); above 0 its last layer is then fitted anew (model.training.linear).
    """

    name: RecipeName
    side: int = 160
    batch: int = 32
    epochs: int
    freeze_epochs: int
    body_rate: float
    head_rate: float
    rising: float
    start_share: float
    frozen: int
    smoothing: float
    decay: float = 0.01
    balanced: bool
    resize: Resize = Resize.SQUISH
    camera: Shares | None
    least_crop: float = 0.5
    keeps: float = 0.0


RECIPES = {
    RecipeName.CAMERA: Recipe(
        name=RecipeName.CAMERA, epochs=12, freeze_epochs=0, body_rate=1e-4, head_rate=1e-3, rising=0.1,
        start_share=0.04, frozen=4, smoothing=0.05, balanced=True, camera=Shares(),
    ),
    RecipeName.BOOK: Recipe(
        name=RecipeName.BOOK, epochs=4, freeze_epochs=1, body_rate=1e-5, head_rate=1e-3, rising=0.3, start_share=0.2,
        frozen=0, smoothing=0.0, balanced=False, camera=None,
    ),
}  # fmt: skip
"""`camera`: what fixed cameras do to an animal. `book`: chapter 2 of the fastai book, as it stands there."""
