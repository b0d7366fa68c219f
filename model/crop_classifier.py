"""CropClassifier: a bundle's network over the parts of a picture where something may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from PIL import Image

from ingest.frames import Pixels, Region
from ingest.night import is_night
from model import calibration, unknown
from model.bundle import BANK, NETWORK, Bundle
from model.crops import Crop, Kind, crops, enough, scaled
from model.detections import Box, Detection, Failed, Found
from model.fitting import fitted, tiled
from model.network import Floats, Network
from model.second import SecondLook
from model.unknown import Bank

LEAST_PIXELS = 16

DOUBT = 0.5
"""A part at least this likely a bear is looked at again in other framings: mirrored, nearer and from further off."""

SURELY_NONE = 0.01
"""A whole picture less likely a bear than this is not shown to a second network: its word could not raise it."""

NEARER, FURTHER = 0.8, 1.3


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """What the network looks at: N x side x side x 3, with where each part lies."""

    parts: Pixels
    picture: Image.Image
    crops: tuple[Crop, ...]
    width: int
    height: int
    night: bool


class CropClassifier:
    """Scores the whole picture and its crops; the surest bear among them speaks for the picture."""

    def __init__(self, bundle: Bundle, *, threads: int = 2) -> None:
        self.bundle = bundle
        self._network = Network(bundle.file(NETWORK), side=bundle.input_size, threads=threads)
        self._second = None if bundle.second is None else SecondLook(bundle, bundle.second, threads=threads)
        self._bank = _bank(bundle)
        self._bears = [bundle.labels.index(label) for label in bundle.bear_labels]

    @property
    def sha256(self) -> str:
        """The model version's name."""
        return self.bundle.sha256

    def enough(self, width: int, height: int, motion: Sequence[Region] = ()) -> int:
        """See Detector."""
        if self.bundle.fit.exact:
            return max(width, height)
        second = self.bundle.second
        return enough(width, height, max(self.bundle.input_size, second.size if second else 0), motion)

    def prepare(self, pixels: Pixels, motion: Sequence[Region] = ()) -> Prepared:
        """Cut the parts out of one picture (H x W x 3, RGB)."""
        height, width = pixels.shape[:2]
        picture = Image.fromarray(pixels)
        found = crops(width, height, motion)
        if self.bundle.whole:
            found = tuple(crop for crop in found if crop.kind is not Kind.TILE)
        return Prepared(
            parts=np.stack(self._parts(picture, found)), picture=picture, crops=found, width=width, height=height,
            night=is_night(pixels),
        )  # fmt: skip

    def detect(self, prepared: Prepared) -> Found:
        """Score one prepared picture."""
        if min(prepared.width, prepared.height) < LEAST_PIXELS:
            return Failed(kind="too-small", detail=f"{prepared.width} x {prepared.height} pixels are too few")
        start = perf_counter()
        logits, features = self._network.run(prepared.parts)
        shares = calibration.softmax(logits, self.bundle.temperature)
        shares, found = self._looked_again(prepared, shares, self._doubted(prepared, shares))
        bears = self._bear_shares(prepared, found)
        seconds = perf_counter() - start
        best = int(np.argmax(bears))
        return self._detection(prepared, shares, bears, features, best, seconds)

    def _parts(self, picture: Image.Image, found: Sequence[Crop]) -> list[Pixels]:
        """In their order: tiles come last."""
        tiles = [crop for crop in found if crop.kind is Kind.TILE and not self.bundle.fit.exact]
        others = [self._cut(picture, crop) for crop in found[: len(found) - len(tiles)]]
        return others + (tiled(picture, tiles, self.bundle.input_size) if tiles else [])

    def _cut(self, picture: Image.Image, crop: Crop) -> Pixels:
        return fitted(picture, crop, self.bundle.fit)

    def _doubted(self, prepared: Prepared, shares: Floats) -> list[float]:
        """p of bear of each part; of a likely one the least of its framings: a bear stays a bear in all of them."""
        found = [float(p) for p in shares[:, self._bears].sum(axis=1)]
        if self.bundle.whole:
            return found
        for place, crop in enumerate(prepared.crops):
            if found[place] >= DOUBT:
                framings = [scaled(crop, by, prepared.picture.size) for by in (NEARER, FURTHER)]
                cut = [self._cut(prepared.picture, framing) for framing in framings]
                other = np.stack([prepared.parts[place][:, ::-1], *cut])
                again = calibration.softmax(self._network.run(other)[0], self.bundle.temperature)
                found[place] = min(found[place], float(again[:, self._bears].sum(axis=1).min()))
        return found

    def _looked_again(self, prepared: Prepared, shares: Floats, found: list[float]) -> tuple[Floats, list[float]]:
        """Shares and p of bear once the second network has seen the whole picture, and the parts likely a bear.

        What its word does not count of is not shown to it.
        """
        if self._second is None:
            return shares, found
        kinds = [crop.kind for crop in prepared.crops]
        least = [SURELY_NONE if kind is Kind.WHOLE else DOUBT for kind in kinds]
        places = [
            place for place, p in enumerate(found) if p >= least[place] and self._second.weight(kinds[place]) > 0
        ]
        if not places:
            return shares, found
        said = self._second.shares(prepared.picture, [prepared.crops[place] for place in places])
        shares, found = shares.copy(), list(found)
        for place, other in zip(places, said, strict=True):
            weight, p = self._second.weight(kinds[place]), float(other[self._bears].sum())
            shares[place] = calibration.agreed(shares[place], other, weight)
            both = calibration.agreed(_odds(found[place]), _odds(p), weight)
            found[place] = float(both[0])
        return shares, found

    def _bear_shares(self, prepared: Prepared, found: list[float]) -> list[float]:
        """A part must be surer than the whole picture, since there are many of them."""
        return [
            calibration.shifted(p, self.bundle.penalty(crop.kind))
            for p, crop in zip(found, prepared.crops, strict=True)
        ]

    def _detection(
        self, prepared: Prepared, shares: Floats, bears: list[float], features: Floats, best: int, seconds: float
    ) -> Detection:
        bundle, is_bear = self.bundle, bears[best] >= self.bundle.threshold
        speaks = best if is_bear else self._other(shares, prepared.crops)
        told = self._shares(shares[speaks], bears[speaks])
        index = int(np.argmax(told))
        return Detection(
            label=bundle.labels[index], index=index,
            probabilities={label: float(p) for label, p in zip(bundle.labels, told, strict=True)},
            p_bear=bears[speaks], bear=is_bear, threshold=bundle.threshold,
            out_of_domain_p=self._unlike(features[speaks : speaks + 1]), night=prepared.night,
            boxes=self._boxes(prepared, shares, bears), model=bundle.sha256, seconds=seconds,
        )  # fmt: skip

    def _other(self, shares: Floats, found: Sequence[Crop]) -> int:
        """The part that speaks where no bear is: what moved and is surest not empty, else the whole."""
        if "empty" not in self.bundle.labels or len(found) == 1 or found[1].kind is Kind.TILE:
            return 0
        return int(np.argmin(shares[:, self.bundle.labels.index("empty")]))

    def _shares(self, shares: Floats, p_bear: float) -> Floats:
        """The part's probabilities with the bears among them summing to p_bear."""
        told = np.array(shares, dtype=np.float64)
        raw = float(told[self._bears].sum())
        others = [index for index in range(len(told)) if index not in self._bears]
        told[self._bears] *= p_bear / max(raw, 1e-12)
        told[others] *= (1 - p_bear) / max(1 - raw, 1e-12)
        result: Floats = told / told.sum()
        return result

    def _boxes(self, prepared: Prepared, shares: Floats, bears: list[float]) -> tuple[Box, ...]:
        """A box for each part but the whole in which a thing is surer than nothing, the surest first."""
        found = []
        for crop, part, p_bear in zip(prepared.crops, shares, bears, strict=True):
            label = self.bundle.labels[int(np.argmax(self._shares(part, p_bear)))]
            sure = p_bear if label in self.bundle.bear_labels else float(part.max())
            if label == "empty" or crop.kind is Kind.WHOLE or sure < 0.5:
                continue
            region = crop.region(prepared.width, prepared.height)
            found.append(Box(x=region.x, y=region.y, w=region.w, h=region.h, label=label, p=sure))
        return tuple(sorted(found, key=lambda box: -box.p))

    def _unlike(self, features: Floats) -> float | None:
        return None if self._bank is None else float(unknown.p_of(self._bank, features)[0])


def _odds(p: float) -> Floats:
    """A probability and the rest."""
    both: Floats = np.array([p, 1 - p])
    return both


def _bank(bundle: Bundle) -> Bank | None:
    if BANK not in bundle.manifest["files"]:
        return None
    with np.load(bundle.file(BANK), allow_pickle=False) as kept:
        return Bank(**{name: kept[name].astype(np.float32) for name in ("mean", "axes", "points", "far")})
