"""Parts: what carrying a frame to its decision needs, made by whoever starts the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.decoding import Decoder
from model.detector import Detector
from rollout.keeping import Keeper
from rollout.outages import Outages
from store.archive import Archive
from store.frame_queue import FrameQueue
from store.session import Engine


@dataclass(frozen=True, kw_only=True)
class Parts:
    """detector: a model version by its sha256; raises ModelError. data_dir: where STOP files are looked for."""

    engine: Engine
    archive: Archive
    queue: FrameQueue
    decoder: Decoder
    detector: Callable[[str], Detector[Any]]
    data_dir: Path
    keeper: Keeper = field(default_factory=Keeper)
    outages: Outages = field(default_factory=Outages)
