"""Classification: what is in one picture or clip, by the default model, without keeping anything."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from api.schemas.alerts import BoxOut
from api.schemas.frames import ClassifiedOut, ClipVisitOut, FaultOut
from api.wiring import System
from ingest.decoding import Decoder
from ingest.headers import CLIPS, format_of, look
from ingest.replay import walk
from ingest.uploads import gated
from model.crop_classifier import CropClassifier
from model.detections import Detection, Failed
from store.errors import BearwatchError, Undecodable
from store.vocabulary import UploadKind

CLIP_GAP_S = 30.0
"""Shots of the same kind this close together are one stretch of a clip."""

LARGEST_SIDE = 2048


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One scored shot of a clip."""

    at_s: float
    found: Detection


@dataclass(frozen=True)
class Classifier:
    """The default model and a decoder for foreign files."""

    detector: CropClassifier
    decoder: Decoder

    def path(self, path: Path, name: str) -> ClassifiedOut:
        """One file; what is wrong with it is a field of the answer."""
        start = perf_counter()
        try:
            with path.open("rb") as file:
                first = file.read(64)
            found = self._clip(path, name) if format_of(first) in CLIPS else self._picture(path, name)
        except BearwatchError as fault:
            return _failed(name, fault.slug(), fault.detail)
        except OSError as fault:
            return _failed(name, "unreadable", f"{name}: {fault.strerror}: check the path and its rights")
        return found.model_copy(update={"seconds": round(perf_counter() - start, 4)})

    def _picture(self, path: Path, name: str) -> ClassifiedOut:
        if path.stat().st_size == 0:
            look(b"")
        found = self.detector.detect(self.detector.prepare(self.decoder.picture(path, LARGEST_SIDE)))
        if isinstance(found, Failed):
            raise Undecodable(found.detail)
        return _told(name, UploadKind.PICTURE, found)

    def _clip(self, path: Path, name: str) -> ClassifiedOut:
        read, seen = list[float](), list[Seen]()
        for shot, regions in gated(self.decoder, path, read.append):
            found = self.detector.detect(self.detector.prepare(self.decoder.picture(shot.picture), regions))
            if isinstance(found, Detection):
                seen.append(Seen(at_s=shot.at_s, found=found))
        if not seen:
            raise Undecodable("the clip has no picture that can be judged")
        best = max(seen, key=lambda one: (one.found.p_bear, -one.at_s))
        told = _told(name, UploadKind.CLIP, best.found)
        counts = {"frames": len(read), "frames_scored": len(seen), "visits": list(_visits(seen))}
        return told.model_copy(update=counts)


def opened(system: System) -> Classifier:
    """The classifier of this process. Raises BundleMalformed, BundleFileChanged."""
    return Classifier(system.default_classifier, system.decoder)


def of_paths(classifier: Classifier, paths: Sequence[Path]) -> Iterator[ClassifiedOut]:
    """Each file of the paths, folders walked."""
    for path, name in walk(paths):
        yield classifier.path(path, name)


def of_bytes(system: System, data: bytes, name: str) -> ClassifiedOut:
    """An upload: written to a file of its own for as long as it is looked at."""
    with tempfile.NamedTemporaryFile(prefix="bearwatch-") as file:
        file.write(data)
        file.flush()
        return opened(system).path(Path(file.name), name)


def _visits(seen: Sequence[Seen]) -> Iterator[ClipVisitOut]:
    """Stretches of the same kind; empty ones are not told."""
    open_: dict[str, list[Seen]] = {}
    for one in seen:
        kind = "bear" if one.found.bear else one.found.label
        if kind == "empty" or (not one.found.bear and one.found.probabilities[one.found.label] < 0.5):
            continue
        if kind in open_ and one.at_s - open_[kind][-1].at_s > CLIP_GAP_S:
            yield _visit(kind, open_.pop(kind))
        open_.setdefault(kind, []).append(one)
    for kind, stretch in sorted(open_.items(), key=lambda item: item[1][0].at_s):
        yield _visit(kind, stretch)


def _visit(kind: str, stretch: Sequence[Seen]) -> ClipVisitOut:
    best = max(stretch, key=lambda one: one.found.p_bear)
    return ClipVisitOut(
        start_s=stretch[0].at_s, end_s=stretch[-1].at_s, label=best.found.label if kind == "bear" else kind,
        p_bear=best.found.p_bear, bear=kind == "bear",
    )  # fmt: skip


def _told(name: str, kind: UploadKind, found: Detection) -> ClassifiedOut:
    return ClassifiedOut(
        file=name, kind=kind, label=found.label, index=found.index, probabilities=dict(found.probabilities),
        p_bear=found.p_bear, bear=found.bear, threshold=found.threshold, out_of_domain_p=found.out_of_domain_p,
        night=found.night, boxes=[BoxOut(**vars(box)) for box in found.boxes], model=found.model,
    )  # fmt: skip


def _failed(name: str, kind: str, detail: str) -> ClassifiedOut:
    return ClassifiedOut(file=name, kind=None, error=FaultOut(type=kind, detail=detail))
