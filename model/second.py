"""A second look: a general network, not taught to see bears, with a plain linear layer over what it sees.

The first network knows what cameras do to an animal; a network that was left as it was knows more of the world. Where
both judge the same picture they err on different ones. A bundle may do without it.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from model import calibration
from model.bundle import SECOND_HEAD, SECOND_NETWORK, Bundle, Second
from model.crops import Crop, Kind
from model.fitting import Fit, fitted
from model.network import Floats, Network


class SecondLook:
    """The general network of a bundle that has one."""

    def __init__(self, bundle: Bundle, told: Second, *, threads: int = 2) -> None:
        self._told, self._fit = told, Fit(side=told.size, to=told.size)
        self._network = Network(bundle.file(SECOND_NETWORK), side=told.size, threads=threads)
        with np.load(bundle.file(SECOND_HEAD), allow_pickle=False) as kept:
            self._weights, self._bias = kept["weights"].astype(np.float32), kept["bias"].astype(np.float32)

    def weight(self, kind: Kind) -> float:
        """How much its word counts against the first network's, 0 to 1."""
        return self._told.whole if kind is Kind.WHOLE else self._told.parts

    def shares(self, parts: Sequence[tuple[Image.Image, Crop]]) -> Floats:
        """N parts of pictures (RGB) to probabilities, N x labels in the order of the bundle."""
        if not parts:
            return np.empty((0, len(self._bias)), dtype=np.float32)
        pixels = np.stack([fitted(picture, part, self._fit) for picture, part in parts])
        features = self._network.outputs(pixels)[0]
        return calibration.softmax(features @ self._weights + self._bias)
