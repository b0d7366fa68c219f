"""Classification: what is in one picture or clip, by the default model, without keeping anything."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO

from api.schemas.alerts import BoxOut
from api.schemas.frames import ClassifiedOut, ClipVisitOut, FaultOut
from api.wiring import System
from ingest.decoding import Decoder
from ingest.headers import CLIPS, format_of, look
from ingest.uploads import gated
from ingest.walking import first_bytes, unreadable
from model.detections import Detection, Failed, Found
from model.opening import Opened
from store.errors import BearwatchError, Undecodable
from store.vocabulary import UploadKind

CLIP_GAP_S = 30.0
"""Shots of the same kind this close together are one stretch of a clip."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One scored shot of a clip."""

    at_s: float
    found: Detection


@dataclass(frozen=True, kw_only=True, eq=False)
class Ready:
    """One file before the network looks at it: a picture opened and cut, a clip to be read, or a fault."""

    path: Path
    name: str
    kind: UploadKind | None = None
    prepared: Any = None
    fault: FaultOut | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Classifier:
    """The default model and a decoder for foreign files."""

    detector: Opened
    decoder: Decoder

    def path(self, path: Path, name: str) -> ClassifiedOut:
        """One file; what is wrong with it is a field of the answer."""
        return self.several([(path, name)])[0]

    def several(self, files: Sequence[tuple[Path, str]]) -> list[ClassifiedOut]:
        """Files with their names, in order: opened one by one, and the pictures then looked at together."""
        ready = [self._ready(path, name) for path, name in files]
        pictures = [place for place, one in enumerate(ready) if one.prepared is not None]
        start = perf_counter()
        said = self.detector.detect_all([ready[place].prepared for place in pictures])
        found, each = dict(zip(pictures, said, strict=True)), (perf_counter() - start) / max(len(pictures), 1)
        return [self._judged(one, found.get(place), each) for place, one in enumerate(ready)]

    def _ready(self, path: Path, name: str) -> Ready:
        """Open one picture and cut out what the network looks at; a clip is only recognised."""
        start, kind, prepared, fault = perf_counter(), None, None, None
        try:
            form = format_of(first_bytes(path))
            kind = None if form is None else UploadKind.CLIP if form in CLIPS else UploadKind.PICTURE
            prepared = None if kind is UploadKind.CLIP else self._opened(path)
        except (BearwatchError, OSError) as error:
            fault = _fault(error)
        return Ready(
            path=path, name=name, kind=kind, prepared=prepared, fault=fault, seconds=perf_counter() - start
        )  # fmt: skip

    def _judged(self, ready: Ready, found: Found | None, seconds: float) -> ClassifiedOut:
        """What is in it. found: of a picture, with what it took; a clip is read now."""
        start, fault = perf_counter(), ready.fault
        try:
            if fault is None:
                told = self._clip(ready.path, ready.name) if found is None else self._picture(ready.name, found)
                seconds = perf_counter() - start if found is None else seconds
                return told.model_copy(update={"seconds": round(ready.seconds + seconds, 4)})
        except (BearwatchError, OSError) as error:
            fault = _fault(error)
        return ClassifiedOut(file=ready.name, kind=ready.kind, error=fault)

    def _told(self, name: str, kind: UploadKind, found: Detection) -> ClassifiedOut:
        return ClassifiedOut(
            file=name, kind=kind, label=found.label, index=found.index, probabilities=dict(found.probabilities),
            p_bear=found.p_bear, bear=found.bear, threshold=found.threshold, out_of_domain_p=found.out_of_domain_p,
            night=found.night, boxes=[BoxOut(**vars(box)) for box in found.boxes], model=found.model,
            model_name=self.detector.bundle.name,
        )  # fmt: skip

    def _opened(self, path: Path) -> Any:
        header = look(path.read_bytes())
        return self.detector.prepare(
            self.decoder.picture(path, self.detector.enough(header.width, header.height))
        )  # fmt: skip

    def _picture(self, name: str, found: Found) -> ClassifiedOut:
        if isinstance(found, Failed):
            raise Undecodable(found.detail)
        return self._told(name, UploadKind.PICTURE, found)

    def _clip(self, path: Path, name: str) -> ClassifiedOut:
        read, seen = list[float](), list[Seen]()
        for shot, regions in gated(self.decoder, path, read.append):
            found = self.detector.detect(self.detector.prepare(self.decoder.picture(shot.picture), regions))
            if isinstance(found, Detection):
                seen.append(Seen(at_s=shot.at_s, found=found))
        if not seen:
            raise Undecodable("the clip has no picture that can be judged")
        best = max(seen, key=lambda one: (one.found.p_bear, -one.at_s))
        told = self._told(name, UploadKind.CLIP, best.found)
        counts = {"frames": len(read), "frames_scored": len(seen), "visits": list(_visits(seen))}
        return told.model_copy(update=counts)


def opened(system: System) -> Classifier:
    """The classifier of this process. Raises BundleMalformed, BundleFileChanged."""
    return Classifier(system.default_detector, system.classify_decoder)


def of_upload(system: System, data: BinaryIO, name: str) -> ClassifiedOut:
    """An upload: copied to a file of its own for as long as it is looked at, never whole into memory."""
    with tempfile.NamedTemporaryFile(prefix="bearwatch-") as file:
        shutil.copyfileobj(data, file)
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


def _fault(error: BearwatchError | OSError) -> FaultOut:
    if isinstance(error, BearwatchError):
        return FaultOut(type=error.slug(), detail=error.detail)
    return FaultOut(type="unreadable", detail=unreadable(error))
