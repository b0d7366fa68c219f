"""Challenging: a worker that has nothing to decide lets challengers look at frames that are decided already.

The version in force is never slowed by more than a share of its own time: a challenger looks only when no frame
waits, and then rests for a multiple of the time that its look took. A frame that comes during a look waits for half
of it on average, so that looks which fill a share s of the time cost s * look / 2 a frame.
"""

import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from ingest import masking
from model.detections import Failed, Found
from rollout import pipeline
from rollout.parts import Parts
from rollout.pipeline import Postponed
from store import challenges, tables
from store.challenges import Waiting
from store.errors import ModelError, StoreError
from store.session import reading, transaction

SHARE = 0.2
"""Challengers have at most this share of a worker's time."""

COST = 0.04
"""What they may add to the mean time of a frame of the version in force, as a share of it."""

LAG = timedelta(hours=1)
"""A frame that was decided longer ago is skipped, and counted as such."""

LOOKS_S = 2.0
"""So often it is asked whether there is a challenger at all, or a frame for it."""

AGAIN_S = 300.0
"""A version that cannot be opened is tried again after this."""

SMOOTH = 0.1
log = structlog.get_logger()


def rest_s(look_s: float, frame_s: float | None) -> float:
    """How long to rest after a look, so that both limits hold. frame_s: the version in force's time a frame.

    >>> round(rest_s(0.1, 0.1), 3), round(rest_s(0.1, None), 3), round(rest_s(0.4, 0.1), 3)
    (1.15, 0.4, 19.6)
    """
    share = SHARE if frame_s is None else min(SHARE, 2 * COST * frame_s / look_s)
    return look_s * (1 / share - 1)


@dataclass(kw_only=True)
class Challenger:
    """What one worker does for challengers between its own frames. Times by time.monotonic()."""

    frame_s: float | None = None
    free_at: float = 0.0
    _opening: dict[str, "Opening"] = field(default_factory=dict)

    def decided(self, seconds: float) -> None:
        """A frame of the version in force took this long."""
        self.frame_s = seconds if self.frame_s is None else self.frame_s + SMOOTH * (seconds - self.frame_s)

    def look(self, parts: Parts, now: datetime) -> bool:
        """Let a challenger look at one frame, where there is time; gives whether it did. Nothing is raised."""
        start = time.monotonic()
        if start < self.free_at:
            return False
        try:
            looked = self._look(parts, now)
        except (StoreError, ModelError) as fault:
            log.warning("challenger.failed", error=f"{fault.slug()}: {fault.detail}")
            looked = False
        except Exception:
            log.exception("challenger.failed", error="unforeseen")
            looked = False
        end = time.monotonic()
        self.free_at = end + (rest_s(end - start, self.frame_s) if looked else LOOKS_S)
        return looked

    def _look(self, parts: Parts, now: datetime) -> bool:
        with reading(parts.engine) as session:
            if not challenges.any_open(session):
                return False
            unusable = [model for model, opening in self._opening.items() if opening.rests()]
            waiting = challenges.next_frame(session, since=now - LAG, besides=unusable)
            if waiting is None:
                return False
            camera = session.get_one(tables.Camera, waiting.frame.camera_id)
            masks = masking.in_force(session, camera.id, at=waiting.frame.received_at)
        if not self._opened(parts, waiting.model):
            return False
        motion = pipeline.moved(waiting.frame, camera.kind)
        looked = pipeline.score(waiting.frame, waiting.model, parts, masks, motion)
        if isinstance(looked, Postponed) or looked.found is None:
            return False
        with transaction(parts.engine, lasts=False) as session:
            challenges.keep(session, row_of(waiting, looked.found))
        return True

    def _opened(self, parts: Parts, model: str) -> bool:
        """Whether the version is in memory; it is brought there beside the worker's own work."""
        opening = self._opening.get(model)
        if opening is None or opening.failed_at is not None:
            opening = self._opening[model] = Opening()
            threading.Thread(target=opening.run, args=(parts, model), name="challenger", daemon=True).start()
        return opening.ready


@dataclass(kw_only=True)
class Opening:
    """A challenger on its way into memory. failed_at: when it could not be opened; it is tried again later."""

    ready: bool = False
    failed_at: float | None = None

    def rests(self) -> bool:
        """Whether it failed so lately that it is not tried again yet: it keeps no other challenger waiting."""
        return self.failed_at is not None and time.monotonic() - self.failed_at < AGAIN_S

    def run(self, parts: Parts, model: str) -> None:
        """Open it; beside the worker's own work."""
        try:
            parts.detector(model)
            self.ready = True
        except ModelError as fault:
            log.warning("challenger.unusable", model=model[:12], error=f"{fault.slug()}: {fault.detail}")
        except Exception:
            log.exception("challenger.unusable", model=model[:12])
        if not self.ready:
            self.failed_at = time.monotonic()


def row_of(waiting: Waiting, found: Found) -> dict[str, Any]:
    """What is written of one look."""
    row: dict[str, Any] = {
        "frame_id": waiting.frame.id, "model_sha256": waiting.model, "label": None, "p_bear": None,
        "probabilities": {}, "out_of_domain_p": None, "night": None, "boxes": [], "seconds": 0.0, "error": None,
    }  # fmt: skip
    if isinstance(found, Failed):
        return row | {"error": f"{found.kind}: {found.detail}"}
    return row | {
        "label": found.label, "p_bear": found.p_bear, "probabilities": dict(found.probabilities),
        "out_of_domain_p": found.out_of_domain_p, "night": found.night, "seconds": found.seconds,
        "boxes": [asdict(box) for box in found.boxes],
    }  # fmt: skip
