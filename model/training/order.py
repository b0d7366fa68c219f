"""Order: what a training was asked for, in full, so that going on with a run means the same run. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from model.training.recipe import RECIPES, Arch, Recipe, RecipeName, Resize
from store.errors import BaseUnusable


class Start(StrEnum):
    """Where the weights come from."""

    BASE = "base"
    WEIGHTS = "weights"
    DOWNLOAD = "download-weights"
    SCRATCH = "from-scratch"


CHOICES = (
    "--base default or --base BUNDLE (a bundle of this product), --weights FILE (.npz, .pth), --download-weights "
    "(torchvision's, from the Internet), or --from-scratch (needs many thousand pictures)"
)


NONE = "none: begun with random weights"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was said on the command line; None: nothing. base: a bundle's folder."""

    base: Path | None = None
    weights: Path | None = None
    download_weights: bool | None = None
    from_scratch: bool | None = None
    arch: Arch | None = None
    recipe: RecipeName | None = None
    resize: Resize | None = None
    side: int | None = None
    batch: int | None = None
    epochs: int | None = None
    seed: int | None = None
    name: str | None = None
    bear: str | None = None
    keeps: float | None = None
    second: Path | None = None

    def plain(self) -> dict[str, Any]:
        """For JSON: what was said, and nothing else; paths in full, so that they lead there from any folder."""
        return {
            name: str(said.absolute()) if isinstance(said, Path) else said
            for name, said in asdict(self).items()
            if said is not None
        }

    def filled(self, before: Mapping[str, Any]) -> "Asked":
        """What was said before (plain) stands where nothing is said now."""
        kinds = {"base": Path, "weights": Path, "second": Path, "arch": Arch, "resize": Resize, "recipe": RecipeName}
        starts = {"base", "weights", "download_weights", "from_scratch"}
        own = any(getattr(self, name) is not None for name in starts)
        told = {
            name: kinds.get(name, lambda said: said)(before[name])
            for name in (field.name for field in fields(self))
            if name in before and getattr(self, name) is None and not (own and name in starts)
        }
        return replace(self, **told)

    def start(self) -> tuple[Start, Path | None]:
        """Where the weights come from. Raises BaseUnusable unless exactly one place is named."""
        said: list[tuple[Start, Path | None]] = [
            (kind, path)
            for kind, given, path in (
                (Start.BASE, self.base, self.base), (Start.WEIGHTS, self.weights, self.weights),
                (Start.DOWNLOAD, self.download_weights, None), (Start.SCRATCH, self.from_scratch, None),
            )
            if given
        ]  # fmt: skip
        if len(said) != 1:
            told = "none is named" if not said else f"{' and '.join(f'--{kind}' for kind, _ in said)} are named"
            raise BaseUnusable(f"exactly one place to begin from is needed, and {told}: {CHOICES}")
        keeps = self.keeps or 0.0
        if not 0 <= keeps <= 1 or (keeps and said[0][0] is Start.SCRATCH):
            raise BaseUnusable("--keeps is a share from 0 to 1 of weights that know something, not of random ones")
        return said[0]


@dataclass(frozen=True, kw_only=True)
class Order:
    """A training in full. base: what the weights are, as the card says it; base_sha256: of their file or bundle.

    second, second_sha256: of the bundle whose network is the second look, where one was named.
    """

    name: str
    bear: tuple[str, ...]
    arch: Arch
    recipe: Recipe
    seed: int
    start: Start
    base: str
    base_sha256: str
    second: str = ""
    second_sha256: str = ""

    def told(self) -> dict[str, Any]:
        """Flat and plain, for JSON and for telling what differs."""
        own = {"name": self.name, "bear": ",".join(self.bear), "arch": self.arch, "seed": self.seed}
        base = {"start": self.start, "base": self.base, "base_sha256": self.base_sha256}
        base |= {"second": self.second, "second_sha256": self.second_sha256}
        camera = {
            f"camera.{name}": share
            for name, share in (asdict(self.recipe.camera) if self.recipe.camera else {}).items()
        }
        rest = {name: value for name, value in asdict(self.recipe).items() if name not in ("camera", "name")}
        return {**own, **base, "recipe": self.recipe.name, **rest, **camera}


def recipe_of(asked: Asked, *, side: int | None, start: Start) -> Recipe:
    """The recipe with what was said of it. side: of the base, which stands where nothing else is said."""
    chosen = RECIPES[asked.recipe or RecipeName.CAMERA]
    said: dict[str, Any] = {
        "side": asked.side or side,
        "batch": asked.batch,
        "epochs": asked.epochs,
        "resize": asked.resize,
        "keeps": asked.keeps,
    }
    filled = replace(chosen, **{name: value for name, value in said.items() if value is not None})
    return replace(filled, frozen=0) if start is Start.SCRATCH else filled


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Sequence[str]:
    """What differs between two tellings, in words.

    >>> differences({"seed": 0, "side": 160}, {"seed": 1, "side": 160})
    ['seed was 0 and is 1']
    """
    return [
        f"{name} was {before.get(name)} and is {now.get(name)}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]
