"""Look: one picture on its way through the networks of a crop classifier."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from PIL import Image

from ingest.frames import Pixels
from model import calibration
from model.bundle import Bundle
from model.crops import Crop, Kind
from model.network import Floats
from model.summing import Parts


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """What the network looks at: N x side x side x 3, with where each part lies.

    still: nobody says what moved in it.
    """

    parts: Pixels
    picture: Image.Image
    crops: tuple[Crop, ...]
    width: int
    height: int
    night: bool
    still: bool


@dataclass(kw_only=True, eq=False)
class Look:
    """One picture while it is looked at: of its parts the probabilities (parts x labels), features, and p of bear.

    misfit_p: of the whole picture, 1 where no second look was asked; None where the bundle's does not tell.
    """

    prepared: Prepared
    shares: Floats = field(init=False)
    features: Floats = field(init=False)
    bears: list[float] = field(init=False)
    misfit_p: float | None = 1.0

    def add(self, other: Self) -> None:
        """Parts of the same picture that were looked at later."""
        one, more = self.prepared, other.prepared
        self.prepared = replace(one, parts=np.concatenate([one.parts, more.parts]), crops=(*one.crops, *more.crops))
        self.shares = np.concatenate([self.shares, other.shares])
        self.features = np.concatenate([self.features, other.features])
        self.bears = [*self.bears, *other.bears]

    def at_least(self, least: Mapping[Kind, float]) -> list[int]:
        """The places of the parts of these kinds that are at least so likely a bear."""
        kinds = [crop.kind for crop in self.prepared.crops]
        return [place for place, p in enumerate(self.bears) if kinds[place] in least and p >= least[kinds[place]]]

    def parts(self, bundle: Bundle) -> Parts:
        """What was seen. A part must be surer than the whole picture, since there are many of them."""
        one = self.prepared
        bears = [
            calibration.shifted(p, bundle.penalty(crop.kind)) for p, crop in zip(self.bears, one.crops, strict=True)
        ]
        return Parts(
            crops=one.crops, width=one.width, height=one.height, night=one.night, shares=self.shares, bears=bears
        )
