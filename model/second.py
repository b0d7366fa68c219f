"""A second look: another network with a plain linear layer over what it sees.

The first network judges every part quickly; the second one looks at more pixels of the whole picture and knows
more of the world than it was taught. Where both judge the same picture they err on different ones. A bundle may do
without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from model import calibration, misfit
from model.bundle import MISFIT, SECOND_HEAD, SECOND_NETWORK, Bundle, Second
from model.crops import Crop, Kind
from model.fitting import Fit, fitted
from model.misfit import Misfit
from model.network import Floats, Network


@dataclass(frozen=True, kw_only=True, eq=False)
class Said:
    """What it says of one part: probabilities in the order of the bundle's labels, and p of fitting any of them.

    misfit_p: conformal, of whole pictures; None where the bundle does not tell.
    """

    shares: Floats
    misfit_p: float | None


class SecondLook:
    """The second network of a bundle that has one."""

    def __init__(self, bundle: Bundle, told: Second, *, threads: int = 2) -> None:
        self._told, self._fit = told, Fit(side=told.size, to=told.size)
        self._network = Network(bundle.file(SECOND_NETWORK), side=told.size, threads=threads)
        with np.load(bundle.file(SECOND_HEAD), allow_pickle=False) as kept:
            self._weights, self._bias = kept["weights"].astype(np.float32), kept["bias"].astype(np.float32)
        kept = bundle.arrays(MISFIT)
        self._misfit = None if kept is None else Misfit(**kept)

    def weight(self, kind: Kind) -> float:
        """How much its word counts against the first network's, 0 to 1."""
        return self._told.whole if kind is Kind.WHOLE else self._told.parts

    def said(self, parts: Sequence[tuple[Image.Image, Crop]]) -> Sequence[Said]:
        """Of N parts of pictures (RGB)."""
        if not parts:
            return ()
        pixels = np.stack([fitted(picture, part, self._fit) for picture, part in parts])
        features = self._network.outputs(pixels)[0]
        shares = calibration.softmax(features @ self._weights + self._bias)
        unlike: Sequence[float | None] = [None] * len(parts)
        if self._misfit is not None:
            unlike = misfit.p_of(self._misfit, features, shares).tolist()
        return [Said(shares=of, misfit_p=p) for of, p in zip(shares, unlike, strict=True)]
