"""CropClassifier: a bundle's network over the parts of a picture where something may be."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
from PIL import Image

from ingest.frames import Pixels, Region
from ingest.night import is_night
from model import calibration, summing, surface, unknown
from model.bundle import BANK, EMPTY, MISFIT, NETWORK, SURFACE, Bundle
from model.crops import Crop, Kind, crops, enough, scaled
from model.detections import Detection, Failed, Found
from model.fitting import fitted, tiled
from model.looks import Look, Prepared
from model.network import Floats, Network
from model.scan import Place, Scan
from model.second import SecondLook
from model.unknown import Bank

LEAST_PIXELS = 16

DOUBT = 0.5
"""A part at least this likely a bear is looked at again in other framings: mirrored, nearer and from further off."""

SURELY_NONE = 0.01
"""A whole picture less likely a bear than this is not shown to a second network: its word could not raise it."""

SURELY_ELSE = 0.85
"""A still that is so likely of one other thing is not scanned for bears far off."""

NEARER, FURTHER = 0.8, 1.3


class CropClassifier:
    """Scores the whole picture and its crops; the surest bear among them speaks for the picture."""

    def __init__(self, bundle: Bundle, *, threads: int = 2) -> None:
        self.bundle = bundle
        self._network = Network(bundle.file(NETWORK), side=bundle.input_size, threads=threads)
        self._second = None if bundle.second is None else SecondLook(bundle, bundle.second, threads=threads)
        self._scan = None if bundle.far_penalty is None else Scan(bundle, threads=threads)
        self._bank, self._surface = _bank(bundle, BANK), _bank(bundle, SURFACE)
        self._bears = [bundle.labels.index(label) for label in bundle.bear_labels]

    @property
    def sha256(self) -> str:
        """The model version's name."""
        return self.bundle.sha256

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        """See Detector."""
        if self.bundle.fit.exact:
            return max(width, height)
        second = self.bundle.second
        return enough(width, height, max(self.bundle.input_size, second.size if second else 0), motion)

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Prepared:
        """Cut the parts out of one picture (H x W x 3, RGB)."""
        height, width = pixels.shape[:2]
        picture = Image.fromarray(pixels)
        found = crops(width, height, motion)
        if self.bundle.whole:
            found = tuple(crop for crop in found if crop.kind is not Kind.TILE)
        return Prepared(
            parts=np.stack(self._parts(picture, found)), picture=picture, crops=found, width=width, height=height,
            night=is_night(pixels), still=motion is None,
        )  # fmt: skip

    def detect(self, prepared: Prepared) -> Found:
        """Score one prepared picture."""
        return self.detect_all([prepared])[0]

    def detect_all(self, prepared: Sequence[Prepared]) -> list[Found]:
        """See Opened."""
        start = perf_counter()
        looks = [Look(prepared=one) for one in prepared if min(one.width, one.height) >= LEAST_PIXELS]
        if looks:
            self._look(looks)
            self._look_far(looks)
            self._doubt(looks)
            self._look_again(looks)
        found = iter(self._summed(looks, (perf_counter() - start) / max(len(looks), 1)))
        return [next(found) if min(one.width, one.height) >= LEAST_PIXELS else _too_small(one) for one in prepared]

    def _parts(self, picture: Image.Image, found: Sequence[Crop]) -> list[Pixels]:
        """In their order: tiles come last."""
        tiles = [crop for crop in found if crop.kind is Kind.TILE and not self.bundle.fit.exact]
        others = [self._cut(picture, crop) for crop in found[: len(found) - len(tiles)]]
        return others + (tiled(picture, tiles, self.bundle.input_size) if tiles else [])

    def _cut(self, picture: Image.Image, crop: Crop) -> Pixels:
        return fitted(picture, crop, self.bundle.fit)

    def _look(self, looks: Sequence[Look]) -> None:
        """The first network's word on every part."""
        logits, features = self._network.run(np.concatenate([look.prepared.parts for look in looks]))
        shares, at = calibration.softmax(logits, self.bundle.temperature), 0
        for look in looks:
            until = at + len(look.prepared.crops)
            look.shares, look.features = shares[at:until], features[at:until]
            look.bears = look.shares[:, self._bears].sum(axis=1).tolist()
            at = until

    def _look_far(self, looks: Sequence[Look]) -> None:
        """In large stills, squares far off that are likely a bear, as further parts."""
        for look in looks:
            if places := self._places(look):
                look.add(self._far(look.prepared, places))

    def _places(self, look: Look) -> list[Place]:
        one = look.prepared
        large = Kind.TILE in [crop.kind for crop in one.crops]
        if self._scan is None or not one.still or not large or self._shows_else(look):
            return []
        return self._scan.places(one.picture)

    def _shows_else(self, look: Look) -> bool:
        """Whether the whole picture surely shows another thing: a part of that can look like a bear far off."""
        others = [label not in (*self.bundle.bear_labels, EMPTY) for label in self.bundle.labels]
        return bool(look.shares[0][others].max(initial=0.0) >= SURELY_ELSE)

    def _far(self, prepared: Prepared, places: Sequence[Place]) -> Look:
        """The places looked at each by itself too; the least of both is their p."""
        crops = tuple(place.crop for place in places)
        parts = np.stack([self._cut(prepared.picture, crop) for crop in crops])
        look = Look(prepared=replace(prepared, crops=crops, parts=parts))
        self._look([look])
        look.bears = [min(p, place.p) for p, place in zip(look.bears, places, strict=True)]
        return look

    def _doubt(self, looks: Sequence[Look]) -> None:
        """Of each part that is likely a bear the least p of its framings: a bear stays a bear in all of them."""
        if self.bundle.whole:
            return
        likely = [(look, place) for look in looks for place, p in enumerate(look.bears) if p >= DOUBT]
        framings = [self._framings(look.prepared, place) for look, place in likely]
        if not framings:
            return
        again = calibration.softmax(self._network.run(np.concatenate(framings))[0], self.bundle.temperature)
        p, at = again[:, self._bears].sum(axis=1), 0
        for (look, place), cut in zip(likely, framings, strict=True):
            look.bears[place] = min(look.bears[place], float(p[at : at + len(cut)].min()))
            at += len(cut)

    def _framings(self, prepared: Prepared, place: int) -> Pixels:
        """Mirrored, nearer, and from further off unless that is the same, as of the whole picture."""
        crop, size = prepared.crops[place], prepared.picture.size
        other = [framing for by in (NEARER, FURTHER) if (framing := scaled(crop, by, size)) != crop]
        return np.stack([prepared.parts[place][:, ::-1], *(self._cut(prepared.picture, one) for one in other)])

    def _look_again(self, looks: Sequence[Look]) -> None:
        """The second network's word on whole pictures that may hold a bear, and on parts that likely do.

        What its word does not count of is not shown to it.
        """
        if self._second is None:
            return
        heard = [kind for kind in Kind if self._second.weight(kind) > 0]
        least = {kind: SURELY_NONE if kind is Kind.WHOLE else DOUBT for kind in heard}
        doubtful = [(look, place) for look in looks for place in look.at_least(least)]
        parts = [(look.prepared.picture, look.prepared.crops[place]) for look, place in doubtful]
        for (look, place), said in zip(doubtful, self._second.said(parts), strict=True):
            kind = look.prepared.crops[place].kind
            weight, p = self._second.weight(kind), float(said.shares[self._bears].sum())
            if kind is Kind.WHOLE:
                look.misfit_p = said.misfit_p
            look.shares[place] = calibration.agreed(look.shares[place], said.shares, weight)
            both = calibration.agreed(_odds(look.bears[place]), _odds(p), weight)
            look.bears[place] = float(both[0])

    def _summed(self, looks: Sequence[Look], seconds: float) -> list[Detection]:
        parts = [look.parts(self.bundle) for look in looks]
        speaks = [summing.speaker(self.bundle, one) for one in parts]
        unlike = self._unlike(looks, speaks)
        return [
            summing.detection(self.bundle, one, place, out_of_domain_p=p, seconds=seconds)
            for one, place, p in zip(parts, speaks, unlike, strict=True)
        ]

    def _unlike(self, looks: Sequence[Look], speaks: Sequence[int]) -> Sequence[float | None]:
        """By the light of the whole picture, and by a network."""
        if not looks:
            return []
        networks = self._by_networks(looks, speaks)
        if self._surface is None:
            return networks
        wholes = np.stack([look.prepared.parts[0] for look in looks])
        light = np.where(surface.masked(wholes), 1.0, unknown.p_of(self._surface, surface.measured(wholes)))
        return [
            unknown.together(float(p), 1.0 if other is None else other)
            for p, other in zip(light, networks, strict=True)
        ]

    def _by_networks(self, looks: Sequence[Look], speaks: Sequence[int]) -> Sequence[float | None]:
        """The second look's of the whole picture, else the first network's of what speaks for it."""
        if self._second is not None and MISFIT in self.bundle.manifest["files"]:
            return [look.misfit_p for look in looks]
        if self._bank is None:
            return [None] * len(looks)
        features = np.stack([look.features[place] for look, place in zip(looks, speaks, strict=True)])
        found: list[float | None] = unknown.p_of(self._bank, features).tolist()
        return found


def _too_small(prepared: Prepared) -> Failed:
    return Failed(kind="too-small", detail=f"{prepared.width} x {prepared.height} pixels are too few")


def _odds(p: float) -> Floats:
    """A probability and the rest."""
    both: Floats = np.array([p, 1 - p])
    return both


def _bank(bundle: Bundle, name: str) -> Bank | None:
    kept = bundle.arrays(name)
    return None if kept is None else Bank(**{key: kept[key] for key in ("mean", "axes", "points", "far")})
